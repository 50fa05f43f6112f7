package container

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"

	"example.com/assay"
	"example.com/assay/sources/format"
)

// Limits for what a PDF may ask for.
const (
	maxPages   = 50       // pages whose text is read
	maxObjects = 200_000  // objects of the file
	maxStream  = 16 << 20 // bytes that one stream may unpack to
	maxStreams = 64 << 20 // bytes that all streams together may unpack to
	maxNesting = 50       // of arrays and dictionaries, and of forms in forms
	maxText    = 4 << 20  // bytes of text of a page
)

// maxParsed is how many times the file may be read as objects: one whose end is
// missing goes to the end of the file.
const maxParsed = 16

// endSize is in how many of its last bytes a whole file has its end mark.
const endSize = 1024

// pdf reads the texts of a PDF (ISO 32000-1): of all pages, or of random ones, of
// form fields and notes, and who made it. Pictures in it are not read.
//
// It is a reader of its own, since those that there are believe what a file says
// of its sizes and depths. It does not follow the file's table of objects either,
// but looks for the objects: many files have a table that is wrong.
func (s *sampler) pdf(in format.Input) (assay.Reading, error) {
	if err := s.fits("pdf", in.Size); err != nil {
		return assay.Reading{}, err
	}
	content, err := io.ReadAll(io.NewSectionReader(in.At, 0, in.Size))
	if err != nil {
		return assay.Reading{}, damaged("pdf", err)
	}
	f := &pdfFile{s: s, b: content, room: maxStreams}
	if encrypts.Match(content) {
		return assay.Reading{}, &assay.Error{Op: "read", Item: "pdf", Reason: assay.ReasonEncrypted}
	}
	if !bytes.Contains(content[max(0, len(content)-endSize):], []byte("%%EOF")) {
		f.failed = "the file is cut off"
	}
	f.index()
	pages := f.pages()
	if len(pages) == 0 {
		return assay.Reading{}, unreadable("pdf", fmt.Errorf("it has no pages that can be found"))
	}
	drawn := drawPages(pages, s.plan.Seed)
	r, err := format.Sample(s.ctx, format.Input{Reader: &feed{next: f.texts(drawn)}, Size: -1, Name: "pdf.txt"}, s.plan, s.yield)
	f.judge(&r, len(pages), len(drawn))
	return r, err
}

// encrypts finds the entry of the file's trailer that says that it is encrypted.
var encrypts = regexp.MustCompile(`/Encrypt\s*(\d+\s+\d+\s+R|<<)`)

// drawPages draws at most maxPages and leaves them in order.
func drawPages(pages []int, seed uint64) []int {
	if len(pages) <= maxPages {
		return pages
	}
	chosen := rand.New(rand.NewPCG(seed, 0)).Perm(len(pages))[:maxPages]
	slices.Sort(chosen)
	out := make([]int, len(chosen))
	for i, c := range chosen {
		out[i] = pages[c]
	}
	return out
}

// pdfFile is one reading of a PDF.
type pdfFile struct {
	s       *sampler
	b       []byte
	room    int            // bytes that streams may still unpack to
	at      map[int]int    // where an object begins, by its number
	packed  map[int]object // objects that are in streams
	read    map[int]object
	parsed  int    // bytes that were read as objects, some of them more than once
	failed  string // why something of it could not be read
	without int    // pages without text
}

// judge says what of the file was not read.
func (f *pdfFile) judge(r *assay.Reading, pages, drawn int) {
	status, reason, detail := assay.StatusPartial, assay.Reason(""), ""
	switch {
	case f.without == drawn:
		status, reason, detail = assay.StatusNotExamined, assay.ReasonUnsupported, "its pages hold no text, only pictures, which are not read"
	case f.failed != "":
		reason, detail = assay.ReasonUnreadable, f.failed
	case f.without > 0:
		reason, detail = assay.ReasonUnsupported, fmt.Sprintf("%d of %d pages hold no text, only pictures, which are not read", f.without, drawn)
	}
	if drawn < pages && r.Design.Method == assay.DesignCensus {
		r.Design = assay.Design{Method: assay.DesignSimple, Unit: "pages", Population: "all pages", Units: int64(drawn)}
	}
	if reason == "" {
		return
	}
	if r.Design.Method == assay.DesignCensus {
		r.Design.Method, r.Design.Population = assay.DesignPrefix, "parts of the file"
	}
	for i, field := range r.Fields {
		if field.Status == assay.StatusScanned {
			r.Fields[i].Status, r.Fields[i].Reason, r.Fields[i].Detail = status, reason, detail
		}
	}
}

