// Package format reads the formats of files for every source that has files:
// a file system, an object store, standard input. It recognises a format from
// the content, draws the sample, and hands the values over as assay.Datum.
//
// Formats: CSV and its like, JSON, JSON Lines, logs, and any other text (prose,
// source code, configuration); each also compressed by gzip, and in UTF-8,
// UTF-16 or Latin-1. What is no text comes back as an error with
// assay.ReasonBinary or assay.ReasonEncrypted.
//
// It is a library shared by the packages of sources/ and imports the root
// package only.
package format

import (
	"context"
	"errors"
	"io"
	"time"

	"example.com/assay"
)

// What a zero limit of a plan means. There is no default for Plan.Rows: the
// bytes are the limit.
const (
	DefaultBytes   = 64 << 20        // Plan.Bytes; of compressed content both sides count
	DefaultTimeout = 5 * time.Minute // Plan.Timeout
	DefaultStarts  = 100             // Plan.Starts, where a start gets at least one record and minRun bytes
)

// Limits that keep memory and work bounded whatever the content is.
const (
	pieceSize  = 64 << 10 // longest value that is yielded in one datum
	overlap    = 4 << 10  // context on each side of a piece of a longer value
	maxFields  = 5000     // distinct fields of an asset; the others are judged together as restPath
	maxMembers = 500      // distinct member names of one JSON object; further ones become *
	maxDepth   = 256      // of nested JSON
	bufferSize = 64 << 10
	minRun     = 16 << 10 // bytes for each random start
)

// restPath is the field of all values beyond maxFields distinct fields.
const restPath = "*"

// Input is content to be sampled.
type Input struct {
	// At and Size give random access; needed to sample a large content at random.
	At   io.ReaderAt
	Size int64
	// Reader is read once from its beginning when At is nil.
	Reader io.Reader
	// Name is the file's name. It only breaks ties between formats, and is
	// named in hints.
	Name string
}

// Sample reads at most plan's amount of the content; see assay.Source, whose
// law on yield, Reading and error it keeps.
//
// Content of at most plan.Bytes, and plan.Rows if that is set, is read whole: a
// census. Of a larger one that can be entered anywhere, runs of records are read
// from plan.Starts random bytes, each from the next record on (clusters). What
// cannot be entered — compressed content, UTF-16, a JSON document, standard
// input — is read from its beginning until the limit (prefix), and its fields
// are partial, budget_spent.
//
// A row is a record of CSV, a line of JSON Lines or text, an element of a JSON
// array at the top.
func Sample(ctx context.Context, in Input, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	plan = withDefaults(plan)
	ctx, cancel := context.WithTimeout(ctx, plan.Timeout)
	defer cancel()
	s := &sampler{ctx: ctx, in: in, plan: plan, rec: newRecorder(ctx, yield)}
	err := s.sample()
	return s.reading(err), s.failure(err)
}

func withDefaults(p assay.Plan) assay.Plan {
	if p.Bytes <= 0 {
		p.Bytes = DefaultBytes
	}
	if p.Timeout <= 0 {
		p.Timeout = DefaultTimeout
	}
	if p.Starts <= 0 {
		p.Starts = DefaultStarts
	}
	return p
}

// sampler is one call of Sample.
type sampler struct {
	ctx    context.Context
	in     Input
	plan   assay.Plan
	rec    *recorder
	read   int64 // bytes read from the store
	what   kind
	design assay.Design
}

// failure turns what ended the sampling into the error that Sample returns. A
// spent budget is none: the plan was kept.
func (s *sampler) failure(err error) error {
	var stop stopError
	switch {
	case err == nil, errors.Is(err, errBudget):
		return nil
	case errors.As(err, &stop):
		return stop.error
	case s.ctx.Err() != nil:
		return &assay.Error{Op: "read", Item: s.what.String(), Reason: assay.Explain(s.ctx.Err()), Err: s.ctx.Err()}
	}
	if e := (*assay.Error)(nil); errors.As(err, &e) {
		return err
	}
	return &assay.Error{Op: "read", Item: s.what.String(), Reason: assay.Explain(err), Err: err}
}

// reading is what is known when the sampling ended with err.
func (s *sampler) reading(err error) assay.Reading {
	switch fail := s.failure(err); {
	case fail != nil && s.ctx.Err() == nil && errors.As(err, new(stopError)):
		s.rec.partial(assay.ReasonCancelled, "the reader stopped")
	case fail != nil:
		s.rec.partial(assay.Explain(fail), fail.Error())
	case err != nil:
		s.rec.partial(assay.ReasonBudget, "the byte limit of the plan was reached")
	}
	if s.failure(err) == nil && len(s.rec.order) == 0 {
		s.rec.root.field()
	}
	s.design.Units = s.rec.units
	return assay.Reading{Fields: s.rec.readings(), Design: s.design, Bytes: s.read}
}
