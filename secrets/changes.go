package secrets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"example.com/assay"
	"example.com/assay/secrets/git"
)

// brought is one file that a commit, or the index, brings.
type brought struct {
	git.Change
	commit *git.Commit // nil for the index
}

// text returns the file as a text to be judged.
func (b brought) text() text {
	t := text{path: b.Path, shown: b.Path, from: b.From}
	if b.commit != nil {
		t.commit = b.commit.ID
	}
	return t
}

// maxHeld is how many bytes a commit may bring for them to be held in memory.
const maxHeld = 4 << 20

// Staged is what the next commit brings.
type Staged struct {
	files    []brought
	contents [][]byte // of files, in their order; nil where they are too many to hold
	left     Result   // what the filter left out
}

// ReadStaged lists what the next commit brings, and reads it where it is small.
func ReadStaged(ctx context.Context, repo *git.Repo, filter *PathFilter) (*Staged, error) {
	changes, err := repo.Staged(ctx)
	if err != nil {
		return nil, err
	}
	s := &Staged{}
	var ids []string
	for _, c := range changes {
		if slices.Contains(c.Old, c.Blob) {
			continue // what only moved adds no line
		}
		if kind := filter.Excludes(c.Path); kind != "" {
			s.left.exclude(kind, 1)
			continue
		}
		s.files = append(s.files, brought{Change: c})
		ids = append(ids, c.Blob)
	}
	s.contents, err = repo.Contents(ctx, ids, maxHeld)
	return s, err
}

// Texts returns the contents that RulesFor may choose rules by, and whether they
// are all there.
func (s *Staged) Texts() (texts [][]byte, all bool) { return s.contents, s.contents != nil }

// Staged checks what the next commit brings. Places on lines that it does not
// add are Older.
func (s *Scanner) Staged(ctx context.Context, repo *git.Repo, staged *Staged) (*Result, error) {
	result, err := s.staged(ctx, repo, staged)
	if err != nil {
		return nil, err
	}
	result.add(&staged.left)
	return result, nil
}

func (s *Scanner) staged(ctx context.Context, repo *git.Repo, staged *Staged) (*Result, error) {
	if staged.contents == nil {
		return s.brought(ctx, repo, staged.files)
	}
	var next atomic.Int64
	n := max(1, min(s.opts.Workers, len(staged.files)))
	errs := make([]error, n)
	result := s.parallel(n, func(k int, w *worker) {
		for i := next.Add(1) - 1; i < int64(len(staged.files)) && errs[k] == nil; i = next.Add(1) - 1 {
			errs[k] = w.changed(ctx, repo, staged.files[i], bytes.NewReader(staged.contents[i]))
		}
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return result, nil
}

// batch is how many files are listed before they are read, so that a long range
// takes little memory.
const batch = 4096

// Range checks what commits bring, named as git rev-list names them: every file
// that one of them adds or modifies is read whole. Places on lines that no
// commit of the range adds are Older. A commit whose parents a shallow clone
// does not have cannot be checked, and is a gap.
func (s *Scanner) Range(ctx context.Context, repo *git.Repo, revisions ...string) (*Result, error) {
	shallow, err := repo.Shallow(ctx)
	if err != nil {
		return nil, err
	}
	total := &Result{}
	var files []brought
	flush := func() error {
		r, err := s.brought(ctx, repo, files)
		if r != nil {
			total.add(r)
		}
		files = nil
		return err
	}
	for c, err := range repo.Log(ctx, true, revisions...) {
		if err != nil {
			return nil, err
		}
		total.Commits++
		if shallow[c.ID] {
			total.Gaps = append(total.Gaps, Gap{Commit: c.ID, Reason: assay.ReasonVanished,
				Detail: "the clone is shallow and ends here: what this commit adds cannot be told (fetch the whole history: fetch-depth: 0, GIT_DEPTH: 0)"})
		}
		for _, change := range c.Changes {
			files = append(files, brought{change, &c})
		}
		if len(files) >= batch {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	total.once()
	return total, nil
}

// brought reads files, on all workers, and tells what is new in them.
func (s *Scanner) brought(ctx context.Context, repo *git.Repo, files []brought) (*Result, error) {
	excluded := Result{}
	files = slices.DeleteFunc(files, func(f brought) bool {
		kind := s.opts.Filter.Excludes(f.Path)
		if kind != "" {
			excluded.exclude(kind, 1)
		}
		return kind != ""
	})
	// A process of git for each worker pays only when there is much to read.
	n := min(s.opts.Workers, len(files)/32+1)
	parts := make([][]brought, n)
	for i := range n {
		parts[i] = files[i*len(files)/n : (i+1)*len(files)/n]
	}
	errs := make([]error, n)
	result := s.parallel(n, func(i int, w *worker) { errs[i] = w.blobs(ctx, repo, parts[i]) })
	result.add(&excluded)
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return result, nil
}

// blobs judges the new contents of files, in their order.
func (w *worker) blobs(ctx context.Context, repo *git.Repo, files []brought) error {
	if len(files) == 0 {
		return nil
	}
	i := 0
	ids := func(yield func(string) bool) {
		for _, f := range files {
			if !yield(f.Blob) {
				return
			}
		}
	}
	return repo.Blobs(ctx, ids, func(id string, size int64, in io.Reader) error {
		if i == len(files) || files[i].Blob != id {
			return fmt.Errorf("git answered with blob %s out of order", id)
		}
		f := files[i]
		i++
		if size < 0 {
			w.result.note(f.Path, f.text().commit, &assay.Error{Op: "read blob", Item: id, Reason: assay.ReasonVanished, Hint: "not in this clone: fetch without --filter"})
			return nil
		}
		return w.changed(ctx, repo, f, in)
	})
}

// changed judges the new content of one file.
func (w *worker) changed(ctx context.Context, repo *git.Repo, f brought, in io.Reader) error {
	var places []Place
	w.read(ctx, f.text(), in, func(p Place) { places = append(places, p) })
	if err := ctx.Err(); err != nil {
		return err
	}
	return w.tellNew(ctx, repo, f, places)
}

// tellNew marks the places on lines that the change does not add as Older, and
// names the commit of all.
func (w *worker) tellNew(ctx context.Context, repo *git.Repo, f brought, places []Place) error {
	if len(places) == 0 {
		return nil
	}
	added, err := repo.Added(ctx, f.Change)
	if err != nil {
		return err
	}
	for _, p := range places {
		if f.commit != nil {
			p.author(*f.commit)
		}
		if p.State == Found && !p.inside && !git.HasAny(added, p.Line, p.last) {
			p.State = Older
		}
		w.result.Places = append(w.result.Places, p)
	}
	return nil
}

// author names the commit that brought a place.
func (p *Place) author(c git.Commit) {
	p.Commit, p.Author, p.Email, p.Date = c.ID, c.Author, c.Email, c.Time.Format(time.RFC3339)
}

// once keeps one place of each id and state: the first, and none that is older
// where another commit of the same range brought it.
func (r *Result) once() {
	brought := map[string]bool{}
	for _, p := range r.Places {
		if p.State != Older {
			brought[p.Fingerprint] = true
		}
	}
	type key struct {
		id, commit string
		state      State
		line       int
	}
	seen := map[key]bool{}
	r.Places = slices.DeleteFunc(r.Places, func(p Place) bool {
		k := key{id: p.Fingerprint, state: p.State}
		if p.State == Found {
			k.commit, k.line = p.Commit, p.Line
		}
		drop := seen[k] || p.State == Older && brought[p.Fingerprint]
		seen[k] = true
		return drop
	})
	r.sort()
}
