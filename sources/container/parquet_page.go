package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	layout "github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"

	"example.com/assay"
)

// Limits of one page. The library allocates what a page says of itself, and
// expands what it holds without a limit, so each page is fetched and checked
// before the library may see it.
const (
	maxPage       = 32 << 20 // bytes, compressed or not
	maxPageValues = 4 << 20
	maxHeader     = 64 << 10 // how much is fetched of a page whose length is not known
	maxIndex      = 16 << 20 // bytes of the index of the pages of a column chunk
)

// checkedPages is the io.ReaderAt through which the library reads one column
// chunk: it holds the pages that were checked last, and nothing else.
type checkedPages struct {
	at    *limitedAt
	codec layout.CompressionCodec
	end   int64 // of the column chunk
	pages []checkedPage
}

type checkedPage struct {
	off  int64
	data []byte
}

// ReadAt implements io.ReaderAt, but for reads that go on behind a page: they
// get what the page has, without an error.
func (c *checkedPages) ReadAt(p []byte, off int64) (int, error) {
	for _, page := range c.pages {
		if off >= page.off && off < page.off+int64(len(page.data)) {
			return copy(p, page.data[off-page.off:]), nil
		}
	}
	return 0, io.EOF
}

// keep adds a page to those that the library may see: the dictionary, which
// comes first, and the last two.
func (c *checkedPages) keep(page checkedPage) {
	if len(c.pages) == 3 {
		c.pages = append(c.pages[:1], c.pages[2])
	}
	c.pages = append(c.pages, page)
}

// load fetches and checks the page at off, whose length is known or 0. It returns
// the offset behind it and whether it is a dictionary.
func (c *checkedPages) load(off, length int64) (next int64, dictionary bool, err error) {
	if length < 0 || length > maxPage+maxHeader || off < 4 || off >= c.end {
		return 0, false, errPage
	}
	known := length > 0
	if !known {
		length = maxHeader
	}
	data, err := c.fetch(off, min(length, c.end-off))
	if err != nil {
		return 0, false, err
	}
	var h layout.PageHeader
	r := new(thrift.CompactProtocol).NewReaderFromBytes(data)
	if err := thrift.NewDecoder(r).Decode(&h); err != nil {
		return 0, false, err
	}
	if err := checkHeader(&h); err != nil {
		return 0, false, err
	}
	size := int64(r.BytesRead()) + int64(h.CompressedPageSize)
	if missing := size - int64(len(data)); missing > 0 {
		if known || off+size > c.end {
			return 0, false, errPage
		}
		rest, err := c.fetch(off+int64(len(data)), missing)
		if err != nil {
			return 0, false, err
		}
		data = append(data, rest...)
	}
	data = data[:size]
	if err := c.checkContent(&h, data[r.BytesRead():]); err != nil {
		return 0, false, err
	}
	c.keep(checkedPage{off, data})
	return off + size, h.Type == layout.DictionaryPage, nil
}

