package elasticsearch

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/assay"
)

// Limits of the fields and of their values.
const (
	maxFields  = 5000     // distinct fields; the values of further ones are judged together as restPath
	maxMembers = 500      // distinct names in one object; further ones become *
	maxName    = 64       // bytes of a name; longer ones are taken for data
	maxDigits  = 4        // digits in a name; more are taken for data
	maxValue   = 64 << 10 // bytes of a value that are examined
)

// restPath is the field of all values beyond maxFields distinct fields.
const restPath = "*"

// stopError is yield's error on its way up.
type stopError struct{ error }

// field is a field with its counts.
type field struct {
	assay.Field
	sampled, empty int
	cut            int   // values of which only the beginning was examined
	last           int64 // the line in which it last had a value
	lines          int64 // that had a value
	documents      int   // values that were JSON documents
	inDoc          bool  // it stands inside of such a document
}

// node is a place in the tree of fields. It becomes a field when it holds a
// value.
type node struct {
	path    string
	field   *field
	members map[string]*node
	any     *node // members whose names are data
	names   *node // those names
	items   *node // elements of an array in a document
	doc     *node // the JSON document inside of the value
	inDoc   bool
}

// collector turns lines into data and keeps count of them by field.
type collector struct {
	ctx         context.Context
	yield       func(assay.Datum) error
	types       map[string]string
	root, rest  *node
	order       []*field
	probability float64
	place       assay.Place

	lines, held, bytes int64 // yielded; only looked at; bytes of both
	reason             assay.Reason
	detail             string
}

func newCollector(ctx context.Context, yield func(assay.Datum) error) *collector {
	return &collector{ctx: ctx, yield: yield, root: &node{}, rest: &node{path: restPath}}
}

// declare makes the fields of the mappings known, so that also those are named
// of which no line has a value.
func (c *collector) declare(s schema) {
	c.types = s.types
	for _, name := range s.leaves() {
		n, data := c.root, false
		for part := range strings.SplitSeq(name, ".") {
			if n, data = n.member(part); data {
				break
			}
		}
		c.fieldOf(n)
	}
}

// partial notes that not all was examined; the first reason stays.
func (c *collector) partial(reason assay.Reason, detail string) {
	if c.reason == "" {
		c.reason, c.detail = reason, detail
	}
}

// hold counts a line that is only looked at.
func (c *collector) hold(h hit) {
	c.held++
	c.bytes += int64(len(h.Source))
}

// line yields the values of a line.
func (c *collector) line(id string, source json.RawMessage) error {
	c.lines++
	c.bytes += int64(len(source))
	c.place = assay.Place{Document: id}
	if len(source) == 0 {
		return &assay.Error{Reason: assay.ReasonUnsupported, Err: fmt.Errorf("the index keeps no _source"), Hint: "lines of such an index cannot be read"}
	}
	return c.value(jsonOf(source), c.root)
}

// jsonOf returns a reader of JSON that keeps numbers as they are written.
func jsonOf(b []byte) *json.Decoder {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	return dec
}

// value reads one JSON value into the fields at and below n.
func (c *collector) value(dec *json.Decoder, n *node) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return c.object(dec, n)
		}
		return c.array(dec, n)
	case string:
		return c.text(n, v)
	case json.Number:
		return c.emit(n, v.String())
	case bool:
		return c.emit(n, fmt.Sprint(v))
	}
	return c.emit(n, "") // null
}

// object reads the members of an object. A dot in a name of Elasticsearch's own
// objects means what an object in an object does.
func (c *collector) object(dec *json.Decoder, n *node) error {
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		m, data := n, false
		if n.inDoc {
			m, data = n.member(name)
		} else {
			for part := range strings.SplitSeq(name, ".") {
				if m, data = m.member(part); data {
					break
				}
			}
		}
		if data {
			if err := c.emit(m.below(&m.names, "~"), name); err != nil {
				return err
			}
		}
		if err := c.value(dec, m); err != nil {
			return err
		}
	}
	_, err := dec.Token() // the closing brace
	return err
}

