package code

import (
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"example.com/assay/engine"
)

// number is an identifier in compact form: separators removed, letters in upper
// case, ASCII only. Its methods are the building blocks of the national checks.
// They take positions from 0 and expect that they exist: the pattern of a check
// has seen to the length.
type number string

// id makes the check of a national identifier from a rule over its compact form.
func id(name, pattern, doc string, rule func(number) bool) Check {
	return written(name, pattern, doc, func(text string) bool {
		// A pattern that ignores case lets letters pass that are not ASCII, ſ for s.
		foreign := strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
		return !foreign && rule(compact([]byte(text)))
	})
}

// written is id with a rule over the text as it is written, for identifiers in
// which a separator tells where a part ends.
func written(name, pattern, doc string, rule func(string) bool) Check {
	// A definition may bring candidates of a shape of its own.
	shape := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) })
	return Check{Name: name, Doc: doc, Regexp: pattern, Valid: func(c engine.Candidate) float64 {
		text := string(c.Bytes())
		return ok(standsAlone(c) && shape().MatchString(text) && rule(text))
	}}
}

// compact removes separators and folds letters to upper case. The signs + and *
// stay: they carry meaning in Finnish and Irish numbers.
func compact(text []byte) number {
	var b strings.Builder
	b.Grow(len(text))
	for _, c := range text {
		switch {
		case c >= 'a' && c <= 'z':
			b.WriteByte(c - 'a' + 'A')
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '+', c == '*':
			b.WriteByte(c)
		}
	}
	return number(b.String())
}

// standsAlone reports whether the candidate is a word of its own and not a part
// of something longer: a UUID, a version, a price, a path.
func standsAlone(c engine.Candidate) bool {
	at := func(i int) byte {
		if i < 0 || i >= len(c.Text) {
			return ' '
		}
		return c.Text[i]
	}
	switch at(c.Start - 1) {
	case '_', '+', '$', '@':
		return false
	case '-', '.', '/':
		if digitByte(at(c.Start - 2)) {
			return false
		}
	}
	switch at(c.End) {
	case '_', '@', '%':
		return false
	case '.':
		return !digitByte(at(c.End + 1))
	case '-', '/':
		return !digitByte(at(c.End+1)) && !letterByte(at(c.End+1))
	}
	return !letterByte(at(c.Start-1)) && !letterByte(at(c.End)) &&
		!digitByte(at(c.Start-1)) && !digitByte(at(c.End))
}

func digitByte(b byte) bool  { return b >= '0' && b <= '9' }
func letterByte(b byte) bool { return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' }

// codes makes a set of the words of a list.
func codes[T ~string](list string) map[T]bool {
	set := map[T]bool{}
	for _, c := range strings.Fields(list) {
		set[T(c)] = true
	}
	return set
}

// numeric reports whether there are digits only, at least one.
func (n number) numeric() bool {
	for i := range len(n) {
		if !digitByte(n[i]) {
			return false
		}
	}
	return n != ""
}

// uniform reports whether all characters are the same, as in 000000000: never
// issued, though many check digits fit.
func (n number) uniform() bool {
	return strings.Count(string(n), string(n[:1])) == len(n)
}

// at returns the value of a character: 0 to 9, then A = 10 to Z = 35.
func (n number) at(i int) int {
	if c := n[i]; letterByte(c) {
		return int(c-'A') + 10
	}
	return int(n[i] - '0')
}

// last returns the value of the last character.
func (n number) last() int { return n.at(len(n) - 1) }

// int returns the decimal value of the digits from..to, to excluded.
func (n number) int(from, to int) int {
	v := 0
	for i := from; i < to; i++ {
		v = v*10 + n.at(i)
	}
	return v
}

// mod returns the remainder of the number as a decimal of any length. A letter
// counts as its two-digit value (A = 10), as in ISO 7064 MOD 97-10.
func (n number) mod(m int) int {
	r := 0
	for i := range len(n) {
		if v := n.at(i); v > 9 {
			r = (r*100 + v) % m
		} else {
			r = (r*10 + v) % m
		}
	}
	return r
}

// sum returns the sum of the first characters' values times the weights.
func (n number) sum(weights ...int) int {
	s := 0
	for i, w := range weights {
		s += w * n.at(i)
	}
	return s
}

// crossSum is sum with every product replaced by the sum of its digits.
func (n number) crossSum(weights ...int) int {
	s := 0
	for i, w := range weights {
		p := w * n.at(i)
		s += p/10 + p%10
	}
	return s
}

// falling returns the weights from, from-1 … to.
func falling(from, to int) []int {
	var w []int
	for ; from >= to; from-- {
		w = append(w, from)
	}
	return w
}

// rising returns the weights from, from+1 … to.
func rising(from, to int) []int {
	var w []int
	for ; from <= to; from++ {
		w = append(w, from)
	}
	return w
}

// luhn checks the last digit by ISO/IEC 7812-1 annex B.
func (n number) luhn() bool {
	s := 0
	for i := range len(n) {
		d := n.at(len(n) - 1 - i)
		if i%2 == 1 {
			d *= 2
		}
		s += d/10 + d%10
	}
	return s%10 == 0
}

// mod11x10 checks the last digit by ISO 7064 MOD 11,10.
func (n number) mod11x10() bool {
	p := 10
	for i := range len(n) - 1 {
		p = (p + n.at(i)) % 10
		if p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return (p+n.last())%10 == 1
}

// mod11x2 checks the last character, a digit or X, by ISO 7064 MOD 11-2.
func (n number) mod11x2() bool {
	r := 0
	for i := range len(n) - 1 {
		r = (r + n.at(i)) * 2 % 11
	}
	check := (12 - r) % 11
	return n[len(n)-1] == "0123456789X"[check]
}

// The multiplication and permutation of Verhoeff's code in the dihedral group
// of order 10 (J. Verhoeff, Error Detecting Decimal Codes, 1969).
var verhoeffPermutation = func() (p [8][10]int) {
	p[0] = [10]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	p[1] = [10]int{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}
	for i := 2; i < 8; i++ {
		for j := range 10 {
			p[i][j] = p[i-1][p[1][j]]
		}
	}
	return p
}()

func dihedral(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return (a+b)%5 + 5
	case b < 5:
		return (a-b)%5 + 5
	}
	return (a - b + 5) % 5
}

// verhoeff checks the last digit.
func (n number) verhoeff() bool {
	c := 0
	for i := range len(n) {
		c = dihedral(c, verhoeffPermutation[i%8][n.at(len(n)-1-i)])
	}
	return c == 0
}

// ean checks the last digit with weights 1 and 3, as in GS1 numbers.
func (n number) ean() bool {
	s := 0
	for i := range len(n) {
		s += n.at(len(n)-1-i) * (1 + 2*(i%2))
	}
	return s%10 == 0
}

// isDate reports whether the day exists in the Gregorian calendar.
func isDate(year, month, day int) bool {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return month >= 1 && month <= 12 && day >= 1 && t.Day() == day
}

// isDate2 is isDate for a two-digit year, in the century that makes the day exist.
func isDate2(year, month, day int) bool {
	return isDate(2000+year, month, day) || isDate(1900+year, month, day)
}
