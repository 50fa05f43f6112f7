package code

import (
	"unicode"
	"unicode/utf8"

	"example.com/assay/engine"
)

// names lists the checks of personal names.
var names = []Check{
	{
		Name:  "person_name",
		Doc:   "a person's full name in running text or as a whole value: title, introduction or signature before it, or a listed first name beside a surname; Latin, Cyrillic, Greek, Arabic, Hebrew, Indic, Thai and East Asian scripts",
		Find:  findNames,
		Valid: scoreName,
	},
	{
		Name:  "name_value",
		Doc:   "a whole value that can be a person's name by its characters; needs a field that says so",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(nameLike(c.Bytes())) },
	},
	{
		Name:  "first_name_value",
		Doc:   "a whole value that is one or two listed first names",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return listScore(c.Bytes(), firstNames()) },
	},
	{
		Name:  "last_name_value",
		Doc:   "a whole value that is one or two listed surnames",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return listScore(c.Bytes(), lastNames()) },
	},
}

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

// maxNameTokens is the most words a name is taken to have.
const maxNameTokens = 5

// findNames emits the groups of words that can be a name. scoreName judges them.
func findNames(text []byte, emit func(start, end int)) {
	if start, end, plain := wholeLowerName(text); plain {
		emit(start, end)
		return
	}
	for i := 0; i < len(text); {
		t, found := nextToken(text, &i)
		if !found {
			return
		}
		switch t.kind {
		case capitalWord, allCapitals, initial:
			i = emitCased(text, t, emit)
		case caseless:
			i = emitCaseless(text, t, emit)
		}
	}
}

// emitCased collects the capitalised group that begins with first, emits the
// names in it and returns where to go on.
func emitCased(text []byte, first token, emit func(start, end int)) int {
	var group [2 * maxNameTokens]token
	run := append(group[:0], first)
	i := first.end
	for len(run) < cap(run) {
		t, found := followingToken(text, i)
		if !found || t.kind == caseless || t.kind == lowerWord && !particle(text, t) {
			break
		}
		run, i = append(run, t), t.end
	}
	for run[len(run)-1].kind == lowerWord {
		run = run[:len(run)-1]
	}
	if sentenceWord(text, run) {
		run = run[1:]
	}
	for len(run) > 0 {
		n := nameIn(text, run)
		if n > 0 {
			emit(run[0].start, run[n-1].end)
		}
		run = run[max(n, 1):]
		for len(run) > 0 && run[0].kind == lowerWord {
			run = run[1:]
		}
	}
	return i
}

// sentenceWord reports whether the first word of a group is no part of the name
// behind it: no list knows it, and a listed first name follows.
func sentenceWord(text []byte, run []token) bool {
	return len(run) > 2 && run[0].kind == capitalWord && standingOf(fold(text, run[0])) == absent &&
		run[1].kind == capitalWord && firstNames()[fold(text, run[1])] != absent
}

// nameIn returns how many tokens at the beginning of run form a candidate.
func nameIn(text []byte, run []token) int {
	first := fold(text, run[0])
	if run[0].kind != initial && (notName[first] || titles[first] && titleStands(text, run[0])) {
		return 0
	}
	n := 1
	for n < len(run) && n < maxNameTokens {
		word := fold(text, run[n])
		if run[n].kind == capitalWord && (notName[word] && firstNames()[word] != listed || titles[word] && titleStands(text, run[n])) {
			break
		}
		n++
	}
	for n > 0 && (run[n-1].kind == lowerWord || run[n-1].kind == initial && n > 1 && run[n-1].end-run[n-1].start > 1 && n == 2 && run[0].kind == initial) {
		n--
	}
	return n
}

// titleStands reports whether a title-like word is written as a title: some are
// other words unless a full stop follows.
func titleStands(text []byte, t token) bool {
	return !stoppedTitles[fold(text, t)] || t.end < len(text) && text[t.end] == '.'
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
	return titles[engine.Fold(text[start:i])]
}

// wordAt reads the word that begins at start: letters and marks, with single
// apostrophes and hyphens inside.
func wordAt(text []byte, start int) token {
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

func particle(text []byte, t token) bool { return particles[fold(text, t)] }

// maxWhole is the length of the longest value that is looked at as a whole.
const maxWhole = 4096

// findWhole emits the whole text, if it is not too long, without the blanks
// around it.
func findWhole(text []byte, emit func(start, end int)) {
	if len(text) > maxWhole {
		return
	}
	start, end := 0, len(text)
	for start < end && (text[start] == ' ' || text[start] == '\t') {
		start++
	}
	for end > start && (text[end-1] == ' ' || text[end-1] == '\t' || text[end-1] == '\n' || text[end-1] == '\r') {
		end--
	}
	if start < end {
		emit(start, end)
	}
}
