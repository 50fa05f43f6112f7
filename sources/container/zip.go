package container

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"example.com/assay"
	"example.com/assay/sources/format"
)

// maxDirectory is how many bytes of directory an archive may have: enough for
// some 100,000 files.
const maxDirectory = 16 << 20

// zip reads files of an archive that are drawn at random. An archive that is a
// document of an office program is read as one.
func (s *sampler) zip(in format.Input) (assay.Reading, error) {
	at := in.At.(*limitedAt)
	at.left = maxDirectory
	z, err := zip.NewReader(at, in.Size)
	at.left = noLimit
	switch {
	case errors.Is(err, errBudget):
		return assay.Reading{}, &assay.Error{Op: "read", Item: "zip archive", Reason: assay.ReasonUnsupported,
			Err: fmt.Errorf("its directory is larger than %d MiB", maxDirectory>>20)}
	case err != nil:
		return assay.Reading{}, damaged("zip archive", err)
	}
	if d := documentOf(z); d != nil {
		return d(s, z, in)
	}
	files := contents(z)
	drawn := drawFiles(files, s.plan.Seed)
	a := s.parts("all files of the archive", share(s.plan, len(drawn)), 1)
	for i, f := range drawn {
		a.plan.Seed = s.plan.Seed + uint64(i)
		if err := a.file(at, f); err != nil {
			return a.reading(), err
		}
	}
	if n := len(files) - len(drawn); n > 0 {
		a.left(assay.ReasonBudget, fmt.Sprintf("%d files of the archive were not drawn", n))
	}
	return a.reading(), nil
}

// contents returns the files that hold something.
func contents(z *zip.Reader) []*zip.File {
	var out []*zip.File
	for _, f := range z.File {
		// A size that is not told can hide content.
		if !strings.HasSuffix(f.Name, "/") && (f.UncompressedSize64 > 0 || f.CompressedSize64 > 0) {
			out = append(out, f)
		}
	}
	return out
}

// drawFiles draws at most maxFiles and leaves them in the order of the archive.
func drawFiles(files []*zip.File, seed uint64) []*zip.File {
	if len(files) <= maxFiles {
		return files
	}
	chosen := rand.New(rand.NewPCG(seed, 0)).Perm(len(files))[:maxFiles]
	slices.Sort(chosen)
	var out []*zip.File
	for _, i := range chosen {
		out = append(out, files[i])
	}
	return out
}

// file reads one file; its error ends the reading.
func (a *archive) file(at io.ReaderAt, f *zip.File) error {
	in, done, err := openFile(at, f)
	if err != nil {
		a.failed(f.Name, err)
		return a.ctx.Err()
	}
	defer done()
	return a.part(f.Name, in, int64(f.CompressedSize64))
}

// openFile returns the content of a file. One that is not compressed can be
// entered anywhere.
func openFile(at io.ReaderAt, f *zip.File) (in format.Input, done func(), err error) {
	in = format.Input{Size: -1, Name: f.Name}
	if f.Flags&1 != 0 { // APPNOTE 4.4.4
		return in, nil, &assay.Error{Op: "read", Item: "file in a zip archive", Reason: assay.ReasonEncrypted}
	}
	if f.Method == zip.Store {
		off, err := f.DataOffset()
		in.At, in.Size = io.NewSectionReader(at, off, int64(f.CompressedSize64)), int64(f.CompressedSize64)
		return in, func() {}, err
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		err = &assay.Error{Op: "read", Item: "file in a zip archive", Reason: assay.ReasonUnsupported, Err: err}
	}
	if err != nil {
		return in, nil, err
	}
	in.Reader = r
	return in, func() { r.Close() }, nil
}
