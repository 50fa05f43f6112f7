package sqs

import (
	"testing"

	"go.opentelemetry.io/otel/trace"
)

// The trace context of who sent a task comes with its lease, also after the task
// was dead, alone or with all others, and was sent again.
func TestTrace(t *testing.T) {
	const want = "00-0102030405060708090a0b0c0d0e0f10-0102030405060708-01"
	q := open(t, client(t, nil), 1)
	sent := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID:    trace.TraceID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
		SpanID:     trace.SpanID{1, 2, 3, 4, 5, 6, 7, 8},
		TraceFlags: trace.FlagsSampled,
	}))
	task := tasks(1)[0]
	if err := q.Send(sent, task); err != nil {
		t.Fatal(err)
	}
	for _, ids := range [][]string{{task.ID}, nil} {
		lease := one(t, q)
		if lease.Trace != want {
			t.Errorf("trace %q, want %q", lease.Trace, want)
		}
		if err := q.Release(t.Context(), lease, 0, "access denied"); err != nil {
			t.Fatal(err)
		}
		if n, err := q.Redrive(t.Context(), ids...); n < 1 || err != nil {
			t.Fatalf("Redrive: %d, %v", n, err)
		}
	}
	if lease := one(t, q); lease.Trace != want {
		t.Errorf("trace %q after all were sent again, want %q", lease.Trace, want)
	}
	if err := q.Send(t.Context(), tasks(2)[1]); err != nil {
		t.Fatal(err)
	}
	if lease := one(t, q); lease.Trace != "" {
		t.Errorf("trace %q of a task that was not traced", lease.Trace)
	}
}
