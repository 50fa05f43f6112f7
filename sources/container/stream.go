package container

import (
	"bufio"
	"compress/bzip2"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"example.com/assay"
	"example.com/assay/sources/format"
)

// maxWindow is how much of a Zstandard stream has to be in memory at once. It is
// the limit of the zstd program too (RFC 8878 recommends at least 8 MiB).
const maxWindow = 128 << 20

// isBzip2 reports whether content begins as bzip2's does: BZh, the size of its
// blocks, and the mark of the first block or of an empty stream's end.
func isBzip2(head string) bool {
	return len(head) >= 10 && head[:3] == "BZh" && head[3] >= '1' && head[3] <= '9' &&
		(head[4:10] == "1AY&SY" || head[4:10] == "\x17\x72\x45\x38\x50\x90")
}

// compressed returns the bytes of a stream. plan.Bytes limits what comes out;
// twice as much may go in, since parts of a stream can hold nothing.
func (s *sampler) compressed(in format.Input) io.Reader {
	if in.At != nil {
		return io.NewSectionReader(in.At, 0, min(in.Size, 2*s.plan.Bytes))
	}
	return in.Reader
}

// gzip reads what a gzip stream holds. Text is left to package format, which
// tells more of a stream that breaks off.
func (s *sampler) gzip(in format.Input) (assay.Reading, error) {
	z, err := gzip.NewReader(s.compressed(in))
	if err != nil {
		return assay.Reading{}, damaged("gzip", err)
	}
	k, inside, err := s.recognise(format.Input{Reader: z, Size: -1, Name: withoutEnding(in.Name, ".gz")})
	switch {
	case err == nil && k == nil && in.At != nil:
		return format.Sample(s.ctx, in, s.plan, s.yield)
	case err != nil:
		return assay.Reading{}, damaged("gzip", err)
	}
	return s.inside(k, inside)
}

// zstd reads what a Zstandard stream holds.
func (s *sampler) zstd(in format.Input) (assay.Reading, error) {
	z, err := zstd.NewReader(s.compressed(in), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return assay.Reading{}, damaged("zstd", err)
	}
	defer z.Close()
	return s.unpacked("zstd", format.Input{Reader: z, Size: -1, Name: withoutEnding(in.Name, ".zst")})
}

// bzip2 reads what a bzip2 stream holds.
func (s *sampler) bzip2(in format.Input) (assay.Reading, error) {
	z := bzip2.NewReader(bufio.NewReader(s.compressed(in)))
	return s.unpacked("bzip2", format.Input{Reader: z, Size: -1, Name: withoutEnding(in.Name, ".bz2")})
}

// unpacked reads the content of a compressed stream.
func (s *sampler) unpacked(what string, in format.Input) (assay.Reading, error) {
	k, in, err := s.recognise(in)
	if err != nil {
		return assay.Reading{}, damaged(what, err)
	}
	return s.inside(k, in)
}

// inside reads what was recognised in a compressed stream: one layer further in.
// A tar archive in it is no layer of its own.
func (s *sampler) inside(k *kind, in format.Input) (assay.Reading, error) {
	deeper := *s
	if k != nil && k.name != "tar archive" {
		deeper.depth++
	}
	if strings.HasSuffix(strings.ToLower(in.Name), ".tgz") {
		in.Name = withoutEnding(in.Name, ".tgz") + ".tar"
	}
	return deeper.read(k, in)
}
