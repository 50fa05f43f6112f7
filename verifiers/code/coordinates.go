package code

import (
	"strconv"
	"strings"

	"example.com/assay/engine"
)

// coordinates lists the checks of geographic positions.
var coordinates = []Check{
	{
		Name: "coordinates",
		Doc:  "latitude and longitude: decimal degrees with at least four decimals, degrees-minutes-seconds, ISO 6709, WKT POINT, geo: URI (RFC 5870)",
		Regexp: `[-+]?\d{1,2}\.\d{4,15}(?: ?°)?(?: ?[NS]\b)?[,;/ ] ?[-+]?\d{1,3}\.\d{4,15}(?: ?°)?(?: ?[EWO]\b)?` +
			`|\b[NS] ?\d{1,2}(?:\.\d+)?°?[ ,]+[EWO] ?\d{1,3}(?:\.\d+)?°?` +
			`|\d{1,2}(?:\.\d+)? ?° ?[NS][ ,]+\d{1,3}(?:\.\d+)? ?° ?[EWO]` +
			`|\d{1,2} ?[°º] ?\d{1,2} ?['′’] ?(?:\d{1,2}(?:\.\d+)? ?(?:["″”]|''|′′) ?)?[NS][ ,;/]*\d{1,3} ?[°º] ?\d{1,2} ?['′’] ?(?:\d{1,2}(?:\.\d+)? ?(?:["″”]|''|′′) ?)?[EWO]` +
			`|POINT ?Z? ?\( ?-?\d{1,3}\.\d+ +-?\d{1,3}\.\d+(?: -?[\d.]+)? ?\)` +
			`|geo:-?\d{1,2}\.\d+,-?\d{1,3}\.\d+` +
			`|[-+]\d{2}\.\d{4,}[-+]\d{3}\.\d{4,}/`,
		Valid: validCoordinates,
	},
	{
		Name:   "latitude",
		Doc:    "one decimal degree between -90 and 90 with at least two decimals; needs a name that says latitude",
		Regexp: `[-+]?\d{1,2}\.\d{2,18}`,
		Valid:  func(c engine.Candidate) float64 { return ok(wholeNumber(c, 90)) },
	},
	{
		Name:   "longitude",
		Doc:    "one decimal degree between -180 and 180 with at least two decimals; needs a name that says longitude",
		Regexp: `[-+]?\d{1,3}\.\d{2,18}`,
		Valid:  func(c engine.Candidate) float64 { return ok(wholeNumber(c, 180)) },
	},
}

// validCoordinates checks the ranges, and that neither number goes on: a matrix
// or a list of measurements is no position.
func validCoordinates(c engine.Candidate) float64 {
	s := string(c.Bytes())
	if PartOfNumber(c) || !geoSigned(s) && (listGoesOn(c.Text[c.End:]) || listBefore(c.Text[:c.Start])) {
		return 0
	}
	numbers := strings.FieldsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != '-' })
	if strings.ContainsAny(s, "°º") || strings.HasPrefix(s, "geo:") {
		return ok(degreesInRange(numbers))
	}
	if len(numbers) < 2 {
		return Yes
	}
	a, errA := strconv.ParseFloat(numbers[0], 64)
	b, errB := strconv.ParseFloat(numbers[1], 64)
	if errA != nil || errB != nil {
		return Yes // ISO 6709 runs both together
	}
	if strings.HasPrefix(s, "POINT") {
		a, b = b, a
	}
	return ok(a >= -90 && a <= 90 && b >= -180 && b <= 180)
}

// geoSigned reports whether s says by itself that it is a position.
func geoSigned(s string) bool {
	return strings.ContainsAny(s, "°ºNSEW") || strings.HasPrefix(s, "POINT") || strings.HasPrefix(s, "geo:")
}

func degreesInRange(numbers []string) bool {
	for _, n := range numbers {
		if v, err := strconv.ParseFloat(n, 64); err == nil && (v > 180 || v < -180) {
			return false
		}
	}
	return true
}

// listGoesOn reports whether another number follows.
func listGoesOn(after []byte) bool {
	s := strings.TrimLeft(string(after[:min(len(after), 6)]), ",; \t")
	return s != "" && len(s) < min(len(after), 6) && (digitByte(s[0]) || s[0] == '-' && len(s) > 1 && digitByte(s[1]))
}

// listBefore reports whether another number precedes.
func listBefore(before []byte) bool {
	tail := string(before[max(0, len(before)-4):])
	s := strings.TrimRight(tail, ",; \t[")
	return s != "" && len(s) < len(tail) && digitByte(s[len(s)-1])
}

// wholeNumber reports whether the candidate is the whole of its text, apart from
// blanks and quotes, and its value within the limit either way.
func wholeNumber(c engine.Candidate, limit float64) bool {
	if !c.Alone(" \t\"'°") {
		return false
	}
	v, err := strconv.ParseFloat(string(c.Bytes()), 64)
	return err == nil && v >= -limit && v <= limit && v != 0
}
