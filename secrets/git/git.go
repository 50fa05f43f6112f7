// Package git reads a git repository through the git program: what is staged,
// what commits changed, and blobs, many at a time. It never lets the repository
// run anything: hooks, file system monitors, pagers, external diffs, text
// conversions, signatures, transports and replace refs are all off.
//
// It imports the root package only.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"example.com/assay"
)

// Repo is a repository as seen from a folder in it.
type Repo struct {
	dir string // where git runs; empty means the current folder
	git string // absolute path of the program
}

// Open returns the repository that dir lies in; an empty dir means the current
// folder and respects GIT_DIR, GIT_INDEX_FILE and the like, which git sets for
// hooks. Whether it is a repository shows when it is first read.
func Open(dir string) (*Repo, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, &assay.Error{Op: "run git", Reason: assay.ReasonUnsupported, Err: err, Hint: "install git"}
	}
	return &Repo{dir: dir, git: program}, nil
}

// quiet turns off whatever a repository's own configuration could make git run.
var quiet = []string{
	"--no-pager",
	"-c", "core.fsmonitor=false",
	"-c", "core.hooksPath=/dev/null",
	"-c", "core.pager=cat",
	"-c", "core.sshCommand=false",
	"-c", "core.askPass=false",
	"-c", "core.alternateRefsCommand=false",
	"-c", "credential.helper=",
	"-c", "diff.external=",
	"-c", "log.showSignature=false",
	"-c", "gpg.program=false",
	"-c", "protocol.allow=never",
	"-c", "core.quotePath=false",
	"-c", "diff.suppressBlankEmpty=false",
}

// dropped are the variables of the environment that make git run other programs,
// or change what it prints.
var dropped = []string{
	"GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_PAGER", "PAGER", "GIT_SSH", "GIT_SSH_COMMAND",
	"GIT_ASKPASS", "SSH_ASKPASS", "GIT_EDITOR", "GIT_PROXY_COMMAND", "GIT_ALLOW_PROTOCOL",
	"GIT_TRACE", "GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_TRACE_SETUP", "GIT_LITERAL_PATHSPECS", "LC_ALL",
}

// added are set for every call. No protocol is allowed, so that a missing object
// of a partial clone is missing, and not fetched by whatever the repository says.
var added = []string{
	"LC_ALL=C", "GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none",
	"GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0",
}

func (r *Repo) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.git, slices.Concat(quiet, args)...)
	cmd.Dir = r.dir
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if !slices.Contains(dropped, name) {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Env = append(cmd.Env, added...)
	return cmd
}

// output runs git and returns what it printed.
func (r *Repo) output(ctx context.Context, args ...string) ([]byte, error) {
	cmd := r.command(ctx, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, r.failed(ctx, args, err, stderr.String())
	}
	return stdout.Bytes(), nil
}

// pipe reads what git prints as it comes and hands it to read; git is stopped
// when read fails.
func (r *Repo) pipe(ctx context.Context, read func(io.Reader) error, args ...string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := r.command(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return r.failed(ctx, args, err, "")
	}
	if err := read(out); err != nil {
		stop()
		cmd.Wait()
		return err
	}
	if err := cmd.Wait(); err != nil {
		return r.failed(ctx, args, err, stderr.String())
	}
	return nil
}

// failed says what git could not do. What git prints names refs, paths and
// options, never content.
func (r *Repo) failed(ctx context.Context, args []string, err error, stderr string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if line, _, _ := strings.Cut(strings.TrimSpace(stderr), "\n"); line != "" {
		err = errors.New(strings.TrimPrefix(line, "fatal: "))
	}
	return &assay.Error{Op: "run git " + args[0], Item: r.dir, Reason: assay.ReasonUnreadable, Err: err}
}

// Dirs are where a repository lives; all are absolute.
type Dirs struct {
	Git    string // of this work tree: HEAD, index, MERGE_HEAD
	Common string // shared by all work trees: config, objects, hooks
	Top    string // of the work tree; empty in a bare repository
}

