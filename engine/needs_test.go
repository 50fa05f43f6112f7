package engine

import (
	"slices"
	"testing"

	"example.com/assay"
)

func TestNeeds(t *testing.T) {
	content := func(pattern string, literals ...string) Node {
		return Node{Op: Content, Content: &ContentMethod{Kind: "regex", Regexp: pattern, Literals: literals}}
	}
	field := Node{Op: Metadata, Metadata: &MetadataMethod{On: OnField, Words: []string{"password"}}}
	tests := []struct {
		name string
		root Node
		want []string
		ok   bool
	}{
		{"literal", content(`tok_[a-z]{3}`), []string{"tok_"}, true},
		{"digits and case", content(`AB-\d{4}`), []string{"ab-0000"}, true},
		{"none", content(`[a-z]{3}`), nil, false},
		{"given by the definition", content(`[a-z]{3}`, "Key"), []string{"key"}, true},
		{"any", Node{Op: Any, Nodes: []Node{content(`aaa`), content(`bbb`)}}, []string{"aaa", "bbb"}, true},
		{"any with none", Node{Op: Any, Nodes: []Node{content(`aaa`), content(`[a-z]`)}}, nil, false},
		{"all", Node{Op: All, Nodes: []Node{content(`[a-z]`), content(`bbb`)}}, []string{"bbb"}, true},
		{"another field's", Node{Op: All, Nodes: []Node{field, content(`[a-z]`)}}, nil, true},
		{"denied", Node{Op: All, Nodes: []Node{{Op: Not, Nodes: []Node{field}}, content(`ccc`)}}, []string{"ccc"}, true},
	}
	for _, tt := range tests {
		set, err := Compile([]Rule{{Element: "x", Root: tt.root}})
		if err != nil {
			t.Fatal(err)
		}
		got, ok := set.Field(FieldInfo{}).Needs(0)
		if slices.Sort(got); ok != tt.ok || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v; want %q, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

func TestInAsset(t *testing.T) {
	onAsset := Rule{Element: "x", Root: Node{Op: All, Nodes: []Node{
		{Op: Metadata, Metadata: &MetadataMethod{On: OnAsset, Words: []string{"customers"}}},
		{Op: Content, Content: &ContentMethod{Kind: "regex", Regexp: `tok_[a-z]{3}`}},
	}}}
	var seen assay.AssetID
	plain := Rule{Element: "y", Root: Node{Op: Content, Content: &ContentMethod{Kind: "regex", Regexp: `tok_[a-z]{3}`, Check: func(c Candidate) float64 {
		seen = c.Field.Asset.ID
		return 1
	}}}}
	for _, tt := range []struct {
		rules []Rule
		same  bool
		hits  int
	}{{[]Rule{plain}, true, 1}, {[]Rule{plain, onAsset}, false, 2}} {
		set, err := Compile(tt.rules)
		if err != nil {
			t.Fatal(err)
		}
		first := set.Field(FieldInfo{Asset: &assay.Asset{ID: "file:orders"}})
		second := first.InAsset(&assay.Asset{ID: "file:customers"})
		var b Block
		var out Result
		b.Append([]byte("tok_abc"), 0, 0)
		if err := second.Scan(t.Context(), &b, &out); err != nil {
			t.Fatal(err)
		}
		if (first == second) != tt.same || len(out.Hits) != tt.hits || seen != "file:customers" {
			t.Errorf("same scan %v, %d hits, in %s; want %v, %d", first == second, len(out.Hits), seen, tt.same, tt.hits)
		}
	}
}
