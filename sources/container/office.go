package container

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"example.com/assay"
	"example.com/assay/sources/format"
)

// maxPart is how many bytes of XML one part of a document may unpack to.
const maxPart = 64 << 20

// document reads a zip archive that is one document to its user.
type document func(s *sampler, z *zip.Reader, in format.Input) (assay.Reading, error)

// documentOf returns how to read an archive that is a document, nil if it is none
// that is known.
func documentOf(z *zip.Reader) document {
	has := func(name string) bool {
		return slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == name })
	}
	switch {
	case has("xl/workbook.xml"):
		return (*sampler).workbook
	case has("word/document.xml"):
		return texts("word/document*.xml", "word/header*.xml", "word/footer*.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml", "docProps/*.xml")
	case has("ppt/presentation.xml"):
		return texts("ppt/slides/*.xml", "ppt/notesSlides/*.xml", "ppt/comments/*.xml", "docProps/*.xml")
	case has("mimetype") && has("content.xml") && has("META-INF/manifest.xml"):
		return texts("content.xml", "styles.xml", "meta.xml")
	}
	return nil
}

// texts reads the texts of the parts whose names match; a field is named after
// its part: document:$.
func texts(patterns ...string) document {
	return func(s *sampler, z *zip.Reader, in format.Input) (assay.Reading, error) {
		var parts []*zip.File
		for _, f := range z.File {
			if slices.ContainsFunc(patterns, func(p string) bool { ok, _ := path.Match(p, f.Name); return ok }) && f.UncompressedSize64 > 0 {
				parts = append(parts, f)
			}
		}
		a := s.parts("all texts of the document", share(s.plan, len(parts)), 0)
		for i, f := range parts {
			a.plan.Seed = s.plan.Seed + uint64(i)
			if err := a.text(in.At, f); err != nil {
				return a.reading(), err
			}
		}
		return a.reading(), nil
	}
}

// text reads the text of one part; its error ends the reading.
func (a *archive) text(at io.ReaderAt, f *zip.File) error {
	name := strings.TrimSuffix(path.Base(f.Name), ".xml")
	in, done, err := openFile(at, f)
	if err != nil {
		a.failed(name, err)
		return a.ctx.Err()
	}
	defer done()
	r := in.Reader
	if r == nil {
		r = io.NewSectionReader(in.At, 0, in.Size)
	}
	return a.part(name, format.Input{Reader: textOf(a.ctx, r, strings.HasPrefix(f.Name, "word/") || strings.HasPrefix(f.Name, "ppt/")), Size: -1, Name: "text.txt"}, 0)
}

// textOf returns the text in XML, with a line end after each paragraph. With
// inRuns, only what stands in an element t, the text of Office Open XML, is text.
func textOf(ctx context.Context, r io.Reader, inRuns bool) io.Reader {
	d := xml.NewDecoder(&budgeted{patient{ctx, r}, maxPart})
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // the text is repaired later
	depth := 0                                                                         // of elements t
	var out bytes.Buffer
	return &feed{next: func() ([]byte, error) {
		out.Reset()
		for out.Len() < 4<<10 {
			token, err := d.RawToken()
			if err != nil {
				if err != io.EOF {
					err = damaged("document", err)
				}
				return out.Bytes(), err
			}
			switch t := token.(type) {
			case xml.StartElement:
				depth += begun(&out, t.Name.Local)
			case xml.EndElement:
				depth -= ended(&out, t.Name.Local, inRuns)
			case xml.CharData:
				if inRuns && depth > 0 || !inRuns && !isIndent(t) {
					out.Write(t)
				}
			}
		}
		return out.Bytes(), nil
	}}
}

// isIndent reports whether text is there for the eye of who reads the XML.
func isIndent(text []byte) bool {
	return bytes.IndexByte(text, '\n') >= 0 && len(bytes.TrimSpace(text)) == 0
}

// begun writes what an element stands for, and counts those that hold text.
func begun(out *bytes.Buffer, element string) int {
	switch element {
	case "t", "delText":
		return 1
	case "tab":
		out.WriteByte('\t')
	case "br", "cr", "line-break":
		out.WriteByte('\n')
	}
	return 0
}

// ended writes the line end of a paragraph, and counts what begun does.
func ended(out *bytes.Buffer, element string, inRuns bool) int {
	switch {
	case element == "t" || element == "delText":
		return 1
	case element == "p" || element == "h" || element == "tc" || !inRuns && element != "span" && element != "a" && element != "s":
		if b := out.Bytes(); len(b) > 0 && b[len(b)-1] != '\n' {
			out.WriteByte('\n')
		}
	}
	return 0
}

// compound says what a file of the compound format is: a document that is
// encrypted, or one of an office program before 2007, which is not read.
func (s *sampler) compound(in format.Input) (assay.Reading, error) {
	// The name of the stream that encrypted documents have, in UTF-16; it is in
	// the directory, which in them is near the beginning.
	name := []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	head := make([]byte, min(in.Size, 256<<10))
	if _, err := in.At.ReadAt(head, 0); err != nil && err != io.EOF {
		return assay.Reading{}, err
	}
	if bytes.Contains(head, name) {
		return assay.Reading{}, &assay.Error{Op: "read", Item: "office document", Reason: assay.ReasonEncrypted}
	}
	return assay.Reading{}, &assay.Error{Op: "read", Item: "office document", Reason: assay.ReasonUnsupported,
		Err: errors.New("the formats of office programs before 2007 are not read"), Hint: "save it in a newer format"}
}
