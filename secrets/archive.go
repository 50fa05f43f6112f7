package secrets

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"example.com/assay"
)

// Archives are read entry by entry, and archives in them too. An entry is a text
// of its own, named archive!/entry. What an archive may unfold to is bounded: a
// few bytes can stand for very many.
const (
	maxNested   = 3         // archives in archives
	maxEntries  = 20_000    // of one file, with those of archives in it
	maxUnfolded = 512 << 20 // bytes, likewise
	maxZipHeld  = 16 << 20  // bytes of a zip archive that is no file, and is held to be read
	archiveHead = 512       // bytes that tell an archive: those of the first head of a tar
)

// errTooMuch says that an archive was not read to its end.
var errTooMuch = &assay.Error{Op: "read archive", Reason: assay.ReasonBudget, Err: errors.New("it unfolds to more than is read of one archive")}

// isArchive reports whether a text that begins so is an archive.
func isArchive(head []byte) bool { return archiveKind(head) != "" }

func archiveKind(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "zip"
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B, 8}):
		return "gzip"
	case bytes.HasPrefix(head, []byte("BZh")) && len(head) > 10 && string(head[4:10]) == "1AY&SY":
		return "bzip2"
	case len(head) >= 262 && string(head[257:262]) == "ustar":
		return "tar"
	}
	return ""
}

// unfolding is one archive being read, with all that are in it.
type unfolding struct {
	*worker
	ctx     context.Context
	keep    func(Place)
	entries int
	left    int64 // bytes that may yet be unfolded
}

// archive reads the archive that in is.
func (w *worker) archive(ctx context.Context, t text, in *bufio.Reader, file io.Reader, keep func(Place)) error {
	u := &unfolding{worker: w, ctx: ctx, keep: keep, left: maxUnfolded}
	return u.open(t, in, file, 1)
}

// open reads a text that may be an archive. file is what in reads from, where
// that is a file.
func (u *unfolding) open(t text, in *bufio.Reader, file io.Reader, depth int) error {
	head, _ := in.Peek(archiveHead)
	kind := archiveKind(head)
	if kind == "" || depth > maxNested {
		return u.text(u.ctx, t, in, func(p Place) {
			p.inside = depth > 1
			u.keep(p)
		})
	}
	switch kind {
	case "zip":
		return u.zip(t, in, file, depth)
	case "tar":
		return u.tar(t, in, depth)
	case "bzip2":
		return u.one(t, bzip2.NewReader(in), depth)
	}
	inflated, err := gzip.NewReader(in)
	if err != nil {
		return unreadable(err)
	}
	return u.one(t, inflated, depth)
}

// one reads the only content of what was compressed, which is often a tar.
func (u *unfolding) one(t text, in io.Reader, depth int) error {
	name := strings.TrimSuffix(path.Base(t.path), path.Ext(t.path))
	return u.entry(t, name, in, depth)
}

func (u *unfolding) tar(t text, in io.Reader, depth int) error {
	entries := tar.NewReader(in)
	for {
		head, err := entries.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return unreadable(err)
		case head.Typeflag != tar.TypeReg:
			continue
		}
		if err := u.entry(t, head.Name, entries, depth); err != nil {
			return err
		}
	}
}

func (u *unfolding) zip(t text, in io.Reader, file io.Reader, depth int) error {
	var whole io.ReaderAt
	var size int64
	if f, ok := file.(*os.File); ok && depth == 1 {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		whole, size = f, info.Size()
	} else {
		data, err := io.ReadAll(io.LimitReader(in, maxZipHeld+1))
		if err != nil {
			return unreadable(err)
		}
		if len(data) > maxZipHeld {
			return errTooMuch
		}
		whole, size = bytes.NewReader(data), int64(len(data))
	}
	archive, err := zip.NewReader(whole, size)
	if err != nil {
		return unreadable(err)
	}
	for _, f := range archive.File {
		if !f.Mode().IsRegular() {
			continue
		}
		content, err := f.Open()
		if err != nil {
			u.result.note(t.shown+"!/"+f.Name, t.commit, unreadable(err))
			continue
		}
		err = u.entry(t, f.Name, content, depth)
		content.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// entry reads one entry of an archive. The path filter speaks of it as of any
// file.
func (u *unfolding) entry(t text, name string, in io.Reader, depth int) error {
	if u.entries++; u.entries > maxEntries {
		return errTooMuch
	}
	if err := u.ctx.Err(); err != nil {
		return err
	}
	if kind := u.opts.Filter.Excludes(name); kind != "" {
		u.result.exclude(kind, 1)
		return nil
	}
	t.path, t.shown = t.path+"!/"+name, t.shown+"!/"+name
	limited := &io.LimitedReader{R: in, N: u.left + 1}
	err := u.open(t, bufio.NewReaderSize(limited, archiveHead), nil, depth+1)
	u.left = limited.N - 1
	switch {
	case u.left < 0:
		return errTooMuch
	case err != nil && u.ctx.Err() == nil && !errors.Is(err, errTooMuch):
		u.result.note(t.shown, t.commit, err) // the other entries are read all the same
		return nil
	}
	return err
}

// unreadable says that an archive is damaged, or of a kind that is not read.
func unreadable(err error) error {
	return &assay.Error{Op: "read archive", Reason: assay.ReasonUnreadable, Err: fmt.Errorf("damaged, encrypted or of an unknown kind: %w", err)}
}
