package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/internal/planted"
	"example.com/assay/queue/sqlite"
	"example.com/assay/scanner"
	store "example.com/assay/store/sqlite"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// fleet is a queue, a store and a scanner on one SQLite file.
type fleet struct {
	*testing.T
	path  string
	queue *sqlite.Queue
	store *store.Store
	cfg   scanner.Config
	log   *safeBuffer
}

// safeBuffer is a log that is read while it is written.
type safeBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// newFleet scans source, whatever store the tasks name.
func newFleet(t *testing.T, source assay.Source) *fleet {
	t.Helper()
	f := &fleet{T: t, path: filepath.Join(t.TempDir(), "assay.db"), log: &safeBuffer{}}
	planted.Note(t, emails(50)...)
	var err error
	if f.queue, err = sqlite.Open(t.Context(), f.path, sqlite.Options{MaxReceives: 3, Poll: 10 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if f.store, err = store.Open(t.Context(), f.path, store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(f.queue.Close(), f.store.Close()); err != nil {
			t.Error(err)
		}
	})
	set := compile(t, emailRule)
	f.cfg = scanner.Config{
		Receiver: f.queue, Results: f.store, Set: func(assay.AssetID) *engine.Set { return set },
		Open:       func(context.Context, string) (assay.Source, error) { return source, nil },
		Visibility: time.Minute, RetryDelay: time.Millisecond,
		Log: slog.New(slog.NewTextHandler(io.MultiWriter(f.log, t.Output()), nil)),
	}
	return f
}

func (f *fleet) send(tasks ...assay.Task) {
	f.Helper()
	if err := f.queue.Send(f.Context(), tasks...); err != nil {
		f.Fatal(err)
	}
}

// start runs a scanner. The functions end its fetching and its work; both wait
// for nothing, done does.
func (f *fleet) start() (stopFetch, stopWork, done func()) {
	f.Helper()
	s, err := scanner.New(f.cfg)
	if err != nil {
		f.Fatal(err)
	}
	fetch, stopFetch := context.WithCancel(f.Context())
	work, stopWork := context.WithCancel(f.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(fetch, work) }()
	return stopFetch, stopWork, func() {
		f.Helper()
		defer stopWork()
		select {
		case err := <-ended:
			if err != nil {
				f.Errorf("Run: %v", err)
			}
		case <-time.After(patience):
			f.Fatal("Run does not return")
		}
	}
}

// until runs a scanner until the queue's depth is as wanted.
func (f *fleet) until(want func(assay.Depth) bool) {
	f.Helper()
	stopFetch, _, done := f.start()
	f.await("depth", func() bool {
		d, err := f.queue.Depth(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		return want(d)
	})
	stopFetch()
	done()
}

func empty(d assay.Depth) bool { return d.Waiting+d.Leased == 0 }

func (f *fleet) await(what string, ok func() bool) {
	f.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			f.Fatalf("%s: it never came so far", what)
		}
	}
}

// kept is what the store holds: asset, field and element or status.
func kept(t *testing.T, s *store.Store) (out []string) {
	t.Helper()
	for x, err := range s.Findings(t.Context(), assay.FindingFilter{Gone: true}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %s %s %d/%d", x.Asset, x.Field, x.Element, x.Matched, x.Sampled))
	}
	for c, err := range s.Coverage(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", c.Asset, c.Field, c.Status, c.Reason)))
	}
	return out
}

