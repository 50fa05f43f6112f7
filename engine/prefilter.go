package engine

// prefilter tells which methods can match in which values: in one pass over a
// block it finds the literals that the methods need.
type prefilter struct {
	automaton *automaton
	// byLiteral lists, per literal of the automaton, the methods that need it.
	byLiteral [][]int32
	// always lists the methods without a literal, which must look at each value.
	always []int32
	// folding lists the methods with literals, for texts that hold one of the
	// two letters outside ASCII that case folding maps into it.
	folding []int32
}

// foldsIntoASCII are the long s and the Kelvin sign: (?i) matches them with s
// and k, but literals are compared in ASCII.
var foldsIntoASCII = []string{"\u017F", "\u212A"}

func newPrefilter(methods []*method) prefilter {
	var p prefilter
	var literals []string
	index := map[string]int{}
	add := func(lit string, m int32) {
		i, ok := index[lit]
		if !ok {
			i = len(literals)
			index[lit] = i
			literals = append(literals, lit)
			p.byLiteral = append(p.byLiteral, nil)
		}
		p.byLiteral[i] = append(p.byLiteral[i], m)
	}
	for i, m := range methods {
		if len(m.literals) == 0 {
			p.always = append(p.always, int32(i))
			continue
		}
		p.folding = append(p.folding, int32(i))
		for _, lit := range m.literals {
			add(lit, int32(i))
		}
	}
	for _, letter := range foldsIntoASCII {
		for _, m := range p.folding {
			add(letter, m)
		}
	}
	p.automaton = newAutomaton(literals)
	return p
}
