package secrets

import (
	"bytes"
	"context"
	"errors"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/secrets/skip"
)

// A text is judged in pieces of this size, so that one of any size takes little
// memory. Of two pieces beside each other each sees some of the other's bytes: a
// hit counts where it starts, and may reach as far as the trail.
const (
	pieceSize  = 128 << 10
	pieceLead  = 1 << 10
	pieceTrail = 16 << 10
)

// sniffed is how much of a text decides whether it is binary, as git does.
const sniffed = 8000

// maxShownLine is how far from a hit a comment is looked for in its line.
const maxShownLine = 2 << 10

// hit is one secret in a text.
type hit struct {
	element    assay.Element
	confidence float64
	line       int // from 1
	last       int // the line in which it ends
	column     int // from 1, in bytes
	secret     assay.Value
	decoded    string      // how the secret was written; empty when plainly
	text       []byte      // its line, as far as comments are looked for
	skips      []skip.Skip // comments that speak of its line or file
}

// errBinary says that a text is none.
var errBinary = &assay.Error{Op: "read", Reason: assay.ReasonBinary}

// errSpent says that the rules gave up on a part of a text.
var errSpent = &assay.Error{Op: "scan", Reason: assay.ReasonBudget, Err: errors.New("the work limit ended before the text did")}

// detector judges texts, one after the other, for one goroutine.
type detector struct {
	set   *engine.Set
	least float64 // confidence
	block engine.Block
	out   engine.Result
	buf   []byte

	spent bool // the rules gave up on a part of the text

	path  string // of field
	field *engine.FieldScan
}

func newDetector(r *Rules, least float64) *detector {
	return &detector{set: r.set, least: least}
}

// cursor is where the buffer stands in the text.
type cursor struct {
	line      int // of the buffer's first byte, from 1
	column    int // bytes of that line before the buffer
	lead      int // bytes at the buffer's start that were judged before
	fileSkips []skip.Skip
	started   bool
}

// scan judges a text that is known by a path and hands every hit to emit. The
// hit's secret is a copy.
func (d *detector) scan(ctx context.Context, path string, in io.Reader, emit func(hit) error) error {
	if d.buf == nil {
		d.buf = make([]byte, 0, pieceLead+pieceSize+pieceTrail)
	}
	d.buf = d.buf[:0]
	at := cursor{line: 1}
	d.spent = false
	for {
		end, err := d.fill(in)
		if err != nil {
			return err
		}
		if !at.started {
			if in, err = d.open(in, &end); err != nil {
				return err
			}
			at.started = true
			at.fileSkips = fileSkips(d.buf)
		}
		if len(d.buf) == 0 {
			return nil
		}
		trail := pieceTrail
		if end {
			trail = 0
		}
		if err := d.piece(ctx, path, d.buf, at, trail, emit); err != nil {
			return err
		}
		if end {
			break
		}
		d.advance(&at)
	}
	if d.spent {
		return errSpent
	}
	return nil
}

func fieldOf(path string) engine.FieldInfo {
	return engine.FieldInfo{
		Asset: &assay.Asset{ID: assay.AssetID("file:" + path), Kind: assay.KindFile, Rows: -1, Bytes: -1},
		Field: assay.Field{Path: assay.WholeText},
	}
}

