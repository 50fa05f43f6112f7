// Package generated makes items to measure on out of package corpus: the fourth
// source of ground truth, for what is rare in real data. What made a value knows
// what it is, so that each comes with its label.
//
// It imports the root package, the corpus with its answers, and package quality
// for the ids and the names of labels.
package generated

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"example.com/assay"
	"example.com/assay/internal/corpus"
	"example.com/assay/internal/corpus/answers"
	"example.com/assay/quality"
)

// Stratum is that of all generated items: they were drawn from nothing that was
// scanned.
const Stratum = "generated"

// piece is one value that was made, where it stands, and what it is.
type piece struct {
	content assay.ItemContent
	asset   assay.AssetID
	field   string
	locale  string // de-DE; empty where it is of no language
	kinds   []corpus.Kind
	spans   []corpus.Span
	hard    bool // made to look like something
	order   uint64
}

// Source makes items.
type Source struct {
	pieces []*piece
}

// What is made: values of a locale and texts of a template, rows of a table, values
// of a kind that holds nothing.
const (
	perLocale = 3
	perTable  = 15
	perKind   = 40
)

// New makes the values. The same seed gives the same ones.
func New(seed uint64) (*Source, error) {
	c, err := corpus.New(seed)
	if err != nil {
		return nil, err
	}
	s := &Source{}
	for _, v := range c.Values(perLocale) {
		if !v.Bare { // otherwise nobody could know it
			s.add(strings.TrimSuffix("values/"+v.Locale, "/"), assay.WholeText, v.Locale, assay.ItemContent{Value: assay.Value(v.Text)}, []corpus.Kind{v.Kind}, nil, false)
		}
	}
	for _, v := range slices.Concat(c.Innocent(perKind), c.Things(perKind)) {
		s.add("values", assay.WholeText, "", assay.ItemContent{Value: assay.Value(v.Text)}, []corpus.Kind{v.Kind}, nil, true)
	}
	tables, err := c.Tables(perTable)
	if err != nil {
		return nil, err
	}
	texts, err := c.Texts(perLocale)
	if err != nil {
		return nil, err
	}
	people, about := c.Bodies(perLocale)
	for _, t := range slices.Concat(tables, people) {
		s.table(t)
	}
	for _, t := range slices.Concat(texts, about) {
		s.text(t, c.Locales())
	}
	return s, nil
}

func (s *Source) add(name, field, locale string, content assay.ItemContent, kinds []corpus.Kind, spans []corpus.Span, hard bool) {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %s ", name, field)
	h.Write(content.Value)
	s.pieces = append(s.pieces, &piece{content, assay.AssetID("generated:" + name), field, locale, kinds, spans, hard, h.Sum64()})
}

// table adds the values of the columns that hold one kind each. What a column of
// texts holds is known of the whole column only.
func (s *Source) table(t corpus.Table) {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	for i, c := range t.Columns {
		if len(c.Kinds) != 1 || c.Type == "text" || c.Type == "json" {
			continue
		}
		others := slices.Delete(slices.Clone(names), i, i+1)
		for _, v := range c.Values {
			s.add(t.Schema+"/"+t.Name+"/"+t.Locale, c.Name, t.Locale, assay.ItemContent{Value: assay.Value(v), Type: c.Type, Comment: c.Comment, Neighbours: others}, c.Kinds, nil, false)
		}
	}
}

// text adds a text, under the first locale of its language. Logs, JSON and code are
// in no language of people.
func (s *Source) text(t corpus.Text, locales []string) {
	kinds := make([]corpus.Kind, len(t.Spans))
	for i, span := range t.Spans {
		kinds[i] = span.Kind
	}
	locale := ""
	if at := slices.IndexFunc(locales, func(l string) bool { return t.Template == "bodies/"+l }); at >= 0 {
		locale = locales[at]
	} else if at := slices.IndexFunc(locales, func(l string) bool { return strings.HasPrefix(l, t.Language+"-") }); at >= 0 {
		locale = locales[at]
	}
	s.add("texts/"+t.Template, assay.WholeText, locale, assay.ItemContent{Value: assay.Value(t.Text)}, kinds, t.Spans, len(kinds) == 0)
}

