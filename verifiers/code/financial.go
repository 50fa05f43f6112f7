package code

import (
	"strings"

	"example.com/assay/engine"
)

// financial lists the checks of payment and bank numbers.
var financial = []Check{
	{
		Name:   "credit_card",
		Doc:    "payment card number: ISO/IEC 7812 issuer range and length of a known brand, and the Luhn check digit",
		Regexp: `[2-69]\d{3}[ -]?\d{4}[ -]?\d{4}(?:[ -]?\d{1,4}(?:[ -]?\d{1,3})?)?|(?:3[0-9]\d{2}|1800|2131)[ -]?\d{6}[ -]?\d{4,5}`,
		Valid:  validCard,
		Graded: true,
	},
	{
		Name:   "iban",
		Doc:    "ISO 13616 account number: length and shape of its country in the SWIFT IBAN registry (release 101), ISO 7064 MOD 97-10",
		Find:   findIBAN,
		Anchor: &digits,
		Valid:  func(c engine.Candidate) float64 { return ok(c.End-c.Start >= 15 && ibanEnd(c.Text, c.Start) == c.End) },
	},
	{
		Name:   "bic",
		Doc:    "ISO 9362 business identifier code: four letters, an ISO 3166 country, location, and an optional branch",
		Regexp: `[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?`,
		Valid:  validBIC,
	},
	{
		Name: "bic_alone",
		Doc:  "a whole value that is a bank identifier code of eight letters, the last of them doubled as words do not double it: the location of many head offices (FF, PP, MM)",
		Find: findWhole,
		Valid: func(c engine.Candidate) float64 {
			b := c.Bytes()
			return ok(len(b) == 8 && letterCount(string(b)) == 8 && allUpper(b) && b[6] == b[7] && !doubledInWords.Has(b[7]) && isCountry(string(b[4:6])))
		},
	},
	{
		Name:   "aba_routing",
		Doc:    "US bank routing number: Federal Reserve range in the first two digits, check digit 3-7-1",
		Regexp: `\d{9}`,
		Valid: func(c engine.Candidate) float64 {
			n := compact(c.Bytes())
			return ok(standsAlone(c) && len(n) == 9 && abaRange(n.int(0, 2)) && !n.uniform() &&
				n.sum(3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0)
		},
	},
}

var digits = engine.MakeByteSet("0123456789")

// cardBrands are issuer ranges by the first six digits, with the shortest and
// longest number the brand issues. Source: ISO/IEC 7812 and the brands' public
// BIN tables.
var cardBrands = []struct{ from, to, shortest, longest int }{
	{180000, 180099, 15, 15}, // JCB, old
	{213100, 213199, 15, 15}, // JCB, old
	{220000, 220499, 16, 19}, // Mir
	{222100, 272099, 16, 16}, // Mastercard, second series
	{300000, 305999, 14, 19}, // Diners Club
	{309500, 309599, 14, 19}, // Diners Club
	{340000, 349999, 15, 15}, // American Express
	{350000, 352799, 16, 16}, // JCB, unassigned
	{352800, 358999, 16, 19}, // JCB
	{360000, 369999, 14, 19}, // Diners Club International
	{370000, 379999, 15, 15}, // American Express
	{380000, 399999, 14, 19}, // Diners Club
	{400000, 499999, 13, 13}, // Visa, old
	{400000, 499999, 16, 16}, // Visa
	{400000, 499999, 19, 19}, // Visa
	{500000, 509999, 12, 19}, // Maestro, Elo
	{510000, 559999, 16, 16}, // Mastercard
	{560000, 589999, 12, 19}, // Maestro
	{600000, 609999, 16, 16}, // RuPay, Hipercard
	{601100, 601199, 16, 19}, // Discover
	{620000, 629999, 16, 19}, // UnionPay
	{630000, 639999, 12, 19}, // Maestro, InstaPayment
	{644000, 659999, 16, 19}, // Discover
	{670000, 679999, 12, 19}, // Maestro
	{810000, 817199, 16, 19}, // UnionPay
	{979200, 979299, 16, 16}, // Troy
}

// validCard refuses candidates whose groups are unlike those printed on cards,
// so that digits of a table row do not add up to a card.
func validCard(c engine.Candidate) float64 {
	n := compact(c.Bytes())
	if len(n) < 12 || len(n) > 19 || !standsAlone(c) || !n.luhn() || mixedSeparators(c.Bytes()) || fewDigits(n) {
		return 0
	}
	prefix := n.int(0, 6)
	for _, b := range cardBrands {
		if prefix >= b.from && prefix <= b.to && len(n) >= b.shortest && len(n) <= b.longest {
			return cardScore(c, n)
		}
	}
	return 0
}

// cardScore leaves a bare run of digits to context: one random number in
// twenty-five passes.
func cardScore(c engine.Candidate, n number) float64 {
	if len(n) == c.End-c.Start {
		return 0.45
	}
	return Yes
}

// mixedSeparators reports whether text uses both blanks and dashes.
func mixedSeparators(text []byte) bool {
	s := string(text)
	return strings.Contains(s, " ") && strings.Contains(s, "-")
}

// fewDigits reports a number made of at most two different digits, which is a
// placeholder.
func fewDigits(n number) bool {
	seen := map[byte]bool{}
	for i := range len(n) {
		seen[n[i]] = true
	}
	return len(seen) < 3
}

// ibanShapes gives the basic account number (BBAN) of every registry country:
// runs of n digits, a upper-case letters and c alphanumerics.
// Source: SWIFT IBAN Registry, release 101.
var ibanShapes = map[string]string{
	"AD": "8n12c", "AE": "19n", "AL": "8n16c", "AT": "16n", "AZ": "4a20c", "BA": "16n", "BE": "12n",
	"BG": "4a6n8c", "BH": "4a14c", "BI": "23n", "BR": "23n1a1c", "BY": "4c4n16c", "CH": "5n12c", "CR": "18n",
	"CY": "8n16c", "CZ": "20n", "DE": "18n", "DJ": "23n", "DK": "14n", "DO": "4c20n", "EE": "16n", "EG": "25n",
	"ES": "20n", "FI": "14n", "FK": "2a12n", "FO": "14n", "FR": "10n11c2n", "GB": "4a14n", "GE": "2a16n",
	"GI": "4a15c", "GL": "14n", "GR": "7n16c", "GT": "24c", "HN": "4a20n", "HR": "17n", "HU": "24n",
	"IE": "4a14n", "IL": "19n", "IQ": "4a15n", "IS": "22n", "IT": "1a10n12c", "JO": "4a4n18c", "KW": "4a22c",
	"KZ": "3n13c", "LB": "4n20c", "LC": "4a24c", "LI": "5n12c", "LT": "16n", "LU": "3n13c", "LV": "4a13c",
	"LY": "21n", "MC": "10n11c2n", "MD": "20c", "ME": "18n", "MK": "3n10c2n", "MN": "16n", "MR": "23n",
	"MT": "4a5n18c", "MU": "4a19n3a", "NI": "4a20n", "NL": "4a10n", "NO": "11n", "OM": "3n16c", "PK": "4a16c",
	"PL": "24n", "PS": "4a21c", "PT": "21n", "QA": "4a21c", "RO": "4a16c", "RS": "18n", "RU": "14n15c",
	"SA": "2n18c", "SC": "4a20n3a", "SD": "14n", "SE": "20n", "SI": "15n", "SK": "20n", "SM": "1a10n12c",
	"SO": "19n", "ST": "21n", "SV": "4a20n", "TL": "19n", "TN": "20n", "TR": "6n16c", "UA": "6n19c",
	"VA": "18n", "VG": "4a16n", "XK": "16n", "YE": "4a4n18c",
}

// findIBAN looks for a country code and check digits, and takes as many
// characters as that country's numbers have, in groups or in one run.
func findIBAN(text []byte, emit func(start, end int)) {
	for i := 0; i+15 <= len(text); i++ {
		if !digitByte(text[i+2]) || !letterByte(text[i]) || i > 0 && (letterByte(text[i-1]) || digitByte(text[i-1])) {
			continue
		}
		if end := ibanEnd(text, i); end > 0 {
			emit(i, end)
			i = end - 1
		}
	}
}

// ibanEnd returns where the IBAN that begins at start ends, 0 if there is none.
func ibanEnd(text []byte, start int) int {
	shape, known := ibanShapes[strings.ToUpper(string(text[start:start+2]))]
	if !known {
		return 0
	}
	want := 4 + shapeLength(shape)
	got, i, gap := make([]byte, 0, want), start, false
	for ; i < len(text) && len(got) < want; i++ {
		switch c := text[i]; {
		case letterByte(c) || digitByte(c):
			got, gap = append(got, c), false
		case (c == ' ' || c == '-') && !gap && len(got) > 3:
			gap = true
		default:
			return 0
		}
	}
	if len(got) < want || i < len(text) && (letterByte(text[i]) || digitByte(text[i])) || !validIBAN(compact(got), shape) {
		return 0
	}
	return i
}

func validIBAN(n number, shape string) bool {
	return digitByte(n[2]) && digitByte(n[3]) && hasShape(n[4:], shape) && (n[4:]+n[:4]).mod(97) == 1
}

// shapeLength returns the number of characters that a shape like 4a14n stands for.
func shapeLength(shape string) int {
	total, n := 0, 0
	for i := range len(shape) {
		if digitByte(shape[i]) {
			n = n*10 + int(shape[i]-'0')
			continue
		}
		total, n = total+n, 0
	}
	return total
}

// hasShape reports whether n consists of the runs that shape names.
func hasShape(n number, shape string) bool {
	run, at := 0, 0
	for i := range len(shape) {
		if digitByte(shape[i]) {
			run = run*10 + int(shape[i]-'0')
			continue
		}
		for ; run > 0; run-- {
			if at >= len(n) || shape[i] == 'n' && !digitByte(n[at]) || shape[i] == 'a' && !letterByte(n[at]) {
				return false
			}
			at++
		}
	}
	return at == len(n)
}

// abaRange reports whether the first two digits of a routing number are issued:
// Federal Reserve districts, thrifts, electronic transactions, cheques.
func abaRange(p int) bool {
	return p <= 12 || p >= 21 && p <= 32 || p >= 61 && p <= 72 || p == 80
}

// doubledInWords are the letters that end words twice: business, football.
var doubledInWords = engine.MakeByteSet("CEILNORSTVYZ")

func validBIC(c engine.Candidate) float64 {
	b := c.Bytes()
	if !standsAlone(c) || !isCountry(string(b[4:6])) {
		return 0
	}
	return Yes
}

// isCountry reports whether code is an ISO 3166-1 alpha-2 code in upper case, or
// XK as banks use it.
func isCountry(code string) bool {
	return len(code) == 2 && strings.Contains(countryCodes, " "+code+" ")
}

const countryCodes = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW "
