package quality_test

import (
	"testing"

	"example.com/assay"
	"example.com/assay/internal/corpus"
	"example.com/assay/quality"
)

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "",
		"4111 1111 1111 1111":  "",
		"jane.doe@example.org": "",
		"Jane Doe":             "",
		"Bitte rufen Sie mich morgen Nachmittag noch einmal an, ich bin dann wieder im Büro.": "de",
		"Please call me again tomorrow afternoon, when I am back in the office with my team.": "en",
		"\xff\xfe broken bytes of some length that are no text":                               "",
	} {
		if got := quality.Language(assay.Value(text)); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestLanguageOfCorpus: where a language is told at all, it is nearly always right.
func TestLanguageOfCorpus(t *testing.T) {
	c, err := corpus.New(3)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := c.Texts(4)
	if err != nil {
		t.Fatal(err)
	}
	all, told, right, languages := 0, 0, 0, map[string]bool{}
	for _, text := range texts {
		if len(text.Language) != 2 {
			continue
		}
		all++
		if got := quality.Language(assay.Value(text.Text)); got != "" {
			told++
			if got == text.Language || got == "nb" && text.Language == "no" {
				right++
				languages[got] = true
			}
		}
	}
	t.Logf("told of %d of %d texts, right of %d, in %d languages", told, all, right, len(languages))
	if told < 100 || float64(right)/float64(told) < 0.9 || len(languages) < 20 {
		t.Errorf("told of %d texts, right of %d, in %d languages", told, right, len(languages))
	}
}
