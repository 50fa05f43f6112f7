// Package code holds the checks that verifiers name: what a regular expression
// cannot say about a value, such as a check digit, a date that exists or an
// assigned number range. Each is a pure function of the text around a candidate.
//
// It imports package engine and the root package.
package code

import (
	"slices"

	"example.com/assay/engine"
)

// Check is a named check. In a definition, {"code": "NAME"} finds candidates by
// Regexp or Find and then asks Valid; "check": "NAME" on a regex asks Valid of
// that regex's hits.
type Check struct {
	Name string // lower_snake
	Doc  string // what it accepts and by which published rule
	// Regexp finds candidates (see engine.ContentMethod.Regexp); Find does it in
	// code. A check with neither can only be named by "check".
	Regexp   string
	Find     func(text []byte, emit func(start, end int))
	Literals []string
	Anchor   *engine.ByteSet
	// Valid scores a candidate: 0 refuses, negative accepts with the score of
	// the definition's node, other values are the score.
	Valid func(engine.Candidate) float64
	// Graded says that Valid gives scores of its own.
	Graded bool
}

// All lists the checks of this package. A new check is a row in the list of its file, a new
// file a name here.
func All() []Check {
	return slices.Concat(national, financial, network, dates, coordinates, device, wallets, secrets, names, places, people)
}

// Elsewhere names the checks that are in a folder of their own, because what they
// need takes long to load: a definition may name them, and a program that
// compiles it gives them (verifiers.Options.Checks).
var Elsewhere = map[string]string{"phone": "verifiers/code/phone", "phone_loose": "verifiers/code/phone"}

// Yes is the answer of a check that leaves the score to the definition.
const Yes = -1

// ok turns a plain yes or no into a score.
func ok(valid bool) float64 {
	if valid {
		return Yes
	}
	return 0
}
