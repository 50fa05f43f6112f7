package engine

import (
	"unicode/utf8"
)

// Find calls emit for each entry in text, from left to right, the longest where
// several start at one place, none overlapping the one before. It stops when
// emit returns false.
func (d *Dictionary) Find(text []byte, emit func(start, end int) bool) {
	if d.entries == 0 {
		return
	}
	var w wordIterator
	var buf entryBuffer
	free := 0 // the end of the entry before
	for w.next(text) {
		if w.start < free || !d.starts(w.hash) {
			continue
		}
		if end := d.longest(text, w.start, w.spaceless, &buf); end > 0 {
			if !emit(w.start, end) {
				return
			}
			free = end
		}
	}
}

// wordIterator walks the places of a text at which an entry may start: the words,
// and every character of scripts without blanks.
type wordIterator struct {
	start, end int
	hash       uint64 // of the folded word, or character
	spaceless  bool
}

// firstNoUTF8 is the first of the byte values that no UTF-8 text holds.
const firstNoUTF8 = 0xF5

// wordBytes classifies bytes: 0 ends a word, 1 is a letter or digit of ASCII as
// it stands, 2 a capital letter, 3 needs a closer look.
var wordBytes = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case c >= firstNoUTF8: // the gap between values, which is frequent
		case c >= utf8.RuneSelf || c == '\'':
			t[c] = 3
		case 'A' <= c && c <= 'Z':
			t[c] = 2
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			t[c] = 1
		}
	}
	return t
}()

// next moves to the next word and reports whether there is one.
func (w *wordIterator) next(text []byte) bool {
	i := w.end
	for i < len(text) {
		if wordBytes[text[i]] == 0 {
			i++
			continue
		}
		h := uint64(hashStart)
		start := i
		for i < len(text) {
			c := text[i]
			kind := wordBytes[c]
			if kind == 1 || kind == 2 {
				h = (h ^ uint64(c|(kind&2)<<4)) * hashPrime
				i++
				continue
			}
			if kind == 0 {
				w.start, w.end, w.hash, w.spaceless = start, i, h, false
				return true
			}
			break
		}
		if i == len(text) {
			w.start, w.end, w.hash, w.spaceless = start, i, h, false
			return true
		}
		if w.closer(text, start) {
			return true
		}
		i = w.end
	}
	w.end = i
	return false
}

// closer reads the word at start by characters, since it holds a byte that is
// not a plain letter or digit. Where no word is there it only moves on.
func (w *wordIterator) closer(text []byte, start int) bool {
	r, size := utf8.DecodeRune(text[start:])
	if !isWordRune(r) {
		w.end = start + size
		return false
	}
	w.start, w.spaceless = start, isSpaceless(r)
	if w.end = start + size; !w.spaceless {
		w.end = endOfWord(text, start)
	}
	w.hash = hashOf(hashStart, Fold(text[w.start:w.end]))
	return true
}

// entryBuffer is the memory in which words of a text are folded. Callers keep one,
// since to make it takes longer than most look-ups.
type entryBuffer [maxEntry + 1]byte

// longest returns the end of the longest entry that starts at start, or 0.
func (d *Dictionary) longest(text []byte, start int, spaceless bool, buf *entryBuffer) int {
	longest := 0
	d.each(text, start, spaceless, d.maxWords, buf, func(_ []byte, end int) { longest = end })
	return longest
}

// each calls found for every entry of at most so many words that starts at start,
// the shortest first; the entry is valid during the call.
func (d *Dictionary) each(text []byte, start int, spaceless bool, words int, buf *entryBuffer, found func(entry []byte, end int)) {
	if spaceless {
		d.eachSpaceless(text, start, found)
		return
	}
	entry, pos := buf[:0], start
	for n := 1; n <= words; n++ {
		wordEnd := endOfWord(text, pos)
		if n > 1 {
			entry = append(entry, ' ')
		}
		if wordEnd-pos > maxEntry {
			return
		}
		if entry = appendFold(entry, text[pos:wordEnd]); len(entry) > maxEntry {
			return
		}
		if d.has(entry, hashOf(hashStart, entry)) {
			found(entry, wordEnd)
		}
		if pos = nextInPhrase(text, wordEnd); pos < 0 {
			return
		}
	}
}

// eachSpaceless is each in a script without blanks.
func (d *Dictionary) eachSpaceless(text []byte, start int, found func(entry []byte, end int)) {
	pos := start
	for n := 0; n < d.maxRunes && pos < len(text); n++ {
		_, size := utf8.DecodeRune(text[pos:])
		pos += size
		if folded := []byte(Fold(text[start:pos])); d.has(folded, hashOf(hashStart, folded)) {
			found(folded, pos)
		}
	}
}

// appendFold appends the fold of a word.
func appendFold(out, word []byte) []byte {
	mark := len(out)
	for _, c := range word {
		if c >= utf8.RuneSelf {
			return append(out[:mark], Fold(word)...)
		}
		out = append(out, lowerASCII(c))
	}
	return out
}

// endOfWord returns the end of the word that starts at start. An apostrophe
// between letters belongs to the word; a script without blanks ends it.
func endOfWord(text []byte, start int) int {
	for i := start; i < len(text); {
		switch wordBytes[text[i]] {
		case 0:
			return i
		case 1, 2:
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		apostrophe := i > start && (r == '\'' || r == '’') && continuesWord(text[i+size:])
		if !apostrophe && (!isWordRune(r) || isSpaceless(r)) {
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

// continuesWord reports whether text begins with a character of a script that
// writes blanks between words.
func continuesWord(text []byte) bool {
	r, _ := utf8.DecodeRune(text)
	return isWordRune(r) && !isSpaceless(r)
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
