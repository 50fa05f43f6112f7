package engine

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// alphabet is the characters that expressions tell apart, as classes that no
// instruction and no empty-width condition splits.
type alphabet struct {
	ascii   [utf8.RuneSelf]uint16 // class
	bounds  []rune                // the runes from bounds[i] up to bounds[i+1] …
	classes []uint16              // … are of class classes[i]
	example []rune                // a rune of each class
}

func newAlphabet(progs ...*syntax.Prog) *alphabet {
	a := &alphabet{}
	var sets []*syntax.Inst // the different sets of runes
	known := map[string]bool{}
	cuts := []rune{0, '\n', '\n' + 1, '0', '9' + 1, 'A', 'Z' + 1, '_', '_' + 1, 'a', 'z' + 1}
	for _, prog := range progs {
		for i := range prog.Inst {
			inst := &prog.Inst[i]
			if inst.Op != syntax.InstRune && inst.Op != syntax.InstRune1 {
				continue
			}
			if key := string(inst.Rune) + string(rune(inst.Arg)); !known[key] {
				known[key] = true
				sets = append(sets, inst)
				cuts = appendCuts(cuts, inst)
			}
		}
	}
	slices.Sort(cuts)
	a.bounds = slices.Compact(cuts)
	classes := map[string]uint16{}
	for _, r := range a.bounds {
		a.classes = append(a.classes, a.classOfSignature(classes, r, sets))
	}
	for c := range a.ascii {
		a.ascii[c] = a.classOf(rune(c))
	}
	return a
}

// classOfSignature returns the class of the runes that the same sets hold as r.
func (a *alphabet) classOfSignature(known map[string]uint16, r rune, sets []*syntax.Inst) uint16 {
	signature := append(make([]byte, 0, len(sets)+1), byte(kindOf(r)))
	for _, set := range sets {
		if set.MatchRune(r) {
			signature = append(signature, 1)
		} else {
			signature = append(signature, 0)
		}
	}
	class, ok := known[string(signature)]
	if !ok {
		class = uint16(len(a.example))
		known[string(signature)] = class
		a.example = append(a.example, r)
	}
	return class
}

func appendCuts(cuts []rune, inst *syntax.Inst) []rune {
	if len(inst.Rune) == 1 { // one rune, with its other cases if it folds
		r := inst.Rune[0]
		cuts = append(cuts, r, r+1)
		if syntax.Flags(inst.Arg)&syntax.FoldCase != 0 {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				cuts = append(cuts, f, f+1)
			}
		}
		return cuts
	}
	for i := 0; i+1 < len(inst.Rune); i += 2 {
		cuts = append(cuts, inst.Rune[i], inst.Rune[i+1]+1)
	}
	return cuts
}

func (a *alphabet) classOf(r rune) uint16 {
	i, found := slices.BinarySearch(a.bounds, r)
	if !found {
		i--
	}
	return a.classes[i]
}
