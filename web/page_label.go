package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/assay"
	"example.com/assay/report"
	"example.com/assay/verifiers"
)

// The routes of labels that a page or the API gives, as package quality names them.
const (
	routeOfPage        = "page"
	routeOfAPI         = "api"
	routeOfAdjudicator = "adjudicated"
)

// byMachine are who labels beside people.
var byMachine = []string{"declared", "generated"}

// labelPage is one value to be labelled.
type labelPage struct {
	Element  report.Element
	Match    []verifiers.Example // of the verifier in use, for the instructions
	NoMatch  []verifiers.Example
	Done     int // by the caller
	Of       int
	Item     *assay.Item // nil when nothing waits
	Disputed bool        // the queue is of those on which people disagree
	Votes    []string    // what they said, in the queue of those
	Revealed bool
	Shown    [3]string // the value in the clear, cut around what was found; or masked
	About    assay.ItemContent
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
	disputed := r.PostFormValue("queue") == "disputed"
	switch do := r.PostFormValue("do"); do {
	case string(assay.Present), string(assay.Absent), string(assay.Unsure):
		route := routeOfPage
		if disputed {
			route = routeOfAdjudicator
		}
		if err := s.say(ctx, item, assay.Verdict(do), route); err != nil {
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
	page, err := s.labelPage(ctx, element, disputed, after)
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
	w.Header().Set("Content-Security-Policy", policyWithScript)
	s.show(w, r, http.StatusOK, "label", "Labelling "+page.Element.Title, page)
	return nil
}

// say keeps the caller's label on an item.
func (s *Server) say(ctx context.Context, id string, verdict assay.Verdict, route string) error {
	item, err := s.Store.Item(ctx, id)
	if err != nil {
		return err
	}
	return s.Store.SetLabel(ctx, assay.Label{Item: item.ID, Element: item.Element, Asset: item.Asset, Field: item.Field,
		Verdict: verdict, By: actorOf(ctx).Name, Route: route})
}

// labelPage returns the page with the next item of a queue after an id.
func (s *Server) labelPage(ctx context.Context, element assay.Element, disputed bool, after string) (labelPage, error) {
	elements, err := s.book.all(ctx)
	if err != nil {
		return labelPage{}, err
	}
	p := labelPage{Element: describe(elements, element), Disputed: disputed}
	if err := p.instruct(ctx, s, element); err != nil {
		return p, err
	}
	desk, err := s.desk(ctx, element)
	if err != nil {
		return p, err
	}
	for item, err := range s.Store.Items(ctx, assay.ItemFilter{Element: element}) {
		if err != nil {
			return p, err
		}
		switch {
		case desk.mine[item.ID] && (!disputed || desk.decided[item.ID]):
			p.Done++
		case !desk.waits(item.ID, disputed):
			continue
		case p.Item == nil && item.ID > after:
			p.Item, p.Votes = &item, desk.votes[item.ID]
		}
		p.Of++
	}
	return p, nil
}

// desk is what was said of the items of an element, as one person sees it.
type desk struct {
	mine    map[string]bool     // labelled by him
	decided map[string]bool     // by somebody who saw that others disagreed
	votes   map[string][]string // what people said
	machine map[string]bool     // labelled by what made or declared it
	open    []string            // people disagree; in order
	second  float64
}

func (s *Server) desk(ctx context.Context, element assay.Element) (*desk, error) {
	var labels []assay.Label
	for l, err := range s.Store.Labels(ctx, assay.LabelFilter{Element: element}) {
		if err != nil {
			return nil, err
		}
		labels = append(labels, l)
	}
	var open []string
	if s.Agree != nil {
		open = s.Agree(labels).Open
	}
	return newDesk(labels, open, actorOf(ctx).Name, s.Second), nil
}

func newDesk(labels []assay.Label, open []string, me string, second float64) *desk {
	d := &desk{mine: map[string]bool{}, decided: map[string]bool{}, votes: map[string][]string{}, machine: map[string]bool{}, open: open, second: second}
	for _, l := range labels {
		switch {
		case l.Item == "" || l.Model:
		case slices.Contains(byMachine, l.By):
			d.machine[l.Item] = true
		default:
			d.votes[l.Item] = append(d.votes[l.Item], string(l.Verdict))
			d.mine[l.Item] = d.mine[l.Item] || l.By == me
			d.decided[l.Item] = d.decided[l.Item] || l.Route == routeOfAdjudicator
		}
	}
	return d
}

// waits tells whether an item waits for the person: in the queue of those on which
// others disagree, or because nobody labelled it yet, or one other did and it is
// among those that two label. Whoever labels second does not learn of the first.
func (d *desk) waits(id string, disputed bool) bool {
	if disputed {
		_, open := slices.BinarySearch(d.open, id)
		return open && !d.mine[id]
	}
	if d.mine[id] || d.machine[id] {
		return false
	}
	return len(d.votes[id]) == 0 || len(d.votes[id]) == 1 && isSecond(id, d.second)
}

// isSecond tells whether an item is among the share that two people label. Its last
// digits decide: the first ones are the order in which items come.
func isSecond(id string, share float64) bool {
	n, err := strconv.ParseUint(id[max(0, len(id)-8):], 16, 32)
	return err == nil && float64(n) < share*(1<<32)
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
	p.About = content
	if p.Revealed = reveal; !reveal {
		p.Shown[0] = content.Value.String()
		return nil
	}
	value := content.Value
	start, end := max(0, content.Start), min(content.End, len(value))
	if start >= end {
		start, end = 0, 0
	}
	p.Shown = [3]string{readable(value[:start]), readable(value[start:end]), readable(value[end:])}
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
