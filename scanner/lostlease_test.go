package scanner_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/internal/testserver"
	"example.com/assay/queue/sqs"
	"example.com/assay/scanner"
	"example.com/assay/store/mysql"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	amazon "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/prometheus/client_golang/prometheus"
)

// forgetful answers the first requests about leases as Amazon SQS does when they
// are lost, which the test server cannot: heartbeats with MessageNotInflight,
// deletions with ReceiptHandleIsInvalid.
type forgetful struct{ heartbeats, deletions atomic.Int64 }

func (f *forgetful) add(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("forgetful",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			switch request := in.Parameters.(type) {
			case *amazon.ChangeMessageVisibilityInput:
				if request.VisibilityTimeout > 0 && f.heartbeats.Add(-1) >= 0 {
					return middleware.InitializeOutput{}, middleware.Metadata{}, &types.MessageNotInflight{}
				}
			case *amazon.DeleteMessageBatchInput:
				if f.deletions.Add(-1) >= 0 {
					var failed []types.BatchResultErrorEntry
					for _, e := range request.Entries {
						failed = append(failed, types.BatchResultErrorEntry{Id: e.Id, Code: aws.String("ReceiptHandleIsInvalid")})
					}
					return middleware.InitializeOutput{Result: &amazon.DeleteMessageBatchOutput{Failed: failed}}, middleware.Metadata{}, nil
				}
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
}

// TestLostLeasesOnSQS: a lease that is lost is no failure of its task, which
// comes again and leaves one whole result.
func TestLostLeasesOnSQS(t *testing.T) {
	const n = 6
	var faults forgetful
	faults.heartbeats.Store(2)
	faults.deletions.Store(2)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	client := amazon.New(amazon.Options{Region: "us-east-1", BaseEndpoint: aws.String(testserver.ElasticMQ(t)),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:  &http.Client{Transport: transport},
		APIOptions:  []func(*middleware.Stack) error{faults.add}})
	url, err := sqs.Setup(t.Context(), client, "forgetful", sqs.SetupOptions{MaxReceives: 20})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := sqs.Open(t.Context(), client, url)
	if err != nil {
		t.Fatal(err)
	}
	defer queue.Close()
	if err := queue.Send(t.Context(), storeTasks("s", n)...); err != nil {
		t.Fatal(err)
	}
	dsn := testserver.MariaDB(t).DSN()
	store, err := mysql.Open(t.Context(), dsn, mysql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	slow := &table{columns: []column{{name: "email", values: emails(5)}}, before: func(ctx context.Context, _ assay.Asset) error {
		select { // beyond the first heartbeat
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
			return nil
		}
	}}
	registry := prometheus.NewRegistry()
	metrics, err := scanner.NewMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	set := compile(t, emailRule)
	s, err := scanner.New(scanner.Config{
		Receiver: queue, Results: store, Set: func(assay.AssetID) *engine.Set { return set }, Metrics: metrics,
		Open:        func(context.Context, string) (assay.Source, error) { return slow, nil },
		Concurrency: 6, Visibility: 2 * time.Second, RetryDelay: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	fetch, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(fetch, t.Context()) }()
	awaitDepth(t, queue, assay.Depth{})
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	wantWhole(t, dsn, n)
	var text strings.Builder
	if families, err := registry.Gather(); err == nil {
		for _, f := range families {
			text.WriteString(f.String())
		}
	}
	if !strings.Contains(text.String(), `value:"lease_lost"`) || strings.Contains(text.String(), `value:"failed"`) || strings.Contains(text.String(), `value:"not_kept"`) {
		t.Errorf("outcomes are not lost leases: %s", text.String())
	}
}
