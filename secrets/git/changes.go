package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Change is a file that was added or modified, against each parent.
type Change struct {
	Path string
	Blob string // id of the new content
	// Old holds the content's id in each parent, zeros where the file was not
	// there. A line is new when it is in none of them.
	Old []string
	// From is the path before a rename; empty when it was not renamed.
	From string
}

// Commit is one commit and what it changed against all of its parents.
type Commit struct {
	ID      string
	Parents []string
	Author  string
	Email   string
	Time    time.Time
	Changes []Change
}

// Modes of tree entries that hold no file content.
const (
	modeLink      = "120000"
	modeSubmodule = "160000"
)

// entry is one line of git's raw diff.
type entry struct {
	oldMode, newMode string
	old, new         string
	status           byte
	path, from       string
}

// isContent reports whether the entry has new content of a file.
func (e entry) isContent() bool {
	return e.status != 'D' && e.status != 'U' && e.newMode != modeLink && e.newMode != modeSubmodule
}

// change returns the entry as a change against one parent.
func (e entry) change() Change {
	old := e.old
	if e.oldMode == modeLink || e.oldMode == modeSubmodule {
		old = strings.Repeat("0", len(e.new))
	}
	return Change{Path: e.path, Blob: e.new, Old: []string{old}, From: e.from}
}

// tokens reads what git -z prints, NUL by NUL.
type tokens struct{ *bufio.Reader }

func (t tokens) next() (string, error) {
	s, err := t.ReadString(0)
	if err != nil {
		if errors.Is(err, io.EOF) && s != "" && s != "\n" {
			return "", io.ErrUnexpectedEOF
		}
		return "", err
	}
	return s[:len(s)-1], nil
}

// entry reads the rest of a raw entry that begins with head:
// ":100644 100644 OLD NEW M", a path, and a second path when renamed.
func (t tokens) entry(head string) (entry, error) {
	f := strings.Fields(strings.TrimPrefix(head, ":"))
	if len(f) != 5 || f[4] == "" {
		return entry{}, fmt.Errorf("git: not a raw diff entry: %d fields", len(f))
	}
	e := entry{oldMode: f[0], newMode: f[1], old: f[2], new: f[3], status: f[4][0]}
	var err error
	if e.path, err = t.next(); err != nil {
		return e, err
	}
	if e.status == 'R' || e.status == 'C' {
		e.from = e.path
		e.path, err = t.next()
	}
	return e, err
}

// rawDiff is how every diff is asked for: ids in full, renames found, nothing
// left out by the repository's configuration.
var rawDiff = []string{"--raw", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=none", "-O/dev/null"}

// Staged returns the files that the next commit adds or modifies, as they are in
// the index. In a merge, files that are as in one of the parents are left out.
func (r *Repo) Staged(ctx context.Context) ([]Change, error) {
	head, err := r.staged(ctx)
	if err != nil || len(head) == 0 {
		return nil, err
	}
	for _, parent := range r.mergeHeads(ctx) {
		other, err := r.staged(ctx, parent)
		if err != nil {
			return nil, err
		}
		head = againstBoth(head, other)
	}
	return head, nil
}

func (r *Repo) staged(ctx context.Context, parent ...string) ([]Change, error) {
	args := append([]string{"diff", "--cached", "-M"}, rawDiff...)
	out, err := r.output(ctx, append(append(args, parent...), "--")...)
	if err != nil {
		return nil, err
	}
	t := tokens{bufio.NewReader(strings.NewReader(string(out)))}
	var changes []Change
	for {
		head, err := t.next()
		if errors.Is(err, io.EOF) {
			return changes, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read git diff: %w", err)
		}
		e, err := t.entry(head)
		if err != nil {
			return nil, fmt.Errorf("read git diff: %w", err)
		}
		if e.isContent() {
			changes = append(changes, e.change())
		}
	}
}

// againstBoth keeps the changes that are changes against another parent too.
func againstBoth(changes, other []Change) []Change {
	byPath := make(map[string]Change, len(other))
	for _, c := range other {
		byPath[c.Path] = c
	}
	kept := changes[:0]
	for _, c := range changes {
		if o, ok := byPath[c.Path]; ok {
			c.Old = append(c.Old, o.Old...)
			kept = append(kept, c)
		}
	}
	return kept
}

// mergeHeads returns the other parents of the commit being made.
func (r *Repo) mergeHeads(ctx context.Context) []string {
	dir, ok := r.gitDir()
	if !ok {
		dirs, err := r.Dirs(ctx)
		if err != nil {
			return nil
		}
		dir = dirs.Git
	}
	data, err := os.ReadFile(filepath.Join(dir, "MERGE_HEAD"))
	if err != nil {
		return nil
	}
	return strings.Fields(string(data))
}

// gitDir finds the folder of the repository without starting git, in the plain
// cases: GIT_DIR, and a .git folder or file in the folder git runs in.
func (r *Repo) gitDir() (string, bool) {
	if dir := os.Getenv("GIT_DIR"); dir != "" {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(r.dir, dir)
		}
		return dir, true
	}
	dot := filepath.Join(r.dir, ".git")
	info, err := os.Lstat(dot)
	if err != nil {
		return "", false
	}
	if info.IsDir() {
		return dot, true
	}
	data, err := os.ReadFile(dot)
	dir, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "gitdir: ")
	if err != nil || !ok {
		return "", false
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(r.dir, dir)
	}
	return dir, true
}

