package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"example.com/assay"
	"example.com/assay/internal/corpus"
	"example.com/assay/quality"
)

// Report is all that was measured.
type Report struct {
	Seed     uint64   `json:"seed"`
	Part     string   `json:"part"`
	Elements int      `json:"elements"` // in the library, active
	Values   Task     `json:"values"`
	Spans    Task     `json:"spans"`
	Columns  Task     `json:"columns"`
	Innocent Rate     `json:"innocent"` // technical values in which there is nothing to find
	Things   Rate     `json:"things"`   // names of things, and words
	Clean    Rate     `json:"clean"`    // columns in which there is nothing to find
	Digits   []Rate   `json:"digits"`   // random bare numbers, by length
	Missing  []string `json:"missing"`  // kinds without a verifier: not measured

	InnocentBy  []Rate           `json:"innocent_by_kind"`
	Reliability []quality.Bin    `json:"reliability"` // of the confidence of columns
	Scores      []quality.Scored `json:"-"`
}

// Task is the counts of one task.
type Task struct {
	Board quality.Board `json:"elements"`
	// Exact counts spans with the very bytes; nil where there are none.
	Exact   quality.Board `json:"exact,omitempty"`
	MicroF1 float64       `json:"micro_f1"`
	MacroF1 float64       `json:"macro_f1"`
}

func (t *Task) add(board, exact quality.Board) {
	if t.Board == nil {
		t.Board = quality.Board{}
	}
	t.Board.Add(board)
	if exact != nil {
		if t.Exact == nil {
			t.Exact = quality.Board{}
		}
		t.Exact.Add(exact)
	}
	t.MicroF1, t.MacroF1 = t.Board.Total().F1(), t.Board.MacroF1()
}

// Rate is how many of what holds nothing were flagged, and as what.
type Rate struct {
	Name    string                `json:"name"`
	Flagged int                   `json:"flagged"`
	Of      int                   `json:"of"`
	As      map[assay.Element]int `json:"as,omitempty"`
}

func (r *Rate) count(found []assay.Element) {
	r.Of++
	if len(found) == 0 {
		return
	}
	r.Flagged++
	if r.As == nil {
		r.As = map[assay.Element]int{}
	}
	for _, e := range found {
		r.As[e]++
	}
}

func (r Rate) share() float64 {
	if r.Of == 0 {
		return 0
	}
	return float64(r.Flagged) / float64(r.Of)
}

func (r Rate) String() string {
	e := quality.Proportion(r.Flagged, r.Of)
	return fmt.Sprintf("%6d of %6d  %6.2f %%  (%.2f–%.2f)  %s", r.Flagged, r.Of, 100*e.Value, 100*e.Low, 100*e.High, most(r.As))
}

// most lists the elements that were found most.
func most(as map[assay.Element]int) string {
	var names []assay.Element
	for e := range as {
		names = append(names, e)
	}
	slices.SortFunc(names, func(a, b assay.Element) int { return cmp.Or(as[b]-as[a], cmp.Compare(a, b)) })
	out := ""
	for _, e := range names[:min(4, len(names))] {
		out += fmt.Sprintf("%s %d  ", e, as[e])
	}
	return out
}

// finish works out what needs all counts.
func (r *Report) finish(missing []corpus.Kind) {
	r.Reliability = quality.Reliability(r.Scores, 20)
	for _, kind := range missing {
		r.Missing = append(r.Missing, string(kind))
	}
}

// print writes the report for a person.
func (r *Report) print(w io.Writer) {
	fmt.Fprintf(w, "Generated data, seed %d, part %s; %d elements in the library.\n", r.Seed, r.Part, r.Elements)
	printTask(w, "single values without a name", r.Values)
	printTask(w, "spans in text (overlap of at least half)", r.Spans)
	printTask(w, "columns", r.Columns)

	fmt.Fprintf(w, "\nFLAGGED THOUGH INNOCENT\n  technical values   %v\n  things and words   %v\n  columns            %v\n", r.Innocent, r.Things, r.Clean)
	for _, rate := range r.InnocentBy {
		if rate.Flagged > 0 {
			fmt.Fprintf(w, "    %-14s %v\n", rate.Name, rate)
		}
	}
	fmt.Fprint(w, "\nFLAGGED RANDOM BARE NUMBERS\n")
	for _, rate := range r.Digits {
		fmt.Fprintf(w, "  %-10s %v\n", rate.Name, rate)
	}
	fmt.Fprintf(w, "\nRELIABILITY of the confidence of columns, mean error %.3f\n", quality.CalibrationError(r.Reliability))
	for _, b := range r.Reliability {
		if b.Observed.N > 0 {
			fmt.Fprintf(w, "  %.2f–%.2f  promised %.2f  observed %.2f (%.2f–%.2f)  n %d\n",
				b.Low, b.High, b.Promised, b.Observed.Value, b.Observed.Low, b.Observed.High, b.Observed.N)
		}
	}
	if len(r.Missing) > 0 {
		fmt.Fprintf(w, "\nNOT MEASURED, no verifier for these kinds: %v\n", r.Missing)
	}
}

func printTask(w io.Writer, title string, t Task) {
	total := t.Board.Total()
	fmt.Fprintf(w, "\n%s: micro F1 %.3f, macro F1 %.3f, precision %.3f, recall %.3f", title, t.MicroF1, t.MacroF1,
		total.Precision().Value, total.Recall().Value)
	if t.Exact != nil {
		fmt.Fprintf(w, "; exact spans: micro F1 %.3f", t.Exact.Total().F1())
	}
	fmt.Fprintf(w, "\n  %-24s %-20s %-20s %6s %6s %6s %6s\n", "ELEMENT", "PRECISION", "RECALL", "F1", "TP", "FP", "FN")
	for _, e := range t.Board.Elements() {
		c := t.Board[e]
		fmt.Fprintf(w, "  %-24s %-20s %-20s %6.3f %6d %6d %6d\n", e, interval(c.Precision()), interval(c.Recall()), c.F1(), c.TP, c.FP, c.FN)
	}
}

func interval(e assay.Estimate) string {
	if e.N == 0 {
		return "—"
	}
	return fmt.Sprintf("%.3f (%.2f–%.2f)", e.Value, e.Low, e.High)
}
