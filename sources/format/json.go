package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"example.com/assay"
)

// syntaxError says that the content is not JSON.
type syntaxError struct{ off int64 }

func (e *syntaxError) Error() string { return fmt.Sprintf("not JSON at byte %d", e.off) }

// jsonReader reads JSON documents value by value without building them, so that
// neither their size nor the length of a string matters. It is lenient where
// the meaning is clear: repeated members, several documents in a row.
type jsonReader struct {
	rec     *recorder
	root    *node
	lines   bool // JSON Lines: one value a line, and a bad line harms no other
	inArray bool // inside the array at the top
	sink    sink
	key     []byte
	inner   *source // for nested
	inText  *stops  // what interrupts the plain part of a string
	addKey  func([]byte) error
	addText func([]byte) error
}

// newJSON returns a reader of values at root. Strings are not taken apart
// unless the sink gets a reader for that.
func newJSON(rec *recorder, root *node, lines bool) *jsonReader {
	j := &jsonReader{rec: rec, root: root, lines: lines, sink: sink{rec: rec}, inText: stopAt(`"\`)}
	if lines {
		j.inText = stopAt("\"\\\n")
	}
	j.addText = j.sink.add
	j.addKey = func(b []byte) error {
		j.key = append(j.key, b[:min(len(b), maxKey-len(j.key))]...)
		return nil
	}
	return j
}

// maxKey is how much of a member's name is kept.
const maxKey = 1024

// nested reads a JSON document that is a value itself.
func (j *jsonReader) nested(n *node, doc []byte, off int64) error {
	if j.inner == nil {
		j.inner = newSource(nil, 4<<10, 0, 0)
	}
	j.inner.reset(bytes.NewReader(doc), off)
	return j.value(j.inner, n, 0)
}

func (j *jsonReader) start(*source) error { return nil }
func (j *jsonReader) flush() error        { return nil }
func (j *jsonReader) sync(s *source) (inside bool, err error) {
	return false, s.skipLine()
}

// record reads the next line, element of the array at the top, or document.
func (j *jsonReader) record(s *source) error {
	if j.lines {
		return j.line(s)
	}
	for {
		b, err := j.space(s)
		switch {
		case err == io.EOF && j.inArray:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		case !j.inArray && b == '[':
			j.inArray = true
		case j.inArray && b == ']':
			j.inArray = false
		case j.inArray && b == ',':
		default:
			n := j.root
			if j.inArray {
				n = n.elements()
			}
			return j.value(s, n, 1)
		}
		s.one(b)
	}
}

// line reads the next line that is JSON. Others are counted.
func (j *jsonReader) line(s *source) error {
	for {
		if b, err := s.peek(); err != nil {
			return err
		} else if b == '\n' || b == '\r' || b == ' ' || b == '\t' {
			s.one(b)
			continue
		}
		err := j.value(s, j.root, 0)
		if err == nil {
			if b, e := j.space(s); e != nil || b == '\n' {
				return nil // what ended the content comes again with the next record
			}
			err = &syntaxError{s.off()}
		}
		if !errors.As(err, new(*syntaxError)) && err != io.ErrUnexpectedEOF {
			return err
		}
		j.rec.broken++
		if err := s.skipLine(); err != nil {
			return err
		}
	}
}

// space skips blanks and returns the next byte without reading it. In JSON
// Lines it stops at a line end.
func (j *jsonReader) space(s *source) (byte, error) {
	for {
		b, err := s.peek()
		if err != nil {
			return 0, err
		}
		if b != ' ' && b != '\t' && b != '\r' && (b != '\n' || j.lines) {
			return b, nil
		}
		s.one(b)
	}
}

// value reads one value of any kind into the fields at and below n.
func (j *jsonReader) value(s *source, n *node, depth int) error {
	b, err := j.space(s)
	if err != nil {
		return unexpected(err)
	}
	if depth > maxDepth && (b == '{' || b == '[') {
		j.rec.partial(assay.ReasonUnreadable, fmt.Sprintf("what is nested deeper than %d levels was not read", maxDepth))
		return unexpected(j.skipNested(s))
	}
	switch b {
	case '{':
		err = j.object(s, n, depth)
	case '[':
		err = j.array(s, n, depth)
	case '"':
		j.sink.begin(n, s.off()+1, s.line)
		if err = j.text(s, j.addText); err == nil {
			return j.sink.end()
		}
	default:
		err = j.literal(s, n, b)
	}
	return unexpected(err)
}

// unexpected turns the end of the content into the error that it is inside a
// value.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (j *jsonReader) object(s *source, n *node, depth int) error {
	s.one('{')
	for count := 0; ; count++ {
		b, err := j.space(s)
		if err != nil {
			return err
		}
		switch {
		case b == '}':
			s.one(b)
			if count == 0 {
				j.rec.empty(n)
			}
			return nil
		case b == ',' && count > 0:
			s.one(b)
			if b, err = j.space(s); err != nil {
				return err
			}
		case count > 0:
			return &syntaxError{s.off()}
		}
		if b != '"' {
			return &syntaxError{s.off()}
		}
		if err := j.member(s, n, depth); err != nil {
			return err
		}
	}
}

// member reads a name and its value. A name that is data is yielded too.
func (j *jsonReader) member(s *source, n *node, depth int) error {
	off, line := s.off()+1, s.line
	j.key = j.key[:0]
	if err := j.text(s, j.addKey); err != nil {
		return err
	}
	m, data := n.member(j.key)
	if data {
		if err := j.rec.emit(n.namesOf(), j.key, assay.Place{Offset: off, Line: line}, 0, 0); err != nil {
			return err
		}
	}
	b, err := j.space(s)
	if err != nil {
		return err
	}
	if b != ':' {
		return &syntaxError{s.off()}
	}
	s.one(':')
	return j.value(s, m, depth+1)
}

func (j *jsonReader) array(s *source, n *node, depth int) error {
	s.one('[')
	for count := 0; ; count++ {
		b, err := j.space(s)
		if err != nil {
			return err
		}
		switch {
		case b == ']':
			s.one(b)
			if count == 0 {
				j.rec.empty(n)
			}
			return nil
		case b == ',' && count > 0:
			s.one(b)
		case count > 0:
			return &syntaxError{s.off()}
		}
		if err := j.value(s, n.elements(), depth+1); err != nil {
			return err
		}
	}
}

var afterLiteral = stopAt(",:]}[{\" \t\r\n")

// literal reads a number, true, false or null.
func (j *jsonReader) literal(s *source, n *node, b byte) error {
	if b != '-' && (b < '0' || b > '9') && b != 't' && b != 'f' && b != 'n' {
		return &syntaxError{s.off()}
	}
	off := s.off()
	j.sink.begin(n, s.off(), s.line)
	if err := s.until(afterLiteral, j.addText); err != nil && err != io.EOF {
		return err
	}
	switch word := string(j.sink.buf[:min(len(j.sink.buf), 6)]); {
	case word == "null":
		j.rec.empty(n)
		return nil
	case (b == 't' || b == 'f' || b == 'n') && word != "true" && word != "false":
		return &syntaxError{off}
	}
	return j.sink.end()
}
