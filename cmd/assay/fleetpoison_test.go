package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	amazon "github.com/aws/aws-sdk-go-v2/service/sqs"

	"example.com/assay"
)

// TestPoison: what fails again and again lies among the dead with its reason,
// from where a person puts it back or drops it; it holds up nothing else.
func TestPoison(t *testing.T) {
	f := newFleetTest(t, 3, "scanner: {visibility: 30s, max_receives: 2, retry_delay: 10ms}\n")
	client, err := sqsClient(t.Context(), f.cfg.Queue)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.SendMessage(t.Context(), &amazon.SendMessageInput{QueueUrl: aws.String(string(f.cfg.Queue)), MessageBody: aws.String("not a task")}); err != nil {
		t.Fatal(err)
	}
	dance := assay.NewTask("dance", "shop", "one", assay.Asset{ID: "mysql://shop/dance"}, assay.Plan{})
	elsewhere := assay.NewTask(assay.TaskScan, "lake", "one", assay.Asset{ID: "s3://lake/key"}, assay.Plan{})
	if err := f.queue.Send(t.Context(), dance, elsewhere); err != nil {
		t.Fatal(err)
	}
	p := f.scanner()
	f.create("one")
	f.dead(3)
	f.drained()
	if got := f.findings("email_address"); len(got) != f.tables {
		t.Errorf("%d findings beside poison, want %d", len(got), f.tables)
	}
	reasons := f.assay("tasks", "list")
	for _, want := range []string{"message is not a task", `kind "dance" is not known`, "name it under stores", "0 waiting, 0 leased, 3 dead"} {
		if !strings.Contains(reasons, want) {
			t.Errorf("the list of dead tasks does not say %q:\n%s", want, reasons)
		}
	}
	var listed []assay.Queued
	if err := json.Unmarshal([]byte(f.assay("tasks", "list", "--format", "json")), &listed); err != nil || len(listed) != 3 {
		t.Errorf("listed as JSON: %d tasks, %v", len(listed), err)
	}
	if got := f.assay("tasks", "drop", elsewhere.ID); got != "1 tasks dropped\n" {
		t.Errorf("drop prints %q", got)
	}
	if got := f.assay("tasks", "redrive", dance.ID); got != "1 tasks wait again\n" {
		t.Errorf("redrive prints %q", got)
	}
	f.dead(2) // the scanner does not know it any better
	f.stop(p)
}

// dead waits until so many tasks are dead.
func (f *fleetTest) dead(n int) {
	f.Helper()
	f.until("dead tasks", func() bool {
		depth, err := f.queue.Depth(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		return depth.Dead == n && depth.Waiting == 0 && depth.Leased == 0
	})
}

// TestHandedBack: on SIGTERM a scanner takes no more, and what is not done within
// the grace period is there for others at once.
func TestHandedBack(t *testing.T) {
	t.Setenv("ASSAY_STORES_SHOP_LIMITS_REQUESTS_PER_SECOND", "0.05") // one, and then a long wait
	f := newFleetTest(t, 6, "scanner: {visibility: 10m, grace: 300ms}\n")
	f.create("one")
	p := f.scanner()
	f.until("tasks at work", func() bool {
		depth, err := f.queue.Depth(t.Context())
		return err == nil && depth.Leased >= 2 && len(f.findings("email_address")) > 0
	})
	begun := time.Now()
	f.stop(p)
	t.Logf("stopped after %v, the grace period being 300ms", time.Since(begun).Round(10*time.Millisecond))
	depth, err := f.queue.Depth(t.Context())
	if err != nil || depth.Leased != 0 || depth.Waiting != f.tables-len(f.findings("email_address")) {
		t.Errorf("depth %+v, %v; want all that is not done to wait", depth, err)
	}
}
