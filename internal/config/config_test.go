package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// load writes the file and loads it with the variables.
func load(t *testing.T, file string, env, flags map[string]string) (*Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "assay.yaml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(Sources{File: path, Flags: flags, Env: func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	}})
}

const full = `data: /srv/assay
database: mysql://assay@db:3306/assay
queue: https://sqs.eu-central-1.amazonaws.com/123456789012/assay
stores:
  shop:
    uri: mysql://reader@shop:3306/shop
    owner: shop@example.com
    options: {tls: "true"}
    limits: {connections: 3, requests_per_second: 1.5, bytes_per_second: 1MB}
  files:
    uri: ./exports
models:
  named: {url: "http://127.0.0.1:8080", timeout: 3s}
scanner:
  pool: 8
  visibility: 1m
`

func TestLoad(t *testing.T) {
	c, err := load(t, full, map[string]string{
		"ASSAY_STORES_SHOP_PASSWORD": "p@ss/word",
		"ASSAY_SCANNER_VISIBILITY":   "90s",
		"ASSAY_SCANNER_POOL":         "9",
	}, map[string]string{"scanner.pool": "10"})
	if err != nil {
		t.Fatal(err)
	}
	want := defaultScanner()
	want.Pool, want.Visibility = 10, 90*time.Second
	if diff := cmp.Diff(want, c.Scanner); diff != "" {
		t.Error(diff)
	}
	target, err := c.Stores["shop"].Target()
	if want := "mysql://reader:p%40ss%2Fword@shop:3306/shop?tls=true"; target != want || err != nil {
		t.Errorf("target %q, %v; want %q", target, err, want)
	}
	if want := (Limits{3, 1.5, 1_000_000}); c.Stores["shop"].Limits != want {
		t.Errorf("limits %+v, want %+v", c.Stores["shop"].Limits, want)
	}
	if got := c.Models["named"].Timeout; got != 3*time.Second {
		t.Errorf("timeout of the model %v", got)
	}
}

