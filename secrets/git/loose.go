package git

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// errTooMuch ends a reading that would take more memory than is allowed.
var errTooMuch = errors.New("too much")

// Contents returns the contents of blobs, in their order, when none is missing
// and together they have at most limit bytes; otherwise nil. What was just
// staged mostly lies in a file of its own, which is read without starting git.
func (r *Repo) Contents(ctx context.Context, ids []string, limit int64) ([][]byte, error) {
	out := make([][]byte, len(ids))
	loose := looseReader{objects: r.objectsDir()}
	var rest []int // indices of ids
	for i, id := range ids {
		content, err := loose.read(id, limit)
		switch {
		case errors.Is(err, errTooMuch):
			return nil, nil
		case err != nil:
			rest = append(rest, i)
			continue
		}
		out[i] = content
		limit -= int64(len(content))
	}
	if len(rest) == 0 {
		return out, nil
	}
	asked := make([]string, len(rest))
	for k, i := range rest {
		asked[k] = ids[i]
	}
	err := r.Blobs(ctx, slices.Values(asked), func(_ string, size int64, in io.Reader) error {
		if limit -= size; size < 0 || limit < 0 {
			return errTooMuch
		}
		content, err := io.ReadAll(in)
		out[rest[0]], rest = content, rest[1:]
		return err
	})
	if errors.Is(err, errTooMuch) {
		return nil, nil
	}
	return out, err
}

// objectsDir finds the folder of the repository's objects without starting git;
// empty where it cannot be told.
func (r *Repo) objectsDir() string {
	if dir := os.Getenv("GIT_OBJECT_DIRECTORY"); dir != "" {
		return dir
	}
	dir, ok := r.gitDir()
	if !ok {
		return ""
	}
	// A work tree of its own shares the objects of the main one.
	if common, err := os.ReadFile(filepath.Join(dir, "commondir")); err == nil {
		shared := strings.TrimSpace(string(common))
		if !filepath.IsAbs(shared) {
			shared = filepath.Join(dir, shared)
		}
		dir = shared
	}
	return filepath.Join(dir, "objects")
}

// looseReader reads blobs that are in files of their own, with the same memory.
type looseReader struct {
	objects  string // their folder; empty where it is not known
	file, in *bufio.Reader
	inflated io.ReadCloser
}

// read reads such a blob: compressed, after a head "blob SIZE" and a NUL (git's
// manual, gitformat-loose).
func (l *looseReader) read(id string, limit int64) ([]byte, error) {
	if l.objects == "" || len(id) < 40 {
		return nil, os.ErrNotExist
	}
	f, err := os.Open(filepath.Join(l.objects, id[:2], id[2:]))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := l.reset(f); err != nil {
		return nil, err
	}
	head, err := l.in.ReadString(0)
	if err != nil {
		return nil, err
	}
	number, ok := strings.CutPrefix(strings.TrimSuffix(head, "\x00"), "blob ")
	size, err := strconv.ParseInt(number, 10, 64)
	switch {
	case !ok || err != nil || size < 0:
		return nil, errors.New("not the head of a blob")
	case size > limit:
		return nil, errTooMuch
	}
	content := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	if n, err := content.ReadFrom(l.in); err != nil || n != size {
		return nil, errors.Join(err, errors.New("an object cut short"))
	}
	return content.Bytes(), nil
}

// reset turns to another file.
func (l *looseReader) reset(f io.Reader) (err error) {
	if l.inflated != nil {
		l.file.Reset(f)
		err = l.inflated.(zlib.Resetter).Reset(l.file, nil)
	} else {
		l.file = bufio.NewReader(f)
		if l.inflated, err = zlib.NewReader(l.file); err == nil {
			l.in = bufio.NewReader(l.inflated)
		}
	}
	if err == nil {
		l.in.Reset(l.inflated)
	}
	return err
}