func (f *fleet) dead() (out []assay.Queued) {
	f.Helper()
	for d, err := range f.queue.List(f.Context(), assay.QueueDead) {
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

func someTasks(n int) (out []assay.Task) {
	for i := range n {
		out = append(out, task(fmt.Sprintf("t%03d", i), assay.Plan{}))
	}
	return out
}

func wantKept(tasks []assay.Task) (out []string) {
	for _, tk := range tasks {
		out = append(out, string(tk.Asset.ID)+" email email_address 5/5")
	}
	for _, tk := range tasks {
		out = append(out, string(tk.Asset.ID)+" email scanned")
	}
	return out
}

func TestRun(t *testing.T) {
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	f := newFleet(t, source)
	f.cfg.Concurrency = 8
	var opened atomic.Int64
	f.cfg.Open = func(_ context.Context, store string) (assay.Source, error) {
		if store != "shop" {
			t.Errorf("opened store %q", store)
		}
		opened.Add(1)
		return source, nil
	}
	var working, most atomic.Int64
	source.before = func(context.Context, assay.Asset) error {
		most.Store(max(most.Load(), working.Add(1)))
		defer working.Add(-1)
		time.Sleep(time.Millisecond)
		return nil
	}
	tasks := someTasks(60)
	f.send(tasks...)
	f.until(empty)
	same(t, "kept", wantKept(tasks), kept(t, f.store))
	if source.sampled != 60 || opened.Load() != 1 || source.closed != 1 {
		t.Errorf("sampled %d times, opened %d, closed %d; want 60, 1, 1", source.sampled, opened.Load(), source.closed)
	}
	if m := most.Load(); m < 2 || m > 8 {
		t.Errorf("%d tasks at a time, want 2 to 8", m)
	}
}

func TestDecisions(t *testing.T) {
	fail := func(reason assay.Reason) error {
		return &assay.Error{Op: "sample", Item: "users", Reason: reason, Err: errors.New("it broke")}
	}
	for name, c := range map[string]struct {
		err  error
		dead string // reason of the dead letter, empty when the task was finished
		want string
	}{
		"never":     {fail(assay.ReasonDenied), "", "not_examined denied"},
		"vanished":  {fail(assay.ReasonVanished), "", "not_examined vanished"},
		"retry":     {fail(assay.ReasonTimeout), "sample users: it broke", "not_examined timed_out"},
		"later":     {fail(assay.ReasonUnavailable), "sample users: it broke", "not_examined unavailable"},
		"any other": {errors.New("format not understood"), "", "not_examined unreadable"},
	} {
		for _, at := range []string{"open", "sample"} {
			t.Run(name+" at "+at, func(t *testing.T) {
				f := newFleet(t, &table{before: func(context.Context, assay.Asset) error { return c.err }})
				if at == "open" {
					f.cfg.Open = func(context.Context, string) (assay.Source, error) { return nil, c.err }
				}
				f.send(someTasks(1)...)
				f.until(empty)
				same(t, "kept", []string{"mysql://db:3306/shop/t000  " + c.want}, kept(t, f.store))
				dead := f.dead()
				if (len(dead) == 1) != (c.dead != "") {
					t.Fatalf("%d dead letters", len(dead))
				}
				if c.dead != "" && (!strings.HasSuffix(dead[0].Reason, c.dead) || dead[0].Received != 3) {
					t.Errorf("dead after %d receives, because %q", dead[0].Received, dead[0].Reason)
				}
			})
		}
	}
}

// What one task does wrong does not stop the others.
func TestPanics(t *testing.T) {
	planted := "user" + "@shop.invalid"
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	source.before = func(_ context.Context, a assay.Asset) error {
		switch a.ID {
		case "mysql://db:3306/shop/t000":
			panic("cannot parse " + planted)
		case "mysql://db:3306/shop/t001":
			return fmt.Errorf("never: %d", []int{}[len(planted)])
		}
		return nil
	}
	f := newFleet(t, source)
	tasks := someTasks(4)
	f.send(tasks...)
	f.until(empty)
	want := append([]string{}, wantKept(tasks[2:])[:2]...)
	want = append(want, "mysql://db:3306/shop/t000  not_examined unreadable", "mysql://db:3306/shop/t001  not_examined unreadable")
	want = append(want, wantKept(tasks[2:])[2:]...)
	same(t, "kept", want, kept(t, f.store))
	dead := f.dead()
	if len(dead) != 2 || dead[0].Reason != "internal error: panic with a string" || !strings.Contains(dead[1].Reason, "index out of range") {
		t.Errorf("dead letters %+v", dead)
	}
	if strings.Contains(f.log.String(), planted) {
		t.Error("the log tells what was sampled")
	}
}

func TestKinds(t *testing.T) {
	f := newFleet(t, &table{})
	f.cfg.Handlers = map[string]scanner.Handler{
		"commits": func(_ context.Context, task assay.Task) (assay.Result, error) {
			return assay.Result{Task: task, Coverage: []assay.Coverage{{Asset: task.Asset.ID, Field: "done", Status: assay.StatusScanned}}}, nil
		},
		"hopeless": func(context.Context, assay.Task) (assay.Result, error) { return assay.Result{}, errors.New("no use") },
	}
	tasks := someTasks(3)
	tasks[0].Kind, tasks[1].Kind, tasks[2].Kind = "commits", "hopeless", "from the future"
	f.send(tasks...)
	f.until(empty)
	same(t, "kept", []string{
		"mysql://db:3306/shop/t000 done scanned", "mysql://db:3306/shop/t001  not_examined unreadable", "mysql://db:3306/shop/t002  not_examined unavailable",
	}, kept(t, f.store))
	if dead := f.dead(); len(dead) != 1 || !strings.Contains(dead[0].Reason, "from the future") {
		t.Errorf("dead letters %+v", dead)
	}
}

func TestStopInTwoSteps(t *testing.T) {
	begun, goOn := make(chan struct{}, 10), make(chan struct{})
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	source.before = func(ctx context.Context, _ assay.Asset) error {
		begun <- struct{}{}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-goOn:
			return nil
		}
	}
	f := newFleet(t, source)
	f.cfg.Concurrency = 1
	tasks := someTasks(3)

	f.send(tasks[:2]...)
	stopFetch, _, done := f.start()
	<-begun
	stopFetch()
	time.Sleep(50 * time.Millisecond)
	close(goOn)
	done() // the first was finished, the second not begun
	if d, err := f.queue.Depth(t.Context()); err != nil || d.Waiting != 1 || d.Leased != 0 || len(kept(t, f.store)) != 2 {
		t.Errorf("after the first step: %+v, %v, kept %v", d, err, kept(t, f.store))
	}

	goOn = make(chan struct{})
	_, stopWork, done := f.start()
	<-begun
	stopWork()
	done() // handed back, and nothing written
	waiting := 0
	for q, err := range f.queue.List(t.Context(), assay.QueueWaiting) {
		if waiting++; err != nil || !strings.Contains(q.Reason, "handed back") {
			t.Errorf("waiting %+v, %v", q, err)
		}
	}
	if waiting != 1 || len(kept(t, f.store)) != 2 {
		t.Errorf("after the second step: %d waiting, kept %v", waiting, kept(t, f.store))
	}
	if source.closed != 2 {
		t.Errorf("sources were closed %d times, want once a run", source.closed)
	}
}

// A new set is used by the next task, while the loop goes on.
func TestNewVerifiers(t *testing.T) {
	source := &table{columns: []column{{name: "email", values: emails(5)}}}
	f := newFleet(t, source)
	f.cfg.Concurrency = 1
	var current atomic.Pointer[engine.Set]
	current.Store(compile(t))
	f.cfg.Set = func(assay.AssetID) *engine.Set { return current.Load() }
	stopFetch, _, done := f.start()
	f.send(someTasks(1)...)
	f.await("the first task", func() bool { return len(kept(t, f.store)) == 1 })
	current.Store(compile(t, emailRule))
	f.send(task("later", assay.Plan{}))
	f.await("the second task", func() bool { return len(kept(t, f.store)) == 3 })
	stopFetch()
	done()
	same(t, "kept", []string{"mysql://db:3306/shop/later email email_address 5/5", "mysql://db:3306/shop/later email scanned", "mysql://db:3306/shop/t000 email scanned"}, kept(t, f.store))
}

// away is a queue that cannot be reached for a while.
type away struct {
	assay.Receiver
	tries atomic.Int64
}

func (q *away) Receive(ctx context.Context, n int, d time.Duration) ([]assay.Lease, error) {
	if q.tries.Add(1) <= 2 {
		return nil, errors.New("no route to host")
	}
	return q.Receiver.Receive(ctx, n, d)
}

func TestQueueIsAway(t *testing.T) {
	f := newFleet(t, &table{columns: []column{{name: "email", values: emails(5)}}})
	f.cfg.Receiver = &away{Receiver: f.queue}
	tasks := someTasks(2)
	f.send(tasks...)
	f.until(empty)
	same(t, "kept", wantKept(tasks), kept(t, f.store))
}

func TestNewRefuses(t *testing.T) {
	if _, err := scanner.New(scanner.Config{}); err == nil {
		t.Error("a scanner of nothing was made")
	}
}
