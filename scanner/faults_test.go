package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"
)

// faulty is a queue and a store that fail on the way.
type faulty struct {
	assay.Receiver
	assay.ResultWriter
	finish, commit func(task string) error // called before
	extend         func() error            // instead
	released       *atomic.Int64
}

func (q *faulty) Finish(ctx context.Context, l assay.Lease) error {
	if q.finish != nil {
		if err := q.finish(l.Task.ID); err != nil {
			return err
		}
	}
	return q.Receiver.Finish(ctx, l)
}

func (q *faulty) Commit(ctx context.Context, r assay.Result) error {
	if q.commit != nil {
		if err := q.commit(r.Task.ID); err != nil {
			return err
		}
	}
	return q.ResultWriter.Commit(ctx, r)
}

func (q *faulty) Extend(ctx context.Context, l assay.Lease, d time.Duration) error {
	if q.extend != nil {
		return q.extend()
	}
	return q.Receiver.Extend(ctx, l, d)
}

func (q *faulty) Release(ctx context.Context, l assay.Lease, d time.Duration, reason string) error {
	q.released.Add(1)
	return q.Receiver.Release(ctx, l, d, reason)
}

func (f *fleet) faults() *faulty {
	q := &faulty{Receiver: f.queue, ResultWriter: f.store, released: &atomic.Int64{}}
	f.cfg.Receiver, f.cfg.Results = q, q
	return q
}

// firstTime fails once for every task.
func firstTime() func(string) error {
	var seen sync.Map
	return func(task string) error {
		if _, again := seen.LoadOrStore(task, true); !again {
			return errors.New("connection reset")
		}
		return nil
	}
}

// The results after faults are those of a run without.
func TestFaults(t *testing.T) {
	for name, broken := range map[string]faulty{
		"between commit and finish": {finish: firstTime()},
		"in commit":                 {commit: firstTime()},
		"in both":                   {finish: firstTime(), commit: firstTime()},
	} {
		t.Run(name, func(t *testing.T) {
			source := &table{columns: []column{{name: "email", values: emails(5)}}}
			f := newFleet(t, source)
			q := f.faults()
			q.finish, q.commit = broken.finish, broken.commit
			tasks := someTasks(5)
			f.send(tasks...)
			f.until(empty)
			same(t, "kept", wantKept(tasks), kept(t, f.store))
			if source.sampled < 10 || len(f.dead()) > 0 {
				t.Errorf("sampled %d times, want every task again; %d dead", source.sampled, len(f.dead()))
			}
		})
	}
}

// A delivery that fails takes nothing away from one that was committed.
func TestFailureAfterCommit(t *testing.T) {
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	var committed atomic.Bool
	source.before = func(context.Context, assay.Asset) error {
		if committed.Load() {
			return &assay.Error{Op: "sample", Reason: assay.ReasonTimeout}
		}
		return nil
	}
	f := newFleet(t, source)
	q := f.faults()
	q.finish = func(string) error { committed.Store(true); return errors.New("connection reset") }
	tasks := someTasks(1)
	f.send(tasks...)
	f.until(empty)
	want := wantKept(tasks)
	want = append(want[:1], "mysql://db:3306/shop/t000  not_examined timed_out", want[1])
	same(t, "kept", want, kept(t, f.store))
	if len(f.dead()) != 1 {
		t.Errorf("%d dead letters, want 1", len(f.dead()))
	}
}

func TestHeartbeatKeepsTheLease(t *testing.T) {
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	source.before = func(context.Context, assay.Asset) error { time.Sleep(3500 * time.Millisecond); return nil }
	f := newFleet(t, source)
	f.cfg.Visibility = 1500 * time.Millisecond // outlasts a stall of the disk of one second
	f.send(someTasks(1)...)
	f.until(empty)
	if source.sampled != 1 {
		t.Errorf("sampled %d times: the lease ran out under work", source.sampled)
	}
}

// A task whose lease is lost belongs to another scanner: nothing is written,
// and nothing said to the queue.
func TestLostLease(t *testing.T) {
	for name, extend := range map[string]func() error{
		"the queue says so": func() error { return fmt.Errorf("extend: %w", assay.ErrLeaseLost) },
		"the queue is away": func() error { return errors.New("no route to host") },
	} {
		t.Run(name, func(t *testing.T) {
			broken := make(chan error, 1)
			source := &table{before: func(ctx context.Context, _ assay.Asset) error {
				<-ctx.Done()
				broken <- context.Cause(ctx)
				return ctx.Err()
			}}
			f := newFleet(t, source)
			f.cfg.Visibility = 150 * time.Millisecond
			q := f.faults()
			q.extend = extend
			q.commit = func(string) error { t.Error("committed without a lease"); return nil }
			f.send(someTasks(1)...)
			stopFetch, _, done := f.start()
			f.await("the task begins", func() bool { source.mu.Lock(); defer source.mu.Unlock(); return source.sampled == 1 })
			stopFetch()
			if err := <-broken; !errors.Is(err, assay.ErrLeaseLost) {
				t.Errorf("the work was broken off by %v", err)
			}
			done()
			if q.released.Load() > 0 || strings.Contains(f.log.String(), "task failed") {
				t.Error("a lost lease was treated as a failure")
			}
		})
	}
}
