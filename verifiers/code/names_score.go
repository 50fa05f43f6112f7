package code

import (
	"bytes"
	"unicode/utf8"

	"example.com/assay/engine"
)

// Scores of a name, by what speaks for it.
const (
	nameTitled     = 0.9  // Dr. before it
	nameIntroduced = 0.85 // "my name is", "Dear"
	nameListed     = 0.85 // first name and surname are listed
	nameHalf       = 0.7  // one of the two is, and no common word
	nameWeak       = 0.55 // one is; the spelling fits
	nameUnlikely   = 0.3
)

// foldedName is the words of a candidate, folded.
type foldedName struct {
	letters []byte // of all words
	words   []nameWord
}

// nameWord is one word; the full stop of an initial is no part of it.
type nameWord struct {
	start, end int // in letters
	info       wordInfo
}

// nameWordRoom and nameByteRoom are how many words and bytes a name holds
// without other memory.
const (
	nameWordRoom = 2 * maxNameTokens
	nameByteRoom = 128
)

// with returns the name with the words of tokens behind its own.
func (n foldedName) with(text []byte, tokens ...token) foldedName {
	for _, t := range tokens {
		start := len(n.letters)
		n.letters = appendFold(n.letters, text[t.start:t.end])
		folded := bytes.TrimSuffix(n.letters[start:], []byte("."))
		n.words = append(n.words, nameWord{start: start, end: start + len(folded), info: vocabulary()[string(folded)]})
	}
	return n
}

func (n foldedName) word(i int) []byte { return n.letters[n.words[i].start:n.words[i].end] }

// scoreName judges a group of words that findNames emitted.
func scoreName(c engine.Candidate) float64 {
	var tokenRoom [nameWordRoom]token
	tokens := appendTokens(tokenRoom[:0], c)
	if len(tokens) == 0 {
		return 0
	}
	if tokens[0].kind == caseless {
		return scoreCaseless(c, tokens)
	}
	var wordRoom [nameWordRoom]nameWord
	var byteRoom [nameByteRoom]byte
	name := foldedName{letters: byteRoom[:0], words: wordRoom[:0]}.with(c.Text, tokens...)
	if refusedName(c, name) {
		return 0
	}
	if titleBefore(c) {
		return nameTitled
	}
	var room [precedingReach]byte
	before := precedingWords(room[:0], c)
	introduced := triggered(before, strongEndings)
	switch {
	case introduced && (len(tokens) > 1 || name.standing(0) != absent):
		return nameIntroduced
	case introduced:
		return nameWeak
	case len(tokens) == 1:
		return scoreSingle(name.words[0].info, before)
	}
	whole := wholeValue(c)
	score := scoreWords(tokens, name, whole)
	if score == nameWeak-0.15 && (whole || triggered(before, weakEndings)) {
		score = nameWeak
	}
	return score
}

// scoreSingle judges one word alone: only an introduction makes it a name.
func scoreSingle(word wordInfo, before []byte) float64 {
	if word.first() == listed && triggered(before, weakestEndings) {
		return nameHalf
	}
	return nameUnlikely
}

// scoreWords judges two words and more by the lists: a first name at the
// beginning and a surname at the end, or the other way round.
func scoreWords(tokens []token, name foldedName, whole bool) float64 {
	last := len(name.words) - 1
	head, tail, surname := name.words[0].info, name.words[last].info, name.surname(last)
	best := max(pairScore(head.first(), surname), pairScore(tail.first(), head.last())-0.1)
	if tail.last() == absent && best < nameHalf && cities()[string(name.word(0))] == listed {
		best -= 0.25 // named after a place: Victoria Sponge
	}
	switch second := name.words[min(1, last)].info; {
	case best < nameWeak && last > 1 && second.first() != absent: // a title or word that is no first name
		best = max(best, pairScore(second.first(), surname)-0.1)
	case tokens[0].kind == initial && surname == listed:
		best = nameWeak
	}
	if allCaps(tokens) && !whole {
		best -= 0.15
	}
	return best
}

// pairScore judges a first name and a surname by their standing in the lists.
func pairScore(first, last standing) float64 {
	switch {
	case first == listed && last == listed:
		return nameListed
	case first == listed && last == alsoWord, first == alsoWord && last == listed:
		return nameHalf
	case first == listed:
		return nameHalf - 0.1
	case last == listed && first == absent, first == alsoWord:
		return nameWeak - 0.15
	}
	return nameUnlikely
}

// surname returns the standing of a word as a surname. A word that no list knows
// counts as listed when it ends as the surnames of some language do.
func (n foldedName) surname(i int) standing {
	word, info := n.word(i), n.words[i].info
	if info.last() != absent {
		return info.last()
	}
	// Of a double-barrelled or prefixed surname, the lists know the last part:
	// Smith of Jones-Smith.
	if dash := bytes.LastIndexAny(word, "-'"); dash >= 0 {
		if s := vocabulary()[string(word[dash+1:])].last(); s != absent {
			return s
		}
	}
	if info.first() != absent {
		return absent
	}
	if i > 1 && n.words[i-1].info.is(isSurnamePrefix) || len(word) > 4 && (hasPrefix(word, "d'") || hasPrefix(word, "o'")) {
		return listed // van Beek, d'Arc
	}
	for _, ending := range surnameSuffixes.of(word) {
		if hasSuffix(word, ending) && utf8.RuneCount(word[:len(word)-len(ending)]) >= 3 {
			return listed
		}
	}
	return absent
}

// standing returns the standing of a word as a name of either kind.
func (n foldedName) standing(i int) standing { return max(n.words[i].info.first(), n.surname(i)) }

func hasPrefix(text []byte, prefix string) bool {
	return len(text) >= len(prefix) && string(text[:len(prefix)]) == prefix
}

// hasSuffix is bytes.HasSuffix of a string.
func hasSuffix(text []byte, suffix string) bool {
	return len(text) >= len(suffix) && string(text[len(text)-len(suffix):]) == suffix
}

func allCaps(tokens []token) bool {
	for _, t := range tokens {
		if t.kind == capitalWord {
			return false
		}
	}
	return true
}

// wholeValue reports whether nothing but blanks and quotes surrounds the
// candidate.
func wholeValue(c engine.Candidate) bool {
	return c.Alone(" \t\r\n\"'.,;")
}

// appendTokens appends the words of the candidate.
func appendTokens(tokens []token, c engine.Candidate) []token {
	for i := c.Start; i < c.End; {
		t, found := nextToken(c.Text[:c.End], &i)
		if !found {
			break
		}
		tokens = append(tokens, t)
	}
	return tokens
}
