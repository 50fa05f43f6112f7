package sqs

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/queue/queuetest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go/middleware"
)

// TestMain lets more cases wait at the same time than there are processors.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "20"); err != nil {
		log.Fatal(err)
	}
	os.Exit(m.Run())
}

// client returns a client of the test server. intercept, which may be nil, sees
// every request and may answer in the server's stead.
func client(t testing.TB, intercept func(operation string, input any) (output any, err error)) *sqs.Client {
	t.Helper()
	return sqs.New(sqs.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(testserver.ElasticMQ(t)),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("intercept",
				func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
					if intercept != nil {
						if out, err := intercept(middleware.GetOperationName(ctx), in.Parameters); out != nil || err != nil {
							return middleware.InitializeOutput{Result: out}, middleware.Metadata{}, err
						}
					}
					return next.HandleInitialize(ctx, in)
				}), middleware.Before)
		}},
	})
}

var names atomic.Int64

// open returns a new queue of the test's own.
func open(t testing.TB, client *sqs.Client, maxReceives int) *Queue {
	t.Helper()
	url, err := Setup(t.Context(), client, fmt.Sprintf("test-%d", names.Add(1)), SetupOptions{MaxReceives: maxReceives})
	if err != nil {
		t.Fatal(err)
	}
	q, err := Open(t.Context(), client, url)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func tasks(n int) []assay.Task {
	out := make([]assay.Task, n)
	for i := range out {
		out[i] = assay.NewTask(assay.TaskScan, "s", "1", assay.Asset{ID: assay.AssetID(fmt.Sprintf("file:/%d", i))}, assay.Plan{})
	}
	return out
}

func receive(t testing.TB, q *Queue, limit int) []assay.Lease {
	t.Helper()
	leases, err := q.Receive(t.Context(), limit, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return leases
}

func one(t *testing.T, q *Queue) assay.Lease {
	t.Helper()
	leases := receive(t, q, 1)
	if len(leases) != 1 {
		t.Fatalf("received %d tasks, want 1", len(leases))
	}
	return leases[0]
}

func dead(t *testing.T, q *Queue) (out []assay.Queued) {
	t.Helper()
	for queued, err := range q.List(t.Context(), assay.QueueDead) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, queued)
	}
	return out
}

func TestConformance(t *testing.T) {
	opts := queuetest.Options{MaxReceives: 3, Visibility: 4 * time.Second, Idle: 1500 * time.Millisecond, Patience: 30 * time.Second, Parallel: true}
	queuetest.Run(t, opts, func(t *testing.T) queuetest.Opened {
		return queuetest.Opened{Queue: open(t, client(t, nil), opts.MaxReceives)}
	})
}

func TestSetup(t *testing.T) {
	c := client(t, nil)
	for i, want := range []int{5, 2, 2} {
		url, err := Setup(t.Context(), c, "setup", SetupOptions{MaxReceives: want})
		if err != nil {
			t.Fatalf("time %d: %v", i, err)
		}
		q, err := Open(t.Context(), c, url)
		if err != nil {
			t.Fatalf("time %d: %v", i, err)
		}
		if q.maxReceives != want || !strings.HasSuffix(q.dead.url, "/setup-dead") {
			t.Errorf("time %d: at most %d receives, dead letters in %s; want %d", i, q.maxReceives, q.dead.url, want)
		}
	}
	made, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("bare")})
	if err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{*made.QueueUrl: "maxReceiveCount", *made.QueueUrl + "-absent": "absent"} {
		if _, err := Open(t.Context(), c, url); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%s): %v", url, err)
		}
	}
}

// Ten messages a request, fewer when they are large, and again what SQS did not
// take.
func TestSendBatches(t *testing.T) {
	var mu sync.Mutex
	requests, weights := 0, 0
	c := client(t, func(_ string, input any) (any, error) {
		in, ok := input.(*sqs.SendMessageBatchInput)
		if !ok {
			return nil, nil
		}
		mu.Lock()
		defer mu.Unlock()
		total := 0
		for _, e := range in.Entries {
			total += weight(e)
		}
		if requests, weights = requests+1, max(weights, total); requests > 2 {
			return nil, nil
		}
		out := &sqs.SendMessageBatchOutput{} // the first two requests fail
		for _, e := range in.Entries {
			out.Failed = append(out.Failed, types.BatchResultErrorEntry{Id: e.Id, Code: aws.String("InternalError")})
		}
		return out, nil
	})
	q := open(t, c, 3)
	all := tasks(25)
	for i := range all[:15] {
		all[i].Asset.Attributes = map[string]string{"comment": strings.Repeat("x", 60_000)}
	}
	if err := q.Send(t.Context(), all...); err != nil {
		t.Fatal(err)
	}
	if want := 4 + 1 + 2; requests != want { // 4+4+4+(3 and 7)+3, two of them twice
		t.Errorf("%d requests, want %d", requests, want)
	}
	if weights > maxBytes {
		t.Errorf("a request weighed %d bytes", weights)
	}
	if depth, err := q.Depth(t.Context()); err != nil || depth.Waiting != len(all) {
		t.Errorf("depth %+v, %v; want %d waiting", depth, err, len(all))
	}
}

