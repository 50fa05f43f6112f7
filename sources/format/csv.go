package format

import (
	"fmt"
	"io"

	"example.com/assay"
)

// csvReader reads delimited text by RFC 4180, leniently: a record may have too
// few or too many columns, a quote inside an unquoted value is a character.
type csvReader struct {
	rec     *recorder
	dialect dialect
	columns []*node
	sink    sink
	stop    *stops
	add     func([]byte) error
}

func newCSV(rec *recorder, d dialect) *csvReader {
	c := &csvReader{rec: rec, dialect: d, stop: stopAt(string(d.comma) + "\n")}
	c.sink = sink{rec: rec, sub: newJSON(rec, nil, false)}
	c.add = c.sink.add
	for i := range d.columns {
		c.column(i).field()
	}
	return c
}

// column returns the node of the i-th column.
func (c *csvReader) column(i int) *node {
	if i >= maxFields {
		return c.rec.rest
	}
	for len(c.columns) <= i {
		name := fmt.Sprintf("column_%d", len(c.columns)+1)
		if len(c.columns) < len(c.dialect.columns) {
			name = c.dialect.columns[len(c.columns)]
		}
		c.columns = append(c.columns, &node{rec: c.rec, path: name})
	}
	return c.columns[i]
}

func (c *csvReader) start(s *source) error {
	if !c.dialect.header {
		return nil
	}
	_, err := c.read(s, func(int) error { return nil })
	return err
}

func (c *csvReader) record(s *source) error {
	for {
		b, err := s.peek()
		if err != nil {
			return err
		}
		if b != '\n' && b != '\r' {
			break
		}
		s.skip(1)
	}
	columns, err := c.read(s, func(int) error {
		if string(c.sink.buf) == `\N` && !c.sink.cut { // NULL, as databases export it
			c.sink.buf = c.sink.buf[:0]
		}
		return c.sink.end()
	})
	if err != nil {
		return err
	}
	for i := columns; i < len(c.dialect.columns) && i < maxFields; i++ {
		c.rec.empty(c.column(i))
	}
	return nil
}

// read reads one record, calls end after each of its values, and returns how
// many there were.
func (c *csvReader) read(s *source, end func(int) error) (int, error) {
	for i := 0; ; i++ {
		for b, err := s.peek(); err == nil && b == ' '; b, err = s.peek() {
			s.skip(1)
		}
		c.sink.begin(c.column(i), s.off(), s.line)
		err := c.value(s)
		if err != nil && err != io.EOF {
			return i, err
		}
		if err := end(i); err != nil {
			return i, err
		}
		if err == io.EOF {
			return i + 1, nil
		}
		if b, err := s.next(); err != nil || b == '\n' {
			return i + 1, err
		}
	}
}

// value reads one value up to its delimiter.
func (c *csvReader) value(s *source) error {
	if b, err := s.peek(); err == nil && b == '"' {
		if err := c.quoted(s); err != nil {
			return err
		}
	}
	err := s.until(c.stop, c.add)
	if n := len(c.sink.buf); n > 0 && c.sink.buf[n-1] == '\r' {
		if b, e := s.peek(); e != nil || b == '\n' {
			c.sink.buf = c.sink.buf[:n-1]
		}
	}
	return err
}

var atQuote = stopAt(`"`)

// quoted reads a quoted value with its quotes; a doubled quote is a quote.
func (c *csvReader) quoted(s *source) error {
	s.skip(1)
	for {
		if err := s.until(atQuote, c.add); err != nil {
			if err == io.EOF {
				c.rec.partial(assay.ReasonUnreadable, "a quote is not closed: what follows it was read as one value")
			}
			return err
		}
		s.skip(1)
		if b, err := s.peek(); err != nil || b != '"' {
			return nil
		}
		s.skip(1)
		if err := c.add([]byte{'"'}); err != nil {
			return err
		}
	}
}

// sync goes to the start of the next record: after the first line end behind
// which the records have as many columns as they should, since a line end can
// be inside a quoted value.
func (c *csvReader) sync(s *source) (inside bool, err error) {
	window, whole := s.window()
	for at := 0; at < len(window); {
		n := lineEnd(window[at:])
		if n == 0 {
			break
		}
		at += n
		if len(window) > at && c.fits(window[at:], whole) {
			s.skip(at)
			return false, nil
		}
	}
	return false, s.skipLine()
}

// syncRows is how many records must fit behind a line end.
const syncRows = 3

// fits reports whether text begins with records of the right width whose quotes
// are right; whole says that the file ends with it.
func (c *csvReader) fits(text []byte, whole bool) bool {
	r := newCSVReader(text, c.dialect.comma)
	for n := range syncRows {
		row, err := r.Read()
		switch {
		case r.InputOffset() == int64(len(text)) && !whole, err == io.EOF:
			return n > 0
		case err != nil || len(row) != len(c.dialect.columns):
			return false
		}
	}
	return true
}

func (c *csvReader) flush() error { return nil }
