package container

import (
	"bytes"
	"compress/lzw"
	"encoding/ascii85"
	"encoding/hex"
	"io"
	"strconv"

	"github.com/klauspost/compress/zlib"
)

// object is a value in a PDF: nil, bool, float64, text, name, array, dict, ref,
// *stream, or operator where a page is drawn.
type object any

type (
	text     []byte
	name     string
	array    []object
	dict     map[name]object
	ref      int // the number of an object
	operator string
	stream   struct {
		dict dict
		raw  []byte
	}
)

func intOf(o object) int {
	if n, ok := o.(float64); ok && n > -1e9 && n < 1e9 {
		return int(n)
	}
	return -1
}

// lexer reads objects from bytes.
type lexer struct {
	b    []byte
	at   int
	deep bool // something was nested too deeply; the rest was passed over
}

const (
	blanks     = "\x00\t\n\f\r "
	delimiters = "()<>[]{}/%"
)

// skip goes on behind blanks and comments.
func (l *lexer) skip() {
	for l.at < len(l.b) {
		switch c := l.b[l.at]; {
		case c == '%':
			for l.at < len(l.b) && l.b[l.at] != '\n' && l.b[l.at] != '\r' {
				l.at++
			}
		case bytes.IndexByte([]byte(blanks), c) >= 0:
			l.at++
		default:
			return
		}
	}
}

// keyword reads a word if it comes next.
func (l *lexer) keyword(word string) bool {
	l.skip()
	if !bytes.HasPrefix(l.b[min(l.at, len(l.b)):], []byte(word)) {
		return false
	}
	l.at += len(word)
	return true
}

// closing are the operators that object returns for what ends an array, a
// dictionary, and the content.
const (
	endArray operator = "]"
	endDict  operator = ">>"
	endAll   operator = ""
)

// object reads the next object; of what is nested too deeply, and of what is
// none, an operator.
func (l *lexer) object(depth int) object {
	l.skip()
	if depth > maxNesting {
		l.at, l.deep = len(l.b), true
	}
	if l.at >= len(l.b) {
		return endAll
	}
	c := l.b[l.at]
	switch {
	case c == '/':
		l.at++
		return l.name()
	case c == '(':
		l.at++
		return l.text()
	case bytes.HasPrefix(l.b[l.at:], []byte("<<")):
		l.at += 2
		return l.dict(depth)
	case bytes.HasPrefix(l.b[l.at:], []byte(">>")):
		l.at += 2
		return endDict
	case c == '<':
		l.at++
		return l.hex()
	case c == '[':
		l.at++
		return l.array(depth)
	case c == ']' || c == '{' || c == '}' || c == ')' || c == '>':
		l.at++
		return operator(c)
	}
	return l.word()
}

// until returns the bytes to the next blank or delimiter.
func (l *lexer) until() string {
	from := l.at
	for l.at < len(l.b) && bytes.IndexByte([]byte(blanks+delimiters), l.b[l.at]) < 0 {
		l.at++
	}
	return string(l.b[from:l.at])
}

