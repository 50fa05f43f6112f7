// Package report writes what a scan found, and what it could not examine, for a
// person (a table) or for another program (JSON, JSON Lines, CSV, SARIF, and
// the forms of data catalogues: DataHub, OpenMetadata, OpenLineage). No
// sampled value reaches it: findings carry counts and masked previews.
//
// It imports the root package only.
package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"example.com/assay"
)

// Severity is how much it matters that an element was found.
type Severity string

// The severities, from the most to the least serious.
const (
	Critical Severity = "critical" // secrets, cards, government ids
	Personal Severity = "personal" // personal data
	Info     Severity = "info"     // worth knowing
)

// Never is the --fail-on value with which no finding makes a scan fail.
const Never Severity = "never"

// rank orders severities; what is not one of them counts as personal, so that a
// verifier without a severity is never overlooked.
func (s Severity) rank() int {
	switch s {
	case Critical:
		return 3
	case Info:
		return 1
	}
	return 2
}

// Reaches reports whether a finding of severity s counts where failOn is asked.
func (s Severity) Reaches(failOn Severity) bool {
	return failOn != Never && s.rank() >= failOn.rank()
}

// Element is what a report says about one data element.
type Element struct {
	ID       assay.Element
	Title    string
	Class    string
	Doc      string
	Severity Severity
}

// Report is one scan.
type Report struct {
	Version       string    // of assay
	Targets       []string  // as asked for, without credentials
	Elements      []Element // of the verifiers that ran
	VerifiersHash string    // of all of them together
	Sample        int       // rows asked for of each asset; 0 if each store's default is
	Seed          uint64    // repeats the sample on unchanged data
	MinConfidence float64   // findings below it are counted, not shown
	FailOn        Severity  // the least severity that makes the scan fail

	Findings []assay.Finding  // all of them, also those below MinConfidence
	Coverage []assay.Coverage // of every field of every asset
	Assets   int              // listed, whether or not they could be read
	Bytes    int64            // read from the stores
	Duration time.Duration
	At       time.Time // when the scan began, or the stored findings were read
	// Base is the folder below which SARIF names files by relative paths; may
	// be empty.
	Base string
}

// Formats lists the names that Write understands.
var Formats = []string{"table", "json", "jsonl", "csv", "sarif", "datahub", "openmetadata", "openlineage"}

// Style says how a table is shown.
type Style struct {
	Color bool
	Width int // of the terminal in columns; 0 means 132
}

// Write writes the report in one of Formats.
func (r *Report) Write(w io.Writer, format string, style Style) error {
	switch format {
	case "table":
		return r.writeTable(w, style)
	case "json":
		return r.writeJSON(w)
	case "jsonl":
		return r.writeJSONL(w)
	case "csv":
		return r.writeCSV(w)
	case "sarif":
		return r.writeSARIF(w)
	case "datahub":
		return r.writeDataHub(w)
	case "openmetadata":
		return r.writeOpenMetadata(w)
	case "openlineage":
		return r.writeOpenLineage(w)
	}
	return fmt.Errorf("unknown format %q (one of %s)", format, strings.Join(Formats, ", "))
}

// shown returns the findings that count, in the order of asset, field and
// descending confidence.
func (r *Report) shown() []assay.Finding {
	shown := make([]assay.Finding, 0, len(r.Findings))
	for _, f := range r.Findings {
		if f.State != assay.StateShadow && f.Confidence >= r.MinConfidence {
			if f.Evidence == nil {
				f.Evidence = []assay.Evidence{}
			}
			shown = append(shown, f)
		}
	}
	slices.SortFunc(shown, func(a, b assay.Finding) int {
		return cmp.Or(cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Field, b.Field),
			cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Element, b.Element))
	})
	return shown
}

// gaps returns the coverage that is not complete, in the order of asset and
// field. A field that shares its asset's gap, word for word, is left to it.
func (r *Report) gaps() []assay.Coverage {
	whole := r.wholeAssets()
	gaps := make([]assay.Coverage, 0)
	for _, c := range r.Coverage {
		if c.Status == assay.StatusScanned {
			continue
		}
		if w, ok := whole[c.Asset]; ok && c.Field != "" && w.Status == c.Status && w.Reason == c.Reason {
			continue
		}
		gaps = append(gaps, c)
	}
	slices.SortFunc(gaps, func(a, b assay.Coverage) int {
		return cmp.Or(cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Field, b.Field))
	})
	return gaps
}

// wholeAssets returns the coverage of the assets that as a whole were not
// examined to the end.
func (r *Report) wholeAssets() map[assay.AssetID]assay.Coverage {
	whole := map[assay.AssetID]assay.Coverage{}
	for _, c := range r.Coverage {
		if c.Field == "" && c.Status != assay.StatusScanned {
			whole[c.Asset] = c
		}
	}
	return whole
}

// severity returns the severity of an element.
func (r *Report) severity(id assay.Element) Severity {
	for _, e := range r.Elements {
		if e.ID == id && e.Severity != "" {
			return e.Severity
		}
	}
	return Personal
}