func TestOrigins(t *testing.T) {
	c, err := load(t, full, map[string]string{"ASSAY_SCANNER_GRACE": "5s", "ASSAY_STORES_SHOP_PASSWORD": "geheim"},
		map[string]string{"scanner.pool": "3"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"data": "assay.yaml:1", "stores.shop.uri": "assay.yaml:6", "stores.shop.limits.connections": "assay.yaml:9",
		"stores.shop.options": "assay.yaml:8", "stores.shop.password": "ASSAY_STORES_SHOP_PASSWORD",
		"scanner.pool": "flag", "scanner.grace": "ASSAY_SCANNER_GRACE", "scanner.refresh": "default",
	}
	for _, e := range c.Entries() {
		if strings.Contains(fmt.Sprint(e.Value), "geheim") {
			t.Errorf("%s shows a secret: %v", e.Key, e.Value)
		}
		if origin, ok := want[e.Key]; ok && filepath.Base(e.Origin) != origin {
			t.Errorf("%s comes from %q, want %q", e.Key, e.Origin, origin)
		}
		delete(want, e.Key)
	}
	if len(want) > 0 {
		t.Errorf("no entries for %v", want)
	}
}

func TestSecretFile(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := load(t, full, map[string]string{"ASSAY_DATABASE_PASSWORD_FILE": secret}, nil)
	if err != nil || string(c.DatabasePassword) != "geheim" {
		t.Errorf("the secret is not as in its file, %v", err)
	}
	for _, form := range []string{"%v", "%s", "%#v", "%+v"} {
		if text := fmt.Sprintf(form, c); strings.Contains(text, "geheim") {
			t.Errorf("%s shows a secret: %s", form, text)
		}
	}
}

func TestRefused(t *testing.T) {
	tests := []struct {
		name, file string
		env, flags map[string]string
		want       string
	}{
		{"empty sections leave the defaults", "# nothing\nscanner:\nstores:\n  x:\n", nil, nil, "stores.x.uri is missing"},
		{"unknown key", "data: x\nscanner:\n  poool: 3\n", nil, nil, "assay.yaml:3: unknown key \"scanner.poool\""},
		{"unknown section", "scaner:\n  pool: 3\n", nil, nil, `assay.yaml:1: unknown key "scaner"`},
		{"key twice", "data: x\ndata: y\n", nil, nil, "assay.yaml:2: "},
		{"no YAML", "data: [", nil, nil, "assay.yaml:1: "},
		{"two documents", "data: x\n---\ndata: y\n", nil, nil, "2 documents"},
		{"secret", "data: x\ndatabase_password: geheim\n", nil, nil, "assay.yaml:2: database_password: a secret may not stand in the file"},
		{"password in an address", "database: mysql://a:geheim@b/c\n", nil, nil, "assay.yaml:1: database holds a password"},
		{"password in an address with a bad escape", "database: mysql://a:geheim%zz@b/c\n", nil, nil, "assay.yaml:1: database is not an address"},
		{"a number that is none", "scanner: {pool: geheim}\n", nil, nil, "assay.yaml:1: scanner.pool is not a whole number"},
		{"a duration that is none", "scanner:\n  grace: geheim\n", nil, nil, "assay.yaml:2: scanner.grace is not a duration"},
		{"not a section", "scanner: geheim\n", nil, nil, "assay.yaml:1: scanner is not a list of keys"},
		{"not a single value", "data: [geheim]\n", nil, nil, "assay.yaml:1: data is not a single value"},
		{"too small", "scanner: {pool: 0}\n", nil, nil, "scanner.pool: want 1 to 1000"},
		{"bad variable", "", map[string]string{"ASSAY_SCANNER_POOL": "geheim"}, nil, "ASSAY_SCANNER_POOL: is not a whole number"},
		{"no secret file", "", map[string]string{"ASSAY_DATABASE_PASSWORD_FILE": "/no/such"}, nil, "ASSAY_DATABASE_PASSWORD_FILE: open"},
		{"unknown flag", "", nil, map[string]string{"scanner.poool": "1"}, "scanner.poool is not a key"},
		{"secret flag", "", nil, map[string]string{"database_password": "geheim"}, "a secret cannot be a flag"},
		{"no address", "stores: {shop: {owner: a}}\n", nil, nil, "stores.shop.uri is missing"},
		{"empty store", "stores:\n  shop:\n", nil, nil, "stores.shop.uri is missing"},
		{"bad name", "stores: {Shop.x: {uri: a}}\n", nil, nil, `"Shop.x"`},
		{"names alike", "stores: {a-b: {uri: a}, a_b: {uri: b}}\n", nil, nil, "the same environment variables"},
		{"password without user", "stores: {shop: {uri: ./x}}\n", map[string]string{"ASSAY_STORES_SHOP_PASSWORD": "geheim"}, nil, "names no user"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.file, tt.env, tt.flags)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if err != nil && (strings.Contains(err.Error(), "geheim") || strings.Count(err.Error(), "\n") > 0) {
				t.Errorf("the error shows what was written, or has several lines: %q", err)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	if _, err := Load(Sources{File: "/no/such/assay.yaml"}); err == nil {
		t.Error("a file that was named and is missing is no error")
	}
	t.Chdir(t.TempDir())
	if _, err := Load(Sources{Env: func(string) (string, bool) { return "", false }}); err != nil {
		t.Errorf("no file: %v", err)
	}
}

func TestResultsSections(t *testing.T) {
	const file = "key: file:/run/key.json\nold_keys: [aws-kms:arn:aws:kms:eu-central-1:1:key/a]\nretention: {matches: 24h, batch: 50}\n" +
		"events:\n  webhooks:\n    shop: {url: 'https://hooks.example.com/a', owners: [shop@example.com, '-'], kinds: [element_gone]}\n"
	c, err := load(t, file, map[string]string{"ASSAY_EVENTS_WEBHOOKS_SHOP_SECRET": "0123456789abcdef"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	hook := Webhook{URL: "https://hooks.example.com/a", Secret: "0123456789abcdef", Owners: []string{"shop@example.com", "-"}, Kinds: []string{"element_gone"}}
	if diff := cmp.Diff(hook, c.Events.Webhooks["shop"]); diff != "" {
		t.Error(diff)
	}
	if c.Retention.Matches != 24*time.Hour || c.Retention.Batch != 50 || c.Retention.Events != defaultRetention().Events {
		t.Errorf("retention %+v", c.Retention)
	}
	for text, want := range map[string]string{
		"key: key.json": "aws-kms:ARN", "old_keys: [x]": "aws-kms:ARN", "retention: {matches: 0s}": "retention", "retention: {batch: 0}": "retention.batch",
		"events: {webhooks: {a: {url: 'ftp://x'}}}":        "events.webhooks.a.url",
		"events: {webhooks: {b: {url: 'https://x/y'}}}":    "ASSAY_EVENTS_WEBHOOKS_B_SECRET",
		"events: {webhooks: {c: {secret: 'in the file'}}}": "secret may not stand in the file",
	} {
		if _, err := load(t, text, nil, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want a word on %s", text, err, want)
		}
	}
}
