package container

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxSigns is how many signs a font may have: all that two bytes can name.
const maxSigns = 1 << 16

// glyphs are the names of signs that are no letters, as far as they occur in what
// is looked for (Adobe Glyph List).
var glyphs = map[string]string{
	"space": " ", "exclam": "!", "quotedbl": `"`, "numbersign": "#", "dollar": "$", "percent": "%", "ampersand": "&", "quotesingle": "'",
	"parenleft": "(", "parenright": ")", "asterisk": "*", "plus": "+", "comma": ",", "hyphen": "-", "minus": "-", "period": ".", "slash": "/",
	"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
	"colon": ":", "semicolon": ";", "less": "<", "equal": "=", "greater": ">", "question": "?", "at": "@", "bracketleft": "[", "backslash": `\`,
	"bracketright": "]", "underscore": "_", "braceleft": "{", "bar": "|", "braceright": "}", "asciitilde": "~", "fi": "fi", "fl": "fl", "ff": "ff",
	"quoteright": "'", "quoteleft": "'", "endash": "–", "emdash": "—", "bullet": "•", "germandbls": "ß",
	"adieresis": "ä", "odieresis": "ö", "udieresis": "ü", "Adieresis": "Ä", "Odieresis": "Ö", "Udieresis": "Ü", "eacute": "é", "egrave": "è",
	"aacute": "á", "agrave": "à", "aring": "å", "Aring": "Å", "ae": "æ", "AE": "Æ", "oslash": "ø", "Oslash": "Ø", "ntilde": "ñ", "ccedilla": "ç",
}

// differences reads where a simple font has other signs than usual.
func (f *font) differences(file *pdfFile, o object) {
	list, _ := file.follow(o).(array)
	code := 0
	for _, item := range list {
		switch item := item.(type) {
		case float64:
			code = intOf(item)
		case name:
			if code >= 0 && code < len(f.single) {
				if s := signOf(string(item)); s != "" {
					f.single[code] = s
				}
			}
			code++
		}
	}
}

// signOf returns the sign with a name, empty if it is not known.
func signOf(glyph string) string {
	if s, ok := glyphs[glyph]; ok {
		return s
	}
	if utf8.RuneCountInString(glyph) == 1 {
		return glyph
	}
	for _, prefix := range []string{"uni", "u"} {
		if digits, ok := strings.CutPrefix(glyph, prefix); ok && len(digits) >= 4 {
			if v, err := strconv.ParseUint(digits, 16, 32); err == nil && utf8.ValidRune(rune(v)) {
				return string(rune(v))
			}
		}
	}
	return ""
}

// measure reads how wide the signs are, in parts of the font's size (ISO 32000-1,
// 9.2.4 and 9.7.4.3).
func (f *font) measure(file *pdfFile, d dict) {
	defer func() { f.tried = 0 }()
	f.spans, f.usual = map[int]float64{}, 0.5
	widths, _ := file.follow(d["Widths"]).(array)
	first := intOf(file.follow(d["FirstChar"]))
	for i, w := range widths[:min(len(widths), 256)] {
		f.span(first+i, file.follow(w))
	}
	list, _ := file.follow(d["DescendantFonts"]).(array)
	if len(list) == 0 {
		return
	}
	inner := file.dict(list[0])
	f.usual = 1
	if w, ok := file.follow(inner["DW"]).(float64); ok {
		f.usual = w / 1000
	}
	w, _ := file.follow(inner["W"]).(array)
	for i := 0; i+1 < len(w) && f.tried < 4*maxSigns; {
		code := intOf(file.follow(w[i]))
		if each, ok := file.follow(w[i+1]).(array); ok { // code [width width …]
			for k, width := range each {
				f.span(code+k, file.follow(width))
			}
			i += 2
			continue
		}
		if i+2 >= len(w) { // from to width
			break
		}
		for k := code; k <= intOf(file.follow(w[i+1])) && k < maxSigns && f.tried < 4*maxSigns; k++ {
			f.span(k, file.follow(w[i+2]))
		}
		i += 3
	}
}

// span notes the width of a code.
func (f *font) span(code int, width object) {
	f.tried++
	if w, ok := width.(float64); ok && code >= 0 && len(f.spans) < maxSigns {
		f.spans[code] = w / 1000
	}
}

// width returns how wide a text is, in parts of the font's size.
func (f *font) width(t text) (sum float64) {
	step := 1
	if f.wide {
		step = 2
	}
	for i := 0; i+step <= len(t); i += step {
		w, ok := f.spans[numberOf(t[i:i+step])]
		if !ok {
			w = f.usual
		}
		sum += w
	}
	return sum
}

// toUnicode reads what the codes of a font mean (ISO 32000-1, 9.10.3).
func (f *font) toUnicode(cmap []byte) {
	f.signs = map[string]string{}
	l := &lexer{b: cmap}
	var args []object
	for len(f.signs) < maxSigns && f.tried < 4*maxSigns {
		o := l.object(0)
		op, ok := o.(operator)
		if !ok {
			args = append(args, o)
			continue
		}
		switch op {
		case endAll:
			return
		case "endbfchar":
			for i := 0; i+1 < len(args); i += 2 {
				f.sign(args[i], args[i+1], 0)
			}
		case "endbfrange":
			for i := 0; i+2 < len(args); i += 3 {
				f.signRange(args[i], args[i+1], args[i+2])
			}
		}
		args = args[:0]
	}
}

// sign notes what a code, moved on by n as its meaning is, means.
func (f *font) sign(code, meaning object, n int) {
	c, ok1 := code.(text)
	m, ok2 := meaning.(text)
	f.tried++
	if !ok1 || !ok2 || len(c) == 0 || len(c) > 4 || len(m) < 1 || len(f.signs) >= maxSigns {
		return
	}
	if !slices.Contains(f.widths, len(c)) {
		f.widths = append(f.widths, len(c))
		slices.Sort(f.widths)
		slices.Reverse(f.widths)
	}
	if len(m) == 1 {
		m = text{0, m[0]}
	}
	f.signs[string(moved(c, n))] = utf16Of(moved(m, n))
}

// signRange notes what the codes from low to high mean.
func (f *font) signRange(low, high, meaning object) {
	lo, ok1 := low.(text)
	hi, ok2 := high.(text)
	f.tried++
	if !ok1 || !ok2 || len(lo) == 0 || len(lo) != len(hi) {
		return
	}
	count := min(numberOf(hi)-numberOf(lo), maxSigns) + 1
	list, isList := meaning.(array)
	for i := 0; i < count && len(f.signs) < maxSigns && f.tried < 4*maxSigns; i++ {
		switch {
		case !isList:
			f.sign(lo, meaning, i)
		case i < len(list):
			f.signs[string(moved(lo, i))] = ""
			if m, ok := list[i].(text); ok {
				f.sign(text(moved(lo, i)), m, 0)
			}
		default:
			return
		}
	}
}

// numberOf returns the number that at most four bytes are.
func numberOf(b []byte) int {
	n := 0
	for _, c := range b[:min(len(b), 4)] {
		n = n<<8 | int(c)
	}
	return n
}

// moved returns bytes as the number that is n larger.
func moved(b []byte, n int) []byte {
	out := slices.Clone(b)
	for i := len(out) - 1; i >= 0 && n > 0; i-- {
		n += int(out[i])
		out[i] = byte(n)
		n >>= 8
	}
	return out
}
