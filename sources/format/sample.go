package format

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"

	"example.com/assay"
)

// reader reads the records of one format from a source.
type reader interface {
	// start reads what stands before the first record.
	start(s *source) error
	// record reads one record and emits its values; io.EOF when there is none.
	record(s *source) error
	// sync goes on from any place to the start of a record. Where none is near it
	// may stay inside of one, whose rest is worth to be read.
	sync(s *source) (inside bool, err error)
	// flush emits what was held back to see whether it goes on.
	flush() error
}

// sample does the work of Sample.
func (s *sampler) sample() error {
	t, err := s.open()
	if err != nil {
		return err
	}
	head, whole, err := peekHead(t.r)
	if err != nil {
		return err
	}
	var d dialect
	s.what, d = sniff(s.ctx, head, whole, s.in.Name)
	rd, src := s.reader(d, head), newSource(t.r, t.r.Size(), int64(t.mark), 1)
	if t.plain && !s.fits(head, whole, d) {
		return s.clusters(rd, src)
	}
	s.rec.whole = t.plain && s.plan.Rows <= 0
	return s.sequence(rd, src)
}

// reader returns the reader of the format.
func (s *sampler) reader(d dialect, head []byte) reader {
	switch s.what {
	case kindCSV:
		return newCSV(s.rec, d)
	case kindJSON, kindLines:
		j := newJSON(s.rec, s.rec.root, s.what == kindLines)
		j.sink.sub = newJSON(s.rec, nil, false)
		return j
	case kindSQL:
		return newSQL(s.rec, s.plan.Rows, head)
	}
	return newLines(s.rec, s.what == kindLog)
}

// text is content as text.
type text struct {
	r     *bufio.Reader
	mark  int  // bytes of the byte order mark before it
	plain bool // it stands in the store byte by byte, so that it can be entered anywhere
}

// open looks at the first bytes and returns the content as text.
func (s *sampler) open() (text, error) {
	raw := s.in.Reader
	if s.in.At != nil {
		raw = io.NewSectionReader(s.in.At, 0, s.in.Size)
	}
	// The head is part of what the plan allows to be read.
	size := int(min(bufferSize, max(s.plan.Bytes/4, 4<<10)))
	t := text{plain: s.in.At != nil}
	t.r = bufio.NewReaderSize(&limited{ctx: s.ctx, r: raw, left: s.plan.Bytes, count: &s.read}, size)
	head, _, err := peekHead(t.r)
	if err == nil && bytes.HasPrefix(head, []byte(gzipMagic)) {
		t.plain = false
		t.r, head, err = s.unzip(t.r)
	}
	if err == nil {
		err = known(head, s.in.Name)
	}
	if err != nil {
		return text{}, err
	}
	return t.decode(head)
}

// decode returns the text in UTF-8, or in what has ASCII in its place.
func (t text) decode(head []byte) (text, error) {
	enc, mark := wide(head)
	t.r.Discard(mark)
	t.mark = mark
	if enc != nil {
		if mark == 0 && isKnownBinary(head) { // 16-bit numbers look like UTF-16
			return text{}, binary(head)
		}
		t.r, t.plain = decoded(t.r, enc), false
		var err error
		if head, _, err = peekHead(t.r); err != nil {
			return text{}, err
		}
	}
	if !isText(head) {
		return text{}, binary(head)
	}
	return t, nil
}

// unzip returns the content of a gzip stream, whose size the plan limits too.
func (s *sampler) unzip(r *bufio.Reader) (*bufio.Reader, []byte, error) {
	s.in.Name = strings.TrimSuffix(s.in.Name, ".gz")
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, nil, corrupt(err)
	}
	out := bufio.NewReaderSize(&limited{ctx: s.ctx, r: z, left: s.plan.Bytes}, r.Size())
	head, _, err := peekHead(out)
	if err == nil && bytes.HasPrefix(head, []byte(gzipMagic)) {
		err = &assay.Error{Op: "read", Item: "gzip inside gzip", Reason: assay.ReasonUnsupported}
	}
	return out, head, err
}

// corrupt says that compressed content cannot be read.
func corrupt(err error) error {
	return &assay.Error{Op: "read", Item: "gzip", Reason: assay.ReasonUnreadable, Err: err}
}

// peekHead returns what can be seen of the content without reading it, and
// whether that is all. Content that breaks off behind it is no error yet.
func peekHead(r *bufio.Reader) (head []byte, whole bool, err error) {
	head, err = r.Peek(r.Size())
	if err == nil || errors.Is(err, errBudget) || len(head) > 0 && err != io.EOF {
		return head, false, nil
	}
	if err == io.EOF {
		return head, true, nil
	}
	return nil, false, err
}

// fits reports whether the plan allows all of the content to be read. Of content
// longer than its head, the number of lines is estimated.
func (s *sampler) fits(head []byte, whole bool, d dialect) bool {
	fromBegin := s.what == kindJSON || s.what == kindSQL // these can only be read from there
	if s.in.Size > s.plan.Bytes {
		return fromBegin
	}
	if s.plan.Rows <= 0 || fromBegin {
		return true
	}
	lines := float64(bytes.Count(head, []byte{'\n'}))
	if len(head) > 0 && head[len(head)-1] != '\n' && whole {
		lines++
	}
	if !whole && len(head) > 0 {
		lines *= float64(s.in.Size) / float64(len(head))
	}
	if d.header {
		lines--
	}
	return lines <= float64(s.plan.Rows)
}

// sequence reads from the beginning until the end or the limit.
func (s *sampler) sequence(rd reader, src *source) error {
	s.design = assay.Design{Method: assay.DesignPrefix, Unit: s.what.unit(), Population: "the first " + s.what.unit() + " of the file"}
	rows := s.plan.Rows
	if s.what == kindSQL {
		rows = 0 // they are those of each table, which the reader sees to
	}
	err := rd.start(src)
	for err == nil && (rows <= 0 || s.rec.units < int64(rows)) {
		if err = rd.record(src); err == nil {
			s.rec.units++
		}
	}
	if err == nil || err == io.EOF || errors.Is(err, errBudget) {
		if e := rd.flush(); e != nil {
			return e
		}
	}
	switch {
	case s.what == kindSQL && (err != io.EOF || s.rec.isCut()):
		s.design.Population = "the first rows of the first tables"
		if err == io.EOF {
			s.design.Population = "the first rows of each table"
			return nil
		}
		s.rec.rest.field() // tables that were not come to
	case err == io.EOF || err == nil && src.atEnd(s.what == kindJSON):
		s.design.Method, s.design.Population = assay.DesignCensus, "all "+s.what.unit()+" of the file"
		return nil
	case err == nil:
		s.rec.partial(assay.ReasonBudget, "the row limit of the plan was reached, and the content can only be read from its beginning")
	}
	return err
}
