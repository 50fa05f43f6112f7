package scanner

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"example.com/assay"
)

// The spans of a task:
//
//	task ┬ sample ─ scan, scan … (one for each load of values)
//	     └ commit
//
// A task's span links to that of who sent it, where the queue brought it along;
// it does not continue it, because one cycle of the task creator would be one
// trace with a million tasks. "receive" stands for itself: it brings many tasks.

// traceReceive traces a receipt that brought something.
func (s *Scanner) traceReceive(ctx context.Context, begun time.Time, leases []assay.Lease) {
	if len(leases) == 0 {
		return
	}
	_, span := s.Tracer.Start(ctx, "receive", trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(begun),
		trace.WithAttributes(attribute.Int("messaging.batch.message_count", len(leases))))
	span.End()
}

// traceTask begins the span of a task.
func (s *Scanner) traceTask(ctx context.Context, lease assay.Lease) (context.Context, trace.Span) {
	sent := propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": lease.Trace})
	var links []trace.Link
	if c := trace.SpanContextFromContext(sent); c.IsValid() {
		links = append(links, trace.Link{SpanContext: c})
	}
	return s.Tracer.Start(ctx, "task", trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindConsumer), trace.WithLinks(links...),
		trace.WithAttributes(
			attribute.String("messaging.operation.type", "process"),
			attribute.String("messaging.message.id", lease.Task.ID),
			attribute.String("assay.kind", lease.Task.Kind),
			attribute.String("assay.store", lease.Task.Store),
			attribute.String("assay.asset", string(lease.Task.Asset.ID)),
			attribute.Int("assay.received", lease.Received)))
}

// endTask says what became of the task. The error is told by its reason alone:
// its text comes from stores.
func endTask(span trace.Span, outcome string, result assay.Result) {
	span.SetAttributes(attribute.String("assay.outcome", outcome), attribute.Int("assay.findings", len(result.Findings)),
		attribute.Int("assay.fields", len(result.Coverage)), attribute.Int64("assay.bytes", result.Bytes))
	if outcome != outcomeDone && outcome != outcomeHandedBack && outcome != outcomeLost {
		span.SetStatus(codes.Error, outcome)
	}
	span.End()
}

// step traces a part of a task: as a child of the span that ctx carries, or not
// at all when it carries none. The returned function ends it.
func step(ctx context.Context, name string) (context.Context, func(error)) {
	ctx, span := trace.SpanFromContext(ctx).TracerProvider().Tracer("example.com/assay/scanner").Start(ctx, name)
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, string(assay.Explain(err)))
		}
		span.End()
	}
}
