package quality

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"example.com/assay"
	"example.com/assay/engine"
)

// ScoredItem is a labelled item with the score that a verifier gives it.
type ScoredItem struct {
	Item    assay.Item
	Present bool
	Score   float64
	// Probability is that with which the value came to be labelled: that of the
	// item, times the share of its like that is labelled. 0 counts as 1.
	Probability float64
}

// flagged reports what the score says.
func (s ScoredItem) flagged() bool { return s.Score >= engine.FlagScore }

func (s ScoredItem) labelled() Labelled {
	return Labelled{Present: s.Present, Flagged: s.flagged(), Stratum: s.Item.Stratum, Probability: s.Probability}
}

// ScoreItems lets a judge look at every item that truth has a word on. items are all
// that there are, so that it can be told how many of them are labelled.
func ScoreItems(ctx context.Context, judge *Judge, items []assay.Item, truth Truth) ([]ScoredItem, error) {
	var out []ScoredItem
	share := responses(items, truth)
	for _, item := range items {
		present, ok := truth.Present[item.ID]
		if !ok {
			continue
		}
		score, err := judge.Score(ctx, item)
		if err != nil {
			return nil, err
		}
		probability := item.Probability
		if probability == 0 {
			probability = 1
		}
		out = append(out, ScoredItem{Item: item, Present: present, Score: score, Probability: probability * share[classOf(item)]})
	}
	return out, nil
}

// MeasureItems measures scored items of one element: all together, by language, and
// by kind of store where there are several. Made-up values are a kind of store of
// their own, and stand for all together only where too few real ones are labelled.
func MeasureItems(element assay.Element, judge *Judge, items []ScoredItem) []assay.Measure {
	whole := basis(items)
	groups := map[[2]string][]Labelled{{}: nil}
	for _, s := range whole {
		groups[[2]string{}] = append(groups[[2]string{}], s.labelled())
		if s.Item.Language != "" {
			groups[[2]string{"", s.Item.Language}] = append(groups[[2]string{"", s.Item.Language}], s.labelled())
		}
	}
	for _, s := range items {
		groups[[2]string{s.Item.Store, ""}] = append(groups[[2]string{s.Item.Store, ""}], s.labelled())
	}
	keys := slices.SortedFunc(maps.Keys(groups), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	var out []assay.Measure
	for _, key := range keys {
		if key != [2]string{} && len(groups[key]) == len(whole) && len(whole) == len(items) && whole[0].Item.Origin != assay.OriginGenerated {
			continue // the same as all together
		}
		m := Tally(groups[key], nil)
		m.Element, m.Hash, m.Version, m.Level, m.Store, m.Language = element, judge.Hash, judge.Version, assay.LevelValue, key[0], key[1]
		out = append(out, m)
	}
	return out
}

// MeasureFields measures on whole fields: labels on fields against the findings
// there. It has no value where nobody labelled a field.
func MeasureFields(element assay.Element, labels []assay.Label, found map[string]assay.Finding) (assay.Measure, bool) {
	var labelled []Labelled
	m := assay.Measure{}
	for _, l := range labels {
		if l.Item != "" || l.Element != element || l.Model || l.Verdict == assay.Unsure {
			continue
		}
		finding, flagged := found[assay.FindingID(l.Asset, l.Field, element)]
		if flagged {
			m.Hash = finding.Hash
		}
		labelled = append(labelled, Labelled{Present: l.Verdict == assay.Present, Flagged: flagged, Stratum: "field"})
	}
	if len(labelled) == 0 {
		return m, false
	}
	hash := m.Hash
	m = Tally(labelled, nil)
	m.Element, m.Hash, m.Level = element, hash, assay.LevelColumn
	return m, true
}
