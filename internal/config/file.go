package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// fileName is the name of the configuration file.
const fileName = "assay.yaml"

// readFile takes the values of the configuration file, where there is one.
func (c *Config) readFile(from Sources) error {
	path, err := findFile(from)
	if err != nil || path == "" {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	if err := bounded(content); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	file, err := parser.ParseBytes(content, 0)
	if err != nil {
		return syntaxError(path, err)
	}
	if len(file.Docs) > 1 {
		return fmt.Errorf("%s: it has %d documents, want one (remove the lines ---)", path, len(file.Docs))
	}
	r := fileReader{path: path, origins: c.origins}
	for _, doc := range file.Docs {
		r.config(c, doc.Body)
	}
	return errors.Join(r.errs...)
}

// findFile returns the path of the configuration file, or "" where there is none.
func findFile(from Sources) (string, error) {
	if from.File != "" {
		return from.File, nil
	}
	if path, ok := from.Env("ASSAY_CONFIG"); ok && path != "" {
		return path, nil
	}
	for _, path := range []string{fileName, filepath.Join(xdg.ConfigHome, "assay", fileName)} {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("look for the configuration: %w", err)
		}
	}
	return "", nil
}

// syntaxError makes one line of what is wrong with the file's form, without the
// excerpt, which may hold what should not be shown.
func syntaxError(path string, err error) error {
	if known := yaml.Error(nil); errors.As(err, &known) && known.GetToken() != nil {
		return fmt.Errorf("%s:%d: %s", path, known.GetToken().Position.Line, known.GetMessage())
	}
	return fmt.Errorf("%s: it is no YAML", path)
}
