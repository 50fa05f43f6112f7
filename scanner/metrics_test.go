package scanner_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/scanner"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

// gather returns the counters and gauges as name{values of labels} value.
func gather(t *testing.T, registry *prometheus.Registry) (out []string) {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetValue())
			}
			value := m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
			out = append(out, fmt.Sprintf("%s{%s} %v", family.GetName(), strings.Join(labels, ","), value))
		}
	}
	slices.Sort(out)
	return out
}

func TestMetrics(t *testing.T) {
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	source.before = func(_ context.Context, asset assay.Asset) error {
		switch asset.ID {
		case "s:/1":
			return &assay.Error{Op: "sample", Reason: assay.ReasonDenied}
		case "s:/2":
			return &assay.Error{Op: "sample", Reason: assay.ReasonUnavailable}
		}
		return nil
	}
	f := newFleet(t, source)
	registry := prometheus.NewRegistry()
	var err error
	if f.cfg.Metrics, err = scanner.NewMetrics(registry); err != nil {
		t.Fatal(err)
	}
	if _, err := scanner.NewMetrics(registry); err == nil {
		t.Error("metrics were registered twice")
	}
	f.send(storeTasks("s", 3)...)
	f.until(empty) // the queue gives every task three chances
	want := []string{
		"assay_bytes_scanned_total{s} 5",
		"assay_fields_not_examined_total{denied,s} 1",
		"assay_findings_total{email_address,s,email_address@1} 1",
		"assay_task_duration_seconds{done} 1",
		"assay_task_duration_seconds{failed} 3",
		"assay_task_duration_seconds{not_examined} 1",
		"assay_tasks_total{done,s} 1",
		"assay_tasks_total{failed,s} 3",
		"assay_tasks_total{not_examined,s} 1",
		"assay_tasks_working{} 0",
		"assay_values_sampled_total{s} 5",
	}
	if diff := cmp.Diff(want, gather(t, registry)); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}
