package format

import (
	"bufio"
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// marks are the byte order marks. Longer ones come first.
var marks = []struct {
	mark string
	enc  encoding.Encoding
}{
	{"\xEF\xBB\xBF", nil},
	{"\xFF\xFE\x00\x00", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{"\x00\x00\xFE\xFF", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{"\xFF\xFE", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{"\xFE\xFF", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
}

// wide recognises text whose characters are wider than a byte: by its mark, or
// by where its zero bytes are. It returns the encoding, nil for all that have
// ASCII in its place, and the length of the mark.
func wide(head []byte) (enc encoding.Encoding, mark int) {
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return m.enc, len(m.mark)
		}
	}
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	pairs := len(head) / 2
	switch {
	case pairs < 4:
	case zeros[1]*10 >= pairs*4 && zeros[0]*20 <= pairs:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 0
	case zeros[0]*10 >= pairs*4 && zeros[1]*20 <= pairs:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 0
	}
	return nil, 0
}

// decoded returns a reader of the text in UTF-8.
func decoded(r *bufio.Reader, enc encoding.Encoding) *bufio.Reader {
	return bufio.NewReaderSize(transform.NewReader(r, enc.NewDecoder()), r.Size())
}

// isText reports whether bytes look like text: hardly any control characters.
// Random bytes have 11 % of them, Latin-1 and its like none, and a text does not
// become binary by a few zero bytes in it.
func isText(head []byte) bool {
	controls := 0
	for _, b := range head {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != '\b' && b != 0x1B || b == 0x7F {
			controls++
		}
	}
	// The last character may be cut in two.
	if utf8.Valid(head[:runeStart(head, max(len(head)-1, 0))]) {
		return controls*10 <= len(head)
	}
	return controls*50 <= len(head)
}

// toUTF8 replaces the bytes of a value that are no UTF-8 by the characters that
// they are in Windows-1252, of which Latin-1 is the greater part. The result is
// valid until the next call.
func (r *recorder) toUTF8(v []byte, lead, trail int) ([]byte, int, int) {
	if utf8.Valid(v) {
		return v, lead, trail
	}
	from, to := lead, len(v)-trail
	out := appendUTF8(r.repaired[:0], v[:from])
	lead = len(out)
	out = appendUTF8(out, v[from:to])
	trail = len(out)
	out = appendUTF8(out, v[to:])
	r.repaired = out
	return out, lead, len(out) - trail
}

func appendUTF8(out, in []byte) []byte {
	for len(in) > 0 {
		c, size := utf8.DecodeRune(in)
		if c == utf8.RuneError && size == 1 {
			c = charmap.Windows1252.DecodeByte(in[0])
		}
		out = utf8.AppendRune(out, c)
		in = in[size:]
	}
	return out
}
