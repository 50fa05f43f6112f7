package code

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/assay/engine"
)

// Scores of an address, by what it is made of.
const (
	addressWhole  = 0.92 // street with its kind, house number, postcode or town
	addressStreet = 0.86 // street with its kind, house number
	addressTown   = 0.85 // name, house number, postcode and a listed town
	addressLines  = 0.75 // name and house number on a line, postcode and town on the next, or with a region
	addressLoose  = 0.6  // name, house number, postcode and a word like a town
	addressAlone  = 0.4  // the same of a script or a postcode that says less: only as a whole value
)

// postal is what addressAt found: where, and which parts it has.
type postal struct {
	start, end                      int
	street, postcode, town, unit    bool
	knownTown, afterPost, cityWords bool
	plainPost                       bool // the postcode is digits alone: 12345 Widgets
	region                          bool // the code of a state or province stands before the postcode
	lines                           bool // a line ends between house number and postcode
	caseless                        bool // the name is of a script without capitals
	short                           bool // the postcode may be a year
	plainName                       bool // the name is a line of any words
}

// score judges an address by its parts; 0 means that it is none.
func (a postal) score() float64 {
	switch {
	case a.street && (a.postcode || a.town):
		return addressWhole
	case a.street:
		return addressStreet
	case a.knownTown && (a.postcode || a.unit):
		return addressTown
	case !a.postcode || !a.town:
		return 0
	case a.caseless:
		return addressAlone
	case a.plainName && !a.lines:
		return 0
	case a.region, a.lines:
		return addressLines
	case !a.plainPost:
		return addressLoose
	case !a.short:
		return addressAlone
	}
	return 0
}

// findAddresses emits the addresses around the house numbers of a text.
func findAddresses(text []byte, emit func(start, end int)) {
	done := 0
	for i := 0; i < len(text); i++ {
		if !digitByte(text[i]) {
			continue
		}
		e := digitsEnd(text, i)
		if a := addressAt(text, i, e); a.score() > 0 && a.start >= done {
			emit(a.start, a.end)
			done, e = a.end, max(e, a.end)
		}
		i = e
	}
}

// validAddress judges what findAddresses emitted.
func validAddress(c engine.Candidate) float64 {
	for i := c.Start; i < c.End; i++ {
		if !digitByte(c.Text[i]) {
			continue
		}
		e := digitsEnd(c.Text, i)
		if a := addressAt(c.Text, i, e); a.start == c.Start && a.end == c.End {
			score := a.score()
			if score == addressAlone && c.Alone(" \t\r\n\"'.,;") && !lookUp(c.Text[c.Start:wordEnd(c.Text, c.Start)]).is(isNotAfter|isNotName) {
				return addressLoose // and not Invoice 2231, 12345 Widgets
			}
			return score
		}
		i = e
	}
	return 0
}

func digitsEnd(text []byte, i int) int {
	for i < len(text) && digitByte(text[i]) {
		i++
	}
	return i
}

// addressAt reads the address whose house number is the digits from s to e: the
// street before it (Hauptstraße 5) or behind it (5 Main Street), then units,
// postcode and town behind, and those before.
func addressAt(text []byte, s, e int) postal {
	if e-s > 5 || !houseStarts(text, s) {
		return postal{}
	}
	end := houseEnd(text, e)
	if numberGoesOn(text, end) {
		return postal{}
	}
	left := streetBefore(text, s)
	if left.end > 0 && left.street {
		return withParts(text, left, end)
	}
	right := streetBehind(text, s, end)
	if right.street {
		return withParts(text, right, right.end)
	}
	if left.end > 0 {
		if a := withParts(text, left, end); a.score() > 0 {
			return a
		}
	}
	if right.end > 0 {
		return withParts(text, right, right.end)
	}
	return postal{}
}

// houseStarts reports whether the digits at s are not the end of something longer.
func houseStarts(text []byte, s int) bool {
	if s == 0 {
		return true
	}
	switch p := text[s-1]; p {
	case ' ', '\n', '\t', ',', '#', '(', '"', '\'', '>', ';', '|':
		return true
	case '.', ':':
		return s > 1 && (letterByte(text[s-2]) || text[s-2] >= utf8.RuneSelf)
	default:
		return p >= utf8.RuneSelf
	}
}

// numberGoesOn reports whether the number that ends at e is the beginning of a
// longer one: 10_9_5, 10.2, 12:30.
func numberGoesOn(text []byte, e int) bool {
	if e >= len(text) || text[e] == '_' {
		return e < len(text)
	}
	return strings.IndexByte(".:", text[e]) >= 0 && e+1 < len(text) && digitByte(text[e+1])
}

// polishFlats stand between the number of a house and that of a flat in Polish.
var polishFlats = []string{" m. ", " m.", " m ", " lok. ", " lok."}

