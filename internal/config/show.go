package config

import (
	"fmt"
	"reflect"
)

// Entry is one value as a person may see it.
type Entry struct {
	Key   string `json:"key"`
	Value any    `json:"value"` // secrets only say whether they are set
	// Origin is where the value comes from: default, a file with its line, an
	// environment variable, or flag.
	Origin string `json:"origin"`
}

// Entries returns every value of the configuration, by key.
func (c *Config) Entries() []Entry {
	entries := []Entry{}
	c.each(func(key string, v reflect.Value) {
		origin := c.origins[key]
		if origin == "" {
			origin = c.originOfList(key)
		}
		entries = append(entries, Entry{key, shown(v), origin})
	})
	return entries
}

// originOfList returns the origin of a map's first entry, since a map of plain
// values is shown as one.
func (c *Config) originOfList(key string) string {
	for inner, origin := range c.origins {
		if len(inner) > len(key) && inner[:len(key)+1] == key+"." {
			return origin
		}
	}
	return "default"
}

// shown is a value without secrets.
func shown(v reflect.Value) any {
	if s, ok := v.Interface().(fmt.Stringer); ok {
		return s.String()
	}
	if v.Kind() == reflect.Slice && v.IsNil() {
		return []string{}
	}
	return v.Interface()
}
