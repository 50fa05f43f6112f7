// Package container reads content that is no plain text: columnar files, archives
// and compressed streams, office documents, pictures with a place in them. It
// recognises them by their first bytes and hands all other content to package
// format, as it does with what it finds inside.
//
// Whoever made a file may mean harm: every reader here bounds its memory, and work
// that a short file can ask for, and what cannot be read within the bounds ends as
// not examined.
//
// It is a library shared by the packages of sources/ and imports the root
// package and sources/format only.
package container

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/assay"
	"example.com/assay/sources/format"
)

// Limits for what a file may ask for, whatever it holds.
const (
	// maxDepth is how deeply archives may be nested: a file in an archive in an
	// archive has the depth 2.
	maxDepth = 3
	// maxLoad is how many bytes may be in memory at once of content that is
	// entered by its end, or that a library wants whole.
	maxLoad = 32 << 20
	// maxUnpack is how many bytes all nested archives of one asset together may
	// have unpacked into memory.
	maxUnpack = 256 << 20
	// maxRatio is how many times its size a nested archive may grow: deflate
	// comes to 1032 with zeros only.
	maxRatio = 200
)

// Sample reads at most plan's amount of the content; see assay.Source, whose law
// on yield, Reading and error it keeps, and format.Sample, which it is for all
// content but these:
//
//   - Parquet: plan.Rows rows from plan.Starts random places of all row groups;
//     the columns share the bytes of the plan.
//   - Avro: random blocks of the file.
//   - zip: random files of the archive (at most maxFiles), which share rows and
//     bytes. A field is named after its file: people.csv:email.
//   - tar, also compressed: the first files, as far as rows and bytes last.
//   - XLSX: the rows of each sheet (people:email); DOCX, PPTX and ODT: their texts;
//     PDF: the texts of random pages.
//   - JPEG: what Exif says of place, time and people; not the picture.
//   - gzip, Zstandard and bzip2: from the beginning.
//
// Archives in archives are read to the depth maxDepth. Content without random
// access (in.At) that needs it is loaded, if it is not too large.
func Sample(ctx context.Context, in format.Input, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	if plan.Bytes <= 0 {
		plan.Bytes = format.DefaultBytes
	}
	if plan.Timeout <= 0 {
		plan.Timeout = format.DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, plan.Timeout)
	defer cancel()
	var at *limitedAt
	plain := in
	if in.At != nil {
		at = &limitedAt{ctx: ctx, at: in.At, left: noLimit}
		in.At = at
	}
	room := int64(maxUnpack)
	s := &sampler{ctx: ctx, plan: plan, yield: yield, room: &room}
	k, in, err := s.recognise(in)
	switch {
	case err != nil:
		return assay.Reading{}, err
	case k == nil && at != nil:
		return format.Sample(ctx, plain, plan, yield)
	}
	reading, err := s.read(k, in)
	if at != nil {
		reading.Bytes = at.read
	}
	return reading, err
}

// IsColumnar reports whether content that begins so is a Parquet file, of which a
// few rows cost some pages of every column: more bytes than as many lines of text.
func IsColumnar(head []byte) bool { return string(head[:min(len(head), 4)]) == "PAR1" }

// sampler reads one content: that of the asset, or of a file inside of it.
type sampler struct {
	ctx   context.Context
	plan  assay.Plan
	yield func(assay.Datum) error
	depth int    // how many archives are around
	room  *int64 // bytes that may still be unpacked into memory
	size  int64  // of the content as it is stored in the archive around; 0 if unknown
}

// kind is a sort of content.
type kind struct {
	name string
	is   func(head string) bool
	// whole says that it is entered at places of its own choice.
	whole bool
	read  func(s *sampler, in format.Input) (assay.Reading, error)
}

