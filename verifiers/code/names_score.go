package code

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"unicode"
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

// A candidate behind or before one of these is part of an identifier or a path.
var (
	partBefore = engine.MakeByteSet("/\\_@#$<&|+*-")
	partAfter  = engine.MakeByteSet("/\\_@#(=&")
)

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

// titleBefore reports whether the word before the candidate is a title.
func titleBefore(c engine.Candidate) bool {
	before := bytes.TrimRight(c.Text[max(0, c.Start-24):c.Start], " \u00a0")
	stopped := hasSuffix(before, ".")
	before = bytes.TrimSuffix(before, []byte("."))
	if !titleEndings.mayEnd(before) {
		return false
	}
	i := bytes.LastIndexAny(before, " \n\t(,;:\"'.\u00a0")
	word := lookUp(before[i+1:])
	return word.is(isTitle) && (stopped || !word.is(isStoppedTitle))
}

// precedingReach is how many bytes before a candidate may introduce it.
const precedingReach = 48

// precedingWords appends the folded text before the candidate, without
// punctuation at its end; nothing where no phrase that introduces a name ends so.
func precedingWords(out []byte, c engine.Candidate) []byte {
	before := c.Text[max(0, c.Start-precedingReach):c.Start]
	end := len(before)
	for end > 0 && beforeName.Has(before[end-1]) {
		end--
	}
	if !strongEndings.mayEnd(before[:end]) && !weakEndings.mayEnd(before[:end]) {
		return out
	}
	return bytes.TrimRight(appendFold(out, before), " \t\r\n,:;-–—\"'«“„(=>*_|\u00a0")
}

var (
	strongEndings   = suffixesOf(strongTriggers)
	weakEndings     = suffixesOf(weakTriggers)
	weakestEndings  = suffixesOf(weakTriggers[:14])
	surnameSuffixes = suffixesOf(surnameEndings)
	titleEndings    = suffixesOf(slices.Collect(maps.Keys(titles)))
	particleEndings = suffixesOf(slices.Collect(maps.Keys(particles)))

	// beforeName is the punctuation of ASCII between an introduction and a name.
	beforeName = engine.MakeByteSet(" \t\r\n,:;-\"'(=>*_|")
)

// triggered reports whether text ends with one of the phrases, as whole words.
func triggered(text []byte, phrases *suffixes) bool {
	for _, p := range phrases.of(text) {
		if hasSuffix(text, p) {
			rest := text[:len(text)-len(p)]
			if r, _ := utf8.DecodeLastRune(rest); len(rest) == 0 || !unicode.IsLetter(r) && r != '_' {
				return true
			}
		}
	}
	return false
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