// texts returns the text of one page a call, and at the end what stands beside
// the pages.
func (f *pdfFile) texts(pages []int) func() ([]byte, error) {
	return func() ([]byte, error) {
		if err := f.s.ctx.Err(); err != nil {
			return nil, err
		}
		if len(pages) == 0 {
			return f.beside(), io.EOF
		}
		p := pages[0]
		pages = pages[1:]
		text := f.page(p)
		if len(bytes.TrimSpace(text)) == 0 {
			f.without++
			return nil, nil
		}
		return append(text, '\n'), nil
	}
}

// objectBegins finds the beginning of an object: its number, its generation.
var objectBegins = regexp.MustCompile(`(?:^|[\r\n\t >])(\d{1,9})\s+\d{1,5}\s+obj\b`)

// index finds all objects. Later ones replace earlier ones of their number.
func (f *pdfFile) index() {
	f.at, f.packed, f.read = map[int]int{}, map[int]object{}, map[int]object{}
	for from := 0; len(f.at) < maxObjects && f.s.ctx.Err() == nil; {
		m := objectBegins.FindSubmatchIndex(f.b[from:])
		if m == nil {
			break
		}
		number, _ := strconv.Atoi(string(f.b[from+m[2] : from+m[3]]))
		f.at[number] = from + m[1]
		from += m[1]
	}
	for _, number := range f.numbers() {
		if s, ok := f.object(number).(*stream); ok && s.dict["Type"] == name("ObjStm") {
			f.unpack(s)
		}
	}
}

// numbers returns the numbers of all objects, in order.
func (f *pdfFile) numbers() []int {
	out := make([]int, 0, len(f.at)+len(f.packed))
	for n := range f.at {
		out = append(out, n)
	}
	for n := range f.packed {
		if _, ok := f.at[n]; !ok {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// unpack reads the objects in a stream.
func (f *pdfFile) unpack(s *stream) {
	data := f.decode(s)
	count, first := intOf(f.follow(s.dict["N"])), intOf(f.follow(s.dict["First"]))
	if first < 0 || first > len(data) {
		return
	}
	heads := &lexer{b: data[:first]}
	for range min(count, maxObjects-len(f.packed)) {
		number, ok1 := heads.object(0).(float64)
		offset, ok2 := heads.object(0).(float64)
		if !ok1 || !ok2 || offset < 0 || first+int(offset) >= len(data) {
			return
		}
		f.packed[int(number)] = (&lexer{b: data, at: first + int(offset)}).object(0)
	}
}

// object returns an object by its number, nil if there is none.
func (f *pdfFile) object(number int) object {
	if o, ok := f.read[number]; ok {
		return o
	}
	at, ok := f.at[number]
	if !ok {
		return f.packed[number]
	}
	f.read[number] = nil // should it refer to itself
	if f.parsed > maxParsed*len(f.b) {
		f.failed = "its objects are inside of one another"
		return nil
	}
	l := &lexer{b: f.b, at: at}
	o := l.object(0)
	if d, ok := o.(dict); ok && l.keyword("stream") {
		o = &stream{dict: d, raw: f.raw(l, d)}
	}
	f.parsed += l.at - at
	f.tooDeep(l)
	f.read[number] = o
	return o
}

// tooDeep notes that a part of the file was passed over.
func (f *pdfFile) tooDeep(l *lexer) {
	if l.deep {
		f.failed = "something in it is nested too deeply"
	}
}

// raw returns the bytes of the stream that begins where l stands. Its length is
// believed if the stream ends there.
func (f *pdfFile) raw(l *lexer, d dict) []byte {
	if l.at < len(l.b) && l.b[l.at] == '\r' {
		l.at++
	}
	if l.at < len(l.b) && l.b[l.at] == '\n' {
		l.at++
	}
	rest := l.b[l.at:]
	if n := intOf(f.follow(d["Length"])); n >= 0 && n <= len(rest) && bytes.HasPrefix(bytes.TrimLeft(rest[n:min(len(rest), n+16)], "\r\n \t"), []byte("endstream")) {
		return rest[:n]
	}
	end := bytes.Index(rest, []byte("endstream"))
	if end < 0 {
		f.failed = "a stream is cut off"
		return rest
	}
	return rest[:end]
}

// follow returns what an object refers to.
func (f *pdfFile) follow(o object) object {
	for range maxNesting {
		r, ok := o.(ref)
		if !ok {
			return o
		}
		o = f.object(int(r))
	}
	return nil
}

func (f *pdfFile) dict(o object) dict {
	switch o := f.follow(o).(type) {
	case dict:
		return o
	case *stream:
		return o.dict
	}
	return nil
}

// pages returns the numbers of the objects that are pages.
func (f *pdfFile) pages() []int {
	var out []int
	for _, n := range f.numbers() {
		if d, ok := f.object(n).(dict); ok && f.follow(d["Type"]) == name("Page") {
			out = append(out, n)
		}
	}
	return out
}
