package verifiers_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

// base is a definition that is right; tests change a member of it.
const base = `{
	"element": "ticket_id", "title": "Ticket", "class": "business", "doc": "A ticket of the help desk.",
	"detect": {"regex": "\\bTKT-\\d{6}\\b"},
	"match": ["TKT-123456"], "noMatch": ["TKT-12"]
}`

// with returns base with a member set to a JSON value, or removed.
func with(t *testing.T, key, value string) []byte {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(base), &members); err != nil {
		t.Fatal(err)
	}
	if value == "" {
		delete(members, key)
	} else {
		members[key] = json.RawMessage(value)
	}
	data, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t *testing.T, key, value string) verifiers.Definition {
	t.Helper()
	def, err := verifiers.Parse("ticket_id.json", with(t, key, value))
	if err != nil {
		t.Fatal(err)
	}
	return def
}

func TestParse(t *testing.T) {
	def := parse(t, "detect", `{"any": [
		{"all": [{"words": ["ticket", "case no"], "on": "field"}, {"not": {"regex": "^int", "on": "type"}}], "score": 0.8},
		{"regex": "TKT-(\\d{6})", "keywords": ["TKT-"], "except": ["000000", {"table": "cards"}],
		 "context": [{"words": ["ticket"], "score": 0.9}, {"words": ["price"], "within": 10, "fields": false, "score": 0.1}], "score": 0.6},
		{"trie": ["ticket one"], "deny": true}
	]}`)
	if def.Name() != "ticket_id@1" || def.Severity != "personal" || def.Off {
		t.Errorf("name %s, severity %s, off %v", def.Name(), def.Severity, def.Off)
	}
	regex := def.Detect.Any[1]
	want := verifiers.Refine{
		Except: []string{"000000"}, Tables: []string{"cards"}, Keywords: []string{"tkt-"},
		Context: []verifiers.Context{
			{Words: []string{"ticket"}, Within: 50, Fields: true, Score: 0.9},
			{Words: []string{"price"}, Within: 10, Score: 0.1},
		},
	}
	if diff := cmp.Diff(want, regex.Refine); diff != "" {
		t.Errorf("refinement (-want +got):\n%s", diff)
	}
	if regex.Score != 0.6 || regex.On != "content" || !def.Detect.Any[2].Deny || def.Detect.Any[0].All[1].Not.On != "type" {
		t.Errorf("nodes are not as written: %+v", def.Detect)
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		name, key, value string
		path, reason     string
	}{
		{"no element", "element", "", "$.element", "is missing"},
		{"no title", "title", "", "$.title", "is missing"},
		{"no class", "class", "", "$.class", "is missing (one of contact"},
		{"no doc", "doc", "", "$.doc", "is missing"},
		{"empty doc", "doc", `" "`, "$.doc", "is empty"},
		{"no match", "match", "", "$.match", "is missing"},
		{"empty match", "match", "[]", "$.match", "is an empty list"},
		{"no noMatch", "noMatch", "", "$.noMatch", "is missing"},
		{"no detect", "detect", "", "$.detect", "is missing"},
		{"bad element", "element", `"Ticket-ID"`, "$.element", "want lower_snake"},
		{"unknown class", "class", `"things"`, "$.class", "want one of"},
		{"unknown severity", "severity", `"high"`, "$.severity", "want one of critical"},
		{"unknown key", "docs", `"x"`, "$.docs", "unknown key (known here: element"},
		{"key in other case", "Off", `true`, "$.Off", "unknown key"},
		{"unknown regulation", "regulations", `["hippa"]`, "$.regulations", "is not one of"},
		{"country in capitals", "countries", `["US"]`, "$.countries", "two lower-case letters"},
		{"text for flag", "off", `"yes"`, "$.off", "is a string, want true or false"},
		{"null", "detect", `null`, "$.detect", "is null, want an object"},
		{"node without method", "detect", `{"score": 0.5}`, "$.detect", "this one has none"},
		{"node with two methods", "detect", `{"regex": "x1", "code": "y"}`, "$.detect", "this one has regex and code"},
		{"unknown key of node", "detect", `{"any": [{"regex": "x1"}, {"regex": "x2", "scores": 1}]}`, "$.detect.any[1].scores", "unknown key"},
		{"empty any", "detect", `{"any": []}`, "$.detect.any", "is an empty list"},
		{"empty all below not", "detect", `{"not": {"all": []}}`, "$.detect.not.all", "is an empty list"},
		{"look-behind", "detect", `{"any": [{"regex": "x1"}, {"regex": "a(?<=b)"}]}`, "$.detect.any[1].regex", `at byte 1: "(?<=b)"`},
		{"open group", "detect", `{"regex": "ab(c"}`, "$.detect.regex", "missing closing )"},
		{"regex of nothing", "detect", `{"regex": "x*"}`, "$.detect.regex", "matches an empty text"},
		{"unknown target", "detect", `{"regex": "x1", "on": "column"}`, "$.detect.on", "want one of content, asset"},
		{"words without target", "detect", `{"words": ["x"]}`, "$.detect.on", "is missing (one of asset"},
		{"words on content", "detect", `{"words": ["x"], "on": "content"}`, "$.detect.on", "want one of"},
		{"check on a name", "detect", `{"regex": "x1", "on": "field", "check": "luhn"}`, "$.detect.check", "unknown key"},
		{"unknown check", "detect", `{"regex": "x1", "check": "nosuch"}`, "$.detect.check", `no check is called "nosuch"`},
		{"unknown code", "detect", `{"code": "nosuch"}`, "$.detect.code", `no check is called "nosuch"`},
		{"unknown table", "detect", `{"regex": "x1", "except": {"table": "nosuch"}}`, "$.detect.except.table", "known: cards"},
		{"score too high", "detect", `{"regex": "x1", "score": 1.5}`, "$.detect.score", "is 1.5, want a number above 0"},
		{"score of nothing", "detect", `{"regex": "x1", "score": 0}`, "$.detect.score", "is 0, want"},
		{"score as text", "detect", `{"regex": "x1", "score": "0.5"}`, "$.detect.score", "is a string, want"},
		{"context too far", "detect", `{"regex": "x1", "context": [{"words": ["a"], "within": 129, "score": 1}]}`, "$.detect.context[0].within", "from 1 to 128"},
		{"context without words", "detect", `{"regex": "x1", "context": [{"score": 1}]}`, "$.detect.context[0].words", "is missing"},
		{"context without score", "detect", `{"regex": "x1", "context": [{"words": ["a"]}]}`, "$.detect.context[0].score", "is missing"},
		{"empty word", "detect", `{"trie": ["a", ""]}`, "$.detect.trie[1]", "is empty"},
		{"missing dictionary", "detect", `{"trie": {"file": "nosuch.txt"}}`, "$.detect.trie.file", "put the dictionary beside"},
		{"dictionary outside", "detect", `{"trie": {"file": "../../etc/passwd"}}`, "$.detect.trie.file", "not a path below"},
		{"share above one", "column", `{"minShare": 30}`, "$.column.minShare", "is 30, want"},
		{"part of a match", "column", `{"minMatches": 1.5}`, "$.column.minMatches", "want a whole number"},
		{"example of a number", "match", `[5]`, "$.match[0]", "want a string or an object"},
		{"example without text", "match", `[{"field": "x"}]`, "$.match[0].text", "is missing"},
		{"find elsewhere", "match", `[{"text": "ab", "find": "c"}]`, "$.match[0].find", "does not occur"},
		{"find of nothing", "noMatch", `["a", {"text": "ab", "find": "a"}]`, "$.noMatch[1].find", "no meaning"},
		{"too deep", "detect", strings.Repeat(`{"not": `, 30) + `{"regex": "x1"}` + strings.Repeat("}", 30), "$.detect.not", "more than 20 nodes deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := verifiers.Parse("dir/ticket_id.json", with(t, tt.key, tt.value))
			if err == nil {
				t.Fatal("taken")
			}
			if want := "dir/ticket_id.json: " + tt.path; !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), tt.reason) {
				t.Errorf("error is\n%v\nwant one with %q and %q", err, want, tt.reason)
			}
		})
	}
}

