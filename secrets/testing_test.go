package secrets_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/secrets"
)

// testElement is an element of the tests' own, so that they do not hang on what
// the library's verifiers think of random values.
const testElement = "test_token"

// rulesOfTest returns rules with the one verifier of testElement.
func rulesOfTest(t testing.TB) *secrets.Rules {
	t.Helper()
	dir := t.TempDir()
	def := `{"element": "test_token", "title": "Token of the tests", "class": "credential", "severity": "critical",
		"doc": "A made-up token: tok_ and 24 letters.",
		"detect": {"regex": "\\b(tok_[a-z]{24})\\b", "score": 0.9},
		"match": ["tok_abcdefghijklmnopqrstuvwx"], "noMatch": ["tok_", "tik_abcdefghijklmnopqrstuvwx"]}`
	write(t, filepath.Join(dir, "test_token.json"), def)
	rules, err := secrets.LoadRules(secrets.RuleOptions{Dir: dir, Elements: []assay.Element{testElement}})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// token makes a secret of testElement.
func token() string {
	letters := make([]byte, 24)
	for i := range letters {
		letters[i] = byte('a' + rand.IntN(26))
	}
	return "tok_" + string(letters)
}

func write(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func scannerOf(t testing.TB, change func(*secrets.Options)) *secrets.Scanner {
	t.Helper()
	opts := secrets.Options{Rules: rulesOfTest(t), Now: time.Now()}
	if change != nil {
		change(&opts)
	}
	return secrets.New(opts)
}

func folder(t testing.TB, s *secrets.Scanner, dir string) *secrets.Result {
	t.Helper()
	r, err := s.Folders(t.Context(), dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// assertNoLeak searches all forms of a result for what was planted.
func assertNoLeak(t testing.TB, r *secrets.Result, rules *secrets.Rules, planted ...string) {
	t.Helper()
	for _, format := range secrets.Formats {
		var out strings.Builder
		if err := r.Write(&out, secrets.Output{Format: format, Version: "1.2.3", Rules: rules, All: true}); err != nil {
			t.Fatal(err)
		}
		for _, secret := range planted {
			for _, part := range []string{secret, secret[:16], secret[len(secret)-16:]} {
				if strings.Contains(out.String(), part) {
					t.Errorf("format %s holds %d bytes of the secret", format, len(part))
				}
			}
		}
	}
}
