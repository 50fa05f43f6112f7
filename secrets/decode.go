package secrets

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"unicode/utf8"

	"example.com/assay/engine"
)

// Secrets are written encoded too: in base64 in manifests, escaped in JSON within
// JSON, as a part of a URL. What looks encoded and decodes to text is judged as
// a text of its own, again and again to a bounded depth.
const (
	maxDepth   = 3
	minRun     = 24        // bytes of an encoded run
	maxEscaped = 16 << 10  // bytes that are unescaped together
	maxDecoded = 256 << 10 // bytes decoded from one piece, at each depth
)

// span is a part of a text.
type span struct{ start, end int }

// decoded is a text that a part of a piece decodes to.
type decoded struct {
	text       []byte
	start, end int    // the part of the piece
	how        string // base64, hex, url, escapes, notebook; the outermost first
	marks      []mark // where its parts come from; nil when it is all of one
}

// inRun has the bytes of base64, in both alphabets; a run of hexadecimal digits
// is one of base64 too.
var inRun = engine.MakeByteSet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")

// findRuns returns the runs of at least minRun bytes of base64. It looks at every
// minRun-th byte first, and from there backwards: in most texts that is all it
// needs to see.
func findRuns(text []byte) []span {
	var runs []span
	for from := 0; from+minRun <= len(text); {
		start := from + minRun
		for start > from && inRun.Has(text[start-1]) {
			start--
		}
		if start > from {
			from = start // text[start-1] is in no run
			continue
		}
		end := from + minRun
		for end < len(text) && inRun.Has(text[end]) {
			end++
		}
		runs = append(runs, span{from, end})
		from = end + 1
	}
	return runs
}

func decodeBase64(part []byte) []byte {
	enc := base64.RawStdEncoding
	if bytes.ContainsAny(part, "-_") {
		enc = base64.RawURLEncoding
	}
	if len(part)%4 == 1 {
		return nil
	}
	// Most runs are no text, which the first bytes tell.
	var head [15]byte
	if _, err := enc.Decode(head[:], part[:20]); err != nil || !isText(head[:]) {
		return nil
	}
	out := make([]byte, enc.DecodedLen(len(part)))
	n, err := enc.Decode(out, part)
	if err != nil || !isText(out[:n]) {
		return nil
	}
	return out[:n]
}

func decodeHex(part []byte) []byte {
	part = bytes.TrimPrefix(part, []byte("0x"))
	out := make([]byte, hex.DecodedLen(len(part)))
	if n, err := hex.Decode(out, part); err != nil || !isText(out[:n]) {
		return nil
	}
	return out
}

// isText reports whether all of b is what people write.
func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' || c >= 0x7F {
			return false
		}
	}
	return len(b) > 0
}

// findPercent finds words with percent escapes.
func findPercent(text []byte, emit func(start, end int)) {
	for i := 0; i < len(text); {
		j := bytes.IndexByte(text[i:], '%')
		if j < 0 {
			return
		}
		at := i + j
		if i = at + 1; !isEscape(text[at+1:]) {
			continue
		}
		start, end := at, at
		for start > 0 && at-start < maxEscaped && !isBlank(text[start-1]) {
			start--
		}
		for end < len(text) && end-at < maxEscaped && !isBlank(text[end]) {
			end++
		}
		emit(start, end)
		i = end
	}
}

func isBlank(c byte) bool { return c <= ' ' || c == '"' || c == '\'' || c == '`' }

// isEscape reports whether b begins with two hexadecimal digits.
func isEscape(b []byte) bool {
	return len(b) >= 2 && isHexDigit(b[0]) && isHexDigit(b[1])
}

func isHexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func decodePercent(part []byte) []byte {
	out := make([]byte, 0, len(part))
	for i := 0; i < len(part); i++ {
		if part[i] == '%' && isEscape(part[i+1:]) {
			var b [1]byte
			hex.Decode(b[:], part[i+1:i+3])
			out = append(out, b[0])
			i += 2
			continue
		}
		out = append(out, part[i])
	}
	if !utf8.Valid(out) {
		return nil
	}
	return out
}

// findEscapes finds lines, or parts of long ones, with escaped quotes, slashes
// or characters, as strings of JSON and YAML have them.
func findEscapes(text []byte, emit func(start, end int)) {
	for i := 0; i < len(text); {
		j := bytes.IndexByte(text[i:], '\\')
		if j < 0 || i+j+1 == len(text) {
			return
		}
		at := i + j
		switch text[at+1] {
		case '"', '/', 'u', 'x', 'U':
		default:
			i = at + 2
			continue
		}
		start := max(i, at-maxEscaped/4)
		if k := bytes.LastIndexByte(text[start:at], '\n'); k >= 0 {
			start += k + 1
		}
		end := min(len(text), at+maxEscaped)
		if k := bytes.IndexByte(text[at:end], '\n'); k >= 0 {
			end = at + k
		}
		emit(start, end)
		i = end
	}
}

