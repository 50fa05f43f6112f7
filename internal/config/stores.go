package config

import (
	"fmt"
	"net/url"
)

// Store is a data store that is scanned. Its name in the configuration is what
// tasks and findings call it.
type Store struct {
	// URI is where it is, as a target of assay scan.
	URI      URI    `yaml:"uri"`
	Password Secret `yaml:"password"`
	// Owner is who answers for its data where nobody says better.
	Owner string `yaml:"owner"`
	// Options are those of the kind of store, as they stand behind the ? of a URI.
	Options map[string]string `yaml:"options"`
	Limits  Limits            `yaml:"limits"`
}

// Limits spare a store. They hold for each scanner process; 0 does not limit.
type Limits struct {
	// Connections is how many of its assets are worked on at the same time.
	Connections int `yaml:"connections"`
	// RequestsPerSecond is how many requests are made of it, on the average.
	RequestsPerSecond float64 `yaml:"requests_per_second"`
	// BytesPerSecond is how much of it is read on the average.
	BytesPerSecond Size `yaml:"bytes_per_second"`
}

// Target returns the store's address with options and password: it may not be
// shown.
func (s Store) Target() (string, error) {
	target, err := s.URI.withPassword(s.Password)
	if err != nil || len(s.Options) == 0 {
		return target, err
	}
	u, err := url.Parse(target)
	if err != nil {
		return "", fmt.Errorf("%s: is not an address", s.URI)
	}
	query := u.Query()
	for name, value := range s.Options {
		query.Set(name, value)
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

func (s Store) check(key string) error {
	if s.URI == "" {
		return fmt.Errorf("%s.uri is missing (such as mysql://reader@host:3306/shop)", key)
	}
	if _, err := s.Target(); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	if s.Limits.Connections < 0 || s.Limits.RequestsPerSecond < 0 || s.Limits.BytesPerSecond < 0 {
		return fmt.Errorf("%s.limits: a limit is negative", key)
	}
	return nil
}