// array reads the elements of an array, which to Elasticsearch are several
// values of one field.
func (c *collector) array(dec *json.Decoder, n *node) error {
	if n.inDoc {
		n = n.below(&n.items, "[*]")
	}
	for dec.More() {
		if err := c.value(dec, n); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

// text yields a string, or the values in it where it is a JSON document.
func (c *collector) text(n *node, v string) error {
	if !n.inDoc && isDocument(v) {
		if n.doc == nil {
			n.doc = &node{path: n.path + ".$", inDoc: true}
		}
		c.has(c.fieldOf(n)).documents++
		return c.value(jsonOf([]byte(v)), n.doc)
	}
	return c.emit(n, v)
}

// isDocument reports whether a value is a JSON object or array.
func isDocument(v string) bool {
	v = strings.TrimSpace(v)
	return len(v) > 1 && len(v) <= maxValue && (v[0] == '{' || v[0] == '[') && json.Valid([]byte(v))
}

// emit counts a value, and yields it unless it is empty.
func (c *collector) emit(n *node, v string) error {
	f := c.fieldOf(n)
	if v == "" {
		f.empty++
		return nil
	}
	c.has(f)
	if strings.Contains(f.Type, "binary") {
		return nil
	}
	if len(v) > maxValue {
		f.cut++
		v = strings.ToValidUTF8(v[:maxValue], "")
	}
	if err := c.ctx.Err(); err != nil {
		return err
	}
	f.sampled++
	if err := c.yield(assay.Datum{Field: &f.Field, Value: []byte(v), Place: c.place, Probability: c.probability}); err != nil {
		return stopError{err}
	}
	return nil
}

// has notes that the line has a value of the field.
func (c *collector) has(f *field) *field {
	if f.last != c.lines {
		f.last, f.lines = c.lines, f.lines+1
	}
	return f
}

// fieldOf returns the field of a node.
func (c *collector) fieldOf(n *node) *field {
	if n.field != nil {
		return n.field
	}
	if len(c.order) >= maxFields && n != c.rest {
		n.field = c.fieldOf(c.rest)
		return n.field
	}
	n.field = &field{Field: assay.Field{Path: n.path, Type: c.types[n.path]}, inDoc: n.inDoc}
	if n.path == "" { // a line that is no object
		n.field.Path = assay.WholeText
	}
	c.order = append(c.order, n.field)
	return n.field
}

// readings tells how far each field was examined.
func (c *collector) readings() []assay.FieldReading {
	out := make([]assay.FieldReading, 0, len(c.order))
	for _, f := range c.order {
		if f.documents > 0 && f.sampled == 0 && f.lines == c.lines {
			continue // the paths in the documents speak for all of it
		}
		r := assay.FieldReading{Field: f.Field, Sampled: f.sampled, Empty: f.empty, Status: assay.StatusScanned}
		if !f.inDoc {
			r.Empty = int(c.lines - f.lines) // a line without the field has it empty
		}
		switch {
		case strings.Contains(f.Type, "binary") && f.lines > 0:
			r.Status, r.Reason, r.Detail = assay.StatusNotExamined, assay.ReasonBinary, "values of type binary are not read"
		case c.reason != "" && f.sampled == 0 && c.lines == 0:
			r.Status, r.Reason, r.Detail = assay.StatusNotExamined, c.reason, c.detail
		case c.reason != "":
			r.Status, r.Reason, r.Detail = assay.StatusPartial, c.reason, c.detail
		case f.cut > 0:
			r.Status, r.Reason = assay.StatusPartial, assay.ReasonBudget
			r.Detail = fmt.Sprintf("of %d values only the first %d bytes were read", f.cut, maxValue)
		case f.documents > 0:
			r.Detail = "JSON documents are examined by path"
		case f.Path == restPath:
			r.Status, r.Reason = assay.StatusPartial, assay.ReasonBudget
			r.Detail = fmt.Sprintf("more than %d distinct fields: the others were judged together", maxFields)
		}
		out = append(out, r)
	}
	return out
}

// below returns the node in slot, which it makes on first use.
func (n *node) below(slot **node, suffix string) *node {
	if *slot == nil {
		*slot = &node{path: n.path + suffix, inDoc: n.inDoc}
	}
	return *slot
}

// member returns the node of an object's member, and whether its name is data
// rather than a name: an id, an e-mail address. All those share one node.
func (n *node) member(name string) (m *node, data bool) {
	if m = n.members[name]; m != nil {
		return m, false
	}
	if len(n.members) >= maxMembers || !isName(name) {
		return n.below(&n.any, strings.TrimPrefix(".*", n.dotless())), true
	}
	if n.members == nil {
		n.members = map[string]*node{}
	}
	suffix := "." + name
	if strings.ContainsAny(name, ".[]'* ") || name == "$" {
		suffix = "['" + name + "']"
	}
	m = &node{path: n.path + strings.TrimPrefix(suffix, n.dotless()), inDoc: n.inDoc}
	n.members[name] = m
	return m, false
}

// dotless is what a path does not begin with.
func (n *node) dotless() string {
	if n.path == "" {
		return "."
	}
	return ""
}

// isName reports whether a key can stand in a field's path, where everybody
// sees it: it must look like a name that a programmer gave.
func isName(key string) bool {
	if key == "" || len(key) > maxName || !utf8.ValidString(key) {
		return false
	}
	letters, digits := false, 0
	for _, r := range strings.TrimPrefix(key, "@") { // @timestamp
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

// textAt returns the string at a field's name in a line, of which any part may
// be written with dots.
func textAt(source map[string]any, name string) string {
	if v, ok := source[name]; ok {
		text, _ := v.(string)
		return text
	}
	for i := range len(name) {
		if name[i] != '.' {
			continue
		}
		if below, ok := source[name[:i]].(map[string]any); ok {
			if text := textAt(below, name[i+1:]); text != "" {
				return text
			}
		}
	}
	return ""
}
