package report

import (
	"fmt"
	"strings"
	"testing"

	"example.com/assay"
)

// TestDifferences: declarations by catalogue and by comments against findings.
func TestDifferences(t *testing.T) {
	field := func(path, comment string, status assay.Status) assay.Coverage {
		return assay.Coverage{Asset: "a", Field: path, Comment: comment, Status: status}
	}
	found := func(path string, e assay.Element) assay.Finding {
		return assay.Finding{ID: "f", Asset: "a", Field: path, Element: e, Confidence: 0.9}
	}
	known := map[assay.Element]bool{"email_address": true, "iban": true, "person_name": true}
	for name, c := range map[string]struct {
		declared map[string][]assay.Element
		coverage []assay.Coverage
		findings []assay.Finding
		want     string
	}{
		"agree": {map[string][]assay.Element{"mail": {"email_address"}}, []assay.Coverage{field("mail", "", assay.StatusScanned)},
			[]assay.Finding{found("mail", "email_address")}, ""},
		"a comment declares": {nil, []assay.Coverage{field("mail", "Contact (EMAIL_ADDRESS), unknown_element", assay.StatusScanned)},
			[]assay.Finding{found("mail", "email_address")}, ""},
		"a word inside another declares nothing": {nil, []assay.Coverage{field("mail", "no_email_address_here", assay.StatusScanned)},
			[]assay.Finding{found("mail", "email_address")}, "mail email_address undeclared"},
		"undeclared": {map[string][]assay.Element{"mail": {"email_address"}}, []assay.Coverage{field("mail", "", assay.StatusScanned)},
			[]assay.Finding{found("mail", "email_address"), found("mail", "iban")}, "mail iban undeclared"},
		"not found":        {map[string][]assay.Element{"mail": {"email_address"}}, []assay.Coverage{field("mail", "", assay.StatusScanned)}, nil, "mail email_address not_found"},
		"not examined":     {map[string][]assay.Element{"mail": {"email_address"}}, []assay.Coverage{field("mail", "", assay.StatusPartial)}, nil, "mail email_address not_examined"},
		"the asset failed": {map[string][]assay.Element{"mail": {"email_address"}}, []assay.Coverage{field("mail", "", assay.StatusScanned), field("", "", assay.StatusNotExamined)}, nil, "mail email_address not_examined"},
		"no such field":    {map[string][]assay.Element{"fax": {"iban"}}, []assay.Coverage{field("mail", "", assay.StatusScanned)}, nil, "fax iban not_examined"},
		"inside a column": {map[string][]assay.Element{"doc": {"iban"}}, []assay.Coverage{field("doc.$.x", "", assay.StatusScanned), field("doc2", "", assay.StatusScanned)},
			[]assay.Finding{found("doc.$.x", "iban"), found("doc2", "iban")}, "doc2 iban undeclared"},
		"the asset as a whole": {map[string][]assay.Element{"": {"iban", "person_name"}}, []assay.Coverage{field("x", "", assay.StatusScanned)},
			[]assay.Finding{found("x", "iban")}, " person_name not_found"},
		"both say so": {map[string][]assay.Element{"mail": {"iban"}}, []assay.Coverage{field("mail", "iban", assay.StatusScanned)}, nil, "mail iban not_found"},
	} {
		classified := Classified{Asset: assay.Asset{ID: "a", Declared: c.declared}, Coverage: c.coverage, Findings: c.findings}
		classified.Declare(known)
		var got []string
		for _, d := range classified.Differences() {
			got = append(got, fmt.Sprintf("%s %s %s", d.Field, d.Element, d.Kind))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %q, want %q", name, strings.Join(got, "; "), c.want)
		}
	}
}

func TestCoverageOf(t *testing.T) {
	census, some := assay.Design{Method: assay.DesignCensus}, assay.Design{Method: assay.DesignSimple, Units: 1000}
	prefix := assay.Design{Method: assay.DesignPrefix, Units: 1000}
	cov := func(field string, status assay.Status, reason assay.Reason, d assay.Design) assay.Coverage {
		return assay.Coverage{Asset: "a", Field: field, Status: status, Reason: reason, Design: d}
	}
	for name, c := range map[string]struct {
		coverage []assay.Coverage
		want     string
	}{
		"all":       {[]assay.Coverage{cov("a", assay.StatusScanned, "", census)}, "scanned 1 0 0 [] all of it was read"},
		"weakest":   {[]assay.Coverage{cov("a", assay.StatusScanned, "", census), cov("b", assay.StatusScanned, "", some)}, "scanned 2 0 0 [] ≥ 0.3 % of a field would have been seen (95 %)"},
		"prefix":    {[]assay.Coverage{cov("a", assay.StatusScanned, "", some), cov("b", assay.StatusScanned, "", prefix)}, "scanned 2 0 0 [] nothing about what was not read"},
		"gap":       {[]assay.Coverage{cov("a", assay.StatusScanned, "", census), cov("b", assay.StatusNotExamined, assay.ReasonBinary, census)}, "partial 1 0 1 [binary] all of it was read"},
		"none":      {[]assay.Coverage{cov("", assay.StatusNotExamined, assay.ReasonDenied, assay.Design{})}, "not_examined 0 0 1 [denied] "},
		"no fields": {[]assay.Coverage{cov("", assay.StatusScanned, "", census)}, "scanned 0 0 0 [] "},
	} {
		a := CoverageOf("a", c.coverage)
		if got := fmt.Sprintf("%s %d %d %d %v %s", a.Status, a.Scanned, a.Partial, a.NotExamined, a.Reasons, a.Statement); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
