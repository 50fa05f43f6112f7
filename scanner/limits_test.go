package scanner_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/scanner"
)

// storeTasks makes tasks of one store.
func storeTasks(store string, n int) (out []assay.Task) {
	for i := range n {
		asset := assay.Asset{ID: assay.AssetID(fmt.Sprintf("%s:/%d", store, i)), Kind: assay.KindTable}
		out = append(out, assay.NewTask(assay.TaskScan, store, "1", asset, assay.Plan{}))
	}
	return out
}

// A store that hangs holds back its own tasks only, although they came first.
func TestSlowStore(t *testing.T) {
	release := make(chan struct{})
	var inside, most, fast atomic.Int64
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	source.before = func(ctx context.Context, asset assay.Asset) error {
		if !strings.HasPrefix(string(asset.ID), "slow") {
			fast.Add(1)
			return nil
		}
		most.Store(max(most.Load(), inside.Add(1)))
		defer inside.Add(-1)
		select {
		case <-release:
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	f := newFleet(t, source)
	f.cfg.Concurrency = 2
	f.cfg.Limits = func(store string) scanner.Limits {
		if store == "slow" {
			return scanner.Limits{AtOnce: 1}
		}
		return scanner.Limits{}
	}
	f.send(storeTasks("slow", 10)...)
	f.send(storeTasks("fast", 10)...)
	stopFetch, _, done := f.start()
	f.await("the tasks of the other store", func() bool { return fast.Load() == 10 })
	close(release)
	f.await("an empty queue", func() bool {
		d, err := f.queue.Depth(t.Context())
		return err == nil && empty(d)
	})
	stopFetch()
	done()
	if most.Load() != 1 {
		t.Errorf("%d tasks of the slow store at once, want 1", most.Load())
	}
	if got := len(kept(t, f.store)); got != 2*20 {
		t.Errorf("%d findings and fields, want 40", got)
	}
}

// Stores without limits that hang hold back their own tasks only, although there
// are more of them, and of their tasks, than tasks may be worked on.
func TestHangingStores(t *testing.T) {
	const stores, each = 6, 30
	var fast atomic.Int64
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	source.before = func(ctx context.Context, asset assay.Asset) error {
		if strings.HasPrefix(string(asset.ID), "fast") {
			fast.Add(1)
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}
	f := newFleet(t, source)
	f.cfg.Concurrency, f.cfg.Patience = 3, 5*time.Millisecond
	for i := range stores {
		f.send(storeTasks(fmt.Sprint("hanging", i), each)...)
	}
	f.send(storeTasks("fast", 10)...)
	stopFetch, stopWork, done := f.start()
	f.await("the tasks of the other store", func() bool {
		done, err := f.store.Committed(t.Context(), storeTasks("fast", 10)[9].ID)
		return err == nil && done && fast.Load() == 10
	})
	stopFetch()
	stopWork()
	done()
	if d, err := f.queue.Depth(t.Context()); err != nil || d.Waiting != stores*each || d.Leased+d.Dead > 0 {
		t.Errorf("depth %+v, %v; want the tasks of hanging stores, all handed back", d, err)
	}
}

// A task that is delivered again after its result was kept has no effect.
func TestRepeatedTask(t *testing.T) {
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	f := newFleet(t, source)
	f.cfg.Committed = f.store
	tasks := storeTasks("s", 3)
	f.send(tasks...)
	f.until(empty)
	before := kept(t, f.store)
	again := assay.NewTask(assay.TaskScan, "s", "2", tasks[0].Asset, assay.Plan{})
	f.send(append(tasks, again)...)
	f.until(empty)
	if source.sampled != 4 {
		t.Errorf("%d samples, want 4: one for each task", source.sampled)
	}
	if after := kept(t, f.store); len(after) != len(before) {
		t.Errorf("%d findings and fields, want %d", len(after), len(before))
	}
}

func TestPace(t *testing.T) {
	for name, limits := range map[string]scanner.Limits{
		"bytes":    {AtOnce: 1, BytesPerSecond: 10_000},
		"starts":   {PerSecond: 10},
		"requests": {PerSecond: 20},
	} {
		t.Run(name, func(t *testing.T) {
			source := &table{columns: []column{{name: "email", values: emails(5)}}}
			source.reading = func(r *assay.Reading) { r.Bytes = 1000 }
			source.before = func(ctx context.Context, _ assay.Asset) error {
				for range 2 * strings.Count(name, "requests") {
					if err := assay.Request(ctx); err != nil {
						return err
					}
				}
				return nil
			}
			f := newFleet(t, source)
			f.cfg.Limits = func(string) scanner.Limits { return limits }
			f.send(storeTasks("s", 6)...)
			begun := time.Now()
			f.until(empty)
			if took := time.Since(begun); took < 500*time.Millisecond {
				t.Errorf("six tasks took %v, want at least half a second", took)
			}
			if source.sampled != 6 {
				t.Errorf("%d samples, want 6", source.sampled)
			}
		})
	}
}

// A task that waits for its store is handed back when the scanner stops.
func TestStopWhileWaiting(t *testing.T) {
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	f := newFleet(t, source)
	f.cfg.Limits = func(string) scanner.Limits { return scanner.Limits{PerSecond: 0.001} }
	f.send(storeTasks("s", 3)...)
	stopFetch, stopWork, done := f.start()
	f.await("two tasks that wait", func() bool {
		d, err := f.queue.Depth(t.Context())
		return err == nil && d.Leased == 2 && d.Waiting == 0
	})
	stopFetch()
	stopWork()
	done()
	if d, err := f.queue.Depth(t.Context()); err != nil || d.Waiting != 2 || d.Leased != 0 {
		t.Errorf("depth %+v, %v; want 2 waiting", d, err)
	}
}
