package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"example.com/assay"
)

// Blobs reads the blobs with these ids or names (COMMIT:PATH), in their order, through one git process,
// and hands each to read, which need not read it to its end. A blob that is not
// there (of a partial clone) is handed over with a size of -1 and no content.
// It stops when read fails, with that error.
func (r *Repo) Blobs(ctx context.Context, ids iter.Seq[string], read func(id string, size int64, content io.Reader) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	args := []string{"cat-file", "--batch", "--buffer"}
	cmd := r.command(ctx, append([]string{"-c", "core.deltaBaseCacheLimit=" + deltaCache}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return r.failed(ctx, args, err, "")
	}
	var group errgroup.Group
	group.Go(func() error {
		defer in.Close()
		return writeIDs(in, ids)
	})
	err = readBlobs(bufio.NewReaderSize(out, 1<<16), read)
	if err != nil {
		stop()
	}
	written := group.Wait()
	ended := cmd.Wait()
	switch {
	case err != nil:
		return err
	case written != nil:
		return fmt.Errorf("ask git for blobs: %w", written)
	case ended != nil:
		return r.failed(ctx, args, ended, stderr.String())
	}
	return nil
}

// deltaCache is what git may keep of the objects that others are stored as
// differences to. With its default of 96 MiB a long history is unpacked four
// times over (seen with a pack of 117,000 objects).
const deltaCache = "256m"

func writeIDs(in io.Writer, ids iter.Seq[string]) error {
	w := bufio.NewWriter(in)
	for id := range ids {
		if _, err := w.WriteString(id + "\n"); err != nil {
			return err
		}
	}
	return w.Flush()
}

func readBlobs(out *bufio.Reader, read func(string, int64, io.Reader) error) error {
	for {
		head, err := out.ReadString('\n')
		if errors.Is(err, io.EOF) && head == "" {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read blobs from git: %w", err)
		}
		if err := readBlob(strings.Fields(head), out, read); err != nil {
			return err
		}
	}
}

// readBlob reads what follows the head of a blob: "ID blob SIZE", or "ID missing".
func readBlob(head []string, out *bufio.Reader, read func(string, int64, io.Reader) error) error {
	if n := len(head); n >= 2 && head[n-1] == "missing" {
		return read(head[0], -1, strings.NewReader(""))
	}
	if len(head) != 3 {
		return errors.New("read blobs from git: not the head of an object")
	}
	size, err := strconv.ParseInt(head[2], 10, 64)
	if err != nil || size < 0 {
		return errors.New("read blobs from git: an object without a size")
	}
	content := &io.LimitedReader{R: out, N: size}
	if err := read(head[0], size, content); err != nil {
		return err
	}
	if _, err := io.CopyN(io.Discard, out, content.N+1); err != nil {
		return fmt.Errorf("read blobs from git: %w", err)
	}
	return nil
}

// Lines is a range of line numbers, from 1, the last included.
type Lines struct{ First, Last int }

// HasAny reports whether one of the ranges has one of the lines from first to
// last.
func HasAny(ranges []Lines, first, last int) bool {
	for _, l := range ranges {
		if l.First <= last && first <= l.Last {
			return true
		}
	}
	return false
}

// allLines is every line of a file.
var allLines = []Lines{{1, int(^uint(0) >> 1)}}

// Added returns the lines of the change's new content that are in none of its
// parents.
func (r *Repo) Added(ctx context.Context, c Change) ([]Lines, error) {
	added := allLines
	for _, old := range c.Old {
		if IsZero(old) {
			continue
		}
		lines, err := r.addedTo(ctx, old, c.Blob)
		if err != nil {
			return nil, err
		}
		added = intersect(added, lines)
	}
	return added, nil
}

func (r *Repo) addedTo(ctx context.Context, old, blob string) ([]Lines, error) {
	if old == blob {
		return nil, nil
	}
	args := []string{"diff", "--no-ext-diff", "--no-textconv", "--text", "--no-color", "--no-indent-heuristic", "--diff-algorithm=myers",
		"--src-prefix=a/", "--dst-prefix=b/", "--inter-hunk-context=0", "--ignore-submodules=none", "-U0", old, blob, "--"}
	var lines []Lines
	err := r.pipe(ctx, func(out io.Reader) error {
		var err error
		lines, err = readHunks(out)
		return err
	}, args...)
	return lines, err
}

// readHunks reads the heads of the hunks of a diff without context:
// "@@ -12,0 +13,2 @@" adds the lines 13 and 14.
func readHunks(out io.Reader) ([]Lines, error) {
	in := bufio.NewReaderSize(out, 1<<16)
	var lines []Lines
	for {
		// Only the beginning of a line matters, and lines can be long.
		line, err := in.ReadSlice('\n')
		head := string(line[:min(len(line), 128)])
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
		}
		if strings.HasPrefix(head, "@@ -") {
			l, bad := parseHunk(head)
			if bad != nil {
				return nil, bad
			}
			if l.Last >= l.First {
				lines = append(lines, l)
			}
		}
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read git diff: %w", err)
		}
	}
}

func parseHunk(head string) (Lines, error) {
	f := strings.Fields(head)
	if len(f) < 4 || !strings.HasPrefix(f[2], "+") {
		return Lines{}, &assay.Error{Op: "read git diff", Reason: assay.ReasonUnreadable, Err: errors.New("not the head of a hunk")}
	}
	first, count, counted := strings.Cut(f[2][1:], ",")
	start, err := strconv.Atoi(first)
	if err != nil {
		return Lines{}, fmt.Errorf("read git diff: hunk: %w", err)
	}
	n := 1
	if counted {
		if n, err = strconv.Atoi(count); err != nil {
			return Lines{}, fmt.Errorf("read git diff: hunk: %w", err)
		}
	}
	return Lines{start, start + n - 1}, nil
}

// intersect returns the lines that are in both; each is in ascending order.
func intersect(a, b []Lines) []Lines {
	var out []Lines
	for i, j := 0, 0; i < len(a) && j < len(b); {
		l := Lines{max(a[i].First, b[j].First), min(a[i].Last, b[j].Last)}
		if l.First <= l.Last {
			out = append(out, l)
		}
		if a[i].Last < b[j].Last {
			i++
		} else {
			j++
		}
	}
	return out
}
