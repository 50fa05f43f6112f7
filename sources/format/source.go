package format

import (
	"bufio"
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
	r    *bufio.Reader
	off  int64 // of the next byte
	line int   // of the next byte, from 1; 0 when unknown
}

// peek returns the next byte without reading it.
func (s *source) peek() (byte, error) {
	b, err := s.r.Peek(1)
	if len(b) == 1 {
		return b[0], nil
	}
	return 0, err
}

// next reads one byte.
func (s *source) next() (byte, error) {
	b, err := s.r.ReadByte()
	if err != nil {
		return 0, err
	}
	s.off++
	if b == '\n' && s.line > 0 {
		s.line++
	}
	return b, nil
}

// skip discards n bytes that were peeked.
func (s *source) skip(n int) {
	b, _ := s.r.Peek(n)
	s.moved(b)
	s.r.Discard(len(b))
}

func (s *source) moved(b []byte) {
	s.off += int64(len(b))
	if s.line > 0 {
		s.line += bytes.Count(b, []byte{'\n'})
	}
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
		part, _ := s.r.Peek(s.r.Buffered())
		n := 0
		for n < len(part) && !stop[part[n]] {
			n++
		}
		if n > 0 {
			if err := add(part[:n]); err != nil {
				return err
			}
		}
		found := n < len(part)
		s.skip(n)
		if found {
			return nil
		}
	}
}

// ignore is an add that drops everything.
func ignore([]byte) error { return nil }

var atLine = stopAt("\n")

// skipLine reads to the start of the next line.
func (s *source) skipLine() error {
	if err := s.until(atLine, ignore); err != nil {
		return err
	}
	s.skip(1)
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
		s.skip(1)
	}
}

// sourceOf returns a source of bytes in memory.
func sourceOf(text []byte) *source {
	return &source{r: bufio.NewReader(bytes.NewReader(text)), line: 1}
}
