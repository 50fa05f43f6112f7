package code

import (
	"strings"
	"unicode"

	"example.com/assay/engine"
)

// places lists the checks of addresses and their parts.
var places = []Check{
	{
		Name:  "city_value",
		Doc:   "a whole value that is a place of GeoNames with 40,000 inhabitants and more",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(listedAs(c, cities()) != absent) },
	},
	{
		Name: "city_name",
		Doc:  "a place of GeoNames with 40,000 inhabitants and more whose name is no common word",
		Valid: func(c engine.Candidate) float64 {
			return ok(listedAs(c, cities()) == listed)
		},
	},
	{
		Name:   "street_address",
		Doc:    "street and house number in either order, with flat, postcode and town where they follow: the street by its kind in some forty languages, or by a postcode and a town behind it",
		Find:   findAddresses,
		Anchor: digitSet(),
		Valid:  validAddress,
	},
	{
		Name:  "address_value",
		Doc:   "a whole value that can be a line of an address: letters, of which some, and digits; needs a field that says so",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(addressLike(c.Bytes())) },
	},
	{
		Name:  "region_value",
		Doc:   "a whole value that can be the name or code of a country or region: a capital or caseless letter, then letters",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(regionLike(c.Bytes())) },
	},
	{
		Name:  "postcode_value",
		Doc:   "a whole value that can be a postal code: 3 to 10 digits, capital letters, blanks and dashes; needs a field that says so",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(postcodeLike(c.Bytes())) },
	},
	{
		Name:  "plate_value",
		Doc:   "a whole value that can be a vehicle's licence plate: 4 to 11 letters and digits, at least one digit; needs a field that says so",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(plateLike(c.Bytes())) },
	},
	{
		Name:  "stands_alone",
		Doc:   "refuses a candidate that is part of a longer word, number, path or price",
		Valid: func(c engine.Candidate) float64 { return ok(standsAlone(c)) },
	},
	{
		Name:   "has_number",
		Doc:    "refuses an address without a house number or postcode",
		Valid:  validHouse,
		Graded: true,
	},
}

// validHouse tells "Via Roma 12" from "via Roma". A postcode behind the number
// makes the address surer.
func validHouse(c engine.Candidate) float64 {
	groups := DigitGroups(c.Bytes())
	switch {
	case len(groups) == 0 || PartOfNumber(c):
		return 0
	case len(groups) > 1:
		return 0.85
	case strings.Contains(string(c.Bytes()), ","):
		return 0.75
	}
	return Yes
}

// addressLike reports whether text has the characters and the length of a line of
// an address.
func addressLike(text []byte) bool {
	if len(text) > 250 {
		return false
	}
	letters := 0
	for _, r := range string(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters++
		case unicode.IsDigit(r), unicode.IsSpace(r), strings.ContainsRune(".,;:/#'’\"()-–&º°ª№〒、・ー|", r):
		default:
			return false
		}
	}
	return letters >= 2 && len(text) >= 4
}

// regionLike reports whether text has the characters and the length of a region.
func regionLike(text []byte) bool {
	if len(text) < 2 || len(text) > 60 {
		return false
	}
	for i, r := range string(text) {
		if i == 0 && (!unicode.IsLetter(r) || unicode.IsLower(r)) {
			return false
		}
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune(" .,'’()&-", r) {
			return false
		}
	}
	folded := engine.Fold(text)
	return !compassPoints[folded] && !fillers[folded]
}

// compassPoints are parts of a market or a map, not regions of an address.
var compassPoints = wordSet(`north south east west central center centre northern southern eastern western midwest
	northeast northwest southeast southwest north_east north_west south_east south_west north_central south_central`)

// postcodeLike reports whether text has the characters and the length of a postcode.
func postcodeLike(text []byte) bool {
	if len(text) < 3 || len(text) > 10 {
		return false
	}
	for _, r := range string(text) {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && r != ' ' && r != '-' {
			return false
		}
	}
	return DigitCount(text) > 0
}

// plateLike reports whether text has the characters and the length of a licence plate.
func plateLike(text []byte) bool {
	if len(text) < 4 || len(text) > 20 {
		return false
	}
	digit := false
	for _, r := range string(text) {
		digit = digit || unicode.IsDigit(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -·.", r) {
			return false
		}
	}
	return digit
}
