package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"example.com/assay"
)

var (
	errSpecial = errors.New("a pipe, socket or device is not opened")
	errOutside = errors.New("a symbolic link to a place outside the scanned folder is not followed")
)

// walk is one listing. Folders are read ahead by a bounded number of goroutines
// and handed over in the order of their paths.
type walk struct {
	ctx   context.Context
	s     *Source
	yield func(assay.Asset, error) bool
	slots chan struct{}
	wg    sync.WaitGroup
}

func newWalk(ctx context.Context, s *Source, yield func(assay.Asset, error) bool) *walk {
	return &walk{ctx: ctx, s: s, yield: yield, slots: make(chan struct{}, s.options.Workers)}
}

func (w *walk) run() {
	defer w.wg.Wait()
	w.folder(".", w.ahead("."))
}

// entry is a name in a folder.
type entry struct {
	name string
	info fs.FileInfo
	err  error
}

// folder is what a folder holds. A reading may be under way: done is closed at
// its end, and nil when it was not begun.
type folder struct {
	entries []entry
	err     error
	done    chan struct{}
}

// ahead begins to read a folder if a slot is free.
func (w *walk) ahead(rel string) *folder {
	f := &folder{}
	select {
	case w.slots <- struct{}{}:
		f.done = make(chan struct{})
		w.wg.Go(func() {
			defer close(f.done)
			w.read(rel, f)
			<-w.slots
		})
	default:
	}
	return f
}

// wait returns when the folder has been read.
func (w *walk) wait(rel string, f *folder) {
	if f.done == nil {
		w.read(rel, f)
		return
	}
	<-f.done
}

// read lists a folder, by name, without following links.
func (w *walk) read(rel string, f *folder) {
	if f.err = w.ctx.Err(); f.err != nil {
		return
	}
	dir, err := w.s.root.Open(rel)
	if err != nil {
		f.err = err
		return
	}
	defer dir.Close()
	names, err := dir.ReadDir(-1)
	f.err = err
	slices.SortFunc(names, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	for _, n := range names {
		info, err := n.Info()
		f.entries = append(f.entries, entry{n.Name(), info, err})
	}
}

// folder lists one folder and all below it; it reports whether to go on.
func (w *walk) folder(rel string, f *folder) bool {
	w.wait(rel, f)
	if err := w.ctx.Err(); err != nil {
		w.yield(assay.Asset{}, err)
		return false
	}
	if f.err != nil && !w.yield(assay.Asset{ID: w.s.id(rel), Kind: assay.KindFile, Rows: -1, Bytes: -1}, w.s.fail("list", rel, f.err)) {
		return false
	}
	below := map[string]*folder{}
	for _, e := range f.entries {
		path := filepath.Join(rel, e.name)
		if e.err == nil && e.info.IsDir() && !w.isObjects(path) && len(below) < cap(w.slots) {
			below[path] = w.ahead(path)
		}
	}
	for _, e := range f.entries {
		if !w.entry(filepath.Join(rel, e.name), e, below) {
			return false
		}
	}
	return true
}

// entry lists one entry of a folder.
func (w *walk) entry(path string, e entry, below map[string]*folder) bool {
	switch {
	case errors.Is(e.err, fs.ErrNotExist):
		return true // removed since the folder was read
	case e.err != nil:
		return w.yield(assay.Asset{ID: w.s.id(path), Kind: assay.KindFile, Rows: -1, Bytes: -1}, w.s.fail("list", path, e.err))
	case e.info.IsDir() && w.isObjects(path):
		return w.objects(path)
	case e.info.IsDir():
		f := below[path]
		if f == nil {
			f = w.ahead(path)
		}
		delete(below, path)
		return w.folder(path, f)
	case e.info.Mode()&fs.ModeSymlink != 0:
		return w.link(path)
	}
	return w.yield(w.s.asset(path, e.info))
}

// link passes over links that lead to what is listed anyway, or nowhere.
func (w *walk) link(path string) bool {
	_, err := w.s.root.Stat(path)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return true
	}
	a := assay.Asset{ID: w.s.id(path), Kind: assay.KindFile, Rows: -1, Bytes: -1}
	return w.yield(a, &assay.Error{Op: "list", Item: string(a.ID), Reason: assay.ReasonUnsupported, Hint: "scan its target", Err: errOutside})
}

// isObjects reports whether path is an object store of git that is left out.
func (w *walk) isObjects(path string) bool {
	return !w.s.options.GitObjects && strings.HasSuffix(filepath.ToSlash("/"+path), "/.git/objects")
}

// objects counts what an object store holds.
func (w *walk) objects(path string) bool {
	files := 0
	err := fs.WalkDir(w.s.root.FS(), filepath.ToSlash(path), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files++
		}
		return w.ctx.Err()
	})
	if err != nil || files == 0 {
		return w.ctx.Err() == nil
	}
	a := assay.Asset{ID: w.s.id(path), Kind: assay.KindFile, Rows: -1, Bytes: -1}
	return w.yield(a, &assay.Error{Op: "list", Item: string(a.ID), Reason: assay.ReasonBinary,
		Hint: "scan the history of the repository", Err: fmt.Errorf("%d files of a git object store", files)})
}
