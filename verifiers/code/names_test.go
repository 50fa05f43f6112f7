package code

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/assay/engine"
)

// nameText draws text of the characters that matter to names.
var nameText = rapid.StringOf(rapid.SampledFrom([]rune("aeimrstzAEMRSTZ  .,'-’_1é\u00a0É田ال\n")))

// The quick ways through text must see the words that the general one sees.
func TestPlainWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(nameText.Draw(t, "text"))
		for i := range text {
			if !letterByte(text[i]) {
				continue
			}
			if got, plain := plainWordAt(text, i); plain && got != anyWordAt(text, i) {
				t.Fatalf("%q at %d: %+v, want %+v", text, i, got, anyWordAt(text, i))
			}
		}
		for i := 0; i < len(text); {
			next := skipLower(text, i)
			word, found := nextToken(text, &i)
			if found && word.kind != lowerWord && word.start < next {
				t.Fatalf("%q: the word at %d is passed over", text, word.start)
			}
		}
	})
}

// A phrase that text ends with must not be told away by its last letters.
func TestSuffixesMayEnd(t *testing.T) {
	lists := map[*suffixes][]string{strongEndings: strongTriggers, weakEndings: weakTriggers}
	for list, phrases := range lists {
		for _, p := range phrases {
			for _, text := range []string{p, " " + strings.ToUpper(p), "é " + p} {
				if triggered([]byte(engine.Fold([]byte(text))), list) && !list.mayEnd([]byte(text)) {
					t.Errorf("%q may not end with %q", text, p)
				}
			}
		}
	}
	if strongEndings.mayEnd([]byte("zq")) {
		t.Error("everything may end with a phrase")
	}
}
