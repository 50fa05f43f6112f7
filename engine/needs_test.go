package engine

import (
	"slices"
	"testing"
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
