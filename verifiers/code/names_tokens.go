package code

import (
	"unicode"
	"unicode/utf8"

	"example.com/assay/engine"
)

// token is one word of a text.
type token struct {
	start, end int
	kind       tokenKind
}

// tokenKind is what the spelling of a word says.
type tokenKind uint8

const (
	lowerWord tokenKind = iota
	capitalWord
	allCapitals
	initial  // one capital letter, its full stop included
	caseless // of a script without capital letters
)

// byteKinds says what a byte is to a name.
var byteKinds = func() (table [256]byteKind) {
	for c := range 256 {
		switch b := byte(c); {
		case b >= utf8.RuneSelf:
			table[c] = beyondASCII
		case digitByte(b) || b == '_':
			table[c] = numeral
		case b >= 'A' && b <= 'Z':
			table[c] = upperLetter
		case letterByte(b):
			table[c] = lowerLetter
		case b == '\'' || b == '-':
			table[c] = joint
		}
	}
	return table
}()

type byteKind uint8

const (
	gap byteKind = iota
	lowerLetter
	upperLetter
	numeral     // or underscore
	joint       // apostrophe or hyphen
	beyondASCII // part of a character of several bytes
)

// skipLower returns where in text, from i on, the first word begins that may be
// more than a word in lower case, and len(text) if none does. Most of a text is
// passed over here.
func skipLower(text []byte, i int) int {
	for i < len(text) {
		switch byteKinds[text[i]] {
		case gap, joint:
			i++
			continue
		case lowerLetter:
		default:
			return i
		}
		start := i
		for i < len(text) && byteKinds[text[i]] == lowerLetter {
			i++
		}
		if i < len(text) && byteKinds[text[i]] != gap {
			return start
		}
	}
	return i
}

// nextToken returns the next word from *i on and moves *i behind it.
func nextToken(text []byte, i *int) (token, bool) {
	for *i < len(text) {
		r, size := utf8.DecodeRune(text[*i:])
		if unicode.IsLetter(r) {
			t := wordAt(text, *i)
			*i = t.end
			return t, true
		}
		if digitByte(text[*i]) || text[*i] == '_' { // a word that begins with a digit is no name
			for *i < len(text) && (wordByte(text[*i]) || text[*i] >= utf8.RuneSelf) {
				*i++
			}
			continue
		}
		*i += size
	}
	return token{}, false
}

// followingToken returns the word that begins after one blank, or after a full
// stop and a blank behind an initial or a title.
func followingToken(text []byte, i int) (token, bool) {
	if i+1 < len(text) && text[i] == '.' && text[i+1] == ' ' && stopAllowed(text, i) {
		i++
	}
	switch {
	case i < len(text) && text[i] == ' ':
		i++
	case i+1 < len(text) && text[i] == 0xC2 && text[i+1] == 0xA0:
		i += 2
	default:
		return token{}, false
	}
	if r, _ := utf8.DecodeRune(text[min(i, len(text)):]); !unicode.IsLetter(r) {
		return token{}, false
	}
	return wordAt(text, i), true
}

// stopAllowed reports whether the word before the full stop at i is a title.
func stopAllowed(text []byte, i int) bool {
	start := i
	for start > 0 && (letterByte(text[start-1]) || text[start-1] >= utf8.RuneSelf) {
		start--
	}
	return lookUp(text[start:i]).is(isTitle)
}

// wordAt reads the word that begins at start: letters and marks, with single
// apostrophes and hyphens inside.
func wordAt(text []byte, start int) token {
	if t, plain := plainWordAt(text, start); plain {
		return t
	}
	return anyWordAt(text, start)
}

// anyWordAt is wordAt for words of any script.
func anyWordAt(text []byte, start int) token {
	t := token{start: start}
	upper, letters, caseless0 := 0, 0, false
	i := start
	for i < len(text) {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case unicode.IsLetter(r):
			letters++
			if unicode.IsUpper(r) {
				upper++
			} else if !unicode.IsLower(r) {
				caseless0 = true
			}
		case unicode.IsMark(r) || r == '\u200c' || r == '\u200d':
		case (r == '\'' || r == '’' || r == '-') && letterAfter(text, i+size):
		case digitByte(text[i]) || text[i] == '_': // foo1 and FOO_BAR are identifiers
			t.end, t.kind = identifierEnd(text, i), lowerWord
			return t
		default:
			t.end = i
			t.kind = spelling(text, t, upper, letters, caseless0)
			if t.kind == initial && r == '.' {
				t.end = i + 1
			}
			return t
		}
		i += size
	}
	t.end = i
	t.kind = spelling(text, t, upper, letters, caseless0)
	return t
}

// plainWordAt is wordAt for words of ASCII letters that end where text does or
// a byte that is none of a word.
func plainWordAt(text []byte, start int) (t token, plain bool) {
	upper, letters, i := 0, 0, start
	for ; i < len(text); i++ {
		switch byteKinds[text[i]] {
		case lowerLetter:
			letters++
			continue
		case upperLetter:
			letters++
			upper++
			continue
		case joint:
			if i+1 < len(text) {
				if next := byteKinds[text[i+1]]; next == lowerLetter || next == upperLetter {
					continue
				} else if next == beyondASCII {
					return token{}, false
				}
			}
		case numeral, beyondASCII:
			return token{}, false
		}
		break
	}
	if letters == 0 {
		return token{}, false
	}
	t = token{start: start, end: i}
	t.kind = spelling(text, t, upper, letters, false)
	if t.kind == initial && i < len(text) && text[i] == '.' {
		t.end++
	}
	return t, true
}

func letterAfter(text []byte, i int) bool {
	r, _ := utf8.DecodeRune(text[min(i, len(text)):])
	return unicode.IsLetter(r)
}

func identifierEnd(text []byte, i int) int {
	for i < len(text) && wordByte(text[i]) {
		i++
	}
	return i
}

func spelling(text []byte, t token, upper, letters int, withoutCase bool) tokenKind {
	r, size := utf8.DecodeRune(text[t.start:])
	next, _ := utf8.DecodeRune(text[min(t.start+size, len(text)):])
	switch {
	case withoutCase:
		return caseless
	case !unicode.IsUpper(r):
		return lowerWord
	case letters == 1:
		return initial
	case upper == letters:
		return allCapitals
	case upper > 1 && unicode.IsUpper(next), upper > 3: // XMLParser, aB
		return lowerWord
	}
	return capitalWord
}

func fold(text []byte, t token) string { return engine.Fold(text[t.start:t.end]) }
