package secrets

import (
	"bytes"
	"encoding/base64"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"example.com/assay/verifiers"
)

var update = flag.Bool("update", false, "write sieve.txt anew")

func TestSieveIsOfTheLibrary(t *testing.T) {
	rules, err := LoadRules(RuleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := writeSieve(&want, rules.set); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("sieve.txt", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want.String() != sieveText {
		t.Error("sieve.txt is not that of the library: go test ./secrets -run TestSieveIsOfTheLibrary -update")
	}
}

// Rules chosen for a text find in it what all rules find.
func TestRulesForLoseNothing(t *testing.T) {
	all, err := LoadRules(RuleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defs, err := verifiers.Library()
	if err != nil {
		t.Fatal(err)
	}
	whole := New(Options{Rules: all}).worker()
	tried, most := 0, 0
	for i, d := range defs {
		if d.Class != class {
			continue
		}
		for k, e := range d.Match {
			text := []byte(e.Text)
			if (i+k)%5 == 0 {
				text = []byte("x: " + base64.StdEncoding.EncodeToString(text))
			}
			some, err := RulesFor(RuleOptions{}, [][]byte{text})
			if err != nil {
				t.Fatal(err)
			}
			most = max(most, some.Len())
			want, got := found(t, whole, text), found(t, New(Options{Rules: some}).worker(), text)
			if tried += len(want); !slices.Equal(got, want) {
				t.Errorf("%s: found %q in %q, all rules find %q", d.Element, got, text, want)
			}
		}
	}
	if tried < 700 || most > all.Len()/4 {
		t.Errorf("%d hits and at most %d of %d rules: the test tries too little", tried, most, all.Len())
	}
}

// A text that is cut into pieces is sieved as it is judged: what stands at the
// cuts is found too.
func TestRulesForLoseNothingAtCuts(t *testing.T) {
	all, err := LoadRules(RuleOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defs, err := verifiers.Library()
	if err != nil {
		t.Fatal(err)
	}
	defs = slices.DeleteFunc(defs, func(d verifiers.Definition) bool { return d.Class != class || len(d.Match) == 0 })
	whole := New(Options{Rules: all}).worker()
	hits := 0
	for i := 0; i+3 < len(defs); i += 120 {
		content := bytes.Repeat([]byte("nothing to see here\n"), 5*pieceSize/40)
		for k, before := range []int{10, 60, 1500, -20} {
			example := "\n" + defs[i+k].Match[0].Text + "\n"
			if k%2 == 1 {
				example = "\nx: " + base64.StdEncoding.EncodeToString([]byte(example)) + "\n"
			}
			copy(content[(1+k%2)*pieceSize-before:], example)
		}
		some, err := RulesFor(RuleOptions{}, [][]byte{content})
		if err != nil {
			t.Fatal(err)
		}
		want, got := found(t, whole, content), found(t, New(Options{Rules: some}).worker(), content)
		if hits += len(want); !slices.Equal(got, want) {
			t.Errorf("from %s on: found %q, all rules find %q", defs[i].Element, got, want)
		}
		if some.Len() > all.Len()/4 {
			t.Errorf("%d of %d rules for a text of words", some.Len(), all.Len())
		}
	}
	if hits < 6 {
		t.Errorf("%d hits: the test tries too little", hits)
	}
}

func found(t *testing.T, w *worker, content []byte) []string {
	t.Helper()
	w.result = Result{}
	w.read(t.Context(), text{path: "f", shown: "f"}, bytes.NewReader(content), func(p Place) {
		w.result.Places = append(w.result.Places, p)
	})
	var list []string
	for _, p := range w.result.Places {
		list = append(list, string(p.Element)+p.Masked+p.Decoded)
	}
	return list
}

func TestSieveIsRefused(t *testing.T) {
	for _, damaged := range []string{"key\tx\n", "\"key\"\n", strings.Repeat("\"a\"\tx\n", 1<<16)} {
		if _, err := newSieve(damaged); err == nil {
			t.Errorf("%.20q is taken", damaged)
		}
	}
}
