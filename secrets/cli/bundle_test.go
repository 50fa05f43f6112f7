package cli

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/assay/secrets"
	"example.com/assay/verifiers"
)

const definitionOfTest = `{"element": "our_token", "title": "Our token", "class": "credential", "severity": "critical",
	"doc": "A made-up token.", "detect": {"regex": "\\b(our_[a-z]{24})\\b", "score": 0.9},
	"match": ["our_abcdefghijklmnopqrstuvwx"], "noMatch": ["our_"]}`

// bundleServer serves what is put into it.
type bundleServer struct{ data, sig []byte }

func (s *bundleServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, ".sig") {
		w.Write(s.sig)
		return
	}
	w.Write(s.data)
}

func TestBundles(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, stranger, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	def, err := verifiers.Parse("test", []byte(definitionOfTest))
	if err != nil {
		t.Fatal(err)
	}
	server := &bundleServer{}
	web := httptest.NewServer(server)
	now := time.Now()
	serve := func(version int, key ed25519.PrivateKey) {
		if server.data, server.sig, err = secrets.SignBundle([]verifiers.Definition{def}, version, now, key); err != nil {
			t.Fatal(err)
		}
	}
	steps := []struct {
		name    string
		prepare func()
		pin     string
		later   time.Duration
		version int    // 0: the built-in rules only
		says    string // empty: nothing is said
	}{
		{"a stranger's", func() { serve(9, stranger) }, "", 0, 0, "signature does not fit"},
		{"fetched", func() { serve(3, private) }, "", 0, 3, ""},
		{"cached for an hour", func() { serve(4, private) }, "", 0, 3, ""},
		{"fetched again", func() {}, "", 2 * time.Hour, 4, ""},
		{"an older one is refused", func() { serve(2, private) }, "", 2 * time.Hour, 4, "older than version 4"},
		{"changed on the way", func() { serve(5, private); server.data[len(server.data)/2] ^= 1 }, "", 2 * time.Hour, 4, "signature does not fit"},
		{"pinned to another", func() { serve(6, private) }, "2", 2 * time.Hour, 0, "version 2 is pinned"},
		{"pinned to the cached", func() {}, "4", 2 * time.Hour, 4, ""},
		{"offline", func() { web.Close() }, "", 3 * time.Hour, 4, "using version 4, fetched 3h0m0s ago"},
	}
	for _, tt := range steps {
		tt.prepare()
		env := map[string]string{"ASSAY_RULES_URL": web.URL + "/rules.json", "ASSAY_RULES_KEY": base64.StdEncoding.EncodeToString(public), "ASSAY_RULES_VERSION": tt.pin}
		b, err := newBundles(func(name string) string { return env[name] }, now.Add(tt.later))
		if err != nil {
			t.Fatal(err)
		}
		got, says := b.load(t.Context())
		version := 0
		if got != nil {
			version = got.Version
		}
		if version != tt.version || (says == "") != (tt.says == "") || !strings.Contains(says, tt.says) {
			t.Errorf("%s: version %d, %q; want %d, %q", tt.name, version, says, tt.version, tt.says)
		}
	}
}
