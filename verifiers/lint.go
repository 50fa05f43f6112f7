package verifiers

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"

	"example.com/assay/engine"
)

// Warning is something in a definition that is allowed but most likely not
// meant, or slow.
type Warning struct {
	Path string // $.detect.any[1]
	Text string
}

// String says it in one line.
func (w Warning) String() string { return w.Path + ": " + w.Text }

// Lint returns what looks wrong with a definition that Parse took.
func Lint(def Definition) []Warning {
	l := linter{}
	if def.stem() != string(def.Element) {
		l.warn(nil, "the file is not named after the element %s", def.Element)
	}
	for n := range def.Detect.all() {
		l.node(n)
	}
	if isNegation(def.Detect) {
		l.warn(def.Detect.at, "says only what is not there: every other value is a hit (put it into an all)")
	}
	if best := bestScore(&def.Detect); best < engine.FlagScore {
		l.warn(def.Detect.at, "no score reaches %v, so nothing is ever reported", engine.FlagScore)
	}
	l.examples("match", def.Match)
	l.examples("noMatch", def.NoMatch)
	return l.warnings
}

type linter struct{ warnings []Warning }

func (l *linter) warn(at *place, format string, args ...any) {
	l.warnings = append(l.warnings, Warning{at.String(), fmt.Sprintf(format, args...)})
}

func (l *linter) node(n *Node) {
	if m, ok := n.Method.(Regex); ok && n.On == onContent && len(n.Refine.Keywords) == 0 && !anchored(m.Pattern) {
		l.warn(n.at, "slow: the pattern needs neither a digit, a mark nor a run of letters, so every value is searched (add keywords)")
	}
	for i, sub := range n.Any {
		if isNegation(sub) {
			l.warn(sub.at, "holds for nearly every value and has no hits, so the any always holds (put it into an all)")
		}
		if j := slices.IndexFunc(n.Any[:i], func(o Node) bool { return sameMethod(o, sub) }); j >= 0 {
			l.warn(sub.at, "never adds anything: %s says the same", n.Any[j].at)
		}
	}
	if len(n.Any) == 1 || len(n.All) == 1 {
		l.warn(n.at, "combines one node only (write the node itself)")
	}
	l.contexts(n)
}

// contexts finds those that can never apply because an earlier one does.
func (l *linter) contexts(n *Node) {
	for i, c := range n.Refine.Context {
		for j, earlier := range n.Refine.Context[:i] {
			covered := !slices.ContainsFunc(c.Words, func(w string) bool { return !slices.Contains(earlier.Words, w) })
			if covered && c.Within <= earlier.Within && (earlier.Fields || !c.Fields) {
				l.warn(&place{parent: &place{parent: n.at, key: "context"}, index: i}, "never applies: context[%d] has its words and comes first", j)
				break
			}
		}
	}
}

func (l *linter) examples(key string, examples []Example) {
	for i, e := range examples {
		same := func(o Example) bool {
			return o.Text == e.Text && o.Field == e.Field && o.Type == e.Type && o.Comment == e.Comment && o.Asset == e.Asset && slices.Equal(o.Neighbours, e.Neighbours)
		}
		if j := slices.IndexFunc(examples[:i], same); j >= 0 {
			l.warn(e.at, "repeats $.%s[%d]", key, j)
		}
	}
}

// isNegation reports whether a node says what is not there.
func isNegation(n Node) bool { return n.Not != nil || n.Deny }

// sameMethod reports whether two nodes hold the same method with the same
// refinement, whatever their scores.
func sameMethod(a, b Node) bool {
	if a.Method == nil || b.Method == nil || a.On != b.On || a.Deny != b.Deny {
		return false
	}
	return fmt.Sprint(a.Method, a.Refine) == fmt.Sprint(b.Method, b.Refine)
}

// bestScore is the most that a node can say, as far as its definition tells.
func bestScore(n *Node) float64 {
	best := n.Score
	if best == 0 {
		best = bestBelow(n)
	}
	for _, c := range n.Refine.Context {
		best = max(best, c.Score)
	}
	if _, isCode := n.Method.(Code); isCode || n.Refine.Check != "" {
		best = 1 // a check may give a score of its own
	}
	return best
}

func bestBelow(n *Node) float64 {
	best := 0.0
	switch {
	case n.Any != nil:
		for i := range n.Any {
			best = max(best, bestScore(&n.Any[i]))
		}
	case n.All != nil:
		best = 1
		for i := range n.All {
			best = min(best, bestScore(&n.All[i]))
		}
	default:
		best = 1
	}
	return best
}

// minRun is the length of a run of letters that makes a pattern quick to refuse.
const minRun = 3

// anchored reports whether every text that the pattern matches holds something
// that is rare in plain text: a digit, a mark, a character outside ASCII, or a
// given run of letters.
func anchored(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	return err == nil && needsAnchor(re.Simplify())
}

func needsAnchor(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune) >= minRun || slices.ContainsFunc(re.Rune, isRare)
	case syntax.OpCharClass:
		return rareClass(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return needsAnchor(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min > 0 && needsAnchor(re.Sub[0])
	case syntax.OpConcat:
		return slices.ContainsFunc(re.Sub, needsAnchor)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !needsAnchor(s) })
	}
	return false
}

// isRare reports whether a character is rare in plain text.
func isRare(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !strings.ContainsRune(" \t\r\n.,", r)
}

// rareClass reports whether a character class holds rare characters only.
func rareClass(ranges []rune) bool {
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > unicode.MaxASCII {
			return false
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if !isRare(r) {
				return false
			}
		}
	}
	return true
}
