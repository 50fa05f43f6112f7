package quality_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/quality"
	"example.com/assay/seal"
	"example.com/assay/store/sqlite"
	"example.com/assay/verifiers"
)

// fixture is a real store and a real key.
type fixture struct {
	*testing.T
	store  *sqlite.Store
	sealer assay.Sealer
	maker  *quality.Maker
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "store.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	key := filepath.Join(dir, "key.json")
	if _, err := seal.CreateFile(key); err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.Open(t.Context(), "file:"+key)
	if err != nil {
		t.Fatal(err)
	}
	maker, err := quality.NewMaker(t.Context(), store, sealer)
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{t, store, sealer, maker}
}

// badge is a verifier of numbers B-1234 that takes those whose digits begin as
// told.
func badge(t *testing.T, version int, first string) verifiers.Definition {
	t.Helper()
	def, err := verifiers.Parse("badge.json", []byte(fmt.Sprintf(`{"element": "badge_number", "title": "Badge", "class": "government_id",
		"severity": "personal", "doc": "Numbers on badges, made up for a test.", "detect": {"regex": "\\bB-%s\\d{3}\\b", "score": 0.9},
		"match": ["B-%s234"], "noMatch": ["C-1234"]}`, first, first[1:2])))
	if err != nil {
		t.Fatal(err)
	}
	def.Version = version
	return def
}

func (f *fixture) judge(version int, first string) *quality.Judge {
	f.Helper()
	j, err := quality.NewJudge(badge(f.T, version, first), verifiers.Options{}, nil, f.sealer)
	if err != nil {
		f.Fatal(err)
	}
	return j
}

// fill keeps n labelled values: badges with the first digits 1 to 8, all of them
// real, and strings that look alike and are not.
func (f *fixture) fill(n int) quality.Truth {
	f.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		present := i%2 == 0
		value := fmt.Sprintf("C-%04d", rng.IntN(10_000))
		if present {
			value = fmt.Sprintf("B-%d%03d", 1+rng.IntN(8), i)
		}
		item, err := f.maker.Make(f.Context(), assay.Item{
			Element: "badge_number", Asset: "mysql://h:3306/s/t", Field: "no", Origin: assay.OriginResult, Stratum: assay.StratumFlagged, Probability: 0.5,
		}, assay.ItemContent{Value: assay.Value(value)})
		if err != nil {
			f.Fatal(err)
		}
		if _, err := f.store.AddItems(f.Context(), item); err != nil {
			f.Fatal(err)
		}
		verdict := assay.Absent
		if present {
			verdict = assay.Present
		}
		if err := f.store.SetLabel(f.Context(), assay.Label{Item: item.ID, Element: item.Element, Verdict: verdict, By: "ada", Route: quality.RoutePage}); err != nil {
			f.Fatal(err)
		}
	}
	return f.truth()
}

func (f *fixture) truth() quality.Truth {
	f.Helper()
	var labels []assay.Label
	for l, err := range f.store.Labels(f.Context(), assay.LabelFilter{}) {
		if err != nil {
			f.Fatal(err)
		}
		labels = append(labels, l)
	}
	return quality.TruthOf(labels)
}

func (f *fixture) items() []assay.Item {
	f.Helper()
	var items []assay.Item
	for i, err := range f.store.Items(f.Context(), assay.ItemFilter{}) {
		if err != nil {
			f.Fatal(err)
		}
		items = append(items, i)
	}
	return items
}

func (f *fixture) score(j *quality.Judge, truth quality.Truth) []quality.ScoredItem {
	f.Helper()
	scored, err := quality.ScoreItems(f.Context(), j, f.items(), truth)
	if err != nil {
		f.Fatal(err)
	}
	return scored
}

// TestGate: a version that misses half of what the one in use finds is refused,
// one that finds more passes.
func TestGate(t *testing.T) {
	f := newFixture(t)
	truth := f.fill(300)
	used, worse, better := f.judge(1, "[1-6]"), f.judge(2, "[1-2]"), f.judge(3, "[1-8]")
	old := f.score(used, truth)
	bar := assay.Bar{Precision: 0.85, Recall: 0.9, Labels: 100}

	bad := quality.Gate("badge_number", bar, worse, f.score(worse, truth), used, old)
	if bad.Pass || len(bad.Reasons) != 2 || !strings.Contains(strings.Join(bad.Reasons, "\n"), "worse than version 1") {
		t.Errorf("a worse version: %+v", bad)
	}
	good := quality.Gate("badge_number", bar, better, f.score(better, truth), used, old)
	if !good.Pass || good.Measure.FN != 0 || good.Measure.TP != 150 || good.Paired.OnlyNew == 0 || good.Paired.OnlyOld != 0 {
		t.Errorf("a better version: %+v", good)
	}
	bar.Labels = 1000
	if few := quality.Gate("badge_number", bar, better, f.score(better, truth), nil, nil); few.Pass || len(few.Reasons) != 1 {
		t.Errorf("few labels: %+v", few)
	}
	if none := quality.Gate("badge_number", assay.Bar{}, better, nil, nil, nil); none.Pass {
		t.Errorf("no labels at all: %+v", none)
	}
}

