package report

import (
	"fmt"
	"strings"

	"example.com/assay"
)

// Exit codes of a scan. Usage and internal errors (2 and 4) come before these.
const (
	ExitClean      = 0 // nothing at or above the severity asked for
	ExitFindings   = 1
	ExitIncomplete = 3 // something was not, or not fully, examined
)

// Summary counts a report.
type Summary struct {
	Assets int `json:"assets"`
	Fields int `json:"fields"`
	// Findings is how many are shown; BySeverity splits them.
	Findings   int              `json:"findings"`
	BySeverity map[Severity]int `json:"by_severity"`
	// FieldsWith, FieldsWeak, FieldsEmpty, FieldsClean and FieldsUnproved are
	// fields that were examined as planned: with findings; with findings below
	// the confidence asked for; without a value; with values, none of which
	// matched; and with none in a sample that proves nothing about the rest.
	FieldsWith     int `json:"fields_with_findings"`
	FieldsWeak     int `json:"fields_below_confidence"`
	FieldsEmpty    int `json:"fields_empty"`
	FieldsClean    int `json:"fields_clean"`
	FieldsUnproved int `json:"fields_unproved"`
	// Gaps counts the fields and whole assets that were not fully examined.
	Gaps int `json:"not_fully_examined"`
	// Failing counts the findings that make the scan fail.
	Failing int    `json:"failing"`
	Exit    int    `json:"exit"`
	Why     string `json:"why"`
}

// Summary counts the report and settles the exit code: incomplete comes before
// findings, and Why names both.
func (r *Report) Summary() Summary {
	s := Summary{Assets: r.Assets, BySeverity: map[Severity]int{}}
	for _, f := range r.shown() {
		severity := r.severity(f.Element)
		s.Findings++
		s.BySeverity[severity]++
		if severity.Reaches(r.FailOn) {
			s.Failing++
		}
	}
	for field, verdict := range r.verdicts() {
		if field.name == "" {
			continue
		}
		s.Fields++
		switch verdict {
		case verdictFound:
			s.FieldsWith++
		case verdictWeak:
			s.FieldsWeak++
		case verdictEmpty:
			s.FieldsEmpty++
		case verdictClean:
			s.FieldsClean++
		case verdictUnproved:
			s.FieldsUnproved++
		}
	}
	s.Gaps = len(r.gaps())
	s.Exit, s.Why = s.exit(r.FailOn)
	return s
}

func (s Summary) exit(failOn Severity) (int, string) {
	var why []string
	code := ExitClean
	if s.Failing > 0 {
		code = ExitFindings
		why = append(why, fmt.Sprintf("%s at or above %s", count(s.Failing, "finding"), failOn))
	}
	if s.Gaps > 0 {
		code = ExitIncomplete
		why = append([]string{count(s.Gaps, "item") + " not fully examined"}, why...)
	}
	if code == ExitClean {
		why = append(why, "everything was examined as planned")
		if failOn != Never {
			why = append(why, fmt.Sprintf("no finding at or above %s", failOn))
		}
	}
	return code, strings.Join(why, ", ")
}

// fieldKey names a field of an asset.
type fieldKey struct {
	asset assay.AssetID
	name  string
}

// verdict is what a report may say of a field.
type verdict int

const (
	verdictGap      verdict = iota // not fully examined, and nothing found
	verdictFound                   // at least one finding is shown
	verdictWeak                    // findings, but none reaches the confidence asked for
	verdictEmpty                   // examined as planned, no value in it
	verdictClean                   // examined as planned, values, no finding
	verdictUnproved                // the same, but nothing is proved about what was not read
)

// verdicts judges every field. A field is clean only when it was examined as
// planned, its asset was too, it held values, nothing at all was found, and the
// way it was sampled proves something about the rest.
func (r *Report) verdicts() map[fieldKey]verdict {
	verdicts := map[fieldKey]verdict{}
	whole := r.wholeAssets()
	for _, c := range r.Coverage {
		_, gap := whole[c.Asset]
		v := verdictClean
		switch {
		case gap || c.Status != assay.StatusScanned:
			v = verdictGap
		case c.Sampled == 0:
			v = verdictEmpty
		default:
			if _, proves := c.Design.Bound(); !proves {
				v = verdictUnproved
			}
		}
		verdicts[fieldKey{c.Asset, c.Field}] = v
	}
	for _, f := range r.Findings {
		key := fieldKey{f.Asset, f.Field}
		switch {
		case f.State == assay.StateShadow:
		case f.Confidence >= r.MinConfidence:
			verdicts[key] = verdictFound
		case verdicts[key] != verdictGap && verdicts[key] != verdictFound:
			verdicts[key] = verdictWeak
		}
	}
	return verdicts
}

// count writes a number with its noun: "1 finding", "1,200 findings".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}
