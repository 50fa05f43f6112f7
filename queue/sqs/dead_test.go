package sqs

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Messages that are no tasks are leased with an error, die with what is wrong
// with them as the reason, and can be dropped.
func TestPoison(t *testing.T) {
	for name, body := range map[string]string{
		"no JSON":       "{",
		"other JSON":    `{"hello":1}`,
		"later version": `{"kind":"scan","version":99,"id":"x"}`,
	} {
		t.Run(name, func(t *testing.T) {
			q := open(t, client(t, nil), 1)
			if _, err := q.client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &q.live.url, MessageBody: &body}); err != nil {
				t.Fatal(err)
			}
			lease := one(t, q)
			if lease.Err == nil {
				t.Fatalf("a lease without an error: %+v", lease)
			}
			if err := q.Release(t.Context(), lease, 0, lease.Err.Error()); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond) // the receive that buries it
			defer cancel()
			if leases, err := q.Receive(ctx, 1, time.Minute); err != nil || len(leases) != 0 {
				t.Fatalf("received %+v, %v", leases, err)
			}
			letters := dead(t, q)
			if len(letters) != 1 || letters[0].Reason != lease.Err.Error() || letters[0].Task.ID == "" {
				t.Fatalf("dead letters %+v, want one with the reason %q", letters, lease.Err)
			}
			if n, err := q.Drop(t.Context(), letters[0].Task.ID); n != 1 || err != nil {
				t.Errorf("Drop: %d, %v", n, err)
			}
		})
	}
}

// A worker that stops between the two steps of a burial leaves the task dead
// twice: it is listed, dropped and sent again as one.
func TestDeadTwice(t *testing.T) {
	for name, act := range map[string]func(*Queue, string) (n, waiting int, err error){
		"drop":        func(q *Queue, id string) (int, int, error) { n, err := q.Drop(t.Context(), id); return n, 0, err },
		"redrive":     func(q *Queue, id string) (int, int, error) { n, err := q.Redrive(t.Context(), id); return n, 1, err },
		"redrive all": func(q *Queue, _ string) (int, int, error) { n, err := q.Redrive(t.Context()); return n, 1, err },
	} {
		t.Run(name, func(t *testing.T) { deadTwice(t, act) })
	}
}

func deadTwice(t *testing.T, act func(*Queue, string) (n, waiting int, err error)) {
	var stops atomic.Bool
	c := client(t, func(operation string, input any) (any, error) {
		if operation == "DeleteMessageBatch" && stops.Load() {
			return nil, errors.New("stopped")
		}
		return nil, nil
	})
	q := open(t, c, 1)
	if err := q.Send(t.Context(), tasks(1)...); err != nil {
		t.Fatal(err)
	}
	lease := one(t, q)
	stops.Store(true)
	if err := q.Release(t.Context(), lease, 0, "access denied"); err == nil {
		t.Fatal("the stop was not noticed")
	}
	stops.Store(false)
	r, err := receiptOf(lease)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.hide(t.Context(), r, 0); err != nil { // as time does
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if leases, err := q.Receive(ctx, 1, time.Minute); err != nil || len(leases) != 0 {
		t.Fatalf("received %+v, %v", leases, err)
	}
	if depth, err := q.Depth(t.Context()); err != nil || depth.Dead != 2 {
		t.Fatalf("depth %+v, %v; want 2 dead messages", depth, err)
	}
	letters := dead(t, q)
	if len(letters) != 1 || letters[0].Reason != "access denied" {
		t.Errorf("dead letters %+v, want one with its reason", letters)
	}
	n, waiting, err := act(q, lease.Task.ID)
	if n != 1 || err != nil {
		t.Errorf("%d tasks, %v; want 1", n, err)
	}
	if depth, err := q.Depth(t.Context()); err != nil || depth != (assay.Depth{Waiting: waiting}) {
		t.Errorf("depth %+v, %v; want %d waiting", depth, err, waiting)
	}
}

// The reason of an earlier death is not that of a later one, and a task that
// nobody gave back says so.
func TestReasonAfterRedrive(t *testing.T) {
	q := open(t, client(t, nil), 1)
	if err := q.Send(t.Context(), tasks(1)...); err != nil {
		t.Fatal(err)
	}
	if err := q.Release(t.Context(), one(t, q), 0, strings.Repeat("denied\x00", 1000)); err != nil {
		t.Fatal(err)
	}
	if letters := dead(t, q); len(letters) != 1 || len(letters[0].Reason) > maxReason || !strings.HasPrefix(letters[0].Reason, "denied\uFFFDdenied") {
		t.Errorf("dead letters %+v", letters)
	}
	if n, err := q.Redrive(t.Context()); n != 1 || err != nil {
		t.Fatalf("Redrive: %d, %v", n, err)
	}
	if leases, err := q.Receive(t.Context(), 1, time.Second); err != nil || len(leases) != 1 {
		t.Fatalf("received %+v, %v", leases, err)
	}
	time.Sleep(1200 * time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if leases, err := q.Receive(ctx, 1, time.Minute); err != nil || len(leases) != 0 {
		t.Fatalf("received %+v, %v", leases, err)
	}
	if letters := dead(t, q); len(letters) != 1 || letters[0].Reason != abandoned || letters[0].Received != 1 {
		t.Errorf("dead letters %+v, want one that was abandoned", letters)
	}
}

// All dead tasks wait again, whether they are sent again or the server moves them.
func TestRedriveAll(t *testing.T) {
	for name, redrive := range map[string]func(*Queue) (int, error){
		"sent":  func(q *Queue) (int, error) { return q.Redrive(t.Context()) },
		"moved": func(q *Queue) (int, error) { return q.moveAll(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			q := open(t, client(t, nil), 1)
			const n = 12
			if err := q.Send(t.Context(), tasks(n)...); err != nil {
				t.Fatal(err)
			}
			for range n {
				if err := q.Release(t.Context(), one(t, q), 0, "denied"); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := redrive(q); got != n || err != nil {
				t.Errorf("%d, %v; want %d", got, err, n)
			}
			if depth, err := q.Depth(t.Context()); err != nil || depth.Waiting != n || depth.Dead != 0 {
				t.Errorf("depth %+v, %v; want %d waiting", depth, err, n)
			}
		})
	}
}

// A server that cannot move messages is told from one that is down.
func TestCannotMove(t *testing.T) {
	for _, answer := range []error{&types.UnsupportedOperation{}, errors.New("down")} {
		q := open(t, client(t, func(operation string, input any) (any, error) {
			if operation == "StartMessageMoveTask" {
				return nil, answer
			}
			return nil, nil
		}), 1)
		if _, err := q.moveAll(t.Context()); isUnsupported(err) != (answer.Error() != "down") {
			t.Errorf("%v: unsupported: %v", err, isUnsupported(err))
		}
	}
}

func TestListOfOthers(t *testing.T) {
	q := open(t, client(t, nil), 1)
	for _, state := range []assay.QueueState{assay.QueueWaiting, assay.QueueLeased} {
		for _, err := range q.List(t.Context(), state) {
			if !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("List(%s): %v", state, err)
			}
		}
	}
}
