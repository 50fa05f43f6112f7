package container

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"example.com/assay"
	"example.com/assay/sources/format"
)

// maxMetadata is how much of the beginning of a picture is looked at: each
// segment of metadata has at most 64 KiB, and there are a few.
const maxMetadata = 1 << 20

// jpeg reads what a picture's metadata say: of Exif place, times, names and
// descriptions, line by line (exif:$), the comment, and the texts of XMP. The
// picture itself is not examined.
func (s *sampler) jpeg(in format.Input) (assay.Reading, error) {
	head := make([]byte, min(in.Size, maxMetadata))
	n, err := in.At.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return assay.Reading{}, err
	}
	a := s.parts("all metadata of the picture", s.plan, 0)
	for _, m := range metadataOf(s, head[:n]) {
		if err := a.part(m.name, format.Input{Reader: m.content, Size: -1, Name: m.file}, 0); err != nil {
			return a.reading(), err
		}
	}
	a.census = false
	a.fields = append(a.fields, assay.FieldReading{Field: assay.Field{Path: assay.WholeText}, Status: assay.StatusNotExamined,
		Reason: assay.ReasonBinary, Detail: "the picture itself is not read"})
	return a.reading(), nil
}

// metadata is a segment of metadata as text.
type metadata struct {
	name, file string
	content    io.Reader
}

const (
	exifMark = "Exif\x00\x00"
	xmpMark  = "http://ns.adobe.com/xap/1.0/\x00"
)

// metadataOf walks the segments before the picture (JPEG, ITU-T T.81, annex B).
func metadataOf(s *sampler, b []byte) (out []metadata) {
	for at := 2; at+4 <= len(b) && b[at] == 0xFF; {
		marker, size := b[at+1], int(binary.BigEndian.Uint16(b[at+2:]))
		if marker == 0xFF { // fill
			at++
			continue
		}
		if marker == 0xDA || size < 2 || at+2+size > len(b) {
			break
		}
		body := b[at+4 : at+2+size]
		at += 2 + size
		switch {
		case marker == 0xE1 && bytes.HasPrefix(body, []byte(exifMark)):
			fields := exif(body[len(exifMark):])
			var text bytes.Buffer // as one text: a value is told by what stands around it
			for _, name := range slices.Sorted(maps.Keys(fields)) {
				fmt.Fprintf(&text, "%s: %s\n", name, fields[name])
			}
			if text.Len() > 0 {
				out = append(out, metadata{"exif", "exif.txt", &text})
			}
		case marker == 0xE1 && bytes.HasPrefix(body, []byte(xmpMark)):
			out = append(out, metadata{"xmp", "xmp.txt", textOf(s.ctx, bytes.NewReader(body[len(xmpMark):]), false)})
		case marker == 0xFE:
			out = append(out, metadata{"comment", "comment.txt", bytes.NewReader(body)})
		}
	}
	return out
}

// exifNames are the tags that are read, by the directory they are in (Exif 2.32,
// CIPA DC-008): 0 the picture's own, 1 that of Exif.
var exifNames = [2]map[uint16]string{
	{0x010E: "description", 0x010F: "make", 0x0110: "model", 0x0131: "software", 0x0132: "changed", 0x013B: "artist", 0x8298: "copyright",
		0x9C9B: "title", 0x9C9C: "comment", 0x9C9D: "author", 0x9C9E: "keywords", 0x9C9F: "subject"},
	{0x9003: "taken", 0x9286: "user_comment", 0xA420: "image_id", 0xA430: "owner", 0xA431: "serial_number", 0xA435: "lens_serial_number"},
}

const (
	exifDirectory = 0x8769
	gpsDirectory  = 0x8825
	maxExifTags   = 500
)

// tiff is the content that Exif is in (TIFF 6.0, section 2).
type tiff struct {
	b     []byte
	order binary.ByteOrder
}

// tag is an entry of a directory.
type tag struct {
	id, kind uint16
	count    uint32
	value    []byte
}

