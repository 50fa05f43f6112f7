package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxYAML is how long a YAML inventory may be, since it is read as a whole.
const maxYAML = 32 << 20

// readYAML reads stores, each with its assets. They become lines as those of
// JSON Lines, with the line numbers of the YAML file.
func readYAML(r io.Reader, yield func(line, error) bool) {
	text, err := io.ReadAll(io.LimitReader(r, maxYAML+1))
	if err == nil && len(text) > maxYAML {
		err = fmt.Errorf("longer than %d MiB (keep so large an inventory as .jsonl)", maxYAML>>20)
	}
	if err != nil {
		yield(line{}, err)
		return
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		yield(yamlError(err))
		return
	}
	var body ast.Node
	if len(file.Docs) > 0 {
		body = file.Docs[0].Body
	}
	top, err := members(body)
	if err == nil && (len(top) != 1 || top["stores"] == nil) {
		err = errors.New("want one key, stores, with a list of stores")
	}
	stores, listed := items(top["stores"])
	if err == nil && !listed {
		err = errors.New("stores is no list")
	}
	if err != nil {
		yield(line{number: 1}, err)
		return
	}
	for _, node := range stores {
		if !readStore(node, yield) {
			return
		}
	}
}

// yamlError is an error of the parser, with its line and without the text around.
func yamlError(err error) (line, error) {
	if e := (yaml.Error)(nil); errors.As(err, &e) && e.GetToken() != nil {
		return line{number: e.GetToken().Position.Line}, errors.New(e.GetMessage())
	}
	return line{}, errors.New("not YAML")
}

// readStore reads a store and its assets.
func readStore(node ast.Node, yield func(line, error) bool) bool {
	number := lineOf(node)
	keys, err := members(node)
	if err != nil {
		return yield(line{number: number}, err)
	}
	assets, listed := items(keys["assets"])
	if keys["assets"] != nil && !listed {
		return yield(line{number: lineOf(keys["assets"])}, errors.New("assets is no list"))
	}
	delete(keys, "assets")
	name := ""
	if keys["name"] != nil {
		name = keys["name"].GetToken().Value
	}
	delete(keys, "name")
	if !yield(parseNode(number, name, keys)) {
		return false
	}
	for _, node := range assets {
		keys, err := members(node)
		if err == nil && keys["id"] == nil {
			err = errors.New("an asset has no id (such as mysql://host:3306/shop/users)")
		}
		if err != nil {
			if !yield(line{number: lineOf(node)}, err) {
				return false
			}
			continue
		}
		if !yield(parseNode(lineOf(node), name, keys)) {
			return false
		}
	}
	return true
}

// parseNode makes a line of a mapping.
func parseNode(number int, store string, keys map[string]ast.Node) (line, error) {
	l := line{number: number}
	values := map[string]any{"store": store}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		var value any
		if err := yaml.NodeToValue(keys[key], &value); err != nil {
			_, err = yamlError(err)
			return line{number: lineOf(keys[key])}, fmt.Errorf("%s: %w", key, err)
		}
		values[key] = value
	}
	text, err := json.Marshal(values)
	if err != nil {
		return l, errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	return l.parse(text)
}

// members returns the values of a mapping by their keys.
func members(node ast.Node) (map[string]ast.Node, error) {
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		return nil, errors.New("want keys with values, such as name: shop")
	}
	out := make(map[string]ast.Node, len(pairs))
	for _, p := range pairs {
		out[p.Key.GetToken().Value] = p.Value
	}
	return out, nil
}

// items returns the items of a list.
func items(node ast.Node) ([]ast.Node, bool) {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return nil, false
	}
	return list.Values, true
}

func lineOf(node ast.Node) int {
	if node == nil || node.GetToken() == nil || node.GetToken().Position == nil {
		return 0
	}
	return node.GetToken().Position.Line
}
