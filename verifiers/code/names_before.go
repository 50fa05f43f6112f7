package code

import (
	"bytes"
	"maps"
	"slices"
	"unicode"
	"unicode/utf8"

	"example.com/assay/engine"
)

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