// exif returns the texts in Exif by name, and the place as gps.
func exif(b []byte) map[string]string {
	t := tiff{b, binary.LittleEndian}
	switch {
	case len(b) < 8:
		return nil
	case string(b[:2]) == "MM":
		t.order = binary.BigEndian
	case string(b[:2]) != "II":
		return nil
	}
	out := map[string]string{}
	for _, e := range t.directory(t.order.Uint32(b[4:])) {
		t.name(out, 0, e)
		switch {
		case e.id == exifDirectory && len(e.value) >= 4:
			for _, e := range t.directory(t.order.Uint32(e.value)) {
				t.name(out, 1, e)
			}
		case e.id == gpsDirectory && len(e.value) >= 4:
			if place := t.place(t.directory(t.order.Uint32(e.value))); place != "" {
				out["gps"] = place
			}
		}
	}
	return out
}

// directory returns the tags of a directory that are inside the content.
func (t tiff) directory(at uint32) (out []tag) {
	if int64(at)+2 > int64(len(t.b)) {
		return nil
	}
	entries := t.b[at+2:]
	for range min(t.order.Uint16(t.b[at:]), maxExifTags) {
		if len(entries) < 12 {
			break
		}
		e := tag{id: t.order.Uint16(entries), kind: t.order.Uint16(entries[2:]), count: t.order.Uint32(entries[4:])}
		size := int64(e.count) * sizes[min(e.kind, uint16(len(sizes)-1))]
		e.value = entries[8:12]
		if size > 4 {
			off := int64(t.order.Uint32(e.value))
			e.value = nil
			if off+size <= int64(len(t.b)) {
				e.value = t.b[off : off+size]
			}
		}
		out, entries = append(out, e), entries[12:]
	}
	return out
}

// sizes are those of the types of values, in bytes, by their numbers.
var sizes = [...]int64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 0}

// name puts a tag's text in.
func (t tiff) name(out map[string]string, directory int, e tag) {
	name, ok := exifNames[directory][e.id]
	if !ok {
		return
	}
	text := string(e.value)
	switch {
	case e.id >= 0x9C9B && e.id <= 0x9C9F: // the tags of Windows
		var units []uint16
		for i := 0; i+1 < len(e.value); i += 2 {
			units = append(units, binary.LittleEndian.Uint16(e.value[i:]))
		}
		text = string(utf16.Decode(units))
	case e.id == 0x9286 && len(e.value) > 8: // the name of the encoding stands before
		text = string(e.value[8:])
	}
	if text = strings.Trim(strings.ToValidUTF8(text, "\uFFFD"), "\x00 "); text != "" && utf8.ValidString(text) {
		out[name] = text
	}
}

// place returns latitude and longitude in degrees, empty if they are not told.
func (t tiff) place(tags []tag) string {
	var degrees [5]float64 // by the number of the tag: 2 latitude, 4 longitude
	var told [5]bool
	sign := [5]float64{2: 1, 4: 1}
	for _, e := range tags {
		switch {
		case (e.id == 1 || e.id == 3) && len(e.value) > 0 && (e.value[0] == 'S' || e.value[0] == 'W'):
			sign[e.id+1] = -1
		case (e.id == 2 || e.id == 4) && len(e.value) >= 24:
			degrees[e.id] = t.ratio(e.value) + t.ratio(e.value[8:])/60 + t.ratio(e.value[16:])/3600
			told[e.id] = true
		}
	}
	if !told[2] || !told[4] || degrees[2] > 90 || degrees[4] > 180 {
		return ""
	}
	return fmt.Sprintf("%.6f, %.6f", sign[2]*degrees[2], sign[4]*degrees[4])
}

func (t tiff) ratio(b []byte) float64 {
	n, d := t.order.Uint32(b), t.order.Uint32(b[4:])
	if d == 0 {
		return 0
	}
	return float64(n) / float64(d)
}
