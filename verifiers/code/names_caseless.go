package code

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/assay/engine"
)

// emitCaseless emits candidates in scripts without capital letters, beginning
// with the word first, and returns where to go on.
func emitCaseless(text []byte, first token, emit func(start, end int)) int {
	r, _ := utf8.DecodeRune(text[first.start:])
	if unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) {
		return emitEastAsian(text, first, emit)
	}
	run := []token{first}
	i := first.end
	for len(run) < 4 {
		t, found := followingToken(text, i)
		if !found || t.kind != caseless {
			break
		}
		run, i = append(run, t), t.end
	}
	return emitListedPair(text, run, emit)
}

// joins are words inside Arabic, Persian and Hebrew names that a name cannot end
// with.
var joins = wordSet("ال بن ابن بنت عبد ابو ابو ام ال בן בת אבו")

// emitListedPair emits the first two or three words of run when they begin with
// a listed name; otherwise it moves on by one word.
func emitListedPair(text []byte, run []token, emit func(start, end int)) int {
	if len(run) < 2 {
		return run[0].end
	}
	if len(run) > 2 && introducedAt(text, run[1].start) {
		return run[0].end
	}
	word, next := infoOf(text, run[0]), infoOf(text, run[1])
	if word.is(isStreetWord) || !word.isName() && next.last() == absent && !introducedAt(text, run[0].start) {
		return run[0].end
	}
	n := 2
	if len(run) > 2 && (next.is(isJoin) || next.last() == absent && infoOf(text, run[2]).last() != absent) {
		n = 3
	}
	emit(run[0].start, run[n-1].end)
	return run[n-1].end
}

// introducedAt reports whether words that introduce a name end before i.
func introducedAt(text []byte, i int) bool {
	var room [precedingReach]byte
	return triggered(precedingWords(room[:0], engine.Candidate{Text: text, Start: i, End: i}), strongEndings)
}

// emitEastAsian finds names in a run of Chinese, Japanese or Korean characters:
// a listed surname and the characters behind it, as far as the lists, a blank
// or an honorific show where the name ends.
func emitEastAsian(text []byte, first token, emit func(start, end int)) int {
	for i := first.start; i < first.end; {
		if n := eastAsianName(text, i, first.end); n > 0 {
			emit(i, i+n)
			return i + n
		}
		_, size := utf8.DecodeRune(text[i:])
		i += size
	}
	return first.end
}

// eastAsianName returns the length of the name that begins at i, 0 if none does.
func eastAsianName(text []byte, i, end int) int {
	rest := text[i:end]
	if n := eastAsianPair(text, i, end); n > 0 {
		return n
	}
	for _, surname := range []int{prefixRunes(rest, 2), prefixRunes(rest, 1), prefixRunes(rest, 3)} {
		if surname == 0 || lookUp(rest[:surname]).last() == absent {
			continue
		}
		if surname == len(rest) {
			continue
		}
		if given := givenName(text, rest[surname:], i+surname); given > 0 {
			return surname + given
		}
		if given := beforeCopula(rest[surname:]); given > 0 && utf8.RuneCount(rest[:surname]) > 1 {
			return surname + given
		}
	}
	return 0
}

// eastAsianPair returns the length of two short words with a blank between them
// that begin at i, of which one is a listed name (山田 太郎, 太郎 山田), or that
// are all of the text in Chinese characters.
func eastAsianPair(text []byte, i, end int) int {
	if !isShortWord(text[i:end]) || i > 0 && letterBeforeAt(text, i) {
		return 0
	}
	t, found := followingToken(text, end)
	if n := beforeCopula(text[t.start:t.end]); n > 0 {
		t.end = t.start + n
	}
	if !found || t.kind != caseless || !isShortWord(text[t.start:t.end]) {
		return 0
	}
	known := lookUp(text[i:end]).isName() || infoOf(text, t).isName()
	han, _ := utf8.DecodeRune(text[i:])
	if !known && !(i == 0 && t.end == len(text) && unicode.Is(unicode.Han, han)) {
		return 0
	}
	return t.end - i
}

// isShortWord reports whether a word has at most four characters.
func isShortWord(word []byte) bool {
	return len(word) <= 4*utf8.UTFMax && utf8.RuneCount(word) <= 4
}

// letterBeforeAt reports whether a letter stands directly before i.
func letterBeforeAt(text []byte, i int) bool {
	r, _ := utf8.DecodeLastRune(text[:i])
	return unicode.IsLetter(r)
}

// givenName returns the length of the given name at the beginning of rest, which
// stands at offset in text.
func givenName(text, rest []byte, offset int) int {
	for _, runes := range []int{2, 3, 1} {
		n := prefixRunes(rest, runes)
		if n == 0 {
			continue
		}
		if runes > 1 && lookUp(rest[:n]).first() != absent || honorificAt(text[offset+n:]) || n == len(rest) && nameEnds(text, offset+n) {
			return n
		}
	}
	return 0
}

