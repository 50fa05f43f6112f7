package quality

import (
	"unicode"

	"github.com/abadojack/whatlanggo"

	"example.com/assay"
)

// fewestLetters is how many letters a text needs for its language to be told.
const fewestLetters = 24

// Language returns the language of a value, as ISO 639-1, where it is a text of some
// length in a language that can be told; otherwise "".
func Language(value assay.Value) string {
	letters, blanks := 0, 0
	for _, r := range string(value) {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai):
			letters, blanks = letters+3, blanks+1 // a word has few of them, and no blank follows it
		case unicode.IsLetter(r):
			letters++
		case unicode.IsSpace(r):
			blanks++
		}
	}
	if letters < fewestLetters || blanks < 3 {
		return ""
	}
	info := whatlanggo.Detect(string(value))
	if !info.IsReliable() {
		return ""
	}
	return info.Lang.Iso6391()
}
