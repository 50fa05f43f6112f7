package config

import (
	"errors"
	"fmt"
)

// Catalog is where the task creator learns which data there is: one of discover,
// file, url and openmetadata. None means discover.
type Catalog struct {
	// Discover asks the stores of the configuration.
	Discover bool `yaml:"discover"`
	// File is an inventory: .jsonl, .csv or .yaml.
	File string `yaml:"file"`
	// URL is a metadata service (docs/catalog.md).
	URL URI `yaml:"url"`
	// OpenMetadata is the address of a server, with /api at its end.
	OpenMetadata URI `yaml:"openmetadata"`
	// Token is sent to URL or OpenMetadata as a bearer token.
	Token Secret `yaml:"token"`
	// Elements translates tags of OpenMetadata to elements.
	Elements map[string]string `yaml:"elements"`
}

func (c Catalog) check(key string) error {
	n := 0
	for _, set := range []bool{c.Discover, c.File != "", c.URL != "", c.OpenMetadata != ""} {
		if set {
			n++
		}
	}
	if n > 1 {
		return fmt.Errorf("%s: want one of discover, file, url and openmetadata", key)
	}
	if c.Token != "" && c.URL == "" && c.OpenMetadata == "" {
		return errors.New(key + ".token: is set, but neither url nor openmetadata")
	}
	return nil
}
