package sqlsample

import (
	"math/bits"
	"slices"
	"strings"
)

// alphabet lays text keys out on a line: the characters after the beginning that
// all keys share are the digits of a number. Which characters can occur at a
// place is learnt from keys that were seen, so that random UUIDs, which use 16
// of 256 bytes and always have the same hyphens, still are drawn evenly.
type alphabet struct {
	fold     bool // upper and lower case are the same
	bytewise bool // the order is that of the bytes
	binary   bool // all bytes can occur
	seen     []string
}

// manyKeys is how many keys make it certain enough that what all of them have at
// one place, the same character or a digit, is always there.
const manyKeys = 12

const (
	digits = "0123456789"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower  = "abcdefghijklmnopqrstuvwxyz"
)

// line returns the line from low to high; value makes a key from bytes.
func (a alphabet) line(low, high string, value func([]byte) any) *line {
	low, high = a.normal(low), a.normal(high)
	n := 0
	for n < len(low) && n < len(high) && low[n] == high[n] {
		n++
	}
	prefix := low[:n]
	if !a.binary {
		prefix = strings.ToValidUTF8(prefix, "")
		n = len(prefix)
	}
	var places []string // the characters of each place, ascending
	ordered := a.binary || a.bytewise
	letters := true // where the order of characters matters, all are letters and digits
	size := uint64(1)
	for i := n; i < a.longest(low, high); i++ {
		chars := a.place(n, i, low, high)
		over, next := bits.Mul64(size, uint64(len(chars)))
		if over != 0 || next > 1<<62 {
			break
		}
		size, places = next, append(places, chars)
		letters = letters && (len(chars) == 1 || isAlphanumeric(chars))
	}
	pos := func(v string) uint64 { return position(a.normal(v), n, places) }
	l := &line{first: pos(low), last: max(pos(low), pos(high)), at: func(p uint64) any { return value(spell(p, prefix, places)) }}
	if ordered || letters {
		l.pos = func(v any) (uint64, bool) {
			switch v := v.(type) {
			case string:
				return pos(v), true
			case []byte:
				return pos(string(v)), true
			}
			return 0, false
		}
	}
	return l
}

func (a alphabet) normal(s string) string {
	if a.fold && !a.binary {
		return strings.ToLower(s)
	}
	return s
}

func (a alphabet) longest(low, high string) int {
	n := max(len(low), len(high))
	for _, s := range a.seen {
		n = max(n, len(s))
	}
	return n
}

// place returns the characters that are taken to occur at place i, where all
// keys are the same before place n.
func (a alphabet) place(n, i int, low, high string) string {
	var at []byte // what was seen there
	all := ""     // what was seen anywhere after n
	for _, s := range append(slices.Clone(a.seen), low, high) {
		s = a.normal(s)
		all += s[min(n, len(s)):]
		if i < len(s) {
			at = append(at, s[i])
		}
	}
	slices.Sort(at)
	distinct := slices.Compact(slices.Clone(at))
	fixed := len(distinct) == 1 && (len(at) >= manyKeys || len(at) >= 2 && !isAlphanumeric(string(distinct)))
	switch {
	case fixed && (a.binary || distinct[0] < 0x80):
		return string(distinct)
	case a.binary:
		return allBytes()
	case containsOnly(all, digits+"-"), len(at) >= manyKeys && containsOnly(string(distinct), digits):
		return digits
	case containsOnly(all, digits+"abcdef-"):
		return digits + "abcdef"
	case containsOnly(all, digits+"ABCDEF-"):
		return digits + "ABCDEF"
	}
	return classes(string(distinct), all)
}

// classes returns the union of the classes that the characters of all are of,
// and those punctuation marks among them that were seen at the place.
func classes(at, all string) string {
	out := ""
	for _, class := range []string{digits, upper, lower} {
		if strings.ContainsAny(all, class) {
			out += class
		}
	}
	for i := range len(at) {
		if at[i] < 0x80 && !isAlphanumeric(at[i:i+1]) {
			out += at[i : i+1]
		}
	}
	if out == "" { // no ASCII at all
		out = digits + lower
	}
	b := []byte(out)
	slices.Sort(b)
	return string(slices.Compact(b))
}

// position returns the number that s spells with the characters of the places.
func position(s string, from int, places []string) uint64 {
	var p uint64
	exact := true // so far s used only characters of the places
	for i, chars := range places {
		digit := 0
		if exact && from+i < len(s) {
			for digit < len(chars) && chars[digit] < s[from+i] {
				digit++
			}
			switch {
			case digit == len(chars): // after the last: as late as can be
				return p*product(places[i:]) + product(places[i:]) - 1
			case chars[digit] != s[from+i]:
				exact = false
			}
		}
		p = p*uint64(len(chars)) + uint64(digit)
	}
	return p
}

func product(places []string) uint64 {
	n := uint64(1)
	for _, chars := range places {
		n *= uint64(len(chars))
	}
	return n
}

// spell returns the text at a position.
func spell(p uint64, prefix string, places []string) []byte {
	out := make([]byte, len(prefix)+len(places))
	copy(out, prefix)
	for i, chars := range slices.Backward(places) {
		out[len(prefix)+i] = chars[p%uint64(len(chars))]
		p /= uint64(len(chars))
	}
	return out
}

func isAlphanumeric(s string) bool { return containsOnly(s, digits+upper+lower) }

func containsOnly(s, chars string) bool {
	return strings.Trim(s, chars) == ""
}

func allBytes() string {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}