func TestParseRefusesDocuments(t *testing.T) {
	tests := []struct{ name, document, want string }{
		{"empty", "", "not JSON"},
		{"cut", base[:len(base)-1], "not JSON in line 5, column"},
		{"list", "[]", "$: is a list, want an object"},
		{"Latin-1", strings.Replace(base, "Ticket", "Tick\xe9t", 1), "not valid UTF-8"},
		{"two documents", base + base, "not JSON"},
		{"member twice", strings.Replace(base, `{"regex"`, `{"score": 0.5, "score": 0.9, "regex"`, 1), `duplicate field "detect.score"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := verifiers.Parse("x.json", []byte(tt.document)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestParseReportsEveryMistake(t *testing.T) {
	data := bytes.Replace(with(t, "doc", ""), []byte(`"element":"ticket_id"`), []byte(`"element":"X"`), 1)
	_, err := verifiers.Parse("x.json", data)
	if err == nil || len(strings.Split(err.Error(), "\n")) != 2 {
		t.Errorf("error is %v, want two lines", err)
	}
}

func TestHash(t *testing.T) {
	hash := func(key, value string) string {
		t.Helper()
		h, err := parse(t, key, value).Hash()
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	same := hash("title", `"Ticket"`)
	for key, value := range map[string]string{
		"doc": `"Another text."`, "match": `["TKT-654321"]`, "aliases": `{"macie": ["X"]}`, "off": "true",
		"detect": `  {   "regex" : "\\bTKT-\\d{6}\\b" }`,
	} {
		if got := hash(key, value); got != same {
			t.Errorf("%s changes the hash, but not what is detected", key)
		}
	}
	seen := map[string]string{same: "none"}
	for _, change := range [][2]string{
		{"element", `"ticket"`},
		{"column", `{"minMatches": 2}`},
		{"detect", `{"regex": "\\bTKT-\\d{7}\\b"}`},
		{"detect", `{"regex": "\\bTKT-\\d{6}\\b", "score": 0.7}`},
		{"detect", `{"regex": "\\bTKT-\\d{6}\\b", "except": {"table": "cards"}}`},
		{"detect", `{"regex": "\\bTKT-\\d{6}\\b", "except": {"table": "names"}}`},
	} {
		got := hash(change[0], change[1])
		if other, ok := seen[got]; ok {
			t.Errorf("%v has the same hash as %s", change, other)
		}
		seen[got] = change[1]
	}
}

func TestHashCoversDictionaries(t *testing.T) {
	dir := t.TempDir()
	hash := func(words string) string {
		t.Helper()
		write(t, dir, "words.txt", words)
		write(t, dir, "ticket_id.json", string(with(t, "detect", `{"trie": {"file": "words.txt"}}`)))
		defs, err := verifiers.LoadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		h, err := defs[0].Hash()
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	if hash("one\n") == hash("two\n") {
		t.Error("another dictionary, but the same hash")
	}
}

func TestLoadDir(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.json", base)
	write(t, dir, "b.json", strings.Replace(base, "A ticket", "Again a ticket", 1))
	write(t, dir, "broken.json", `{"element": 5}`)
	write(t, dir, "good.json", strings.Replace(base, "ticket_id", "order_id", 1))
	write(t, dir, "notes.txt", "no definition")

	defs, err := verifiers.LoadDir(dir)
	var got []assay.Element
	for _, d := range defs {
		got = append(got, d.Element)
	}
	if diff := cmp.Diff([]assay.Element{"order_id", "ticket_id"}, got); diff != "" {
		t.Errorf("loaded (-want +got):\n%s", diff)
	}
	if err == nil {
		t.Fatal("no error for the broken ones")
	}
	for _, want := range []string{
		filepath.Join(dir, "broken.json") + ": $.element: is a number",
		filepath.Join(dir, "b.json") + ": $.element: ticket_id is defined in " + filepath.Join(dir, "a.json"),
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error is\n%v\nwant one with %q", err, want)
		}
	}
}

func TestLoadDirNotThere(t *testing.T) {
	for _, dir := range []string{filepath.Join(t.TempDir(), "nosuch"), "parse_test.go"} {
		if _, err := verifiers.LoadDir(dir); err == nil {
			t.Errorf("%s: no error", dir)
		}
	}
}

func TestOverride(t *testing.T) {
	ticket, order := parse(t, "title", `"Old"`), parse(t, "element", `"order_id"`)
	merged := verifiers.Override([]verifiers.Definition{ticket, order}, []verifiers.Definition{parse(t, "title", `"New"`)})
	if len(merged) != 2 || merged[0].Element != "order_id" || merged[1].Title != "New" {
		t.Errorf("merged: %+v", merged)
	}
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// FuzzParse: whatever is in a file, Parse neither panics nor takes what Compile
// then refuses, and the hash does not depend on how the JSON is written.
func FuzzParse(f *testing.F) {
	f.Add([]byte(base))
	f.Add([]byte(strings.Replace(base, `"regex"`, `"not": {"trie": ["a b", "c"]}, "regex"`, 1)))
	f.Add([]byte(strings.Replace(base, `{"regex"`, `{"context": [{"words": ["x"], "within": 5, "score": 0.4}], "deny": true, "regex"`, 1)))
	f.Add([]byte(`{"any": [{"all": [{"words": ["a"], "on": "field"}, {"model": "m", "labels": ["L"]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		def, err := verifiers.Parse("fuzz.json", data)
		if err != nil {
			return
		}
		if _, err := verifiers.Compile([]verifiers.Definition{def}, verifiers.Options{Elements: []assay.Element{def.Element}, Models: def.Models(), Checks: phone.Checks()}); err != nil {
			t.Fatalf("taken, but does not compile: %v", err)
		}
		hash, err := def.Hash()
		if err != nil {
			t.Fatal(err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, data); err != nil {
			t.Fatal(err)
		}
		again, err := verifiers.Parse("fuzz.json", compact.Bytes())
		if err != nil {
			t.Fatalf("without blanks: %v", err)
		}
		if other, err := again.Hash(); err != nil || other != hash {
			t.Fatalf("hash %s, without blanks %s, %v", hash, other, err)
		}
		verifiers.Lint(def)
	})
}
