package code

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"example.com/assay/engine"
)

// names lists the checks of personal names.
var names = []Check{
	{
		Name:   "person_name",
		Doc:    "a person's full name in running text or as a whole value: title, introduction or signature before it, or a listed first name beside a surname; Latin, Cyrillic, Greek, Arabic, Hebrew, Indic, Thai and East Asian scripts",
		Find:   findNames,
		Valid:  scoreName,
		Graded: true,
	},
	{
		Name:  "name_value",
		Doc:   "a whole value that can be a person's name by its characters; needs a field that says so",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(nameLike(c.Bytes()) && !isOneOf(c, fillers)) },
	},
	{
		Name: "initial_value",
		Doc:  "a whole value that is one capital letter, with or without a full stop; needs a field that says so",
		Find: findWhole,
		Valid: func(c engine.Candidate) float64 {
			r, size := utf8.DecodeRune(bytes.TrimSuffix(c.Bytes(), []byte(".")))
			return ok(unicode.IsUpper(r) && c.End-c.Start <= size+1)
		},
	},
	{
		Name:   "first_name_value",
		Doc:    "a whole value that is one or two listed first names",
		Find:   findWhole,
		Valid:  func(c engine.Candidate) float64 { return listScore(c.Bytes(), wordInfo.first) },
		Graded: true,
	},
	{
		Name:   "last_name_value",
		Doc:    "a whole value that is one or two listed surnames",
		Find:   findWhole,
		Valid:  func(c engine.Candidate) float64 { return listScore(c.Bytes(), wordInfo.last) },
		Graded: true,
	},
}

// maxNameTokens is the most words a name is taken to have.
const maxNameTokens = 5

// findNames emits the groups of words that can be a name. scoreName judges them.
func findNames(text []byte, emit func(start, end int)) {
	if start, end, plain := wholeLowerName(text); plain {
		emit(start, end)
		return
	}
	for i := 0; ; {
		if i = skipLower(text, i); i == len(text) {
			return
		}
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
	if last := &run[len(run)-1]; len(run) > 1 && possessive(text[last.start:last.end]) {
		last.end = last.start + bytes.LastIndexAny(text[last.start:last.end], "'’")
	}
	run = run[sentenceWords(text, run):]
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

// possessive reports whether a word ends in 's.
func possessive(word []byte) bool {
	return hasSuffix(word, "'s") || hasSuffix(word, "’s")
}

func particle(text []byte, t token) bool {
	word := text[t.start:t.end]
	return particleEndings.mayEnd(word) && lookUp(word).is(isParticle)
}

// sentenceWords returns how many words at the beginning of a group are no part of
// the name behind them: a word that no list knows, perhaps with a preposition
// that is also a particle (Akte von Alois Berger), before a listed first name.
func sentenceWords(text []byte, run []token) int {
	n := 1
	if len(run) > 3 && run[1].kind == lowerWord {
		n = 2
	}
	if len(run) > n+1 && run[0].kind == capitalWord && run[n].kind == capitalWord &&
		infoOf(text, run[n]).first() != absent && (foldedName{}).with(text, run[0]).standing(0) == absent {
		return n
	}
	return 0
}

// nameIn returns how many tokens at the beginning of run form a candidate.
func nameIn(text []byte, run []token) int {
	if run[0].kind != initial {
		if word := infoOf(text, run[0]); word.is(isNotName) || word.is(isTitle) && titleStands(text, run[0], word) {
			return 0
		}
	}
	n := 1
	for n < len(run) && n < maxNameTokens {
		if run[n].kind == capitalWord {
			word := infoOf(text, run[n])
			if word.is(isNotName) && word.first() != listed && !(word.is(isParticle) && n+1 < len(run)) || word.is(isTitle) && titleStands(text, run[n], word) {
				break
			}
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
func titleStands(text []byte, t token, word wordInfo) bool {
	return !word.is(isStoppedTitle) || t.end < len(text) && text[t.end] == '.'
}

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
