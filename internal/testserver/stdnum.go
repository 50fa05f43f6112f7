package testserver

import (
	"os"
	"path/filepath"
	"testing"
)

// Stdnum returns a Python interpreter that can import python-stdnum, the
// reference that the checks of national identifiers are held against.
func Stdnum(t testing.TB) (python string) {
	t.Helper()
	python, err := stdnum()
	need(t, err)
	return python
}

func stdnum() (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	venv := filepath.Join(cache, "stdnum-2.2") // the name that install/servers/stdnum.sh gives it
	if _, err := os.Stat(filepath.Join(venv, "complete")); err != nil {
		return "", &missing{"python-stdnum", "no folder " + venv}
	}
	return filepath.Join(venv, "bin", "python"), nil
}
