package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/assay"
)

// queueMetrics counts the tasks of the queue whenever metrics are read.
type queueMetrics struct {
	depth func() (assay.Depth, error)
	log   *slog.Logger
}

// newQueueMetrics returns metrics of a queue for as long as ctx lasts.
func newQueueMetrics(ctx context.Context, queue assay.Operator, log *slog.Logger) queueMetrics {
	return queueMetrics{log: log, depth: func() (assay.Depth, error) {
		ctx, cancel := context.WithTimeout(ctx, depthTime)
		defer cancel()
		return queue.Depth(ctx)
	}}
}

// depthTime is how long the queue may take to count.
const depthTime = 5 * time.Second

var (
	queueTasks = prometheus.NewDesc("assay_queue_tasks", "Tasks in the queue, by state.", []string{"state"}, nil)
	queueAge   = prometheus.NewDesc("assay_queue_oldest_task_age_seconds", "Age of the oldest waiting task, where the queue tells it.", nil, nil)
)

// Describe implements prometheus.Collector.
func (queueMetrics) Describe(to chan<- *prometheus.Desc) {
	to <- queueTasks
	to <- queueAge
}

// Collect implements prometheus.Collector. A queue that cannot be reached has no
// numbers, so that an alert for their absence fires.
func (m queueMetrics) Collect(to chan<- prometheus.Metric) {
	depth, err := m.depth()
	if err != nil {
		m.log.Warn("tasks not counted", "error", err)
		return
	}
	for state, n := range map[assay.QueueState]int{assay.QueueWaiting: depth.Waiting, assay.QueueLeased: depth.Leased, assay.QueueDead: depth.Dead} {
		to <- prometheus.MustNewConstMetric(queueTasks, prometheus.GaugeValue, float64(n), string(state))
	}
	to <- prometheus.MustNewConstMetric(queueAge, prometheus.GaugeValue, depth.Oldest.Seconds())
}
