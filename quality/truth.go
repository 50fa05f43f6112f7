package quality

import (
	"cmp"
	"slices"

	"example.com/assay"
)

// Who, besides people, labels: their words count where no person's does.
const (
	ByDeclaration = "declared"  // what was written down of a column
	ByGenerator   = "generated" // what made the value knows what it is
)

// The routes by which labels come.
const (
	RouteDeclared    = "declared"
	RouteGenerated   = "generated"
	RoutePage        = "page"
	RouteTerminal    = "cli"
	RouteFile        = "jsonl"
	RouteAPI         = "api"
	RouteGroundTruth = "ground_truth"
	// RouteAdjudicated is that of somebody who decided where others disagreed: his
	// word is the last one.
	RouteAdjudicated = "adjudicated"
)

// sureEnough is the probability from which the annotators' consensus counts.
const sureEnough = 0.8

// Truth is what the labels say together.
type Truth struct {
	// Present has a word on each item that is settled.
	Present map[string]bool
	// Open lists the items on which the people disagree: somebody else has to
	// look at them. In order of their ids.
	Open []string
	// Kappa is the agreement of the two people with most items in common, Cohen's
	// kappa; Agreed says that there are such.
	Kappa  float64
	Agreed bool
}

// TruthOf settles labels on items. Models' guesses and unsure labels do not
// count; a person's word is stronger than a declaration's or a generator's. Where
// several people labelled the same item, the model of Dawid and Skene weighs each
// by how reliable he is over all items; where one of them decided, that holds.
func TruthOf(labels []assay.Label) Truth {
	t := Truth{Present: map[string]bool{}}
	byItem := map[string][]assay.Label{}
	for _, l := range labels {
		if l.Item != "" && !l.Model && l.Verdict != assay.Unsure {
			byItem[l.Item] = append(byItem[l.Item], l)
		}
	}
	var answers []Answer
	for item, said := range byItem {
		if at := slices.IndexFunc(said, func(l assay.Label) bool { return l.Route == RouteAdjudicated }); at >= 0 {
			t.Present[item] = said[at].Verdict == assay.Present
			continue
		}
		people := slices.DeleteFunc(slices.Clone(said), func(l assay.Label) bool { return l.By == ByDeclaration || l.By == ByGenerator })
		if len(people) == 0 {
			t.Present[item] = said[0].Verdict == assay.Present
			continue
		}
		for _, l := range people {
			answers = append(answers, Answer{Item: item, Rater: l.By, Class: string(l.Verdict)})
		}
	}
	t.settle(answers)
	t.Kappa, t.Agreed = agreement(answers)
	return t
}

// settle weighs the answers of people.
func (t *Truth) settle(answers []Answer) {
	consensus := DawidSkene(answers)
	raters := map[string]int{}
	for _, a := range answers {
		raters[a.Item]++
	}
	for _, a := range answers {
		class, p := consensus.Class(a.Item)
		if raters[a.Item] == 1 { // nobody disagrees
			class, p = a.Class, 1
		}
		if p >= sureEnough {
			t.Present[a.Item] = class == string(assay.Present)
		} else if !slices.Contains(t.Open, a.Item) {
			t.Open = append(t.Open, a.Item)
		}
	}
	slices.Sort(t.Open)
}

// agreement is the kappa of the pair of people with most items in common.
func agreement(answers []Answer) (float64, bool) {
	classes := map[string]map[string]string{} // rater → item → class
	for _, a := range answers {
		if classes[a.Rater] == nil {
			classes[a.Rater] = map[string]string{}
		}
		classes[a.Rater][a.Item] = a.Class
	}
	var raters []string
	for r := range classes {
		raters = append(raters, r)
	}
	slices.SortFunc(raters, cmp.Compare)
	var bestA, bestB []string
	for i, r := range raters {
		for _, o := range raters[i+1:] {
			var a, b []string
			for item, class := range classes[r] {
				if other, ok := classes[o][item]; ok {
					a, b = append(a, class), append(b, other)
				}
			}
			if len(a) > len(bestA) {
				bestA, bestB = a, b
			}
		}
	}
	return Kappa(bestA, bestB)
}