// fill reads until the buffer is full or the text ends.
func (d *detector) fill(in io.Reader) (end bool, err error) {
	for len(d.buf) < cap(d.buf) {
		n, err := in.Read(d.buf[len(d.buf):cap(d.buf)])
		d.buf = d.buf[:len(d.buf)+n]
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// open looks at the beginning of a text: UTF-16 is decoded, with its byte order
// mark; what holds a NUL is binary.
func (d *detector) open(in io.Reader, end *bool) (io.Reader, error) {
	if !isUTF16(d.buf) {
		if bytes.IndexByte(d.buf[:min(len(d.buf), sniffed)], 0) >= 0 {
			return nil, errBinary
		}
		return in, nil
	}
	whole := io.MultiReader(bytes.NewReader(bytes.Clone(d.buf)), in)
	decoded := transform.NewReader(whole, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	d.buf = d.buf[:0]
	var err error
	*end, err = d.fill(decoded)
	return decoded, err
}

// isUTF16 reports whether a text begins with the byte order mark of UTF-16.
func isUTF16(text []byte) bool {
	return bytes.HasPrefix(text, []byte{0xFF, 0xFE}) || bytes.HasPrefix(text, []byte{0xFE, 0xFF})
}

// part judges a part of a text that is all there.
func (d *detector) part(ctx context.Context, path string, text []byte, from, to int, emit func(hit) error) error {
	at := cursor{
		line: 1 + bytes.Count(text[:from], newline), column: from - 1 - bytes.LastIndexByte(text[:from], '\n'),
		lead: min(from, pieceLead), fileSkips: fileSkips(text),
	}
	trail := min(len(text)-to, pieceLead)
	d.spent = false
	if err := d.piece(ctx, path, text[from:to], at, trail, emit); err != nil {
		return err
	}
	if d.spent {
		return errSpent
	}
	return nil
}

// enter turns to the text that is known by a path.
func (d *detector) enter(path string) {
	switch info := fieldOf(path); {
	case d.field == nil:
		d.field = d.set.Field(info)
	case d.path != path:
		d.field = d.field.InAsset(info.Asset)
	}
	d.path = path
}

// piece judges a piece of a text; trail bytes at its end are the next one's.
func (d *detector) piece(ctx context.Context, path string, text []byte, at cursor, trail int, emit func(hit) error) error {
	d.enter(path)
	d.block.Reset()
	d.block.Append(text, at.lead, trail)
	if err := d.field.Scan(ctx, &d.block, &d.out); err != nil {
		return err
	}
	line, from := at.line, 0 // line is that of byte from
	found := map[string]bool{}
	for _, h := range engine.Best(d.out.Hits) {
		if h.Score < d.least {
			continue
		}
		line += bytes.Count(text[from:h.Start], newline)
		from = h.Start
		one := newHit(h, text, line, at)
		found[hitKey(line, one.secret)] = true
		if err := emit(one); err != nil {
			return err
		}
	}
	spent := d.out.Spent || len(d.out.Pending) > 0
	if err := d.decodings(ctx, text, at, trail, found, emit); err != nil {
		return err
	}
	d.spent = d.spent || spent || d.out.Spent
	return nil
}

var newline = []byte("\n")

func newHit(h engine.Hit, text []byte, line int, at cursor) hit {
	column := h.Start - bytes.LastIndexByte(text[:h.Start], '\n')
	if column == h.Start+1 {
		column += at.column
	}
	h.End = h.Start + secretLen(text[h.Start:h.End])
	secret := bytes.Clone(text[h.Start:h.End])
	return hit{
		element: h.Element, confidence: h.Score, line: line, last: line + bytes.Count(secret, newline), column: column,
		secret: secret,
		text:   bytes.Clone(lineAround(text, h.Start, h.End)),
		skips:  append(lineSkips(text, h.Start, h.End), at.fileSkips...),
	}
}

// secretLen returns how much of a hit is the secret: not the white space after
// it, and of a key in PEM armour nothing after its end, so that its identity
// does not hang on what follows.
func secretLen(hit []byte) int {
	if bytes.HasPrefix(hit, []byte("-----BEGIN ")) {
		if i := bytes.Index(hit, []byte("-----END ")); i >= 0 {
			n := i + len("-----END ")
			if j := bytes.Index(hit[n:], []byte("-----")); j >= 0 {
				return n + j + len("-----")
			}
		}
	}
	return max(1, len(bytes.TrimRight(hit, " \t\r\n")))
}

// advance drops what was judged, but for the lead of the next piece.
func (d *detector) advance(at *cursor) {
	drop := len(d.buf) - pieceTrail - pieceLead
	if last := bytes.LastIndexByte(d.buf[:drop], '\n'); last >= 0 {
		at.line += bytes.Count(d.buf[:drop], newline)
		at.column = drop - last - 1
	} else {
		at.column += drop
	}
	at.lead = pieceLead
	d.buf = d.buf[:copy(d.buf, d.buf[drop:])]
}

// lineBounds returns where the lines of a hit begin and end, or how far they are
// looked at.
func lineBounds(text []byte, start, end int) (first, last int) {
	first = start - min(start, maxShownLine)
	if i := bytes.LastIndexByte(text[first:start], '\n'); i >= 0 {
		first += i + 1
	}
	last = min(len(text), end+maxShownLine)
	if i := bytes.IndexByte(text[end:last], '\n'); i >= 0 {
		last = end + i
	}
	return first, last
}

func lineAround(text []byte, start, end int) []byte {
	first, last := lineBounds(text, start, end)
	return text[first:last]
}

// lineSkips returns the comments that speak of the lines of a hit: those in its
// lines, and those in the line before that speak of the next one.
func lineSkips(text []byte, start, end int) []skip.Skip {
	first, last := lineBounds(text, start, end)
	// The secret's own bytes are no comment.
	found := ofScope(skip.Find(text[first:start]), skip.Line)
	found = append(found, ofScope(skip.Find(text[end:last]), skip.Line)...)
	if first > 0 && text[first-1] == '\n' {
		above := max(0, first-1-maxShownLine)
		if i := bytes.LastIndexByte(text[above:first-1], '\n'); i >= 0 {
			above += i + 1
		}
		found = append(found, ofScope(skip.Find(text[above:first-1]), skip.Next)...)
	}
	return found
}

// fileSkips returns the comments at the beginning of a text that speak of all of
// it.
func fileSkips(text []byte) []skip.Skip {
	head := text[:min(len(text), sniffed)]
	if !bytes.Contains(head, []byte("assay:allow-file")) {
		return nil
	}
	var found []skip.Skip
	for line := range bytes.Lines(head) {
		found = append(found, ofScope(skip.Find(line), skip.File)...)
	}
	return found
}

func ofScope(skips []skip.Skip, scope skip.Scope) []skip.Skip {
	var kept []skip.Skip
	for _, s := range skips {
		if s.Scope == scope {
			kept = append(kept, s)
		}
	}
	return kept
}
