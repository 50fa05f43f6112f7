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

// verdict says why the values were not examined.
func (b *blob) verdict() (assay.Reason, string) {
	switch {
	case b.format != "":
		return assay.ReasonBinary, fmt.Sprintf("%d values, for example %s, are binary", b.values, b.format)
	case b.bytes >= shortest*b.values && even(&b.counts, b.bytes):
		return assay.ReasonEncrypted, fmt.Sprintf("%d values look encrypted: their bytes are evenly distributed", b.values)
	}
	return assay.ReasonBinary, fmt.Sprintf("%d values are binary", b.values)
}

// How much makes bytes look encrypted: at least enoughBytes of them, in values
// of at least shortest bytes on average, and so evenly distributed as 99.9 % of
// random byte strings are (chi-squared with 255 degrees of freedom).
const (
	enoughBytes = 1280
	shortest    = 24
	chiSquared  = 330.5
)

// LooksEncrypted reports whether bytes are so evenly distributed as only those
// of encrypted and of compressed content are.
func LooksEncrypted(b []byte) bool {
	var counts [256]int
	for _, c := range b {
		counts[c]++
	}
	return even(&counts, len(b))
}

// even reports whether n bytes that occur as often as counted are evenly
// distributed.
func even(counts *[256]int, n int) bool {
	if n < enoughBytes {
		return false
	}
	expected := float64(n) / 256
	var sum float64
	for _, c := range counts {
		d := float64(c) - expected
		sum += d * d / expected
	}
	return sum <= chiSquared
}
