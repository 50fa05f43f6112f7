package scanner_test

import (
	"context"
	"net/http"
	"sync"
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
)

// TestFleet: two scanners on SQS and MySQL work through a queue in which some
// tasks fail once, and some messages are no tasks.
func TestFleet(t *testing.T) {
	const n = 120
	client, url, queue := fleetQueue(t)
	dsn := testserver.MariaDB(t).DSN()
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	failOnce(source, n/10)
	if err := queue.Send(t.Context(), storeTasks("s", n)...); err != nil {
		t.Fatal(err)
	}
	if _, err := client.SendMessage(t.Context(), &amazon.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("poison")}); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	fetch, stop := context.WithCancel(t.Context())
	defer stop()
	set := compile(t, emailRule)
	var scanners sync.WaitGroup
	for range 2 {
		store, err := mysql.Open(t.Context(), dsn, mysql.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		s, err := scanner.New(scanner.Config{
			Receiver: queue, Results: store, Set: func(assay.AssetID) *engine.Set { return set },
			Open:        func(context.Context, string) (assay.Source, error) { return source, nil },
			Concurrency: 10, Visibility: time.Minute, RetryDelay: time.Millisecond,
		})
		if err != nil {
			t.Fatal(err)
		}
		scanners.Go(func() {
			if err := s.Run(fetch, t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	awaitDepth(t, queue, assay.Depth{Dead: 1})
	t.Logf("%d tasks in %v", n, time.Since(begun))
	stop()
	scanners.Wait()

	wantWhole(t, dsn, n)
	for dead, err := range queue.List(t.Context(), assay.QueueDead) {
		if err != nil || dead.Reason == "" {
			t.Errorf("dead letter %+v, %v; want a reason", dead, err)
		}
	}
}

// fleetQueue makes a queue with at most three receives.
func fleetQueue(t *testing.T) (client *amazon.Client, url string, queue *sqs.Queue) {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	client = amazon.New(amazon.Options{Region: "us-east-1", BaseEndpoint: aws.String(testserver.ElasticMQ(t)),
		HTTPClient:  &http.Client{Transport: transport},
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	url, err := sqs.Setup(t.Context(), client, "fleet", sqs.SetupOptions{MaxReceives: 3})
	if err != nil {
		t.Fatal(err)
	}
	if queue, err = sqs.Open(t.Context(), client, url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { queue.Close() })
	return client, url, queue
}

// wantWhole checks that the store holds one whole finding of each of n assets,
// and nothing that is not examined.
func wantWhole(t *testing.T, dsn string, n int) {
	t.Helper()
	store, err := mysql.Open(t.Context(), dsn, mysql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	found := 0
	for f, err := range store.Findings(t.Context(), assay.FindingFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if found++; f.Matched != 5 {
			t.Errorf("finding %+v", f)
		}
	}
	for c, err := range store.Coverage(t.Context(), "") {
		if err != nil || c.Status != assay.StatusScanned {
			t.Errorf("coverage %+v, %v", c, err)
		}
	}
	if found != n {
		t.Errorf("%d findings, want %d", found, n)
	}
}

// failOnce makes the first tasks fail at their first delivery.
func failOnce(source *table, n int) {
	var mu sync.Mutex
	failed := map[assay.AssetID]bool{}
	source.before = func(_ context.Context, asset assay.Asset) error {
		mu.Lock()
		defer mu.Unlock()
		if failed[asset.ID] || len(failed) == n {
			return nil
		}
		failed[asset.ID] = true
		return &assay.Error{Op: "sample", Item: string(asset.ID), Reason: assay.ReasonTimeout}
	}
}

func awaitDepth(t *testing.T, queue assay.Operator, want assay.Depth) {
	t.Helper()
	for end := time.Now().Add(2 * patience); ; time.Sleep(50 * time.Millisecond) {
		depth, err := queue.Depth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if depth == want {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("depth %+v, want %+v", depth, want)
		}
	}
}