func TestCurve(t *testing.T) {
	scored := func(score float64, present bool, probability float64) quality.ScoredItem {
		return quality.ScoredItem{Probability: probability, Score: score, Present: present}
	}
	items := []quality.ScoredItem{scored(0.9, true, 1), scored(0.2, false, 0.5), scored(0.6, true, 1), scored(0.6, false, 1), scored(0, true, 1)}
	points, best := quality.Curve(items, quality.Cost{FalsePositive: 1, FalseNegative: 1})
	want := []quality.Point{
		{Threshold: 0, Precision: 0.5, Recall: 1, Cost: 0.5},
		{Threshold: 0.2, Precision: 0.4, Recall: 2.0 / 3, Cost: 4.0 / 6},
		{Threshold: 0.6, Precision: 2.0 / 3, Recall: 2.0 / 3, Cost: 2.0 / 6},
		{Threshold: 0.9, Precision: 1, Recall: 1.0 / 3, Cost: 2.0 / 6},
	}
	if !slices.Equal(points, want) || best != 2 {
		t.Errorf("points %+v, best %d; want %+v, best 2", points, best, want)
	}
	if _, best := quality.Curve(items, quality.Cost{FalsePositive: 10, FalseNegative: 1}); points[best].Threshold != 0.9 {
		t.Errorf("where false alarms are dear, the best threshold is %v, want 0.9", points[best].Threshold)
	}
}

func TestTruth(t *testing.T) {
	label := func(item, by string, v assay.Verdict) assay.Label {
		return assay.Label{Item: item, By: by, Verdict: v, Element: "iban"}
	}
	var labels []assay.Label
	for i := range 40 { // ada and bob agree on all of these
		for _, by := range []string{"ada", "bob"} {
			labels = append(labels, label(fmt.Sprintf("a%d", i), by, []assay.Verdict{assay.Present, assay.Absent}[i%2]))
		}
	}
	guess := label("m", "gpt", assay.Present)
	guess.Model = true
	labels = append(labels, guess, label("u", "ada", assay.Unsure), label("d", quality.ByDeclaration, assay.Present),
		label("over", quality.ByDeclaration, assay.Present), label("over", "ada", assay.Absent),
		label("torn", "ada", assay.Present), label("torn", "bob", assay.Absent))
	truth := quality.TruthOf(labels)
	for item, want := range map[string]bool{"a0": true, "a1": false, "d": true, "over": false} {
		if got, ok := truth.Present[item]; !ok || got != want {
			t.Errorf("item %s: %v, %v; want %v", item, got, ok, want)
		}
	}
	for _, item := range []string{"m", "u"} {
		if _, ok := truth.Present[item]; ok {
			t.Errorf("item %s is settled: by a model's guess or by an unsure label", item)
		}
	}
	if !slices.Equal(truth.Open, []string{"torn"}) || !truth.Agreed || truth.Kappa < 0.9 || truth.Kappa == 1 {
		t.Errorf("open %v, kappa %v", truth.Open, truth.Kappa)
	}
}

// TestCollector: what is kept is sealed, once a value, in the share of its
// stratum, labelled where the column is known.
func TestCollector(t *testing.T) {
	f := newFixture(t)
	c := &quality.Collector{Items: f.store, Labels: f.store, Maker: f.maker, Shares: quality.Shares{Flagged: 0.25, Near: 1, Rest: 0},
		Known: []quality.KnownColumn{{Asset: "mysql://*/s/orders", Field: "*", Element: "badge_number"}, {Asset: "mysql://*/s/chat", Field: "text"}}}
	judged := func(asset, value string, score float64) assay.Judged {
		stratum := map[float64]string{0.9: assay.StratumFlagged, 0.4: assay.StratumNear, 0: assay.StratumRest}[score]
		return assay.Judged{
			Stratum: stratum, Asset: assay.AssetID("mysql://h:3306/s/" + asset), Field: "text", Datum: assay.Datum{Value: assay.Value(value)},
			Match: assay.Match{Element: "badge_number", Score: score, End: 3}, Flagged: score >= 0.5, Hash: "h", Probability: 0.5,
		}
	}
	var all []assay.Judged
	for i := range 2000 {
		all = append(all, judged("t", fmt.Sprintf("planted-%04d", i), 0.9), judged("t", fmt.Sprintf("planted-%04d", i), 0.9), judged("t", fmt.Sprintf("rest %d", i), 0))
	}
	declared := judged("users", "near one", 0.4)
	declared.Declared = []assay.Element{"badge_number"}
	all = append(all, declared, judged("orders", "near two", 0.4), judged("chat", "near three", 0.4))
	for range 2 { // a task may be delivered twice
		if err := c.Observe(context.Background(), all); err != nil {
			t.Fatal(err)
		}
	}
	items := f.items()
	byStratum, byOrigin := map[string]int{}, map[assay.Origin]int{}
	for _, i := range items {
		byStratum[i.Stratum]++
		byOrigin[i.Origin]++
		if strings.Contains(string(i.Sealed), "planted") {
			t.Fatal("an item holds its value in the clear")
		}
		if want := map[string]float64{assay.StratumFlagged: 0.125, assay.StratumNear: 0.5}[i.Stratum]; i.Probability != want {
			t.Errorf("%s item has probability %v, want %v", i.Stratum, i.Probability, want)
		}
	}
	// 2,000 values, each kept with probability 1/4: five standard deviations.
	if n := byStratum[assay.StratumFlagged]; n < 403 || n > 597 {
		t.Errorf("%d of 2,000 flagged values kept, want about 500", n)
	}
	if byStratum[assay.StratumNear] != 3 || byStratum[assay.StratumRest] != 0 || byOrigin[assay.OriginColumn] != 2 || byOrigin[assay.OriginFreeForm] != 1 {
		t.Errorf("kept %v, %v", byStratum, byOrigin)
	}
	truth := f.truth()
	present, absent := 0, 0
	for _, is := range truth.Present {
		if is {
			present++
		} else {
			absent++
		}
	}
	if present != 1 || absent != 1 {
		t.Errorf("known columns gave %d and %d labels, want 1 present and 1 absent", present, absent)
	}
}
