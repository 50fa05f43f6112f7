package container_test

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/hamba/avro/v2/ocf"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/xuri/excelize/v2"
)

// examples is one file of each format that this package reads besides Parquet and
// zip.
func examples(t testing.TB) map[string][]byte {
	people := "id,email\n" + strings.Repeat("1,a@example.org\n2,b@example.org\n", 50)
	archive := tarOf(t, file{name: "people.csv", content: people}, file{name: "note.txt", content: "a note"})
	return map[string][]byte{
		"avro":   avroOf(t, "deflate", 300),
		"xlsx":   xlsxOf(t, map[string][][]any{"people": {{"id", "email"}, {1, "a@example.org"}, {2, "b@example.org"}}}),
		"docx":   docxOf(t, "Dear Ada,", "a@example.org"),
		"tar":    archive,
		"tar.gz": gzipOf(t, archive),
		"pdf":    pdfOf(page{text: "(Dear Ada) Tj T* (a@example.org) Tj"}),
		"jpeg":   jpegOf(),
		"nested": zipOf(t, file{name: "inner.zip", content: string(zipOf(t, file{name: "people.csv", content: people}))}),
	}
}

func gzipOf(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarOf(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o600, Size: int64(len(f.content))}); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(f.content))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const avroSchema = `{"type":"record","name":"user","fields":[{"name":"id","type":"long"},{"name":"email","type":["null","string"]},
	{"name":"tags","type":{"type":"array","items":"string"}},{"name":"photo","type":"bytes"},{"name":"score","type":"double"},
	{"name":"born","type":{"type":"int","logicalType":"date"}},{"name":"home","type":{"type":"record","name":"home","fields":[{"name":"city","type":"string"}]}}]}`

// avroOf writes n users in blocks of 10.
func avroOf(t testing.TB, codec string, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := ocf.NewEncoder(avroSchema, &b, ocf.WithCodec(ocf.CodecName(codec)), ocf.WithBlockLength(10))
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		err := w.Encode(map[string]any{"id": int64(i), "email": fmt.Sprintf("u%d@example.org", i), "tags": []string{"x"}, "photo": []byte{0xFF, 0xD8, byte(i)},
			"score": 4111111111111111.0, "born": int32(0), "home": map[string]any{"city": "Oslo"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func xlsxOf(t testing.TB, sheets map[string][][]any, options ...excelize.Options) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for name, rows := range sheets {
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := book.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	book.DeleteSheet("Sheet1")
	var b bytes.Buffer
	if err := book.Write(&b, options...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func docxOf(t testing.TB, paragraphs ...string) []byte {
	t.Helper()
	body := ""
	for _, p := range paragraphs {
		body += "<w:p><w:r><w:t>" + p[:len(p)/2] + "</w:t></w:r><w:r><w:t>" + p[len(p)/2:] + "</w:t></w:r></w:p>"
	}
	return zipOf(t, file{name: "[Content_Types].xml", content: "<Types/>"},
		file{name: "word/document.xml", content: `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="x"><w:body>` + body + "</w:body></w:document>"},
		file{name: "word/comments.xml", content: `<w:comments><w:comment><w:p><w:r><w:t>call 0170</w:t></w:r></w:p></w:comment></w:comments>`},
		file{name: "docProps/core.xml", content: `<cp:coreProperties><dc:creator>Ada Example</dc:creator><cp:lastModifiedBy>Bob</cp:lastModifiedBy></cp:coreProperties>`})
}

// page is what draws a page of a PDF.
type page struct {
	text     string // operators, between BT and ET
	packed   bool
	raw      string // in place of all
	contents string // other entries of the content's dictionary
}

// pdfOf writes a PDF with a simple font F1 and one, F2, of two-byte signs whose
// meaning ToUnicode tells.
func pdfOf(pages ...page) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	object := func(n int, content string) { fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, content) }
	stream := func(n int, dict, content string, packed bool) {
		if packed {
			var z bytes.Buffer
			w := zlib.NewWriter(&z)
			w.Write([]byte(content))
			w.Close()
			dict, content = dict+" /Filter /FlateDecode", z.String()
		}
		object(n, fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(content), dict, content))
	}
	object(1, "<< /Type /Catalog /Pages 2 0 R >>")
	kids := ""
	for i, p := range pages {
		kids += fmt.Sprintf("%d 0 R ", 10+2*i)
		object(10+2*i, fmt.Sprintf("<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>", 11+2*i))
		content := p.raw
		if content == "" {
			content = "BT /F1 12 Tf 72 700 Td " + p.text + " ET"
		}
		stream(11+2*i, p.contents, content, p.packed)
	}
	object(2, fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>", kids, len(pages)))
	object(3, "<< /Type /Font /Subtype /Type1 /Encoding << /Differences [ 1 /at /period ] >> >>")
	object(4, "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 5 0 R >>")
	stream(5, "", "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0003> <0020> endbfchar 1 beginbfrange <0010> <0029> <0061> endbfrange", true)
	object(6, "<< /Author (Ada Example) /Producer (test) >>")
	object(7, "<< /FT /Tx /T (iban) /V (DE00) >>")
	b.WriteString("trailer << /Root 1 0 R /Info 6 0 R >>\n%%EOF\n")
	return b.Bytes()
}

// jpegOf writes the beginning of a picture with Exif of a place and an artist.
func jpegOf() []byte {
	le := binary.LittleEndian
	var t bytes.Buffer
	entry := func(id, kind uint16, count, value uint32) {
		binary.Write(&t, le, []uint16{id, kind})
		binary.Write(&t, le, []uint32{count, value})
	}
	t.WriteString("II*\x00\x08\x00\x00\x00")
	binary.Write(&t, le, uint16(2))
	entry(0x013B, 2, 12, 38) // artist
	entry(0x8825, 4, 1, 50)  // place
	binary.Write(&t, le, uint32(0))
	t.WriteString("Ada Example\x00")
	binary.Write(&t, le, uint16(4))
	entry(1, 2, 2, 'N')
	entry(2, 5, 3, 104)
	entry(3, 2, 2, 'W')
	entry(4, 5, 3, 128)
	binary.Write(&t, le, uint32(0))
	binary.Write(&t, le, []uint32{59, 1, 54, 1, 504, 10, 10, 1, 30, 1, 0, 1})
	exif := "Exif\x00\x00" + t.String()
	comment := "scanned by Bob"
	segment := func(marker byte, body string) string {
		return string([]byte{0xFF, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}) + body
	}
	return []byte("\xFF\xD8" + segment(0xE1, exif) + segment(0xFE, comment) + "\xFF\xDA\x00\x02")
}
