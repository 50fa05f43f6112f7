package storetest

import (
	"errors"
	"fmt"

	"example.com/assay"
)

func snapshot(field string, n int) assay.Snapshot {
	return assay.Snapshot{
		Column: assay.Column{Store: "shop", Asset: "mysql://db/shop/products", Field: field},
		Task:   fmt.Sprintf("task-%d", n), Words: n, Sealed: []byte{0, 255, byte(n), '\''}, Taken: begin,
	}
}

func (f *fixture) addSnapshot(s assay.Snapshot) {
	f.Helper()
	if err := f.s.AddSnapshot(f.Context(), s); err != nil {
		f.Fatalf("AddSnapshot: %v", err)
	}
}

// wantSnapshot checks the newest version of a column.
func (f *fixture) wantSnapshot(what string, want assay.Snapshot, version int) {
	f.Helper()
	want.Version = version
	got, err := f.s.Snapshot(f.Context(), want.Column)
	if err != nil {
		f.Fatalf("%s: %v", what, err)
	}
	f.same(what, want, got)
}

func (f *fixture) snapshotRevision() int64 {
	f.Helper()
	revision, err := f.s.SnapshotRevision(f.Context())
	if err != nil {
		f.Fatalf("SnapshotRevision: %v", err)
	}
	return revision
}

// snapshots: the newest version of a column counts, a task counts once, and the
// revision grows.
func snapshots(f *fixture) {
	if _, err := f.s.Snapshot(f.Context(), snapshot("name", 1).Column); !errors.Is(err, assay.ErrNotFound) {
		f.Errorf("Snapshot of a column without one: %v, want assay.ErrNotFound", err)
	}
	last := f.snapshotRevision()
	for n := 1; n <= 5; n++ {
		f.addSnapshot(snapshot("name", n))
		f.wantSnapshot("newest", snapshot("name", n), n)
		if now := f.snapshotRevision(); now <= last {
			f.Errorf("the revision is %d, and was %d", now, last)
		} else {
			last = now
		}
	}
	f.addSnapshot(snapshot("name", 5))
	f.wantSnapshot("the same task again", snapshot("name", 5), 5)
	if f.snapshotRevision() != last {
		f.Error("the same task again changes the revision")
	}
	f.addSnapshot(snapshot("city", 9))
	f.wantSnapshot("another column", snapshot("city", 9), 1)
	f.wantSnapshot("beside another column", snapshot("name", 5), 5)

	large := snapshot("large", 1)
	large.Sealed = make([]byte, 4<<20)
	f.addSnapshot(large)
	f.wantSnapshot("a large one", large, 1)
	empty := snapshot("name", 6)
	empty.Sealed = nil
	if err := f.s.AddSnapshot(f.Context(), empty); err == nil {
		f.Error("a snapshot without content was added")
	}
}
