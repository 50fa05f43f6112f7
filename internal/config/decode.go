package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// fileReader sets the configuration from the nodes of a file, by the same rules
// as variables and flags, so that every mistake has its line and no message
// repeats what was written.
type fileReader struct {
	path    string
	origins map[string]string
	errs    []error
}

func (r *fileReader) config(c *Config, body ast.Node) {
	r.value(reflect.ValueOf(c).Elem(), "", body)
}

func (r *fileReader) fail(at ast.Node, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s:%d: %s", r.path, at.GetToken().Position.Line, fmt.Sprintf(format, args...)))
}

// value sets what a node stands for. One that is empty leaves the default.
func (r *fileReader) value(v reflect.Value, key string, node ast.Node) {
	switch node.(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
		return
	}
	switch {
	case isSection(v):
		r.section(v, key, node)
	case v.Kind() == reflect.Map:
		r.entries(v, key, node)
	case v.Kind() == reflect.Slice:
		r.list(v, key, node)
	default:
		r.scalar(v, key, node)
	}
}

// section sets the members of a struct.
func (r *fileReader) section(v reflect.Value, key string, node ast.Node) {
	fields := reflect.VisibleFields(v.Type())
	for _, pair := range r.pairs(key, node) {
		name := pair.Key.GetToken().Value
		i := slices.IndexFunc(fields, func(f reflect.StructField) bool { return name != "" && keyOf(f) == name })
		if i < 0 {
			r.fail(pair.Key, "unknown key %q (known: %s)", join(key, name), strings.Join(keysOf(fields), ", "))
			continue
		}
		r.value(v.Field(i), join(key, name), pair.Value)
	}
}

func keysOf(fields []reflect.StructField) []string {
	var keys []string
	for _, f := range fields {
		if name := keyOf(f); name != "" {
			keys = append(keys, name)
		}
	}
	return keys
}

// entries sets a map.
func (r *fileReader) entries(v reflect.Value, key string, node ast.Node) {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for _, pair := range r.pairs(key, node) {
		name := pair.Key.GetToken().Value
		entry := reflect.New(v.Type().Elem()).Elem()
		r.value(entry, join(key, name), pair.Value)
		v.SetMapIndex(reflect.ValueOf(name), entry)
	}
}

// pairs returns the keys and values of a mapping.
func (r *fileReader) pairs(key string, node ast.Node) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	if key == "" {
		key = "the file"
	}
	r.fail(node, "%s is not a list of keys with values", key)
	return nil
}

// list sets a list of texts.
func (r *fileReader) list(v reflect.Value, key string, node ast.Node) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		r.fail(node, "%s is not a list", key)
		return
	}
	items := reflect.MakeSlice(v.Type(), len(sequence.Values), len(sequence.Values))
	for i, item := range sequence.Values {
		r.scalar(items.Index(i), key, item)
	}
	v.Set(items)
	r.note(key, node)
}

// scalar sets a single value.
func (r *fileReader) scalar(v reflect.Value, key string, node ast.Node) {
	text, ok := textOf(node)
	if !ok {
		r.fail(node, "%s is not a single value", key)
		return
	}
	switch v.Interface().(type) {
	case Secret:
		r.fail(node, "%s: a secret may not stand in the file (set %s, or %[2]s_FILE)", key, Variable(key))
		return
	case URI:
		if err := URI(text).checkPublic(); err != nil {
			r.fail(node, "%s %v", key, err)
			return
		}
	}
	if err := setText(v, text); err != nil {
		r.fail(node, "%s %v", key, err)
		return
	}
	r.note(key, node)
}

func (r *fileReader) note(key string, node ast.Node) {
	r.origins[key] = fmt.Sprintf("%s:%d", r.path, node.GetToken().Position.Line)
}

// textOf returns a single value as it was written.
func textOf(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}
