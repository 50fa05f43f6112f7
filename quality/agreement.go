package quality

import (
	"cmp"
	"maps"
	"slices"

	"example.com/assay"
)

// AgreementOf says how far people agree, and how reliable each is.
func AgreementOf(labels []assay.Label) assay.Agreement {
	truth := TruthOf(labels)
	out := assay.Agreement{Open: truth.Open, Kappa: truth.Kappa, Agreed: truth.Agreed}
	var answers []Answer
	counts := map[string]int{}
	for _, l := range labels {
		if isPersons(l) && l.Route != RouteAdjudicated {
			answers = append(answers, Answer{Item: l.Item, Rater: l.By, Class: string(l.Verdict)})
			counts[l.By]++
		}
	}
	model := DawidSkene(answers).Raters
	for _, by := range slices.SortedFunc(maps.Keys(counts), cmp.Compare) {
		out.Raters = append(out.Raters, assay.Rater{By: by, Labels: counts[by],
			Sensitivity: model[by][string(assay.Present)][string(assay.Present)],
			Specificity: model[by][string(assay.Absent)][string(assay.Absent)]})
	}
	return out
}

// isPersons tells whether a label is a person's word on an item.
func isPersons(l assay.Label) bool {
	return l.Item != "" && !l.Model && l.Verdict != assay.Unsure && l.By != ByDeclaration && l.By != ByGenerator
}
