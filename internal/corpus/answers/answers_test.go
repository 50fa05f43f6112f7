package answers_test

import (
	"slices"
	"testing"

	"example.com/assay"
	"example.com/assay/internal/corpus"
	"example.com/assay/internal/corpus/answers"
)

// Every row of the table must be of a kind that the corpus makes.
func TestTruths(t *testing.T) {
	kinds := corpus.Kinds()
	for _, kind := range answers.Kinds() {
		if !slices.Contains(kinds, kind) {
			t.Errorf("no data are of kind %s", kind)
		}
	}
}

func TestAnswers(t *testing.T) {
	a := answers.For([]assay.Element{"person_name", "first_name", "crypto_address"})
	tests := []struct {
		kind   corpus.Kind
		found  assay.Element
		want   assay.Element
		counts bool
	}{
		{"name", "person_name", "person_name", true},
		{"name", "first_name", "first_name", false}, // a part of it: neither right nor wrong
		{"name", "iban", "iban", true},
		{"eth", "crypto_address", "crypto_address", true},
		{"given_name", "person_name", "first_name", true},
		{"uuid", "iban", "iban", true},
		{"plain_url", "url", "url", false},
		{"vat", "at_vat_id", "at_vat_id", false},
		{"vat", "at_passport", "at_passport", true},
	}
	for _, test := range tests {
		if got, counts := a.Judge(test.kind, test.found); got != test.want || counts != test.counts {
			t.Errorf("%s found as %s: %s %v, want %s %v", test.kind, test.found, got, counts, test.want, test.counts)
		}
	}
	if a.Covered("iban") || !a.Covered("uuid") || !a.Covered("name") || !slices.Contains(a.Missing(), "iban") {
		t.Error("covered kinds are wrong")
	}
	for kind, free := range map[corpus.Kind]bool{"uuid": true, "name": false, "eth": true, "iban": false} {
		if got := a.Free(kind, "person_name"); got != free {
			t.Errorf("%s is free of names: %v, want %v", kind, got, free)
		}
	}
}
