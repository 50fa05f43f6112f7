package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"example.com/assay"
	"example.com/assay/report"
)

// labelsPage is what waits to be labelled, by element, and who labelled.
type labelsPage struct {
	Rows     []labelRow
	Raters   []assay.Rater
	Elements []report.Element // of all verifiers in use
	Key      bool             // whether values are kept at all
	Done     string           // what a form came to
}

// labelRow counts the kept values of an element.
type labelRow struct {
	Element   report.Element
	Kept      int
	Mine      int // labelled by the caller
	Anybody   int // labelled by anybody
	Waiting   int // for the caller
	Disputed  int // people disagree, and the caller may decide
	Agreement assay.Agreement
}

func (s *Server) labelsPage(r *http.Request) (view, title string, data any, err error) {
	ctx := r.Context()
	p := labelsPage{Key: s.Sealer != nil, Done: r.URL.Query().Get("done")}
	elements, err := s.book.all(ctx)
	if err != nil {
		return "", "", nil, err
	}
	for _, id := range slices.SortedFunc(maps.Keys(elements), cmp.Compare[assay.Element]) {
		p.Elements = append(p.Elements, elements[id])
	}
	labels, err := s.labelsByElement(ctx)
	if err != nil {
		return "", "", nil, err
	}
	rows, err := s.labelRows(ctx, labels)
	if err != nil {
		return "", "", nil, err
	}
	for _, e := range slices.SortedFunc(maps.Keys(rows), cmp.Compare[assay.Element]) {
		rows[e].Element = describe(elements, e)
		p.Rows = append(p.Rows, *rows[e])
	}
	slices.SortStableFunc(p.Rows, func(a, b labelRow) int {
		return cmp.Or(cmp.Compare(b.Disputed, a.Disputed), cmp.Compare(b.Waiting, a.Waiting))
	})
	if s.Agree != nil {
		p.Raters = s.Agree(slices.Concat(slices.Collect(maps.Values(labels))...)).Raters
	}
	return "labels", "Labelling", p, nil
}

func (s *Server) labelsByElement(ctx context.Context) (map[assay.Element][]assay.Label, error) {
	labels := map[assay.Element][]assay.Label{}
	for l, err := range s.Store.Labels(ctx, assay.LabelFilter{}) {
		if err != nil {
			return nil, err
		}
		labels[l.Element] = append(labels[l.Element], l)
	}
	return labels, nil
}

func (s *Server) labelRows(ctx context.Context, labels map[assay.Element][]assay.Label) (map[assay.Element]*labelRow, error) {
	rows, desks := map[assay.Element]*labelRow{}, map[assay.Element]*desk{}
	for item, err := range s.Store.Items(ctx, assay.ItemFilter{}) {
		if err != nil {
			return nil, err
		}
		row := rows[item.Element]
		if row == nil {
			row = &labelRow{}
			if s.Agree != nil {
				row.Agreement = s.Agree(labels[item.Element])
			}
			rows[item.Element], desks[item.Element] = row, newDesk(labels[item.Element], row.Agreement.Open, actorOf(ctx).Name, s.Second)
		}
		row.count(item.ID, desks[item.Element])
	}
	return rows, nil
}

func (r *labelRow) count(id string, d *desk) {
	r.Kept++
	if d.mine[id] {
		r.Mine++
	}
	if d.machine[id] || len(d.votes[id]) > 0 {
		r.Anybody++
	}
	if d.waits(id, false) {
		r.Waiting++
	}
	if d.waits(id, true) {
		r.Disputed++
	}
}

// fieldLabelForm keeps the caller's word on a field as a whole: that a column was
// missed, for one.
func (s *Server) fieldLabelForm(w http.ResponseWriter, r *http.Request) {
	err := s.sayOfField(r.Context(), assay.AssetID(r.PostFormValue("asset")), r.PostFormValue("field"),
		assay.Element(r.PostFormValue("element")), assay.Verdict(r.PostFormValue("verdict")), routeOfPage)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/labels?done=field", http.StatusSeeOther)
}

// sayOfField keeps the caller's label on a field, which must have been listed once:
// a label on what there is not would never be measured.
func (s *Server) sayOfField(ctx context.Context, asset assay.AssetID, field string, element assay.Element, verdict assay.Verdict, route string) error {
	switch verdict {
	case assay.Present, assay.Absent, assay.Unsure:
	default:
		return unprocessable("say whether it is there: present, absent or unsure")
	}
	elements, err := s.book.all(ctx)
	if err != nil {
		return err
	}
	if _, ok := elements[element]; !ok {
		return unprocessable("no verifier in use is of the element " + strings.TrimSpace(string(element)))
	}
	for c, err := range s.Store.Coverage(ctx, asset) {
		if err != nil {
			return err
		}
		if c.Asset == asset && c.Field == field && asset != "" {
			return s.Store.SetLabel(ctx, assay.Label{Element: element, Asset: asset, Field: field, Verdict: verdict, By: actorOf(ctx).Name, Route: route})
		}
	}
	return unprocessable("no such field of such an asset was ever listed: write both as the pages do")
}
