package code

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostAddressParts is how many parts behind the house number are read.
const mostAddressParts = 7

// withParts adds to a, whose house number ends at end, the units, postcode and
// town behind it, and those before its street.
func withParts(text []byte, a postal, end int) postal {
	a.end = end
	for range mostAddressParts {
		next := a.part(text)
		if next == a.end {
			break
		}
		a.end = next
	}
	a.before(text)
	return a
}

// part returns where the next part of the address behind a.end ends; a.end when
// there is none.
func (a *postal) part(text []byte) int {
	i := separated(text, a.end)
	if i == a.end || i >= len(text) {
		return a.end
	}
	a.lines = a.lines || !a.postcode && bytes.IndexByte(text[a.end:i], '\n') >= 0
	afterPost := a.afterPost
	a.afterPost = false
	if n := unitAt(text, i); n > 0 {
		a.unit, a.afterPost = true, afterPost
		return i + n
	}
	if n := partLength(hyphenPost, text, i); n > 0 && !a.postcode {
		a.town, a.postcode, a.region = true, true, true
		return i + n
	}
	if n := postcodeAt(text, i); n > 0 && !a.postcode && (a.street || text[a.end] != ' ' || a.town) {
		a.postcode, a.afterPost = true, true
		a.notePostcode(text[i : i+n])
		return i + n
	}
	if n, known := townAt(text, i, afterPost || a.postcode && !a.town); n > 0 && (!a.cityWords || afterPost && a.lines) {
		a.town, a.knownTown, a.cityWords = true, a.knownTown || known, true
		return i + n
	}
	if n := regionAt(text, i); n > 0 && a.town {
		return i + n
	}
	if e := digitsEnd(text, i); a.knownTown && !a.postcode && e > i && e-i <= 2 && text[a.end] == ' ' && !wordFollows(text, e) &&
		(e == len(text) || text[e] == ',' || text[e] == '\n') {
		return e // a postal district: Dublin 2, Praha 1
	}
	return a.end
}

// notePostcode keeps what the postcode says of the address.
func (a *postal) notePostcode(code []byte) {
	a.plainPost = digitsEnd(code, 0) == len(code)
	a.short = a.plainPost && len(code) == 4 && (code[0] == '1' && code[1] == '9' || code[0] == '2' && code[1] == '0')
	a.region = capitalAt(code, 0) && bytes.IndexAny(code, " ,") > 0 && digitByte(code[len(code)-1]) && DigitCount(code) > 3
}

// separated returns where the part begins that a separator at i announces; i
// when there is none.
func separated(text []byte, i int) int {
	start := i
	if i < len(text) && (text[i] == ',' || text[i] == ';') {
		i++
	} else if bytes.HasPrefix(text[min(i, len(text)):], []byte("،")) {
		i += len("،")
	} else if bytes.HasPrefix(text[min(i, len(text)):], []byte(" - ")) || bytes.HasPrefix(text[min(i, len(text)):], []byte(" / ")) {
		return i + 3
	}
	for blanks := 0; i < len(text) && blanks < 2 && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r'); blanks++ {
		i++
	}
	if i == start+1 && start < len(text) && text[start] == ',' {
		return start // a comma without a blank separates fields
	}
	if i < len(text) && text[i] == '(' {
		i++
	}
	return i
}

// The parts of an address that a regular expression reads. They run only behind
// a house number.
var (
	unitPattern = lazily(`^(?:[\p{L}\p{M}]{1,12}(?:[.:] ?| )#?(?:n[.º°]+ ?)?(?:[0-9]{1,5}[A-Za-z]?|[A-ZÁÉÍÓÚÑĐ]\p{L}+(?: [A-ZÁÉÍÓÚÑĐ]\p{L}+){0,2}|[A-Z][0-9]{0,3})(?:/[0-9]{1,3})?(?: [A-Z]\b)?` +
		`|#[0-9]{1,5}\b|[0-9]{1,2}\.?[ºª°] ?(?:[A-Z]\b|(?i:izq|dcha|dta|dto|esq|centro|frente|andar|izda))?\.?|[0-9]{1,2}\. ?(?:tv|th|mf|sal|etg|st|og|OG|Stock|Etage|Obergeschoss|emelet|em|krs|étage|etage)\b\.?|(?:st|stuen)\. ?(?:tv|th|mf)\b|[0-9]{1,2}(?:er|e|ème|eme|st|nd|rd|th) (?:étage|etage|floor|fl)\b\.?)`)

	postcodePattern = lazily(`^(?:(?i:cep|c\.? ?p\.?|cap|plz|postcode|postal code|zip(?: code)?|pin(?:code)?|τ\.? ?κ\.?|psč|pošta|индекс|pobox)[:.]? ?)?(?:[A-Z]{1,2}-)?` +
		`(?:[0-9]{5}-[0-9]{3,4}|[0-9]{4}-[0-9]{3}|[0-9]{2}-[0-9]{3}|[0-9]{3} [0-9]{2}|[0-9]{3} [0-9]{3}|[0-9]{4} ?[A-Z]{2}|[0-9]{4,7}|[A-Z][0-9]{4}(?:[A-Z]{3})?|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[A-Z][0-9][0-9W] ?[A-Z0-9]{4}|LV-[0-9]{4}|LT-[0-9]{5}|AD[0-9]{3}|MD-[0-9]{4})`)

	// hyphenPost is town and PIN code in Indian notation: Kalyan-Dombivli-427344.
	hyphenPost = lazily(`^(?:\p{Lu}\p{L}+(?:[ -]\p{Lu}\p{L}+){0,3}(?:, )?){1,2}-[0-9]{6}`)

	regionPattern = lazily(`^(?:\(?[A-Z]{2,3}\)?|[A-Z]\.[A-Z]\.)`)
)

