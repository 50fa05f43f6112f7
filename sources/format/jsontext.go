package format

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// text reads a string and hands its decoded content to add.
func (j *jsonReader) text(s *source, add func([]byte) error) error {
	s.one('"')
	for {
		if err := s.until(j.inText, add); err != nil {
			return err
		}
		b, err := s.peek()
		switch {
		case err != nil:
			return err
		case b == '\n':
			return &syntaxError{s.off()}
		}
		s.one(b)
		if b == '"' {
			return nil
		}
		if err := j.escape(s, add); err != nil {
			return err
		}
	}
}

// escapes are the characters after a backslash that stand for others.
var escapes = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", 'b': "\b", 'f': "\f", '"': `"`, '\\': `\`, '/': "/"}

// escape reads what follows a backslash. A line's end is left where it is, so that
// the next line is not taken for a part of this one.
func (j *jsonReader) escape(s *source, add func([]byte) error) error {
	b, err := s.peek()
	if err != nil {
		return err
	}
	plain, ok := escapes[b]
	if !ok && b != 'u' {
		return &syntaxError{s.off()}
	}
	s.one(b)
	if ok {
		return add([]byte(plain))
	}
	r, err := hex4(s)
	for err == nil && utf16.IsSurrogate(r) {
		if string(s.ahead(2)) != `\u` {
			break
		}
		s.skip(2)
		var low rune
		if low, err = hex4(s); err != nil {
			break
		}
		pair := utf16.DecodeRune(r, low)
		if pair != utf8.RuneError {
			r = pair
			break
		}
		err = add([]byte(string(utf8.RuneError))) // half a pair
		r = low
	}
	if err != nil {
		return err
	}
	return add(utf8.AppendRune(nil, r))
}

// hex4 reads four hexadecimal digits.
func hex4(s *source) (rune, error) {
	digits := s.ahead(4)
	if len(digits) < 4 {
		return 0, s.err
	}
	v, err := strconv.ParseUint(string(digits), 16, 16)
	if err != nil {
		return 0, &syntaxError{s.off()}
	}
	s.skip(4)
	return rune(v), nil
}

var atBracket = stopAt("{}[]\"")

// skipNested skips an object or array of any depth.
func (j *jsonReader) skipNested(s *source) error {
	for depth := 0; ; {
		if err := s.until(atBracket, ignore); err != nil {
			return err
		}
		b, err := s.peek()
		if err != nil {
			return err
		}
		switch b {
		case '"':
			if err := j.text(s, ignore); err != nil {
				return err
			}
			continue
		case '{', '[':
			depth++
		default:
			depth--
		}
		s.one(b)
		if depth == 0 {
			return nil
		}
	}
}
