package code

import (
	"strings"
	"unicode"

	"example.com/assay/engine"
)

// wholeLowerName finds a value that is a name without capital letters: all of
// its two or three words are listed, none is a common word.
func wholeLowerName(text []byte) (start, end int, found bool) {
	if len(text) > 40 || len(text) < 7 {
		return 0, 0, false
	}
	if !mayBeLowerName(text) {
		return 0, 0, false
	}
	s := string(text)
	if strings.ToLower(s) != s || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz '-àáâãäåçèéêëìíîïñòóôõöùúûüýßøœæčšžřěůąęłńśźżğış") != "" {
		return 0, 0, false
	}
	words := strings.Fields(engine.Fold(text))
	if len(words) != 2 {
		return 0, 0, false
	}
	return 0, len(text), vocabulary()[words[0]].first() == listed && vocabulary()[words[1]].last() == listed
}

// mayBeLowerName reports whether text has a blank and no ASCII but small letters
// and what joins them.
func mayBeLowerName(text []byte) bool {
	blank := false
	for _, c := range text {
		switch byteKinds[c] {
		case upperLetter, numeral:
			return false
		case gap:
			if c != ' ' {
				return false
			}
			blank = true
		}
	}
	return blank
}

// nameLike reports whether text has the characters and the length of a name.
func nameLike(text []byte) bool {
	if len(text) > 4*60 {
		return false
	}
	letters, words := 0, 1
	for _, r := range string(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters++
		case r == ' ' || r == '\u3000' || r == '\u00a0':
			words++
		case strings.ContainsRune("'’`.-,·・()", r):
		default:
			return false
		}
	}
	return letters >= 2 && letters <= 60 && words <= 8
}

// listScore judges a value of one or two words by a list.
func listScore(text []byte, list func(wordInfo) standing) float64 {
	if !nameLike(text) {
		return 0
	}
	words := strings.FieldsFunc(engine.Fold(text), func(r rune) bool { return r == ' ' || r == '-' })
	if len(words) == 0 || len(words) > 3 {
		return 0
	}
	for _, w := range words {
		if list(vocabulary()[w]) != absent {
			return Yes
		}
	}
	return 0
}
