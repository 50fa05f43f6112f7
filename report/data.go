package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"example.com/assay"
)

// findingLine is a finding as jsonl and json write it.
type findingLine struct {
	ID         string           `json:"id"`
	Asset      assay.AssetID    `json:"asset"`
	Field      string           `json:"field"`
	Element    assay.Element    `json:"element"`
	Confidence float64          `json:"confidence"`
	Matched    int              `json:"matched"`
	Sampled    int              `json:"sampled"`
	Verifier   string           `json:"verifier"`
	Hash       string           `json:"hash"`
	Evidence   []assay.Evidence `json:"evidence"`
	Preview    string           `json:"preview"`
}

// gapLine is a field that was not fully read.
type gapLine struct {
	Asset  assay.AssetID `json:"asset"`
	Field  string        `json:"field"` // empty: the whole asset
	Status assay.Status  `json:"status"`
	Reason assay.Reason  `json:"reason"`
}

func findingOf(f assay.Finding) findingLine {
	return findingLine{f.ID, f.Asset, f.Field, f.Element, f.Confidence, f.Matched, f.Sampled,
		f.Verifier, f.Hash, f.Evidence, f.Preview}
}

func gapOf(c assay.Coverage) gapLine { return gapLine{c.Asset, c.Field, c.Status, c.Reason} }

// writeJSONL writes one object a line: the findings, then the gaps.
func (r *Report) writeJSONL(w io.Writer) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for _, f := range r.shown() {
		if err := lines.Encode(findingOf(f)); err != nil {
			return err
		}
	}
	for _, c := range r.gaps() {
		if err := lines.Encode(gapOf(c)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// document is the report as one JSON object. Its arrays are never null.
type document struct {
	Version       string        `json:"version"`
	Targets       []string      `json:"targets"`
	Verifiers     int           `json:"verifiers"`
	VerifiersHash string        `json:"verifiers_hash"`
	Sample        int           `json:"sample"`
	Seed          uint64        `json:"seed,string"` // a string: JavaScript's numbers end at 2^53
	MinConfidence float64       `json:"min_confidence"`
	FailOn        Severity      `json:"fail_on"`
	Findings      []findingLine `json:"findings"`
	NotExamined   []gapLine     `json:"not_examined"`
	Clean         []Clean       `json:"clean"`
	Unproved      []Clean       `json:"unproved"`
	Bytes         int64         `json:"bytes"`
	Seconds       float64       `json:"seconds"`
	Summary       Summary       `json:"summary"`
}

func (r *Report) writeJSON(w io.Writer) error {
	doc := document{
		Version: r.Version, Targets: append([]string{}, r.Targets...),
		Verifiers: len(r.Elements), VerifiersHash: r.VerifiersHash,
		Sample: r.Sample, Seed: r.Seed, MinConfidence: r.MinConfidence, FailOn: r.FailOn,
		Findings: []findingLine{}, NotExamined: []gapLine{}, Clean: r.Clean(), Unproved: r.Unproved(),
		Bytes: r.Bytes, Seconds: r.Duration.Seconds(), Summary: r.Summary(),
	}
	for _, f := range r.shown() {
		doc.Findings = append(doc.Findings, findingOf(f))
	}
	for _, c := range r.gaps() {
		doc.NotExamined = append(doc.NotExamined, gapOf(c))
	}
	return writeIndented(w, doc)
}

func writeIndented(w io.Writer, doc any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(doc)
}

// csvHeader names the columns. Findings have the status "found"; the other rows
// are what was not fully examined, so that no reader of the file takes it for
// clean.

var csvHeader = []string{"asset", "field", "status", "reason", "element", "severity", "confidence",
	"matched", "sampled", "verifier", "hash", "evidence", "preview", "id"}

func (r *Report) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{csvHeader}
	for _, f := range r.shown() {
		rows = append(rows, []string{string(f.Asset), f.Field, "found", "", string(f.Element),
			string(r.severity(f.Element)), strconv.FormatFloat(f.Confidence, 'f', 4, 64),
			strconv.Itoa(f.Matched), strconv.Itoa(f.Sampled), f.Verifier, f.Hash,
			evidenceText(f.Evidence), f.Preview, f.ID})
	}
	for _, c := range r.gaps() {
		rows = append(rows, []string{string(c.Asset), c.Field, string(c.Status), string(c.Reason),
			"", "", "", "", strconv.Itoa(c.Sampled), "", "", c.Detail, "", ""})
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = inertCell(cell)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// inertCell keeps a spreadsheet from running a column name as a formula.
func inertCell(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// evidenceText joins the evidence in one line.
func evidenceText(evidence []assay.Evidence) string {
	texts := make([]string, len(evidence))
	for i, e := range evidence {
		texts[i] = e.Text
	}
	return strings.Join(texts, "; ")
}
