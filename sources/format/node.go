package format

import (
	"strings"
	"unicode"

	"example.com/assay"
)

// node is a place in the tree of field paths: a column, a JSON member, the
// elements of an array. It becomes a field when it holds a value.
type node struct {
	rec     *recorder
	path    string
	f       *field
	members map[string]*node
	items   *node // elements of an array
	any     *node // members whose names are data
	names   *node // those names
	doc     *node // the JSON document inside the value
}

// field returns the node's field.
func (n *node) field() *field {
	if n.f != nil {
		return n.f
	}
	if len(n.rec.order) >= maxFields && n != n.rec.rest {
		n.f = n.rec.rest.field()
		return n.f
	}
	n.f = &field{Field: assay.Field{Path: n.path}}
	n.rec.order = append(n.rec.order, n.f)
	return n.f
}

// below returns the node in slot, which it makes on first use.
func (n *node) below(slot **node, suffix string) *node {
	if *slot == nil {
		*slot = n.make(suffix)
	}
	return *slot
}

// make makes a node, as long as there are not too many.
func (n *node) make(suffix string) *node {
	if n.rec.nodes >= 4*maxFields {
		return n.rec.rest
	}
	n.rec.nodes++
	return &node{rec: n.rec, path: n.path + suffix}
}

func (n *node) elements() *node { return n.below(&n.items, "[*]") }
func (n *node) document() *node { return n.below(&n.doc, ".$") }

// namesOf is the field of the member names that are data themselves: $.users.*~
func (n *node) namesOf() *node { return n.below(&n.names, ".*~") }

// member returns the node of a JSON object's member, and whether its name is
// data rather than a name: an id, an e-mail address. All those share one node.
func (n *node) member(key []byte) (m *node, data bool) {
	if m = n.members[string(key)]; m != nil {
		return m, false
	}
	if len(n.members) >= maxMembers || !isName(string(key)) {
		return n.below(&n.any, ".*"), true
	}
	if n.members == nil {
		n.members = map[string]*node{}
	}
	m = n.make(suffixOf(string(key)))
	n.members[string(key)] = m
	return m, false
}

// Longest name of a field, and the most digits in one. Keys beyond are taken
// for data.
const (
	maxName   = 64
	maxDigits = 4
)

// isName reports whether a key can stand in a field's path, where everybody
// sees it: it must look like a name that a programmer gave.
func isName(key string) bool {
	if key == "" || len(key) > maxName || strings.TrimSpace(key) != key {
		return false
	}
	letters, digits := 0, 0
	for _, r := range key {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case !strings.ContainsRune("_-. $/:#()%?&", r):
			return false
		}
	}
	return letters > 0 && digits <= maxDigits || key == "_" || key == "$"
}

// suffixOf is how a member's name continues a path.
func suffixOf(key string) string {
	if strings.ContainsAny(key, ".[]'* ") || key == "$" {
		return "['" + key + "']"
	}
	return "." + key
}
