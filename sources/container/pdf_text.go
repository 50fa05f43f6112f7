package container

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// page returns the text of a page.
func (f *pdfFile) page(number int) []byte {
	d := f.dict(ref(number))
	var content []byte
	switch c := f.follow(d["Contents"]).(type) {
	case *stream:
		content = f.decode(c)
	case array: // of streams, which are one content
		for _, part := range c {
			if s, ok := f.follow(part).(*stream); ok {
				content = append(append(content, f.decode(s)...), '\n')
			}
		}
	}
	p := &painter{f: f, cursor: cursor{page: identity, line: identity, at: identity}}
	p.paint(content, f.inherited(d, "Resources"), 0)
	return p.out.Bytes()
}

// inherited returns an entry of a page, or that of the pages around it.
func (f *pdfFile) inherited(d dict, key name) dict {
	for range maxNesting {
		if v := f.dict(d[key]); v != nil || d == nil {
			return v
		}
		d = f.dict(d["Parent"])
	}
	return nil
}

// beside returns the texts that are on no page: values of form fields, notes, and
// who made the file.
func (f *pdfFile) beside() []byte {
	var out bytes.Buffer
	for _, n := range f.numbers() {
		d, ok := f.object(n).(dict)
		if !ok {
			continue
		}
		keys := []name{"V", "Contents"}
		if d["Producer"] != nil || d["Creator"] != nil || d["Author"] != nil {
			keys = []name{"Title", "Author", "Subject", "Keywords"}
		}
		for _, key := range keys {
			if t, ok := f.follow(d[key]).(text); ok && len(t) > 0 {
				out.WriteString(string(key) + ": " + textString(t) + "\n")
			}
		}
	}
	return out.Bytes()
}

// textString returns a text that stands on no page (ISO 32000-1, 7.9.2.2).
func textString(t text) string {
	switch {
	case bytes.HasPrefix(t, []byte("\xFE\xFF")):
		return utf16Of(t[2:])
	case bytes.HasPrefix(t, []byte("\xEF\xBB\xBF")):
		return string(t[3:])
	}
	return latin(t)
}

func utf16Of(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units))
}

func latin(b []byte) string {
	out := make([]byte, 0, len(b))
	for _, c := range b {
		out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(c))
	}
	return string(out)
}

// painter carries out what draws a page, as far as it is text.
type painter struct {
	f     *pdfFile
	fonts map[object]*font
	out   bytes.Buffer
	work  int // operators carried out
	cursor
}

// maxWork is how many operators may draw one page.
const maxWork = 2_000_000

// paint carries out content, which finds its fonts in resources.
func (p *painter) paint(content []byte, resources dict, depth int) {
	l := &lexer{b: content}
	var args []object
	for p.out.Len() < maxText && p.work < maxWork {
		o := l.object(0)
		op, ok := o.(operator)
		if !ok {
			if len(args) < 100 {
				args = append(args, o)
			}
			continue
		}
		if op == endAll {
			p.f.tooDeep(l)
			return
		}
		if p.work++; p.work%1000 == 0 && p.f.s.ctx.Err() != nil {
			return
		}
		if op == "ID" { // a picture inside the content
			if end := bytes.Index(l.b[l.at:], []byte("EI")); end >= 0 {
				l.at += end + 2
			}
		}
		p.operate(op, args, resources, depth)
		args = args[:0]
	}
	p.f.failed = "a page has more text than is read"
}

// operate carries out one operator (ISO 32000-1, 9.4).
func (p *painter) operate(op operator, args []object, resources dict, depth int) {
	var last object
	if len(args) > 0 {
		last = args[len(args)-1]
	}
	switch op {
	case "Tf":
		if len(args) >= 2 {
			n, _ := args[0].(name)
			p.size, _ = last.(float64)
			p.font = p.fontOf(p.f.dict(resources["Font"])[n])
		}
	case "Tj":
		p.show(last)
	case "'", `"`:
		p.nextLine()
		p.show(last)
	case "TJ":
		parts, _ := last.(array)
		for _, part := range parts {
			if n, ok := part.(float64); ok { // to the left, in thousandths
				p.advance(-n / 1000 * p.size)
			}
			p.show(part)
		}
	case "Do":
		n, _ := last.(name)
		form, ok := p.f.follow(p.f.dict(resources["XObject"])[n]).(*stream)
		if ok && form.dict["Subtype"] == name("Form") && depth < 5 {
			inner := p.f.dict(form.dict["Resources"])
			if inner == nil {
				inner = resources
			}
			p.paint(p.f.decode(form), inner, depth+1)
		}
	default:
		p.place(op, numbersOf(args))
	}
}

func numbersOf(args []object) []float64 {
	out := make([]float64, 0, len(args))
	for _, a := range args {
		if n, ok := a.(float64); ok {
			out = append(out, n)
		}
	}
	return out
}

// show writes a text in the font that is set.
func (p *painter) show(o object) {
	t, ok := o.(text)
	if !ok {
		return
	}
	shown, width := latin(t), 0.5*float64(len(t))
	if p.font != nil {
		shown, width = p.font.text(t), p.font.width(t)
		if p.font.blind {
			p.f.failed = "a font does not say what its signs mean"
		}
	}
	if b := p.out.Bytes(); len(b) > 0 && b[len(b)-1] != '\n' {
		p.out.WriteString(p.between())
	}
	p.out.WriteString(shown)
	p.advance(width * p.size)
	p.end()
}

// font tells what the signs of a text are.
type font struct {
	wide   bool              // signs of two bytes
	blind  bool              // nothing tells what they mean
	signs  map[string]string // by ToUnicode
	widths []int             // of the codes in signs, in bytes
	single [256]string       // of a simple font, by its Encoding
	tried  int               // signs, or widths, that were noted, also again
	spans  map[int]float64   // widths of the signs, by their codes
	usual  float64           // that of the others
}

// fontOf returns a font of the resources.
func (p *painter) fontOf(o object) *font {
	if r, ok := o.(ref); ok {
		if f := p.fonts[r]; f != nil {
			return f
		}
	}
	d := p.f.dict(o)
	f := &font{wide: d["Subtype"] == name("Type0")}
	for i := range f.single {
		f.single[i] = latin([]byte{byte(i)})
	}
	f.measure(p.f, d)
	if e := p.f.dict(d["Encoding"]); e != nil {
		f.differences(p.f, e["Differences"])
	}
	if s, ok := p.f.follow(d["ToUnicode"]).(*stream); ok {
		f.toUnicode(p.f.decode(s))
	}
	f.blind = f.wide && len(f.signs) == 0
	if r, ok := o.(ref); ok {
		if p.fonts == nil {
			p.fonts = map[object]*font{}
		}
		p.fonts[r] = f
	}
	return f
}

// text returns the text of the signs.
func (f *font) text(t text) string {
	if len(f.signs) == 0 && f.wide {
		return ""
	}
	var out bytes.Buffer
signs:
	for i := 0; i < len(t); {
		for _, w := range f.widths {
			if i+w > len(t) {
				continue
			}
			if s, ok := f.signs[string(t[i:i+w])]; ok {
				out.WriteString(s)
				i += w
				continue signs
			}
		}
		if f.wide {
			i += 2
			continue
		}
		out.WriteString(f.single[t[i]])
		i++
	}
	return out.String()
}
