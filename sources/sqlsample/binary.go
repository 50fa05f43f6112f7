package sqlsample

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"example.com/assay"
)

// isText reports whether a value is text that content methods can read: UTF-8
// with no control characters but those of plain text.
func isText(v []byte) bool {
	if !utf8.Valid(v) {
		return false
	}
	for _, b := range v {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != '\v' && b != 0x1b || b == 0x7f {
			return false
		}
	}
	return true
}

// blob gathers what the binary values of a column look like.
type blob struct {
	values int
	format string // what the first value with a known beginning is
	counts [256]int
	bytes  int
}

// magics are the beginnings of compressed and other formats whose bytes look
// as random as encrypted ones.
var magics = []struct{ prefix, name string }{
	{"\x1f\x8b", "gzip"}, {"PK\x03\x04", "ZIP"}, {"\x89PNG", "PNG"}, {"\xff\xd8\xff", "JPEG"}, {"GIF8", "GIF"},
	{"%PDF", "PDF"}, {"\x28\xb5\x2f\xfd", "Zstandard"}, {"BZh", "bzip2"}, {"\xfd7zXZ", "xz"}, {"7z\xbc\xaf", "7-Zip"},
	{"RIFF", "RIFF"}, {"OggS", "Ogg"}, {"\x00\x00\x00\x18ftyp", "MP4"}, {"\x00\x00\x00\x20ftyp", "MP4"}, {"ID3", "MP3"},
}

func (b *blob) add(v []byte) {
	b.values++
	for _, m := range magics {
		if b.format == "" && bytes.HasPrefix(v, []byte(m.prefix)) {
			b.format = m.name
		}
	}
	for _, c := range v {
		b.counts[c]++
	}
	b.bytes += len(v)
}

// How much makes the bytes of a column look encrypted: at least enoughBytes of
// them, of at least shortest bytes a value, and so even that 99.9 % of random
// byte strings are not more even (chi-squared with 255 degrees of freedom).
const (
	enoughBytes = 1280
	shortest    = 24
	chiSquared  = 330.5
)

// verdict says why the values were not examined.
func (b *blob) verdict() (assay.Reason, string) {
	if b.format != "" {
		return assay.ReasonBinary, fmt.Sprintf("%d values, for example %s, are binary", b.values, b.format)
	}
	if b.bytes >= enoughBytes && b.bytes >= shortest*b.values && b.evenness() <= chiSquared {
		return assay.ReasonEncrypted, fmt.Sprintf("%d values look encrypted: their bytes are evenly distributed", b.values)
	}
	return assay.ReasonBinary, fmt.Sprintf("%d values are binary", b.values)
}

// evenness returns the chi-squared statistic of the bytes against an even
// distribution.
func (b *blob) evenness() float64 {
	expected := float64(b.bytes) / 256
	var sum float64
	for _, n := range b.counts {
		d := float64(n) - expected
		sum += d * d / expected
	}
	return sum
}
