package container

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/hamba/avro/v2"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"

	"example.com/assay"
	"example.com/assay/sources/format"
)

const (
	// maxSchema is how many bytes the header of an Avro file may have.
	maxSchema = 1 << 20
	// maxBlock is how many bytes a block may have, packed and unpacked.
	maxBlock = 16 << 20
	// avroStarts is what a zero Plan.Starts means: each start costs a block.
	avroStarts = 16
	// markStep is the most that is read at once to find the end of a block.
	markStep = 64 << 10
	// smallAvro is the size up to which the records of a file are counted before
	// it is decided how to read it.
	smallAvro = 1 << 20
)

// avroFile is an object container file (Avro specification 1.12, "Object
// Container Files").
type avroFile struct {
	*sampler
	at     io.ReaderAt
	size   int64
	schema avro.Schema
	api    avro.API
	codec  string
	sync   [16]byte
	begin  int64 // of the first block
	binary map[string]int
	opened int  // blocks that were unpacked
	spent  bool // the bytes of the plan did not suffice for all blocks that were drawn
}

// block is a block: its records and where its data are.
type block struct {
	records, at, size int64
}

func (b block) end() int64 { return b.at + b.size + 16 }

// avro reads the records as JSON: whole if the plan allows it, otherwise of
// random blocks. A start is a random byte, which stands for the block that begins
// after it; the file is a ring.
func (s *sampler) avro(in format.Input) (r assay.Reading, err error) {
	defer func() { // the library panics on some damaged files
		if p := recover(); p != nil {
			err = unreadable("avro", errors.New("the file is damaged"))
		}
	}()
	f := &avroFile{sampler: s, at: in.At, size: in.Size}
	if err := f.header(); err != nil {
		return assay.Reading{}, damaged("avro", err)
	}
	if whole, err := f.fits(); err != nil {
		return assay.Reading{}, damaged("avro", err)
	} else if whole {
		return f.sample(s.plan, f.all())
	}
	starts := s.plan.Starts
	if starts <= 0 {
		starts = avroStarts
	}
	if s.plan.Rows > 0 {
		starts = min(starts, s.plan.Rows)
	}
	limit := in.At.(*limitedAt)
	limit.left = s.plan.Bytes / 2 // the other half is for what the blocks hold
	blocks, err := f.draw(starts)
	limit.left += s.plan.Bytes - s.plan.Bytes/2
	if f.spent = errors.Is(err, errBudget); err != nil && (!f.spent || len(blocks) == 0) {
		return assay.Reading{}, damaged("avro", err)
	}
	plan, rows := s.plan, 0
	if plan.Rows > 0 {
		rows, plan.Rows = max(plan.Rows/max(len(blocks), 1), 1), 0
	}
	r, err = f.sample(plan, f.some(blocks, rows))
	r.Design.Method, r.Design.Starts = assay.DesignClusters, f.opened
	r.Design.Population = "all records of the file, every byte of it weighing the same"
	return r, err
}

// sample reads the records that next returns as lines of JSON.
func (f *avroFile) sample(plan assay.Plan, next func() ([]byte, error)) (assay.Reading, error) {
	f.binary = map[string]int{}
	r, err := format.Sample(f.ctx, format.Input{Reader: &feed{next: next}, Size: -1, Name: "records.jsonl"}, plan, f.yield)
	for i, field := range r.Fields {
		n := f.binary[field.Field.Path]
		if n == 0 {
			continue
		}
		field.Empty -= min(n, field.Empty) // they came as null
		field.Status, field.Reason, field.Detail = assay.StatusPartial, assay.ReasonBinary, fmt.Sprintf("%d values are binary", n)
		if field.Sampled == 0 {
			field.Status = assay.StatusNotExamined
		}
		r.Fields[i] = field
	}
	if f.spent {
		for i, field := range r.Fields {
			if field.Status == assay.StatusScanned {
				r.Fields[i].Status, r.Fields[i].Reason, r.Fields[i].Detail = assay.StatusPartial, assay.ReasonBudget, "the byte limit of the plan was reached"
			}
		}
	}
	return r, err
}

