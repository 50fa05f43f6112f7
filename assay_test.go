package assay_test

import (
	"testing"

	"example.com/assay"

	"github.com/google/go-cmp/cmp"
)

func TestDeclaredOf(t *testing.T) {
	a := assay.Asset{Declared: map[string][]assay.Element{
		"": {"person_name"}, "payload": {"iban", "person_name"}, "payload.$.user.email": {"email_address"}, "$": {"age"},
	}}
	for field, want := range map[string][]assay.Element{
		"other":                {"person_name"},
		"payload":              {"iban", "person_name"},
		"payload.$.user.email": {"email_address", "iban", "person_name"},
		"$":                    {"age", "person_name"},
	} {
		if diff := cmp.Diff(want, a.DeclaredOf(field)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
	if got := (assay.Asset{}).DeclaredOf("x"); len(got) != 0 {
		t.Errorf("nothing is declared, got %v", got)
	}
}
