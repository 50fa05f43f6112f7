package format

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"example.com/assay"
)

// sink collects one value from its parts and emits it: whole, or, when it is
// longer than pieceSize, in pieces that overlap, so that memory stays bounded
// and nothing at an edge is lost. Pieces end at line ends where there are any.
type sink struct {
	rec  *recorder
	n    *node
	buf  []byte
	lead int   // bytes of buf that the piece before owns
	off  int64 // of buf[0]
	line int   // of buf[0]
	cut  bool  // part of the value was emitted already
	sub  *jsonReader
}

// begin starts a value of the field at n.
func (s *sink) begin(n *node, off int64, line int) {
	s.n, s.buf, s.lead, s.off, s.line, s.cut = n, s.buf[:0], 0, off, line, false
}

// open reports whether a value has been begun that holds something.
func (s *sink) open() bool { return len(s.buf) > 0 }

// add appends to the value.
func (s *sink) add(b []byte) error {
	for len(b) > 0 {
		if len(s.buf) == pieceSize {
			if err := s.piece(); err != nil {
				return err
			}
		}
		k := min(pieceSize-len(s.buf), len(b))
		s.buf = append(s.buf, b[:k]...)
		b = b[k:]
	}
	return nil
}

// piece emits the full buffer and keeps its end as the start of the next piece.
func (s *sink) piece() error {
	own := len(s.buf) - overlap
	if i := bytes.LastIndexByte(s.buf[pieceSize/2:own], '\n'); i >= 0 {
		own = pieceSize/2 + i + 1
	} else {
		own = runeStart(s.buf, own)
	}
	s.cut = true
	end := len(s.buf)
	if last := runeStart(s.buf, end-1); !utf8.FullRune(s.buf[last:]) {
		end = last
	}
	if err := s.rec.emit(s.n, s.buf[:end], s.place(), s.lead, end-own); err != nil {
		return err
	}
	keep := runeStart(s.buf, own-overlap)
	if s.line > 0 {
		s.line += bytes.Count(s.buf[:keep], newline)
	}
	s.off += int64(keep)
	s.lead = own - keep
	s.buf = append(s.buf[:0], s.buf[keep:]...)
	return nil
}

// end emits what is left. A value that is a JSON document itself is taken apart.
func (s *sink) end() error {
	defer func() { s.buf = s.buf[:0] }()
	if s.sub != nil && !s.cut && isDocument(s.buf) {
		return s.sub.nested(s.n.document(), s.buf, s.off)
	}
	return s.rec.emit(s.n, s.buf, s.place(), s.lead, 0)
}

func (s *sink) place() assay.Place { return assay.Place{Offset: s.off, Line: s.line} }

// isDocument reports whether a value is a JSON object or array.
func isDocument(b []byte) bool {
	b = bytes.TrimSpace(b)
	if len(b) < 2 || b[0] != '{' && b[0] != '[' {
		return false
	}
	last := b[len(b)-1]
	return (last == '}' || last == ']') && json.Valid(b)
}

// runeStart returns i, or the start of the UTF-8 character that i is inside of.
func runeStart(b []byte, i int) int {
	for k := 0; k < utf8.UTFMax && i-k > 0; k++ {
		if utf8.RuneStart(b[i-k]) {
			return i - k
		}
	}
	return i
}