// Fill adds the generated items of elements that the store does not have yet, with
// their labels: each of them of an element, half of which hold it, as far as there
// are so many. library is all elements that have a verifier. It returns how many
// were new. It may be broken off, and done again at any time.
func (s *Source) Fill(ctx context.Context, store Store, maker *quality.Maker, library, elements []assay.Element, each int) (int, error) {
	known := map[string]bool{}
	for item, err := range store.Items(ctx, assay.ItemFilter{Origin: assay.OriginGenerated}) {
		if err != nil {
			return 0, err
		}
		known[item.ID] = true
	}
	table, added := answers.For(library), 0
	made := map[assay.Element]bool{}
	for _, kind := range answers.Kinds() {
		made[table.Wanted(kind)] = true
	}
	for _, e := range elements {
		if !made[e] {
			continue
		}
		items, labels, err := s.fresh(ctx, maker, known, s.choose(table, e, each), e)
		if err != nil {
			return added, err
		}
		if len(items) == 0 {
			continue
		}
		// Labels first: an item without its label would wait for a person.
		if err := store.SetLabel(ctx, labels...); err != nil {
			return added, err
		}
		n, err := store.AddItems(ctx, items...)
		if added += n; err != nil {
			return added, err
		}
	}
	return added, nil
}

// Store is what Fill asks of a store.
type Store interface {
	assay.ItemStore
	assay.LabelStore
}

// chosen is a piece with its label for one element.
type chosen struct {
	piece
	present bool
}

// choose picks the pieces of an element: those that hold it from all locales by
// turns, and as many that do not, hard ones and others by turns. An element that
// nothing holds has none.
func (s *Source) choose(table answers.Answers, element assay.Element, each int) []chosen {
	holds, free := map[corpus.Kind]bool{}, map[corpus.Kind]bool{}
	for _, k := range corpus.Kinds() {
		holds[k], free[k] = table.Wanted(k) == element, table.Free(k, element)
	}
	var with, hard, easy []*piece
	for _, p := range s.pieces {
		switch {
		case slices.ContainsFunc(p.kinds, func(k corpus.Kind) bool { return holds[k] }):
			with = append(with, p)
		case slices.ContainsFunc(p.kinds, func(k corpus.Kind) bool { return !free[k] }):
		case p.hard:
			hard = append(hard, p)
		default:
			easy = append(easy, p)
		}
	}
	var out []chosen
	for _, p := range byTurns(element, with, func(p *piece) string { return p.locale }, each/2) {
		out = append(out, chosen{p.at(table, element), true})
	}
	if len(out) == 0 {
		return nil
	}
	ofKind := func(p *piece) string {
		if len(p.kinds) == 0 {
			return ""
		}
		return string(p.kinds[0])
	}
	without := byTurns(element, hard, ofKind, each/2-each/6)
	without = append(without, byTurns(element, easy, ofKind, each/2-len(without))...)
	for _, p := range without {
		out = append(out, chosen{*p, false})
	}
	return out
}

// byTurns takes at most n pieces, one of each group after the other, in an order
// that follows from element and value alone.
func byTurns(element assay.Element, pieces []*piece, group func(*piece) string, n int) []*piece {
	groups := map[string][]*piece{}
	var names []string
	for _, p := range pieces {
		g := group(p)
		if groups[g] == nil {
			names = append(names, g)
		}
		groups[g] = append(groups[g], p)
	}
	slices.Sort(names)
	h := fnv.New64a()
	h.Write([]byte(element))
	of := h.Sum64()
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b *piece) int { return cmp.Compare(a.place(of), b.place(of)) })
	}
	var out []*piece
	for turn := 0; len(out) < min(n, len(pieces)); turn++ {
		for _, name := range names {
			if turn < len(groups[name]) && len(out) < n {
				out = append(out, groups[name][turn])
			}
		}
	}
	return out
}

// place is where a piece stands among those of an element.
func (p *piece) place(element uint64) uint64 {
	v := p.order ^ element // mixed as by splitmix64: FNV's low bits are poor
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// at marks where the element stands in a text.
func (p piece) at(table answers.Answers, element assay.Element) piece {
	for _, span := range p.spans {
		if table.Wanted(span.Kind) == element {
			p.content.Start, p.content.End = span.Start, span.End
			return p
		}
	}
	return p
}

// fresh makes items and labels of pieces that are not known.
func (s *Source) fresh(ctx context.Context, maker *quality.Maker, known map[string]bool, pieces []chosen, element assay.Element) (items []assay.Item, labels []assay.Label, err error) {
	for _, p := range pieces {
		id := maker.ID(element, p.content.Value)
		if known[id] {
			continue
		}
		known[id] = true
		language, _, _ := strings.Cut(p.locale, "-")
		item, err := maker.Make(ctx, assay.Item{Element: element, Asset: p.asset, Field: p.field, Language: language,
			Origin: assay.OriginGenerated, Stratum: Stratum}, p.content)
		if err != nil {
			return nil, nil, err
		}
		verdict := assay.Absent
		if p.present {
			verdict = assay.Present
		}
		items = append(items, item)
		labels = append(labels, assay.Label{Item: id, Element: element, Asset: item.Asset, Field: item.Field, Verdict: verdict,
			By: quality.ByGenerator, Route: quality.RouteGenerated})
	}
	return items, labels, nil
}
