package quality

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Kappa is Cohen's kappa: how much more two people agree than chance would make
// them, from 1 (always) by 0 (as chance has it) to below (Cohen 1960, Educ.
// Psychol. Meas. 20:37). Answers at the same index are about the same item. It
// reports false when there is nothing to compare: no items, unequal lengths, or
// one and the same answer throughout, where chance alone agrees too.
func Kappa(a, b []string) (float64, bool) {
	if len(a) == 0 || len(a) != len(b) {
		return 0, false
	}
	countA, countB := map[string]float64{}, map[string]float64{}
	same := 0.0
	for i := range a {
		countA[a[i]]++
		countB[b[i]]++
		if a[i] == b[i] {
			same++
		}
	}
	n := float64(len(a))
	chance := 0.0
	for _, class := range slices.Sorted(maps.Keys(countA)) {
		chance += countA[class] / n * countB[class] / n
	}
	if chance == 1 {
		return 0, false
	}
	return (same/n - chance) / (1 - chance), true
}

// Answer is what one annotator said about one item.
type Answer struct {
	Item  string `json:"item"`
	Rater string `json:"rater"`
	Class string `json:"class"`
}

// Consensus is what several annotators' answers say together.
type Consensus struct {
	// Items has the probability of each class for each item.
	Items map[string]map[string]float64
	// Raters has, for each annotator, the probability of each answer given the
	// true class: Raters[who][truth][answer].
	Raters map[string]map[string]map[string]float64
}

// Class returns the likeliest class of an item and its probability; the first in
// alphabetical order where several are equally likely.
func (c Consensus) Class(item string) (string, float64) {
	best, p := "", -1.0
	for _, class := range slices.Sorted(maps.Keys(c.Items[item])) {
		if v := c.Items[item][class]; v > p {
			best, p = class, v
		}
	}
	return best, max(p, 0)
}

// emRounds bounds the iterations of DawidSkene, and emEnough is the change of
// the probabilities at which it stops.
const (
	emRounds = 200
	emEnough = 1e-7
	emSmooth = 0.01 // added to counts, so that nothing seen once is certain
)

// DawidSkene weighs annotators by how reliable their answers show them to be,
// with the EM algorithm of Dawid and Skene (1979, Appl. Stat. 28:20), starting
// from the majority. Answers may be missing; the outcome does not depend on
// their order.
func DawidSkene(answers []Answer) Consensus {
	answers = slices.Clone(answers)
	slices.SortFunc(answers, func(a, b Answer) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Rater, b.Rater), cmp.Compare(a.Class, b.Class))
	})
	em := newEM(answers)
	for range emRounds {
		em.maximise()
		if em.expect() < emEnough {
			break
		}
	}
	return em.consensus()
}

// em works on indices: names only at the way in and out.
type em struct {
	items, raters, classes []string
	answers                [][3]int      // item, rater, class
	belief                 [][]float64   // item, class
	prior                  []float64     // class
	rates                  [][][]float64 // rater, truth, answer
}

func newEM(answers []Answer) *em {
	items, raters, classes := map[string]int{}, map[string]int{}, map[string]int{}
	for _, a := range answers {
		items[a.Item], raters[a.Rater], classes[a.Class] = 0, 0, 0
	}
	e := &em{items: number(items), raters: number(raters), classes: number(classes)}
	e.belief = grid(len(e.items), len(e.classes))
	e.prior = make([]float64, len(e.classes))
	e.rates = make([][][]float64, len(e.raters))
	for _, a := range answers {
		i, c := items[a.Item], classes[a.Class]
		e.answers = append(e.answers, [3]int{i, raters[a.Rater], c})
		e.belief[i][c]++
	}
	for _, row := range e.belief {
		norm(row)
	}
	return e
}

// number gives the keys their index in alphabetical order, and returns them.
func number(keys map[string]int) []string {
	names := slices.Sorted(maps.Keys(keys))
	for i, name := range names {
		keys[name] = i
	}
	return names
}

// maximise estimates the annotators' rates and the classes' shares from what is
// believed of the items.
func (e *em) maximise() {
	for r := range e.rates {
		e.rates[r] = grid(len(e.classes), len(e.classes))
		for _, row := range e.rates[r] {
			fill(row, emSmooth)
		}
	}
	fill(e.prior, emSmooth)
	for _, row := range e.belief {
		for c, p := range row {
			e.prior[c] += p
		}
	}
	norm(e.prior)
	for _, a := range e.answers {
		for truth, p := range e.belief[a[0]] {
			e.rates[a[1]][truth][a[2]] += p
		}
	}
	for _, rater := range e.rates {
		for _, row := range rater {
			norm(row)
		}
	}
}

// expect estimates the items from the rates, in logarithms, and returns the
// greatest change.
func (e *em) expect() float64 {
	next := grid(len(e.items), len(e.classes))
	for _, row := range next {
		for c := range row {
			row[c] = math.Log(e.prior[c])
		}
	}
	for _, a := range e.answers {
		for truth := range e.classes {
			next[a[0]][truth] += math.Log(e.rates[a[1]][truth][a[2]])
		}
	}
	change := 0.0
	for i, row := range next {
		top := slices.Max(row)
		for c := range row {
			row[c] = math.Exp(row[c] - top)
		}
		norm(row)
		for c := range row {
			change = max(change, math.Abs(row[c]-e.belief[i][c]))
		}
	}
	e.belief = next
	return change
}

func (e *em) consensus() Consensus {
	out := Consensus{
		Items:  map[string]map[string]float64{},
		Raters: map[string]map[string]map[string]float64{},
	}
	for i, item := range e.items {
		out.Items[item] = named(e.classes, e.belief[i])
	}
	for r, rater := range e.raters {
		out.Raters[rater] = map[string]map[string]float64{}
		for t, truth := range e.classes {
			out.Raters[rater][truth] = named(e.classes, e.rates[r][t])
		}
	}
	return out
}

func named(names []string, values []float64) map[string]float64 {
	out := make(map[string]float64, len(names))
	for i, name := range names {
		out[name] = values[i]
	}
	return out
}

func grid(rows, columns int) [][]float64 {
	out := make([][]float64, rows)
	for i := range out {
		out[i] = make([]float64, columns)
	}
	return out
}

func fill(row []float64, v float64) {
	for i := range row {
		row[i] = v
	}
}

// norm makes the row sum to 1.
func norm(row []float64) {
	sum := 0.0
	for _, v := range row {
		sum += v
	}
	for i := range row {
		row[i] /= sum
	}
}
