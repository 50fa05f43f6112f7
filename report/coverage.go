package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/assay"
)

// AssetCoverage is how far one asset was examined.
type AssetCoverage struct {
	Asset       assay.AssetID  `json:"asset"`
	Status      assay.Status   `json:"status"` // scanned only where all of it is
	Scanned     int            `json:"scanned"`
	Partial     int            `json:"partial"`
	NotExamined int            `json:"not_examined"`
	Reasons     []assay.Reason `json:"reasons"` // why it is not fully examined
	// Bound is the smallest share of the population that every fully examined
	// field's sample would have shown with 95 % probability; absent where one
	// proves nothing about the rest.
	Bound *float64 `json:"bound,omitempty"`
	// Statement says the same to a person.
	Statement string `json:"statement"`
}

// CoverageOf sums up the coverage of one asset.
func CoverageOf(asset assay.AssetID, coverage []assay.Coverage) AssetCoverage {
	a := AssetCoverage{Asset: asset, Status: assay.StatusScanned, Reasons: []assay.Reason{}}
	weakest := (*Clean)(nil)
	for _, c := range coverage {
		if c.Field != "" || c.Status != assay.StatusScanned {
			a.count(c)
		}
		if c.Field == "" || c.Status != assay.StatusScanned {
			continue
		}
		if proof := Proves(c.Design); weakest == nil || proof.strength() > weakest.strength() {
			weakest = &proof
		}
	}
	slices.Sort(a.Reasons)
	if a.Scanned == 0 && a.Partial == 0 && a.NotExamined > 0 {
		a.Status = assay.StatusNotExamined
	} else if a.Partial+a.NotExamined > 0 {
		a.Status = assay.StatusPartial
	}
	if weakest != nil {
		a.Bound, a.Statement = weakest.Bound, proof(weakest.Bound)
	}
	return a
}

// proof says what a bound means for fields with and without findings.
func proof(bound *float64) string {
	switch {
	case bound == nil:
		return "nothing about what was not read"
	case *bound == 0:
		return "all of it was read"
	}
	return fmt.Sprintf("≥ %s %% of a field would have been seen (95 %%)", strconv.FormatFloat(*bound*100, 'g', 4, 64))
}

func (a *AssetCoverage) count(c assay.Coverage) {
	switch c.Status {
	case assay.StatusScanned:
		a.Scanned++
	case assay.StatusPartial:
		a.Partial++
	default:
		a.NotExamined++
	}
	if c.Reason != "" && !slices.Contains(a.Reasons, c.Reason) {
		a.Reasons = append(a.Reasons, c.Reason)
	}
}

// ReasonList writes reasons for a person; a dash when there are none.
func ReasonList(reasons []assay.Reason) string {
	words := make([]string, len(reasons))
	for i, r := range reasons {
		words[i] = strings.ReplaceAll(string(r), "_", " ")
	}
	return cmp.Or(strings.Join(words, ", "), "-")
}
