package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/assay"
	"example.com/assay/report"
	"example.com/assay/verifiers"
)

// routeOfPage is the route of labels that were given here, as package quality
// names it.
const routeOfPage = "page"

// labelsPage is what waits to be labelled, by element.
type labelsPage struct {
	Rows []labelRow
	Key  bool // whether values are kept at all
}

// labelRow counts the kept values of an element.
type labelRow struct {
	Element report.Element
	Kept    int
	Mine    int // labelled by the caller
	Anybody int // labelled by anybody
}

func (s *Server) labelsPage(r *http.Request) (view, title string, data any, err error) {
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	me := actorOf(r.Context()).Name
	rows := map[assay.Element]*labelRow{}
	for item, err := range s.Store.Items(r.Context(), assay.ItemFilter{}) {
		if err != nil {
			return "", "", nil, err
		}
		row := rows[item.Element]
		if row == nil {
			row = &labelRow{Element: describe(elements, item.Element)}
			rows[item.Element] = row
		}
		row.Kept++
	}
	said := map[string]bool{}
	for l, err := range s.Store.Labels(r.Context(), assay.LabelFilter{}) {
		if err != nil {
			return "", "", nil, err
		}
		row := rows[l.Element]
		if row == nil || l.Item == "" {
			continue
		}
		if l.By == me {
			row.Mine++
		}
		if !said[l.Item] {
			said[l.Item] = true
			row.Anybody++
		}
	}
	p := labelsPage{Key: s.Sealer != nil}
	for _, e := range slices.SortedFunc(maps.Keys(rows), cmp.Compare[assay.Element]) {
		p.Rows = append(p.Rows, *rows[e])
	}
	return "labels", "Labelling", p, nil
}

// labelPage is one value to be labelled.
type labelPage struct {
	Element  report.Element
	Match    []verifiers.Example // of the verifier in use, for the instructions
	NoMatch  []verifiers.Example
	Done     int // by the caller
	Of       int
	Item     *assay.Item // nil when nothing waits
	Revealed bool
	Shown    string // the value in the clear, or masked
	Last     string // the item before, which can be taken back
}

// labelForm answers with the next value, after it has done what the form says.
func (s *Server) labelForm(w http.ResponseWriter, r *http.Request) {
	if err := s.label(w, r); err != nil {
		s.fail(w, r, err)
	}
}

func (s *Server) label(w http.ResponseWriter, r *http.Request) error {
	ctx, element := r.Context(), assay.Element(r.PathValue("element"))
	item, last, after := r.PostFormValue("item"), r.PostFormValue("last"), ""
	switch do := r.PostFormValue("do"); do {
	case string(assay.Present), string(assay.Absent), string(assay.Unsure):
		if err := s.say(ctx, element, item, assay.Verdict(do)); err != nil {
			return err
		}
		last = item
	case "skip":
		after = item
	case "back":
		if err := s.Store.RemoveLabel(ctx, last, actorOf(ctx).Name); err != nil && !errors.Is(err, assay.ErrNotFound) {
			return err
		}
		item, last = last, ""
	}
	page, err := s.labelPage(ctx, element, after)
	if err != nil {
		return err
	}
	page.Last = last
	if do := r.PostFormValue("do"); do == "back" || do == "reveal" {
		if err := page.turnTo(ctx, s, item); err != nil {
			return err
		}
	}
	if err := s.uncover(ctx, &page, r.PostFormValue("reveal") == "yes"); err != nil {
		return err
	}
	s.show(w, r, http.StatusOK, "label", "Labelling "+page.Element.Title, page)
	return nil
}

// say keeps the caller's label on an item.
func (s *Server) say(ctx context.Context, element assay.Element, id string, verdict assay.Verdict) error {
	item, err := s.Store.Item(ctx, id)
	if err != nil {
		return err
	}
	return s.Store.SetLabel(ctx, assay.Label{Item: item.ID, Element: element, Asset: item.Asset, Field: item.Field,
		Verdict: verdict, By: actorOf(ctx).Name, Route: routeOfPage})
}

// labelPage returns the page with the next item after an id that the caller has
// not labelled: first those that nobody has.
func (s *Server) labelPage(ctx context.Context, element assay.Element, after string) (labelPage, error) {
	elements, err := s.book.all(ctx)
	if err != nil {
		return labelPage{}, err
	}
	p := labelPage{Element: describe(elements, element)}
	if err := p.instruct(ctx, s, element); err != nil {
		return p, err
	}
	me := actorOf(ctx).Name
	for l, err := range s.Store.Labels(ctx, assay.LabelFilter{Element: element, By: me}) {
		if err != nil {
			return p, err
		}
		if l.Item != "" {
			p.Done++
		}
	}
	for _, filter := range []assay.ItemFilter{{Element: element, Unlabelled: true}, {Element: element, Unlabelled: true, By: me}} {
		if err := p.next(ctx, s, filter, after); err != nil || p.Item != nil {
			return p, err
		}
	}
	return p, nil
}

// next takes the first item of a filter after an id, and counts them all.
func (p *labelPage) next(ctx context.Context, s *Server, filter assay.ItemFilter, after string) error {
	n := 0
	for item, err := range s.Store.Items(ctx, filter) {
		if err != nil {
			return err
		}
		n++
		if p.Item == nil && item.ID > after {
			p.Item = &item
		}
	}
	p.Of = p.Done + n
	return nil
}

// turnTo shows a certain item instead.
func (p *labelPage) turnTo(ctx context.Context, s *Server, id string) error {
	item, err := s.Store.Item(ctx, id)
	if errors.Is(err, assay.ErrNotFound) {
		return nil // it was purged meanwhile
	}
	p.Item = &item
	return err
}

// instruct takes the examples of the version in use.
func (p *labelPage) instruct(ctx context.Context, s *Server, element assay.Element) error {
	for v, err := range s.Store.Verifiers(ctx) {
		if err != nil {
			return err
		}
		if v.Element != element || v.State != assay.StateActive {
			continue
		}
		if def, err := verifiers.Parse(string(element), v.Definition); err == nil {
			p.Match, p.NoMatch = def.Match[:min(3, len(def.Match))], def.NoMatch[:min(3, len(def.NoMatch))]
		}
	}
	return nil
}

// uncover puts the value on the page: in the clear only after the audit log knows
// who sees it.
func (s *Server) uncover(ctx context.Context, p *labelPage, reveal bool) error {
	if p.Item == nil || s.Sealer == nil {
		return nil
	}
	if reveal {
		if err := s.audit(ctx, assay.ActionReveal, p.Item.ID, "labelling", string(p.Element.ID)); err != nil {
			return err
		}
	}
	content, err := assay.OpenItem(ctx, s.Sealer, *p.Item)
	if err != nil {
		return err
	}
	if p.Revealed = reveal; reveal {
		p.Shown = readable(content.Value)
	} else {
		p.Shown = content.Value.String()
	}
	return nil
}

// readable makes a value safe to look at: no control characters, and no bytes that
// are no text.
func readable(value assay.Value) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, string(value))
}
