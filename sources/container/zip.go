package container

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"example.com/assay"
	"example.com/assay/sources/format"
)

const (
	// maxFiles is how many files of an archive are read.
	maxFiles = 20
	// maxDirectory is how many bytes of directory an archive may have: enough
	// for some 100,000 files.
	maxDirectory = 16 << 20
)

// sampleZip reads files of an archive that are drawn at random. One that cannot
// be read is a field that was not examined, and the others are read.
func sampleZip(ctx context.Context, in format.Input, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	at := in.At.(*limitedAt)
	at.left = maxDirectory
	z, err := zip.NewReader(at, in.Size)
	at.left = noLimit
	switch {
	case errors.Is(err, errBudget):
		return assay.Reading{}, &assay.Error{Op: "read", Item: "zip archive", Reason: assay.ReasonUnsupported,
			Err: fmt.Errorf("its directory is larger than %d MiB", maxDirectory>>20)}
	case err != nil && isDamage(err):
		return assay.Reading{}, unreadable("zip archive", err)
	case err != nil:
		return assay.Reading{}, err
	case isDocument(z):
		return format.Sample(ctx, in, plan, yield) // which names it
	}
	files := contents(z)
	drawn := drawFiles(files, plan.Seed)
	a := &archive{ctx: ctx, at: at, yield: yield, plan: share(plan, len(drawn)), census: len(drawn) == len(files)}
	for i, f := range drawn {
		a.plan.Seed = plan.Seed + uint64(i)
		if err := a.file(f); err != nil {
			return a.reading(0), err
		}
	}
	return a.reading(len(files) - len(drawn)), nil
}

// isDocument reports whether an archive is a document of an office program,
// which is one file to its user.
func isDocument(z *zip.Reader) bool {
	return slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "[Content_Types].xml" || f.Name == "mimetype" })
}

// contents returns the files that hold something.
func contents(z *zip.Reader) []*zip.File {
	var out []*zip.File
	for _, f := range z.File {
		if !f.FileInfo().IsDir() && f.UncompressedSize64 > 0 {
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

// share returns the plan for each of n files.
func share(plan assay.Plan, n int) assay.Plan {
	n = max(n, 1)
	plan.Bytes = max(plan.Bytes/int64(n), 1)
	if plan.Rows > 0 {
		plan.Rows = max(plan.Rows/n, 1)
	}
	if plan.Starts > 0 {
		plan.Starts = max(plan.Starts/n, 1)
	}
	return plan
}

// archive is a reading of files of one archive.
type archive struct {
	ctx    context.Context
	at     io.ReaderAt
	yield  func(assay.Datum) error
	plan   assay.Plan // of each file
	fields []assay.FieldReading
	units  int64
	census bool
}

// file reads one file; its error ends the reading.
func (a *archive) file(f *zip.File) error {
	in, done, err := a.open(f)
	if err != nil {
		a.failed(f, err)
		return a.ctx.Err()
	}
	defer done()
	names := map[*assay.Field]*assay.Field{}
	var yieldErr error
	r, err := format.Sample(a.ctx, in, a.plan, func(d assay.Datum) error {
		if names[d.Field] == nil {
			named := inFile(f, *d.Field)
			names[d.Field] = &named
		}
		d.Field, d.Place.File = names[d.Field], f.Name
		yieldErr = a.yield(d)
		return yieldErr
	})
	a.units += r.Design.Units
	a.census = a.census && r.Design.Method == assay.DesignCensus && err == nil
	for _, field := range r.Fields {
		field.Field = inFile(f, field.Field)
		a.fields = append(a.fields, field)
	}
	switch {
	case yieldErr != nil:
		return yieldErr
	case a.ctx.Err() != nil:
		return err
	case err != nil && len(r.Fields) == 0:
		a.failed(f, err)
	}
	return nil
}

// inFile returns a field as it is named outside of its file.
func inFile(f *zip.File, field assay.Field) assay.Field {
	field.Path = f.Name + ":" + field.Path
	return field
}

// open returns the content of a file. One that is not compressed can be entered
// anywhere.
func (a *archive) open(f *zip.File) (in format.Input, done func(), err error) {
	in = format.Input{Size: -1, Name: f.Name}
	if f.Flags&1 != 0 { // APPNOTE 4.4.4
		return in, nil, &assay.Error{Op: "read", Item: "file in a zip archive", Reason: assay.ReasonEncrypted}
	}
	if f.Method == zip.Store {
		off, err := f.DataOffset()
		in.At, in.Size = io.NewSectionReader(a.at, off, int64(f.CompressedSize64)), int64(f.CompressedSize64)
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

// failed notes a file of which nothing was read.
func (a *archive) failed(f *zip.File, err error) {
	a.census = false
	a.fields = append(a.fields, assay.FieldReading{Field: assay.Field{Path: f.Name}, Status: assay.StatusNotExamined,
		Reason: assay.Explain(err), Detail: err.Error()})
}

// reading is what was read when left files were not.
func (a *archive) reading(left int) assay.Reading {
	d := assay.Design{Method: assay.DesignPrefix, Unit: "records", Population: "parts of some files of the archive", Units: a.units}
	if a.census && left == 0 {
		d.Method, d.Population = assay.DesignCensus, "all records of all files of the archive"
	}
	if left > 0 {
		a.fields = append(a.fields, assay.FieldReading{Field: assay.Field{Path: "*"}, Status: assay.StatusNotExamined,
			Reason: assay.ReasonBudget, Detail: fmt.Sprintf("%d files of the archive were not drawn", left)})
	}
	if len(a.fields) == 0 {
		a.fields = []assay.FieldReading{{Field: assay.Field{Path: assay.WholeText}, Status: assay.StatusScanned}}
	}
	return assay.Reading{Fields: a.fields, Design: d}
}
