package baseline

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
)

func TestIDs(t *testing.T) {
	secret := assay.Value("hunter" + "2hunter2")
	id := PlaceID("salt", "password", "a/b", secret)
	if len(id) != 32 || id != PlaceID("salt", "password", "a/b", assay.Value("\"hunter"+"2hunter2\"\n")) {
		t.Errorf("id %q is not that of the same secret in quotes", id)
	}
	others := map[string]string{
		"salt":    PlaceID("tlas", "password", "a/b", secret),
		"element": PlaceID("salt", "passwor", "da/b", secret),
		"path":    PlaceID("salt", "password", "a/c", secret),
		"secret":  PlaceID("salt", "password", "a/b", secret[1:]),
	}
	for what, other := range others {
		if other == id {
			t.Errorf("another %s has the same id", what)
		}
	}
	if SecretID([]byte("k"), "password", secret) == SecretID([]byte("l"), "password", secret) {
		t.Error("the secret id does not hang on the key")
	}
	began := time.Now()
	for range 10 {
		PlaceID("salt", "password", "a/b", secret)
	}
	if each := time.Since(began) / 10; each < 100*time.Microsecond {
		t.Errorf("an id takes %v: guessing is cheap", each)
	}
}

func entries(ids ...string) []Entry {
	var list []Entry
	for _, id := range ids {
		list = append(list, Entry{"file " + id, "password", id})
	}
	return list
}

func TestReadWrite(t *testing.T) {
	b := &Baseline{Salts: []Salt{"s"}, Entries: entries("c", "a", "b", "a")}
	var first, second bytes.Buffer
	if err := b.Write(&first); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(first.String(), "\n"); lines != 4 {
		t.Errorf("%d lines, want a head and three entries:\n%s", lines, &first)
	}
	read, err := Read(bytes.NewReader(first.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Write(&second); err != nil || second.String() != first.String() {
		t.Errorf("read and written again it is another file: %v", err)
	}
	if !read.Has("b") || read.Has("d") {
		t.Error("what it knows is not what was written")
	}
}

func TestReadRefuses(t *testing.T) {
	head := `{"assay_baseline":1,"salt":"s"}` + "\n"
	for name, text := range map[string]string{
		"empty":         "",
		"no salt":       `{"file":"a","element":"b","id":"c"}`,
		"later version": `{"assay_baseline":2,"salt":"s"}`,
		"conflict":      head + "<<<<<<< HEAD\n",
		"unknown key":   head + `{"file":"a","element":"b","id":"c","x":1}`,
		"no id":         head + `{"file":"a","element":"b"}`,
	} {
		if _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestMerge(t *testing.T) {
	tests := []struct {
		name               string
		base, ours, theirs []string
		want               []string
	}{
		{"both add", []string{"a"}, []string{"a", "b"}, []string{"a", "c"}, []string{"a", "b", "c"}},
		{"both add the same", nil, []string{"b"}, []string{"b"}, []string{"b"}},
		{"one removes", []string{"a", "b"}, []string{"b"}, []string{"a", "b", "c"}, []string{"b", "c"}},
		{"both remove", []string{"a"}, nil, nil, nil},
	}
	for _, tt := range tests {
		side := func(ids []string) *Baseline { return &Baseline{Salts: []Salt{"s"}, Entries: entries(ids...)} }
		got := Merge(side(tt.base), side(tt.ours), side(tt.theirs))
		got.sort()
		if diff := cmp.Diff(entries(tt.want...), got.Entries); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	both := Merge(&Baseline{}, &Baseline{Salts: []Salt{"s"}}, &Baseline{Salts: []Salt{"t"}})
	if len(both.Salts) != 2 {
		t.Errorf("baselines begun on two branches keep salts %v, want both", both.Salts)
	}
}

func TestDecisions(t *testing.T) {
	text := `{"file":"a","element":"e","id":"1234567","verdict":"rejected","reason":"r","by":"x"}
{"file":"a","element":"e","id":"1234567","verdict":"approved","reason":"r","by":"y"}
{"file":"b","element":"e","id":"1234599","verdict":"approved","reason":"r","by":"y"}`
	d, err := ReadDecisions(strings.NewReader(text))
	if err != nil || !d.Rejected("1234567") || d.Rejected("1234599") || d.Rejected("none") {
		t.Errorf("%v, %v: a rejection must stand beside an approval", d, err)
	}
	if _, err := ReadDecisions(strings.NewReader(`{"id":"1","verdict":"maybe"}`)); err == nil {
		t.Error("a verdict that is none was taken")
	}
	if _, err := Find([]string{"1234567", "1234599"}, "12345"); err == nil {
		t.Error("an ambiguous id was taken")
	}
	if id, err := Find([]string{"1234567", "1234599"}, "123456"); err != nil || id != "1234567" {
		t.Errorf("%q, %v", id, err)
	}
}

func TestPeers(t *testing.T) {
	sum := SHA1(assay.Value("made up"))
	d, err := ReadDetectSecrets(strings.NewReader(`{"version":"1.5.0","results":{"a/b.py":[{"type":"Secret Keyword","filename":"a/b.py",
		"hashed_secret":"` + sum + `","is_verified":false,"line_number":3,"is_secret":false}]},"generated_at":"2026-01-01T00:00:00Z"}`))
	if err != nil || !d.Has("a/b.py", sum) || d.Has("a/c.py", sum) {
		t.Errorf("%+v, %v", d, err)
	}
	again := &DetectSecrets{Version: "1.5.0", Results: map[string][]DetectedSecret{"a/b.py": {{Filename: "a/b.py", HashedSecret: sum}}}}
	again.KeepLabels(d)
	var out bytes.Buffer
	if err := again.Write(&out); err != nil || !strings.Contains(out.String(), `"is_secret": false`) || strings.Contains(out.String(), "generated_at") {
		t.Errorf("%v: labels kept, times not:\n%s", err, &out)
	}
	commit := strings.Repeat("ab", 20)
	g, err := ReadGitleaksIgnore(strings.NewReader("# why\nsrc/a:b.go:generic-api-key:12\n" + commit + ":c.go:rule:3\nnonsense\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		commit, file string
		line         int
		want         bool
	}{{"", "src/a:b.go", 12, true}, {commit, "src/a:b.go", 12, true}, {"", "src/a:b.go", 13, false}, {commit, "c.go", 3, true}, {"", "c.go", 3, false}} {
		if g.Has(tt.commit, tt.file, tt.line) != tt.want {
			t.Errorf("%+v", tt)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"assay_baseline":1,"salt":"s"}` + "\n" + `{"file":"a","element":"b","id":"c"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := b.Write(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(&out); err != nil {
			t.Fatalf("what was written is not read again: %v", err)
		}
	})
}

func FuzzReadGitleaksIgnore(f *testing.F) {
	f.Add("a:b:1\n")
	f.Fuzz(func(t *testing.T, text string) { ReadGitleaksIgnore(strings.NewReader(text)) })
}
