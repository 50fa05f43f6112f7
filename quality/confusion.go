package quality

import (
	"cmp"
	"maps"
	"slices"

	"example.com/assay"
)

// Confusion counts the outcomes of a yes-or-no judgement against the truth.
type Confusion struct {
	TP int `json:"tp"` // said yes, and it is there
	FP int `json:"fp"` // said yes, and it is not
	FN int `json:"fn"` // said no, and it is there
	TN int `json:"tn"` // said no, and it is not
}

// Count adds one judgement.
func (c *Confusion) Count(said, is bool) {
	switch {
	case said && is:
		c.TP++
	case said:
		c.FP++
	case is:
		c.FN++
	default:
		c.TN++
	}
}

// Plus returns the sum of both.
func (c Confusion) Plus(d Confusion) Confusion {
	return Confusion{c.TP + d.TP, c.FP + d.FP, c.FN + d.FN, c.TN + d.TN}
}

// Precision is the share of what was found that is right: TP / (TP+FP), with
// its 95 % Wilson interval.
func (c Confusion) Precision() assay.Estimate { return Proportion(c.TP, c.TP+c.FP) }

// Recall is the share of what is there that was found: TP / (TP+FN), with its
// 95 % Wilson interval.
func (c Confusion) Recall() assay.Estimate { return Proportion(c.TP, c.TP+c.FN) }

// Accuracy is the share of right judgements, with its 95 % Wilson interval.
func (c Confusion) Accuracy() assay.Estimate {
	return Proportion(c.TP+c.TN, c.TP+c.TN+c.FP+c.FN)
}

// F1 is the harmonic mean of precision and recall, 2TP / (2TP+FP+FN). It is 0
// when nothing was found and nothing was there.
func (c Confusion) F1() float64 {
	if c.TP == 0 {
		return 0
	}
	return 2 * float64(c.TP) / float64(2*c.TP+c.FP+c.FN)
}

// Board is one Confusion for each element.
type Board map[assay.Element]Confusion

// Count adds one judgement about an element.
func (b Board) Count(element assay.Element, said, is bool) {
	c := b[element]
	c.Count(said, is)
	b[element] = c
}

// Add adds the counts of another board.
func (b Board) Add(other Board) {
	for element, c := range other {
		b[element] = b[element].Plus(c)
	}
}

// Total is the sum over all elements; its F1 is the micro F1.
func (b Board) Total() Confusion {
	var sum Confusion
	for _, c := range b {
		sum = sum.Plus(c)
	}
	return sum
}

// MacroF1 is the mean of the F1 of the elements that occur in the truth, so that
// a rare element counts as much as a frequent one. An element that was only
// found wrongly lowers the micro F1 instead. It is 0 for an empty board.
func (b Board) MacroF1() float64 {
	var sum float64
	var n int
	for _, element := range b.Elements() {
		if c := b[element]; c.TP+c.FN > 0 {
			sum += c.F1()
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// Elements lists the elements in alphabetical order.
func (b Board) Elements() []assay.Element {
	return slices.SortedFunc(maps.Keys(b), cmp.Compare[assay.Element])
}
