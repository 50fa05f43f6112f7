package taskcreator

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/assay"
	queue "example.com/assay/queue/sqlite"
	store "example.com/assay/store/sqlite"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
)

// catalogue is one made of stores and their assets.
type catalogue struct {
	stores []assay.DataStore
	assets map[string][]assay.Asset // by store
	broken map[string]error         // lists that end with an error
	denied map[assay.AssetID]error  // assets that cannot be listed
	err    error                    // of the stores' list

	mu      sync.Mutex
	version string
	lists   int // that were read
}

func (c *catalogue) Stores(context.Context) iter.Seq2[assay.DataStore, error] {
	return func(yield func(assay.DataStore, error) bool) {
		for _, s := range c.stores {
			if !yield(s, nil) {
				return
			}
		}
		if c.err != nil {
			yield(assay.DataStore{}, c.err)
		}
	}
}

func (c *catalogue) List(_ context.Context, s assay.DataStore, have string) (assay.Listing, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if have != "" && have == c.version {
		return assay.Listing{Version: have, Unchanged: true}, nil
	}
	c.lists++
	return assay.Listing{Version: c.version, Assets: func(yield func(assay.Asset, error) bool) {
		for _, a := range c.assets[s.Name] {
			if !yield(a, c.denied[a.ID]) {
				return
			}
		}
		if err := c.broken[s.Name]; err != nil {
			yield(assay.Asset{}, err)
		}
	}}, nil
}

// tables makes n tables of a store.
func tables(s string, n int) (out []assay.Asset) {
	for i := range n {
		out = append(out, assay.Asset{ID: assay.AssetID(fmt.Sprintf("mysql://%s:3306/db/t%05d", s, i)), Kind: assay.KindTable, Rows: 100, Bytes: 10_000})
	}
	return out
}

func dataStore(name string) assay.DataStore {
	return assay.DataStore{Name: name, URI: "mysql://" + name + ":3306/db", Owner: name + " team"}
}

// bench is a creator on a real queue and store.
type bench struct {
	*testing.T
	catalogue *catalogue
	queue     *queue.Queue
	store     *store.Store
	now       time.Time
	cfg       Config
}

func newBench(t *testing.T, c *catalogue) *bench {
	t.Helper()
	b := &bench{T: t, catalogue: c, now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	var err error
	if b.queue, err = queue.Open(t.Context(), filepath.Join(t.TempDir(), "queue.db"), queue.Options{}); err != nil {
		t.Fatal(err)
	}
	if b.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(b.queue.Close(), b.store.Close()); err != nil {
			t.Error(err)
		}
	})
	b.cfg = Config{Catalogue: c, Memory: b.store, Sender: b.queue, Depth: b.queue.Depth, Results: b.store, Now: func() time.Time { return b.now }}
	return b
}

func (b *bench) creator() *Creator {
	b.Helper()
	c, err := New(b.cfg)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func (b *bench) once(want Summary) {
	b.Helper()
	got, err := b.creator().Once(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Summary{}, "Cycle")); diff != "" {
		b.Fatalf("summary (-want +got):\n%s", diff)
	}
}

