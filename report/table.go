package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"example.com/assay"
)

// The widest that the columns of a table get, and how many gaps of one reason
// it lists one by one.
const (
	defaultWidth = 132
	maxAsset     = 24
	maxField     = 26
	minWhy       = 24
	maxGapRows   = 12
)

// writeTable writes the report for a person: findings grouped by where they
// are, what was not examined, what the rest proves, and totals.
func (r *Report) writeTable(w io.Writer, style Style) error {
	out := &printer{Writer: bufio.NewWriter(w), style: style}
	out.style.Width = cmp.Or(style.Width, defaultWidth)
	summary := r.Summary()
	r.printHead(out, summary)
	r.printFindings(out)
	r.printGaps(out)
	r.printClean(out, summary)
	r.printTotals(out, summary)
	return out.Flush()
}

// printer is a buffered writer that knows how it is looked at. Its first error
// sticks and Flush returns it.
type printer struct {
	*bufio.Writer
	style Style
}

func (p *printer) printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// paint colours s where colours are wanted.
func (p *printer) paint(s string, colours ...text.Color) string {
	if !p.style.Color {
		return s
	}
	return text.Colors(colours).EscapeSeq() + s + text.Reset.EscapeSeq()
}

func (r *Report) printHead(out *printer, s Summary) {
	out.printf("assay %s · %s", r.Version, count(len(r.Elements), "verifier"))
	if len(r.VerifiersHash) >= 6 {
		out.printf(" (%s)", r.VerifiersHash[:6])
	}
	sample := number(r.Sample) + " rows each"
	if r.Sample == 0 {
		sample = "of each store's size"
	}
	out.printf(" · %s, %s · sample %s, seed %d\n", count(s.Assets, "asset"), count(s.Fields, "field"), sample, r.Seed)
}

// row is a finding as the table shows it.
type row struct {
	place, asset, field, element, matched, conf, id, why string
	severity                                             Severity
}

func (r *Report) rows() []row {
	findings := r.shown()
	digits := idDigits(findings)
	folder := commonFolder(findings)
	rows := make([]row, len(findings))
	for i, f := range findings {
		place, asset := splitAsset(f.Asset, folder)
		why := reasons(f.Evidence)
		if f.FreeText {
			why = strings.TrimSuffix("in text; "+why, "; ")
		}
		rows[i] = row{
			place: Printable(place), asset: fitTail(Printable(asset), maxAsset), field: fitTail(Printable(f.Field), maxField),
			element: Printable(string(f.Element)), matched: number(f.Matched) + "/" + number(f.Sampled), conf: confidence(f.Confidence),
			id: f.ID[:min(digits, len(f.ID))], why: Printable(why), severity: r.severity(f.Element),
		}
	}
	return rows
}

// idDigits returns how many digits of their ids tell findings apart.
func idDigits(findings []assay.Finding) int {
	for digits := 6; digits < 24; digits += 2 {
		seen := make(map[string]bool, len(findings))
		for _, f := range findings {
			seen[f.ID[:min(digits, len(f.ID))]] = true
		}
		if len(seen) == len(findings) {
			return digits
		}
	}
	return 24
}

// columns of the table of findings, from left to right.
var columns = []struct {
	title string
	cell  func(row) string
	right bool
}{
	{"ASSET", func(r row) string { return r.asset }, false},
	{"FIELD", func(r row) string { return r.field }, false},
	{"ELEMENT", func(r row) string { return r.element }, false},
	{"MATCHED", func(r row) string { return r.matched }, true},
	{"CONF", func(r row) string { return r.conf }, true},
	{"ID", func(r row) string { return r.id }, false},
	{"WHY", func(r row) string { return r.why }, false},
}

func (r *Report) printFindings(out *printer) {
	rows := r.rows()
	if len(rows) == 0 {
		out.printf("\nNo findings.\n")
		return
	}
	widths, shown := columnWidths(rows, out.style.Width)
	place, asset := "", ""
	for i, row := range rows {
		if i == 0 || row.place != place {
			place, asset = row.place, ""
			out.printf("\n%s\n", out.paint(place, text.Bold))
			if i == 0 {
				printHeader(out, widths, shown)
			}
		}
		same := row.asset == asset
		asset = row.asset
		if same {
			row.asset = ""
		}
		printRow(out, row, widths, shown)
	}
}

