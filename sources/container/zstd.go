package container

import (
	"context"
	"io"

	"github.com/klauspost/compress/zstd"

	"example.com/assay"
	"example.com/assay/sources/format"
)

// maxWindow is how much of a Zstandard stream has to be in memory at once. It is
// the limit of the zstd program too (RFC 8878 recommends at least 8 MiB).
const maxWindow = 128 << 20

// sampleZstd reads a Zstandard stream from its beginning. plan.Bytes limits what
// comes out; twice as much may go in, since parts of a stream can hold nothing.
func sampleZstd(ctx context.Context, in format.Input, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	compressed := io.NewSectionReader(in.At, 0, min(in.Size, 2*plan.Bytes))
	z, err := zstd.NewReader(compressed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return assay.Reading{}, unreadable("zstd", err)
	}
	defer z.Close()
	return format.Sample(ctx, format.Input{Reader: z, Size: -1, Name: withoutEnding(in.Name, ".zst")}, plan, yield)
}
