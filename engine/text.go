package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns text as dictionaries and context words see it: lower case,
// without accents (the combining marks of its canonical decomposition), with ß
// as ss. Two words are the same word when their folds are equal.
func Fold(text []byte) string {
	if s, ok := foldASCII(text); ok {
		return s
	}
	var out strings.Builder
	out.Grow(len(text))
	for _, r := range norm.NFD.String(string(text)) {
		switch {
		case unicode.Is(unicode.Mn, r) && !unicode.In(r, spacelessMarks...):
		case r == 'ß':
			out.WriteString("ss")
		case r == 'ı':
			out.WriteByte('i')
		case r == 'ł' || r == 'Ł':
			out.WriteByte('l')
		case r == 'ø' || r == 'Ø':
			out.WriteByte('o')
		case r == 'đ' || r == 'Đ':
			out.WriteByte('d')
		case r == 'æ' || r == 'Æ':
			out.WriteString("ae")
		case r == '’':
			out.WriteByte('\'')
		default:
			out.WriteRune(unicode.ToLower(r))
		}
	}
	return norm.NFC.String(out.String())
}

// spacelessMarks are scripts whose combining marks are vowels, not accents:
// without them words of those scripts would collapse.
var spacelessMarks = []*unicode.RangeTable{
	unicode.Devanagari, unicode.Thai, unicode.Bengali, unicode.Tamil, unicode.Telugu,
	unicode.Gujarati, unicode.Kannada, unicode.Malayalam, unicode.Gurmukhi,
	unicode.Khmer, unicode.Lao, unicode.Myanmar, unicode.Sinhala, unicode.Tibetan,
	unicode.Hiragana, unicode.Katakana,
}

func foldASCII(text []byte) (string, bool) {
	lower := false
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return "", false
		}
		lower = lower || 'A' <= c && c <= 'Z'
	}
	if !lower {
		return string(text), true
	}
	out := make([]byte, len(text))
	for i, c := range text {
		out[i] = lowerASCII(c)
	}
	return string(out), true
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// isWordRune reports whether r is part of a word: letters, marks and digits.
func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// isSpaceless reports whether r belongs to a script that writes words without
// blanks between them, so that a word may begin and end at any character.
func isSpaceless(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// nameWords returns a field or asset name as folded words with single blanks:
// userBirth_date and USER-BIRTH-DATE both become "user birth date".
func nameWords(name string) string {
	var out strings.Builder
	var prev rune
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !isWordRune(r):
			r = ' '
		case i > 0 && unicode.IsUpper(r) && (unicode.IsLower(prev) ||
			unicode.IsUpper(prev) && i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			out.WriteByte(' ')
		case i > 0 && unicode.IsDigit(r) != unicode.IsDigit(prev) && isWordRune(prev) && unicode.IsDigit(prev) && unicode.IsLetter(r):
			out.WriteByte(' ')
		}
		out.WriteRune(r)
		prev = r
	}
	return Fold([]byte(strings.Join(strings.Fields(out.String()), " ")))
}

// ByteSet is a set of byte values.
type ByteSet [4]uint64

// MakeByteSet returns the set of the bytes of s.
func MakeByteSet(s string) ByteSet {
	var set ByteSet
	for i := range len(s) {
		set[s[i]>>6] |= 1 << (s[i] & 63)
	}
	return set
}

// Has reports whether b is in the set.
func (s *ByteSet) Has(b byte) bool { return s[b>>6]&(1<<(b&63)) != 0 }
