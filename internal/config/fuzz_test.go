package config

import "testing"

// FuzzLoad: no file makes the reader panic or repeat a secret.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{full, "", "data: [", "stores:\n  shop:\n", "scanner: {pool: 0}\n", "a: &x\n  b: *x\n", "<<: {data: x}\n", "data: |\n  x\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		if c, err := load(t, file, nil, nil); err == nil {
			c.Entries()
		}
	})
}
