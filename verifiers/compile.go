package verifiers

import (
	"bytes"
	"errors"
	"path"
	"slices"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers/code"
)

// Options says which definitions become rules, and what they may refer to.
type Options struct {
	// Elements limits the set to these elements, those that are off included.
	// Empty means every definition that is not off.
	Elements []assay.Element
	// Shadow holds versions that run beside the active ones: their findings are
	// marked and only compared.
	Shadow []Definition
	// Models names the model endpoints that the configuration knows.
	Models []string
	// Checks are checks beside those of package code, for definitions that name
	// one of code.Elsewhere. A program without them leaves such definitions out,
	// with an error for each.
	Checks []code.Check
	// Words returns the words of a column that a definition names as its
	// dictionary, and their version. Nil: such definitions do not compile.
	Words func(column assay.Column) (words []string, version int, err error)
}

// Compile turns definitions into a Set. The set holds every definition that is
// right, also when the error, which joins one error for each that is not, is not
// nil; it is nil only when an element that was asked for does not exist.
func Compile(defs []Definition, opts Options) (*engine.Set, error) {
	if err := knownElements(defs, opts.Elements); err != nil {
		return nil, err
	}
	fakes, err := loadFakes()
	if err != nil {
		return nil, err
	}
	c := &compiler{checks: checkTable(opts.Checks...), fakes: fakes, models: opts.Models, words: opts.Words}
	if c.words == nil {
		c.words = func(assay.Column) ([]string, int, error) {
			return nil, 0, errors.New("the columns' snapshots are with the service")
		}
	}
	var rules []engine.Rule
	for _, d := range defs {
		if opts.wants(d) {
			rules = c.append(rules, d, false)
		}
	}
	for _, d := range opts.Shadow {
		if opts.wants(d) {
			rules = c.append(rules, d, true)
		}
	}
	set, err := engine.Compile(rules)
	return set, errors.Join(append(c.errs, err)...)
}

func (o Options) wants(d Definition) bool {
	if len(o.Elements) == 0 {
		return !d.Off
	}
	return slices.Contains(o.Elements, d.Element)
}

// knownElements refuses elements that nobody defines, so that a misspelt one is
// not taken for a clean scan.
func knownElements(defs []Definition, elements []assay.Element) error {
	var errs []error
	for _, e := range elements {
		if !slices.ContainsFunc(defs, func(d Definition) bool { return d.Element == e }) {
			errs = append(errs, &assay.Error{Op: "select element", Item: string(e), Err: assay.ErrNotFound, Hint: "see `assay verifiers list`"})
		}
	}
	return errors.Join(errs...)
}

// compiler turns definitions into rules.
type compiler struct {
	checks map[string]code.Check
	fakes  map[string]fakeTable
	models []string
	words  func(assay.Column) ([]string, int, error)
	def    *Definition // being compiled
	scored bool        // a node above the one being compiled decides the score
	errs   []error
}

func (c *compiler) append(rules []engine.Rule, d Definition, shadow bool) []engine.Rule {
	c.def, c.scored = &d, d.Column.Chance > 0
	root, err := c.node(d.Detect)
	if err != nil {
		c.errs = append(c.errs, err)
		return rules
	}
	hash, err := d.Hash()
	if err != nil {
		c.errs = append(c.errs, err)
		return rules
	}
	return append(rules, engine.Rule{
		Element: d.Element, Verifier: d.Name(), Hash: c.dictionaryHash(d, hash), Shadow: shadow,
		Root: root, Column: engine.Column(d.Column),
	})
}

func (c *compiler) node(n Node) (engine.Node, error) {
	switch {
	case n.Method != nil:
		return c.method(n)
	case n.Not != nil:
		return c.combine(engine.Not, n.Score, *n.Not)
	case n.All != nil:
		return c.combine(engine.All, n.Score, n.All...)
	}
	return c.combine(engine.Any, n.Score, n.Any...)
}

func (c *compiler) combine(op engine.Op, score float64, nodes ...Node) (engine.Node, error) {
	out := engine.Node{Op: op, Score: score}
	above := c.scored
	defer func() { c.scored = above }()
	c.scored = above || op == engine.Not || score > 0
	for _, n := range nodes {
		child, err := c.node(n)
		if err != nil {
			return out, err
		}
		out.Nodes = append(out.Nodes, child)
	}
	return out, nil
}

func (c *compiler) method(n Node) (engine.Node, error) {
	leaf, err := n.Method.compile(c, n)
	if err != nil {
		return leaf, err
	}
	if n.Deny {
		return engine.Node{Op: engine.Not, Score: n.Score, Nodes: []engine.Node{leaf}}, nil
	}
	leaf.Score = n.Score
	return leaf, nil
}

func metadataLeaf(m engine.MetadataMethod) engine.Node {
	return engine.Node{Op: engine.Metadata, Metadata: &m}
}

// contentLeaf completes a content method with what the node refines it by.
func (c *compiler) contentLeaf(n Node, m engine.ContentMethod) (engine.Node, error) {
	if len(n.Refine.Keywords) > 0 {
		m.Literals = n.Refine.Keywords
	}
	exact, patterns := c.exceptions(n.Refine)
	m.Except = exact
	m.Check = both(m.Check, c.checks[n.Refine.Check].Valid)
	if len(patterns) > 0 {
		m.Check = both(noneOf(patterns), m.Check)
	}
	for _, ctx := range n.Refine.Context {
		m.Context = append(m.Context, engine.Context(ctx))
	}
	m.ContextOnly = len(m.Context) > 0 && n.Score > 0 && n.Score < negligible && !c.scored && !n.Deny && !c.graded(n)
	return engine.Node{Op: engine.Content, Content: &m}, nil
}

// negligible is the score below which a hit says nothing: where neither a context
// raises it nor its number in a column counts, the engine need not look for it.
const negligible = 0.25

// graded reports whether a check gives a node's hits scores of their own.
func (c *compiler) graded(n Node) bool {
	if code, ok := n.Method.(Code); ok && c.checks[code.Name].Graded {
		return true
	}
	return c.checks[n.Refine.Check].Graded
}

// accept is the answer of a check that leaves the score to the node.
const accept = -1

// both returns the check that asks two: either may refuse, and the lower score
// that one of them gives counts. Either may be nil.
func both(a, b func(engine.Candidate) float64) func(engine.Candidate) float64 {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return func(c engine.Candidate) float64 {
		x := a(c)
		if x == 0 {
			return 0
		}
		y := b(c)
		switch {
		case y == 0:
			return 0
		case x < 0:
			return y
		case y < 0:
			return x
		}
		return min(x, y)
	}
}

// noneOf returns the check that refuses hits that match one of the patterns.
func noneOf(patterns []string) func(engine.Candidate) float64 {
	return func(c engine.Candidate) float64 {
		hit := string(bytes.ToLower(c.Bytes()))
		for _, p := range patterns {
			if ok, _ := path.Match(p, hit); ok {
				return 0
			}
		}
		return accept
	}
}

// exceptions returns the known fakes of a node: exact values in the form that
// the engine compares, and patterns.
func (c *compiler) exceptions(r Refine) (exact map[string]bool, patterns []string) {
	if len(r.Except)+len(r.Tables) == 0 {
		return nil, nil
	}
	exact = make(map[string]bool)
	for _, v := range r.Except {
		exact[plainForm(v)] = true
	}
	for _, table := range r.Tables {
		for _, v := range c.fakes[table].exact {
			exact[v] = true
		}
		patterns = append(patterns, c.fakes[table].patterns...)
	}
	return exact, patterns
}
