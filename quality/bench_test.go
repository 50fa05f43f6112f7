package quality_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/assay"
	"example.com/assay/quality"
)

// bench measures the fixture's store.
func (f *fixture) bench(bar assay.Bar) *quality.Bench {
	return &quality.Bench{Store: f.store, Sealer: f.sealer, Bar: func(assay.Element) assay.Bar { return bar }}
}

// add keeps a version of the badge that takes numbers beginning as told.
func (f *fixture) add(first string, state assay.State) {
	f.Helper()
	def := badge(f.T, 0, first)
	if _, err := f.store.AddVerifier(f.Context(), assay.VerifierVersion{Element: def.Element, Definition: def.JSON, Hash: first, State: state, Author: "ada", Reason: "try"}); err != nil {
		f.Fatal(err)
	}
}

// states are those of all versions, with their shares.
func (f *fixture) states() string {
	f.Helper()
	var out []string
	for v, err := range f.store.Verifiers(f.Context()) {
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, strings.TrimSuffix(fmt.Sprintf("%s %d", v.State, v.Share), " 0"))
	}
	return strings.Join(out, ", ")
}

// TestRollOut: what the gate refuses does not go live, at no share.
func TestRollOut(t *testing.T) {
	f := newFixture(t)
	f.fill(300)
	f.add("[1-6]", assay.StateActive)
	f.add("[1-2]", assay.StateShadow)
	f.add("[1-8]", assay.StateShadow)
	b := f.bench(assay.Bar{Precision: 0.85, Recall: 0.9, Labels: 100})
	roll := func(version, percent int) assay.Admission {
		t.Helper()
		d, err := b.RollOut(t.Context(), "badge_number", version, percent, "ada", "better")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, percent := range []int{10, 100} {
		if d := roll(2, percent); d.Pass || f.states() != "active, shadow, shadow" {
			t.Errorf("a worse version at %d %%: %v, states %s", percent, d.Reasons, f.states())
		}
	}
	if d := roll(3, 10); !d.Pass || f.states() != "active, shadow, shadow 10" {
		t.Errorf("a better version: %v, states %s", d.Reasons, f.states())
	}
	if d := roll(3, 100); !d.Pass || f.states() != "disabled, shadow, active" {
		t.Errorf("for all: %v, states %s", d.Reasons, f.states())
	}
	if _, err := b.RollOut(t.Context(), "badge_number", 3, 100, "ada", "again"); !errors.Is(err, assay.ErrConflict) {
		t.Errorf("again: %v, want assay.ErrConflict", err)
	}
	if _, err := b.RollOut(t.Context(), "badge_number", 9, 100, "ada", "which"); !errors.Is(err, assay.ErrNotFound) {
		t.Errorf("an unknown version: %v, want assay.ErrNotFound", err)
	}
	judged, err := b.Judged(t.Context(), "badge_number", 1, assay.LevelValue)
	counts := map[assay.Outcome]int{}
	for _, j := range judged {
		counts[j.Outcome]++
	}
	if m := roll(2, 100).Measure; err != nil || counts[assay.TruePositive] <= m.TP || counts[assay.FalseNegative] >= m.FN || counts[assay.TrueNegative] != m.TN {
		t.Errorf("%v judged by version 1, version 2 has %+v, %v", counts, m, err)
	}
}

// TestTakeBack: a version is taken back for what was labelled since it went live,
// fully or for a share, and not for what was known before.
func TestTakeBack(t *testing.T) {
	for _, test := range []struct {
		percent int
		want    string
	}{{100, "active, disabled"}, {20, "active, disabled"}} {
		f := newFixture(t)
		f.fill(300)
		f.add("[1-8]", assay.StateActive)
		f.add("[1-2]", assay.StateShadow)
		registry := prometheus.NewRegistry()
		metrics, err := quality.NewMetrics(registry)
		if err != nil {
			t.Fatal(err)
		}
		w := &quality.Watcher{Bench: f.bench(assay.Bar{}), Window: time.Hour, Metrics: metrics, Log: slog.New(slog.DiscardHandler)}
		time.Sleep(5 * time.Millisecond) // times are kept in milliseconds
		if err := w.Bench.Put(t.Context(), "badge_number", 2, test.percent, "ada", "by hand"); err != nil {
			t.Fatal(err)
		}
		before := f.states()
		seen, err := w.Once(t.Context())
		if err != nil || len(seen.TakenBack) != 0 || f.states() != before {
			t.Errorf("nothing new is labelled: taken back %+v, %v", seen.TakenBack, err)
		}
		time.Sleep(5 * time.Millisecond)
		for i, item := range f.items() { // somebody looks at them again
			if i < 60 {
				verdict := assay.Absent
				if f.truth().Present[item.ID] {
					verdict = assay.Present
				}
				if err := f.store.SetLabel(t.Context(), assay.Label{Item: item.ID, Element: item.Element, Verdict: verdict, By: "bob", Route: quality.RoutePage}); err != nil {
					t.Fatal(err)
				}
			}
		}
		seen, err = w.Once(t.Context())
		if err != nil || len(seen.TakenBack) != 1 || seen.TakenBack[0].Version != 2 || seen.TakenBack[0].WasShare != test.percent || f.states() != test.want {
			t.Errorf("%d %%: taken back %+v, %v; states %s", test.percent, seen.TakenBack, err, f.states())
		}
		if n := metric(t, registry, "assay_quality_rollbacks_total"); n != 1 {
			t.Errorf("the metric counts %v", n)
		}
		if seen, err = w.Once(t.Context()); err != nil || len(seen.TakenBack) != 0 || f.states() != test.want {
			t.Errorf("it goes to and fro: %+v, %v", seen.TakenBack, err)
		}
		events, err := f.store.ClaimEvents(t.Context(), 10, time.Hour)
		if last := events[len(events)-1]; err != nil || last.Kind != assay.EventVerifier || last.Author != quality.Author {
			t.Errorf("the last event is %+v, %v", last, err)
		}
	}
}

// metric is the sum of a metric over its labels.
func metric(t *testing.T, registry *prometheus.Registry, name string) (sum float64) {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			for _, m := range f.GetMetric() {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum
}

// TestMeasureHistory: what was measured before is not kept again.
func TestMeasureHistory(t *testing.T) {
	f := newFixture(t)
	f.fill(40)
	f.add("[1-8]", assay.StateActive)
	b := f.bench(assay.Bar{})
	kept := func() (n int) {
		for _, err := range f.store.Measures(t.Context(), "") {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	for range 2 {
		measures, err := b.Measure(t.Context(), "")
		if err != nil || len(measures) != 1 || kept() != 1 {
			t.Errorf("%d measures, %d kept, %v", len(measures), kept(), err)
		}
	}
	// The program may be older than a definition.
	later := assay.VerifierVersion{Element: "badge_number", Definition: []byte(`{"element": "badge_number"}`), Hash: "h", State: assay.StateShadow, Author: "eve", Reason: "later"}
	if _, err := f.store.AddVerifier(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	if measures, err := b.Measure(t.Context(), ""); err == nil || len(measures) != 1 {
		t.Errorf("with a broken version: %d measures, %v", len(measures), err)
	}
}

// TestDrift: an alarm where recent values fare worse for certain, and only there.
func TestDrift(t *testing.T) {
	now := time.Now()
	items := func(n, found int, at time.Time) (out []quality.ScoredItem) {
		for i := range n {
			s := quality.ScoredItem{Present: true, Item: assay.Item{Stratum: assay.StratumNear, At: at}}
			if i < found {
				s.Score = 0.9
			}
			out = append(out, s, quality.ScoredItem{Item: assay.Item{Stratum: assay.StratumNear, At: at}})
		}
		return out
	}
	for _, test := range []struct {
		n, found int
		want     bool
	}{{200, 120, true}, {200, 190, false}, {10, 9, false}, {0, 0, false}} {
		all := append(items(200, 195, now.Add(-48*time.Hour)), items(test.n, test.found, now)...)
		drifts := quality.Drifts("iban", 1, all, now.Add(-24*time.Hour))
		if len(drifts) != 2 || drifts[0].Alarm() || drifts[1].Alarm() != test.want {
			t.Errorf("%d of %d found recently: %+v", test.found, test.n, drifts)
		}
	}
}
