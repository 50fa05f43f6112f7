package format

import (
	"bytes"
	"encoding/hex"
)

// blanks skips blank space.
func blanks(s *source) error {
	for {
		b, err := s.peek()
		if err != nil || b != ' ' && b != '\t' && b != '\r' && b != '\n' {
			return err
		}
		s.one(b)
	}
}

// begun begins the i-th value of a row.
func (q *sqlReader) begun(s *source, i int) {
	q.sink.begin(q.node(i), s.off(), s.line)
	q.raw, q.dropped, q.binary = q.raw[:0], false, false
}

// add appends to the value. Its beginning is kept beside, to be judged before the
// first piece of it is yielded.
func (q *sqlReader) add(b []byte) error {
	for len(b) > 0 {
		k := min(len(b), pieceSize-len(q.raw))
		q.raw = append(q.raw, b[:k]...)
		if k == 0 {
			k = len(b)
		}
		if !q.dropped {
			if err := q.sink.add(b[:k]); err != nil {
				return err
			}
		}
		if b = b[k:]; len(q.raw) == pieceSize && !q.sink.cut && !q.dropped {
			q.binary = isBinary(q.raw)
			q.dropped = q.binary
		}
	}
	return nil
}

// isBinary reports whether a value is no text, also if it is written in
// hexadecimal.
func isBinary(raw []byte) bool {
	decoded := unhex(raw)
	return decoded != nil && !isText(decoded) || !isText(raw)
}

// unhex returns what a value in hexadecimal stands for, nil if it is none.
func unhex(raw []byte) []byte {
	if !bytes.HasPrefix(raw, []byte("0x")) && !bytes.HasPrefix(raw, []byte(`\x`)) || len(raw) < 4 {
		return nil
	}
	out := make([]byte, hex.DecodedLen(len(raw)-2))
	if _, err := hex.Decode(out, raw[2:2+2*len(out)]); err != nil {
		return nil
	}
	return out
}

// end yields the value, or counts it as empty or binary.
func (q *sqlReader) end(null bool) error {
	if q.binary || !null && len(q.raw) > 0 && !q.sink.cut && isBinary(q.raw) {
		q.sink.n.field().binary++
		q.sink.buf = q.sink.buf[:0]
		return nil
	}
	if decoded := unhex(q.raw); decoded != nil && !q.sink.cut {
		q.sink.buf = append(q.sink.buf[:0], decoded...)
	}
	if null {
		q.sink.buf = q.sink.buf[:0]
	}
	return q.sink.end()
}

var bareStops = stopAt("'()[],")

// value reads a value up to the comma or parenthesis behind it, and reports
// whether it is NULL. Of a value in quotes, what stands before and behind them
// (_binary, E, ::text) is left out.
func (q *sqlReader) value(s *source) (null bool, err error) {
	depth, quoted := 0, false
	for {
		prefix := len(q.raw)
		if err := s.until(bareStops, func(b []byte) error {
			if quoted {
				return nil
			}
			return q.add(b)
		}); err != nil {
			return false, err
		}
		b, _ := s.peek()
		switch {
		case b == '\'' && depth == 0:
			escapes := q.escapes || bytes.EqualFold(bytes.TrimSpace(q.raw[prefix:]), []byte("E"))
			isHex := bytes.EqualFold(bytes.TrimSpace(q.raw[prefix:]), []byte("X"))
			if !quoted {
				q.begunAgain(isHex)
			}
			quoted = true
			if err := q.quoted(s, escapes); err != nil {
				return false, err
			}
			continue
		case b == '\'':
			if err := q.quoted(s, q.escapes); err != nil {
				return false, err
			}
			continue
		case b == '(' || b == '[':
			depth++
		case b != ',' && depth > 0:
			depth--
		case depth == 0 && b != ']':
			return !quoted && bytes.EqualFold(bytes.TrimSpace(q.raw), []byte("NULL")), nil
		}
		s.one(b)
		if quoted {
			continue
		}
		if err := q.add([]byte{b}); err != nil {
			return false, err
		}
	}
}

// begunAgain drops what stood before the quotes.
func (q *sqlReader) begunAgain(isHex bool) {
	q.sink.buf, q.raw = q.sink.buf[:0], q.raw[:0]
	if isHex {
		q.raw = append(q.raw, "0x"...)
	}
}

var quoteStops = stopAt(`'\`)

// quoted reads a text in quotes.
func (q *sqlReader) quoted(s *source, escapes bool) error {
	s.skip(1)
	for {
		if err := s.until(quoteStops, q.add); err != nil {
			return err
		}
		b, err := s.next()
		if err != nil {
			return err
		}
		if b == '\\' && escapes {
			if b, err = s.next(); err != nil {
				return err
			}
			b = escaped(b)
		} else if b == '\'' {
			if next, err := s.peek(); err != nil || next != '\'' {
				return nil
			}
			s.skip(1)
		}
		if err := q.add([]byte{b}); err != nil {
			return err
		}
	}
}
