package sqlsample

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"

	"example.com/assay"
)

// Limits of the fields that JSON documents make.
const (
	maxFields  = 2000 // distinct paths in the documents of one column; further values are judged at restOf
	maxMembers = 500  // distinct names in one object; further ones become *
	maxName    = 64   // bytes of a name; longer ones are taken for data
	maxDigits  = 4    // digits in a name; more are taken for data
)

// node is a place in the tree of paths of a column's documents. It becomes a
// field when it holds a value.
type node struct {
	path    string
	field   *field
	members map[string]*node
	items   *node // elements of an array
	any     *node // members whose names are data
	names   *node // those names
}

// isDocument reports whether a value is a JSON object or array.
func isDocument(v []byte) bool {
	v = bytes.TrimLeft(v, " \t\r\n")
	return len(v) > 1 && (v[0] == '{' || v[0] == '[') && json.Valid(v)
}

// document yields the values in a JSON document at their paths. A document
// without any, such as {}, is an empty value of the column.
func (c *collector) document(col *column, v []byte, place assay.Place) error {
	if col.doc == nil {
		col.doc = &node{path: col.field.Path + ".$"}
	}
	dec := json.NewDecoder(bytes.NewReader(v))
	dec.UseNumber()
	w := walker{c: c, col: col, dec: dec, place: place}
	err := w.value(col.doc)
	if err == nil && !w.any {
		col.field.empty++
	}
	return err
}

// walker reads one document.
type walker struct {
	c     *collector
	col   *column
	dec   *json.Decoder
	place assay.Place
	any   bool // whether the document held a value
}

func (w *walker) value(n *node) error {
	token, err := w.dec.Token()
	if err != nil {
		return err // cannot be: the document was checked before
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return w.object(n)
		}
		return w.array(n)
	case string:
		return w.emit(n, t)
	case json.Number:
		return w.emit(n, t.String())
	case bool:
		if t {
			return w.emit(n, "true")
		}
		return w.emit(n, "false")
	}
	return w.emit(n, "") // null
}

func (w *walker) object(n *node) error {
	for w.dec.More() {
		token, err := w.dec.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		m, isData := n.member(key)
		if isData {
			if err := w.emit(n.below(&n.names, ".*~"), key); err != nil {
				return err
			}
		}
		if err := w.value(m); err != nil {
			return err
		}
	}
	_, err := w.dec.Token() // the closing brace
	return err
}

func (w *walker) array(n *node) error {
	for w.dec.More() {
		if err := w.value(n.below(&n.items, "[*]")); err != nil {
			return err
		}
	}
	_, err := w.dec.Token()
	return err
}

func (w *walker) emit(n *node, v string) error {
	f := w.col.fieldOf(n)
	w.any = true
	switch {
	case v == "":
		f.empty++
		return nil
	case !isText([]byte(v)):
		w.col.binary.add([]byte(v))
		return nil
	}
	return w.c.emit(f, []byte(v), w.place)
}

// fieldOf returns the field of a node; of all nodes beyond maxFields, the same.
func (col *column) fieldOf(n *node) *field {
	if n.field == nil {
		path := n.path
		if len(col.paths) >= maxFields {
			path = col.doc.path + ".*"
			n = col.doc.below(&col.doc.any, ".*")
		}
		if n.field == nil {
			n.field = &field{Field: assay.Field{Path: path, Type: col.field.Type}}
			col.paths = append(col.paths, n.field)
		}
	}
	return n.field
}

// below returns the node in slot, which it makes on first use.
func (n *node) below(slot **node, suffix string) *node {
	if *slot == nil {
		*slot = &node{path: n.path + suffix}
	}
	return *slot
}

// member returns the node of an object's member, and whether its name is data
// rather than a name: an id, an e-mail address. All those share one node.
func (n *node) member(key string) (m *node, isData bool) {
	if m = n.members[key]; m != nil {
		return m, false
	}
	if len(n.members) >= maxMembers || !isName(key) {
		return n.below(&n.any, ".*"), true
	}
	if n.members == nil {
		n.members = map[string]*node{}
	}
	suffix := "." + key
	if strings.ContainsAny(key, ".[]'* ") || key == "$" {
		suffix = "['" + key + "']"
	}
	m = &node{path: n.path + suffix}
	n.members[key] = m
	return m, false
}

// isName reports whether a key can stand in a field's path, where everybody
// sees it: it must look like a name that a programmer gave.
func isName(key string) bool {
	if key == "" || len(key) > maxName {
		return false
	}
	letters, digits := false, 0
	for _, r := range key {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters = true
		case unicode.IsDigit(r):
			digits++
		case !strings.ContainsRune("_-. $/:#()%?&", r):
			return false
		}
	}
	return letters && digits <= maxDigits
}
