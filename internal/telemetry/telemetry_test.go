package telemetry_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	amazon "github.com/aws/aws-sdk-go-v2/service/sqs"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/internal/telemetry"
	"example.com/assay/internal/testserver"
	"example.com/assay/queue/sqs"
	"example.com/assay/scanner"
	storesqlite "example.com/assay/store/sqlite"
	"example.com/assay/verifiers"
)

// receiver is a collector that keeps what it is sent.
type receiver struct {
	mu    sync.Mutex
	raw   bytes.Buffer
	spans []*tracepb.Span
	names []string // of services
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	var got collector.ExportTraceServiceRequest
	if err = errors.Join(err, proto.Unmarshal(body, &got)); err != nil || req.URL.Path != "/v1/traces" {
		http.Error(w, "no traces", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.raw.Write(body)
	for _, from := range got.ResourceSpans {
		for _, a := range from.Resource.Attributes {
			if a.Key == "service.name" {
				r.names = append(r.names, a.Value.GetStringValue())
			}
		}
		for _, scope := range from.ScopeSpans {
			r.spans = append(r.spans, scope.Spans...)
		}
	}
}

// named returns the spans of a name.
func (r *receiver) named(name string) (out []*tracepb.Span) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.spans {
		if s.Name == name {
			out = append(out, s)
		}
	}
	return out
}

func TestOffWhenUnset(t *testing.T) {
	tracer, stop, err := telemetry.Start(t.Context(), "test", "0", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_, span := tracer.Start(t.Context(), "x")
	if span.IsRecording() || telemetry.Configured() {
		t.Error("it traces although no collector is named")
	}
	if err := stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// A collector that is down is told by the log, and fails nothing.
func TestCollectorDown(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:1/v1/traces")
	var log bytes.Buffer
	tracer, stop, err := telemetry.Start(t.Context(), "test", "0", slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	_, span := tracer.Start(t.Context(), "x")
	span.End()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_ = stop(ctx)
	if !strings.Contains(log.String(), "traces not sent") {
		t.Errorf("the log says %q", log.String())
	}
}

// column is a source of one column.
type column struct{ values []string }

func (column) Assets(context.Context) iter.Seq2[assay.Asset, error] { return nil }
func (column) Close() error                                         { return nil }

func (c column) Sample(_ context.Context, _ assay.Asset, _ assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	field := &assay.Field{Path: "contact"}
	for _, v := range c.values {
		if err := yield(assay.Datum{Field: field, Value: assay.Value(v)}); err != nil {
			return assay.Reading{}, err
		}
	}
	return assay.Reading{Fields: []assay.FieldReading{{Field: *field, Sampled: len(c.values), Status: assay.StatusScanned}}}, nil
}

// TestFleetOnSQS: a task is traced from its sender through SQS to the commit of
// its result, its message's body is the task alone, and no span holds a value.
func TestFleetOnSQS(t *testing.T) {
	url := testserver.ElasticMQ(t)
	spans := newReceiver(t)
	client := amazon.New(amazon.Options{BaseEndpoint: aws.String(url), Region: "us-east-1",
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	address, err := sqs.Setup(t.Context(), client, "traced", sqs.SetupOptions{})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := sqs.Open(t.Context(), client, address)
	if err != nil {
		t.Fatal(err)
	}
	store, err := storesqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), storesqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	tracer, stop, err := telemetry.Start(t.Context(), "scanner", "0.0.1", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}

	task := assay.NewTask(assay.TaskScan, "shop", "1", assay.Asset{ID: "mysql://db/shop/users"}, assay.Plan{})
	if err := telemetry.Sender(tracer, queue).Send(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	if err := queue.Send(t.Context(), assay.NewTask(assay.TaskScan, "shop", "2", task.Asset, task.Plan)); err != nil { // untraced
		t.Fatal(err)
	}
	messages := &bodies{Receiver: queue}
	values := []string{"ada.planted@mail.example.org", "bob.planted@mail.example.org"}
	scan(t, messages, store, values, scanner.Config{Tracer: tracer})
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	if len(messages.leases) != 2 {
		t.Fatalf("%d tasks were received", len(messages.leases))
	}
	for _, lease := range messages.leases {
		body, err := json.Marshal(lease.Task)
		if err != nil || bytes.Contains(body, []byte("trace")) {
			t.Errorf("the task is %s (%v)", body, err)
		}
	}
	sent, tasks := spans.named("send"), spans.named("task")
	if len(sent) != 1 || len(tasks) != 2 || len(spans.named("receive")) == 0 {
		t.Fatalf("%d send, %d task, %d receive spans", len(sent), len(tasks), len(spans.named("receive")))
	}
	linked := 0
	for _, span := range tasks {
		for _, l := range span.Links {
			linked++
			if !bytes.Equal(l.TraceId, sent[0].TraceId) || !bytes.Equal(l.SpanId, sent[0].SpanId) {
				t.Errorf("a task links to %s", hex.EncodeToString(l.TraceId))
			}
		}
	}
	if linked != 1 {
		t.Errorf("%d tasks link to their sender, want the one that was sent by it", linked)
	}
	children := map[string]string{"sample": "task", "scan": "sample", "commit": "task"}
	for name, parent := range children {
		got := spans.named(name)
		if len(got) != 2 {
			t.Errorf("%d %s spans, want 2", len(got), name)
		}
		for _, child := range got {
			if !isChild(child, spans.named(parent)) {
				t.Errorf("%s is no child of %s", name, parent)
			}
		}
	}
	for _, v := range values {
		if strings.Contains(spans.raw.String(), v[:11]) {
			t.Error("a span holds a sampled value")
		}
	}
	if len(spans.names) == 0 || spans.names[0] != "assay-scanner" {
		t.Errorf("services %q", spans.names)
	}
}

func isChild(child *tracepb.Span, parents []*tracepb.Span) bool {
	for _, p := range parents {
		if bytes.Equal(child.ParentSpanId, p.SpanId) && bytes.Equal(child.TraceId, p.TraceId) {
			return true
		}
	}
	return false
}

// bodies keeps the leases of a queue.
type bodies struct {
	assay.Receiver
	leases []assay.Lease
}

func (b *bodies) Receive(ctx context.Context, max int, visibility time.Duration) ([]assay.Lease, error) {
	leases, err := b.Receiver.Receive(ctx, max, visibility)
	b.leases = append(b.leases, leases...)
	return leases, err
}

// scan runs a scanner until it has committed two results.
func scan(t *testing.T, queue assay.Receiver, store *storesqlite.Store, values []string, cfg scanner.Config) {
	t.Helper()
	defs, err := verifiers.Library()
	if err != nil {
		t.Fatal(err)
	}
	set, err := verifiers.Compile(defs, verifiers.Options{Elements: []assay.Element{"email_address"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	results := &counted{ResultWriter: store, done: stop, left: 2}
	cfg.Receiver, cfg.Results, cfg.Set = queue, results, func(assay.AssetID) *engine.Set { return set }
	cfg.Open = func(context.Context, string) (assay.Source, error) { return column{values}, nil }
	s, err := scanner.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(ctx, t.Context()); err != nil {
		t.Fatal(err)
	}
}

// counted says when a number of results was committed.
type counted struct {
	assay.ResultWriter
	done func()

	mu   sync.Mutex
	left int
}

func (c *counted) Commit(ctx context.Context, r assay.Result) error {
	err := c.ResultWriter.Commit(ctx, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left == 0 {
		c.done()
	}
	return err
}
