package code

import (
	"unicode"
	"unicode/utf8"

	"example.com/assay/engine"
)

// refusedName reports whether the group is an organisation, a place or part of
// an identifier, a path or a sentence's beginning.
func refusedName(c engine.Candidate, name foldedName) bool {
	last := len(name.words) - 1
	if name.words[0].info.is(isStreetWord) || name.words[last].info.is(isStreetWord) {
		return true
	}
	if last == 1 && c.End-c.Start > 3 && allUpper(c.Text[c.End-2:c.End]) && !allUpper(c.Text[c.Start:c.End]) && len(name.word(1)) <= 3 && len(name.word(1)) > 1 {
		return true // Hobart TAS
	}
	for i, w := range name.words {
		if hasSuffix(name.word(i), "'s") { // Alice's Restaurant
			return true
		}
		if i > 0 && (w.info.is(isNotAfter) || last < 2 && w.info.is(isNotName) && !w.info.is(isParticle)) {
			return true
		}
	}
	if c.Start > 0 {
		b := c.Text[c.Start-1]
		if partBefore.Has(b) && !(b == '-' && c.Start > 1 && c.Text[c.Start-2] == '\n') {
			return true
		}
	}
	if c.End < len(c.Text) && partAfter.Has(c.Text[c.End]) || quantityFollows(c.Text[c.End:]) || firmName(c) {
		return true
	}
	return nextWord(c).is(isNotAfter) || last > 0 && name.words[0].info.first() != listed && isCity(name)
}

// quantityFollows reports whether text goes on with a size or an amount, as
// names of goods do, 500g, 12-pack, or with the number of a house.
func quantityFollows(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	i := 1
	for i < len(text) && digitByte(text[i]) {
		i++
	}
	if i == 1 || text[0] != ' ' {
		return false
	}
	if i == len(text) || i < 6 && (text[i] == ',' || text[i] == '\n') {
		return true // a street and its number
	}
	if text[i] == '-' {
		i++
	}
	return i < len(text) && letterByte(text[i])
}

// isCity reports whether the words are a listed place.
func isCity(name foldedName) bool {
	var room [nameByteRoom]byte
	place := room[:0]
	for i := range name.words {
		if i > 0 {
			place = append(place, ' ')
		}
		place = append(place, name.word(i)...)
	}
	return cities()[string(place)] == listed
}

// nextWord returns what is known of the word that follows the candidate after
// one blank.
func nextWord(c engine.Candidate) wordInfo {
	i := c.End
	if i < len(c.Text) && c.Text[i] == ' ' {
		i++
	}
	if r, _ := utf8.DecodeRune(c.Text[min(i, len(c.Text)):]); !unicode.IsLetter(r) {
		return 0
	}
	t := wordAt(c.Text, i)
	if t.kind == lowerWord && t.end-t.start <= 3 {
		return 0 // as, sa, co: legal forms in capitals only
	}
	return infoOf(c.Text, t)
}

// A candidate behind or before one of these is part of an identifier or a path.
var (
	partBefore = engine.MakeByteSet("/\\_@#$<&|+*-")
	partAfter  = engine.MakeByteSet("/\\_@#(=&")
)
