package engine

import (
	"cmp"
	"slices"
)

// prefilter tells which finders can match in which values: in one pass over a
// block it finds the literals that they need.
type prefilter struct {
	automaton *automaton
	// targets lists, per matching state of the automaton, whom to tell.
	targets [][]target
}

// target is a finder that wants to know of a literal.
type target struct {
	finder int32
	length int // of the literal that ends here, in bytes
}

// foldsIntoASCII are the long s and the Kelvin sign: (?i) matches them with s
// and k, but literals are compared in ASCII. For finders that can match one, it
// is a literal of its own.
var foldsIntoASCII = []string{"\u017F", "\u212A"}

func newPrefilter(finders []*finder) prefilter {
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
	for i, f := range finders {
		if f.words != nil {
			continue // the lexicon's
		}
		for _, lit := range f.literals {
			add(lit, target{finder: int32(i), length: min(len(lit), maxLiteral)})
		}
		if len(f.literals) > 0 && f.folds {
			for _, letter := range foldsIntoASCII {
				add(letter, target{finder: int32(i), length: len(letter)})
			}
		}
	}
	p := prefilter{automaton: newAutomaton(literals)}
	for _, out := range p.automaton.outputs {
		p.targets = append(p.targets, mergeTargets(out, byLiteral, p.automaton.maxLen))
	}
	return p
}

// mergeTargets lists each finder once, with the longest of its literals.
func mergeTargets(literals []int32, byLiteral [][]target, longest int) []target {
	var out []target
	for _, lit := range literals {
		out = append(out, byLiteral[lit]...)
	}
	slices.SortFunc(out, func(a, b target) int {
		return cmp.Or(cmp.Compare(a.finder, b.finder), cmp.Compare(b.length, a.length))
	})
	out = slices.CompactFunc(out, func(a, b target) bool { return a.finder == b.finder })
	for i := range out {
		out[i].length = min(out[i].length, longest)
	}
	return out
}
