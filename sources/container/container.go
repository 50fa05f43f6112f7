// Package container reads content that is entered by a directory of its own:
// Parquet by its footer, zip archives by their central directory. It reads
// Zstandard streams too, and hands all other content to package format, as it
// does with what it finds inside.
//
// It is a library shared by the packages of sources/ and imports the root
// package and sources/format only.
package container

import (
	"context"
	"errors"
	"io"
	"strings"

	"example.com/assay"
	"example.com/assay/sources/format"
)

// Sample reads at most plan's amount of the content; see assay.Source, whose law
// on yield, Reading and error it keeps, and format.Sample, which it is for all
// content but these:
//
//   - Parquet: plan.Rows rows from plan.Starts random places of all row groups;
//     the columns share the bytes of the plan.
//   - zip: random files of the archive (at most maxFiles), which share rows and
//     bytes. A field is named after its file: people.csv:email.
//   - Zstandard: from the beginning, as gzip.
//
// The content must have random access (in.At) to be recognised as one of them.
func Sample(ctx context.Context, in format.Input, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	if in.At == nil {
		return format.Sample(ctx, in, plan, yield)
	}
	magic, err := head(in, 4)
	if err != nil {
		return assay.Reading{}, err
	}
	if plan.Bytes <= 0 {
		plan.Bytes = format.DefaultBytes
	}
	if plan.Timeout <= 0 {
		plan.Timeout = format.DefaultTimeout
	}
	sample := format.Sample
	switch magic {
	case "PAR1", "PARE":
		sample = sampleParquet
	case "PK\x03\x04", "PK\x05\x06":
		sample = sampleZip
	case "\x28\xB5\x2F\xFD":
		sample = sampleZstd
	default:
		return format.Sample(ctx, in, plan, yield)
	}
	ctx, cancel := context.WithTimeout(ctx, plan.Timeout)
	defer cancel()
	at := &limitedAt{ctx: ctx, at: in.At, left: noLimit}
	in.At = at
	reading, err := sample(ctx, in, plan, yield)
	reading.Bytes = at.read
	return reading, err
}

// IsColumnar reports whether content that begins so is a Parquet file, of which a
// few rows cost some pages of every column: more bytes than as many lines of text.
func IsColumnar(head []byte) bool { return string(head[:min(len(head), 4)]) == "PAR1" }

// head returns the first n bytes, or as many as there are.
func head(in format.Input, n int64) (string, error) {
	b := make([]byte, min(n, in.Size))
	k, err := in.At.ReadAt(b, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return string(b[:k]), err
}

// noLimit is more bytes than any content has.
const noLimit = 1 << 62

// errBudget ends a reading at a limit of bytes.
var errBudget = errors.New("byte limit reached")

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

// unreadable says that content is not what its beginning promises.
func unreadable(what string, err error) error {
	return &assay.Error{Op: "read", Item: what, Reason: assay.ReasonUnreadable, Err: err}
}
