package container

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"

	"github.com/xuri/excelize/v2"

	"example.com/assay"
	"example.com/assay/sources/format"
)

// maxWorkbook is how many bytes all parts of a workbook together may unpack to.
// The library keeps them in memory, and larger ones would go to the disk.
const maxWorkbook = 64 << 20

// workbook reads the rows of every sheet, as the values that a person sees; a
// field is named after its sheet and column: people:email.
func (s *sampler) workbook(_ *zip.Reader, in format.Input) (r assay.Reading, err error) {
	if err := s.fits("workbook", in.Size); err != nil {
		return assay.Reading{}, err
	}
	content, err := s.load("workbook", io.NewSectionReader(in.At, 0, in.Size))
	if err != nil {
		return assay.Reading{}, err
	}
	defer func() { // the library panics on some damaged files
		if p := recover(); p != nil {
			err = unreadable("workbook", errors.New("the file is damaged"))
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxWorkbook, UnzipXMLSizeLimit: maxWorkbook})
	if err != nil {
		return assay.Reading{}, &assay.Error{Op: "read", Item: "workbook", Reason: assay.ReasonUnreadable, Err: err,
			Hint: "it is damaged, or unpacks to more than 64 MiB; export its sheets as CSV"}
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return assay.Reading{}, unreadable("workbook", errors.New("it names no sheets"))
	}
	a := s.parts("all sheets of the workbook", share(s.plan, len(sheets)), 0)
	for i, sheet := range sheets {
		a.plan.Seed = s.plan.Seed + uint64(i)
		if err := a.sheet(book, sheet); err != nil {
			return a.reading(), err
		}
	}
	return a.reading(), nil
}

// sheet reads one sheet; its error ends the reading.
func (a *archive) sheet(book *excelize.File, name string) error {
	shown, err := book.Rows(name)
	if err != nil {
		a.failed(name, damaged("sheet", err))
		return nil
	}
	defer shown.Close()
	raw, err := book.Rows(name)
	if err != nil {
		a.failed(name, damaged("sheet", err))
		return nil
	}
	defer raw.Close()
	return a.part(name, format.Input{Reader: a.csvOf(shown, raw), Size: -1, Name: "sheet.csv"}, 0)
}

// exponent finds numbers that are shown as 4.11E+15, of which a person would see
// no phone or card number.
var exponent = regexp.MustCompile(`^-?\d(\.\d+)?E\+\d+$`)

// csvOf returns the rows of a sheet as CSV: as they are shown, but numbers in
// full. Dates are only told from other numbers by how they are shown.
func (s *sampler) csvOf(shown, raw *excelize.Rows) io.Reader {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	return &feed{next: func() ([]byte, error) {
		out.Reset()
		for out.Len() < 4<<10 {
			if err := s.ctx.Err(); err != nil {
				return nil, err
			}
			if !shown.Next() || !raw.Next() {
				if err := errors.Join(shown.Error(), raw.Error()); err != nil {
					return out.Bytes(), damaged("sheet", err)
				}
				return out.Bytes(), io.EOF
			}
			row, err1 := shown.Columns()
			full, err2 := raw.Columns(excelize.Options{RawCellValue: true})
			if err := errors.Join(err1, err2); err != nil {
				return out.Bytes(), damaged("sheet", err)
			}
			for i, v := range row {
				if i < len(full) && exponent.MatchString(v) {
					row[i] = full[i]
				}
			}
			if err := w.Write(row); err != nil {
				return nil, err
			}
			w.Flush()
		}
		return out.Bytes(), nil
	}}
}