// unitAt returns the length of the flat, floor or quarter at i.
func unitAt(text []byte, i int) int {
	if i >= len(text) {
		return 0
	}
	if e := digitsEnd(text, i); e > i {
		if e-i > 2 || e == len(text) || text[e] < utf8.RuneSelf && strings.IndexByte(".esnrt", text[e]) < 0 {
			return 0
		}
	} else if text[i] != '#' && !unitWords.has(text[i:wordEnd(text, i)]) {
		return 0
	}
	return partLength(unitPattern, text, i)
}

// postcodeAt returns the length of the postcode at i, with the region before it
// and the bracket behind it.
func postcodeAt(text []byte, i int) int {
	skipped := 0
	if n := partLength(regionPattern, text, i); n > 0 && i+n < len(text) && (text[i+n] == ' ' || text[i+n] == ',') {
		if m := separated(text, i+n); partLength(postcodePattern, text, m) > 0 {
			skipped = m - i
		}
	}
	n := partLength(postcodePattern, text, i+skipped)
	if n == 0 {
		return 0
	}
	n += skipped
	if i > 0 && text[i-1] == '(' && i+n < len(text) && text[i+n] == ')' {
		n++
	}
	return n
}

// regionAt returns the length of the code of a state or province at i.
func regionAt(text []byte, i int) int { return partLength(regionPattern, text, i) }

// partLength returns the length of a pattern's match at i, 0 when it ends inside
// a word.
func partLength(expression pattern, text []byte, i int) int {
	if i >= len(text) {
		return 0
	}
	loc := expression.FindIndex(text[i:min(len(text), i+64)])
	if loc == nil || wordFollows(text, i+loc[1]) {
		return 0
	}
	return loc[1]
}

// mostTownWords is the most words that the name of a town is taken to have.
const mostTownWords = 4

// townAt returns the length of the town at i, and whether it is a listed one. A
// word that is not listed counts as a town beside a postcode.
func townAt(text []byte, i int, besidePost bool) (length int, known bool) {
	start := i
	marked := false
	if e := wordEnd(text, i); e < len(text) && townMarkers.has(text[i:e]) {
		for e < len(text) && (text[e] == '.' || text[e] == ' ') {
			e++
		}
		i, marked = e, true
	}
	end, from := 0, i
	for n := 0; n < mostTownWords; n++ {
		e := wordEnd(text, from)
		if e == from || digitByte(text[from]) || !capitalAt(text, from) && !townWord(text, from, e, n) {
			break
		}
		if cities()[folded(text[i:e])] != absent {
			end, known = e, true
		} else if !known && (besidePost || marked) && capitalAt(text, from) {
			end = e
		}
		if e >= len(text) || text[e] != ' ' && text[e] != '-' {
			break
		}
		from = e + 1
	}
	if end == 0 {
		end = townBeforePost(text, i)
	}
	if end == 0 {
		return 0, false
	}
	return end - start, known
}

// townWord reports whether the word from w to e, not capitalised, can stand in
// the name of a town as its word number n: am, of, or a word without case.
func townWord(text []byte, w, e, n int) bool {
	r, _ := utf8.DecodeRune(text[w:])
	return n > 0 && streetParticles.has(text[w:e]) || !unicode.IsLower(r) && unicode.IsLetter(r) && !unicode.In(r, unicode.Han, unicode.Hangul)
}

// townBeforePost returns where the capitalised words at i end, if a postcode
// follows them: Springwood, OH 45067.
func townBeforePost(text []byte, i int) int {
	from := i
	for range mostTownWords {
		e := wordEnd(text, from)
		if e == from || !capitalAt(text, from) && !caselessAt(text, from) {
			return 0
		}
		if next := separated(text, e); next > e && postcodeAt(text, next) > 0 {
			return e
		}
		if e >= len(text) || text[e] != ' ' {
			return 0
		}
		from = e + 1
	}
	return 0
}

// before moves the beginning of the address over a flat, a town and a postcode
// that stand before the street: 125069, г. Москва, улица …
func (a *postal) before(text []byte) {
	if !a.street {
		return
	}
	lead := text[max(0, a.start-80):a.start]
	if loc := leadUnit.FindIndex(lead); loc != nil {
		a.start -= len(lead) - loc[0]
		a.unit = true
		lead = text[max(0, a.start-80):a.start]
	}
	if loc := leadTown.FindSubmatchIndex(lead); loc != nil {
		marked, coded := loc[4] >= 0, loc[2] >= 0
		known := cities()[folded(lead[loc[6]:loc[7]])] != absent
		if marked || coded || known {
			a.start -= len(lead) - loc[0]
			a.town, a.knownTown, a.postcode = true, known, a.postcode || coded
		}
	}
}

var (
	leadUnit = lazily(`(?:^|[ \n\t"(:])?((?:Unit|Flat|Apt\.?|Apartment|Suite|Shop|Level|Lot|Room) (?:[0-9]{1,4}[A-Za-z]?(?:/|, ?| ))?)$`)
	leadTown = lazily(`((?:[0-9]{4,6}|[0-9]{3} [0-9]{2}),? )?(?:((?i:г|город|гор|м|місто|с|пос|пгт|or)\.? ?))?(\p{Lu}[\p{L}-]+(?: \p{Lu}[\p{L}-]+){0,2})(?:, | )$`)
)
