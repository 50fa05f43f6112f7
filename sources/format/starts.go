package format

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"example.com/assay"
)

// clusters reads runs of records from random bytes of the content. A byte stands
// for the record after it, and the content is a ring: what a run still wants at
// the end it gets from the beginning, so that every record can be drawn as often
// as any other. Where two runs meet, the second goes on behind the first: no
// record comes twice.
func (s *sampler) clusters(rd reader, src *source) error {
	s.design = assay.Design{Method: assay.DesignClusters, Unit: s.what.unit(), Population: "all " + s.what.unit() + " of the file"}
	if err := rd.start(src); err != nil && err != io.EOF {
		return err
	}
	begin := src.off()
	places, rows, size := s.draw(begin)
	wrap := run{from: begin, to: s.in.Size, aligned: true}
	at, aligned := begin, true
	wanting := false // a start at the end, which has its record at the beginning
	for i, place := range places {
		if place > at {
			at, aligned = place, false
		}
		r := run{from: at, to: s.in.Size, aligned: aligned, rows: rows[i], bytes: size}
		if err := s.run(rd, &r); err != nil {
			return err
		}
		if r.cut {
			s.tooLong(size)
		}
		if r.count > 0 && r.from < wrap.to {
			wrap.to = r.from
		}
		if r.end {
			wrap.rows, wrap.bytes = max(wrap.rows, r.rows-r.count), max(wrap.bytes, r.bytes-(r.at-r.from))
		}
		wanting = wanting || r.end && r.count == 0
		s.design.Starts++
		at, aligned = r.at, r.aligned
	}
	if wrap.rows == 0 || wrap.bytes == 0 {
		return nil
	}
	err := s.run(rd, &wrap)
	if wanting && wrap.cut {
		s.tooLong(size)
	}
	return err
}

// tooLong notes that a start met a record longer than a run may be. What is said
// of records by the sample would not hold: this one was not read to its end.
func (s *sampler) tooLong(size int64) {
	s.rec.partial(assay.ReasonBudget, fmt.Sprintf("%s of more than %d bytes were read in part", s.what.unit(), size))
}

// noLimit is more rows than any file has; its sum over all starts is no overflow.
const noLimit = 1 << 40

// draw returns the places of the starts in order, the rows for each of them, and
// the bytes for each.
func (s *sampler) draw(begin int64) (places, rows []int64, size int64) {
	left := max(s.plan.Bytes-s.read, minRun)
	k := min(int64(s.plan.Starts), left/minRun)
	if s.plan.Rows > 0 {
		k = min(k, int64(s.plan.Rows))
	}
	random := rand.New(rand.NewPCG(s.plan.Seed, 0))
	for i := range k {
		places = append(places, begin+random.Int64N(max(s.in.Size-begin, 1)))
		share := int64(noLimit)
		if s.plan.Rows > 0 {
			share = int64(s.plan.Rows) / k
			if i < int64(s.plan.Rows)%k {
				share++
			}
		}
		rows = append(rows, share)
	}
	slices.Sort(places)
	return places, rows, left / k
}

// run is a run of records between two offsets.
type run struct {
	from, to    int64
	aligned     bool // from, later at, is the start of a record
	rows, bytes int64

	at    int64 // where it ended
	count int64 // of whole records
	cut   bool  // there was none, because its bytes did not suffice for one
	end   bool  // the content ended
}

// run reads a run and sets its from to where its first record starts.
func (s *sampler) run(rd reader, r *run) error {
	from := r.from
	if !r.aligned {
		from-- // a line end there makes from the start of a record
	}
	content := io.NewSectionReader(s.in.At, from, s.in.Size-from)
	buffer := int64(bufferSize)
	if s.plan.Rows > 0 {
		buffer = minRun
	}
	lim := &limited{ctx: s.ctx, r: content, left: r.bytes, count: &s.read}
	src := newSource(lim, int(min(buffer, r.bytes)), from, 0)
	inside, err := false, error(nil)
	if !r.aligned {
		inside, err = rd.sync(src)
	}
	r.from = src.off()
	if err == nil && inside {
		err = rd.record(src) // the rest of one, which does not count
	}
	for err == nil && r.count < r.rows && src.off() < r.to {
		if err = rd.record(src); err == nil {
			r.count++
			s.rec.units++
		}
	}
	r.cut = r.count == 0 && errors.Is(err, errBudget)
	r.at, r.aligned, r.end = src.off(), err == nil, src.off() >= s.in.Size
	if err == nil || err == io.EOF || errors.Is(err, errBudget) {
		return rd.flush()
	}
	return err
}
