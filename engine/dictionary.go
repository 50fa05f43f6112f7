package engine

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Dictionary is a set of words and phrases, compared after folding. It is
// immutable and safe for concurrent use.
type Dictionary struct {
	words    map[string]bool
	maxWords int // words of the longest phrase
	maxRunes int // runes of the longest word in a script without blanks; 0 if none is
}

// NewDictionary returns the dictionary of the words and phrases given. Blanks
// inside a phrase match any run of blanks, a hyphen or a line break.
func NewDictionary(words []string) *Dictionary {
	d := &Dictionary{words: make(map[string]bool, len(words))}
	for _, w := range words {
		folded := strings.Join(strings.FieldsFunc(Fold([]byte(w)), isPhraseGap), " ")
		if folded == "" {
			continue
		}
		d.words[folded] = true
		d.maxWords = max(d.maxWords, strings.Count(folded, " ")+1)
		if r, _ := utf8.DecodeRuneInString(folded); isSpaceless(r) {
			d.maxRunes = max(d.maxRunes, utf8.RuneCountInString(folded))
		}
	}
	return d
}

// sorted returns the entries in order.
func (d *Dictionary) sorted() []string {
	return slices.Sorted(maps.Keys(d.words))
}

// Len returns the number of different words and phrases.
func (d *Dictionary) Len() int { return len(d.words) }

// Has reports whether text as a whole, folded, is in the dictionary.
func (d *Dictionary) Has(text []byte) bool {
	if d.words[Fold(text)] {
		return true
	}
	return d.words[strings.Join(strings.FieldsFunc(Fold(text), isPhraseGap), " ")]
}

// Find calls emit for each occurrence in text, from left to right, the longest
// where several start at one place, none overlapping the one before. It stops
// when emit returns false.
func (d *Dictionary) Find(text []byte, emit func(start, end int) bool) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if !isWordRune(r) {
			i += size
			continue
		}
		end := 0
		next := i
		if d.maxRunes > 0 && isSpaceless(r) {
			end, next = d.longestSpaceless(text, i), i+size
		} else {
			end, next = d.longestPhrase(text, i)
		}
		if end > 0 {
			if !emit(i, end) {
				return
			}
			next = end
		}
		i = next
	}
}

// longestPhrase returns the end of the longest entry that starts with the word
// at start, or 0, and the end of that first word.
func (d *Dictionary) longestPhrase(text []byte, start int) (end, firstEnd int) {
	var phrase string
	pos := start
	for n := 1; n <= d.maxWords; n++ {
		wordEnd := endOfWord(text, pos)
		word := Fold(text[pos:wordEnd])
		if n == 1 {
			firstEnd, phrase = wordEnd, word
		} else {
			phrase += " " + word
		}
		if d.words[phrase] {
			end = wordEnd
		}
		if pos = nextInPhrase(text, wordEnd); pos < 0 {
			break
		}
	}
	return end, firstEnd
}

// longestSpaceless returns the end of the longest entry at start in a script
// without blanks, or 0.
func (d *Dictionary) longestSpaceless(text []byte, start int) int {
	end, pos := 0, start
	for n := 0; n < d.maxRunes && pos < len(text); n++ {
		_, size := utf8.DecodeRune(text[pos:])
		pos += size
		if d.words[Fold(text[start:pos])] {
			end = pos
		}
	}
	return end
}

// endOfWord returns the end of the word that starts at start. An apostrophe
// between letters belongs to the word.
func endOfWord(text []byte, start int) int {
	for i := start; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if !isWordRune(r) && !(i > start && (r == '\'' || r == '’') && startsWord(text[i+size:])) {
			return i
		}
		i += size
	}
	return len(text)
}

func startsWord(text []byte) bool {
	r, _ := utf8.DecodeRune(text)
	return isWordRune(r)
}

// nextInPhrase returns where the next word of a phrase starts after a word that
// ends at end, or -1 when the gap is more than blanks, a hyphen or a line break.
func nextInPhrase(text []byte, end int) int {
	i := end
	for i < len(text) && isPhraseGap(rune(text[i])) {
		i++
	}
	if i == end || !startsWord(text[i:]) {
		return -1
	}
	return i
}

func isPhraseGap(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '-' || r == '_'
}
