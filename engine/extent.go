package engine

import (
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// extent bounds the matches of an expression: how long they can be and of which
// bytes they consist. From it follows which part of a long text around one of
// its literals can hold a match at all.
type extent struct {
	minLen   int // bytes
	maxLen   int // bytes; unbounded when there is no limit
	alphabet ByteSet
}

// unbounded is the length of an expression without a limit.
const unbounded = 1 << 30

func (e *extent) addRange(lo, hi rune) {
	for r := lo; r <= min(hi, unicode.MaxASCII); r++ {
		e.alphabet.add(byte(r))
	}
	if hi < utf8.RuneSelf {
		return
	}
	if hi-max(lo, utf8.RuneSelf) > maxSpelled || lo <= utf8.RuneError && utf8.RuneError <= hi {
		e.addHigh()
		return
	}
	var buf [utf8.UTFMax]byte
	for r := max(lo, utf8.RuneSelf); r <= hi; r++ {
		for _, b := range buf[:utf8.EncodeRune(buf[:], r)] {
			e.alphabet.add(b)
		}
	}
}

// maxSpelled is the number of characters outside ASCII up to which their bytes
// are taken one by one.
const maxSpelled = 64

// addHigh adds all bytes of characters outside ASCII, and those of invalid UTF-8,
// which an expression sees as U+FFFD.
func (e *extent) addHigh() {
	e.alphabet[2], e.alphabet[3] = ^uint64(0), ^uint64(0)
}

func (s *ByteSet) add(b byte) { s[b>>6] |= 1 << (b & 63) }

// isFull reports whether every byte but perhaps a few is in the set.
func (s *ByteSet) isFull() bool { return s[0]&s[1]&s[2]&s[3] == ^uint64(0) }

func extentOf(re *syntax.Regexp) extent {
	e := extent{minLen: leastLength(re)}
	e.maxLen = e.measure(re)
	return e
}

// leastLength returns the length in bytes of the expression's shortest match.
func leastLength(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune) // folding may make a rune longer, never shorter than a byte
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpStar, syntax.OpQuest:
		return 0
	case syntax.OpRepeat:
		return repeated(leastLength(re.Sub[0]), re.Min)
	case syntax.OpAlternate:
		least := unbounded
		for _, sub := range re.Sub {
			least = min(least, leastLength(sub))
		}
		return least
	}
	total := 0
	for _, sub := range re.Sub {
		total = min(unbounded, total+leastLength(sub))
	}
	return total
}

// measure adds the expression's bytes to the alphabet and returns the length of
// its longest match.
func (e *extent) measure(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return e.measureLiteral(re)
	case syntax.OpCharClass:
		longest := 0
		for i := 0; i < len(re.Rune); i += 2 {
			e.addRange(re.Rune[i], re.Rune[i+1])
			longest = max(longest, utf8.RuneLen(min(re.Rune[i+1], utf8.MaxRune)))
		}
		return longest
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		e.addRange(0, utf8.MaxRune)
		return utf8.UTFMax
	case syntax.OpStar, syntax.OpPlus:
		return repeated(e.measure(re.Sub[0]), -1)
	case syntax.OpRepeat:
		return repeated(e.measure(re.Sub[0]), re.Max)
	case syntax.OpAlternate:
		longest := 0
		for _, sub := range re.Sub {
			longest = max(longest, e.measure(sub))
		}
		return longest
	}
	total := 0 // concatenations, captures, optional parts, and what matches nothing
	for _, sub := range re.Sub {
		total = min(unbounded, total+e.measure(sub))
	}
	return total
}

func (e *extent) measureLiteral(re *syntax.Regexp) int {
	total := 0
	for _, r := range re.Rune {
		e.addRange(r, r)
		longest := utf8.RuneLen(r)
		if re.Flags&syntax.FoldCase != 0 {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				e.addRange(f, f)
				longest = max(longest, utf8.RuneLen(f))
			}
		}
		total += longest
	}
	return total
}

// repeated multiplies a length by a number of repeats, negative for no limit.
func repeated(length, repeats int) int {
	switch {
	case length == 0:
		return 0
	case repeats < 0 || length*repeats >= unbounded:
		return unbounded
	}
	return length * repeats
}