// beforeCopula returns the length of the two or three characters at the beginning
// of rest behind which somebody introduces himself; 0 when it is otherwise.
func beforeCopula(rest []byte) int {
	for _, runes := range []int{2, 3} {
		if n := prefixRunes(rest, runes); n > 0 && copulaAt(rest[n:]) {
			return n
		}
	}
	return 0
}

func copulaAt(text []byte) bool {
	for _, copula := range asianCopulas {
		if hasPrefix(text, copula) {
			return true
		}
	}
	return false
}

// nameEnds reports whether the text ends at i or goes on with punctuation.
func nameEnds(text []byte, i int) bool {
	r, _ := utf8.DecodeRune(text[min(i, len(text)):])
	return i >= len(text) || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func honorificAt(rest []byte) bool {
	s := strings.TrimPrefix(string(rest[:min(len(rest), 16)]), " ")
	for _, h := range asianHonorifics {
		if strings.HasPrefix(s, h) {
			return true
		}
	}
	return false
}

// prefixRunes returns the length of the first n runes of text, 0 when it has
// fewer.
func prefixRunes(text []byte, n int) int {
	i := 0
	for ; n > 0 && i < len(text); n-- {
		_, size := utf8.DecodeRune(text[i:])
		i += size
	}
	if n > 0 {
		return 0
	}
	return i
}

// scoreCaseless judges a candidate in a script without capital letters.
func scoreCaseless(c engine.Candidate, tokens []token) float64 {
	r, _ := utf8.DecodeRune(c.Bytes())
	if unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) {
		return scoreEastAsian(c, tokens)
	}
	tail := tokens[len(tokens)-1]
	first, last := infoOf(c.Text, tokens[0]), infoOf(c.Text, tail)
	listedPair := first.first() != absent && last.last() != absent || first.last() != absent && last.first() != absent
	var room [precedingReach]byte
	before := precedingWords(room[:0], c)
	switch {
	case titleBefore(c):
		return nameTitled
	case triggered(before, strongEndings):
		return nameIntroduced
	case listedPair && wholeValue(c):
		return nameListed
	case listedPair:
		return nameHalf
	case first.first() != absent && (wholeValue(c) || strings.HasPrefix(fold(c.Text, tail), "ال") || infoOf(c.Text, tokens[len(tokens)/2]).is(isJoin)):
		return nameWeak
	case last.last() != absent && wholeValue(c):
		return nameWeak
	}
	return nameUnlikely
}

// scoreEastAsian judges a surname with what follows it.
func scoreEastAsian(c engine.Candidate, tokens []token) float64 {
	before := strings.TrimRight(string(c.Text[max(0, c.Start-24):c.Start]), " :：,，\u3000")
	introduced := honorificAt(c.Text[c.End:])
	for _, t := range asianTriggers {
		introduced = introduced || strings.HasSuffix(before, t)
	}
	whole := wholeValue(c)
	given := vocabulary()[eastAsianGiven(c.Bytes())].first() != absent
	switch {
	case introduced:
		return nameIntroduced
	case given && (whole || len(tokens) > 1):
		return nameListed
	case len(tokens) == 2 && bothListed(c.Text, tokens):
		return nameHalf
	case whole && utf8.RuneCount(c.Bytes()) == 3, len(tokens) == 2, (whole || copulaAt(c.Text[c.End:])) && longSurname(c.Bytes()):
		return nameWeak
	case given:
		return nameWeak
	}
	return nameUnlikely
}

// longSurname reports whether a name of four characters and more begins with a
// listed surname of two or three, and ends as no place does.
func longSurname(name []byte) bool {
	if n := utf8.RuneCount(name); n < 4 || n > 6 || strings.ContainsRune(asianPlaceEndings, lastRune(name)) {
		return false
	}
	return lookUp(name[:prefixRunes(name, 2)]).last() != absent || lookUp(name[:prefixRunes(name, 3)]).last() != absent
}

// bothListed reports whether both words are names, in either order.
func bothListed(text []byte, tokens []token) bool {
	return infoOf(text, tokens[0]).isName() && infoOf(text, tokens[1]).isName()
}

// eastAsianGiven returns the part of a name behind its listed surname.
func eastAsianGiven(name []byte) string {
	for _, runes := range []int{2, 1, 3} {
		n := prefixRunes(name, runes)
		if n > 0 && n < len(name) && lookUp(name[:n]).last() != absent {
			if given := strings.TrimSpace(string(name[n:])); vocabulary()[given].first() != absent {
				return given
			}
		}
	}
	return ""
}
