package engine

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// Set is what a list of rules compiles to. It is immutable and safe for
// concurrent use; a scanner swaps whole Sets.
type Set struct {
	rules   []Rule
	methods []*method   // all content methods of all rules
	metas   []*metadata // all metadata methods
	trees   []node      // one per rule, its leaves as indices into the above
	prefilter
	lexicon lexicon
}

// node is a Node with its leaves replaced by indices.
type node struct {
	op       Op
	nodes    []node
	score    float64
	leaf     int             // index into Set.methods or Set.metas
	deferred *DeferredMethod // when op is Deferred
}

// method is a compiled content method and the rule that owns it.
type method struct {
	*ContentMethod
	rule     int
	index    int // in Set.methods
	score    float64
	group    int                   // 1 when the span is capture group 1
	regexp   func() *regexp.Regexp // compiled when first needed
	literals []string              // folded: one of them is in every text with a hit
	extent   extent                // of the expression
	folds    bool                  // the expression takes the long s for s, or the Kelvin sign for k
	contexts []*Dictionary         // one per Context
}

// defaultScore is the score of a content method, and of a rule of metadata
// alone, whose definition gives none.
const defaultScore = 0.9

// Compile makes a Set of rules. Rules that are wrong are left out; the error
// joins one error for each. Regular expressions are parsed now and compiled when
// first needed.
func Compile(rules []Rule) (*Set, error) {
	s := &Set{}
	var errs []error
	for _, r := range rules {
		mark, metaMark := len(s.methods), len(s.metas)
		tree, err := s.compileNode(&r.Root, len(s.rules))
		if err != nil {
			s.methods, s.metas = s.methods[:mark], s.metas[:metaMark]
			errs = append(errs, fmt.Errorf("rule %s: %w", r.Verifier, err))
			continue
		}
		s.rules = append(s.rules, r)
		s.trees = append(s.trees, tree)
	}
	s.prefilter, s.lexicon = newPrefilter(s.methods), newLexicon(s.methods)
	return s, errors.Join(errs...)
}

// Rules returns the rules of the set. The caller must not change them.
func (s *Set) Rules() []Rule { return s.rules }

func (s *Set) compileNode(n *Node, rule int) (node, error) {
	out := node{op: n.Op, score: n.Score}
	switch n.Op {
	case Any, All, Not:
		if len(n.Nodes) == 0 || n.Op == Not && len(n.Nodes) != 1 {
			return out, errors.New("a combination without nodes, or a not of more than one")
		}
		for i := range n.Nodes {
			child, err := s.compileNode(&n.Nodes[i], rule)
			if err != nil {
				return out, err
			}
			out.nodes = append(out.nodes, child)
		}
	case Content:
		m, err := newMethod(n, rule, len(s.methods))
		if err != nil {
			return out, err
		}
		out.leaf = len(s.methods)
		s.methods = append(s.methods, m)
	case Metadata:
		m, err := newMetadata(n.Metadata)
		if err != nil {
			return out, err
		}
		out.leaf = len(s.metas)
		s.metas = append(s.metas, m)
	case Deferred:
		if n.Deferred == nil {
			return out, errors.New("a deferred node without its method")
		}
		out.deferred = n.Deferred
	default:
		return out, fmt.Errorf("unknown operation %d", n.Op)
	}
	return out, nil
}

func newMethod(n *Node, rule, index int) (*method, error) {
	c := n.Content
	if c == nil || c.Regexp == "" && c.Words == nil && c.Find == nil {
		return nil, errors.New("a content node without a method")
	}
	m := &method{ContentMethod: c, rule: rule, index: index, score: n.Score}
	if m.score == 0 {
		m.score = defaultScore
	}
	m.literals = givenLiterals(c)
	for _, ctx := range c.Context {
		m.contexts = append(m.contexts, NewDictionary(ctx.Words))
	}
	if c.Regexp == "" {
		return m, nil
	}
	tree, err := syntax.Parse(c.Regexp, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Regexp, err)
	}
	m.group = min(tree.MaxCap(), 1)
	m.extent, m.folds = extentOf(tree), foldsBeyondASCII(tree)
	if own := requiredLiterals(tree); rank(own) >= rank(m.literals) {
		m.literals = own
	}
	m.regexp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(c.Regexp) })
	return m, nil
}

// givenLiterals returns the literals that a method's definition gives, folded;
// for code without literals, its anchor bytes.
func givenLiterals(c *ContentMethod) []string {
	var out []string
	for _, l := range c.Literals {
		if l != "" {
			out = append(out, strings.Map(foldRune, l))
		}
	}
	if len(out) > 0 || c.Anchor == nil || c.Find == nil {
		return out
	}
	for b := range 256 {
		if c.Anchor.Has(byte(b)) {
			out = append(out, string(mapByte(byte(b))))
		}
	}
	return out
}

// mapByte folds one byte as the automaton does.
func mapByte(b byte) []byte {
	if b >= 0x80 {
		return []byte{b}
	}
	return []byte{byte(foldRune(rune(b)))}
}
