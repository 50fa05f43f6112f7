package verifiers

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	kjson "sigs.k8s.io/json"
)

// place is where a value stands in a JSON document: the member key of its
// parent, or the element index where key is empty. A nil place is the root.
type place struct {
	parent *place
	key    string
	index  int
}

// String returns the JSON path: $.detect.any[1].regex.
func (p *place) String() string {
	switch {
	case p == nil:
		return "$"
	case p.key != "":
		return p.parent.String() + "." + p.key
	}
	return p.parent.String() + "[" + strconv.Itoa(p.index) + "]"
}

// reader takes typed values from a JSON document and collects what is wrong
// with it, so that one reading reports every mistake.
type reader struct {
	file string
	errs []error
}

func (r *reader) fail(at *place, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s: %s: %s", r.file, at, fmt.Sprintf(format, args...)))
}

func (r *reader) err() error { return errors.Join(r.errs...) }

// decode parses a document into maps, lists and scalars. Members that occur
// twice are mistakes: JSON would silently drop one of them.
func (r *reader) decode(data []byte) any {
	if !utf8.Valid(data) {
		r.fail(nil, "not valid UTF-8 (save the file as UTF-8)")
		return nil
	}
	var document any
	strict, err := kjson.UnmarshalStrict(data, &document, kjson.DisallowDuplicateFields)
	if err != nil {
		r.failSyntax(data, err)
		return nil
	}
	for _, e := range strict {
		r.errs = append(r.errs, fmt.Errorf("%s: $: %w (keep one of them)", r.file, e))
	}
	return document
}

func (r *reader) failSyntax(data []byte, err error) {
	where := ""
	if ok, offset := kjson.SyntaxErrorOffset(err); ok {
		before := string(data[:min(int(offset), len(data))])
		where = fmt.Sprintf(" in line %d, column %d", 1+strings.Count(before, "\n"), len(before)-strings.LastIndexByte(before, '\n')-1)
	}
	r.errs = append(r.errs, fmt.Errorf("%s: $: not JSON%s: %w", r.file, where, err))
}

// object is a JSON object being read. Its getters report a value of the wrong
// type and return the zero value, as they do for a key that is not there.
type object struct {
	*reader
	at      *place
	members map[string]any
	known   []string // the keys asked for
}

// object returns v as an object; one without members when it is none.
func (r *reader) object(at *place, v any) *object {
	members, ok := v.(map[string]any)
	if !ok {
		r.fail(at, "is %s, want an object {…}", typeName(v))
	}
	return &object{reader: r, at: at, members: members, known: make([]string, 0, 16)}
}

// take returns a member and where it stands, and notes that the key is known.
func (o *object) take(key string) (v any, at *place, ok bool) {
	o.known = append(o.known, key)
	v, ok = o.members[key]
	if !ok {
		return nil, nil, false
	}
	return v, &place{parent: o.at, key: key}, true
}

func (o *object) has(key string) bool {
	_, ok := o.members[key]
	return ok
}

// failKey reports what is wrong with a member.
func (o *object) failKey(key, format string, args ...any) {
	o.fail(&place{parent: o.at, key: key}, format, args...)
}

// close reports the members that nobody asked for.
func (o *object) close() {
	var unknown []string
	for key := range o.members {
		if !slices.Contains(o.known, key) {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	for _, key := range unknown {
		o.failKey(key, "unknown key (known here: %s)", strings.Join(o.known, ", "))
	}
}

func (o *object) text(key string) string {
	v, at, ok := o.take(key)
	if !ok {
		return ""
	}
	return o.textOf(at, v)
}

func (r *reader) textOf(at *place, v any) string {
	s, ok := v.(string)
	if !ok {
		r.fail(at, "is %s, want a string", typeName(v))
	} else if strings.TrimSpace(s) == "" {
		r.fail(at, "is empty (give it a value or leave the key out)")
	}
	return s
}

// need is text for a member that must be there.
func (o *object) need(key, mend string) string {
	if !o.has(key) {
		o.failKey(key, "is missing (%s)", mend)
	}
	return o.text(key)
}

// oneOf is text whose value must be one of a few.
func (o *object) oneOf(key, fallback string, allowed []string) string {
	s := o.text(key)
	if s == "" {
		return fallback
	}
	if !slices.Contains(allowed, s) {
		o.failKey(key, "is %q, want one of %s", s, strings.Join(allowed, ", "))
	}
	return s
}

// list returns a member's elements; a list that is there has at least one.
func (o *object) list(key string) ([]any, *place) {
	v, at, ok := o.take(key)
	if !ok {
		return nil, nil
	}
	return o.listOf(at, v), at
}

func (r *reader) listOf(at *place, v any) []any {
	items, ok := v.([]any)
	if !ok {
		r.fail(at, "is %s, want a list […]", typeName(v))
	} else if len(items) == 0 {
		r.fail(at, "is an empty list (fill it or leave the key out)")
	}
	return items
}

func (o *object) texts(key string) []string {
	v, at, ok := o.take(key)
	if !ok {
		return nil
	}
	return o.textsOf(at, v)
}

func (r *reader) textsOf(at *place, v any) []string {
	items := r.listOf(at, v)
	texts := make([]string, 0, len(items))
	for i, item := range items {
		if s, ok := item.(string); ok && strings.TrimSpace(s) != "" {
			texts = append(texts, s)
			continue
		}
		texts = append(texts, r.textOf(&place{parent: at, index: i}, item))
	}
	return texts
}

func (o *object) flag(key string, fallback bool) bool {
	v, at, ok := o.take(key)
	if !ok {
		return fallback
	}
	b, ok := v.(bool)
	if !ok {
		o.fail(at, "is %s, want true or false", typeName(v))
	}
	return b
}

// probability returns a number above 0 and at most 1; fallback when the key is
// not there.
func (o *object) probability(key string, fallback float64) float64 {
	v, at, ok := o.take(key)
	if !ok {
		return fallback
	}
	f := math.NaN()
	switch n := v.(type) {
	case int64:
		f = float64(n)
	case float64:
		f = n
	}
	if !(f > 0 && f <= 1) {
		o.fail(at, "is %s, want a number above 0 and at most 1", shown(v))
		return fallback
	}
	return f
}

// count returns a whole number from least to most.
func (o *object) count(key string, fallback, least, most int) int {
	v, at, ok := o.take(key)
	if !ok {
		return fallback
	}
	n, ok := v.(int64)
	if !ok || n < int64(least) || n > int64(most) {
		o.fail(at, "is %s, want a whole number from %d to %d", shown(v), least, most)
		return fallback
	}
	return int(n)
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case int64, float64:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprintf("a %T", v)
}

// shown names a number by its value and everything else by its type.
func shown(v any) string {
	switch v.(type) {
	case int64, float64:
		return fmt.Sprint(v)
	}
	return typeName(v)
}
