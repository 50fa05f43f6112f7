package code

import (
	"strings"
	"sync"
	"unicode/utf8"

	"example.com/assay/engine"
)

// wordInfo is what the lists say of a folded word: two bits for its standing as
// a first name, two as a surname, and a bit for each set of words.
type wordInfo uint16

const (
	isTitle wordInfo = 1 << (iota + 4)
	isStoppedTitle
	isParticle
	isNotAfter
	isStreetWord
	isNotName
	isJoin
	isSurnamePrefix
)

func (w wordInfo) first() standing      { return standing(w & 3) }
func (w wordInfo) last() standing       { return standing(w >> 2 & 3) }
func (w wordInfo) is(set wordInfo) bool { return w&set != 0 }

// isName reports whether the word is listed as a name of either kind.
func (w wordInfo) isName() bool { return w&15 != 0 }

func asFirst(s standing) wordInfo { return wordInfo(s) }
func asLast(s standing) wordInfo  { return wordInfo(s) << 2 }

// vocabulary holds all words that the checks of names know, so that one look-up
// tells all about a word.
var vocabulary = sync.OnceValue(func() map[string]wordInfo {
	words := make(map[string]wordInfo, strings.Count(firstNameList, "\n")+strings.Count(lastNameList, "\n"))
	readList(firstNameList, func(word string, s standing) { words[word] |= asFirst(s) })
	readList(lastNameList, func(word string, s standing) { words[word] |= asLast(s) })
	for word := range moreFirstNames {
		if word = engine.Fold([]byte(word)); words[word].first() == absent {
			words[word] |= asFirst(listed)
		}
	}
	for word := range moreLastNames {
		if word = engine.Fold([]byte(word)); words[word].last() == absent {
			words[word] |= asLast(listed)
		}
	}
	for set, list := range map[wordInfo]map[string]bool{
		isTitle: titles, isStoppedTitle: stoppedTitles, isParticle: particles, isNotAfter: notAfter,
		isStreetWord: streetWords, isNotName: notName, isJoin: joins, isSurnamePrefix: surnamePrefixes,
	} {
		for word := range list {
			words[word] |= set
		}
	}
	return words
})

// lookUp returns what the lists say of a word that is not folded.
func lookUp(word []byte) wordInfo {
	var room [64]byte
	return vocabulary()[string(appendFold(room[:0], word))]
}

func infoOf(text []byte, t token) wordInfo { return lookUp(text[t.start:t.end]) }

// appendFold appends the fold of text (see engine.Fold), without other memory
// where it is ASCII.
func appendFold(out, text []byte) []byte {
	mark := len(out)
	for _, c := range text {
		switch {
		case c >= utf8.RuneSelf:
			return append(out[:mark], engine.Fold(text)...)
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return out
}

// suffixes is a list of folded strings by how they end.
type suffixes struct {
	byLast [256][]string
	pairs  [26]uint32 // by the last letter but one: a bit for each last letter
}

func suffixesOf(list []string) *suffixes {
	var s suffixes
	for _, word := range list {
		last := word[len(word)-1]
		s.byLast[last] = append(s.byLast[last], word)
		if one, two, plain := lastLetters([]byte(word)); plain {
			s.pairs[one] |= 1 << two
		}
	}
	return &s
}

// lastLetters returns the last two bytes of text as numbers from a, where both
// are ASCII letters.
func lastLetters(text []byte) (one, two byte, plain bool) {
	if n := len(text); n >= 2 && letterByte(text[n-2]) && letterByte(text[n-1]) {
		return text[n-2]&31 - 1, text[n-1]&31 - 1, true
	}
	return 0, 0, false
}

// mayEnd reports whether the fold of text may end with a string of the list that
// has two characters or more, or whether it takes a closer look to tell.
func (s *suffixes) mayEnd(text []byte) bool {
	one, two, plain := lastLetters(text)
	return !plain || s.pairs[one]&(1<<two) != 0
}

// of returns the strings of the list that a folded text may end with.
func (s *suffixes) of(text []byte) []string {
	if len(text) == 0 {
		return nil
	}
	return s.byLast[text[len(text)-1]]
}