// take receives up to n tasks in the queue's order and finishes them.
func (b *bench) take(n int) (tasks []assay.Task) {
	b.Helper()
	for len(tasks) < n {
		depth, err := b.queue.Depth(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if depth.Waiting == 0 {
			return tasks
		}
		leases, err := b.queue.Receive(b.Context(), min(n-len(tasks), 100), time.Minute)
		if err != nil {
			b.Fatal(err)
		}
		for _, l := range leases {
			if err := b.queue.Finish(b.Context(), l); err != nil {
				b.Fatal(err)
			}
			tasks = append(tasks, l.Task)
		}
	}
	return tasks
}

// scan does as a scanner: it takes all tasks and commits a result for each.
func (b *bench) scan(result func(*assay.Result)) {
	b.Helper()
	for _, task := range b.take(1 << 30) {
		r := assay.Result{Task: task, Started: b.now, Finished: b.now.Add(time.Second),
			Coverage: []assay.Coverage{{Asset: task.Asset.ID, Field: "email", Status: assay.StatusScanned}}}
		if result != nil {
			result(&r)
		}
		if err := b.store.Commit(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}

func names(tasks []assay.Task) (out []string) {
	for _, t := range tasks {
		id := string(t.Asset.ID)
		out = append(out, id[strings.LastIndexByte(id, '/')+1:])
	}
	return out
}

// Never-scanned, changed and formerly positive assets come first, and unchanged
// clean ones less often.
func TestTurns(t *testing.T) {
	c := &catalogue{stores: []assay.DataStore{dataStore("shop")}, assets: map[string][]assay.Asset{"shop": tables("shop", 5)[1:]}}
	b := newBench(t, c)
	b.once(Summary{Stores: 1, Assets: 4, Tasks: 4})
	b.scan(func(r *assay.Result) {
		switch names([]assay.Task{r.Task})[0] {
		case "t00003":
			r.Findings = []assay.Finding{{ID: assay.FindingID(r.Task.Asset.ID, "email", "email_address"), Asset: r.Task.Asset.ID,
				Field: "email", Element: "email_address", State: assay.StateActive}}
		case "t00002":
			r.Coverage = []assay.Coverage{{Asset: r.Task.Asset.ID, Status: assay.StatusNotExamined, Reason: assay.ReasonDenied}}
		}
		if r.Task.Asset.Owner != "shop team" {
			t.Errorf("owner %q, want that of the store", r.Task.Asset.Owner)
		}
	})
	wantNext := func(after time.Duration, want ...string) {
		t.Helper()
		b.now = b.now.Add(after)
		b.once(Summary{Stores: 1, Assets: len(c.assets["shop"]), Tasks: len(want)})
		got := names(b.take(100))
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("tasks (-want +got):\n%s", diff)
		}
	}
	wantNext(time.Hour)
	c.assets["shop"] = append(c.assets["shop"], assay.Asset{ID: "mysql://shop:3306/db/new", Kind: assay.KindTable})
	c.assets["shop"][3].Modified = b.now.Add(9 * 24 * time.Hour)
	wantNext(10*24*time.Hour, "new", "t00004", "t00003", "t00002")
	wantNext(time.Hour) // they are under way
	wantNext(21*24*time.Hour, "new", "t00004", "t00003", "t00002", "t00001")
}

// What lies in the queue already does not become more, and the cycle goes on when
// there is room.
func TestDeepQueue(t *testing.T) {
	c := &catalogue{stores: []assay.DataStore{dataStore("shop")}, assets: map[string][]assay.Asset{"shop": tables("shop", 250)}}
	b := newBench(t, c)
	b.cfg.MaxDepth = 120
	b.once(Summary{Stores: 1, Assets: 250, Tasks: 120, Full: true})
	b.once(Summary{Full: true}) // the same cycle, listed already
	first := b.take(100)
	b.once(Summary{Tasks: 100, Full: true})
	second := b.take(1000)
	b.once(Summary{Tasks: 30})
	ids := map[string]bool{}
	for _, task := range slices.Concat(first, second, b.take(1000)) {
		ids[task.ID] = true
	}
	if len(ids) != 250 || c.lists != 1 {
		t.Errorf("%d different tasks, want 250; %d listings, want 1", len(ids), c.lists)
	}
}

// A store that cannot be listed is not examined, and holds back no other; what is
// known of it goes on being scanned.
func TestBrokenStores(t *testing.T) {
	denied := &assay.Error{Op: "list", Item: "mysql://b:3306/db", Reason: assay.ReasonDenied, Err: errors.New("SHOW denied")}
	c := &catalogue{
		stores: []assay.DataStore{dataStore("a"), dataStore("b"), dataStore("unknown")},
		assets: map[string][]assay.Asset{"a": tables("a", 2), "b": tables("b", 3)},
		denied: map[assay.AssetID]error{"mysql://a:3306/db/t00001": denied},
	}
	b := newBench(t, c)
	b.cfg.Known = func(s assay.DataStore) (string, bool) { return s.Name, s.Name != "unknown" }
	b.once(Summary{Stores: 3, Assets: 4, Tasks: 4, NotExamined: 2})
	b.take(1000)

	c.broken, c.assets["b"] = map[string]error{"b": denied}, append(tables("b", 1), tables("new", 1)...)
	b.now = b.now.Add(40 * 24 * time.Hour)
	b.once(Summary{Stores: 3, Assets: 5, Tasks: 5, NotExamined: 3})
	var got []string
	for cov, err := range b.store.Coverage(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if cov.Field == "" {
			got = append(got, fmt.Sprint(cov.Asset, " ", cov.Status, " ", cov.Reason))
		}
	}
	want := []string{"mysql://a:3306/db/t00001 not_examined denied", "mysql://b:3306/db not_examined denied", "mysql://unknown:3306/db not_examined unsupported"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}

func TestBrokenCatalogue(t *testing.T) {
	down := errors.New("it is down")
	b := newBench(t, &catalogue{err: down})
	if _, err := b.creator().Once(t.Context()); !errors.Is(err, down) {
		t.Errorf("got %v", err)
	}
	if _, err := b.creator().Preview(t.Context(), Prices{}); !errors.Is(err, down) {
		t.Errorf("preview: got %v", err)
	}
}

// A list that has not changed is not read again, but its assets get their turns.
func TestUnchangedList(t *testing.T) {
	c := &catalogue{version: `"v1"`, stores: []assay.DataStore{dataStore("shop")}, assets: map[string][]assay.Asset{"shop": tables("shop", 3)}}
	b := newBench(t, c)
	b.once(Summary{Stores: 1, Assets: 3, Tasks: 3})
	b.scan(nil)
	c.assets["shop"] = nil // must not be looked at
	b.now = b.now.Add(31 * 24 * time.Hour)
	b.once(Summary{Stores: 1, Assets: 3, Tasks: 3})
	c.version = `"v2"`
	b.now = b.now.Add(31 * 24 * time.Hour)
	b.once(Summary{Stores: 1})
	if c.lists != 2 {
		t.Errorf("%d lists were read, want 2", c.lists)
	}
}

// An asset whose task no queue takes is not examined, and the others are sent.
func TestUnsendable(t *testing.T) {
	assets := tables("shop", 4)
	assets[1].Attributes = map[string]string{"comment": strings.Repeat("x", 300<<10)}
	assets[2].ID = "mysql://shop:3306/db/\xff"
	assets[3].ID = "mysql://shop:3306/db/poison"
	c := &catalogue{stores: []assay.DataStore{dataStore("shop")}, assets: map[string][]assay.Asset{"shop": assets}}
	b := newBench(t, c)
	b.cfg.Sender = picky{b.queue}
	b.once(Summary{Stores: 1, Assets: 3, Tasks: 1, NotExamined: 3})
	n := 0
	for cov, err := range b.store.Coverage(t.Context(), "") {
		if n++; err != nil || cov.Status != assay.StatusNotExamined || cov.Reason != assay.ReasonUnsupported {
			t.Errorf("%+v, %v", cov, err)
		}
	}
	if n != 3 {
		t.Errorf("%d gaps, want 3", n)
	}
}

// picky refuses a task.
type picky struct{ assay.Sender }

func (p picky) Send(ctx context.Context, tasks ...assay.Task) error {
	for _, task := range tasks {
		if strings.HasSuffix(string(task.Asset.ID), "poison") {
			return errors.New("no, thank you")
		}
	}
	return p.Sender.Send(ctx, tasks...)
}

func TestDeadQueue(t *testing.T) {
	c := &catalogue{stores: []assay.DataStore{dataStore("shop")}, assets: map[string][]assay.Asset{"shop": tables("shop", 4)}}
	b := newBench(t, c)
	down := errors.New("it is down")
	var beside []string
	b.cfg.Beside = func(_ context.Context, cycle string) error {
		beside = append(beside, cycle)
		return nil
	}
	b.cfg.Sender = &sink{sendErr: down}
	if _, err := b.creator().Once(t.Context()); !errors.Is(err, down) {
		t.Errorf("got %v", err)
	}
	b.cfg.Sender = b.queue
	b.once(Summary{Tasks: 4}) // the cycle goes on
	b.now = b.now.Add(time.Hour)
	b.once(Summary{Stores: 1, Assets: 4})
	if len(beside) != 2 || beside[0] == beside[1] {
		t.Errorf("sent beside the assets in cycles %v, want each once", beside)
	}
}

// Run goes on by itself: it waits for room in the queue and for the next cycle.
func TestRun(t *testing.T) {
	c := &catalogue{stores: []assay.DataStore{dataStore("shop")}, assets: map[string][]assay.Asset{"shop": tables("shop", 30)}}
	b := newBench(t, c)
	b.cfg.Now, b.cfg.MaxDepth, b.cfg.Pause, b.cfg.Interval = nil, 10, time.Millisecond, 400*time.Millisecond
	b.cfg.Rules = Rules{Changed: time.Millisecond, Clean: time.Millisecond}
	registry := prometheus.NewRegistry()
	var err error
	if b.cfg.Metrics, err = NewMetrics(registry); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	creator := b.creator()
	go func() { done <- creator.Run(ctx) }()
	cycles := map[string]bool{}
	for seen, end := map[string]bool{}, time.Now().Add(time.Minute); len(seen) < 60; {
		if b.now = time.Now(); b.now.After(end) {
			t.Fatalf("%d tasks in %d cycles", len(seen), len(cycles))
		}
		for _, task := range b.take(10) {
			seen[task.ID] = true
			if err := b.store.Commit(t.Context(), assay.Result{Task: task, Started: b.now, Finished: time.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		cycle, err := b.store.Cycle(t.Context())
		if err == nil {
			cycles[cycle.Name] = true
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if len(cycles) < 2 {
		t.Errorf("%d cycles", len(cycles))
	}
	families, err := registry.Gather()
	if err != nil || len(families) < 3 {
		t.Errorf("%d metrics, %v", len(families), err)
	}
}

func TestPreview(t *testing.T) {
	c := &catalogue{
		stores: []assay.DataStore{dataStore("a"), dataStore("b"), dataStore("c")},
		assets: map[string][]assay.Asset{"a": tables("a", 600), "b": {
			{ID: "s3://b/small", Kind: assay.KindObject, Bytes: 1000}, {ID: "s3://b/large", Kind: assay.KindObject, Bytes: 1 << 40},
			{ID: "es://b/logs/2026-11-21", Kind: assay.KindLogDay, Bytes: -1},
		}},
		broken: map[string]error{"c": errors.New("no route to host")},
	}
	b := newBench(t, c)
	got, err := b.creator().Preview(t.Context(), Prices{QueueMillion: 0.4, ObjectMillion: 0.4, Gigabyte: 0.02})
	if err != nil {
		t.Fatal(err)
	}
	want := Preview{
		Rows: []Row{
			{"a", "never_scanned", Load{Tasks: 600, Rows: 60_000, Bytes: 6_000_000, Requests: 600 * 14, QueueRequests: 180, Cost: 0.000192}},
			{"b", "never_scanned", Load{Tasks: 3, Rows: 3000, Bytes: 1000 + 4<<20 + 512_000, Requests: 3 + 34 + 20, QueueRequests: 1, Cost: 0.000109}},
		},
		Total:  Load{Tasks: 603, Rows: 63_000, Bytes: 10_707_304, Requests: 8457, QueueRequests: 181, Cost: 0.000301},
		Stores: 3, Assets: 603,
		Gaps: []Gap{{"c", "mysql://c:3306/db", "no route to host"}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Errorf("preview (-want +got):\n%s", diff)
	}
	if _, err := b.store.Cycle(t.Context()); !errors.Is(err, assay.ErrNotFound) {
		t.Errorf("a preview left a cycle: %v", err)
	}
	known, err := b.store.Known(t.Context(), "s3://b/small")
	if err != nil || !known[0].Listed.IsZero() {
		t.Errorf("a preview left a plan: %+v, %v", known, err)
	}
	if depth, err := b.queue.Depth(t.Context()); err != nil || depth.Waiting != 0 {
		t.Errorf("a preview left tasks: %+v, %v", depth, err)
	}

	b.once(Summary{Stores: 3, Assets: 603, Tasks: 603, NotExamined: 1})
	b.scan(nil)
	if got, err = b.creator().Preview(t.Context(), Prices{}); err != nil || got.NotDue != 603 || got.Total.Tasks != 0 || got.Rows == nil {
		t.Errorf("after the scan: %+v, %v", got, err)
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("a creator without anything was made")
	}
	r := prometheus.NewRegistry()
	if _, err := NewMetrics(r); err != nil {
		t.Error(err)
	}
	if _, err := NewMetrics(r); err == nil {
		t.Error("the same metrics twice")
	}
}
