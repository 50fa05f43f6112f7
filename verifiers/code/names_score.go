package code

import (
	"bytes"
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

// scoreName judges a group of words that findNames emitted.
func scoreName(c engine.Candidate) float64 {
	tokens := tokensOf(c)
	if len(tokens) == 0 {
		return 0
	}
	if tokens[0].kind == caseless {
		return scoreCaseless(c, tokens)
	}
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = strings.TrimSuffix(fold(c.Text, t), ".")
	}
	if refusedName(c, words) {
		return 0
	}
	before := precedingWords(c)
	whole := wholeValue(c)
	switch {
	case titleBefore(c):
		return nameTitled
	case triggered(before, strongTriggers) && (len(words) > 1 || standingOf(words[0]) != absent):
		return nameIntroduced
	case triggered(before, strongTriggers):
		return nameWeak
	case len(words) == 1:
		return scoreSingle(words[0], before)
	}
	score := scoreWords(tokens, words, whole)
	if score == nameWeak-0.15 && (whole || triggered(before, weakTriggers)) {
		score = nameWeak
	}
	return score
}

// scoreSingle judges one word alone: only an introduction makes it a name.
func scoreSingle(word, before string) float64 {
	if firstNames()[word] == listed && triggered(before, weakTriggers[:14]) {
		return nameHalf
	}
	return nameUnlikely
}

// scoreWords judges two words and more by the lists: a first name at the
// beginning and a surname at the end, or the other way round.
func scoreWords(tokens []token, words []string, whole bool) float64 {
	first, last := firstNames(), lastNames()
	head, tail := words[0], words[len(words)-1]
	best := max(pairScore(first[head], surname(tail)), pairScore(first[tail], last[head])-0.1)
	switch {
	case best < nameWeak && len(words) > 2 && first[words[1]] != absent: // a title or word that is no first name
		best = max(best, pairScore(first[words[1]], surname(tail))-0.1)
	case tokens[0].kind == initial && surname(tail) == listed:
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
func surname(word string) standing {
	if s := lastNames()[lastPart(word)]; s != absent {
		return s
	}
	for _, ending := range surnameEndings {
		if stem, found := strings.CutSuffix(word, ending); found && utf8.RuneCountInString(stem) >= 3 && firstNames()[word] == absent {
			return listed
		}
	}
	return absent
}

// lastPart returns the part of a double-barrelled or prefixed surname that lists
// know: Smith of Jones-Smith.
func lastPart(word string) string {
	if lastNames()[word] != absent {
		return word
	}
	if i := strings.LastIndexAny(word, "-'"); i >= 0 {
		return word[i+1:]
	}
	return word
}

func standingOf(word string) standing { return max(firstNames()[word], surname(word)) }

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
func refusedName(c engine.Candidate, words []string) bool {
	if streetWords[words[0]] || len(words) > 1 && streetWords[words[len(words)-1]] {
		return true
	}
	for _, w := range words {
		if strings.HasSuffix(w, "'s") { // Alice's Restaurant
			return true
		}
	}
	for _, w := range words[min(1, len(words)-1):] {
		if notAfter[w] && len(words) > 1 || notName[w] && !particles[w] && len(words) < 3 && len(words) > 1 {
			return true
		}
	}
	if c.Start > 0 && strings.IndexByte("/\\_@#$.<>=&|{[:+*-", c.Text[c.Start-1]) >= 0 && !bytes.HasSuffix(c.Text[:c.Start], []byte("\n-")) {
		if b := c.Text[c.Start-1]; b != '>' && b != ':' && b != '[' && b != '{' && b != '.' && b != '=' {
			return true
		}
	}
	if c.End < len(c.Text) && strings.IndexByte("/\\_@#(=&", c.Text[c.End]) >= 0 {
		return true
	}
	next := nextWord(c)
	return notAfter[next] || cities()[strings.Join(words, " ")] == listed && len(words) > 1 && firstNames()[words[0]] != listed
}

// nextWord returns the folded word that follows the candidate after one blank.
func nextWord(c engine.Candidate) string {
	i := c.End
	if i < len(c.Text) && c.Text[i] == ' ' {
		i++
	}
	if r, _ := utf8.DecodeRune(c.Text[min(i, len(c.Text)):]); !unicode.IsLetter(r) {
		return ""
	}
	return fold(c.Text, wordAt(c.Text, i))
}

// titleBefore reports whether the word before the candidate is a title.
func titleBefore(c engine.Candidate) bool {
	before := strings.TrimRight(string(c.Text[max(0, c.Start-24):c.Start]), " \u00a0")
	stopped := strings.HasSuffix(before, ".")
	before = strings.TrimSuffix(before, ".")
	i := strings.LastIndexAny(before, " \n\t(,;:\"'.\u00a0")
	word := engine.Fold([]byte(before[i+1:]))
	return titles[word] && (stopped || !stoppedTitles[word])
}

// precedingWords returns the folded text before the candidate, up to the
// sentence's beginning, without punctuation at its end.
func precedingWords(c engine.Candidate) string {
	before := string(c.Text[max(0, c.Start-48):c.Start])
	return strings.TrimRight(engine.Fold([]byte(before)), " \t\r\n,:;-–—\"'«“„(=>*_|\u00a0")
}

// triggered reports whether text ends with one of the phrases, as whole words.
func triggered(text string, phrases []string) bool {
	for _, p := range phrases {
		if rest, found := strings.CutSuffix(text, p); found {
			if r, _ := utf8.DecodeLastRuneInString(rest); rest == "" || !unicode.IsLetter(r) && r != '_' {
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

// tokensOf returns the words of the candidate.
func tokensOf(c engine.Candidate) []token {
	var tokens []token
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
	s := string(text)
	if strings.ToLower(s) != s || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz '-àáâãäåçèéêëìíîïñòóôõöùúûüýßøœæčšžřěůąęłńśźżğış") != "" {
		return 0, 0, false
	}
	words := strings.Fields(engine.Fold(text))
	if len(words) != 2 {
		return 0, 0, false
	}
	return 0, len(text), firstNames()[words[0]] == listed && lastNames()[words[1]] == listed
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
func listScore(text []byte, list map[string]standing) float64 {
	if !nameLike(text) {
		return 0
	}
	words := strings.FieldsFunc(engine.Fold(text), func(r rune) bool { return r == ' ' || r == '-' })
	if len(words) == 0 || len(words) > 3 {
		return 0
	}
	for _, w := range words {
		if list[w] != absent {
			return yes
		}
	}
	return 0
}