// header reads what stands before the first block.
func (f *avroFile) header() error {
	head := io.NewSectionReader(f.at, 4, min(maxSchema, f.size-4))
	r := avro.NewReader(head, 4<<10)
	var meta map[string][]byte
	r.ReadVal(avro.NewMapSchema(avro.NewPrimitiveSchema(avro.Bytes, nil)), &meta)
	r.Read(f.sync[:])
	if r.Error != nil {
		return fmt.Errorf("its header: %w", r.Error)
	}
	f.codec = string(meta["avro.codec"])
	// Where the header ends: the reader has read ahead, so the mark is looked for.
	from, err := f.mark(4, maxSchema)
	if err != nil {
		return err
	}
	if f.begin = from; from < 0 {
		return errors.New("its header has no end")
	}
	if f.schema, err = avro.ParseBytesWithCache(meta["avro.schema"], "", &avro.SchemaCache{}); err != nil {
		return errors.New("its schema is not understood")
	}
	if isRecursive(f.schema, nil) {
		return &assay.Error{Op: "read", Item: "avro", Reason: assay.ReasonUnsupported, Err: errors.New("records that hold records of their own kind are not read")}
	}
	f.api = avro.Config{MaxByteSliceSize: maxBlock, MaxSliceAllocSize: maxBlock, DisableCaching: true}.Freeze()
	return nil
}

// isRecursive reports whether a schema refers to one around itself: to decode
// it, a few bytes can ask for any depth.
func isRecursive(s avro.Schema, around []avro.Schema) bool {
	if r, ok := s.(*avro.RefSchema); ok {
		return slices.Contains(around, avro.Schema(r.Schema())) || isRecursive(r.Schema(), around)
	}
	if len(around) > 100 {
		return true
	}
	around = append(slices.Clip(around), s)
	switch s := s.(type) {
	case *avro.RecordSchema:
		return slices.ContainsFunc(s.Fields(), func(f *avro.Field) bool { return isRecursive(f.Type(), around) })
	case *avro.ArraySchema:
		return isRecursive(s.Items(), around)
	case *avro.MapSchema:
		return isRecursive(s.Values(), around)
	case *avro.UnionSchema:
		return slices.ContainsFunc(s.Types(), func(t avro.Schema) bool { return isRecursive(t, around) })
	}
	return false
}

// fits reports whether the plan allows to read the whole file.
func (f *avroFile) fits() (bool, error) {
	switch {
	case f.size > f.plan.Bytes:
		return false, nil
	case f.plan.Rows <= 0:
		return true, nil
	case f.size > smallAvro:
		return false, nil
	}
	total := int64(0)
	for at := f.begin; at < f.size && total <= int64(f.plan.Rows); {
		b, err := f.block(at)
		if err != nil {
			return true, nil // which shows when it is read
		}
		total, at = total+b.records, b.end()
	}
	return total <= int64(f.plan.Rows), nil
}

// block reads the head of the block at an offset.
func (f *avroFile) block(at int64) (block, error) {
	var head [2 * binary.MaxVarintLen64]byte
	n, err := f.at.ReadAt(head[:min(int64(len(head)), f.size-at)], at)
	if err != nil && err != io.EOF {
		return block{}, err
	}
	records, k := binary.Varint(head[:n])
	size, l := binary.Varint(head[max(k, 0):n])
	b := block{records, at + int64(k) + int64(l), size}
	if k <= 0 || l <= 0 || records < 0 || size < 0 || b.end() > f.size {
		return block{}, errors.New("a block is damaged or cut off")
	}
	return b, nil
}

// draw returns the blocks after random bytes, in order.
func (f *avroFile) draw(starts int) ([]block, error) {
	random := rand.New(rand.NewPCG(f.plan.Seed, 0))
	var out []block
	for range starts {
		at := f.begin + random.Int64N(max(f.size-f.begin, 1))
		next, err := f.after(at)
		if err != nil {
			return out, err
		}
		b, err := f.block(next)
		if err != nil {
			return out, err
		}
		if !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b block) int { return int(a.at - b.at) })
	return out, nil
}

// after returns where the first block after an offset begins: behind the mark
// that ends the one before.
func (f *avroFile) after(at int64) (int64, error) {
	next, err := f.mark(at, maxBlock)
	if next < 0 || next >= f.size {
		next = f.begin
	}
	return next, err
}

