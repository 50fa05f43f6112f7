package scanner

import (
	"time"

	"example.com/assay"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics count what a scanner does. Their labels are names from the
// configuration and the verifiers: no asset, field or value is among them. A nil
// Metrics counts nothing.
type Metrics struct {
	tasks       *prometheus.CounterVec // store, outcome
	duration    *prometheus.HistogramVec
	bytes       *prometheus.CounterVec // store
	values      *prometheus.CounterVec // store
	findings    *prometheus.CounterVec // element, verifier, store
	notExamined *prometheus.CounterVec // store, reason
	working     prometheus.Gauge
}

// The outcomes of a task.
const (
	outcomeDone       = "done"
	outcomeNever      = "not_examined" // and will not be tried again
	outcomeAgain      = "failed"       // and will be tried again, or is dead
	outcomeRepeated   = "repeated"     // its result was kept already
	outcomeUnkept     = "not_kept"     // the result could not be committed
	outcomeHandedBack = "handed_back"  // because the scanner stops
	outcomeLost       = "lease_lost"
	outcomeRefused    = "refused" // the message is no task, or one of a later version
)

// NewMetrics returns metrics that are registered with r. It fails when r has
// them already.
func NewMetrics(r prometheus.Registerer) (*Metrics, error) {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &Metrics{
		tasks: counter("assay_tasks_total", "Tasks that a scanner was done with.", "store", "outcome"),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "assay_task_duration_seconds", Help: "Time from the receipt of a task to its end.",
			Buckets: prometheus.ExponentialBuckets(0.005, 4, 10), // 5 ms to 22 min
		}, []string{"outcome"}),
		bytes:       counter("assay_bytes_scanned_total", "Bytes read from stores.", "store"),
		values:      counter("assay_values_sampled_total", "Values judged, of assets whose result was committed.", "store"),
		findings:    counter("assay_findings_total", "Findings committed; a field counts again with each scan.", "element", "verifier", "store"),
		notExamined: counter("assay_fields_not_examined_total", "Fields and assets committed as not, or only partly, examined.", "store", "reason"),
		working:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "assay_tasks_working", Help: "Tasks that are being worked on, or wait for their store."}),
	}
	for _, c := range []prometheus.Collector{m.tasks, m.duration, m.bytes, m.values, m.findings, m.notExamined, m.working} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// begin counts a task as being worked on, until the returned function is called.
func (m *Metrics) begin() (end func()) {
	if m == nil {
		return func() {}
	}
	m.working.Inc()
	return m.working.Dec
}

// task counts one task.
func (m *Metrics) task(store, outcome string, took time.Duration, result assay.Result) {
	if m == nil {
		return
	}
	m.tasks.WithLabelValues(store, outcome).Inc()
	m.duration.WithLabelValues(outcome).Observe(took.Seconds())
	m.bytes.WithLabelValues(store).Add(float64(result.Bytes))
	if outcome != outcomeDone && outcome != outcomeNever {
		return // nothing was committed
	}
	for _, f := range result.Findings {
		m.findings.WithLabelValues(string(f.Element), f.Verifier, store).Inc()
	}
	for _, c := range result.Coverage {
		m.values.WithLabelValues(store).Add(float64(c.Sampled))
		if c.Status != assay.StatusScanned {
			m.notExamined.WithLabelValues(store, string(c.Reason)).Inc()
		}
	}
}