// kinds are the sorts of content that are no text.
func kinds() []kind {
	return []kind{
		{"parquet", begins("PAR1", "PARE"), true, (*sampler).parquet},
		{"zip archive", begins("PK\x03\x04", "PK\x05\x06"), true, (*sampler).zip},
		{"avro", begins("Obj\x01"), true, (*sampler).avro},
		{"jpeg", begins("\xFF\xD8\xFF"), true, (*sampler).jpeg},
		{"pdf", begins("%PDF-"), true, (*sampler).pdf},
		{"office document", begins("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), true, (*sampler).compound},
		{"tar archive", isTar, false, (*sampler).tar},
		{"gzip", begins("\x1F\x8B\x08"), false, (*sampler).gzip},
		{"zstd", begins("\x28\xB5\x2F\xFD"), false, (*sampler).zstd},
		{"bzip2", isBzip2, false, (*sampler).bzip2},
	}
}

func begins(magics ...string) func(string) bool {
	return func(head string) bool {
		for _, m := range magics {
			if strings.HasPrefix(head, m) {
				return true
			}
		}
		return false
	}
}

// headSize is how many bytes tell the kind of content.
const headSize = 512

// recognise returns the kind of the content, nil for text and what is unknown,
// and the content as it can be read from its beginning again.
func (s *sampler) recognise(in format.Input) (*kind, format.Input, error) {
	var head string
	var err error
	if in.At != nil {
		head, err = headOf(in)
	} else {
		r := bufio.NewReaderSize(in.Reader, 4<<10)
		var b []byte
		b, err = r.Peek(headSize)
		head, in.Reader = string(b), r
		if err == io.EOF || len(b) > 0 { // what breaks off is told where it does
			err = nil
		}
	}
	if err != nil {
		return nil, in, err
	}
	for _, k := range kinds() {
		if k.is(head) {
			return &k, in, nil
		}
	}
	return nil, in, nil
}

// any reads content of any kind.
func (s *sampler) any(in format.Input) (assay.Reading, error) {
	k, in, err := s.recognise(in)
	if err != nil {
		return assay.Reading{}, err
	}
	return s.read(k, in)
}

// read reads content of a kind, or text if k is nil.
func (s *sampler) read(k *kind, in format.Input) (assay.Reading, error) {
	switch {
	case k == nil:
		return format.Sample(s.ctx, in, s.plan, s.yield)
	case s.depth > maxDepth:
		return assay.Reading{}, &assay.Error{Op: "read", Item: k.name, Reason: assay.ReasonUnsupported,
			Err: fmt.Errorf("archives are nested more than %d deep", maxDepth)}
	case !k.whole:
		return k.read(s, in)
	}
	if _, ok := in.At.(*limitedAt); in.At != nil && !ok {
		in.At = &limitedAt{ctx: s.ctx, at: in.At, left: noLimit}
	}
	if in.At == nil {
		content, err := s.load(k.name, in.Reader)
		if err != nil {
			return assay.Reading{}, err
		}
		in = loaded(s.ctx, content, in.Name)
	}
	return k.read(s, in)
}

// loaded is content in memory.
func loaded(ctx context.Context, content []byte, name string) format.Input {
	return format.Input{At: &limitedAt{ctx: ctx, at: strings.NewReader(string(content)), left: noLimit}, Size: int64(len(content)), Name: name}
}

// load reads content into memory, if it is not too much.
func (s *sampler) load(what string, r io.Reader) ([]byte, error) {
	limit := min(maxLoad, *s.room)
	if s.size > 0 {
		limit = min(limit, max(s.size*maxRatio, 1<<20))
	}
	content, err := io.ReadAll(io.LimitReader(&patient{s.ctx, r}, limit+1))
	*s.room -= int64(len(content))
	switch {
	case int64(len(content)) > limit:
		return nil, &assay.Error{Op: "read", Item: what, Reason: assay.ReasonUnsupported,
			Err: fmt.Errorf("it unpacks to more than %d bytes, which is more than is kept in memory", limit), Hint: "unpack it and scan it as a file"}
	case err != nil:
		return nil, damaged(what, err)
	}
	return content, nil
}

// fits returns an error if content that can only be read whole is too large.
func (s *sampler) fits(what string, size int64) error {
	if size <= min(maxLoad, s.plan.Bytes) {
		return nil
	}
	return &assay.Error{Op: "read", Item: what, Reason: assay.ReasonBudget,
		Err: fmt.Errorf("it has %d bytes, and can only be read whole", size), Hint: "allow more bytes; the most is 32 MiB"}
}

// patient looks at ctx before each read.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := context.Cause(p.ctx); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}

// headOf returns the first bytes, or as many as there are.
func headOf(in format.Input) (string, error) {
	b := make([]byte, min(headSize, in.Size))
	k, err := in.At.ReadAt(b, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return string(b[:k]), err
}

// noLimit is more bytes than any content has.
const noLimit = 1 << 62

// errBudget ends a reading at a limit of bytes.
var errBudget error = &assay.Error{Op: "read", Reason: assay.ReasonBudget, Err: errors.New("the byte limit was reached")}

// limitedAt counts what is read, and reads no more than left.
type limitedAt struct {
	ctx        context.Context
	at         io.ReaderAt
	left, read int64
}

func (l *limitedAt) ReadAt(p []byte, off int64) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	wanted := p[:min(int64(len(p)), l.left)]
	n, err := l.at.ReadAt(wanted, off)
	l.left -= int64(n)
	l.read += int64(n)
	switch {
	case err != nil && err != io.EOF:
		err = &storeError{err}
	case err == nil && n < len(p):
		err = errBudget
	}
	return n, err
}

// storeError is an error of the store. It tells a file that cannot be fetched
// from one that is damaged.
type storeError struct{ error }

func (e *storeError) Unwrap() error { return e.error }

// isDamage reports whether an error comes from the content itself.
func isDamage(err error) bool {
	return !errors.As(err, new(*storeError)) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// withoutEnding returns a name without that ending, whatever its case.
func withoutEnding(name, ending string) string {
	if strings.HasSuffix(strings.ToLower(name), ending) {
		return name[:len(name)-len(ending)]
	}
	return name
}

// damaged returns err if it is the store's, or says something itself, and else
// that content is not what its beginning promises.
func damaged(what string, err error) error {
	if err == nil || !isDamage(err) || errors.As(err, new(*assay.Error)) {
		return err
	}
	return unreadable(what, err)
}

// unreadable says that content is not what its beginning promises.
func unreadable(what string, err error) error {
	return &assay.Error{Op: "read", Item: what, Reason: assay.ReasonUnreadable, Err: err}
}
