package web

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"

	"example.com/assay"
	"example.com/assay/report"
)

// severities are those of elements, the gravest first.
var severities = []report.Severity{report.Critical, report.Personal, report.Info}

// elementRow is an element with where it was found.
type elementRow struct {
	report.Element
	Fields, Assets int
	Stores         map[string]assay.ElementCount
}

// elementRows groups counts by element, the most serious and frequent first.
func elementRows(counts []assay.ElementCount, elements map[assay.Element]report.Element) []elementRow {
	at := map[assay.Element]int{}
	var rows []elementRow
	for _, c := range counts {
		i, ok := at[c.Element]
		if !ok {
			i, at[c.Element] = len(rows), len(rows)
			rows = append(rows, elementRow{Element: describe(elements, c.Element), Stores: map[string]assay.ElementCount{}})
		}
		rows[i].Fields += c.Fields
		rows[i].Assets += c.Assets
		rows[i].Stores[c.Store] = c
	}
	slices.SortFunc(rows, func(a, b elementRow) int {
		return cmp.Or(cmp.Compare(slices.Index(severities, a.Severity), slices.Index(severities, b.Severity)),
			cmp.Compare(b.Fields, a.Fields), cmp.Compare(a.ID, b.ID))
	})
	return rows
}

// heatmap is element × store.
type heatmap struct {
	Stores []string
	Rows   []heatRow
}

type heatRow struct {
	elementRow
	Cells []heatCell
}

type heatCell struct {
	assay.ElementCount
	Class string // heat-1 to heat-5, by the logarithm of Fields; empty for none
}

func (s *Server) elementsPage(r *http.Request) (view, title string, data any, err error) {
	counts, err := s.Store.ElementCounts(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	h := heatmap{}
	for _, c := range counts {
		if !slices.Contains(h.Stores, c.Store) {
			h.Stores = append(h.Stores, c.Store)
		}
	}
	slices.Sort(h.Stores)
	for _, row := range elementRows(counts, elements) {
		heat := heatRow{elementRow: row}
		for _, store := range h.Stores {
			c := row.Stores[store]
			heat.Cells = append(heat.Cells, heatCell{c, heatClass(c.Fields)})
		}
		h.Rows = append(h.Rows, heat)
	}
	return "elements", "Elements by store", h, nil
}

func heatClass(fields int) string {
	if fields == 0 {
		return ""
	}
	return "heat-" + strconv.Itoa(1+min(4, int(math.Log2(float64(fields)))/2))
}
