package secrets

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"example.com/assay"
	"example.com/assay/secrets/git"
)

// History scans every blob of a repository's history once, of all refs, and names
// the first commit and author of each place. done keeps what was read by an
// earlier run and may be nil.
func (s *Scanner) History(ctx context.Context, repo *git.Repo, done *Progress) (*Result, error) {
	h, err := s.versions(ctx, repo)
	if err != nil {
		return nil, err
	}
	next := make(chan *versions)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		defer close(next)
		for _, v := range h.files {
			select {
			case next <- v:
			case <-ctx.Done():
				return
			}
		}
	}()
	errs := make([]error, s.opts.Workers)
	result := s.parallel(s.opts.Workers, func(i int, w *worker) {
		if errs[i] = w.history(ctx, repo, h, next, done); errs[i] != nil {
			stop()
		}
	})
	result.add(&h.left)
	result.once()
	for _, err := range errs {
		if err != nil {
			return result, err
		}
	}
	return result, ctx.Err()
}

// history is all blobs by the file in which each was first seen.
type history struct {
	files   []*versions
	commits []git.Commit // without their changes
	left    Result
}

// versions are the contents of one path, oldest first.
type versions struct {
	path string
	list []version
}

type version struct {
	id     string
	commit int // index in history.commits
}

// versions lists the blobs of a history.
func (s *Scanner) versions(ctx context.Context, repo *git.Repo) (*history, error) {
	h := &history{}
	byPath := map[string]*versions{}
	seen := map[string]bool{}
	excluded := map[string]bool{}
	for c, err := range repo.Log(ctx, false, "--all") {
		if err != nil {
			return nil, err
		}
		h.left.Commits++
		changes := c.Changes
		c.Changes = nil
		kept := false
		for _, change := range changes {
			if kind := s.opts.Filter.Excludes(change.Path); kind != "" {
				if !excluded[change.Path] {
					excluded[change.Path] = true
					h.left.exclude(kind, 1)
				}
				continue
			}
			if seen[change.Blob] {
				continue
			}
			seen[change.Blob] = true
			if !kept {
				h.commits, kept = append(h.commits, c), true
			}
			v := byPath[change.Path]
			if v == nil {
				v = &versions{path: change.Path}
				byPath[change.Path] = v
				h.files = append(h.files, v)
			}
			v.list = append(v.list, version{change.Blob, len(h.commits) - 1})
		}
	}
	// The longest histories first, so that no worker is left with one at the end.
	slices.SortStableFunc(h.files, func(a, b *versions) int { return len(b.list) - len(a.list) })
	return h, nil
}

// history reads files, all versions of one after the other, through one process
// of git.
func (w *worker) history(ctx context.Context, repo *git.Repo, h *history, next <-chan *versions, done *Progress) error {
	// What was asked of git and not yet answered.
	var mu sync.Mutex
	var asked []*versions
	ids := func(yield func(string) bool) {
		for v := range next {
			if places, ok := done.has(v); ok {
				mu.Lock()
				w.result.Places = append(w.result.Places, places...)
				mu.Unlock()
				continue
			}
			mu.Lock()
			asked = append(asked, v)
			mu.Unlock()
			for _, b := range v.list {
				if !yield(b.id) {
					return
				}
			}
		}
	}
	file := fileHistory{worker: w, history: h, lines: newLineSet()}
	err := repo.Blobs(ctx, ids, func(id string, size int64, in io.Reader) error {
		if file.versions == nil || file.next == len(file.list) {
			mu.Lock()
			file.begin(asked[0])
			asked = asked[1:]
			mu.Unlock()
		}
		if err := file.read(ctx, id, size, in); err != nil {
			return err
		}
		if file.next < len(file.list) {
			return nil
		}
		mu.Lock()
		w.result.Places = append(w.result.Places, file.places...)
		mu.Unlock()
		if file.torn {
			return nil
		}
		return done.add(file.versions, file.places)
	})
	return err
}

// fileHistory reads the versions of one file. Two that follow each other mostly
// differ in a few places: only these are judged.
type fileHistory struct {
	*worker
	*versions
	history *history
	next    int
	torn    bool // a version could not be read
	former  []byte
	content []byte
	places  []Place
	known   map[string]bool
	lines   lineSet
}

func (f *fileHistory) begin(v *versions) {
	f.versions, f.next, f.torn = v, 0, false
	f.former, f.places, f.known = f.former[:0], nil, map[string]bool{}
}

// maxCompared is the greatest size of versions that are compared.
const maxCompared = 4 << 20

func (f *fileHistory) read(ctx context.Context, id string, size int64, in io.Reader) error {
	v := f.list[f.next]
	if v.id != id {
		return fmt.Errorf("git answered with blob %s out of order", id)
	}
	f.next++
	commit := f.history.commits[v.commit]
	t := text{path: f.path, shown: f.path, commit: commit.ID}
	gaps := len(f.worker.result.Gaps)
	switch {
	case size < 0:
		f.result.note(f.path, commit.ID, &assay.Error{Op: "read blob", Item: id, Reason: assay.ReasonVanished, Hint: "not in this clone: fetch without --filter"})
	case size > maxCompared:
		f.former = f.former[:0]
		f.worker.read(ctx, t, in, f.keep(commit))
	default:
		f.content = slices.Grow(f.content[:0], int(size))[:size]
		if _, err := io.ReadFull(in, f.content); err != nil {
			return fmt.Errorf("read blob %s: %w", id, err)
		}
		f.compare(ctx, t, commit)
		f.former, f.content = f.content, f.former
	}
	f.torn = f.torn || len(f.worker.result.Gaps) > gaps
	return ctx.Err()
}

// keep takes the places that no earlier version had.
func (f *fileHistory) keep(commit git.Commit) func(Place) {
	return func(p Place) {
		if f.known[p.Fingerprint] {
			return
		}
		f.known[p.Fingerprint] = true
		p.author(commit)
		f.places = append(f.places, p)
	}
}

// What is judged on both sides of what differs: what a hit there needs to be
// seen whole. The first pieceLead bytes are only looked at.
const (
	aroundBefore = 1<<10 + pieceLead
	aroundAfter  = 1 << 10
)

// compare judges what differs from the former version.
func (f *fileHistory) compare(ctx context.Context, t text, commit git.Commit) {
	if len(f.former) == 0 || isUTF16(f.content) || isArchive(f.content) {
		f.worker.read(ctx, t, bytes.NewReader(f.content), f.keep(commit))
		return
	}
	if bytes.IndexByte(f.content[:min(len(f.content), sniffed)], 0) >= 0 {
		f.result.Binary++
		return
	}
	f.result.Files++
	keep := f.keep(commit)
	for _, part := range f.lines.fresh(f.former, f.content) {
		f.result.Bytes += int64(part.end - part.start)
		err := f.detector.part(ctx, t.path, f.content, part.start, part.end, func(h hit) error {
			keep(f.judge.place(h, t.path, "", t.commit))
			return nil
		})
		if err != nil {
			f.result.note(t.shown, t.commit, err)
		}
	}
}
