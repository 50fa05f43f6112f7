package engine

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxExact      = 64 // strings in a product before it is cut
	maxExactClass = 16 // runes of a class that is spelled out
	maxExactLen   = 24 // bytes of a literal beyond which it gains nothing
)

// literalSet is what is known of the strings that an expression matches.
type literalSet struct {
	exact    []string // all the strings it matches, folded to lower case; nil when they are too many
	required required
}

// required is strings of which every match contains one; none where there are no
// such strings.
type required struct {
	literals []string
	reach    int // bytes from the beginning of a match to the end of its first literal, at most
}

// needs returns the strings that a match needs by what it can be.
func (s literalSet) needs() required { return better(oneOf(s.exact), s.required) }

// oneOf returns what is needed when a match is one of these strings.
func oneOf(exact []string) required {
	longest := 0
	for _, s := range exact {
		longest = max(longest, len(s))
	}
	return required{exact, longest}
}

// after returns what is needed when so many bytes, at most, come before.
func (r required) after(before int) required {
	return required{r.literals, min(unbounded, r.reach+before)}
}

// requiredLiterals returns strings (in lower case, with 0 for every digit) of which at least one occurs,
// ASCII case ignored, in every match of the expression.
//
// Case-insensitive expressions also match the two letters outside ASCII that
// fold into it, the Kelvin sign and the long s (see foldsBeyondASCII): a match
// with one of them in it need not have the literal.
func requiredLiterals(re *syntax.Regexp) required {
	needed := literalsOf(re).needs()
	return required{minimal(needed.literals), needed.reach}
}

// minimal drops the strings that contain another one, which say nothing more.
func minimal(set []string) []string {
	return slices.DeleteFunc(slices.Clone(set), func(s string) bool {
		return slices.ContainsFunc(set, func(o string) bool { return len(o) < len(s) && strings.Contains(s, o) })
	})
}

func literalsOf(re *syntax.Regexp) literalSet {
	switch re.Op {
	case syntax.OpLiteral:
		return literalOf(re)
	case syntax.OpCharClass:
		return classOf(re.Rune)
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return literalSet{exact: []string{""}}
	case syntax.OpCapture:
		return literalsOf(re.Sub[0])
	case syntax.OpPlus:
		return literalSet{required: literalsOf(re.Sub[0]).needs()}
	case syntax.OpQuest:
		if set := literalsOf(re.Sub[0]); set.exact != nil && len(set.exact) < maxExact/2 {
			return literalSet{exact: append([]string{""}, set.exact...)}
		}
	case syntax.OpRepeat:
		return literalsOfRepeat(re)
	case syntax.OpConcat:
		return literalsOfConcat(re.Sub)
	case syntax.OpAlternate:
		return literalsOfAlternate(re.Sub)
	}
	return literalSet{}
}

// literalOf returns the strings that a literal stands for: itself, and where case
// is ignored, also with the other cases of its letters outside ASCII, which the
// automaton's folding does not know.
func literalOf(re *syntax.Regexp) literalSet {
	exact := []string{""}
	for _, r := range re.Rune {
		variants := []string{string(foldRune(r))}
		if re.Flags&syntax.FoldCase != 0 {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				if f >= utf8.RuneSelf && !foldsToASCII(f) {
					variants = append(variants, string(f))
				}
			}
		}
		next := cross(exact, variants)
		if next == nil { // long, or with many variants: its beginning will do
			return literalSet{required: oneOf(exact)}
		}
		exact = next
	}
	return literalSet{exact: exact}
}

// foldsToASCII reports whether r is the long s or the Kelvin sign, which
// foldsBeyondASCII takes care of.
func foldsToASCII(r rune) bool { return r == 0x17F || r == 0x212A }

// foldRune maps a rune of an expression to the one that stands for it in
// literals: letters lose their case, and every digit is 0, so that \d{3}-\d{2}
// is the literal "000-00".
func foldRune(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	case '0' <= r && r <= '9':
		return '0'
	}
	return r
}