// houseEnd returns where a house number ends whose first digits end at e: 12a,
// 12-14, 12/3, 12 b, 12 bis, 68-a.
func houseEnd(text []byte, e int) int {
	if e+1 < len(text) && (text[e] == '-' || text[e] == '/' || text[e] == '\\') {
		if digitByte(text[e+1]) {
			if d := digitsEnd(text, e+1); d-e <= 5 {
				e = d
			}
		} else if letterByte(text[e+1]) && !wordFollows(text, e+2) {
			return e + 2
		}
	}
	for _, flat := range polishFlats {
		if i := e + len(flat); bytes.HasPrefix(text[e:], []byte(flat)) && i < len(text) && digitByte(text[i]) {
			return digitsEnd(text, i)
		}
	}
	for _, blank := range []int{0, 1} {
		i := e + blank
		if blank == 1 && (e >= len(text) || text[e] != ' ') {
			break
		}
		if bytes.HasPrefix(text[min(i, len(text)):], []byte("bis")) && !wordFollows(text, i+3) {
			return i + 3
		}
		if i < len(text) && letterByte(text[i]) && !wordFollows(text, i+1) && strings.IndexByte("NSWEyYeoO", text[i]) < 0 {
			return flatEnd(text, i+1)
		}
	}
	if e+1 < len(text) && text[e] == '.' && strings.IndexByte(",\n", text[e+1]) >= 0 {
		return e + 1 // Hungarian: utca 60., 1117 Budapest
	}
	return e
}

// flatEnd returns where the number of a flat behind a staircase's letter ends: 8 b 17, 7a/4.
func flatEnd(text []byte, i int) int {
	if i+1 < len(text) && text[i] == '/' && digitByte(text[i+1]) {
		return digitsEnd(text, i+1)
	}
	if i+1 < len(text) && text[i] == ' ' && digitByte(text[i+1]) {
		if e := digitsEnd(text, i+1); e-i <= 4 && !wordFollows(text, e) {
			return e
		}
	}
	return i
}

// wordFollows reports whether a letter or digit stands at i.
func wordFollows(text []byte, i int) bool {
	r, _ := utf8.DecodeRune(text[min(i, len(text)):])
	return i < len(text) && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}

// wordEndingAt returns where the word begins that ends at end: letters, marks,
// and dots, apostrophes and hyphens beside them.
func wordEndingAt(text []byte, end int) int {
	i := end
	for i > 0 && end-i < 48 {
		r, size := utf8.DecodeLastRune(text[:i])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' && r != '’' && r != '-' && r != 'º' && r != '°' && r != '№' && !(r == '.' && i-size > 0) {
			break
		}
		if r == '.' && i < end && i-size > 0 && !unicode.IsLetter(lastRune(text[:i-size])) {
			break
		}
		i -= size
	}
	for i < end && (text[i] == '.' || text[i] == '-' || text[i] == '\'') {
		i++
	}
	return i
}

func lastRune(text []byte) rune {
	r, _ := utf8.DecodeLastRune(text)
	return r
}

// wordEnd returns where the word ends that begins at start, its full stop included.
func wordEnd(text []byte, start int) int {
	i := start
	for i < len(text) && i-start < 48 {
		r, size := utf8.DecodeRune(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !digitByte(text[i]) && (i == start || r != '\'' && r != '’' && r != '-') {
			break
		}
		i += size
	}
	if i > start && i < len(text) && text[i] == '.' && streetAbbreviations.has(text[start:i]) {
		i++
	}
	return i
}

// folded returns a word as the tables have it: folded, without full stops.
func folded(word []byte) string {
	if bytes.IndexByte(word, '.') >= 0 {
		word = bytes.ReplaceAll(word, []byte("."), nil)
	}
	return engine.Fold(word)
}

// words is a set of folded words without full stops.
type words map[string]bool

// has reports whether the set has a word, once it is folded. It does not
// allocate for ASCII.
func (w words) has(word []byte) bool {
	var room [24]byte
	low := room[:0]
	for _, b := range word {
		switch {
		case b >= utf8.RuneSelf || len(low) == cap(low):
			return w[folded(word)]
		case b >= 'A' && b <= 'Z':
			b += 'a' - 'A'
		case b == '.':
			continue
		}
		low = append(low, b)
	}
	return w[string(low)]
}

// capitalAt reports whether a capital letter stands at i.
func capitalAt(text []byte, i int) bool {
	r, _ := utf8.DecodeRune(text[i:])
	return unicode.IsUpper(r)
}

// caselessAt reports whether a letter of a script without capitals, but with
// blanks or kinds of street that are words, stands at i.
func caselessAt(text []byte, i int) bool {
	r, _ := utf8.DecodeRune(text[i:])
	return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Thai, unicode.Devanagari)
}

// digitSet returns the set of digits.
func digitSet() *engine.ByteSet {
	set := engine.MakeByteSet("0123456789")
	return &set
}
