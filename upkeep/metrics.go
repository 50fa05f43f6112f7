package upkeep

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics count deliveries.
type Metrics struct{ deliveries *prometheus.CounterVec }

// NewMetrics registers the metrics of a Deliverer.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "assay_event_deliveries_total", Help: "Events sent to webhooks, by outcome: taken or failed.",
	}, []string{"webhook", "outcome"})}
	if err := registry.Register(m.deliveries); err != nil {
		return nil, fmt.Errorf("register the metrics of events: %w", err)
	}
	return m, nil
}

func (m *Metrics) sent(webhook string, err error) {
	if m == nil {
		return
	}
	outcome := "taken"
	if err != nil {
		outcome = "failed"
	}
	m.deliveries.WithLabelValues(webhook, outcome).Inc()
}
