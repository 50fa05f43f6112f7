package engine

import (
	"errors"
	"fmt"
	"slices"

	"example.com/assay"
)

// Set is what a list of rules compiles to. It is immutable and safe for
// concurrent use; a scanner swaps whole Sets.
type Set struct {
	rules   []Rule
	finders []*finder   // what the content methods find with
	methods []*method   // all content methods of all rules
	metas   []*metadata // all metadata methods
	trees   []node      // one per rule, its leaves as indices into the above
	prefilter
	lexicon  lexicon
	contexts contextWords
	finderOf map[finderKey]int32 // while compiling
	names    *nameCache
	concerns *concerns
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
	index    int   // in Set.methods
	finder   int32 // in Set.finders
	score    float64
	contexts []int32 // the numbers of its Context
}

// defaultScore is the score of a content method, and of a rule of metadata
// alone, whose definition gives none.
const defaultScore = 0.9

// Compile makes a Set of rules. Rules that are wrong are left out; the error
// joins one error for each. Regular expressions are parsed now and compiled when
// first needed.
func Compile(rules []Rule) (*Set, error) {
	s := &Set{finderOf: map[finderKey]int32{}, names: &nameCache{}, concerns: &concerns{}}
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
	for i, m := range s.methods {
		f := s.finders[m.finder]
		f.methods = append(f.methods, int32(i))
		for _, c := range m.contexts {
			f.contexts.add(c)
		}
	}
	s.finderOf = nil
	s.contexts.finish()
	s.prefilter, s.lexicon = newPrefilter(s.finders, s.methods), newLexicon(s.finders)
	return s, errors.Join(errs...)
}

// Rules returns the rules of the set. The caller must not change them.
func (s *Set) Rules() []Rule { return s.rules }

// Swap returns a set in which, for the elements that are named, the rules in
// shadow count and those that counted run in shadow. It shares all that is
// compiled with s, and costs next to nothing.
func (s *Set) Swap(elements ...assay.Element) *Set {
	swapped := *s
	swapped.rules = slices.Clone(s.rules)
	for i := range swapped.rules {
		if r := &swapped.rules[i]; slices.Contains(elements, r.Element) {
			r.Shadow = !r.Shadow
		}
	}
	return &swapped
}

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
		m, err := s.newMethod(n, rule)
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

func (s *Set) newMethod(n *Node, rule int) (*method, error) {
	c := n.Content
	if c == nil || c.Regexp == "" && c.Words == nil && c.Find == nil {
		return nil, errors.New("a content node without a method")
	}
	m := &method{ContentMethod: c, rule: rule, index: len(s.methods), score: n.Score}
	if m.score == 0 {
		m.score = defaultScore
	}
	for _, ctx := range c.Context {
		m.contexts = append(m.contexts, s.contexts.add(ctx.Words))
	}
	key := keyOf(c, m.index)
	known, ok := s.finderOf[key]
	if !ok {
		f, err := newFinder(c)
		if err != nil {
			return nil, err
		}
		known = int32(len(s.finders))
		s.finders = append(s.finders, f)
		s.finderOf[key] = known
	}
	m.finder = known
	return m, nil
}