// mark returns the offset behind the first mark from an offset on, -1 if there is
// none in so many bytes.
func (f *avroFile) mark(at, within int64) (int64, error) {
	step := int64(4 << 10)
	for from := at; from < f.size && from-at < within; {
		buf := make([]byte, min(step+int64(len(f.sync)), f.size-from))
		n, err := f.at.ReadAt(buf, from)
		if err != nil && err != io.EOF {
			return -1, err
		}
		if i := bytes.Index(buf[:n], f.sync[:]); i >= 0 {
			return from + int64(i) + 16, nil
		}
		from += step
		step = min(2*step, markStep)
	}
	return -1, nil
}

// all returns the records of all blocks, one a call.
func (f *avroFile) all() func() ([]byte, error) {
	at := f.begin
	return f.records(func() (block, int, error) {
		if at >= f.size {
			return block{}, 0, io.EOF
		}
		b, err := f.block(at)
		at = b.end()
		return b, 0, err
	})
}

// some returns at most so many records of each of the blocks, 0 for all.
func (f *avroFile) some(blocks []block, rows int) func() ([]byte, error) {
	return f.records(func() (block, int, error) {
		if len(blocks) == 0 {
			return block{}, 0, io.EOF
		}
		b := blocks[0]
		blocks = blocks[1:]
		return b, rows, nil
	})
}

// records returns the records of the blocks that next returns, at most as many of
// each as it says.
func (f *avroFile) records(next func() (block, int, error)) func() ([]byte, error) {
	var decoder *avro.Decoder
	left := int64(0)
	return func() (line []byte, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = unreadable("avro", errors.New("a record is damaged"))
			}
		}()
		for left == 0 {
			if err := f.ctx.Err(); err != nil {
				return nil, err
			}
			b, rows, err := next()
			if err != nil {
				return nil, damagedBlock(err)
			}
			data, err := f.unpack(b)
			if errors.Is(err, errBudget) {
				f.spent = true
				return nil, io.EOF
			}
			if err != nil {
				return nil, damagedBlock(err)
			}
			f.opened++
			left, decoder = b.records, f.api.NewDecoder(f.schema, bytes.NewReader(data))
			if rows > 0 {
				left = min(left, int64(rows))
			}
		}
		left--
		var record any
		if err := decoder.Decode(&record); err != nil {
			return nil, unreadable("avro", errors.New("a record is damaged"))
		}
		line, err = json.Marshal(f.plain(record, f.schema, assay.WholeText))
		return append(line, '\n'), err
	}
}

func damagedBlock(err error) error {
	if err == io.EOF {
		return err
	}
	return damaged("avro", err)
}

// unpack returns the data of a block.
func (f *avroFile) unpack(b block) ([]byte, error) {
	if b.size > maxBlock {
		return nil, &assay.Error{Op: "read", Item: "avro", Reason: assay.ReasonUnsupported, Err: fmt.Errorf("a block has more than %d MiB", maxBlock>>20)}
	}
	raw := make([]byte, b.size)
	if _, err := f.at.ReadAt(raw, b.at); err != nil && err != io.EOF {
		return nil, err
	}
	var r io.Reader
	switch f.codec {
	case "", "null":
		return raw, nil
	case "deflate":
		r = flate.NewReader(bytes.NewReader(raw))
	case "zstandard":
		z, err := zstd.NewReader(bytes.NewReader(raw), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlock))
		if err != nil {
			return nil, err
		}
		defer z.Close()
		r = z
	case "snappy":
		return unpackSnappy(raw)
	default:
		return nil, &assay.Error{Op: "read", Item: "avro", Reason: assay.ReasonUnsupported, Err: errors.New("its blocks are compressed in a way that is not read")}
	}
	data, err := io.ReadAll(io.LimitReader(r, maxBlock+1))
	if err == nil && len(data) > maxBlock {
		err = tooMuch()
	}
	return data, err
}

func tooMuch() error {
	return &assay.Error{Op: "read", Item: "avro", Reason: assay.ReasonUnsupported, Err: fmt.Errorf("a block unpacks to more than %d MiB", maxBlock>>20)}
}

// unpackSnappy unpacks a block, behind which a checksum stands.
func unpackSnappy(raw []byte) ([]byte, error) {
	if len(raw) < 4 {
		return nil, io.ErrUnexpectedEOF
	}
	raw = raw[:len(raw)-4]
	n, err := snappy.DecodedLen(raw)
	if err == nil && n > maxBlock {
		err = tooMuch()
	}
	if err != nil {
		return nil, err
	}
	return snappy.Decode(nil, raw)
}
