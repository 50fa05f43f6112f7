package engine

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"example.com/assay"
	"github.com/google/go-cmp/cmp"
)

// rule returns a rule with one tree and the element e.
func rule(e assay.Element, root Node) Rule {
	return Rule{Element: e, Verifier: string(e) + "@1", Hash: "h", Root: root}
}

func regex(pattern string) Node {
	return Node{Op: Content, Content: &ContentMethod{Kind: "regex", Regexp: pattern}}
}

func named(pattern string) Node {
	return Node{Op: Metadata, Metadata: &MetadataMethod{On: OnField, Regexp: pattern}}
}

func not(n Node) Node          { return Node{Op: Not, Nodes: []Node{n}} }
func all(nodes ...Node) Node   { return Node{Op: All, Nodes: nodes} }
func anyOf(nodes ...Node) Node { return Node{Op: Any, Nodes: nodes} }

func (n Node) scored(s float64) Node {
	n.Score = s
	return n
}

func mustCompile(t testing.TB, rules ...Rule) *Set {
	t.Helper()
	s, err := Compile(rules)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func blockOf(values ...string) *Block {
	b := &Block{}
	for _, v := range values {
		b.Append([]byte(v), 0, 0)
	}
	return b
}

// hit is a Hit without what the tests do not compare.
type hit struct {
	Value      int
	Element    assay.Element
	Start, End int
	Score      float64
}

func scan(t testing.TB, f *FieldScan, values ...string) []hit {
	t.Helper()
	var out Result
	if err := f.Scan(context.Background(), blockOf(values...), &out); err != nil {
		t.Fatal(err)
	}
	return plain(out.Hits)
}

func plain(hits []Hit) []hit {
	var out []hit
	for _, h := range hits {
		out = append(out, hit{h.Value, h.Element, h.Start, h.End, h.Score})
	}
	return out
}

func field(path string) FieldInfo { return FieldInfo{Field: assay.Field{Path: path}} }

func TestCombinations(t *testing.T) {
	tests := []struct {
		name  string
		root  Node
		field string
		value string
		want  []hit
	}{
		{"content", regex(`birthdate`), "x", "the birthdate is", []hit{{0, "e", 4, 13, 0.9}}},
		{"content denied", not(regex(`birthdate`)), "x", "nothing", []hit{{0, "e", 0, 7, 0.9}}},
		{"content denied, there", not(regex(`birthdate`)), "x", "birthdate", nil},
		{"name contains", named(`birthdate`), "userBirthdate", "1.2.84", []hit{{0, "e", 0, 6, 0.9}}},
		{"name contains, other name", named(`birthdate`), "user", "1.2.84", nil},
		{"name or content, by name", anyOf(named(`birth`), regex(`\d{4}`)), "birth", "x", []hit{{0, "e", 0, 1, 0.9}}},
		{"name or content, by content", anyOf(named(`birth`), regex(`\d{4}`)), "x", "in 1984", []hit{{0, "e", 3, 7, 0.9}}},
		{"all takes the least score", all(regex(`a+`).scored(0.8), regex(`b+`).scored(0.6)), "x", "aa bb", []hit{{0, "e", 0, 2, 0.6}, {0, "e", 3, 5, 0.6}}},
		{"a score on a combination stands", all(regex(`a+`).scored(0.2), named("f")).scored(0.95), "f", "aa", []hit{{0, "e", 0, 2, 0.95}}},
		{"all but one missing", all(regex(`a+`), regex(`b+`)), "x", "aa", nil},
		{"all but denied", all(regex(`a+`), not(regex(`b+`))), "x", "aa bb", nil},
		{"not inside any", anyOf(regex(`z`), not(regex(`b`))), "x", "a", []hit{{0, "e", 0, 1, 0.9}}},
		{"capture group", regex(`id=(\d+)`), "x", "id=77;", []hit{{0, "e", 3, 5, 0.9}}},
		{"same span twice keeps the better", anyOf(regex(`\d+`).scored(0.1), regex(`[0-9]+`).scored(0.7)), "x", "42", []hit{{0, "e", 0, 2, 0.7}}},
		{"the Kelvin sign is a k", regex(`(?i)key`), "x", "\u212Aey", []hit{{0, "e", 0, 5, 0.9}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := mustCompile(t, rule("e", tt.root)).Field(field(tt.field))
			if diff := cmp.Diff(tt.want, scan(t, f, tt.value)); diff != "" {
				t.Errorf("hits of %q (-want +got):\n%s", tt.value, diff)
			}
		})
	}
}

func TestContext(t *testing.T) {
	n := regex(`\b\d{9}\b`).scored(0.1)
	n.Content.Context = []Context{{Words: []string{"social security", "ssn"}, Within: 20, Fields: true, Score: 0.95}}
	n.Content.Except = map[string]bool{"123456789": true}
	set := mustCompile(t, rule("us_ssn", n))
	tests := []struct {
		field, value string
		want         float64 // 0: no hit
	}{
		{"x", "536221234", 0.1},
		{"x", "SSN: 536221234", 0.95},
		{"x", "his Social-Security no. 536221234", 0.95},
		{"x", "assn 536221234", 0.1},
		{"x", "ssn is far away from this number: 536221234", 0.1},
		{"user_ssn", "536221234", 0.95},
		{"socialSecurity", "536221234", 0.95},
		{"ssn", "123456789", 0},
	}
	for _, tt := range tests {
		got := scan(t, set.Field(field(tt.field)), tt.value)
		if tt.want == 0 && len(got) == 0 {
			continue
		}
		if len(got) != 1 || got[0].Score != tt.want {
			t.Errorf("%s %q: got %v, want one hit with score %v", tt.field, tt.value, got, tt.want)
		}
	}
}

func TestPiecesCountAHitOnce(t *testing.T) {
	f := mustCompile(t, rule("e", regex(`needle`))).Field(field("$"))
	text := []byte("xxxx needle yyyy")
	b := &Block{}
	b.Append(text[:13], 0, 6)   // the hit starts before the trail: counts here
	b.Append(text[3:16], 10, 0) // and lies in the lead: not here
	var out Result
	if err := f.Scan(context.Background(), b, &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Hits) != 1 || out.Hits[0].Value != 0 {
		t.Errorf("got %v, want one hit in the first piece", out.Hits)
	}
}

func TestBlockIsFull(t *testing.T) {
	b := &Block{}
	if !b.Append(bytes.Repeat([]byte("a"), 2*MaxBlock), 0, 0) {
		t.Error("the first value must always be taken")
	}
	if b.Append([]byte("b"), 0, 0) || b.Len() != 1 {
		t.Error("a full block took a value")
	}
}

// TestKeywords checks the strings that a definition gives beside its pattern:
// they allow it in a value, wherever they stand.
func TestKeywords(t *testing.T) {
	for _, pattern := range []string{`\b[A-Z0-9]{9}\b`, `\bAB[0-9]{5}CD\b`, `\b[A-Z]{2}\d{5}[A-Z]{2}\b`} {
		n := regex(pattern)
		n.Content.Literals = []string{"ticket", "booking"}
		f := mustCompile(t, rule("e", n)).Field(field("x"))
		pad := strings.Repeat("lorem ipsum ", 50)
		for _, tt := range []struct {
			text string
			want int
		}{
			{"AB12345CD", 0},
			{"ticket AB12345CD", 1},
			{"AB12345CD is the Ticket", 1},
			{pad + "ticket AB12345CD " + pad, 1},
			{pad + "AB12345CD " + pad + " booking " + pad + "AB12345CD", 2},
			{pad + "AB12345CD " + pad, 0},
		} {
			if got := scan(t, f, tt.text); len(got) != tt.want {
				t.Errorf("%s in %.40q…: %d hits, want %d", pattern, tt.text, len(got), tt.want)
			}
		}
	}
}

func TestDeferred(t *testing.T) {
	model := Node{Op: Deferred, Deferred: &DeferredMethod{Name: "m", Labels: []string{"person"}, Threshold: 0.5}}
	set := mustCompile(t, rule("person_name", all(regex(`[A-Z]\w+`), model)), rule("other", regex(`zzz`)))
	f := set.Field(field("x"))
	b := blockOf("Ann Example", "nothing here", "Bob")
	var out Result
	if err := f.Scan(context.Background(), b, &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Pending) != 2 || out.Pending[0].Value != 0 || out.Pending[1].Value != 2 {
		t.Fatalf("pending %v, want values 0 and 2: the cheap method rules out value 1", out.Pending)
	}
	f.Settle(b, &out, "m", []Answer{{Value: 0, Label: "person", Start: 0, End: 11, Score: 0.8}, {Value: 2, Label: "city", End: 3, Score: 0.9}})
	want := []hit{{0, "person_name", 0, 3, 0.8}, {0, "person_name", 0, 11, 0.8}, {0, "person_name", 4, 11, 0.8}}
	if diff := cmp.Diff(want, plain(out.Hits)); diff != "" || len(out.Pending) != 0 {
		t.Errorf("settled (-want +got), pending %v:\n%s", out.Pending, diff)
	}
}

func TestDeferredWithoutAnswerStaysUnjudged(t *testing.T) {
	model := func(name string) Node {
		return Node{Op: Deferred, Deferred: &DeferredMethod{Name: name, Labels: []string{"l"}, Threshold: 0.5}}
	}
	f := mustCompile(t, rule("e", anyOf(model("down"), model("up")))).Field(field("x"))
	b := blockOf("v")
	var out Result
	if err := f.Scan(context.Background(), b, &out); err != nil {
		t.Fatal(err)
	}
	f.Unsettled("down", &out)
	f.Settle(b, &out, "up", nil)
	if len(out.Pending) != 0 || len(out.Hits) != 0 {
		t.Errorf("pending %v and hits %v, want none", out.Pending, out.Hits)
	}
}

func TestBudget(t *testing.T) {
	var rules []Rule
	for i := range 200 {
		rules = append(rules, rule("e", regex(fmt.Sprintf(`[a-z]{%d,}`, i+3))))
	}
	set := mustCompile(t, rules...)
	for _, tt := range []struct {
		size  int
		spent bool
	}{{1 << 10, false}, {100 << 10, true}} {
		var out Result
		err := set.Field(FieldInfo{}).Scan(context.Background(), blockOf(strings.Repeat("a", tt.size)), &out)
		if err != nil || out.Spent != tt.spent || len(out.Hits) == 0 {
			t.Errorf("%d bytes: spent %v with %d hits, error %v; want spent %v", tt.size, out.Spent, len(out.Hits), err, tt.spent)
		}
	}
}

func TestBest(t *testing.T) {
	h := func(value, start, end int, score float64, rule int) Hit {
		return Hit{Match: assay.Match{Start: start, End: end, Score: score}, Value: value, Rule: rule}
	}
	got := Best([]Hit{h(0, 0, 10, 0.9, 0), h(0, 5, 12, 0.95, 1), h(0, 12, 14, 0.2, 2), h(1, 0, 4, 0.5, 3), h(1, 0, 6, 0.5, 4)})
	want := []Hit{h(0, 5, 12, 0.95, 1), h(0, 12, 14, 0.2, 2), h(1, 0, 6, 0.5, 4)}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Hit{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBadRulesTakeNoOtherDown(t *testing.T) {
	s, err := Compile([]Rule{rule("bad", regex(`(`)), rule("empty", Node{Op: All}), rule("good", regex(`x`))})
	if err == nil || len(s.Rules()) != 1 || s.Rules()[0].Element != "good" {
		t.Errorf("rules %v, error %v", s.Rules(), err)
	}
}