// columnWidths returns the width of each column and how many of them fit.
func columnWidths(rows []row, width int) (widths []int, shown int) {
	used := 2
	for i, c := range columns {
		w := text.StringWidth(c.title)
		for _, row := range rows {
			w = max(w, text.StringWidth(c.cell(row)))
		}
		if i == len(columns)-1 {
			room := width - used
			if room < min(w, minWhy) {
				return widths, i
			}
			w = min(w, room)
		}
		widths = append(widths, w)
		used += w + 2
	}
	return widths, len(columns)
}

func printHeader(out *printer, widths []int, shown int) {
	var line strings.Builder
	for i, c := range columns[:shown] {
		line.WriteString("  " + align(c.title, widths[i], c.right))
	}
	out.printf("%s\n", out.paint(strings.TrimRight(line.String(), " "), text.Faint))
}

func printRow(out *printer, row row, widths []int, shown int) {
	var line strings.Builder
	for i, c := range columns[:shown] {
		cell := align(fitHead(c.cell(row), widths[i]), widths[i], c.right)
		switch {
		case c.title == "ELEMENT" && row.severity == Critical:
			cell = out.paint(cell, text.FgRed, text.Bold)
		case c.title == "ELEMENT" && row.severity == Personal:
			cell = out.paint(cell, text.FgYellow)
		case c.title == "WHY" || c.title == "ID":
			cell = out.paint(cell, text.Faint)
		}
		line.WriteString("  " + cell)
	}
	out.printf("%s\n", strings.TrimRight(line.String(), " "))
}

// printGaps lists what was not fully examined, by reason.
func (r *Report) printGaps(out *printer) {
	gaps := r.gaps()
	if len(gaps) == 0 {
		return
	}
	slices.SortStableFunc(gaps, func(a, b assay.Coverage) int {
		return cmp.Or(cmp.Compare(b.Status, a.Status), cmp.Compare(a.Reason, b.Reason))
	})
	out.printf("\n%s\n", out.paint("NOT EXAMINED", text.Bold, text.FgMagenta))
	for len(gaps) > 0 {
		first := gaps[0]
		n := slices.IndexFunc(gaps, func(c assay.Coverage) bool {
			return c.Status != first.Status || c.Reason != first.Reason
		})
		if n < 0 {
			n = len(gaps)
		}
		printGapGroup(out, gaps[:n])
		gaps = gaps[n:]
	}
}

func printGapGroup(out *printer, gaps []assay.Coverage) {
	title := strings.ReplaceAll(string(gaps[0].Reason), "_", " ")
	if gaps[0].Status == assay.StatusPartial {
		title += ", read in part"
	}
	out.printf("  %s: %s\n", title, count(len(gaps), "item"))
	for i, c := range gaps {
		if i == maxGapRows {
			out.printf("    … and %s more; --format jsonl lists all\n", number(len(gaps)-i))
			return
		}
		line := "    " + Printable(string(c.Asset))
		if c.Field != "" && c.Field != assay.WholeText {
			line += "  " + Printable(c.Field)
		}
		if detail := bareDetail(c); detail != "" {
			line += "  " + out.paint(Printable(detail), text.Faint)
		}
		out.printf("%s\n", line)
	}
}

// bareDetail is a detail without the asset's name and what stands before it.
func bareDetail(c assay.Coverage) string {
	if _, after, ok := strings.Cut(c.Detail, string(c.Asset)+": "); ok {
		return after
	}
	return c.Detail
}