func (l *lexer) name() name {
	raw := l.until()
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if v, err := strconv.ParseUint(raw[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return name(out)
}

// word reads a number, a reference, or an operator.
func (l *lexer) word() object {
	w := l.until()
	switch w {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	n, err := strconv.ParseFloat(w, 64)
	if err != nil {
		return operator(w)
	}
	// Is it the first of "12 0 R"?
	after := lexer{b: l.b, at: l.at}
	after.skip()
	if _, err := strconv.ParseUint(after.until(), 10, 16); err == nil && n >= 0 {
		after.skip()
		if after.until() == "R" {
			l.at = after.at
			return ref(intOf(n))
		}
	}
	return n
}

func (l *lexer) array(depth int) array {
	out := array{}
	for {
		switch o := l.object(depth + 1); o {
		case endArray, endAll, endDict:
			return out
		default:
			out = append(out, o)
		}
	}
}

func (l *lexer) dict(depth int) dict {
	out := dict{}
	for {
		key := l.object(depth + 1)
		if key == endDict || key == endAll {
			return out
		}
		k, ok := key.(name)
		if !ok {
			continue
		}
		value := l.object(depth + 1)
		if value == endDict || value == endAll {
			return out
		}
		out[k] = value
	}
}

func (l *lexer) hex() text {
	from := l.at
	for l.at < len(l.b) && l.b[l.at] != '>' {
		l.at++
	}
	digits := make([]byte, 0, l.at-from+1)
	for _, c := range l.b[from:l.at] {
		if bytes.IndexByte([]byte(blanks), c) < 0 {
			digits = append(digits, c)
		}
	}
	l.at++
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	out := make(text, len(digits)/2)
	n, _ := hex.Decode(out, digits)
	return out[:n]
}

// escapes are the characters behind a backslash that stand for others.
var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

func (l *lexer) text() text {
	out := text{}
	for depth := 1; l.at < len(l.b); l.at++ {
		c := l.b[l.at]
		switch {
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				l.at++
				return out
			}
		case c == '\\' && l.at+1 < len(l.b):
			l.at++
			out = l.escaped(out)
			continue
		}
		out = append(out, c)
	}
	return out
}

// escaped appends what stands behind a backslash.
func (l *lexer) escaped(out text) text {
	c := l.b[l.at]
	switch {
	case c >= '0' && c <= '7':
		v := 0
		for i := 0; i < 3 && l.at < len(l.b) && l.b[l.at] >= '0' && l.b[l.at] <= '7'; i++ {
			v = v*8 + int(l.b[l.at]-'0')
			l.at++
		}
		l.at--
		return append(out, byte(v))
	case c == '\r' || c == '\n': // the line goes on
		if c == '\r' && l.at+1 < len(l.b) && l.b[l.at+1] == '\n' {
			l.at++
		}
		return out
	}
	if e, ok := escapes[c]; ok {
		c = e
	}
	return append(out, c)
}

// decode returns what a stream unpacks to, as far as the limits allow.
func (f *pdfFile) decode(s *stream) []byte {
	var filters array
	switch filter := f.follow(s.dict["Filter"]).(type) {
	case name:
		filters = array{filter}
	case array:
		filters = filter
	}
	var r io.Reader = bytes.NewReader(s.raw)
	for _, filter := range filters[:min(len(filters), maxNesting)] {
		var err error
		if r, err = unfilter(r, f.follow(filter)); err != nil {
			f.failed = "a stream is damaged, or packed in a way that is not read"
			return nil
		}
	}
	limit := min(maxStream, f.room)
	out, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	f.room -= len(out)
	if err != nil {
		f.failed = "a stream is damaged"
	}
	if len(out) > limit {
		f.failed = "a stream unpacks to more than is read"
		out = out[:limit]
	}
	return out
}

// unfilter undoes one filter.
func unfilter(r io.Reader, filter object) (io.Reader, error) {
	r = io.LimitReader(r, maxStream+1)
	switch filter {
	case name("FlateDecode"), name("Fl"):
		return zlib.NewReader(r)
	case name("ASCIIHexDecode"), name("AHx"):
		b, err := io.ReadAll(r)
		return bytes.NewReader((&lexer{b: append(b, '>')}).hex()), err
	case name("ASCII85Decode"), name("A85"):
		b, err := io.ReadAll(r)
		b, _, _ = bytes.Cut(bytes.TrimPrefix(bytes.TrimSpace(b), []byte("<~")), []byte("~"))
		return ascii85.NewDecoder(bytes.NewReader(b)), err
	case name("LZWDecode"), name("LZW"):
		return lzw.NewReader(r, lzw.MSB, 8), nil
	}
	return nil, io.ErrUnexpectedEOF
}
