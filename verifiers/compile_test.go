package verifiers_test

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/internal/testserver"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code"
	"example.com/assay/verifiers/code/phone"
)

// value is a value and what is known of its field.
type value struct{ text, field, kind string }

// scan returns the texts that the set finds in a value, with a score of at least
// engine.FlagScore.
func scan(t *testing.T, set *engine.Set, v value) []string {
	t.Helper()
	field := set.Field(engine.FieldInfo{Field: assay.Field{Path: v.field, Type: v.kind}})
	var block engine.Block
	block.Append([]byte(v.text), 0, 0)
	var result engine.Result
	if err := field.Scan(t.Context(), &block, &result); err != nil {
		t.Fatal(err)
	}
	if len(result.Pending) > 0 {
		t.Fatalf("%d judgements wait for a model", len(result.Pending))
	}
	var found []string
	for _, h := range result.Hits {
		if h.Score >= engine.FlagScore {
			found = append(found, v.text[h.Start:h.End])
		}
	}
	return found
}

// Each row is one definition's detect, and what it finds.
func TestCompile(t *testing.T) {
	tests := []struct {
		name, detect string
		value        value
		want         []string
	}{
		{"name contains", `{"regex": "birthdate", "on": "field"}`, value{"x", "user_birthdate", ""}, []string{"x"}},
		{"name does not", `{"regex": "birthdate", "on": "field"}`, value{"birthdate", "note", ""}, nil},
		{"content contains", `{"regex": "birthdate"}`, value{"my birthdate is", "note", ""}, []string{"birthdate"}},
		{"content does not contain", `{"regex": "birthdate", "deny": true}`, value{"nothing", "note", ""}, []string{"nothing"}},
		{"content does, but must not", `{"regex": "birthdate", "deny": true}`, value{"my birthdate", "note", ""}, nil},
		{"name or content: name", `{"any": [{"regex": "birthdate", "on": "field"}, {"regex": "birthdate"}]}`, value{"x", "birthdate", ""}, []string{"x"}},
		{"name or content: content", `{"any": [{"regex": "birthdate", "on": "field"}, {"regex": "birthdate"}]}`, value{"birthdate", "x", ""}, []string{"birthdate"}},
		{"name or content: neither", `{"any": [{"regex": "birthdate", "on": "field"}, {"regex": "birthdate"}]}`, value{"x", "y", ""}, nil},
		{"name as words", `{"words": ["birth date"], "on": "field"}`, value{"x", "userBirth_date", ""}, []string{"x"}},
		{"declared type denies", `{"all": [{"regex": "\\d{4}"}, {"regex": "^int", "on": "type", "deny": true}]}`, value{"1234", "n", "int(11)"}, nil},
		{"declared type allows", `{"all": [{"regex": "\\d{4}"}, {"regex": "^int", "on": "type", "deny": true}]}`, value{"1234", "n", "text"}, []string{"1234"}},
		{"group", `{"regex": "id=(\\d+)"}`, value{"id=42;", "n", ""}, []string{"42"}},
		{"dictionary", `{"trie": ["São Paulo", "Köln"]}`, value{"from KOLN to sao paulo", "n", ""}, []string{"KOLN", "sao paulo"}},
		{"dictionary, part of a word", `{"trie": ["Köln"]}`, value{"kölner", "n", ""}, nil},
		{"known fake", `{"regex": "\\d{4}[ -]?\\d{4}", "except": ["12345678"]}`, value{"1234-5678 8765-4321", "n", ""}, []string{"8765-4321"}},
		{"table of fakes", `{"regex": "[\\d ]{15,19}\\d", "except": {"table": "cards"}}`, value{"4111 1111 1111 1111", "n", ""}, nil},
		{"pattern of fakes", `{"regex": "\\S+@\\S+", "except": [{"table": "emails"}]}`, value{"a@Example.com b@mail.Example.com c@counterexample.com", "n", ""}, []string{"c@counterexample.com"}},
		{"context near", `{"regex": "\\d{6}", "score": 0.1, "context": [{"words": ["ticket"], "score": 0.9}]}`, value{"ticket 123456", "n", ""}, []string{"123456"}},
		{"context in the name", `{"regex": "\\d{6}", "score": 0.1, "context": [{"words": ["ticket"], "score": 0.9}]}`, value{"123456", "ticket_no", ""}, []string{"123456"}},
		{"context not in the name", `{"regex": "\\d{6}", "score": 0.1, "context": [{"words": ["ticket"], "score": 0.9, "fields": false}]}`, value{"123456", "ticket_no", ""}, nil},
		{"no context", `{"regex": "\\d{6}", "score": 0.1, "context": [{"words": ["ticket"], "score": 0.9}]}`, value{"123456", "n", ""}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := compile(t, []verifiers.Definition{parse(t, "detect", tt.detect)}, verifiers.Options{})
			if diff := cmp.Diff(tt.want, scan(t, set, tt.value)); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCompileDictionaryFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "towns.txt", "# towns\nKöln\n\n  Bad Ems  \n")
	write(t, dir, "ticket_id.json", string(with(t, "detect", `{"trie": {"file": "towns.txt"}}`)))
	defs, err := verifiers.LoadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := scan(t, compile(t, defs, verifiers.Options{}), value{"towns: bad ems, köln", "n", ""})
	if diff := cmp.Diff([]string{"bad ems", "köln"}, got); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}

	if err := os.Remove(dir + "/towns.txt"); err != nil {
		t.Fatal(err)
	}
	if set, err := verifiers.Compile(defs, verifiers.Options{}); err == nil || len(set.Rules()) != 0 {
		t.Error("the dictionary has gone, but the definition compiles")
	}
}

