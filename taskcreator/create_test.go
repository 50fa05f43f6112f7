package taskcreator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"
	"testing"
	"time"

	"example.com/assay"

	"github.com/google/go-cmp/cmp"
)

// listing is a source that lists.
type listing struct {
	assay.Source
	seq iter.Seq2[assay.Asset, error]
}

func (l listing) Assets(context.Context) iter.Seq2[assay.Asset, error] { return l.seq }

// sink takes what the creator sends and records.
type sink struct {
	batches [][]assay.Task
	results []assay.Result
	sendErr error
	keepErr error
}

func (s *sink) Send(_ context.Context, tasks ...assay.Task) error {
	if s.sendErr == nil {
		s.batches = append(s.batches, append([]assay.Task{}, tasks...))
	}
	return s.sendErr
}

func (s *sink) Commit(_ context.Context, r assay.Result) error {
	s.results = append(s.results, r)
	return s.keepErr
}

func create(t *testing.T, s *sink, seq iter.Seq2[assay.Asset, error]) (Summary, error) {
	t.Helper()
	return Create(t.Context(), One{
		Source: listing{seq: seq}, Store: "shop", Cycle: "2026-11-22", Plan: assay.Plan{Rows: 10}, Sender: s, Results: s,
		Now: func() time.Time { return time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC) },
	})
}

func many(n int) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		for i := range n {
			if !yield(assay.Asset{ID: assay.AssetID(fmt.Sprintf("mysql://db:3306/shop/t%d", i)), Kind: assay.KindTable}, nil) {
				return
			}
		}
	}
}

func TestBatches(t *testing.T) {
	for n, want := range map[int][]int{0: nil, 1: {1}, 100: {100}, 250: {100, 100, 50}} {
		var s sink
		sum, err := create(t, &s, many(n))
		if err != nil || sum != (Summary{Tasks: n}) {
			t.Errorf("%d assets: %+v, %v", n, sum, err)
		}
		var sizes []int
		ids, seeds := map[string]bool{}, map[uint64]bool{}
		for _, b := range s.batches {
			sizes = append(sizes, len(b))
			for _, task := range b {
				ids[task.ID], seeds[task.Plan.Seed] = true, true
				if task.Store != "shop" || task.Plan.Rows != 10 || task.Kind != assay.TaskScan {
					t.Fatalf("task %+v", task)
				}
			}
		}
		if diff := cmp.Diff(want, sizes); diff != "" || len(ids) != n || len(seeds) != n {
			t.Errorf("%d assets: %d ids, %d seeds, batches (-want +got):\n%s", n, len(ids), len(seeds), diff)
		}
	}
}

func TestSameIDsInOneCycle(t *testing.T) {
	var a, b sink
	for _, s := range []*sink{&a, &b} {
		if _, err := create(t, s, many(3)); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(a.batches, b.batches); diff != "" {
		t.Errorf("the second run made other tasks:\n%s", diff)
	}
}

// An asset that cannot be listed is not examined; the others go on.
func TestAssetErrors(t *testing.T) {
	broken := &assay.Error{Op: "list", Item: "mysql://db/shop/secret", Reason: assay.ReasonDenied, Err: errors.New("SELECT denied")}
	var s sink
	sum, err := create(t, &s, func(yield func(assay.Asset, error) bool) {
		_ = yield(assay.Asset{ID: "mysql://db/shop/a"}, nil) &&
			yield(assay.Asset{ID: "mysql://db/shop/secret", Kind: assay.KindTable}, broken) &&
			yield(assay.Asset{ID: "file:/srv/gone"}, fs.ErrNotExist) &&
			yield(assay.Asset{ID: "mysql://db/shop/b"}, nil)
	})
	if err != nil || sum != (Summary{Tasks: 2, NotExamined: 2}) {
		t.Fatalf("%+v, %v", sum, err)
	}
	var got []assay.Coverage
	for _, r := range s.results {
		got = append(got, r.Coverage...)
		if scan := assay.NewTask(assay.TaskScan, "shop", "2026-11-22", r.Task.Asset, assay.Plan{}); r.Task.ID == scan.ID || r.Task.ID == "" {
			t.Errorf("the record of %s has the id of its scan", r.Task.Asset.ID)
		}
	}
	want := []assay.Coverage{
		{Asset: "mysql://db/shop/secret", Status: assay.StatusNotExamined, Reason: assay.ReasonDenied, Detail: "list mysql://db/shop/secret: SELECT denied"},
		{Asset: "file:/srv/gone", Status: assay.StatusNotExamined, Reason: assay.ReasonVanished, Detail: "file does not exist"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
}

func TestFailures(t *testing.T) {
	down := errors.New("it is down")
	listed := func(yield func(assay.Asset, error) bool) {
		_ = yield(assay.Asset{ID: "file:/a"}, nil) && yield(assay.Asset{}, down) && yield(assay.Asset{ID: "file:/b"}, nil)
	}
	for name, c := range map[string]struct {
		sink sink
		seq  iter.Seq2[assay.Asset, error]
		want Summary
	}{
		"the listing ends": {sink{}, listed, Summary{Tasks: 1}},
		"the queue":        {sink{sendErr: down}, many(101), Summary{}},
		"the results": {sink{keepErr: down}, func(yield func(assay.Asset, error) bool) {
			yield(assay.Asset{ID: "file:/a"}, fs.ErrPermission)
		}, Summary{}},
	} {
		sum, err := create(t, &c.sink, c.seq)
		if !errors.Is(err, down) || sum != c.want {
			t.Errorf("%s: %+v, %v; want %+v and the cause", name, sum, err, c.want)
		}
	}
}

func TestNoCredentialsInTasks(t *testing.T) {
	planted := strings.Repeat("hunter", 2)
	var s sink
	sum, err := create(t, &s, func(yield func(assay.Asset, error) bool) {
		yield(assay.Asset{ID: assay.AssetID("mysql://root:" + planted + "@db:3306/shop/users")}, nil)
	})
	if err != nil || sum != (Summary{NotExamined: 1}) {
		t.Errorf("%+v, %v", sum, err)
	}
	if all := fmt.Sprintf("%+v", s); strings.Contains(all, planted) || len(s.results) != 1 || s.results[0].Coverage[0].Asset != "mysql://db:3306/shop/users" {
		t.Errorf("the password came through, or the asset is not named: %s", all)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Create(ctx, One{Source: listing{seq: many(0)}, Sender: &sink{}, Results: &sink{}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v: a listing that was broken off must not look complete", err)
	}
}
