package quality

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKappa(t *testing.T) {
	repeat := func(counts ...int) (a, b []string) { // yes-yes, yes-no, no-yes, no-no
		for i, pair := range [][2]string{{"yes", "yes"}, {"yes", "no"}, {"no", "yes"}, {"no", "no"}} {
			for range counts[i] {
				a, b = append(a, pair[0]), append(b, pair[1])
			}
		}
		return a, b
	}
	tests := []struct {
		counts []int
		want   float64
		known  bool
	}{
		{[]int{20, 5, 10, 15}, 0.4, true}, // agreement 0.7, by chance 0.5
		{[]int{25, 0, 0, 25}, 1, true},
		{[]int{0, 25, 25, 0}, -1, true},
		{[]int{9, 0, 0, 0}, 0, false},
		{[]int{0, 0, 0, 0}, 0, false},
	}
	for _, test := range tests {
		a, b := repeat(test.counts...)
		got, known := Kappa(a, b)
		if math.Abs(got-test.want) > 1e-9 || known != test.known {
			t.Errorf("%v: kappa %v %v, want %v %v", test.counts, got, known, test.want, test.known)
		}
	}
	if _, known := Kappa([]string{"a"}, nil); known {
		t.Error("lists of unequal length were compared")
	}
}

// Two careful annotators, one at random and one who answers the reverse: the
// majority is often wrong, the weighted consensus hardly ever.
func TestDawidSkene(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	skill := []float64{0.9, 0.88, 0.5, 0.15, 0.5}
	truth := map[string]string{}
	var answers []Answer
	for i := range 600 {
		item := fmt.Sprint(i)
		class := []string{"absent", "present"}[rng.IntN(2)]
		truth[item] = class
		for r, right := range skill {
			said := class
			if rng.Float64() > right {
				said = map[string]string{"absent": "present", "present": "absent"}[class]
			}
			answers = append(answers, Answer{item, fmt.Sprint("r", r), said})
		}
	}
	got := DawidSkene(answers)
	right, majority := 0, 0
	votes := map[string]int{}
	for _, a := range answers {
		if a.Class == truth[a.Item] {
			votes[a.Item]++
		}
	}
	for item, class := range truth {
		if said, _ := got.Class(item); said == class {
			right++
		}
		if votes[item] >= 3 {
			majority++
		}
	}
	if right < 540 || right <= majority {
		t.Errorf("consensus right on %d of 600, majority on %d", right, majority)
	}
	if rate := got.Raters["r3"]["present"]["present"]; rate > 0.25 {
		t.Errorf("the contrary annotator's rate %v, want about 0.15", rate)
	}
	slices.Reverse(answers)
	if diff := cmp.Diff(got, DawidSkene(answers)); diff != "" {
		t.Error("the order of answers matters")
	}
	if empty := DawidSkene(nil); len(empty.Items) != 0 {
		t.Errorf("consensus on nothing: %v", empty)
	}
	if class, p := got.Class("unknown"); class != "" || p != 0 {
		t.Errorf("class of an unknown item %q %v", class, p)
	}
}
