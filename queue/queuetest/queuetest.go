// Package queuetest is the conformance suite of the three roles of a queue. The
// embedded queue and Amazon SQS run the same cases, so that a service may
// change its queue without noticing.
//
// It imports the root package only, and is itself imported by tests only.
package queuetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"example.com/assay"
)

// Queue is a queue as the suite uses it: all roles of one queue.
type Queue interface {
	assay.Receiver
	assay.Sender
	assay.Operator
}

// Opened is a new, empty queue for one case.
type Opened struct {
	Queue
	// Advance makes time pass for the queue; nil means to sleep.
	Advance func(time.Duration)
}

// Options say what the queue under test promises, and how fast it is.
type Options struct {
	// MaxReceives is the queue's maximum of receives; at least 2.
	MaxReceives int
	// Visibility is a visibility time that the queue honours and in which a case
	// gets its work done: seconds on a real server, anything with a fake clock.
	Visibility time.Duration
	// Idle is how long a Receive must find nothing to be believed.
	Idle time.Duration
	// Patience is how long to wait for something that must come.
	Patience time.Duration
	// CanList says that List yields waiting and leased tasks, not dead ones only.
	CanList bool
	// CanDrop says that Drop removes waiting and leased tasks, not dead ones only.
	CanDrop bool
	// ExactDepth says that Depth, and Redrive of all, count rather than estimate.
	ExactDepth bool
	// Parallel runs the cases at the same time, for queues whose time is real and
	// which therefore mostly wait.
	Parallel bool
	// Deduplicates says that Send recognises an id that is in the queue.
	Deduplicates bool
}

// Run puts queues made by open through every case that the options allow.
func Run(t *testing.T, opts Options, open func(t *testing.T) Opened) {
	t.Helper()
	cases := []struct {
		name string
		skip bool
		run  func(*fixture)
	}{
		{"round trip", false, roundTrip},
		{"large and strange tasks", false, strangeTasks},
		{"batches", false, batches},
		{"hidden while leased", false, hiddenWhileLeased},
		{"extend", false, extend},
		{"stale receipt", false, staleReceipt},
		{"foreign receipt", false, foreignReceipt},
		{"finish twice", false, finishTwice},
		{"late finish", false, lateFinish},
		{"release", false, release},
		{"release with delay", false, releaseLater},
		{"dead letters", false, deadLetters},
		{"abandoned to death", false, abandoned},
		{"redrive by id", false, redriveByID},
		{"many dead letters", false, manyDead},
		{"send wakes", false, sendWakes},
		{"expiry wakes", false, expiryWakes},
		{"context ends receive", false, contextEnds},
		{"duplicates", !opts.Deduplicates, duplicates},
		{"list", !opts.CanList, list},
		{"drop", !opts.CanDrop, drop},
		{"depth", !opts.ExactDepth, depth},
		{"many workers", false, manyWorkers},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.skip {
				t.Skip("the queue does not promise this")
			}
			if opts.Parallel {
				t.Parallel()
			}
			q := open(t)
			if q.Advance == nil {
				q.Advance = time.Sleep
			}
			c.run(&fixture{T: t, Options: opts, q: q})
		})
	}
}

// fixture is one case's queue, with the steps that cases are made of.
type fixture struct {
	*testing.T
	Options
	q Opened
}

// tasks makes n tasks with different ids.
func tasks(n int) []assay.Task {
	out := make([]assay.Task, n)
	for i := range out {
		id := assay.AssetID(fmt.Sprintf("mysql://db:3306/shop/table_%03d", i))
		asset := assay.Asset{ID: id, Kind: assay.KindTable, Rows: int64(i), Bytes: -1}
		out[i] = assay.NewTask(assay.TaskScan, "shop", "2026-11-22", asset, assay.Plan{Rows: 100, Timeout: time.Minute})
	}
	return out
}

func (f *fixture) send(tasks ...assay.Task) {
	f.Helper()
	if err := f.q.Send(f.Context(), tasks...); err != nil {
		f.Fatalf("Send: %v", err)
	}
}

// receive returns what one Receive brings within a time: none is no error.
func (f *fixture) receive(max int, within time.Duration) []assay.Lease {
	f.Helper()
	ctx, cancel := context.WithTimeout(f.Context(), within)
	defer cancel()
	leases, err := f.q.Receive(ctx, max, f.Visibility)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		f.Fatalf("Receive: %v", err)
	}
	return leases
}

// one receives exactly one task, which must come.
func (f *fixture) one() assay.Lease {
	f.Helper()
	for end := time.Now().Add(f.Patience); time.Now().Before(end); {
		if leases := f.receive(1, f.Patience); len(leases) == 1 {
			return leases[0]
		} else if len(leases) > 1 {
			f.Fatalf("Receive of at most 1 gave %d tasks", len(leases))
		}
	}
	f.Fatalf("no task came within %v", f.Patience)
	return assay.Lease{}
}

// none makes sure that nothing is there to receive.
func (f *fixture) none() {
	f.Helper()
	if leases := f.receive(1, f.Idle); len(leases) > 0 {
		f.Fatalf("received %s, want nothing: it was received %d times", leases[0].Task.Asset.ID, leases[0].Received)
	}
}

func (f *fixture) finish(l assay.Lease) {
	f.Helper()
	if err := f.q.Finish(f.Context(), l); err != nil {
		f.Fatalf("Finish: %v", err)
	}
}

func (f *fixture) release(l assay.Lease, delay time.Duration, reason string) {
	f.Helper()
	if err := f.q.Release(f.Context(), l, delay, reason); err != nil {
		f.Fatalf("Release: %v", err)
	}
}

// expire lets every lease run out.
func (f *fixture) expire() { f.q.Advance(f.Visibility + f.Visibility/4 + time.Millisecond) }

// dead returns the dead letters, waiting until there are n.
func (f *fixture) dead(n int) []assay.Queued {
	f.Helper()
	var out []assay.Queued
	for end := time.Now().Add(f.Patience); ; time.Sleep(f.Idle / 10) {
		out = f.list(assay.QueueDead)
		if len(out) == n {
			return out
		}
		if time.Now().After(end) {
			f.Fatalf("%d dead letters, want %d: %+v", len(out), n, out)
		}
	}
}

func (f *fixture) list(state assay.QueueState) (out []assay.Queued) {
	f.Helper()
	for queued, err := range f.q.List(f.Context(), state) {
		if err != nil {
			f.Fatalf("List(%s): %v", state, err)
		}
		out = append(out, queued)
	}
	return out
}

// wantLost checks that an error says that the lease is lost.
func (f *fixture) wantLost(what string, err error) {
	f.Helper()
	if !errors.Is(err, assay.ErrLeaseLost) {
		f.Errorf("%s: got %v, want assay.ErrLeaseLost", what, err)
	}
}
