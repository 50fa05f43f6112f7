package engine

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// finder finds spans in a text: an expression, a dictionary or code. Methods of
// different rules that find alike share one, and differ in what they make of
// the spans.
type finder struct {
	methods  []int32    // in Set.methods
	contexts contextSet // of the methods

	tree     *syntax.Regexp      // of the expression
	program  func() *syntax.Prog // made when first needed; nil if package regexp refuses it
	matcher  func() *matcher     // made when first needed
	inFamily bool                // the family of numbers tells where it may match
	inToken  bool                // it may match in long tokens only
	literals []string            // folded: one of them is in every match …
	reach    int                 // … and ends at most so many bytes after it begins
	gates    []string            // folded: one of them is in every text with a hit, not in the match
	extent   extent              // of the expression
	folds    bool                // the expression takes the long s for s, or the Kelvin sign for k
	whole    bool                // it must see whole values
	longest  int                 // bytes; a longer value cannot hold a hit

	words *Dictionary
	find  func(text []byte, emit func(start, end int))
}

// finderKey tells which content methods find alike.
type finderKey struct {
	regexp, code, literals string
	words                  *Dictionary
	index                  int // of the method, where nothing else tells
}

func keyOf(c *ContentMethod, index int) finderKey {
	key := finderKey{regexp: c.Regexp, words: c.Words, literals: strings.Join(c.Literals, "\x00")}
	if c.Find != nil {
		if key.code = c.Name; key.code == "" {
			key.index = index + 1
		}
	}
	return key
}

func newFinder(c *ContentMethod) (*finder, error) {
	f := &finder{words: c.Words, find: c.Find, longest: unbounded, whole: true, literals: givenLiterals(c)}
	if c.Regexp == "" {
		return f, nil
	}
	tree, err := syntax.Parse(c.Regexp, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Regexp, err)
	}
	f.tree = tree
	f.extent, f.folds = extentOf(tree), foldsBeyondASCII(tree)
	f.whole = f.extent.maxLen >= unbounded && f.extent.alphabet.isFull()
	if anchored(tree) {
		f.longest = f.extent.maxLen
	}
	// Literals that the definition gives need not be inside a match, so that
	// they say nothing about where in a value to look.
	if own := requiredLiterals(tree); own.literals != nil {
		f.literals, f.reach, f.gates = own.literals, own.reach, f.literals
	} else {
		f.whole = f.whole || len(f.literals) > 0
	}
	f.program = sync.OnceValue(func() *syntax.Prog { return compileTree(tree) })
	f.matcher = sync.OnceValue(func() *matcher {
		slow := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(c.Regexp) })
		group := min(tree.MaxCap(), 1)
		if isGroup(tree) {
			group = 0
		}
		return newMatcher(tree, f.program, group, slow)
	})
	return f, nil
}

// isGroup reports whether the first group of an expression is always all of the
// match.
func isGroup(re *syntax.Regexp) bool {
	if re.Op == syntax.OpConcat {
		rest := slices.DeleteFunc(slices.Clone(re.Sub), func(sub *syntax.Regexp) bool { return longestMatch(sub) == 0 })
		return len(rest) == 1 && isGroup(rest[0])
	}
	return re.Op == syntax.OpCapture && re.Cap == 1
}

// compileTree compiles an expression; nil where it is too large, which package
// regexp will say.
func compileTree(tree *syntax.Regexp) *syntax.Prog {
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil
	}
	return prog
}

// edge is how many bytes beside a window an expression sees, so that it can
// tell a word's or a line's end.
const edge = utf8.UTFMax

// withEdges returns a window of a text with the bytes beside it, and where that
// begins in the text.
func withEdges(text []byte, from, to int) (window []byte, base int) {
	base = max(0, from-edge)
	return text[base:min(len(text), to+edge)], base
}

// mayMatch reports whether the expression may match in a window of text.
func (f *finder) mayMatch(text []byte, from, to int) bool {
	if to-from < f.extent.minLen {
		return false
	}
	m := f.matcher()
	if m.ahead == nil {
		return true
	}
	window, _ := withEdges(text, from, to)
	answer, _ := m.ahead.run(window, 0)
	return answer != no
}

// around reports whether the expression may match around a literal that ends at
// end, in a match that begins at from or later; and from where on another match
// may begin.
func (f *finder) around(text []byte, from, end int) (may bool, done int) {
	m := f.matcher()
	if m.ahead == nil {
		return true, len(text)
	}
	answer, done := m.ahead.runAround(text, from, end)
	return answer != no, done
}

// anchored reports whether the expression matches whole texts only.
func anchored(re *syntax.Regexp) bool {
	if re.Op == syntax.OpCapture {
		return anchored(re.Sub[0])
	}
	return re.Op == syntax.OpConcat && re.Sub[0].Op == syntax.OpBeginText && re.Sub[len(re.Sub)-1].Op == syntax.OpEndText
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
			out = append(out, string(foldByte(byte(b))))
		}
	}
	return out
}

// foldByte folds one byte as the automaton does.
func foldByte(b byte) []byte {
	if b >= 0x80 {
		return []byte{b}
	}
	return []byte{byte(foldRune(rune(b)))}
}
