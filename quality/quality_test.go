package quality

import (
	"math"
	"testing"

	"example.com/assay"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var near = cmpopts.EquateApprox(0, 0.0006)

func TestConfusion(t *testing.T) {
	var c Confusion
	for _, j := range []struct {
		said, is bool
		times    int
	}{{true, true, 8}, {true, false, 2}, {false, true, 4}, {false, false, 86}} {
		for range j.times {
			c.Count(j.said, j.is)
		}
	}
	got := []float64{c.Precision().Value, c.Recall().Value, c.Accuracy().Value, c.F1()}
	if diff := cmp.Diff([]float64{0.8, 0.6667, 0.94, 0.7273}, got, near); diff != "" {
		t.Error(diff)
	}
	if f1 := (Confusion{FP: 3, TN: 9}).F1(); f1 != 0 {
		t.Errorf("F1 without true positives = %v, want 0", f1)
	}
}

// The figures are those of Newcombe (1998, Stat. Med. 17:857, table I, method 3)
// and of the definition for the borders.
func TestProportion(t *testing.T) {
	tests := []struct {
		k, n int
		want assay.Estimate
	}{
		{81, 263, assay.Estimate{Value: 0.3080, Low: 0.2553, High: 0.3662, N: 263}},
		{15, 148, assay.Estimate{Value: 0.1014, Low: 0.0624, High: 0.1605, N: 148}},
		{0, 20, assay.Estimate{Value: 0, Low: 0, High: 0.1611, N: 20}},
		{1, 29, assay.Estimate{Value: 0.0345, Low: 0.0061, High: 0.1718, N: 29}},
		{20, 20, assay.Estimate{Value: 1, Low: 0.8389, High: 1, N: 20}},
		{0, 0, assay.Estimate{Value: 0, Low: 0, High: 1, N: 0}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, Proportion(test.k, test.n), near); diff != "" {
			t.Errorf("%d of %d: %s", test.k, test.n, diff)
		}
	}
}

// The mid-P limits are in the same table, method 6.
func TestMidP(t *testing.T) {
	tests := []struct{ k, n, low, high float64 }{
		{81, 263, 0.2544, 0.3658},
		{15, 148, 0.0601, 0.1581},
		{0, 20, 0, 0.1391},
		{1, 29, 0.0017, 0.1585},
		{20, 20, 0.8609, 1},
	}
	for _, test := range tests {
		low, high := MidP(test.k/test.n, test.n)
		if diff := cmp.Diff([]float64{test.low, test.high}, []float64{low, high}, near); diff != "" {
			t.Errorf("%v of %v: %s", test.k, test.n, diff)
		}
	}
}

func TestIncompleteBeta(t *testing.T) {
	// I_x(a,b) is a binomial tail for whole a and b.
	for _, x := range []float64{0.001, 0.2, 0.5, 0.9} {
		want := 0.0
		for k := 3; k <= 10; k++ {
			want += float64(choose(10, k)) * math.Pow(x, float64(k)) * math.Pow(1-x, float64(10-k))
		}
		if got := incompleteBeta(3, 8, x); math.Abs(got-want) > 1e-12 {
			t.Errorf("I_%v(3,8) = %v, want %v", x, got, want)
		}
	}
}

func choose(n, k int) int {
	if k == 0 {
		return 1
	}
	return choose(n-1, k-1) * n / k
}

func TestBoard(t *testing.T) {
	b := Board{}
	b.Count("email_address", true, true)
	b.Count("email_address", true, false)
	b.Count("iban", false, true)
	b.Add(Board{"iban": {TP: 1}, "jwt": {FP: 5}})
	if diff := cmp.Diff(Confusion{TP: 2, FP: 6, FN: 1}, b.Total()); diff != "" {
		t.Error(diff)
	}
	// jwt is not in the truth, so it is no part of the mean.
	if got, want := b.MacroF1(), (2.0/3+2.0/3)/2; math.Abs(got-want) > 1e-12 {
		t.Errorf("macro F1 = %v, want %v", got, want)
	}
	if got := (Board{}).MacroF1(); got != 0 {
		t.Errorf("macro F1 of nothing = %v", got)
	}
}

func TestMatchSpans(t *testing.T) {
	tests := []struct {
		name            string
		found, labelled []Span
		match           SpanMatch
		want            Board
	}{
		{"same", []Span{{"iban", 4, 26}}, []Span{{"iban", 4, 26}}, Exact, Board{"iban": {TP: 1}}},
		{"shifted, exact", []Span{{"iban", 4, 25}}, []Span{{"iban", 4, 26}}, Exact, Board{"iban": {FP: 1, FN: 1}}},
		{"shifted, overlap", []Span{{"iban", 4, 25}}, []Span{{"iban", 4, 26}}, Overlap, Board{"iban": {TP: 1}}},
		{"half", []Span{{"iban", 0, 5}}, []Span{{"iban", 0, 10}}, Overlap, Board{"iban": {TP: 1}}},
		{"under half", []Span{{"iban", 0, 4}}, []Span{{"iban", 0, 10}}, Overlap, Board{"iban": {FP: 1, FN: 1}}},
		{"far too long", []Span{{"iban", 0, 30}}, []Span{{"iban", 0, 10}}, Overlap, Board{"iban": {FP: 1, FN: 1}}},
		{"other element", []Span{{"jwt", 0, 9}}, []Span{{"iban", 0, 9}}, Overlap, Board{"jwt": {FP: 1}, "iban": {FN: 1}}},
		{"one label counts once", []Span{{"iban", 0, 9}, {"iban", 0, 10}}, []Span{{"iban", 0, 10}}, Overlap, Board{"iban": {TP: 1, FP: 1}}},
		{"closest first", []Span{{"iban", 0, 6}, {"iban", 0, 10}}, []Span{{"iban", 0, 10}, {"iban", 0, 5}}, Overlap, Board{"iban": {TP: 2}}},
		{"empty spans never match", []Span{{"iban", 3, 3}}, []Span{{"iban", 3, 3}}, Overlap, Board{"iban": {FP: 1, FN: 1}}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, MatchSpans(test.found, test.labelled, test.match)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestMatchSets(t *testing.T) {
	got := MatchSets([]assay.Element{"a", "b", "b"}, []assay.Element{"b", "c", "c"})
	want := Board{"a": {FP: 1}, "b": {TP: 1}, "c": {FN: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReliability(t *testing.T) {
	judged := []Scored{{0.05, false}, {0.9, true}, {0.9, true}, {0.92, false}, {1, true}, {0.5, true}}
	bins := Reliability(judged, 10)
	if len(bins) != 10 || bins[9].Observed.N != 4 || bins[5].Observed.N != 1 || bins[1].Observed.N != 0 {
		t.Fatalf("bins %+v", bins)
	}
	if diff := cmp.Diff([]float64{0.93, 0.75}, []float64{bins[9].Promised, bins[9].Observed.Value}, near); diff != "" {
		t.Error(diff)
	}
	want := (4*0.18 + 1*0.5 + 1*0.05) / 6
	if got := CalibrationError(bins); math.Abs(got-want) > 1e-9 {
		t.Errorf("calibration error %v, want %v", got, want)
	}
	if got := CalibrationError(Reliability(nil, 0)); got != 0 {
		t.Errorf("calibration error of nothing %v", got)
	}
}

func TestPaired(t *testing.T) {
	tests := []struct {
		pair             assay.Paired
		different, worse float64
	}{
		{assay.Paired{}, 1, 1},
		{assay.Paired{OnlyOld: 10, OnlyNew: 0}, 2.0 / 1024, 1.0 / 1024},
		{assay.Paired{OnlyOld: 0, OnlyNew: 10}, 2.0 / 1024, 1},
		{assay.Paired{OnlyOld: 5, OnlyNew: 5}, 1, 638.0 / 1024},
		{assay.Paired{OnlyOld: 9, OnlyNew: 3}, 0.1460, 0.0730},
	}
	for _, test := range tests {
		got := []float64{Different(test.pair), Worse(test.pair)}
		if diff := cmp.Diff([]float64{test.different, test.worse}, got, cmpopts.EquateApprox(0, 1e-4)); diff != "" {
			t.Errorf("%+v: %s", test.pair, diff)
		}
	}
	var p assay.Paired
	p.Count(true, false)
	p.Count(true, true)
	p.Count(false, true)
	p.Count(false, true)
	if want := (assay.Paired{OnlyOld: 1, OnlyNew: 2}); p != want {
		t.Errorf("counted %+v, want %+v", p, want)
	}
}

func TestTally(t *testing.T) {
	labels := []Labelled{
		{Present: true, Flagged: true, Stratum: "f"},
		{Flagged: true, Stratum: "f"},
		{Stratum: "rest", Probability: 0.5},
	}
	m := Tally(labels, []Stratum{{Name: "f", Flagged: true, Size: 100}, {Name: "rest", Size: 1000}})
	if m.TP != 1 || m.FP != 1 || m.FN != 0 || m.TN != 1 {
		t.Errorf("measure %+v", m)
	}
	if m.Precision.Value != 0.5 || m.Recall.Value != 1 || m.Recall.Low > 0.5 {
		t.Errorf("measure %+v", m)
	}
	m = Tally(labels, []Stratum{{Name: "near", Size: 50}})
	if m.Recall.N != 0 || m.Recall.Low != 0 || m.Recall.High != 1 {
		t.Errorf("a stratum without labels leaves recall unknown, got %+v", m.Recall)
	}
	if got := Weigh([]Stratum{{Flagged: true, Samples: []Sample{{Present: true}}}}).Recall; got.N != 0 || got.High != 1 {
		t.Errorf("recall without an unflagged stratum is unknown, got %+v", got)
	}
}
