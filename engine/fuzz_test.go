package engine

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/assay"
	"github.com/google/go-cmp/cmp"
)

// fuzzPatterns are shapes of expression that stress literals, windows, edges,
// case folding and alternation.
var fuzzPatterns = []string{
	`AKIA[0-9A-Z]{4,8}`, `(?i)key\s*[:=]\s*(\S+)`, `\b\d{3}-\d{2}-\d{4}\b`, `\b\d{9}\b`, `[\w.+-]+@[\w-]+\.[a-z.]+`,
	`(?:ghp|gho|ghu)_[a-z0-9]{4,}`, `(?i)pass(?:word|wd)?`, `^\d+$`, `\bab+c?\b`, `-----BEGIN [A-Z ]+-----[^-]+-----END`,
	`\b(?:\d{4}[ -]?){3}\d{4}\b`, `x.*y`, `(?s)x.+?y`, `[^a-z]+`, `(a|b)(c|d)e`, `é+`, `(?i)É+`, `\d+\.\d+\.\d+`, `[A-F0-9]{8,}`,
	`(?:a|)b`, `a{2,5}b`, `(?m)^key`, `\x{17F}|k`, `straße`, `[\s\S]{3}z`, `\B\d\B`, `$`, `a*`,
}

var fuzzWords = [][]string{{"ann", "müller", "jean pierre", "o'neil"}, {"key", "social security", "straße"}, {"a", "ab", "a b c"}}

// fuzzParts are the pieces that texts are made of besides random bytes.
var fuzzParts = []string{
	"AKIA1234ABCD", "key = ", "RSSMRA85T10A562S", "1BvBMSEYstWetqTF", "deadbeefdeadbeef", "1234-k", "KEY:", "123-45-6789", "123456789", "1234567890", "ann@example.org", "ghp_abc123", "password", "Passwd",
	" ", "\n", "\t", "-", "_", ".", "Müller", "müller ", "MULLER", "Ann ", "Jean-Pierre ", "jean  pierre", "O’Neil", "Social Security ",
	"-----BEGIN KEY-----", "-----END", "4111 1111 1111 1111", "x", "y", "z", "abbc", "ace", "é", "É", "e\u0301", "\u212Aey", "\u017F", "1.2.3",
	"DEADBEEF99", "aaab", "\xff", "\xc3", "straße", "STRASSE", "日本", "\u2019", "\u00a0", "bb", "a b c",
}

// fuzzRule makes a random rule: the tree, its leaves and their options.
func fuzzRule(rng *rand.Rand, i int) Rule {
	return Rule{Element: assay.Element("e" + string(rune('a'+i))), Verifier: "v", Root: fuzzNode(rng, 3)}
}

func fuzzNode(rng *rand.Rand, depth int) Node {
	var n Node
	switch k := rng.IntN(10); {
	case depth > 0 && k < 2:
		n = Node{Op: Any, Nodes: []Node{fuzzNode(rng, depth-1), fuzzNode(rng, depth-1)}}
	case depth > 0 && k < 4:
		n = Node{Op: All, Nodes: []Node{fuzzNode(rng, depth-1), fuzzNode(rng, depth-1)}}
	case depth > 0 && k == 4:
		n = Node{Op: Not, Nodes: []Node{fuzzNode(rng, depth-1)}}
	case k == 5:
		n = Node{Op: Metadata, Metadata: &MetadataMethod{On: OnField, Regexp: []string{"birth", "key|ssn", "^x"}[rng.IntN(3)]}}
	default:
		n = fuzzContent(rng)
	}
	if rng.IntN(3) == 0 {
		n.Score = float64(1+rng.IntN(9)) / 10
	}
	return n
}

