// Package telemetry sends traces to a collector by OTLP over HTTP, where one is
// configured by the variables of OpenTelemetry. What a span says comes from
// names, counts and reasons: no sampled value is in it.
//
// It imports the root package and OpenTelemetry only.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"example.com/assay"
)

// The variables that name a collector; without any of them nothing is traced.
const (
	endpoint       = "OTEL_EXPORTER_OTLP_ENDPOINT"
	tracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
)

// Configured reports whether a collector is named.
func Configured() bool { return os.Getenv(endpoint) != "" || os.Getenv(tracesEndpoint) != "" }

// Start returns the tracer of a process, and what sends the spans that are left
// and must be called before the process ends. A collector that cannot be reached
// costs spans, and nothing else; the log says so.
func Start(ctx context.Context, process, version string, log *slog.Logger) (trace.Tracer, func(context.Context) error, error) {
	if !Configured() {
		return noop.NewTracerProvider().Tracer(""), func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("trace to a collector: %w", err)
	}
	// OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and so win.
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "assay-"+process),
		attribute.String("service.version", version)), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, nil, errors.Join(fmt.Errorf("trace to a collector: %w", err), exporter.Shutdown(ctx))
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(watched{exporter, log}), sdktrace.WithResource(about))
	return provider.Tracer("example.com/assay", trace.WithInstrumentationVersion(version)), provider.Shutdown, nil
}

// watched logs what could not be sent, which the library would tell nobody but
// its global logger.
type watched struct {
	sdktrace.SpanExporter
	log *slog.Logger
}

// ExportSpans implements sdktrace.SpanExporter.
func (w watched) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := w.SpanExporter.ExportSpans(ctx, spans)
	if err != nil {
		w.log.Warn("traces not sent", "spans", len(spans), "error", err)
	}
	return err
}

// Sender returns a sender that traces what it sends: queues that can give the
// span's context along with each task do.
func Sender(tracer trace.Tracer, to assay.Sender) assay.Sender { return sender{tracer, to} }

type sender struct {
	tracer trace.Tracer
	to     assay.Sender
}

// Send implements assay.Sender.
func (s sender) Send(ctx context.Context, tasks ...assay.Task) error {
	ctx, span := s.tracer.Start(ctx, "send", trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithAttributes(attribute.Int("messaging.batch.message_count", len(tasks))))
	defer span.End()
	err := s.to.Send(ctx, tasks...)
	if err != nil {
		span.SetStatus(codes.Error, string(assay.Explain(err)))
	}
	return err
}