// escapes are those of one character.
var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', '\'': '\'', 'n': '\n', 'r': '\r', 't': '\t', '0': 0, 'b': '\b', 'f': '\f'}

func decodeEscapes(part []byte) []byte {
	out := make([]byte, 0, len(part))
	for i := 0; i < len(part); i++ {
		if part[i] != '\\' || i+1 == len(part) {
			out = append(out, part[i])
			continue
		}
		i++
		digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[part[i]]
		if r, ok := hexRune(part[i+1:], digits); ok {
			out = utf8.AppendRune(out, r)
			i += digits
		} else if c, ok := escapes[part[i]]; ok {
			out = append(out, c)
		} else {
			out = append(out, '\\', part[i])
		}
	}
	return out
}

func hexRune(b []byte, digits int) (rune, bool) {
	if digits == 0 || len(b) < digits {
		return 0, false
	}
	var r rune
	for _, c := range b[:digits] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// expand returns what parts of a text decode to. origin is where the text itself
// comes from; nil for the piece.
func expand(text []byte, origin *decoded, budget *int) []decoded {
	runs := findRuns(text)
	out := joined(text, runs, origin, budget)
	try := func(how string, decode func([]byte) []byte) func(start, end int) {
		return func(start, end int) {
			if *budget < end-start {
				return
			}
			d := decode(text[start:end])
			if len(d) < minSecret || bytes.Equal(d, text[start:end]) {
				return
			}
			*budget -= len(d)
			part := decoded{text: d, start: start, end: end, how: how}
			if origin != nil {
				part.start, part.end, part.how = origin.start, origin.end, origin.how+", "+how
			}
			out = append(out, part)
		}
	}
	asBase64, asHex := try("base64", decodeBase64), try("hex", decodeHex)
	for _, r := range runs {
		asBase64(r.start, r.end)
		asHex(r.start, r.end)
	}
	findPercent(text, try("url", decodePercent))
	findEscapes(text, try("escapes", decodeEscapes))
	return out
}

// joined returns the texts that are put together from several lines; of the
// piece itself only.
func joined(text []byte, runs []span, origin *decoded, budget *int) []decoded {
	if origin != nil {
		return nil
	}
	var out []decoded
	for _, d := range append(joinBase64(text, runs), joinStrings(text)...) {
		if *budget -= len(d.text); *budget > 0 {
			out = append(out, d)
		}
	}
	return out
}

// minSecret is the length below which a decoded text holds no secret.
const minSecret = 8

// decodings judges what parts of a piece decode to. found are the places of
// hits that the piece has as it stands.
func (d *detector) decodings(ctx context.Context, text []byte, at cursor, trail int, found map[string]bool, emit func(hit) error) error {
	budget := maxDecoded
	level := expand(text, nil, &budget)
	for depth := 0; depth < maxDepth && len(level) > 0; depth++ {
		if err := d.judgeDecoded(ctx, level, text, at, trail, found, emit); err != nil {
			return err
		}
		budget = maxDecoded
		var next []decoded
		for i := range level {
			next = append(next, expand(level[i].text, &level[i], &budget)...)
		}
		level = next
	}
	return nil
}

// judgeDecoded judges the texts of one depth, many at once.
func (d *detector) judgeDecoded(ctx context.Context, level []decoded, text []byte, at cursor, trail int, found map[string]bool, emit func(hit) error) error {
	d.block.Reset()
	for i, part := range level {
		if !d.block.Append(part.text, 0, 0) {
			level = level[:i]
			break
		}
	}
	if err := d.field.Scan(ctx, &d.block, &d.out); err != nil {
		return err
	}
	for _, h := range engine.Best(d.out.Hits) {
		part := level[h.Value]
		if h.Score < d.least || part.start < at.lead || part.start >= len(text)-trail {
			continue
		}
		secret := part.text[h.Start : h.Start+secretLen(part.text[h.Start:h.End])]
		from := part.origin(h.Start)
		line := at.line + bytes.Count(text[:from], newline)
		key := hitKey(line, secret)
		if found[key] {
			continue
		}
		found[key] = true
		h.Start, h.End = from, max(from+1, part.end)
		out := newHit(h, text, line, at)
		out.secret, out.decoded = bytes.Clone(secret), part.how
		if err := emit(out); err != nil {
			return err
		}
	}
	return nil
}

// hitKey tells hits of the same secret in the same line apart from others.
func hitKey(line int, secret []byte) string {
	return string(secret) + "\x00" + strconv.Itoa(line)
}
