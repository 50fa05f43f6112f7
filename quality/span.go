package quality

import (
	"slices"

	"example.com/assay"
)

// Span is a stretch of a text, in bytes, that holds an element.
type Span struct {
	Element assay.Element `json:"element"`
	Start   int           `json:"start"`
	End     int           `json:"end"`
}

// A SpanMatch decides whether a found span is the labelled one. The elements
// have been compared before.
type SpanMatch func(found, labelled Span) bool

// Exact wants the same bytes.
func Exact(found, labelled Span) bool {
	return found.Start == labelled.Start && found.End == labelled.End
}

// Overlap wants each span to cover at least half of the other.
func Overlap(found, labelled Span) bool {
	longer := max(found.End-found.Start, labelled.End-labelled.Start)
	return longer > 0 && 2*common(found, labelled) >= longer
}

// common is the number of bytes in both.
func common(a, b Span) int {
	return max(0, min(a.End, b.End)-max(a.Start, b.Start))
}

// MatchSpans pairs the spans found in one text with those labelled in it, one to
// one and the closest first, within each element, and counts: pairs are true
// positives, found ones without a partner false, labelled ones missed. There is
// no true negative: nobody counts the places where nothing is.
func MatchSpans(found, labelled []Span, match SpanMatch) Board {
	type pair struct{ found, labelled, common int }
	var pairs []pair
	for i, f := range found {
		for j, l := range labelled {
			if f.Element == l.Element && match(f, l) {
				pairs = append(pairs, pair{i, j, common(f, l)})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return b.common - a.common })
	usedFound := make([]bool, len(found))
	usedLabelled := make([]bool, len(labelled))
	board := Board{}
	for _, p := range pairs {
		if usedFound[p.found] || usedLabelled[p.labelled] {
			continue
		}
		usedFound[p.found], usedLabelled[p.labelled] = true, true
		board.Count(found[p.found].Element, true, true)
	}
	for i, f := range found {
		if !usedFound[i] {
			board.Count(f.Element, true, false)
		}
	}
	for j, l := range labelled {
		if !usedLabelled[j] {
			board.Count(l.Element, false, true)
		}
	}
	return board
}

// MatchSets compares the elements found in a column with those labelled on it.
func MatchSets(found, labelled []assay.Element) Board {
	board := Board{}
	for _, e := range unique(found) {
		board.Count(e, true, slices.Contains(labelled, e))
	}
	for _, e := range unique(labelled) {
		if !slices.Contains(found, e) {
			board.Count(e, false, true)
		}
	}
	return board
}

func unique(elements []assay.Element) []assay.Element {
	sorted := slices.Clone(elements)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
