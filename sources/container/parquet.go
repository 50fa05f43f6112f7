package container

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"example.com/assay"
	"example.com/assay/sources/format"
)

const (
	// defaultRows is what a zero Plan.Rows means where the bytes of the plan do
	// not suffice for all rows.
	defaultRows = 1000
	// parquetStarts is what a zero Plan.Starts means: each start costs a page of
	// every column.
	parquetStarts = 8
	// maxFooter is how large the footer may be: enough for some 100,000 column
	// chunks.
	maxFooter = 16 << 20
	// pageBuffer is how much of a column is read at once.
	pageBuffer = 64 << 10
)

// parquet reads rows of a Parquet file, column by column. A column that
// cannot be read, or whose share of the bytes does not suffice for a page, is a
// field that was not examined, and the others are read.
func (s *sampler) parquet(in format.Input) (r assay.Reading, err error) {
	at := in.At.(*limitedAt)
	defer func() { // the library panics on some damaged files
		if p := recover(); p != nil {
			err = unreadable("parquet", errors.New("the file is damaged"))
		}
	}()
	file, err := openParquet(at, in.Size)
	if err != nil {
		return assay.Reading{}, err
	}
	t := &parquetTable{ctx: s.ctx, at: at, file: file, yield: s.yield}
	t.draw(in.Size, s.plan)
	return t.read(s.plan)
}

// openParquet reads the footer. Its length is checked first, since the library
// believes it.
func openParquet(at *limitedAt, size int64) (*parquet.File, error) {
	var end [8]byte
	if size < 12 {
		return nil, unreadable("parquet", io.ErrUnexpectedEOF)
	}
	if _, err := at.ReadAt(end[:], size-8); err != nil && err != io.EOF {
		return nil, err
	}
	length := int64(binary.LittleEndian.Uint32(end[:4]))
	switch {
	case string(end[4:]) == "PARE":
		return nil, &assay.Error{Op: "read", Item: "parquet", Reason: assay.ReasonEncrypted}
	case string(end[4:]) != "PAR1" || length > size-12:
		return nil, unreadable("parquet", errors.New("the file has no footer; it was cut off, or is still being written"))
	case length > maxFooter:
		return nil, &assay.Error{Op: "read", Item: "parquet", Reason: assay.ReasonUnsupported, Err: fmt.Errorf("its footer is larger than %d MiB", maxFooter>>20)}
	}
	// Page indexes are read for the columns that are entered, not for all.
	file, err := parquet.OpenFile(at, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(pageBuffer))
	if err != nil && isDamage(err) {
		return nil, unreadable("parquet", err)
	}
	return file, err
}