// Dirs asks git for the repository's folders.
func (r *Repo) Dirs(ctx context.Context) (Dirs, error) {
	out, err := r.output(ctx, "rev-parse", "--absolute-git-dir", "--git-common-dir")
	if err != nil {
		return Dirs{}, err
	}
	lines := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	if len(lines) != 2 {
		return Dirs{}, fmt.Errorf("git rev-parse: %d lines in place of 2", len(lines))
	}
	d := Dirs{Git: lines[0], Common: lines[1]}
	if !filepath.IsAbs(d.Common) {
		base, err := filepath.Abs(r.dir)
		if err != nil {
			return Dirs{}, err
		}
		d.Common = filepath.Join(base, d.Common)
	}
	if top, err := r.output(ctx, "rev-parse", "--show-toplevel"); err == nil {
		d.Top = strings.TrimSuffix(string(top), "\n")
	}
	return d, nil
}

// HooksDir returns where git looks for the repository's hooks, as the user's
// and the repository's configuration say.
func (r *Repo) HooksDir(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, r.git, "rev-parse", "--git-path", "hooks")
	cmd.Dir = r.dir
	out, err := cmd.Output()
	if err != nil {
		return "", r.failed(ctx, []string{"rev-parse"}, err, "")
	}
	dir := strings.TrimSuffix(string(out), "\n")
	if filepath.IsAbs(dir) {
		return dir, nil
	}
	return filepath.Abs(filepath.Join(r.dir, dir))
}

// SetConfig sets a value of the repository's own configuration.
func (r *Repo) SetConfig(ctx context.Context, name, value string) error {
	_, err := r.output(ctx, "config", "--local", name, value)
	return err
}

// Resolve returns the id of the commit that a name stands for. A name that is
// none, also one that begins with a dash, is an error.
func (r *Repo) Resolve(ctx context.Context, name string) (string, error) {
	out, err := r.output(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return "", &assay.Error{Op: "find commit", Item: name, Reason: assay.ReasonVanished, Err: assay.ErrNotFound,
			Hint: "fetch the whole history: fetch-depth: 0 in GitHub Actions, GIT_DEPTH: 0 in GitLab"}
	}
	return strings.TrimSpace(string(out)), nil
}

// Shallow returns the commits at which a shallow clone ends; their parents are
// not there. It is empty for a full clone.
func (r *Repo) Shallow(ctx context.Context) (map[string]bool, error) {
	dirs, err := r.Dirs(ctx)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(dirs.Common, "shallow"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	ends := map[string]bool{}
	for line := range strings.FieldsSeq(string(data)) {
		ends[line] = true
	}
	return ends, err
}

// IsZero reports whether an id is the one of zeros, which stands for nothing: a
// ref before it was made or after it was removed.
func IsZero(id string) bool { return id != "" && strings.Trim(id, "0") == "" }

// File returns a file of a commit, at most 64 MiB of it; an error that is
// fs.ErrNotExist when the commit has no such file.
func (r *Repo) File(ctx context.Context, commit, path string) ([]byte, error) {
	if strings.ContainsAny(path, "\n\x00") {
		return nil, fs.ErrNotExist // cannot be asked for in a line
	}
	var data []byte
	err := r.Blobs(ctx, slices.Values([]string{commit + ":" + path}), func(_ string, size int64, in io.Reader) error {
		if size < 0 {
			return fs.ErrNotExist
		}
		if size > maxFile {
			return fmt.Errorf("read %s: %d bytes are too many", path, size)
		}
		var err error
		data, err = io.ReadAll(in)
		return err
	})
	return data, err
}

// maxFile is the greatest size of a file that File returns.
const maxFile = 64 << 20

// Blame returns the commit that wrote a line of a file in the work tree; an
// error when none did. Of the commit only id and author are set.
func (r *Repo) Blame(ctx context.Context, path string, line int) (Commit, error) {
	out, err := r.output(ctx, "blame", "--porcelain", "--no-textconv", "-L", fmt.Sprintf("%d,%d", line, line), "HEAD", "--", path)
	if err != nil {
		return Commit{}, err
	}
	var c Commit
	c.ID, _, _ = strings.Cut(string(out), " ")
	for l := range strings.Lines(string(out)) {
		if author, ok := strings.CutPrefix(l, "author "); ok {
			c.Author = strings.TrimSpace(author)
			break
		}
	}
	return c, nil
}
