package code

import (
	"bytes"
	"unicode"
)

// mostStreetWords is the most words that the name of a street is taken to have.
const mostStreetWords = 6

// streetBefore reads the name of a street before the house number at s.
func streetBefore(text []byte, s int) postal {
	i := s
	for i > 0 && (text[i-1] == ' ' || text[i-1] == ':' || text[i-1] == '#') {
		i--
	}
	if w := wordEndingAt(text, i); w < i && houseMarkers.has(text[w:i]) {
		i = w
	}
	for i > 0 && text[i-1] == ' ' {
		i--
	}
	if i > 0 && text[i-1] == ',' {
		i--
	}
	if i == s {
		return postal{}
	}
	return streetNameBefore(text, i)
}

// streetNameBefore reads the words that end at end as the name of a street.
func streetNameBefore(text []byte, end int) postal {
	a := postal{end: end}
	start, from := -1, end
	for n := 0; n < mostStreetWords; n++ {
		w := wordEndingAt(text, from)
		if w == from {
			break
		}
		word := text[w:from]
		capital := capitalAt(text, w) || caselessAt(text, w)
		prefix := start >= 0 && (streetPrefixes.has(word) || capital && streetOpeners.has(word)) // a kind without a name is none
		suffix := n == 0 && (streetSuffix(text, w, from) || w > 0 && streetSuffixes.has(word))
		switch {
		case prefix:
			a.street, a.start = true, w
			return a
		case capital:
			start = w
		case !suffix && (n == 0 || !streetParticles.has(word) && !(n == 1 && a.street)): // Arany jános utca
			n = mostStreetWords
			continue
		}
		a.street = a.street || suffix && (capital || start >= 0 || streetSuffixes.has(word))
		if w == 0 || text[w-1] != ' ' {
			break
		}
		from = w - 1
	}
	if start < 0 || a.street && streetSuffixes.has(text[start:end]) {
		return lineBefore(text, end)
	}
	a.start, a.caseless = start, caselessAt(text, start)
	return a
}

// lineBefore takes the words from the beginning of a line to end as the name of
// a street or hamlet: Pot na most 3a. They prove nothing unless a town follows on
// the next line.
func lineBefore(text []byte, end int) postal {
	line := text[bytes.LastIndexByte(text[:end], '\n')+1 : end]
	if len(line) == 0 || len(line) > 40 || !capitalAt(line, 0) || bytes.Count(line, []byte(" ")) >= mostStreetWords {
		return postal{}
	}
	for _, r := range string(line) {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != ' ' && r != '-' && r != '.' && r != '\'' && r != '’' {
			return postal{}
		}
	}
	return postal{start: end - len(line), end: end, plainName: true}
}

// streetBehind reads the name of a street behind the house number, which begins
// at s and ends at end.
func streetBehind(text []byte, s, end int) postal {
	i := end
	if i < len(text) && text[i] == ',' {
		i++
	}
	if i >= len(text) || text[i] != ' ' && text[i] != '\n' {
		return postal{}
	}
	a := postal{start: s}
	marked := false
	if w := wordEndingAt(text, max(0, s-1)); s > 0 && text[s-1] == ' ' && w < s-1 && houseMarks.has(text[w:s-1]) {
		a.start, marked = w, true
	}
	first, names := i+1, 0
	prefixed := false
	for n := 0; n < mostStreetWords && i < len(text) && (text[i] == ' ' || n == 0); n++ {
		w := i + 1
		e := wordEnd(text, w)
		if e == w {
			break
		}
		word := text[w:e]
		prefixed = prefixed || n < 2 && streetPrefixes.has(word) && !streetSuffixes.has(word)
		capital := capitalAt(text, w) || digitByte(text[w]) && names > 0 || caselessAt(text, w) && !streetPrefixes.has(word)
		switch {
		case w > first && names > 0 && streetSuffixes.has(word) && capital && !prefixed, n == 0 && streetSuffix(text, w, e) && capital:
			a.street, a.end = true, e
		case capital && !(n == 0 && streetPrefixes.has(word)):
			names++
			if prefixed || marked {
				a.street, a.end = true, e
			} else if !a.street {
				a.end, a.caseless = e, caselessAt(text, w)
			}
		case streetPrefixes.has(word) && n < 2, streetParticles.has(word), n == 0 && streetSuffixes.has(word):
		default:
			return a
		}
		i = e
	}
	return a
}

// streetSuffix reports whether the word from w to e ends as the names of streets
// do in languages that write them in one word.
func streetSuffix(text []byte, w, e int) bool {
	if e-w < 7 {
		return false
	}
	word := folded(text[w:e])
	for _, ending := range streetEndings {
		if len(word) >= len(ending)+3 && word[len(word)-len(ending):] == ending {
			return true
		}
	}
	return false
}

// houseMarks stand before the number of a house: Vietnamese số 12.
var houseMarks = words{"so": true}
