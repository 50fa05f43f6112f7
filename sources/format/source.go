package format

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// errBudget ends a reading at the byte limit.
var errBudget = errors.New("byte limit reached")

// limited reads at most left bytes and then, if there are more, fails with
// errBudget. It counts into count, where that is set, and looks at ctx.
type limited struct {
	ctx   context.Context
	r     io.Reader
	left  int64
	count *int64
	err   error
}

func (l *limited) Read(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	if l.left <= 0 {
		return 0, l.more()
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	if l.count != nil {
		*l.count += int64(n)
	}
	return n, err
}

// more tells, once for all, whether anything stands beyond the limit.
func (l *limited) more() error {
	for l.err == nil {
		n, err := l.r.Read(make([]byte, 1))
		if l.err = err; n > 0 {
			l.err = errBudget
		}
	}
	return l.err
}

// source is content as the format readers see it: bytes in UTF-8, or in an
// encoding that has ASCII in its place, and where they stand.
type source struct {
	in   io.Reader
	buf  []byte
	at   int // of the next byte in buf
	end  int
	err  error // what ended in
	base int64 // offset of buf[0] in the content
	line int   // of the next byte, from 1; 0 when unknown
}

func newSource(in io.Reader, size int, off int64, line int) *source {
	return &source{in: in, buf: make([]byte, size), base: off, line: line}
}

// sourceOf returns a source of bytes in memory.
func sourceOf(text []byte) *source {
	return newSource(bytes.NewReader(text), 4<<10, 0, 1)
}

// reset makes the source one of other content, whose first byte has offset off.
func (s *source) reset(in io.Reader, off int64) {
	*s = source{in: in, buf: s.buf, base: off}
}

// off returns the offset of the next byte.
func (s *source) off() int64 { return s.base + int64(s.at) }

// ahead returns the next n bytes, or as many as there are, at most those that
// the buffer holds, without reading them.
func (s *source) ahead(n int) []byte {
	for s.end-s.at < n && s.err == nil && s.end-s.at < len(s.buf) {
		if s.at > 0 {
			s.end = copy(s.buf, s.buf[s.at:s.end])
			s.base += int64(s.at)
			s.at = 0
		}
		var k int
		k, s.err = s.in.Read(s.buf[s.end:])
		s.end += k
	}
	return s.buf[s.at:min(s.end, s.at+n)]
}

// window returns as much as the buffer holds, and whether the content ends with
// it.
func (s *source) window() (b []byte, whole bool) {
	b = s.ahead(len(s.buf))
	return b, s.err == io.EOF
}

// peek returns the next byte without reading it.
func (s *source) peek() (byte, error) {
	if s.at < s.end {
		return s.buf[s.at], nil
	}
	if b := s.ahead(1); len(b) == 1 {
		return b[0], nil
	}
	return 0, s.err
}

// skip reads n bytes that were seen already.
func (s *source) skip(n int) {
	if s.line > 0 {
		s.line += bytes.Count(s.buf[s.at:s.at+n], newline)
	}
	s.at += n
}

// one reads the byte b, which was seen already.
func (s *source) one(b byte) {
	s.at++
	if b == '\n' && s.line > 0 {
		s.line++
	}
}

var newline = []byte{'\n'}

// next reads one byte.
func (s *source) next() (byte, error) {
	b, err := s.peek()
	if err == nil {
		s.one(b)
	}
	return b, err
}

// stops is a set of bytes.
type stops [256]bool

func stopAt(bytes string) *stops {
	var s stops
	for i := range len(bytes) {
		s[bytes[i]] = true
	}
	return &s
}

// until hands the bytes before the first of stop to add, in parts; that byte is
// the next one then. At the end it fails with io.EOF.
func (s *source) until(stop *stops, add func([]byte) error) error {
	for {
		if _, err := s.peek(); err != nil {
			return err
		}
		part := s.buf[s.at:s.end]
		n := 0
		for n < len(part) && !stop[part[n]] {
			n++
		}
		if n > 0 {
			if err := add(part[:n]); err != nil {
				return err
			}
			s.skip(n)
		}
		if n < len(part) {
			return nil
		}
	}
}

// untilLine is until for line ends.
func (s *source) untilLine(add func([]byte) error) error {
	for {
		if _, err := s.peek(); err != nil {
			return err
		}
		part := s.buf[s.at:s.end]
		n := bytes.IndexByte(part, '\n')
		found := n >= 0
		if !found {
			n = len(part)
		}
		if n > 0 {
			if err := add(part[:n]); err != nil {
				return err
			}
			s.at += n
		}
		if found {
			return nil
		}
	}
}

// ignore is an add that drops everything.
func ignore([]byte) error { return nil }

// skipLine reads to the start of the next line.
func (s *source) skipLine() error {
	if err := s.untilLine(ignore); err != nil {
		return err
	}
	s.one('\n')
	return nil
}

// atEnd reports whether nothing follows but blank space, and where brackets is
// set closing brackets.
func (s *source) atEnd(brackets bool) bool {
	for {
		b, err := s.peek()
		if err != nil {
			return err == io.EOF
		}
		if b != ' ' && b != '\t' && b != '\r' && b != '\n' && (b != ']' || !brackets) {
			return false
		}
		s.one(b)
	}
}