func classOf(ranges []rune) literalSet {
	var exact []string
	for i := 0; i < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > 2*maxExactClass {
			return literalSet{}
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if foldsToASCII(r) {
				continue
			}
			if s := string(foldRune(r)); !slices.Contains(exact, s) {
				exact = append(exact, s)
			}
		}
	}
	if len(exact) == 0 || len(exact) > maxExactClass {
		return literalSet{}
	}
	return literalSet{exact: exact}
}

func literalsOfRepeat(re *syntax.Regexp) literalSet {
	if re.Min == 0 {
		return literalSet{}
	}
	set := literalsOf(re.Sub[0])
	needed := set.needs()
	product, exact := []string{""}, []string(nil)
	for i := 1; i <= max(re.Min, re.Max); i++ {
		product = cross(product, set.exact)
		if product == nil || i > re.Min && len(exact)+len(product) > maxExactClass {
			return literalSet{required: needed}
		}
		if i <= re.Min { // every match holds the least number of repeats
			needed = better(oneOf(product), needed)
		}
		if i >= re.Min {
			exact = append(exact, product...)
			slices.Sort(exact)
			exact = slices.Compact(exact)
		}
	}
	if re.Max < 0 {
		return literalSet{required: needed}
	}
	return literalSet{exact: exact}
}

// literalsOfConcat multiplies neighbouring exact parts for as long as the
// product stays small, and keeps the best product as what is required.
func literalsOfConcat(subs []*syntax.Regexp) literalSet {
	whole, run := true, []string{""}
	before, runBefore := 0, 0 // bytes, at most, before the part and before the product
	var needed required
	for _, sub := range subs {
		set := literalsOf(sub)
		start := before
		before = min(unbounded, before+longestMatch(sub))
		if next := cross(run, set.exact); next != nil {
			run = next
			continue
		}
		whole = false
		needed = better(better(needed, oneOf(run).after(runBefore)), set.needs().after(start))
		if run, runBefore = set.exact, start; run == nil {
			run, runBefore = []string{""}, before
		}
	}
	if whole {
		return literalSet{exact: run}
	}
	return literalSet{required: better(needed, oneOf(run).after(runBefore))}
}

func literalsOfAlternate(subs []*syntax.Regexp) literalSet {
	var exact []string
	var needed required
	isExact := true
	for _, sub := range subs {
		set := literalsOf(sub)
		if set.exact == nil {
			isExact = false
		} else {
			exact = append(exact, set.exact...)
		}
		best := set.needs()
		if best.literals == nil {
			return literalSet{}
		}
		needed = required{append(needed.literals, best.literals...), max(needed.reach, best.reach)}
	}
	if slices.Sort(exact); isExact {
		if exact = slices.Compact(exact); len(exact) <= maxExact {
			return literalSet{exact: exact}
		}
	}
	return literalSet{required: needed}
}

// cross returns every string of a followed by every one of b; nil when that
// would be too many or too long.
func cross(a, b []string) []string {
	if b == nil || len(a)*len(b) > maxExact {
		return nil
	}
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			if len(x)+len(y) > maxExactLen {
				return nil
			}
			if s := x + y; !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// better returns the set that filters more: the one that occurs less often. A
// set that holds the empty string filters nothing and counts as none.
func better(a, b required) required {
	fa, fb := setFrequency(a.literals), setFrequency(b.literals)
	switch {
	case fa >= 1 && fb >= 1:
		return required{}
	case fa <= fb:
		return a
	}
	return b
}

// foldsBeyondASCII reports whether the expression matches the long s or the
// Kelvin sign where its literals have s or k.
func foldsBeyondASCII(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return re.Flags&syntax.FoldCase != 0 && slices.ContainsFunc(re.Rune, func(r rune) bool {
			return strings.ContainsRune("skSK\u017F\u212A", r)
		})
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i] <= 0x17F && 0x17F <= re.Rune[i+1] || re.Rune[i] <= 0x212A && 0x212A <= re.Rune[i+1] {
				return true
			}
		}
	}
	return slices.ContainsFunc(re.Sub, foldsBeyondASCII)
}
