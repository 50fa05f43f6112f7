package config

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
)

// each visits every single value of the configuration, by key, in the order of
// the file's description; what visit sets is kept.
func (c *Config) each(visit func(key string, v reflect.Value)) {
	leaves(reflect.ValueOf(c).Elem(), "", visit)
}

func leaves(v reflect.Value, key string, visit func(string, reflect.Value)) {
	switch {
	case isSection(v):
		for i, f := range reflect.VisibleFields(v.Type()) {
			if name := keyOf(f); name != "" {
				leaves(v.Field(i), join(key, name), visit)
			}
		}
	case v.Kind() == reflect.Map && v.Type().Elem().Kind() == reflect.Struct:
		for _, name := range namesOf(v) {
			entry := reflect.New(v.Type().Elem()).Elem() // what is in a map cannot be set in place
			entry.Set(v.MapIndex(name))
			leaves(entry, join(key, name.String()), visit)
			v.SetMapIndex(name, entry)
		}
	default:
		visit(key, v)
	}
}

// sections visits the configuration's structs and maps.
func sections(v reflect.Value, key string, visit func(string, reflect.Value)) {
	switch {
	case isSection(v):
		visit(key, v)
		for i, f := range reflect.VisibleFields(v.Type()) {
			if name := keyOf(f); name != "" {
				sections(v.Field(i), join(key, name), visit)
			}
		}
	case v.Kind() == reflect.Map && v.Type().Elem().Kind() == reflect.Struct:
		visit(key, v)
		for _, name := range namesOf(v) {
			sections(v.MapIndex(name), join(key, name.String()), visit)
		}
	}
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// isSection reports whether the value has keys of its own.
func isSection(v reflect.Value) bool {
	return v.Kind() == reflect.Struct && !reflect.PointerTo(v.Type()).Implements(textType)
}

// keyOf returns the key of a struct's member, empty for one that is not
// configured.
func keyOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}

func namesOf(m reflect.Value) []reflect.Value {
	names := m.MapKeys()
	slices.SortFunc(names, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return names
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}