func TestCompileSelects(t *testing.T) {
	on, off := parse(t, "title", `"On"`), parse(t, "off", "true")
	off.Element = "order_id"
	shadow := on
	shadow.Version = 2
	defs := []verifiers.Definition{on, off}
	tests := []struct {
		name string
		opts verifiers.Options
		want []string
	}{
		{"all that are on", verifiers.Options{}, []string{"ticket_id@1"}},
		{"one that is off", verifiers.Options{Elements: []assay.Element{"order_id"}}, []string{"order_id@1"}},
		{"with a shadow", verifiers.Options{Shadow: []verifiers.Definition{shadow}}, []string{"ticket_id@1", "ticket_id@2 shadow"}},
		{"a shadow of another", verifiers.Options{Elements: []assay.Element{"order_id"}, Shadow: []verifiers.Definition{shadow}}, []string{"order_id@1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, r := range compile(t, defs, tt.opts).Rules() {
				name := r.Verifier
				if r.Shadow {
					name += " shadow"
				}
				got = append(got, name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
	_, err := verifiers.Compile(defs, verifiers.Options{Elements: []assay.Element{"tiket_id", "order_id"}})
	if !errors.Is(err, assay.ErrNotFound) || !strings.Contains(err.Error(), "tiket_id") {
		t.Errorf("an element that does not exist: error %v", err)
	}
}

// A model that gives one score for a value as a whole is asked with the names of
// field and asset.
func TestCompileModelScore(t *testing.T) {
	def := parse(t, "detect", `{"model": "named", "threshold": 0.9}`)
	models := client(t, map[string]verifiers.Endpoint{"named": {URL: testserver.Models(t)}})
	set := compile(t, []verifiers.Definition{def}, verifiers.Options{Models: models.Names()})
	field := set.Field(engine.FieldInfo{Field: assay.Field{Path: "city"}, Asset: &assay.Asset{ID: "file:/data/towns.csv"}})
	var block engine.Block
	for _, v := range []string{"towns city", "towns village"} {
		block.Append([]byte(v), 0, 0)
	}
	var result engine.Result
	if err := field.Scan(t.Context(), &block, &result); err != nil {
		t.Fatal(err)
	}
	if down, err := models.Settle(t.Context(), field, &block, &result); err != nil || len(down) > 0 {
		t.Fatalf("down %v, error %v", down, err)
	}
	if len(result.Hits) != 1 || result.Hits[0].Value != 0 {
		t.Errorf("hits %+v, want one in the first value", result.Hits)
	}
}

func TestExamplesFail(t *testing.T) {
	tests := []struct {
		name, key, value, path, where, reason string
	}{
		{"not found", "match", `["TKT-123456", "TKT-1"]`, "$.match[1]", "alone", "found nothing"},
		{"other text", "match", `[{"text": "TKT-123456 TKT-654321x", "find": "654321"}]`, "$.match[0]", "alone", `found ["TKT-123456"], not "654321"`},
		{"found", "noMatch", `["see TKT-123456"]`, "$.noMatch[0]", "at the end of a text", `found "TKT-123456", want nothing`},
		{"only alone", "detect", `{"regex": "^TKT-\\d{6}$"}`, "$.match[0]", "in the middle of a text", "found nothing"},
		{"score too low", "detect", `{"regex": "TKT-\\d{6}", "score": 0.4}`, "$.match[0]", "alone", "found nothing"},
		{"finds everything", "detect", `{"regex": "[a-zA-Z]+"}`, "$.match[0]", "between other values", "a text about nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			def := parse(t, tt.key, tt.value)
			failures, err := verifiers.Test(t.Context(), def, compile(t, []verifiers.Definition{def}, verifiers.Options{}), nil)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(failures, func(f verifiers.Failure) bool {
				return f.Path == tt.path && f.Where == tt.where && strings.Contains(f.Reason, tt.reason)
			}) {
				t.Errorf("failures %v, want %s, %s: %s", failures, tt.path, tt.where, tt.reason)
			}
		})
	}
}

func TestExamplesNeedTheirModel(t *testing.T) {
	def, err := verifiers.Parse("person_by_model.json", []byte(person))
	if err != nil {
		t.Fatal(err)
	}
	set := compile(t, []verifiers.Definition{def}, verifiers.Options{Models: []string{"pii"}})
	failures, err := verifiers.Test(t.Context(), def, set, nil)
	if err != nil || len(failures) == 0 || !strings.Contains(failures[0].Reason, "none is configured") {
		t.Errorf("failures %v, error %v", failures, err)
	}
}

func TestLint(t *testing.T) {
	tests := []struct {
		name, key, value string
		path, want       string // no path: no warning
	}{
		{"nothing", "title", `"Fine"`, "", ""},
		{"name of the file", "element", `"order_id"`, "$", "not named after the element"},
		{"slow", "detect", `{"regex": "[a-z]+ [a-z]+"}`, "$.detect", "slow"},
		{"slow in one branch", "detect", `{"regex": "TKT\\d+|[a-z]+"}`, "$.detect", "slow"},
		{"keywords", "detect", `{"regex": "[a-z]+ [a-z]+", "keywords": ["ticket"]}`, "", ""},
		{"digit", "detect", `{"regex": "[a-z]+\\d"}`, "", ""},
		{"literal", "detect", `{"regex": "(?i)ticket [a-z]+"}`, "", ""},
		{"mark", "detect", `{"regex": "\\w+@\\w+"}`, "", ""},
		{"a name need not be quick", "detect", `{"all": [{"regex": "[a-z]+", "on": "field"}, {"regex": "\\d+"}]}`, "", ""},
		{"never reported", "detect", `{"regex": "\\d+", "score": 0.4, "context": [{"words": ["a"], "score": 0.3}]}`, "$.detect", "nothing is ever reported"},
		{"reported by context", "detect", `{"regex": "\\d+", "score": 0.4, "context": [{"words": ["a"], "score": 0.6}]}`, "", ""},
		{"all is the least", "detect", `{"all": [{"regex": "\\d+", "score": 0.4}, {"regex": "id", "on": "field", "score": 0.9}]}`, "$.detect", "nothing is ever reported"},
		{"negation in any", "detect", `{"any": [{"regex": "\\d+"}, {"regex": "int", "on": "type", "deny": true}]}`, "$.detect.any[1]", "the any always holds"},
		{"negation only", "detect", `{"not": {"regex": "\\d+"}}`, "$.detect", "every other value"},
		{"same twice", "detect", `{"any": [{"regex": "\\d+"}, {"regex": "\\d+", "score": 0.6}]}`, "$.detect.any[1]", "$.detect.any[0] says the same"},
		{"any of one", "detect", `{"any": [{"regex": "\\d+"}]}`, "$.detect", "one node only"},
		{"context behind another", "detect", `{"regex": "\\d+", "context": [{"words": ["a", "b"], "score": 0.9}, {"words": ["a"], "within": 10, "score": 0.2}]}`, "$.detect.context[1]", "never applies"},
		{"example twice", "match", `["TKT-123456", {"text": "TKT-123456"}]`, "$.match[1]", "repeats $.match[0]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			warnings := verifiers.Lint(parse(t, tt.key, tt.value))
			if tt.path == "" {
				if len(warnings) > 0 {
					t.Errorf("warnings %v, want none", warnings)
				}
				return
			}
			if !slices.ContainsFunc(warnings, func(w verifiers.Warning) bool {
				return w.Path == tt.path && strings.Contains(w.Text, tt.want)
			}) {
				t.Errorf("warnings %v, want %s: %s", warnings, tt.path, tt.want)
			}
		})
	}
}

// TestGradedChecks holds the checks to what their rows say: the engine leaves out
// bare digits by the definition's score where a check gives no other.
func TestGradedChecks(t *testing.T) {
	defs, err := verifiers.Library()
	if err != nil {
		t.Fatal(err)
	}
	var texts [][]byte
	for _, d := range defs {
		for _, e := range slices.Concat(d.Match, d.NoMatch) {
			texts = append(texts, []byte(e.Text))
		}
	}
	for _, check := range slices.Concat(code.All(), phone.Checks()) {
		if check.Graded || check.Regexp == "" {
			continue
		}
		candidates := regexp.MustCompile(check.Regexp)
		for _, text := range texts {
			for _, m := range candidates.FindAllIndex(text, -1) {
				c := engine.Candidate{Text: text, Start: m[0], End: m[1], Field: &engine.FieldInfo{}}
				if score := check.Valid(c); score > 0 {
					t.Fatalf("check %s gives %q a score of its own, %v: mark it Graded", check.Name, c.Bytes(), score)
				}
			}
		}
	}
}