// What cannot be sent is named, and stops nothing else.
func TestSendFailures(t *testing.T) {
	var tries atomic.Int64
	all := tasks(3)
	c := client(t, func(_ string, input any) (any, error) {
		in, ok := input.(*sqs.SendMessageBatchInput)
		if !ok {
			return nil, nil
		}
		out := &sqs.SendMessageBatchOutput{}
		for _, e := range in.Entries {
			if strings.Contains(*e.MessageBody, all[1].ID) {
				tries.Add(1)
				out.Failed = append(out.Failed, types.BatchResultErrorEntry{Id: e.Id, Code: aws.String("InvalidMessageContents"), SenderFault: true})
			}
		}
		return out, nil
	})
	q := open(t, c, 3)
	err := q.Send(t.Context(), all...)
	if err == nil || !strings.Contains(err.Error(), all[1].ID) || !strings.Contains(err.Error(), "InvalidMessageContents") || strings.Contains(err.Error(), all[0].ID) {
		t.Errorf("got %v, want an error about task %s alone", err, all[1].ID)
	}
	if tries.Load() != 1 {
		t.Errorf("a message at fault was sent %d times", tries.Load())
	}
	huge := tasks(2)
	huge[0].Asset.Attributes = map[string]string{"comment": strings.Repeat("x", 3<<20)}
	q = open(t, client(t, nil), 3)
	if err := q.Send(t.Context(), huge...); err == nil || !strings.Contains(err.Error(), huge[0].ID) || strings.Contains(err.Error(), huge[1].ID) {
		t.Errorf("got %v, want an error about the task of 3 MB alone", err)
	}
	if lease := one(t, q); lease.Task.ID != huge[1].ID {
		t.Errorf("received %s, want the task that can be sent", lease.Task.ID)
	}
}

// The errors of Amazon SQS about a receipt, which the test server cannot make.
func TestLostLeases(t *testing.T) {
	var code atomic.Value
	code.Store("")
	c := client(t, func(operation string, input any) (any, error) {
		failure := &types.MessageNotInflight{ErrorCodeOverride: aws.String(code.Load().(string))}
		switch {
		case *failure.ErrorCodeOverride == "":
		case operation == "ChangeMessageVisibility":
			return nil, failure
		case operation == "DeleteMessageBatch":
			return &sqs.DeleteMessageBatchOutput{Failed: []types.BatchResultErrorEntry{{Id: aws.String("0"), Code: failure.ErrorCodeOverride}}}, nil
		}
		return nil, nil
	})
	q := open(t, c, 3)
	if err := q.Send(t.Context(), tasks(1)...); err != nil {
		t.Fatal(err)
	}
	lease := one(t, q)
	last := lease
	last.Received = 3
	for injected, want := range map[string]bool{
		"MessageNotInflight": true, "AWS.SimpleQueueService.MessageNotInflight": true, "com.amazonaws.sqs#ReceiptHandleIsInvalid": true, "InvalidParameterValue": true,
		"AccessDenied": false, "QueueDoesNotExist": false,
	} {
		code.Store(injected)
		for call, err := range map[string]error{
			"Extend":       q.Extend(t.Context(), lease, time.Minute),
			"Release":      q.Release(t.Context(), lease, 0, "x"),
			"last Release": q.Release(t.Context(), last, 0, "x"),
			"Finish":       q.Finish(t.Context(), lease),
		} {
			if err == nil || errors.Is(err, assay.ErrLeaseLost) != want {
				t.Errorf("%s with %s: %v; lost: want %v", call, injected, err, want)
			}
		}
	}
	code.Store("")
	if letters := dead(t, q); len(letters) != 0 {
		t.Errorf("a lease that was lost made dead letters: %+v", letters)
	}
}

// Finishes that come together share requests, and each gets its own answer.
func TestFinishBatches(t *testing.T) {
	var requests atomic.Int64
	c := client(t, func(operation string, input any) (any, error) {
		if operation == "DeleteMessageBatch" {
			requests.Add(1)
			time.Sleep(50 * time.Millisecond) // others gather
		}
		return nil, nil
	})
	q := open(t, c, 3)
	const n = 40
	if err := q.Send(t.Context(), tasks(n)...); err != nil {
		t.Fatal(err)
	}
	var leases []assay.Lease
	for len(leases) < n {
		leases = append(leases, receive(t, q, 10)...)
	}
	var wg sync.WaitGroup
	for i := range leases {
		wg.Go(func() {
			if err := q.Finish(t.Context(), leases[i]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Go(func() {
		foreign := assay.Lease{Receipt: "0.foreign"}
		if err := q.Finish(t.Context(), foreign); !errors.Is(err, assay.ErrLeaseLost) {
			t.Errorf("Finish of a foreign receipt: %v", err)
		}
	})
	wg.Wait()
	if got := requests.Load(); got > 12 {
		t.Errorf("%d requests for %d finishes", got, n+1)
	}
	if depth, err := q.Depth(t.Context()); err != nil || depth != (assay.Depth{}) {
		t.Errorf("depth %+v, %v; want nothing left", depth, err)
	}
}

func TestSeconds(t *testing.T) {
	for d, want := range map[time.Duration]int32{-time.Second: 0, 0: 0, time.Millisecond: 1, time.Second: 1, 1001 * time.Millisecond: 2, 24 * time.Hour: maxVisibility} {
		if got := seconds(d); got != want {
			t.Errorf("seconds(%v) = %d, want %d", d, got, want)
		}
	}
}

// BenchmarkEmptyTasks: 20 workers receive in batches and finish.
func BenchmarkEmptyTasks(b *testing.B) {
	q := open(b, client(b, nil), 5)
	if err := q.Send(b.Context(), tasks(b.N)...); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for left := b.N; left > 0; {
		var wg sync.WaitGroup
		for range 2 {
			leases := receive(b, q, 10)
			left -= len(leases)
			for _, l := range leases {
				wg.Go(func() {
					if err := q.Finish(b.Context(), l); err != nil {
						b.Error(err)
					}
				})
			}
			if left == 0 {
				break
			}
		}
		wg.Wait()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tasks/s")
}
