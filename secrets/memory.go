package secrets

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/assay/secrets/baseline"
)

// LoadMemory reads what a repository knows of its secrets from the files in its
// top folder, which may be missing; open opens one of them by name. A file that
// cannot be read is an error: without it, what is known would be found anew, or
// a rejected skip would hold.
func LoadMemory(open func(name string) (io.ReadCloser, error)) (Memory, error) {
	var m Memory
	files := []struct {
		name string
		read func(io.Reader) error
	}{
		{baseline.Name, func(in io.Reader) (err error) { m.Baseline, err = baseline.Read(in); return err }},
		{baseline.AuditName, func(in io.Reader) (err error) { m.Decisions, err = baseline.ReadDecisions(in); return err }},
		{baseline.DetectSecretsName, func(in io.Reader) (err error) { m.DetectSecrets, err = baseline.ReadDetectSecrets(in); return err }},
		{baseline.GitleaksIgnoreName, func(in io.Reader) (err error) { m.Gitleaks, err = baseline.ReadGitleaksIgnore(in); return err }},
	}
	digest := sha256.New()
	for _, f := range files {
		fmt.Fprintln(digest, f.name)
		read := func(in io.Reader) error { return f.read(io.TeeReader(in, digest)) }
		if err := readFile(f.name, open, read); err != nil {
			return Memory{}, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	m.digest = hex.EncodeToString(digest.Sum(nil))
	return m, nil
}

func readFile(name string, open func(string) (io.ReadCloser, error), read func(io.Reader) error) error {
	in, err := open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	return read(in)
}

// FolderMemory reads what is known from the files in a folder.
func FolderMemory(top string) (Memory, error) {
	m, err := LoadMemory(func(name string) (io.ReadCloser, error) { return os.Open(filepath.Join(top, name)) })
	m.Gone = func(file string) bool {
		_, err := os.Lstat(filepath.Join(top, filepath.FromSlash(file)))
		return errors.Is(err, fs.ErrNotExist)
	}
	return m, err
}
