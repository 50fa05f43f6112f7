// Package phone holds the checks of telephone numbers. It is apart from the
// other checks because the metadata of all national plans takes ten milliseconds
// to load: a program that needs no telephone numbers leaves it out.
//
// It imports package code, engine and libphonenumber's port.
package phone

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"example.com/assay/engine"
	"example.com/assay/verifiers/code"
)

// Checks lists the checks of telephone numbers.
func Checks() []code.Check {
	return []code.Check{
		{
			Name:   "phone",
			Doc:    "telephone number: international with + or 00, or in the grouping of a national plan, valid by the metadata of libphonenumber",
			Regexp: phonePattern,
			Valid:  scorePhone,
			Graded: true,
		},
		{
			Name:   "phone_loose",
			Doc:    "telephone number by digits alone, possible in some national plan; for use where a name or a word says that it is one",
			Regexp: phonePattern,
			Valid: func(c engine.Candidate) float64 {
				n := code.DigitCount(c.Bytes())
				if n < 6 || n > 20 || !phoneEdges(c) || code.LooksLikeDate(c.Bytes()) || looksLikePostcode(c.Bytes()) || decimal(c.Bytes()) {
					return 0
				}
				return code.Yes
			},
		},
	}
}

// phonePattern takes six to twenty digits in groups with the usual separators, and
// an extension.
const phonePattern = `(?:\(?\+|\b00)?\(?\d(?:\)?[ .\-/\x{A0}]{0,2}\(?\d){5,19}\)?(?:(?: ?(?:x|ext\.?|Ext\.?|extension|доб\.?) ?)\d{1,6})?`

// phoneRegions are the regions whose national notation is recognised without a
// country code, the most frequent first.
var phoneRegions = []string{
	"US", "GB", "DE", "FR", "ES", "IT", "NL", "BE", "CH", "AT", "PL", "PT", "SE", "NO", "DK", "FI", "IE", "CZ", "GR", "HU",
	"RO", "BG", "HR", "SK", "UA", "RU", "TR", "IL", "IN", "CN", "JP", "KR", "TW", "HK", "SG", "MY", "TH", "VN", "PH", "ID",
	"AU", "NZ", "ZA", "NG", "KE", "EG", "SA", "AE", "PK", "BR", "MX", "AR", "CL", "CO", "PE",
}

// Scores of a telephone number, by what speaks for it. A number of a national
// plan without context is told from other digits by its grouping alone.
const (
	phoneInternational = 0.9
	phoneNorthAmerica  = 0.75
	phoneGrouped       = 0.6
	phoneBare          = 0.2
)

// scorePhone asks libphonenumber, which is slow, only of what may be a number by
// its edges, its length and the groups of its digits.
func scorePhone(c engine.Candidate) float64 {
	text := c.Bytes()
	n := code.DigitCount(text)
	if n < 6 || n > 20 || !phoneEdges(c) || code.LooksLikeDate(text) || looksLikePostcode(text) {
		return 0
	}
	var room [code.MaxDigitGroups][]byte
	groups := code.AppendDigitGroups(room[:0], text)
	switch {
	case bytes.HasPrefix(text, []byte("+")), bytes.HasPrefix(text, []byte("(+")):
		return scoreInternational(string(text))
	case bytes.HasPrefix(text, []byte("00")) && n > 9 && grouped(text) && scoreInternational("+"+string(text[2:])) > phoneGrouped:
		return phoneNorthAmerica
	case northAmerican(text, groups):
		return phoneNorthAmerica
	case !grouped(text) || n < 8:
		return phoneBare
	case trunkNotation(text, groups):
		return phoneGrouped
	case nationalGrouping(text, groups) && !mixedThrees(text, groups) && !isISSN(text):
		return phoneGrouped
	}
	return phoneBare
}