func fuzzContent(rng *rand.Rand) Node {
	c := &ContentMethod{Kind: "regex"}
	if rng.IntN(4) == 0 {
		c.Words = NewDictionary(fuzzWords[rng.IntN(len(fuzzWords))])
	} else {
		c.Regexp = fuzzPatterns[rng.IntN(len(fuzzPatterns))]
	}
	if rng.IntN(4) == 0 {
		c.Check = checkByShape
	}
	if rng.IntN(4) == 0 {
		c.Except = map[string]bool{"123456789": true, "ann": true}
	}
	if rng.IntN(3) == 0 {
		c.Context = []Context{{Words: fuzzWords[rng.IntN(len(fuzzWords))], Within: rng.IntN(30), Fields: rng.IntN(2) == 0, Score: 0.8}}
		c.ContextOnly = rng.IntN(2) == 0
	}
	return Node{Op: Content, Content: c}
}

// checkByShape depends on the candidate's bytes and its neighbours, as checks do.
func checkByShape(c Candidate) float64 {
	b := c.Bytes()
	switch {
	case len(b)%5 == 4:
		return 0
	case c.Start > 0 && c.Text[c.Start-1] == ' ':
		return 0.3
	}
	return -1
}

func fuzzText(rng *rand.Rand, size int) []byte {
	var out strings.Builder
	for out.Len() < size {
		switch rng.IntN(8) {
		case 0:
			out.WriteByte(byte(rng.IntN(256)))
		case 1:
			out.WriteString(strings.Repeat(string(rune(' '+rng.IntN(90))), rng.IntN(12)))
		default:
			out.WriteString(fuzzParts[rng.IntN(len(fuzzParts))])
		}
	}
	return []byte(out.String())
}

// FuzzAgainstReference compares the engine with the reference on random rules
// and values, a few of them given by the fuzzer itself.
func FuzzAgainstReference(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed, []byte("ann@example.org key=1 123-45-6789"))
	}
	f.Fuzz(func(t *testing.T, seed uint64, given []byte) {
		if len(given) > 4096 {
			return
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		rules := make([]Rule, 1+rng.IntN(6))
		for i := range rules {
			rules[i] = fuzzRule(rng, i)
		}
		values := [][]byte{given}
		for range rng.IntN(8) {
			values = append(values, fuzzText(rng, 1+rng.IntN(40)))
		}
		values = append(values, fuzzText(rng, 700), append(fuzzText(rng, 300), given...))
		compare(t, rules, []string{"birth_date", "x_ssn", "plain"}[rng.IntN(3)], values)
	})
}

func compare(t *testing.T, rules []Rule, path string, values [][]byte) {
	t.Helper()
	set, err := Compile(rules)
	if err != nil {
		t.Fatal(err)
	}
	b := &Block{}
	for _, v := range values {
		b.Append(v, 0, 0)
	}
	var out Result
	if err := set.Field(field(path)).Scan(context.Background(), b, &out); err != nil {
		t.Fatal(err)
	}
	type key struct{ value, rule int }
	got := map[key][]refHit{}
	for _, h := range out.Hits {
		k := key{h.Value, h.Rule}
		got[k] = append(got[k], refHit{h.Start, h.End, h.Score})
	}
	for v := range values {
		for r := range rules {
			want := refRule(&rules[r], path, values[v])
			if len(values[v]) == 0 {
				want = nil // an empty value has no place for a hit
			}
			if diff := cmp.Diff(want, got[key{v, r}], cmp.AllowUnexported(refHit{})); diff != "" {
				t.Fatalf("value %q, rule %+v (-reference +engine):\n%s", values[v], describe(&rules[r].Root), diff)
			}
		}
	}
}

func describe(n *Node) string {
	switch n.Op {
	case Content:
		if n.Content.Words != nil {
			return "trie " + strings.Join(n.Content.Words.sorted(), "|")
		}
		return "/" + n.Content.Regexp + "/"
	case Metadata:
		return "field /" + n.Metadata.Regexp + "/"
	}
	var parts []string
	for i := range n.Nodes {
		parts = append(parts, describe(&n.Nodes[i]))
	}
	return []string{"any", "all", "not"}[n.Op] + "(" + strings.Join(parts, ", ") + ")"
}
