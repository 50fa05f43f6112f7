package scanner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"

	"github.com/prometheus/client_golang/prometheus"
)

// VerifierMetrics tell how the verifiers of a process are. A nil VerifierMetrics
// counts nothing.
type VerifierMetrics struct {
	refused  prometheus.Gauge
	running  prometheus.Gauge
	failures prometheus.Counter
	at       prometheus.Gauge
	info     *prometheus.GaugeVec // hash
}

// NewVerifierMetrics returns metrics that are registered with r. It fails when r
// has them already.
func NewVerifierMetrics(r prometheus.Registerer) (*VerifierMetrics, error) {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	m := &VerifierMetrics{
		refused:  gauge("assay_verifiers_refused", "Verifier versions that should run and are wrong; an older one runs in their place, or none."),
		running:  gauge("assay_verifiers_running", "Verifier versions that run, those in shadow included."),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "assay_verifiers_refresh_failures_total", Help: "Times that verifiers could not be read from the database."}),
		at:       gauge("assay_verifiers_refreshed_timestamp_seconds", "When verifiers were last known to be as in the database."),
		info:     prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "assay_verifiers_info", Help: "1 for the hash of all verifiers that run together."}, []string{"hash"}),
	}
	for _, c := range []prometheus.Collector{m.refused, m.running, m.failures, m.at, m.info} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Refresher keeps verifiers as they are in the database.
type Refresher struct {
	Verifiers *verifiers.Live
	// Every is how long a change takes at most until it runs, its loading
	// included: the time between two looks is three quarters of it.
	Every   time.Duration
	Metrics *VerifierMetrics // optional
	Log     *slog.Logger
}

// Run looks for news until ctx ends. While the database cannot be read, the
// verifiers stay as they are.
func (r *Refresher) Run(ctx context.Context) {
	tick := time.NewTicker(r.Every * 3 / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.Once(ctx); err != nil && ctx.Err() == nil {
			r.Log.Error("verifiers not refreshed", "error", err)
		}
	}
}

// Once looks for news once.
func (r *Refresher) Once(ctx context.Context) error {
	changed, err := r.Verifiers.Refresh(ctx)
	if err != nil {
		r.Metrics.failed()
		return err
	}
	set, refused := r.Verifiers.Set(), r.Verifiers.Refused()
	hash := setHash(set, r.Verifiers.Shares())
	r.Metrics.fresh(set, len(refused), hash)
	if !changed {
		return nil
	}
	r.Log.Info("verifiers loaded", "running", len(set.Rules()), "refused", len(refused), "hash", hash)
	for _, f := range refused {
		r.Log.Error("verifier refused", "element", f.Element, "version", f.Version, "instead", f.Instead, "error", f.Err)
	}
	return nil
}

func (m *VerifierMetrics) failed() {
	if m != nil {
		m.failures.Inc()
	}
}

func (m *VerifierMetrics) fresh(set *engine.Set, refused int, hash string) {
	if m == nil {
		return
	}
	m.refused.Set(float64(refused))
	m.running.Set(float64(len(set.Rules())))
	m.at.SetToCurrentTime()
	m.info.Reset()
	m.info.WithLabelValues(hash).Set(1)
}

// setHash identifies all verifiers of a set together, with the shares of those
// that are being rolled out.
func setHash(set *engine.Set, shares map[assay.Element]int) string {
	h := sha256.New()
	for _, rule := range set.Rules() {
		fmt.Fprintf(h, "%s %s %t %d\n", rule.Verifier, rule.Hash, rule.Shadow, shares[rule.Element])
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