func (c *checkedPages) fetch(off, n int64) ([]byte, error) {
	data := make([]byte, n)
	k, err := c.at.ReadAt(data, off)
	if int64(k) == n {
		err = nil
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return data, err
}

// errPage says that a page cannot be what it says of itself.
var errPage = errors.New("a page is damaged")

// checkHeader checks what a page says of itself.
func checkHeader(h *layout.PageHeader) error {
	if h.CompressedPageSize < 0 || h.UncompressedPageSize < 0 {
		return errPage
	}
	values := max(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues, h.DataPageHeaderV2.V.NumRows, h.DictionaryPageHeader.V.NumValues)
	if h.CompressedPageSize > maxPage || h.UncompressedPageSize > maxPage || values > maxPageValues {
		return &assay.Error{Op: "read", Item: "parquet", Reason: assay.ReasonUnsupported,
			Err: fmt.Errorf("a page has more than %d MiB or %d values", maxPage>>20, maxPageValues)}
	}
	return nil
}

// checkContent checks that what a page expands to is not longer than it says.
func (c *checkedPages) checkContent(h *layout.PageHeader, data []byte) error {
	if h.Type == layout.DataPageV2 { // its levels stand before what is compressed
		levels := int64(h.DataPageHeaderV2.V.RepetitionLevelsByteLength) + int64(h.DataPageHeaderV2.V.DefinitionLevelsByteLength)
		if levels < 0 || levels > int64(len(data)) {
			return errPage
		}
		data = data[levels:]
		if compressed := h.DataPageHeaderV2.V.IsCompressed; compressed.Valid && !compressed.V {
			return nil
		}
	}
	limit := int64(h.UncompressedPageSize)
	switch c.codec {
	case layout.Uncompressed:
		return nil
	case layout.Snappy:
		if n, k := binary.Uvarint(data); k <= 0 || n > uint64(limit) {
			return errPage
		}
		return nil
	case layout.Gzip:
		r, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return err
		}
		return noLonger(r, limit)
	case layout.Zstd:
		r, err := zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxPage))
		if err != nil {
			return err
		}
		defer r.Close()
		return noLonger(r, limit)
	case layout.Lz4Raw:
		if _, err := lz4.UncompressBlock(data, make([]byte, limit)); err != nil && limit > 0 {
			return errPage
		}
		return nil
	}
	return &assay.Error{Op: "read", Item: "parquet", Reason: assay.ReasonUnsupported, Err: fmt.Errorf("compression by %s", c.codec)}
}

// noLonger reads a stream to its end, which must come within limit bytes.
func noLonger(r io.Reader, limit int64) error {
	n, err := io.Copy(io.Discard, io.LimitReader(r, limit+1))
	if n > limit {
		return errPage
	}
	return err
}

// chunkPages is the pages of one column chunk, checked one after the other.
type chunkPages struct {
	*checkedPages
	chunk *parquet.FileColumnChunk
	index []layout.PageLocation // nil if the file has none
	next  int64                 // offset of the next page where there is no index
	page  int                   // the next one where there is
}

// openChunk prepares to read a column chunk from a row on.
func openChunk(at *limitedAt, file *parquet.File, group, column int, row int64) (*chunkPages, error) {
	meta := file.Metadata().RowGroups[group].Columns[column]
	begin := meta.MetaData.DataPageOffset
	if d := meta.MetaData.DictionaryPageOffset; d > 0 && d < begin {
		begin = d
	}
	chunk, ok := file.RowGroups()[group].ColumnChunks()[column].(*parquet.FileColumnChunk)
	if !ok || begin < 4 || meta.MetaData.TotalCompressedSize < 0 || meta.OffsetIndexLength > maxIndex {
		return nil, errPage
	}
	c := &chunkPages{chunk: chunk, next: begin,
		checkedPages: &checkedPages{at: at, codec: meta.MetaData.Codec, end: begin + meta.MetaData.TotalCompressedSize}}
	if row == 0 {
		return c, nil
	}
	// With an index the library enters the column at the right page.
	index, err := chunk.OffsetIndex()
	if errors.Is(err, parquet.ErrMissingOffsetIndex) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range index.NumPages() {
		c.index = append(c.index, layout.PageLocation{Offset: index.Offset(i), CompressedPageSize: int32(index.CompressedPageSize(i)), FirstRowIndex: index.FirstRowIndex(i)})
	}
	for c.page+1 < len(c.index) && c.index[c.page+1].FirstRowIndex <= row {
		c.page++
	}
	if begin < meta.MetaData.DataPageOffset {
		_, _, err = c.load(begin, 0)
	}
	return c, err
}

// ahead checks the page that the library reads next, and with a dictionary the
// one after it too. It fails with io.EOF behind the last page.
func (c *chunkPages) ahead() error {
	if c.index != nil {
		if c.page >= len(c.index) {
			return io.EOF
		}
		p := c.index[c.page]
		c.page++
		_, _, err := c.load(p.Offset, int64(p.CompressedPageSize))
		return err
	}
	for {
		if c.next >= c.end {
			return io.EOF
		}
		next, dictionary, err := c.load(c.next, 0)
		c.next = next
		if err != nil || !dictionary {
			return err
		}
	}
}
