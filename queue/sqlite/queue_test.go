package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/queue/queuetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a clock that tests move.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

func open(t *testing.T, path string, opts Options) *Queue {
	t.Helper()
	q, err := Open(t.Context(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return q
}

func TestConformance(t *testing.T) {
	opts := queuetest.Options{
		MaxReceives: 3, Visibility: time.Hour, Idle: 100 * time.Millisecond, Patience: 10 * time.Second,
		CanList: true, CanDrop: true, ExactDepth: true, Deduplicates: true,
	}
	queuetest.Run(t, opts, func(t *testing.T) queuetest.Opened {
		var c clock
		q := open(t, filepath.Join(t.TempDir(), "queue.db"), Options{MaxReceives: opts.MaxReceives, Poll: 10 * time.Millisecond, Now: c.now})
		return queuetest.Opened{Queue: q, Advance: c.advance}
	})
}

func task(i int) assay.Task {
	asset := assay.Asset{ID: assay.AssetID(fmt.Sprintf("file:/srv/%d", i)), Kind: assay.KindFile}
	return assay.NewTask(assay.TaskScan, "files", "1", asset, assay.Plan{})
}

// Two queues on one file stand for two processes.
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c%41#", "queue.db")
	var queues [2]*Queue
	var wg sync.WaitGroup
	for i := range queues {
		wg.Go(func() { // both migrate at the same time
			q, err := Open(t.Context(), path, Options{Poll: 20 * time.Millisecond})
			if err != nil {
				t.Error(err)
				return
			}
			queues[i] = q
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	const n = 40
	seen := make(chan string, 2*n)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var left atomic.Int64
	left.Store(n)
	for _, q := range queues {
		wg.Go(func() {
			for ctx.Err() == nil {
				leases, err := q.Receive(ctx, 4, time.Minute)
				if err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				for _, l := range leases {
					seen <- l.Task.ID
					if err := q.Finish(t.Context(), l); err != nil {
						t.Error(err)
					}
					if left.Add(-1) == 0 {
						cancel()
					}
				}
			}
		})
	}
	for i := range n {
		if err := queues[i%2].Send(t.Context(), task(i), task(i)); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
	close(seen)
	ids := map[string]bool{}
	for id := range seen {
		if ids[id] {
			t.Errorf("task %s came twice", id)
		}
		ids[id] = true
	}
	if len(ids) != n {
		t.Errorf("%d of %d tasks came", len(ids), n)
	}
	for _, q := range queues {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSurvivesReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	var c clock
	q := open(t, path, Options{Now: c.now})
	if err := q.Send(t.Context(), task(1), task(2)); err != nil {
		t.Fatal(err)
	}
	leases, err := q.Receive(t.Context(), 1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	q = open(t, path, Options{Now: c.now})
	if err := q.Finish(t.Context(), leases[0]); err != nil {
		t.Errorf("finish after reopening: %v", err)
	}
	if got, err := q.Depth(t.Context()); err != nil || got.Waiting != 1 || got.Leased != 0 {
		t.Errorf("depth %+v, %v; want 1 waiting", got, err)
	}
}

func TestOnlyTheOwnerReads(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	path := filepath.Join(dir, "queue.db")
	q := open(t, path, Options{})
	if err := q.Send(t.Context(), task(1)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{dir: 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
		} else if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
}

// Messages that are no tasks are leased with an error, die with a reason, and
// stop nothing else.
func TestPoison(t *testing.T) {
	for name, body := range map[string]string{
		"no JSON":       "{",
		"other JSON":    `{"hello":1}`,
		"later version": `{"kind":"scan","version":99,"id":"x"}`,
		"wrong type":    `{"kind":7}`,
	} {
		t.Run(name, func(t *testing.T) {
			q := open(t, filepath.Join(t.TempDir(), "queue.db"), Options{MaxReceives: 1, Poll: time.Millisecond})
			if _, err := q.file.Write.ExecContext(t.Context(), `INSERT INTO queue_tasks (id, body, sent, visible) VALUES ('p', ?, 0, 0)`, body); err != nil {
				t.Fatal(err)
			}
			leases, err := q.Receive(t.Context(), 1, time.Minute)
			if err != nil || len(leases) != 1 || leases[0].Err == nil {
				t.Fatalf("got %+v, %v; want a lease with an error", leases, err)
			}
			if err := q.Release(t.Context(), leases[0], 0, leases[0].Err.Error()); err != nil {
				t.Fatal(err)
			}
			if err := q.Send(t.Context(), task(1)); err != nil {
				t.Fatal(err)
			}
			if leases, err = q.Receive(t.Context(), 10, time.Minute); err != nil || len(leases) != 1 || leases[0].Err != nil {
				t.Fatalf("got %+v, %v; want the good task alone", leases, err)
			}
			for dead, err := range q.List(t.Context(), assay.QueueDead) {
				if err != nil || dead.Task.ID != "p" || dead.Reason == "" {
					t.Errorf("dead letter %+v, %v", dead, err)
				}
			}
			if n, err := q.Drop(t.Context(), "p"); n != 1 || err != nil {
				t.Errorf("drop: %d, %v", n, err)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk.db")
	if err := os.WriteFile(junk, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"no database":  junk,
		"a directory":  dir,
		"below a file": filepath.Join(junk, "queue.db"),
	} {
		q, err := Open(t.Context(), path, Options{})
		if err == nil {
			t.Errorf("%s: opened", name)
			_ = q.Close()
		} else if !strings.Contains(err.Error(), path) {
			t.Errorf("%s: the error does not name the file: %v", name, err)
		}
	}
}

func TestCancelledContext(t *testing.T) {
	q := open(t, filepath.Join(t.TempDir(), "queue.db"), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.Send(ctx, task(1)); err == nil {
		t.Error("sent with a context that had ended")
	}
	if got, err := q.Depth(t.Context()); err != nil || got != (assay.Depth{}) {
		t.Errorf("depth %+v, %v; want nothing", got, err)
	}
}

func BenchmarkSendReceiveFinish(b *testing.B) {
	q, err := Open(b.Context(), filepath.Join(b.TempDir(), "queue.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer q.Close()
	for i := 0; b.Loop(); i++ {
		if err := q.Send(b.Context(), task(i)); err != nil {
			b.Fatal(err)
		}
		leases, err := q.Receive(b.Context(), 1, time.Minute)
		if err != nil {
			b.Fatal(err)
		}
		if err := q.Finish(b.Context(), leases[0]); err != nil {
			b.Fatal(err)
		}
	}
}

// Within one process nobody waits for the poll.
func TestWakesWithoutPoll(t *testing.T) {
	q := open(t, filepath.Join(t.TempDir(), "queue.db"), Options{Poll: time.Hour, MaxReceives: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	lease := wakes(ctx, t, q, "send", func() error { return q.Send(t.Context(), task(1)) })
	if err := q.Release(t.Context(), lease, 0, "dies"); err != nil {
		t.Fatal(err)
	}
	wakes(ctx, t, q, "redrive", func() error {
		if _, err := q.take(t.Context(), 1, time.Minute); err != nil { // buries it
			return err
		}
		_, err := q.Redrive(t.Context())
		return err
	})
}

// wakes checks that act ends a Receive that is waiting already.
func wakes(ctx context.Context, t *testing.T, q *Queue, name string, act func() error) assay.Lease {
	t.Helper()
	got := make(chan []assay.Lease, 1)
	go func() {
		leases, err := q.Receive(ctx, 1, time.Minute)
		if err != nil {
			t.Errorf("%s does not wake: %v", name, err)
		}
		got <- leases
	}()
	time.Sleep(50 * time.Millisecond)
	if err := act(); err != nil {
		t.Error(err)
	}
	leases := <-got
	if len(leases) != 1 {
		t.Fatalf("%s: %d tasks, want 1", name, len(leases))
	}
	return leases[0]
}
