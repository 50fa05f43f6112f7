package web

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"example.com/assay"
	"example.com/assay/report"
)

// tally counts fields by how far they were examined; a word on an asset as a
// whole counts as a field not, or partly, examined.
type tally struct{ Scanned, Partial, NotExamined int }

func (t *tally) add(status assay.Status, n int) {
	switch status {
	case assay.StatusScanned:
		t.Scanned += n
	case assay.StatusPartial:
		t.Partial += n
	default:
		t.NotExamined += n
	}
}

// All is how many there are.
func (t tally) All() int { return t.Scanned + t.Partial + t.NotExamined }

// Gaps is how many were not fully examined.
func (t tally) Gaps() int { return t.Partial + t.NotExamined }

// segment is a part of a bar or a ring in percent of its length.
type segment struct {
	Class       string
	Start, Part float64
}

// Segments draws the tally.
func (t tally) Segments() []segment {
	return segments([]string{"scanned", "partial", "missing"}, []int{t.Scanned, t.Partial, t.NotExamined})
}

// segments lays counts end to end. What is there at all is wide enough to see.
func segments(classes []string, counts []int) (out []segment) {
	const least = 1.5
	sum, wide := 0.0, make([]float64, len(counts))
	all := 0
	for _, n := range counts {
		all += n
	}
	for i, n := range counts {
		if n > 0 {
			wide[i] = max(least, 100*float64(n)/float64(all))
			sum += wide[i]
		}
	}
	at := 0.0
	for i, w := range wide {
		if w > 0 {
			out = append(out, segment{classes[i], at, 100 * w / sum})
			at += 100 * w / sum
		}
	}
	return out
}

// overview is the first page.
type overview struct {
	Now      time.Time
	Fields   tally
	Assets   int
	Last     time.Time
	Stores   []storeRow
	Reasons  []reasonRow
	Ages     []ageRow
	Found    []severityRow
	Elements []elementRow // the most serious and frequent ones
	More     int          // elements that are left out
	Depth    assay.Depth
}

type storeRow struct {
	assay.StoreCoverage
	tally
}

type reasonRow struct {
	Reason        assay.Reason
	Fields, Whole int
}

type ageRow struct {
	Text   string
	Fields int
	Class  string
}

type severityRow struct {
	Severity         report.Severity
	Elements, Fields int
}

// shownElements is how many elements the first page lists.
const shownElements = 8

func (s *Server) overviewPage(r *http.Request) (view, title string, data any, err error) {
	ctx := r.Context()
	stores, err := s.storeCoverage(ctx)
	if err != nil {
		return "", "", nil, err
	}
	counts, err := s.Store.ElementCounts(ctx)
	if err != nil {
		return "", "", nil, err
	}
	elements, err := s.book.all(ctx)
	if err != nil {
		return "", "", nil, err
	}
	o := overview{Now: s.Now(), Ages: []ageRow{{Text: "within a day"}, {Text: "within a week"}, {Text: "within 30 days"}, {Text: "longer ago"}}}
	if o.Depth, err = s.Queue.Depth(ctx); err != nil {
		return "", "", nil, err
	}
	o.countStores(stores)
	o.Elements = elementRows(counts, elements)
	for _, severity := range severities {
		row := severityRow{Severity: severity}
		for _, e := range o.Elements {
			if e.Severity == severity {
				row.Elements++
				row.Fields += e.Fields
			}
		}
		o.Found = append(o.Found, row)
	}
	if len(o.Elements) > shownElements {
		o.More = len(o.Elements) - shownElements
		o.Elements = o.Elements[:shownElements]
	}
	return "overview", "Overview", o, nil
}

// countStores adds up what the stores say.
func (o *overview) countStores(stores []assay.StoreCoverage) {
	reasons := map[assay.Reason]*reasonRow{}
	for _, store := range stores {
		row := storeRow{StoreCoverage: store}
		for _, c := range store.Counts {
			n := c.Fields + c.Whole
			row.add(c.Status, n)
			o.Fields.add(c.Status, n)
			o.Ages[min(int(c.Age), len(o.Ages)-1)].Fields += n
			if c.Status == assay.StatusScanned {
				continue
			}
			if reasons[c.Reason] == nil {
				reasons[c.Reason] = &reasonRow{Reason: c.Reason}
			}
			reasons[c.Reason].Fields += c.Fields
			reasons[c.Reason].Whole += c.Whole
		}
		o.Assets += store.Assets
		if store.Last.After(o.Last) {
			o.Last = store.Last
		}
		o.Stores = append(o.Stores, row)
	}
	for _, row := range reasons {
		o.Reasons = append(o.Reasons, *row)
	}
	slices.SortFunc(o.Reasons, func(a, b reasonRow) int {
		return cmp.Or(cmp.Compare(b.Fields+b.Whole, a.Fields+a.Whole), cmp.Compare(a.Reason, b.Reason))
	})
}

// AgeSegments draws the ages.
func (o overview) AgeSegments() []segment {
	counts := make([]int, len(o.Ages))
	for i, a := range o.Ages {
		counts[i] = a.Fields
	}
	return segments([]string{"age-0", "age-1", "age-2", "age-3"}, counts)
}