// printClean says what is proved of the fields in which nothing was found.
func (r *Report) printClean(out *printer, s Summary) {
	out.printf("\n")
	clean := r.Clean()
	switch {
	case len(clean) == 1:
		out.printf("%s %s. %s%s\n", out.paint("Clean:", text.Bold, text.FgGreen), count(s.FieldsClean, "field"), clean[0].Statement, clean[0].drawnFrom())
	case len(clean) > 1:
		out.printf("%s %s.\n", out.paint("Clean:", text.Bold, text.FgGreen), count(s.FieldsClean, "field"))
		for _, c := range clean {
			out.printf("  %5s  %s%s\n", number(c.Fields), c.Statement, c.drawnFrom())
		}
	}
	for _, c := range r.Unproved() {
		out.printf("%s %s without a finding, and not clean. %s\n", out.paint("Unproved:", text.Bold), count(c.Fields, "field"), c.Statement)
	}
	if s.FieldsEmpty > 0 {
		out.printf("Empty: %s held no value in the sample.\n", count(s.FieldsEmpty, "field"))
	}
	if s.FieldsWeak > 0 {
		out.printf("Unsure: %s only below the confidence of %s; not shown, and not clean.\n",
			count(s.FieldsWeak, "field")+" matched", confidence(r.MinConfidence))
	}
}

// drawnFrom names the population of a statement about a share.
func (c Clean) drawnFrom() string {
	switch {
	case c.Bound == nil || *c.Bound == 0 || len(c.Populations) == 0:
		return ""
	case len(c.Populations) == 1:
		return fmt.Sprintf(" (Of %s.)", Printable(c.Populations[0]))
	}
	return fmt.Sprintf(" (Of each one's population, such as %s.)", Printable(c.Populations[0]))
}

func (r *Report) printTotals(out *printer, s Summary) {
	out.printf("%s in %s", count(s.Findings, "finding"), count(s.FieldsWith, "field"))
	var parts []string
	for _, severity := range []Severity{Critical, Personal, Info} {
		if n := s.BySeverity[severity]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", number(n), severity))
		}
	}
	if len(parts) > 0 {
		out.printf(" (%s)", strings.Join(parts, ", "))
	}
	out.printf(" · %s · %s\n", byteCount(r.Bytes), r.Duration.Round(10*time.Millisecond))
}

// confidence writes a probability with two digits. It never rounds up: 1.00 is
// certain, and 0.995 does not reach a limit of 1.
func confidence(p float64) string {
	return strconv.FormatFloat(math.Floor(p*100+1e-9)/100, 'f', 2, 64)
}

// scoreKinds are the kinds of evidence about a column as a whole. They move the
// confidence and say nothing of what was found; explain shows them.
var scoreKinds = []string{"base", "methods", "share", "distinct", "sequence", "rival", "sample"}

// reasons joins the evidence of what was found, the weightiest first.
func reasons(evidence []assay.Evidence) string {
	sorted := slices.DeleteFunc(slices.Clone(evidence), func(e assay.Evidence) bool {
		return slices.Contains(scoreKinds, e.Kind) || strings.HasPrefix(e.Text, "the name says so")
	})
	slices.SortStableFunc(sorted, func(a, b assay.Evidence) int {
		return cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight))
	})
	for i, e := range sorted {
		if e.Kind != "code" { // whose text begins with the name of the check
			sorted[i].Text = e.Kind + " " + e.Text
		}
	}
	return evidenceText(sorted)
}

// fileScheme begins the ids of files.
const fileScheme = "file://"

// commonFolder returns the folder that holds all files with a finding, so that
// a tree of files is one group of the table.
func commonFolder(findings []assay.Finding) string {
	common := ""
	for _, f := range findings {
		if !strings.HasPrefix(string(f.Asset), fileScheme) {
			continue
		}
		folder := path.Dir(string(f.Asset)[len(fileScheme):])
		if common == "" {
			common = folder
		}
		for common != "/" && common != "." && folder != common && !strings.HasPrefix(folder, common+"/") {
			common = path.Dir(common)
		}
	}
	return common
}

// splitAsset splits an asset id into where it is and what it is called there.
func splitAsset(id assay.AssetID, folder string) (place, name string) {
	s := string(id)
	if rest, ok := strings.CutPrefix(s, fileScheme+strings.TrimSuffix(folder, "/")+"/"); ok && folder != "" {
		return fileScheme + folder, rest
	}
	i := strings.LastIndexByte(strings.TrimRight(s, "/"), '/')
	if i <= 0 || i == len(s)-1 || strings.HasSuffix(s[:i], "/") {
		return s, s
	}
	return s[:i], s[i+1:]
}
