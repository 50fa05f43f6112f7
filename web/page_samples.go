package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.com/assay"
	"example.com/assay/report"
)

// samplesShown is how many labelled values a page lists.
const samplesShown = 50

// samplesPage is the labelled values behind one count of a measure, masked.
type samplesPage struct {
	report.Element
	Query samplesQuery
	Rows  []sampleRow
	All   int
	Next  string // link to what follows; empty at the end
}

// samplesQuery names a count: that of an outcome, of a version, in a part.
type samplesQuery struct {
	Version                         int
	Outcome                         assay.Outcome
	Level                           assay.Level
	Store, Language, After, Pointed string
}

// sampleRow is one labelled value.
type sampleRow struct {
	assay.LabelledItem
	Shown    string // masked, or in the clear
	Revealed bool
}

// OutcomeText says what an outcome means.
func (q samplesQuery) OutcomeText() string {
	return map[assay.Outcome]string{
		assay.TruePositive: "Found, and there", assay.FalsePositive: "Found, and not there",
		assay.FalseNegative: "Missed, though there", assay.TrueNegative: "Not found, and not there",
	}[q.Outcome]
}

func (s *Server) samplesPage(r *http.Request) (view, title string, data any, err error) {
	p, err := s.samplesOf(r, r.URL.Query().Get)
	return "samples", "Samples of " + p.Title, p, err
}

// samplesOf reads the values that a query, or a form, asks for.
func (s *Server) samplesOf(r *http.Request, asked func(string) string) (samplesPage, error) {
	ctx := r.Context()
	elements, err := s.book.all(ctx)
	if err != nil {
		return samplesPage{}, err
	}
	q := samplesQuery{Outcome: assay.Outcome(asked("outcome")), Level: assay.Level(asked("level")), Store: asked("store"), Language: asked("language"), After: asked("after")}
	q.Version, _ = strconv.Atoi(asked("version"))
	p := samplesPage{Element: describe(elements, assay.Element(r.PathValue("element"))), Query: q}
	if s.Gate == nil || s.Sealer == nil {
		return p, huma.NewError(http.StatusNotFound, "nothing is measured here: no key is configured")
	}
	judged, err := s.Gate.Judged(ctx, p.ID, q.Version, q.Level)
	if err != nil {
		return p, err
	}
	for _, j := range judged {
		if j.Outcome != q.Outcome || q.Store == "" && !j.Counted || q.Store != "" && q.Store != j.Item.Store || q.Language != "" && q.Language != j.Item.Language {
			continue
		}
		p.All++
		switch {
		case q.After != "" && j.Item.ID <= q.After && j.Item.ID != "":
		case len(p.Rows) < samplesShown:
			row, err := s.masked(ctx, j)
			if err != nil {
				return p, err
			}
			p.Rows = append(p.Rows, row)
		case p.Next == "":
			p.Next = link("/quality/"+string(p.ID)+"/samples", "version", q.Version, "outcome", q.Outcome, "level", q.Level,
				"store", q.Store, "language", q.Language, "after", p.Rows[samplesShown-1].Item.ID)
		}
	}
	return p, nil
}

// masked opens a value for its shape. A column has none.
func (s *Server) masked(ctx context.Context, j assay.LabelledItem) (sampleRow, error) {
	row := sampleRow{LabelledItem: j}
	if j.Item.ID == "" {
		return row, nil
	}
	content, err := assay.OpenItem(ctx, s.Sealer, j.Item)
	row.Shown = content.Value.String()
	return row, err
}

// sampleForm answers with the page, one of its values in the clear.
func (s *Server) sampleForm(w http.ResponseWriter, r *http.Request) {
	p, err := s.samplesOf(r, r.PostFormValue)
	if err == nil {
		err = s.revealSample(r.Context(), &p, r.PostFormValue("item"), r.PostFormValue("reason"))
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.show(w, r, http.StatusOK, "samples", "Samples of "+p.Title, p)
}

// revealSample shows one value, after the audit log knows who sees it and why.
func (s *Server) revealSample(ctx context.Context, p *samplesPage, id, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return huma.NewError(http.StatusUnprocessableEntity, "say why you need to see it, for the audit log")
	}
	for i := range p.Rows {
		row := &p.Rows[i]
		if id == "" || row.Item.ID != id {
			continue
		}
		if err := s.audit(ctx, assay.ActionReveal, id, reason, "labelled value of "+string(p.ID)); err != nil {
			return err
		}
		content, err := assay.OpenItem(ctx, s.Sealer, row.Item)
		if err != nil {
			return err
		}
		row.Shown, row.Revealed, p.Query.Pointed = readable(content.Value), true, id
		return nil
	}
	return huma.NewError(http.StatusNotFound, "there is no such value on this page any more")
}
