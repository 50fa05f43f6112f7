package quality

import (
	"slices"

	"example.com/assay"
)

// class is what items have in common of which a certain share is labelled: those of
// known columns are labelled as they are kept, people label some of the others, in
// the order of the ids, which is random.
type class struct {
	element assay.Element
	stratum string
	known   bool
}

func classOf(i assay.Item) class {
	return class{i.Element, i.Stratum, i.Origin == assay.OriginColumn}
}

// responses returns the share of each class that truth has a word on, by weight.
func responses(items []assay.Item, truth Truth) map[class]float64 {
	all, labelled := map[class]float64{}, map[class]float64{}
	for _, i := range items {
		w := 1.0
		if i.Probability > 0 {
			w = 1 / i.Probability
		}
		all[classOf(i)] += w
		if _, ok := truth.Present[i.ID]; ok {
			labelled[classOf(i)] += w
		}
	}
	for c := range all {
		all[c] = labelled[c] / all[c]
	}
	return all
}

// leastReal is how many labelled values of real data it takes before made-up ones
// count no more.
const leastReal = 30

// basis returns the items that a measure over all kinds of store stands on: the
// real ones where there are enough of them, made-up ones otherwise. They are never
// mixed: the one says how a verifier does on the company's data, the other how it
// does on what somebody thought of.
func basis(items []ScoredItem) []ScoredItem {
	var real, made []ScoredItem
	for _, s := range items {
		if s.Item.Origin == assay.OriginGenerated {
			made = append(made, s)
		} else {
			real = append(real, s)
		}
	}
	if len(real) >= leastReal || len(made) == 0 {
		return hinted(real)
	}
	return made
}

// hinted leaves out values of the rest as long as few of them are labelled, where
// others that were not flagged are: each of the rest stands for a hundred thousand
// pairs of a value and a verifier, and a few of them say nothing but that. Recall is
// then over the values for which something speaks.
func hinted(items []ScoredItem) []ScoredItem {
	rest, unflagged := 0, 0
	for _, s := range items {
		switch s.Item.Stratum {
		case assay.StratumRest:
			rest++
		case assay.StratumNear, assay.StratumHint:
			unflagged++
		}
	}
	if rest >= leastReal || unflagged == 0 {
		return items
	}
	return slices.DeleteFunc(items, func(s ScoredItem) bool { return s.Item.Stratum == assay.StratumRest })
}