// looksLikePostcode reports whether text is a postcode of Brazil or Portugal:
// 01310-100, 1100-048.
func looksLikePostcode(text []byte) bool {
	dash := bytes.IndexByte(text, '-')
	return (dash == 4 || dash == 5) && len(text) == dash+4 && code.DigitCount(text) == dash+3
}

// isISSN reports whether text is the number of a periodical (ISO 3297): eight
// digits, 0317-8471, of which the last checks the others modulo 11.
func isISSN(text []byte) bool {
	if len(text) != 9 || text[4] != '-' || code.DigitCount(text) != 8 {
		return false
	}
	sum, weight := 0, 8
	for _, b := range text {
		if b != '-' {
			sum += weight * int(b-'0')
			weight--
		}
	}
	return sum%11 == 0
}

// mixedThrees reports whether text is three groups of three digits with
// different separators, as no plan writes them: 123-456 789.
func mixedThrees(text []byte, groups [][]byte) bool {
	return len(groups) == 3 && len(text) == 11 && len(groups[0]) == 3 && len(groups[1]) == 3 && text[3] != text[7]
}

// scoreInternational trusts a number that its country issues, one of the right
// length a little less, for plans change faster than their description, and one
// of another length only when it is grouped.
func scoreInternational(s string) float64 {
	number, err := phonenumbers.Parse(s, "ZZ")
	switch {
	case err != nil:
		return 0
	case phonenumbers.IsValidNumber(number):
		return phoneInternational
	case phonenumbers.IsPossibleNumber(number):
		return phoneNorthAmerica
	case grouped([]byte(s)):
		return phoneGrouped
	}
	return phoneBare
}

// northAmerican reports whether text, which holds these groups of digits, is in
// a notation that only the numbering plan of North America uses: (201) 555-0123,
// 201-555-0123, 001-201-555-0123x12.
func northAmerican(text []byte, groups [][]byte) bool {
	if i := bytes.IndexAny(text, "xXe"); i > 0 {
		text = bytes.TrimSpace(text[:i])
		for len(groups) > 0 && len(groups) > countGroups(text) {
			groups = groups[:len(groups)-1]
		}
	}
	if len(groups) == 4 && (string(groups[0]) == "1" || string(groups[0]) == "001") {
		groups = groups[1:]
	}
	if len(groups) != 3 || len(groups[0]) != 3 || len(groups[1]) != 3 || len(groups[2]) != 4 {
		return false
	}
	separators := strings.Trim(strings.Map(dropDigits, string(text)), " ")
	switch strings.TrimLeft(separators, "-. ") {
	case "() -", "()-", "()", "() ", ") -", "().", "() .":
		return groups[0][0] >= '2'
	}
	plain := strings.Trim(separators, "-") == "" || strings.Trim(separators, ".") == ""
	return plain && groups[0][0] >= '2' && groups[1][0] >= '1'
}

func dropDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return -1
	}
	return r
}

// nationalGrouping reports whether text is a number of one of phoneRegions, in
// the groups in which that region writes it.
func nationalGrouping(text []byte, groups [][]byte) bool {
	if customary(text, groups) {
		return true
	}
	if len(groups) < 3 && text[0] != '0' && text[0] != '(' {
		return false
	}
	plans := phonePlans()
	for regions := plans.regions(text, groups); regions != 0; regions &= regions - 1 {
		i := bits.TrailingZeros64(regions)
		if plans.mayBeValid(i, text) && sameGrouping(string(text), groups, phoneRegions[i]) {
			return true
		}
	}
	return false
}

// customary reports whether text is a mobile number as people of its country write
// it, though libphonenumber does not: Italy 347 1234567, Norway 412 34 567.
func customary(text []byte, groups [][]byte) bool {
	valid := func(region string) bool {
		number, err := phonenumbers.Parse(string(text), region)
		return err == nil && phonenumbers.IsValidNumberForRegion(number, region)
	}
	if bytes.IndexByte(text, '.') >= 0 {
		return false // 347.123456 is a number with decimals
	}
	switch shapeOf(groups) {
	case 3<<5 | 7, 3<<5 | 6:
		return text[0] == '3' && valid("IT")
	case (3<<5|2)<<5 | 3:
		return (text[0] == '4' || text[0] == '9') && valid("NO")
	}
	return false
}

