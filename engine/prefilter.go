package engine

import (
	"cmp"
	"slices"
)

// prefilter tells which methods can match in which values: in one pass over a
// block it finds the literals that the methods need.
type prefilter struct {
	automaton *automaton
	// targets lists, per matching state of the automaton, whom to tell.
	targets [][]target
}

// target is a method that wants to know of a literal.
type target struct {
	method int32
	length int  // of the literal that ends here, in bytes
	whole  bool // the method looks at whole values only
}

// foldsIntoASCII are the long s and the Kelvin sign: (?i) matches them with s
// and k, but literals are compared in ASCII. For methods that can match one, it
// is a literal of its own.
var foldsIntoASCII = []string{"\u017F", "\u212A"}

func newPrefilter(methods []*method) prefilter {
	var literals []string
	var byLiteral [][]target
	index := map[string]int{}
	add := func(lit string, t target) {
		i, ok := index[lit]
		if !ok {
			i = len(literals)
			index[lit] = i
			literals = append(literals, lit)
			byLiteral = append(byLiteral, nil)
		}
		byLiteral[i] = append(byLiteral[i], t)
	}
	for i, m := range methods {
		if m.Words != nil {
			continue // the lexicon's
		}
		for _, lit := range m.literals {
			add(lit, target{method: int32(i), length: min(len(lit), maxLiteral), whole: m.whole()})
		}
		if len(m.literals) > 0 && m.folds {
			for _, letter := range foldsIntoASCII {
				add(letter, target{method: int32(i), length: len(letter), whole: m.whole()})
			}
		}
	}
	p := prefilter{automaton: newAutomaton(literals)}
	for _, out := range p.automaton.outputs {
		p.targets = append(p.targets, mergeTargets(out, byLiteral, p.automaton.maxLen))
	}
	return p
}

// whole reports whether the method must see whole values: its matches can be
// anything, or it is code.
func (m *method) whole() bool {
	return m.regexp == nil || m.extent.maxLen >= unbounded && m.extent.alphabet.isFull()
}

// mergeTargets lists each method once, with the longest of its literals.
func mergeTargets(literals []int32, byLiteral [][]target, longest int) []target {
	var out []target
	for _, lit := range literals {
		out = append(out, byLiteral[lit]...)
	}
	slices.SortFunc(out, func(a, b target) int {
		return cmp.Or(cmp.Compare(a.method, b.method), boolCompare(b.whole, a.whole), cmp.Compare(b.length, a.length))
	})
	out = slices.CompactFunc(out, func(a, b target) bool { return a.method == b.method })
	for i := range out {
		out[i].length = min(out[i].length, longest)
	}
	return out
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
