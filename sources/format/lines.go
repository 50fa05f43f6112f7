package format

import (
	"bytes"
	"io"
	"regexp"
)

// lineReader reads text line by line. Text is one long value, yielded in
// pieces: a key or a letter may be many lines long. In a log, a line that
// begins with a time begins a new value; the lines without one (a stack trace, a
// key) belong to the line before.
type lineReader struct {
	log  bool
	root *node
	sink sink
	add  func([]byte) error
}

func newLines(rec *recorder, log bool) *lineReader {
	l := &lineReader{log: log, root: rec.root, sink: sink{rec: rec}}
	l.root.field()
	l.add = l.sink.add
	return l
}

func (l *lineReader) start(*source) error { return nil }

func (l *lineReader) record(s *source) error {
	if _, err := s.peek(); err != nil {
		return err
	}
	if l.log && l.sink.open() && l.begins(s) {
		if err := l.flush(); err != nil {
			return err
		}
	}
	if !l.sink.open() {
		l.sink.begin(l.root, s.off(), s.line)
	}
	switch err := s.untilLine(l.add); err {
	case nil:
		s.one('\n')
		return l.add(newline)
	case io.EOF:
		return nil // the last line has no end
	default:
		return err
	}
}

// begins reports whether the next line begins with a time.
func (l *lineReader) begins(s *source) bool {
	head := s.ahead(stampReach)
	if n := lineEnd(head); n > 0 {
		head = head[:n]
	}
	return isStamped(head)
}

// flush emits what was collected, in a log without the last line end.
func (l *lineReader) flush() error {
	if !l.sink.open() {
		return nil
	}
	if l.log && !l.sink.cut {
		l.sink.buf = bytes.TrimRight(l.sink.buf, "\r\n")
	}
	if len(l.sink.buf) == 0 {
		return nil
	}
	return l.sink.end()
}

// sync goes to the next line, in a log to the next that begins with a time.
// Where the text has no lines it stays.
func (l *lineReader) sync(s *source) (inside bool, err error) {
	window, _ := s.window()
	first := lineEnd(window)
	if first == 0 {
		if l.log {
			return false, s.skipLine()
		}
		s.skip(runeBegin(window))
		return true, nil
	}
	for at := first; l.log && at < len(window); {
		if isStamped(window[at:min(at+stampReach, len(window))]) {
			first = at
			break
		}
		n := lineEnd(window[at:])
		if n == 0 {
			break
		}
		at += n
	}
	s.skip(first)
	return false, nil
}

// lineEnd returns the length of the first line with its end, 0 without one.
func lineEnd(b []byte) int { return bytes.IndexByte(b, '\n') + 1 }

// runeBegin returns how many bytes before the first character are the rest of
// one.
func runeBegin(b []byte) int {
	for i := 0; i < len(b) && i < 3; i++ {
		if b[i]&0xC0 != 0x80 {
			return i
		}
	}
	return 0
}

// stampReach is how far into a line a time may end.
const stampReach = 160

// isStamped reports whether a line begins with a time. The commonest form is
// tried first without the regular expression, which costs more than all the rest.
func isStamped(line []byte) bool {
	const iso = "9999-99-99T99:99"
	if len(line) >= len(iso) && line[0] >= '0' && line[0] <= '9' {
		for i := range len(iso) {
			b := line[i]
			switch {
			case iso[i] == '9' && b >= '0' && b <= '9':
			case iso[i] == b:
			case iso[i] == 'T' && b == ' ':
			default:
				return stamp.Match(line)
			}
		}
		return true
	}
	return stamp.Match(line)
}

// stamp matches the beginning of a log line: ISO 8601, syslog (RFC 3164 with
// or without its priority), common log format, klog, seconds since 1970,
// logfmt, date with slashes.
var stamp = regexp.MustCompile(`^(?:` +
	`.{0,30}?\d{4}[-/.]\d\d[-/.]\d\d[T ,_]{1,2}\d\d:\d\d` +
	`|(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d` +
	`|\S{1,64} \S{1,32} [^\[\n]{1,32}\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d` +
	`|[IWEF]\d{4} \d\d:\d\d:\d\d` +
	`|\[?1\d{9}(?:[.,]\d+|\d{3})?[\] ]` +
	`|(?:time|ts|timestamp|level)=\S` +
	`|\[?\d\d?/(?:\d\d?|[A-Z][a-z]{2})/\d{2,4}[ :]+\d\d?:\d\d` +
	`)`)