// sameGrouping reports whether s is a valid number of the region, written in the
// groups in which that region writes it.
func sameGrouping(s string, got [][]byte, region string) bool {
	number, err := phonenumbers.Parse(s, region)
	if err != nil || !phonenumbers.IsValidNumberForRegion(number, region) {
		return false
	}
	want := code.DigitGroups([]byte(phonenumbers.Format(number, phonenumbers.NATIONAL)))
	return slices.EqualFunc(got, want, bytes.Equal) || s[0] == '0' && len(got) > 1 && len(got[0]) == len(want[0])
}

// grouped reports whether text has a separator between its digits.
func grouped(text []byte) bool {
	for i, b := range text {
		switch b {
		case ' ', '-', '.', '/', '(', ')':
			return true
		case 0xA0:
			if i > 0 && text[i-1] == 0xC2 {
				return true
			}
		}
	}
	return false
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// countGroups returns the number of runs of digits in text.
func countGroups(text []byte) int {
	n := 0
	for i, b := range text {
		if isDigit(b) && (i == 0 || !isDigit(text[i-1])) {
			n++
		}
	}
	return n
}

// decimal reports whether text is a decimal fraction: 0.4392, not 06.12345678.
func decimal(text []byte) bool {
	whole, fraction, found := bytes.Cut(text, []byte("."))
	return found && code.DigitCount(fraction) == len(fraction) && code.DigitCount(whole) == len(whole) &&
		(len(whole) == 1 || len(whole) == 2 && whole[0] != '0')
}

// phoneEdges refuses a candidate that is a part of something longer: of a word,
// a decimal, a UUID, a path, a price or a longer run of groups.
func phoneEdges(c engine.Candidate) bool {
	if bytes.Count(c.Bytes(), []byte("(")) != bytes.Count(c.Bytes(), []byte(")")) {
		return false
	}
	return !code.PartOfNumber(c) && !afterMinutes(c) && !(c.Start > 0 && strings.IndexByte("$#/\\=&?@+", c.Text[c.Start-1]) >= 0 && c.Text[c.Start] != '+') &&
		!(c.End < len(c.Text) && strings.IndexByte("%/\\@$:", c.Text[c.End]) >= 0 && c.End+1 < len(c.Text) && c.Text[c.End+1] != ' ') &&
		!currencyNear(c)
}

// afterMinutes reports whether the candidate are the seconds of a time of day:
// 34.123456 in 10:22:34.123456.
func afterMinutes(c engine.Candidate) bool {
	return c.Start > 1 && c.Text[c.Start-1] == ':' && isDigit(c.Text[c.Start-2])
}

// currencyNear reports whether a currency sign stands beside the candidate.
func currencyNear(c engine.Candidate) bool {
	before := bytes.TrimRight(c.Text[max(0, c.Start-6):c.Start], " ")
	after := bytes.TrimLeft(c.Text[c.End:min(len(c.Text), c.End+6)], " ")
	if !(len(before) > 0 && currencyEdges.Has(before[len(before)-1])) && !(len(after) > 0 && currencyEdges.Has(after[0])) {
		return false
	}
	for _, sign := range currencySigns {
		if bytes.HasSuffix(before, sign) || bytes.HasPrefix(after, sign) {
			return true
		}
	}
	return false
}

var (
	currencySigns = bytes.Fields([]byte("€ £ $ ¥ EUR USD GBP"))
	currencyEdges = edgesOf(currencySigns)
)

// edgesOf returns the set of the first and last bytes of words.
func edgesOf(words [][]byte) engine.ByteSet {
	var edges []byte
	for _, w := range words {
		edges = append(edges, w[0], w[len(w)-1])
	}
	return engine.MakeByteSet(string(edges))
}
