package verifiers

import (
	"iter"
	"slices"
	"strings"

	"example.com/assay/engine"
	"example.com/assay/verifiers/code"
)

// onContent is the target of methods that look at the value itself.
const onContent = "content"

// The keys of nodes that combine others.
var combinations = []string{"any", "all", "not"}

func (p *parser) detect(o *object) Node {
	v, at, ok := o.take("detect")
	if !ok {
		o.failKey("detect", "is missing (the node that says how the element is detected)")
		return Node{}
	}
	return p.node(at, v)
}

func (p *parser) node(at *place, v any) Node {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		p.fail(at, "is nested more than %d nodes deep (flatten it)", maxDepth)
		return Node{}
	}
	o := p.object(at, v)
	key, k := p.kindOf(o)
	if key == "" {
		return Node{}
	}
	n := Node{at: at, Score: o.probability("score", 0)}
	switch key {
	case "any":
		n.Any = p.nodes(o, key)
	case "all":
		n.All = p.nodes(o, key)
	case "not":
		v, at, _ := o.take(key)
		not := p.node(at, v)
		n.Not = &not
	default:
		p.method(o, k, &n)
	}
	o.close()
	return n
}

// kindOf returns the key that says what a node is, and its kind of method if it
// is none of the combinations.
func (p *parser) kindOf(o *object) (string, kind) {
	names := slices.Clone(combinations)
	for _, k := range kinds {
		names = append(names, k.key)
	}
	var found []string
	for _, name := range names {
		if o.has(name) {
			found = append(found, name)
		}
	}
	if len(found) != 1 {
		have := "none"
		if len(found) > 1 {
			have = strings.Join(found, " and ")
		}
		p.fail(o.at, "a node holds one of %s; this one has %s (put methods side by side in any or all)", strings.Join(names, ", "), have)
		return "", kind{}
	}
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.key == found[0] })
	if i < 0 {
		return found[0], kind{}
	}
	return found[0], kinds[i]
}

func (p *parser) nodes(o *object, key string) []Node {
	items, at := o.list(key)
	nodes := make([]Node, 0, len(items))
	for i, item := range items {
		nodes = append(nodes, p.node(&place{parent: at, index: i}, item))
	}
	return nodes
}

// method reads what all methods have in common, and the kind's own keys.
func (p *parser) method(o *object, k kind, n *Node) {
	n.Method = k.read(p, o)
	n.Deny = o.flag("deny", false)
	n.On = o.oneOf("on", k.on[0], k.on)
	if n.On == "" {
		o.failKey("on", "is missing (one of %s)", strings.Join(k.on[1:], ", "))
	}
	if k.refine && n.On == onContent {
		n.Refine = p.refine(o)
	}
}

func (p *parser) refine(o *object) Refine {
	r := Refine{Check: o.text("check"), Keywords: o.texts("keywords"), Context: p.contexts(o)}
	if r.Check != "" {
		p.knownCheck(o, "check", r.Check)
	}
	for i, k := range r.Keywords {
		r.Keywords[i] = strings.ToLower(k)
	}
	r.Except, r.Tables = p.except(o)
	return r
}

func (p *parser) knownCheck(o *object, key, name string) {
	if _, ok := p.checks[name]; !ok && code.Elsewhere[name] == "" {
		o.failKey(key, "no check is called %q (known: %s)", name, strings.Join(sortedKeys(p.checks), ", "))
	}
}

// except reads values and tables of known fakes: a list of both, or one table.
func (p *parser) except(o *object) (values, tables []string) {
	v, at, ok := o.take("except")
	if !ok {
		return nil, nil
	}
	if _, single := v.(map[string]any); single {
		return nil, []string{p.fakeTable(at, v)}
	}
	for i, item := range p.listOf(at, v) {
		at := &place{parent: at, index: i}
		if _, isTable := item.(map[string]any); isTable {
			tables = append(tables, p.fakeTable(at, item))
		} else {
			values = append(values, p.textOf(at, item))
		}
	}
	return values, tables
}

func (p *parser) fakeTable(at *place, v any) string {
	o := p.object(at, v)
	defer o.close()
	name := o.need("table", "the name of a table of fakes.json")
	if _, ok := p.fakes[name]; !ok && name != "" {
		o.failKey("table", "no table is called %q (known: %s)", name, strings.Join(sortedKeys(p.fakes), ", "))
	}
	return name
}

func (p *parser) contexts(o *object) []Context {
	if !o.has("context") {
		o.take("context")
		return nil
	}
	items, at := o.list("context")
	contexts := make([]Context, 0, len(items))
	for i, item := range items {
		c := p.object(&place{parent: at, index: i}, item)
		if !c.has("words") {
			c.failKey("words", "is missing (the words that change the score)")
		}
		if !c.has("score") {
			c.failKey("score", "is missing (the score near one of the words)")
		}
		contexts = append(contexts, Context{
			Words:  c.texts("words"),
			Within: c.count("within", defaultWithin, 1, maxWithin),
			Fields: c.flag("fields", true),
			Score:  c.probability("score", 0),
		})
		c.close()
	}
	return contexts
}

// metadataTargets are the values of "on" that mean metadata.
var metadataTargets = []string{
	string(engine.OnAsset), string(engine.OnField), string(engine.OnType),
	string(engine.OnComment), string(engine.OnKey), string(engine.OnNeighbours),
}

// all yields the node and every node below it, parents first.
func (n *Node) all() iter.Seq[*Node] {
	return func(yield func(*Node) bool) { n.walk(yield) }
}

func (n *Node) walk(yield func(*Node) bool) bool {
	if !yield(n) {
		return false
	}
	for _, nodes := range [][]Node{n.Any, n.All} {
		for i := range nodes {
			if !nodes[i].walk(yield) {
				return false
			}
		}
	}
	return n.Not == nil || n.Not.walk(yield)
}
