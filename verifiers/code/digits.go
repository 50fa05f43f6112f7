package code

import "bytes"

// MaxDigitGroups is how many groups of digits a telephone number can hold; a slice of
// so many need not grow.
const MaxDigitGroups = 9

// DigitGroups returns the runs of digits in text.
func DigitGroups[T ~string | ~[]byte](text T) []T { return AppendDigitGroups(nil, text) }

// AppendDigitGroups appends the runs of digits in text.
func AppendDigitGroups[T ~string | ~[]byte](groups []T, text T) []T {
	for i := 0; i < len(text); i++ {
		if !digitByte(text[i]) {
			continue
		}
		start := i
		for i < len(text) && digitByte(text[i]) {
			i++
		}
		groups = append(groups, text[start:i])
	}
	return groups
}

// DigitCount returns the number of digits in text.
func DigitCount(text []byte) int {
	n := 0
	for _, b := range text {
		if digitByte(b) {
			n++
		}
	}
	return n
}

// LooksLikeDate reports whether the groups of text are a date, with or without a
// time behind it.
func LooksLikeDate(text []byte) bool {
	var room [MaxDigitGroups][]byte
	g := AppendDigitGroups(room[:0], text)
	if len(g) < 3 {
		return false
	}
	year := func(s []byte) bool { return len(s) == 4 && (s[0] == '1' && s[1] == '9' || s[0] == '2' && s[1] == '0') }
	short := func(s []byte, most string) bool {
		return len(s) <= 2 && (len(s) == 1 || string(s) <= most)
	}
	if year(g[0]) && short(g[1], "12") && short(g[2], "31") && bytes.IndexByte(text, '+') < 0 {
		return true
	}
	return len(g) <= 4 && short(g[0], "31") && short(g[1], "31") && year(g[2]) && bytes.IndexByte(text, '+') < 0
}
