package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

// The files of the state directory. The demo has a store of its own, so that a
// company that does not exist is never counted among real findings.
const (
	scanStore = "assay.db"
	demoStore = "demo.db"
)

// stateDir returns the directory for what assay keeps between runs, which only
// its user may read, and creates it where it is missing.
func stateDir() (string, error) {
	dir := filepath.Join(xdg.StateHome, "assay")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", usageError(fmt.Errorf("create the state directory: %w (set XDG_STATE_HOME to a folder that can be written)", err))
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return "", usageError(fmt.Errorf("protect the state directory: %w", err))
	}
	return dir, nil
}

// writeAtomically writes a file as a whole or not at all, readable by its owner
// only: findings say where personal data is.
func writeAtomically(path string, write func(*os.File) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".assay-*")
	if err != nil {
		return usageError(fmt.Errorf("write %s: %w", path, err))
	}
	if err = errors.Join(write(file), file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(file.Name()))
	}
	return nil
}
