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

func TestPace(t *testing.T) {
	for name, limits := range map[string]scanner.Limits{
		"bytes":  {AtOnce: 1, BytesPerSecond: 10_000},
		"starts": {PerSecond: 10},
	} {
		t.Run(name, func(t *testing.T) {
			source := &table{columns: []column{{name: "email", values: emails(5)}}}
			source.reading = func(r *assay.Reading) { r.Bytes = 1000 }
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
