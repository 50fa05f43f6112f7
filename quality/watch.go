package quality

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/assay"
)

// Watcher measures again and again, takes back what has become worse, and alarms
// by its metrics. One process at a time is enough; several only measure twice.
type Watcher struct {
	Bench *Bench
	Every time.Duration
	// Window is how long a labelled value is recent: drift compares recent values
	// with those before.
	Window  time.Duration
	Metrics *Metrics // optional
	Log     *slog.Logger
	Now     func() time.Time // nil means time.Now
}

// Run watches until ctx ends.
func (w *Watcher) Run(ctx context.Context) {
	tick := time.NewTicker(w.Every)
	defer tick.Stop()
	for {
		if _, err := w.Once(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("quality not measured", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Watched is what one look brought.
type Watched struct {
	Measures  []assay.Measure
	Drifts    []Drift // of versions in use, alarms or not
	TakenBack []TakenBack
}

// Once measures, and takes back what has become worse, once. It goes on with the
// other elements where one fails.
func (w *Watcher) Once(ctx context.Context) (seen Watched, err error) {
	if seen.Measures, err = w.Bench.Measure(ctx, ""); err != nil && len(seen.Measures) == 0 {
		w.Metrics.failed()
		return seen, err
	}
	errs := []error{err}
	versions, err := w.Bench.Versions(ctx, "")
	errs = append(errs, err)
	labelled := map[assay.Element]bool{}
	for _, m := range seen.Measures {
		labelled[m.Element] = true
	}
	for _, v := range versions {
		if v.State != assay.StateActive || !labelled[v.Element] {
			continue
		}
		taken, err := w.Bench.TakeBack(ctx, v.Element)
		seen.TakenBack = append(seen.TakenBack, taken...)
		if err == nil && len(taken) == 0 { // of what is in use now, the next time
			var drifts []Drift
			drifts, err = w.drifts(ctx, v)
			seen.Drifts = append(seen.Drifts, drifts...)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("watch %s: %w", v.Element, err))
		}
	}
	for _, t := range seen.TakenBack {
		w.Log.Error("verifier rolled back", "element", t.Element, "version", t.Version, "instead", t.Instead, "why", t.Why)
	}
	err = errors.Join(errs...)
	w.Metrics.watched(seen, w.Bench.Bar, versions, err)
	return seen, err
}

func (w *Watcher) drifts(ctx context.Context, v assay.VerifierVersion) ([]Drift, error) {
	_, scored, err := w.Bench.Score(ctx, v)
	if err != nil {
		return nil, err
	}
	now := time.Now
	if w.Now != nil {
		now = w.Now
	}
	return Drifts(v.Element, v.Version, basis(scored), now().Add(-w.Window)), nil
}

// Metrics tell how good the verifiers are. A nil Metrics counts nothing.
type Metrics struct {
	share, labels, below, drift *prometheus.GaugeVec
	takenBack                   *prometheus.CounterVec
	failures                    prometheus.Counter
	at                          prometheus.Gauge
}

// NewMetrics returns metrics that are registered with r. It fails when r has them
// already.
func NewMetrics(r prometheus.Registerer) (*Metrics, error) {
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	}
	m := &Metrics{
		share:     gauge("assay_quality_share", "Precision, recall and accuracy of the verifiers in use, on labelled values, with the ends of their 95 % intervals.", "element", "version", "measure", "end"),
		labels:    gauge("assay_quality_labels", "Labelled values that a verifier in use was measured on.", "element"),
		below:     gauge("assay_quality_below_bar", "1 where the lower end of a verifier in use is below the bar of its element.", "element", "measure"),
		drift:     gauge("assay_quality_drift", "1 where a verifier in use does worse on recent values than on those before.", "element", "measure"),
		takenBack: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "assay_quality_rollbacks_total", Help: "Versions that were taken back because they were worse."}, []string{"element"}),
		failures:  prometheus.NewCounter(prometheus.CounterOpts{Name: "assay_quality_failures_total", Help: "Times that something could not be measured."}),
		at:        prometheus.NewGauge(prometheus.GaugeOpts{Name: "assay_quality_measured_timestamp_seconds", Help: "When the verifiers were last measured."}),
	}
	for _, c := range []prometheus.Collector{m.share, m.labels, m.below, m.drift, m.takenBack, m.failures, m.at} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *Metrics) failed() {
	if m != nil {
		m.failures.Inc()
	}
}

// watched sets the metrics to what was seen.
func (m *Metrics) watched(seen Watched, bar func(assay.Element) assay.Bar, versions []assay.VerifierVersion, err error) {
	if m == nil {
		return
	}
	if err != nil {
		m.failures.Inc()
	}
	active := map[assay.Element]int{}
	for _, v := range versions {
		if v.State == assay.StateActive {
			active[v.Element] = v.Version
		}
	}
	for _, g := range []*prometheus.GaugeVec{m.share, m.labels, m.below, m.drift} {
		g.Reset()
	}
	for _, of := range seen.Measures {
		if of.Level == assay.LevelValue && of.Store == "" && of.Language == "" && of.Version == active[of.Element] {
			m.measure(of, bar(of.Element))
		}
	}
	for _, d := range seen.Drifts {
		m.drift.WithLabelValues(string(d.Element), d.What).Set(oneIf(d.Alarm()))
	}
	for _, t := range seen.TakenBack {
		m.takenBack.WithLabelValues(string(t.Element)).Inc()
	}
	m.at.SetToCurrentTime()
}

func (m *Metrics) measure(of assay.Measure, bar assay.Bar) {
	element := string(of.Element)
	for what, e := range map[string]assay.Estimate{"precision": of.Precision, "recall": of.Recall, "accuracy": of.Accuracy} {
		if e.N == 0 {
			continue
		}
		for end, value := range map[string]float64{"value": e.Value, "low": e.Low, "high": e.High} {
			m.share.WithLabelValues(element, fmt.Sprint(of.Version), what, end).Set(value)
		}
	}
	m.labels.WithLabelValues(element).Set(float64(of.TP + of.FP + of.FN + of.TN))
	m.below.WithLabelValues(element, "precision").Set(oneIf(of.Precision.Low < bar.Precision))
	m.below.WithLabelValues(element, "recall").Set(oneIf(of.Recall.Low < bar.Recall))
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
