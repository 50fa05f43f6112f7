package queuetest

import (
	"context"
	"errors"
	"strings"
	"time"

	"example.com/assay"

	"github.com/google/go-cmp/cmp"
)

func roundTrip(f *fixture) {
	task := tasks(1)[0]
	before := time.Now()
	f.send(task)
	lease := f.one()
	if diff := cmp.Diff(task, lease.Task); diff != "" {
		f.Errorf("the task changed on its way (-sent +received):\n%s", diff)
	}
	if lease.Err != nil || lease.Received != 1 || lease.Receipt == "" || !lease.Until.After(before) {
		f.Errorf("lease: error %v, received %d, receipt %q, until %v", lease.Err, lease.Received, lease.Receipt, lease.Until)
	}
	f.finish(lease)
	f.expire()
	f.none()
}

func strangeTasks(f *fixture) {
	assets := []assay.Asset{
		{ID: "s3://bucket/ключ %2F 'quoted' \"key\"?x=1#y", Kind: assay.KindObject, Modified: time.Date(2026, 2, 28, 23, 59, 59, 5000, time.UTC)},
		{ID: "file:/srv/large", Attributes: map[string]string{"comment": strings.Repeat("ä<&\n", 12_000)}},
		{ID: "file:/\x01\t\u007f\u0085\u2028\uFFFE\uFFFF\U0010FFFF", Kind: assay.KindFile},
		{ID: "mysql://h/a/b", Declared: map[string][]assay.Element{"": {"email_address"}, "payload.$.a[*]": nil}},
	}
	for _, asset := range assets {
		task := assay.NewTask(assay.TaskScan, "store", "c", asset, assay.Plan{Seed: 1<<64 - 1})
		f.send(task)
		lease := f.one()
		if diff := cmp.Diff(task, lease.Task); diff != "" {
			f.Errorf("the task changed on its way (-sent +received):\n%s", diff)
		}
		f.finish(lease)
	}
}

func batches(f *fixture) {
	const n = 25
	f.send(tasks(n)...)
	f.send() // nothing
	seen := map[string]bool{}
	for len(seen) < n {
		leases := f.receive(10, f.Patience)
		if len(leases) == 0 || len(leases) > 10 {
			f.Fatalf("received %d tasks, want 1 to 10; %d of %d seen", len(leases), len(seen), n)
		}
		for _, l := range leases {
			if seen[l.Task.ID] {
				f.Errorf("task %s came twice", l.Task.ID)
			}
			seen[l.Task.ID] = true
			f.finish(l)
		}
	}
	f.none()
}

func hiddenWhileLeased(f *fixture) {
	f.send(tasks(1)...)
	first := f.one()
	f.none()
	f.expire()
	second := f.one()
	if second.Received != 2 || second.Receipt == first.Receipt {
		f.Errorf("second delivery: received %d, same receipt %v", second.Received, second.Receipt == first.Receipt)
	}
	f.finish(second)
}

func extend(f *fixture) {
	f.send(tasks(1)...)
	lease := f.one()
	if err := f.q.Extend(f.Context(), lease, 4*f.Visibility); err != nil {
		f.Fatalf("Extend: %v", err)
	}
	f.expire()
	f.none()
	f.finish(lease)
	f.expire()
	f.none()
}

func staleReceipt(f *fixture) {
	f.send(tasks(1)...)
	stale := f.one()
	f.expire()
	current := f.one()
	f.wantLost("Extend", f.q.Extend(f.Context(), stale, f.Visibility))
	f.wantLost("Release", f.q.Release(f.Context(), stale, 0, "stale"))
	f.wantLostOrNil("Finish", f.q.Finish(f.Context(), stale))
	f.none() // none of that made the task visible
	if err := f.q.Extend(f.Context(), current, f.Visibility); err != nil {
		f.Errorf("Extend of the current lease after the stale one's calls: %v", err)
	}
	f.finish(current)
}

func foreignReceipt(f *fixture) {
	f.send(tasks(1)...)
	lease := f.one()
	for _, receipt := range []string{"", "x", "1.", "0.AAAA", "9999999.AAAA"} {
		foreign := assay.Lease{Task: lease.Task, Receipt: receipt}
		f.wantLost("Extend "+receipt, f.q.Extend(f.Context(), foreign, f.Visibility))
		f.wantLost("Release "+receipt, f.q.Release(f.Context(), foreign, 0, "foreign"))
		f.wantLostOrNil("Finish "+receipt, f.q.Finish(f.Context(), foreign))
	}
	f.finish(lease)
}

func finishTwice(f *fixture) {
	f.send(tasks(1)...)
	lease := f.one()
	f.finish(lease)
	f.wantLostOrNil("second Finish", f.q.Finish(f.Context(), lease))
	f.wantLost("Extend after Finish", f.q.Extend(f.Context(), lease, f.Visibility))
}

// lateFinish: the work was done, and nobody else has begun it.
func lateFinish(f *fixture) {
	f.send(tasks(1)...)
	lease := f.one()
	f.expire()
	f.finish(lease)
	f.none()
}

func release(f *fixture) {
	f.send(tasks(1)...)
	lease := f.one()
	f.release(lease, 0, "store busy")
	again := f.one()
	if again.Received != 2 {
		f.Errorf("received %d times, want 2", again.Received)
	}
	f.wantLost("Release of a lease given back", f.q.Release(f.Context(), lease, 0, "again"))
	f.finish(again)
}

func releaseLater(f *fixture) {
	f.send(tasks(1)...)
	f.release(f.one(), f.Visibility, "store down")
	f.none()
	f.expire()
	f.finish(f.one())
}

func sendWakes(f *fixture) {
	got := make(chan []assay.Lease, 1)
	go func() {
		ctx, cancel := context.WithTimeout(f.Context(), f.Patience)
		defer cancel()
		leases, err := f.q.Receive(ctx, 1, f.Visibility)
		if err != nil {
			f.Errorf("waiting Receive: %v", err)
		}
		got <- leases
	}()
	time.Sleep(f.Idle / 2)
	f.send(tasks(1)...)
	if leases := <-got; len(leases) == 1 {
		f.finish(leases[0])
	} else {
		f.Errorf("the waiting Receive gave %d tasks, want 1", len(leases))
	}
}

func expiryWakes(f *fixture) {
	f.send(tasks(1)...)
	f.one()
	go f.expire()
	if again := f.one(); again.Received != 2 {
		f.Errorf("received %d times, want 2", again.Received)
	}
}

func contextEnds(f *fixture) {
	ctx, cancel := context.WithCancel(f.Context())
	time.AfterFunc(f.Idle, cancel)
	begun := time.Now()
	leases, err := f.q.Receive(ctx, 1, f.Visibility)
	if took := time.Since(begun); took > f.Idle+f.Patience {
		f.Errorf("Receive took %v after its context ended", took-f.Idle)
	}
	if len(leases) != 0 || err != nil && !errors.Is(err, context.Canceled) {
		f.Errorf("got %d tasks and %v", len(leases), err)
	}
	f.send(tasks(1)...)
	f.finish(f.one()) // the ended Receive took nothing
}

// wantLostOrNil is for calls that some queues answer with success when there is
// nothing left to do.
func (f *fixture) wantLostOrNil(what string, err error) {
	f.Helper()
	if err != nil {
		f.wantLost(what, err)
	}
}
