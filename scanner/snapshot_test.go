package scanner_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/assay"
)

// keeper keeps words in memory.
type keeper struct {
	mu    sync.Mutex
	words map[assay.Column][]string
	err   error
}

func (k *keeper) Add(_ context.Context, column assay.Column, _ string, words []string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.words == nil {
		k.words = map[assay.Column][]string{}
	}
	k.words[column] = words
	return k.err
}

func TestSnapshot(t *testing.T) {
	products := &table{columns: []column{
		{name: "name", values: []string{"Zephyr", "Quokka", "Zephyr", strings.Repeat("x", 300)}, empty: 2},
		{name: "secret", status: assay.StatusNotExamined, reason: assay.ReasonDenied}, {name: "other", values: words(3)},
	}}
	name := assay.Column{Store: "shop", Asset: "mysql://db:3306/shop/products", Field: "name"}
	denied, missing := name, name
	denied.Field, missing.Field = "secret", "nothing"
	f, keeps := newFleet(t, products), &keeper{}
	f.cfg.Snapshots = keeps
	for _, c := range []assay.Column{name, denied, missing} {
		f.send(assay.NewSnapshot(c, "one", assay.Plan{}))
	}
	f.until(empty)
	if got := keeps.words[name]; !slices.Equal(got, []string{"Quokka", "Zephyr"}) || len(keeps.words) != 1 {
		t.Errorf("kept %v", keeps.words)
	}
	reasons := ""
	for _, d := range f.dead() {
		reasons += d.Reason + "\n"
	}
	if strings.Count(reasons, "brought no word") != 2 {
		t.Errorf("dead tasks: %q, want two without a word", reasons)
	}
	// A snapshot examines nothing, so it says nothing of the asset.
	same(t, "kept of the asset", []string(nil), kept(t, f.store))
	if strings.Contains(f.log.String(), "Quokka") {
		t.Error("the log holds words")
	}
}

// TestSnapshotNotKept: a task whose words cannot be kept comes again.
func TestSnapshotNotKept(t *testing.T) {
	f := newFleet(t, &table{columns: []column{{name: "name", values: words(3)}}})
	f.cfg.Snapshots = &keeper{err: errors.New("no room")}
	f.send(assay.NewSnapshot(assay.Column{Store: "shop", Asset: "mysql://db:3306/shop/products", Field: "name"}, "one", assay.Plan{}))
	f.until(func(d assay.Depth) bool { return d.Dead == 1 })
	if d := f.dead(); !strings.Contains(d[0].Reason, "no room") {
		t.Errorf("dead with %q", d[0].Reason)
	}
}
