package assay

import (
	"fmt"
	"log/slog"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Value is sampled content. It shows itself only as a mask in logs, JSON and
// every fmt verb, so that content cannot leave the process by accident; code
// that must see the bytes converts it to []byte and thereby can be found.
type Value []byte

// maskedRunes is how much of a value's shape a mask shows.
const maskedRunes = 40

// Mask returns the shape of the value: every letter becomes x or X, every digit
// 9, every other visible character that could carry content a dot; only ASCII
// punctuation stands. Long values are cut, with their length in bytes appended.
// No letter or digit of the value is in its mask.
func (v Value) Mask() string {
	out := make([]byte, 0, maskedRunes+16)
	n := 0
	for i := 0; i < len(v); n++ {
		if n == maskedRunes {
			return string(out) + "…(" + strconv.Itoa(len(v)) + " bytes)"
		}
		r, size := utf8.DecodeRune(v[i:])
		i += size
		out = append(out, maskRune(r))
	}
	return string(out)
}

func maskRune(r rune) byte {
	switch {
	case unicode.IsUpper(r):
		return 'X'
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return 'x'
	case unicode.IsNumber(r):
		return '9'
	case r == '\t' || r == '\n' || r == '\r':
		return ' '
	case r >= ' ' && r < unicode.MaxASCII:
		return byte(r)
	}
	return '.'
}

// String returns the mask.
func (v Value) String() string { return v.Mask() }

// GoString returns the mask, for %#v.
func (v Value) GoString() string { return strconv.Quote(v.Mask()) }

// Format writes the mask for every verb, %x and %d included.
func (v Value) Format(f fmt.State, _ rune) { fmt.Fprint(f, v.Mask()) }

// LogValue implements slog.LogValuer with the mask.
func (v Value) LogValue() slog.Value { return slog.StringValue(v.Mask()) }

// MarshalText gives the mask to encoding/json and every other text encoder.
func (v Value) MarshalText() ([]byte, error) { return []byte(v.Mask()), nil }

// Place is where in its asset a datum was found. Only what applies is set.
type Place struct {
	Row      Value  `json:"row,omitempty"`      // primary key; a sampled value itself, so it masks
	Offset   int64  `json:"offset,omitempty"`   // first byte
	Line     int    `json:"line,omitempty"`     // from 1
	Column   int    `json:"column,omitempty"`   // from 1, in bytes
	Document string `json:"document,omitempty"` // document id
	Commit   string `json:"commit,omitempty"`
	File     string `json:"file,omitempty"` // path inside an archive or a repository
}

// Datum is one sampled value and where it stood.
type Datum struct {
	// Field is shared by all data of the field: sources yield the same pointer
	// for the same field of one Sample call.
	Field *Field
	Value Value
	// MediaType is an RFC 6838 type; empty means text/plain in UTF-8.
	MediaType string
	Place     Place
	// Probability is that with which the value was sampled, for estimates that
	// correct for it; 0 when the design gives none.
	Probability float64
	// Lead and Trail are the bytes at the value's ends that are there only as
	// context, because the value is one piece of a longer one: a hit counts in
	// the piece where it starts outside both.
	Lead, Trail int
}

// IsText reports whether the datum is text that content methods can read.
func (d Datum) IsText() bool {
	return d.MediaType == "" || len(d.MediaType) > 5 && d.MediaType[:5] == "text/"
}