// Top returns the top folder of the work tree that git runs in, when it can be
// told without starting git: hooks run there.
func (r *Repo) Top() (string, bool) {
	if os.Getenv("GIT_WORK_TREE") != "" {
		return "", false
	}
	dir, err := filepath.Abs(r.dir)
	if err != nil {
		return "", false
	}
	_, err = os.Lstat(filepath.Join(dir, ".git"))
	return dir, err == nil
}

// logFormat is a commit's head in the log: id, parents, author, e-mail, time.
const logFormat = "--format=%x01%H%x00%P%x00%an%x00%ae%x00%at"

// Log yields commits, a parent before its children, with what each changed
// against all of its parents. The revisions are those of git rev-list; renames
// says whether to find them.
func (r *Repo) Log(ctx context.Context, renames bool, revisions ...string) iter.Seq2[Commit, error] {
	return func(yield func(Commit, error) bool) {
		args := append([]string{"log", logFormat, "--reverse", "--topo-order", "--root", "--diff-merges=separate", "--no-show-signature", "--no-notes", "--no-color"}, rawDiff...)
		if renames {
			args = append(args, "-M")
		} else {
			args = append(args, "--no-renames")
		}
		args = append(append(args, revisions...), "--")
		stopped := errors.New("stopped")
		err := r.pipe(ctx, func(out io.Reader) error {
			p := logParser{tokens: tokens{bufio.NewReaderSize(out, 1<<16)}}
			return p.run(func(c Commit) error {
				if !yield(c, nil) {
					return stopped
				}
				return nil
			})
		}, args...)
		if err != nil && !errors.Is(err, stopped) {
			yield(Commit{}, err)
		}
	}
}

// logParser reads git log. Of a merge the head is printed once for each parent
// that differs; what is new is in all of them.
type logParser struct {
	tokens
	commit  Commit
	parts   int                // how often the head of the commit was printed
	changes map[string]*Change // by path, with one Old for each part so far
	order   []string
}

func (p *logParser) run(emit func(Commit) error) error {
	for {
		token, err := p.next()
		if errors.Is(err, io.EOF) {
			return p.flush(emit)
		}
		if err != nil {
			return fmt.Errorf("read git log: %w", err)
		}
		token = strings.TrimPrefix(token, "\n")
		switch {
		case token == "":
		case token[0] == '\x01':
			if err := p.head(token[1:], emit); err != nil {
				return err
			}
		case token[0] == ':':
			e, err := p.entry(token)
			if err != nil {
				return fmt.Errorf("read git log: %w", err)
			}
			p.add(e)
		default:
			return fmt.Errorf("read git log: neither a commit nor a change")
		}
	}
}

func (p *logParser) head(id string, emit func(Commit) error) error {
	var field [4]string
	for i := range field {
		var err error
		if field[i], err = p.next(); err != nil {
			return fmt.Errorf("read git log: %w", err)
		}
	}
	if p.commit.ID == id {
		p.parts++
		return nil
	}
	if err := p.flush(emit); err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(field[3]), 10, 64)
	if err != nil {
		return fmt.Errorf("read git log: time of %s: %w", id, err)
	}
	p.commit = Commit{ID: id, Parents: strings.Fields(field[0]), Author: field[1], Email: field[2], Time: time.Unix(seconds, 0).UTC()}
	p.parts, p.changes, p.order = 1, map[string]*Change{}, nil
	return nil
}

func (p *logParser) add(e entry) {
	if !e.isContent() {
		return
	}
	c := e.change()
	if p.parts == 1 {
		p.changes[c.Path] = &c
		p.order = append(p.order, c.Path)
		return
	}
	if first, ok := p.changes[c.Path]; ok && len(first.Old) == p.parts-1 {
		first.Old = append(first.Old, c.Old...)
	}
}

// flush hands the commit on with what it changed against every parent.
func (p *logParser) flush(emit func(Commit) error) error {
	if p.commit.ID == "" {
		return nil
	}
	for _, path := range p.order {
		if c := p.changes[path]; len(c.Old) >= max(1, len(p.commit.Parents)) {
			p.commit.Changes = append(p.commit.Changes, *c)
		}
	}
	c := p.commit
	p.commit = Commit{}
	return emit(c)
}
