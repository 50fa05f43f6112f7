package code

import "math"

// Whether a text was drawn at random or written by a person is judged by a small
// model: how many bits it takes to spell the text as an identifier, pair of
// characters by pair, less the bits that a random draw from the smallest usual
// alphabet takes.
//
// Model card. Trained by TestTrainBigrams (go test -run TrainBigrams -train) on
// the identifiers and the words of string literals of Go's standard library, each
// distinct word weighted by the logarithm of its count, and on the names of
// people and places of the folder data. Output: bigramBits, -log2 of the
// probability of a character after another, in quarters of a bit. It knows
// English and, by names, the sound of other languages in Latin script; other
// scripts count as marks. TestRandomBits holds what it must tell apart.

// bigramSymbols is the number of kinds of characters that the model knows: small
// letters, capitals, then digit, joint and mark.
const (
	bigramSymbols = 55
	symbolDigit   = 52
	symbolJoint   = 53 // between words; also before the first character
	symbolMark    = 54
)

// bigramBase is the byte of bigramBits that stands for 0 bits.
const bigramBase = '#'

// bigramSymbol returns the kind of a character.
func bigramSymbol(b byte) int {
	switch {
	case b >= 'a' && b <= 'z':
		return int(b - 'a')
	case b >= 'A' && b <= 'Z':
		return 26 + int(b-'A')
	case digitByte(b):
		return symbolDigit
	case b == '_' || b == '-' || b == '.' || b == '/' || b == ' ' || b == ':':
		return symbolJoint
	}
	return symbolMark
}

// symbolBits is what it costs to say which digit, joint or mark it is.
func symbolBits(symbol int) float64 {
	switch symbol {
	case symbolDigit:
		return math.Log2(10)
	case symbolJoint:
		return 2
	case symbolMark:
		return 4
	}
	return 0
}

// randomBits returns how many bits a character a text is nearer to a random draw
// than to an identifier: below 0 it reads like words, above like a random draw.
func randomBits(text []byte) float64 {
	if len(text) == 0 {
		return 0
	}
	written, before := 0.0, symbolJoint
	for _, b := range text {
		s := bigramSymbol(b)
		written += float64(bigramBits[before*bigramSymbols+s]-bigramBase)/4 + symbolBits(s)
		before = s
	}
	return written/float64(len(text)) - math.Log2(float64(alphabetSize(text)))
}

// alphabetSize returns the size of the smallest usual alphabet that text is of.
func alphabetSize(text []byte) int {
	var small, capital, digit, mark, beyondHex bool
	for _, b := range text {
		switch {
		case b >= 'a' && b <= 'z':
			small, beyondHex = true, beyondHex || b > 'f'
		case b >= 'A' && b <= 'Z':
			capital, beyondHex = true, beyondHex || b > 'F'
		case digitByte(b):
			digit = true
		default:
			mark = true
		}
	}
	if digit && !beyondHex && !mark && small != capital {
		return 16
	}
	size := 0
	for _, class := range []struct {
		present bool
		size    int
	}{{small, 26}, {capital, 26}, {digit, 10}, {mark, 8}} {
		if class.present {
			size += class.size
		}
	}
	return size
}
