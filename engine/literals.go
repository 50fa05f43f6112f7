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
	required []string // every match contains one of them; nil when there is none
}

// requiredLiterals returns strings (in lower case, with 0 for every digit) of which at least one occurs,
// ASCII case ignored, in every match of the expression; nil when it has none.
//
// Case-insensitive expressions also match the two letters outside ASCII that
// fold into it, the Kelvin sign and the long s (see foldsBeyondASCII): a match
// with one of them in it need not have the literal.
func requiredLiterals(re *syntax.Regexp) []string {
	set := literalsOf(re)
	return minimal(better(set.exact, set.required))
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
		set := literalsOf(re.Sub[0])
		return literalSet{required: better(set.exact, set.required)}
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
			return literalSet{required: exact}
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
	required := better(set.exact, set.required)
	product, all := []string{""}, []string(nil)
	for i := 1; i <= max(re.Min, re.Max); i++ {
		product = cross(product, set.exact)
		if product == nil || i > re.Min && len(all)+len(product) > maxExactClass {
			return literalSet{required: required}
		}
		if i <= re.Min { // every match holds the least number of repeats
			required = better(product, required)
		}
		if i >= re.Min {
			all = append(all, product...)
			slices.Sort(all)
			all = slices.Compact(all)
		}
	}
	if re.Max < 0 {
		return literalSet{required: required}
	}
	return literalSet{exact: all}
}

// literalsOfConcat multiplies neighbouring exact parts for as long as the
// product stays small, and keeps the best product as what is required.
func literalsOfConcat(subs []*syntax.Regexp) literalSet {
	whole, run := true, []string{""}
	var required []string
	for _, sub := range subs {
		set := literalsOf(sub)
		next := cross(run, set.exact)
		if next != nil {
			run = next
			continue
		}
		whole = false
		required = better(better(required, run), better(set.exact, set.required))
		if run = set.exact; run == nil {
			run = []string{""}
		}
	}
	if whole {
		return literalSet{exact: run}
	}
	return literalSet{required: better(required, run)}
}

func literalsOfAlternate(subs []*syntax.Regexp) literalSet {
	var exact, required []string
	isExact := true
	for _, sub := range subs {
		set := literalsOf(sub)
		if set.exact == nil {
			isExact = false
		} else {
			exact = append(exact, set.exact...)
		}
		best := better(set.exact, set.required)
		if best == nil {
			return literalSet{}
		}
		required = append(required, best...)
	}
	if slices.Sort(exact); isExact {
		if exact = slices.Compact(exact); len(exact) <= maxExact {
			return literalSet{exact: exact}
		}
	}
	return literalSet{required: required}
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
func better(a, b []string) []string {
	fa, fb := setFrequency(a), setFrequency(b)
	switch {
	case fa >= 1 && fb >= 1:
		return nil
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
