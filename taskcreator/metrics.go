package taskcreator

import (
	"errors"

	"example.com/assay"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics count what creators do. A nil *Metrics counts nothing.
type Metrics struct {
	sent, assets, gaps *prometheus.CounterVec
	failures           prometheus.Counter
}

// NewMetrics returns metrics that are registered with r. It fails when r has
// them already.
func NewMetrics(r prometheus.Registerer) (*Metrics, error) {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &Metrics{
		sent:     counter("assay_tasks_sent_total", "Tasks queued, by the turn of their assets.", "store", "turn"),
		assets:   counter("assay_assets_listed_total", "Assets listed; each counts again with each cycle.", "store"),
		gaps:     counter("assay_assets_not_listed_total", "Assets and stores that could not be listed or queued.", "store", "reason"),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "assay_cycles_broken_off_total", Help: "Cycles that failed and are taken up again."}),
	}
	var errs []error
	for _, c := range []prometheus.Collector{m.sent, m.assets, m.gaps, m.failures} {
		errs = append(errs, r.Register(c))
	}
	return m, errors.Join(errs...)
}

func (m *Metrics) queued(store string, turn assay.Turn) {
	if m != nil {
		m.sent.WithLabelValues(store, turn.String()).Inc()
	}
}

func (m *Metrics) listed(store string, n int) {
	if m != nil {
		m.assets.WithLabelValues(store).Add(float64(n))
	}
}

func (m *Metrics) unlisted(store string, reason assay.Reason) {
	if m != nil {
		m.gaps.WithLabelValues(store, string(reason)).Inc()
	}
}

func (m *Metrics) failed() {
	if m != nil {
		m.failures.Inc()
	}
}
