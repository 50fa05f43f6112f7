package container

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/assay"
	"example.com/assay/sources/format"
)

const (
	// maxEntries is how many entries of a tar archive are looked at: it has no
	// directory, so each has to be passed on the way to the next.
	maxEntries = 1000
	// tarParts is what part of the plan each file of a tar archive gets: how many
	// files there are is known at the end only.
	tarParts = 10
)

// isTar reports whether content begins as a tar archive of POSIX or GNU.
func isTar(head string) bool { return len(head) >= 262 && head[257:262] == "ustar" }

// tar reads the files of an archive in their order, until the rows or the bytes
// of the plan are spent. Files in an archive that is not compressed can be
// entered anywhere.
func (s *sampler) tar(in format.Input) (assay.Reading, error) {
	t := &tarReader{archive: s.parts("all files of the archive", share(s.plan, tarParts), 1), at: in.At}
	var stream io.Reader
	if in.At != nil {
		t.section = io.NewSectionReader(in.At, 0, in.Size)
		stream = t.section
	} else {
		stream = &budgeted{patient{s.ctx, in.Reader}, s.plan.Bytes}
	}
	end := &endMark{r: stream}
	err := t.files(tar.NewReader(end.reader(t.section)), s.plan)
	if err == io.EOF {
		if err = nil; !t.ends(end) {
			t.left(assay.ReasonUnreadable, "the archive has no end mark; it may have been cut off")
		}
	}
	return t.reading(), err
}

// ends reports whether the archive ends as it should, and what packs it too.
func (t *tarReader) ends(end *endMark) bool {
	if t.section == nil {
		_, err := io.Copy(io.Discard, end)
		return err == nil && end.zeros >= blockSize
	}
	var last [blockSize]byte
	_, err := t.section.ReadAt(last[:], max(t.section.Size()-blockSize, 0))
	return (err == nil || err == io.EOF) && last == [blockSize]byte{}
}

// blockSize is that of tar; blocks of zeros end an archive.
const blockSize = 512

// endMark counts the zeros that a stream ended with so far.
type endMark struct {
	r     io.Reader
	zeros int
}

// reader returns what reads the archive: a section as it is, since it can be
// skipped through.
func (e *endMark) reader(section *io.SectionReader) io.Reader {
	if section != nil {
		return section
	}
	return e
}

func (e *endMark) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	rest := bytes.TrimRight(p[:n], "\x00")
	if len(rest) > 0 {
		e.zeros = 0
	}
	e.zeros += n - len(rest)
	return n, err
}

// tarReader is one reading of a tar archive.
type tarReader struct {
	*archive
	at      io.ReaderAt
	section *io.SectionReader // over at, where the next header is read; nil in a stream
}

// files reads one file after the other. Its error ends the reading of the asset;
// io.EOF says that all were seen.
func (t *tarReader) files(r *tar.Reader, plan assay.Plan) error {
	for n := 0; ; n++ {
		h, err := r.Next()
		switch {
		case err == io.EOF:
			return err
		case errors.Is(err, errBudget):
			t.left(assay.ReasonBudget, "the byte limit was reached; further files were not read")
			return nil
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), err != nil && !isDamage(err):
			return err
		case err != nil:
			t.left(assay.ReasonUnreadable, "the archive is damaged or was cut off; what follows was not read")
			return nil
		case n >= maxEntries:
			t.left(assay.ReasonBudget, fmt.Sprintf("files after the first %d of the archive were not read", maxEntries))
			return nil
		case plan.Rows > 0 && t.units >= int64(plan.Rows):
			t.left(assay.ReasonBudget, "the row limit of the plan was reached; further files were not read")
			return nil
		}
		if err := t.entry(r, h); err != nil {
			return err
		}
	}
}

// entry reads one file. Links and folders hold nothing.
func (t *tarReader) entry(r *tar.Reader, h *tar.Header) error {
	if h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeGNUSparse || h.Size == 0 {
		return nil
	}
	in := format.Input{Reader: r, Size: -1, Name: h.Name}
	if t.section != nil && h.Typeflag == tar.TypeReg && !isSparse(h) {
		off, err := t.section.Seek(0, io.SeekCurrent) // the reader of the archive stands at the content
		if err != nil {
			return err
		}
		if off+h.Size <= t.section.Size() { // or else it is cut off, which r tells
			in = format.Input{At: io.NewSectionReader(t.at, off, h.Size), Size: h.Size, Name: h.Name}
		}
	}
	t.plan.Seed++
	return t.part(h.Name, in, h.Size)
}

// isSparse reports whether a file is stored without its holes, as PAX has it.
func isSparse(h *tar.Header) bool {
	for name := range h.PAXRecords {
		if strings.HasPrefix(name, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// budgeted fails with errBudget when its bytes are spent.
type budgeted struct {
	r    patient
	left int64
}

func (b *budgeted) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBudget
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
