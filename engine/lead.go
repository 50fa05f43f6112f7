package engine

import "regexp/syntax"

// lead bounds how far before its first digit a match of an expression can begin,
// in bytes; certain says that every match has a digit.
func lead(re *syntax.Regexp) (bytes int, certain bool) {
	switch re.Op {
	case syntax.OpLiteral:
		for i, r := range re.Rune {
			if '0' <= r && r <= '9' {
				return longestMatch(&syntax.Regexp{Op: syntax.OpLiteral, Flags: re.Flags, Rune: re.Rune[:i]}), true
			}
		}
	case syntax.OpCharClass:
		if len(re.Rune) == 2 && re.Rune[0] >= '0' && re.Rune[1] <= '9' {
			return 0, true
		}
	case syntax.OpCapture, syntax.OpPlus:
		return lead(re.Sub[0])
	case syntax.OpRepeat:
		if n, certain := lead(re.Sub[0]); certain && re.Min > 0 {
			return n, true
		}
	case syntax.OpAlternate:
		certain = true
		for _, sub := range re.Sub {
			n, has := lead(sub)
			bytes, certain = max(bytes, n), certain && has
		}
		return bytes, certain
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			n, has := lead(sub)
			if bytes = min(unbounded, bytes+n); has {
				return bytes, true
			}
		}
		return bytes, false
	}
	return longestMatch(re), false
}

// longestMatch returns the length in bytes of an expression's longest match.
func longestMatch(re *syntax.Regexp) int {
	var e extent
	return e.measure(re)
}
