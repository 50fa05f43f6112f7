package testserver

import (
	"os"
	"path/filepath"
	"testing"
)

// Catalogues returns a Python interpreter that can import the client libraries
// of DataHub and OpenLineage, as these projects publish them.
func Catalogues(t testing.TB) (python string) {
	t.Helper()
	python, err := catalogues()
	need(t, err)
	return python
}

func catalogues() (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	venv := filepath.Join(cache, "catalogues-1") // the name that install/servers/catalogues.sh gives it
	if _, err := os.Stat(filepath.Join(venv, "complete")); err != nil {
		return "", &missing{"the libraries of DataHub and OpenLineage", "no folder " + venv}
	}
	return filepath.Join(venv, "bin", "python"), nil
}
