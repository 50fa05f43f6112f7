package code

import (
	_ "embed"
	"strings"
	"sync"

	"example.com/assay/engine"
)

// The lists of data/, made by data/recipe.py; sources and licences stand in
// data/LICENCE.md. Each is parsed when a check first asks for it: those of
// names into vocabulary.
var (
	//go:embed data/first_names.txt
	firstNameList string
	//go:embed data/last_names.txt
	lastNameList string
	//go:embed data/cities.txt
	cityList string

	cities = sync.OnceValue(func() map[string]standing {
		entries := make(map[string]standing, strings.Count(cityList, "\n"))
		readList(cityList, func(word string, s standing) { entries[word] = s })
		return entries
	})
)

// standing says what a word's presence in a list is worth.
type standing uint8

const (
	absent   standing = iota
	alsoWord          // a name that is a common word too
	listed
)

// readList reads one folded entry a line; a trailing ~ marks common words.
func readList(list string, entry func(word string, s standing)) {
	for line := range strings.Lines(list) {
		word := strings.TrimSuffix(line, "\n")
		if plain, common := strings.CutSuffix(word, "~"); common {
			entry(plain, alsoWord)
		} else {
			entry(word, listed)
		}
	}
}

// longestEntry is more than any entry of a list has bytes before it is folded.
const longestEntry = 128

// listedAs returns what a list says of a whole candidate.
func listedAs(c engine.Candidate, list map[string]standing) standing {
	if c.End-c.Start > longestEntry {
		return absent
	}
	var room [longestEntry]byte
	return list[string(appendFold(room[:0], c.Bytes()))]
}

// isOneOf reports whether a candidate as a whole is in a set of folded words.
func isOneOf(c engine.Candidate, set map[string]bool) bool {
	var room [longestEntry]byte
	return c.End-c.Start <= longestEntry && set[string(appendFold(room[:0], c.Bytes()))]
}
