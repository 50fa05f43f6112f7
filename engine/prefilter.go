package engine

// prefilter tells which finders can match in which values: in one pass over a
// block it finds the literals that they need.
type prefilter struct {
	automaton *automaton
	targets   [][]target // per literal of the automaton: whom to tell
	numbers   numbers
	tokens    tokens
}

// target is a finder that wants to know of a literal.
type target struct {
	finder int32
	length int // of the literal that ends here, in bytes, as far as the automaton looks
	reach  int // bytes before that end at which a match may begin, at most
	// gate says that the literal is no part of a match: it only allows the
	// finder in this value.
	gate bool
}

// foldsIntoASCII are the long s and the Kelvin sign: (?i) matches them with s
// and k, but literals are compared in ASCII. For finders that can match one, it
// is a literal of its own.
var foldsIntoASCII = []string{"\u017F", "\u212A"}

func newPrefilter(finders []*finder, methods []*method) prefilter {
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
	numbers := newNumbers(finders, methods) // first: it marks the finders it takes
	tokens := newTokens(finders)
	for i, f := range finders {
		if f.words != nil {
			continue // the lexicon's
		}
		for _, lit := range f.literals {
			if !f.inFamily && !f.inToken {
				add(lit, target{finder: int32(i), length: len(lit), reach: f.reach})
			}
		}
		for _, lit := range f.gates {
			add(lit, target{finder: int32(i), gate: true})
		}
		if len(f.literals) > 0 && f.folds && !f.inToken {
			for _, letter := range foldsIntoASCII {
				add(letter, target{finder: int32(i), length: len(letter), reach: f.extent.maxLen})
			}
		}
	}
	p := prefilter{automaton: newAutomaton(literals), targets: byLiteral, numbers: numbers, tokens: tokens}
	for _, targets := range p.targets {
		for i := range targets {
			t := &targets[i]
			cut := max(0, t.length-p.automaton.maxLen)
			t.length, t.reach = t.length-cut, t.reach-cut
		}
	}
	return p
}
