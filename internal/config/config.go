// Package config is the configuration of the service's processes: one file,
// assay.yaml, which environment variables and flags override.
//
//	flags > environment (ASSAY_…) > assay.yaml > defaults
//
// A value's key is its path in the file, such as scanner.pool; its variable is
// the key in capitals, ASSAY_SCANNER_POOL, with every other character as an
// underscore. Secrets cannot stand in the file: they come from their variable,
// or from the file that the variable with _FILE at its end names. A key that is
// not known is refused with its line.
//
// Each section of the file has a Go file here, with its type, its defaults and
// what is wrong with it. The package imports the standard library and a reader
// of YAML.
package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/adrg/xdg"
)

// Config is the whole configuration. The keys of its members are their yaml
// tags; docs/service.md describes them.
type Config struct {
	// Data is the folder of the embedded queue and store.
	Data string `yaml:"data"`
	// Database is where findings, verifiers and tokens are kept:
	// mysql://user@host:3306/database, or sqlite:path. Empty means Data.
	Database         URI    `yaml:"database"`
	DatabasePassword Secret `yaml:"database_password"`
	// Queue is the URL of a queue of Amazon SQS, or sqlite:path. Empty means Data.
	Queue URI `yaml:"queue"`
	// Key is what sealed content is encrypted with: file:PATH or aws-kms:ARN.
	// Empty means the file key.json in Data; where that is missing too, no matched
	// content is kept.
	Key string `yaml:"key"`
	// OldKeys still open what they sealed, until assay key rewrap was run.
	OldKeys []string `yaml:"old_keys"`

	Stores  map[string]Store `yaml:"stores"`
	Models  map[string]Model `yaml:"models"`
	Scanner Scanner          `yaml:"scanner"`
	Web     Web              `yaml:"web"`

	Catalog     Catalog     `yaml:"catalog"`
	Taskcreator Taskcreator `yaml:"taskcreator"`

	Retention Retention `yaml:"retention"`
	Events    Events    `yaml:"events"`

	Quality Quality `yaml:"quality"`

	origins map[string]string // of the keys that are not at their default
}

// Defaults returns the configuration of a process that nobody configured.
func Defaults() *Config {
	return &Config{
		Data:        filepath.Join(xdg.StateHome, "assay"),
		Scanner:     defaultScanner(),
		Retention:   defaultRetention(),
		Quality:     defaultQuality(),
		Web:         defaultWeb(),
		Taskcreator: defaultTaskcreator(),
		origins:     map[string]string{},
	}
}

// Sources are the layers over the defaults.
type Sources struct {
	// File is the configuration file. Empty means the first that exists of
	// ./assay.yaml and $XDG_CONFIG_HOME/assay/assay.yaml, or none.
	File string
	// Env returns an environment variable and whether it is set, as os.LookupEnv.
	Env func(name string) (string, bool)
	// Flags are the values of flags, by key.
	Flags map[string]string
}

// Load returns the configuration that the layers make. Its error joins all that
// is wrong, and holds no secret.
func Load(from Sources) (*Config, error) {
	c := Defaults()
	if from.Env == nil {
		from.Env = os.LookupEnv
	}
	if err := c.readFile(from); err != nil {
		return nil, err
	}
	errs := []error{c.readEnv(from.Env), c.readFlags(from.Flags)}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return c, c.check()
}

// readEnv takes the values of variables.
func (c *Config) readEnv(env func(string) (string, bool)) error {
	var errs []error
	c.each(func(key string, v reflect.Value) {
		name := Variable(key)
		text, ok := env(name)
		if _, secret := v.Interface().(Secret); secret && !ok {
			name += "_FILE"
			var path string
			if path, ok = env(name); ok {
				content, err := os.ReadFile(path)
				if err != nil {
					errs = append(errs, fmt.Errorf("%s: %w", name, err))
				}
				text = strings.TrimRight(string(content), "\r\n")
			}
		}
		if !ok {
			return
		}
		if err := setText(v, text); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		c.origins[key] = name
	})
	return errors.Join(errs...)
}

// readFlags takes the values of flags.
func (c *Config) readFlags(flags map[string]string) error {
	var errs []error
	left := make(map[string]string, len(flags))
	for key, text := range flags {
		left[key] = text
	}
	c.each(func(key string, v reflect.Value) {
		text, ok := left[key]
		if !ok {
			return
		}
		delete(left, key)
		if _, secret := v.Interface().(Secret); secret {
			errs = append(errs, fmt.Errorf("%s: a secret cannot be a flag, which every user of the machine can read (set %s)", key, Variable(key)))
			return
		}
		if err := setText(v, text); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
		c.origins[key] = "flag"
	})
	for key := range left {
		errs = append(errs, fmt.Errorf("%s is not a key of the configuration (see assay config show)", key))
	}
	return errors.Join(errs...)
}

// Variable returns the name of a key's environment variable.
func Variable(key string) string {
	return "ASSAY_" + strings.ToUpper(notName.ReplaceAllString(key, "_"))
}

var (
	notName  = regexp.MustCompile(`[^A-Za-z0-9]`)
	nameForm = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
)

// checker is a section that knows what is wrong with it. The key is its own.
type checker interface{ check(key string) error }

// check asks every section, and refuses names that variables cannot tell apart.
func (c *Config) check() error {
	errs := []error{c.checkKeys()}
	sections(reflect.ValueOf(c).Elem(), "", func(key string, v reflect.Value) {
		if s, ok := v.Interface().(checker); ok {
			errs = append(errs, s.check(key))
		}
		if v.Kind() == reflect.Map {
			errs = append(errs, checkNames(key, v))
		}
	})
	return errors.Join(errs...)
}

// checkNames refuses names of which a variable could not be made, or the same
// one: a password must not go to another's server.
func checkNames(key string, m reflect.Value) error {
	var errs []error
	seen := map[string]string{}
	names := m.MapKeys()
	slices.SortFunc(names, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, name := range names {
		n := name.String()
		if !nameForm.MatchString(n) {
			errs = append(errs, fmt.Errorf("%s: the name %q is not lower case letters, digits, _ and -", key, n))
		}
		variable := Variable(n)
		if other, ok := seen[variable]; ok {
			errs = append(errs, fmt.Errorf("%s: the names %q and %q have the same environment variables (rename one)", key, other, n))
		}
		seen[variable] = n
	}
	return errors.Join(errs...)
}
