package code

import (
	"bytes"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"example.com/assay/engine"
)

// phone lists the checks of telephone numbers.
var phone = []Check{
	{
		Name:   "phone",
		Doc:    "telephone number: international with + or 00, or in the grouping of a national plan, valid by the metadata of libphonenumber",
		Regexp: phonePattern,
		Valid:  scorePhone,
	},
	{
		Name:   "phone_loose",
		Doc:    "telephone number by digits alone, possible in some national plan; for use where a name or a word says that it is one",
		Regexp: phonePattern,
		Valid: func(c engine.Candidate) float64 {
			n := digitCount(c.Bytes())
			if n < 6 || n > 20 || !phoneEdges(c) || looksLikeDate(c.Bytes()) {
				return 0
			}
			return yes
		},
	},
}

// phonePattern takes digits in groups of the usual separators, and an extension.
const phonePattern = `(?:\(?\+|\b00)?\(?\d{1,5}\)?(?:[ .\-/\x{A0}]{0,2}\(?\d{1,5}\)?){1,7}(?:(?: ?(?:x|ext\.?|Ext\.?|extension|доб\.?) ?)\d{1,6})?`

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

func scorePhone(c engine.Candidate) float64 {
	text := c.Bytes()
	n := digitCount(text)
	if n < 6 || n > 20 || !phoneEdges(c) || looksLikeDate(text) {
		return 0
	}
	s := string(text)
	switch {
	case strings.HasPrefix(s, "+"), strings.HasPrefix(s, "(+"):
		return scoreInternational(s)
	case strings.HasPrefix(s, "00") && n > 9 && grouped(s) && scoreInternational("+"+s[2:]) > phoneGrouped:
		return phoneNorthAmerica
	case northAmerican(s):
		return phoneNorthAmerica
	case !grouped(s) || n < 8:
		return phoneBare
	case slices.ContainsFunc(phoneRegions, func(region string) bool { return sameGrouping(s, region) }):
		return phoneGrouped
	}
	return phoneBare
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
	case grouped(s):
		return phoneGrouped
	}
	return phoneBare
}

// northAmerican reports whether s is in a notation that only the numbering plan
// of North America uses: (201) 555-0123, 201-555-0123, 001-201-555-0123x12.
func northAmerican(s string) bool {
	if i := strings.IndexAny(s, "xXe"); i > 0 {
		s = strings.TrimSpace(s[:i])
	}
	groups := digitGroups(s)
	if len(groups) == 4 && (groups[0] == "1" || groups[0] == "001") {
		groups = groups[1:]
	}
	if len(groups) != 3 || len(groups[0]) != 3 || len(groups[1]) != 3 || len(groups[2]) != 4 {
		return false
	}
	separators := strings.Trim(strings.Map(dropDigits, s), " ")
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

// sameGrouping reports whether s is a valid number of the region, written in the
// groups in which that region writes it.
func sameGrouping(s, region string) bool {
	number, err := phonenumbers.Parse(s, region)
	if err != nil || !phonenumbers.IsValidNumberForRegion(number, region) {
		return false
	}
	want := digitGroups(phonenumbers.Format(number, phonenumbers.NATIONAL))
	got := digitGroups(s)
	return (len(got) > 2 || s[0] == '0' || s[0] == '(') && (slices.Equal(got, want) || s[0] == '0' && len(got) > 1 && len(got[0]) == len(want[0]))
}

// grouped reports whether s has a separator between its digits.
func grouped(s string) bool { return strings.ContainsAny(s, " -./()\u00a0") }

// digitGroups returns the runs of digits in s.
func digitGroups(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

func digitCount(text []byte) int {
	n := 0
	for _, b := range text {
		if digitByte(b) {
			n++
		}
	}
	return n
}

// phoneEdges refuses a candidate that is a part of something longer: of a word,
// a decimal, a UUID, a path, a price or a longer run of groups.
func phoneEdges(c engine.Candidate) bool {
	if bytes.Count(c.Bytes(), []byte("(")) != bytes.Count(c.Bytes(), []byte(")")) {
		return false
	}
	return !partOfNumber(c) && !(c.Start > 0 && strings.IndexByte("$#/\\=&?@+", c.Text[c.Start-1]) >= 0 && c.Text[c.Start] != '+') &&
		!(c.End < len(c.Text) && strings.IndexByte("%/\\@$:", c.Text[c.End]) >= 0 && c.End+1 < len(c.Text) && c.Text[c.End+1] != ' ') &&
		!currencyNear(c)
}

// currencyNear reports whether a currency sign stands beside the candidate.
func currencyNear(c engine.Candidate) bool {
	before := strings.TrimRight(string(c.Text[max(0, c.Start-6):c.Start]), " ")
	after := strings.TrimLeft(string(c.Text[c.End:min(len(c.Text), c.End+6)]), " ")
	for _, sign := range []string{"€", "£", "$", "¥", "EUR", "USD", "GBP"} {
		if strings.HasSuffix(before, sign) || strings.HasPrefix(after, sign) {
			return true
		}
	}
	return false
}

// looksLikeDate reports whether the groups of text are a date, with or without a
// time behind it.
func looksLikeDate(text []byte) bool {
	g := digitGroups(string(text))
	if len(g) < 3 {
		return false
	}
	year := func(s string) bool { return len(s) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20")) }
	short := func(s string, most string) bool {
		return len(s) <= 2 && (len(s) == 1 || s <= most)
	}
	if year(g[0]) && short(g[1], "12") && short(g[2], "31") && bytes.IndexByte(text, '+') < 0 {
		return true
	}
	return len(g) <= 4 && short(g[0], "31") && short(g[1], "31") && year(g[2]) && bytes.IndexByte(text, '+') < 0
}
