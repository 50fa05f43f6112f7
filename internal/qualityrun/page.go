package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"example.com/assay"
	"example.com/assay/verifiers"
)

// measured is the quality of the elements on the part that is held back, as
// quality/measured.json keeps it: by element, then by task.
type measured map[assay.Element]map[string]figures

// figures are those of one element in one task.
type figures struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	Labelled  int     `json:"labelled"`
}

// measure returns the report's figures by element.
func (r *Report) measured() measured {
	all := measured{}
	for name, t := range map[string]Task{"values": r.Values, "texts": r.Spans, "columns": r.Columns} {
		for element, c := range t.Board {
			if c.TP+c.FN == 0 {
				continue
			}
			if all[element] == nil {
				all[element] = map[string]figures{}
			}
			all[element][name] = figures{round(c.Precision().Value), round(c.Recall().Value), c.TP + c.FN}
		}
	}
	return all
}

func round(x float64) float64 { return float64(int(1000*x+0.5)) / 1000 }

// keep writes the report's figures by element.
func (r *Report) keep(file string) error {
	data, err := json.MarshalIndent(r.measured(), "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}

// leftOut are names of the three public lists that no element stands for, with
// the reason.
var leftOut = []struct{ system, name, reason string }{
	{"Presidio", "DE_TELEMATIK_ID", "identifies institutions and practices, of no fixed shape that tells it from other numbers"},
	{"Presidio", "IN_UPI", "a payment address of the form name@bank: not told from a user name at a host"},
	{"Presidio", "UUID", "an innocent shape: it identifies nobody by itself"},
	{"Presidio", "US_CLAIM_NUMBER, US_PRESCRIPTION_NUMBER, US_PRIOR_AUTHORIZATION_NUMBER, US_REFERRAL_NUMBER", "numbers of each insurer's own form, found by words alone"},
	{"Presidio", "US_HEALTH_INSURANCE_MEMBER_ID, US_PROVIDER_TAX_ID", "of each insurer's own form; the tax number of an organisation is us_ein"},
	{"Presidio", "ZA_TRAFFIC_REGISTER_NUMBER", "no published form or check"},
	{"Presidio", "DATE_TIME other than dates of birth", "a date is not personal by itself"},
	{"Google", "DATE, TIME", "not personal by themselves"},
	{"Google", "DOCUMENT_TYPE/…, OBJECT_TYPE/…, IMAGE_TYPE/…", "kinds of documents and pictures, which need a model: a definition may name one"},
	{"Google", "STORAGE_SIGNED_POLICY_DOCUMENT, STORAGE_SIGNED_URL", "covered as credentials in URLs only"},
	{"Presidio", "EMAIL, ID, TITLE, ZIP", "labels of its models, not recognisers; EMAIL_ADDRESS and postcodes are there"},
	{"Google", "AMERICAN_BANKERS_CUSIP_ID", "names a security, not a person"},
	{"Google", "SSL_CERTIFICATE", "made to be public; its key is private_key"},
	{"Google", "TINK_KEYSET", "one library's form of a key; found where a key's name stands beside it"},
	{"Google", "DEMOGRAPHIC_DATA, TECHNICAL_ID and other general infoTypes", "stand for several others, which are there"},
	{"Google", "CRIME_STATUS, EMPLOYMENT_STATUS", "in preview; words of everyday language"},
	{"Macie", "national driver's licences of countries without a published form", "found as driver_license by the field's name or words nearby"},
}

// elementsPage is docs/elements.md: one row an element.
func elementsPage(definitions []verifiers.Definition, quality measured) string {
	var out strings.Builder
	personal := slices.DeleteFunc(slices.Clone(definitions), func(d verifiers.Definition) bool { return d.Class == "credential" })
	fmt.Fprintf(&out, elementsHead, len(definitions), len(personal), len(definitions)-len(personal), countries(definitions))
	out.WriteString("| element | what | class | regulations | countries | methods | Macie | Google | Presidio | measured |\n|---|---|---|---|---|---|---|---|---|---|\n")
	slices.SortFunc(personal, func(a, b verifiers.Definition) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Element, b.Element))
	})
	for _, d := range personal {
		writeRow(&out, d, quality[d.Element])
	}
	out.WriteString("\n## Credentials\n\n| element | what | methods | aliases | measured |\n|---|---|---|---|---|\n")
	for _, d := range definitions {
		if d.Class == "credential" {
			aliases := slices.Concat(d.Aliases.Macie, d.Aliases.Google, d.Aliases.Presidio)
			fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s |\n", d.Element, cell(d.Title), strings.Join(d.Methods(), ", "), strings.Join(aliases, ", "), figuresOf(quality[d.Element]))
		}
	}
	out.WriteString("\n## Left out\n\nNames of the public lists that no element stands for.\n\n| list | name | why |\n|---|---|---|\n")
	for _, l := range leftOut {
		fmt.Fprintf(&out, "| %s | %s | %s |\n", l.system, l.name, l.reason)
	}
	out.WriteString("\n`kr_rrn`: numbers given out since October 2020 have no check digit. They are found\nby the field's name or a word nearby only.\n")
	return out.String()
}

const elementsHead = `# Elements

Made from the library by ` + "`go run ./internal/qualityrun -page docs/elements.md`" + `; a test
fails when it is stale. %d elements: %d of persons and organisations, %d kinds of
credentials; %d countries have elements of their own.

*Measured*: precision / recall on the part of the generated corpus that is held
back (quality/measured.json), as single values (v), in texts (t) and in columns
(c), with the number of labelled pieces; no figure where the corpus has none.
What is *off* must be asked for by name.

`

func writeRow(out *strings.Builder, d verifiers.Definition, f map[string]figures) {
	title := cell(d.Title)
	if d.Off {
		title += " (off)"
	}
	fmt.Fprintf(out, "| `%s` | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", d.Element, title, strings.ReplaceAll(d.Class, "_", " "),
		strings.Join(d.Regulations, ", "), strings.Join(d.Countries, ", "), strings.Join(d.Methods(), ", "),
		strings.Join(d.Aliases.Macie, ", "), strings.Join(d.Aliases.Google, ", "), strings.Join(d.Aliases.Presidio, ", "), figuresOf(f))
}

func figuresOf(f map[string]figures) string {
	var parts []string
	for _, task := range slices.Backward(slices.Sorted(maps.Keys(f))) {
		parts = append(parts, fmt.Sprintf("%s %.2f / %.2f (%d)", task[:1], f[task].Precision, f[task].Recall, f[task].Labelled))
	}
	return strings.Join(parts, "; ")
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

// countries counts the countries that have elements of their own.
func countries(definitions []verifiers.Definition) int {
	seen := map[string]bool{}
	for _, d := range definitions {
		for _, c := range d.Countries {
			seen[c] = true
		}
	}
	return len(seen)
}

// writePage writes docs/elements.md from the library and quality/measured.json.
func writePage(file, measuredFile string) error {
	page, err := currentPage(measuredFile)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(page), 0o644)
}

func currentPage(measuredFile string) (string, error) {
	definitions, err := verifiers.Library()
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(measuredFile)
	if err != nil {
		return "", fmt.Errorf("read what was measured (write it with -part held -measured %s): %w", measuredFile, err)
	}
	var m measured
	if err := json.Unmarshal(data, &m); err != nil {
		return "", fmt.Errorf("%s: %w", measuredFile, err)
	}
	return elementsPage(definitions, m), nil
}
