package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"
)

const (
	maxInspectLine  = 32 << 20  // longer lines are not judged
	inspectChunk    = 256 << 10 // bytes of lines that one worker judges at a time
	maxCachedFields = 1024      // per worker
	maxLineErrors   = 100       // printed; the rest is counted
)

// inspector judges texts that come as JSON Lines. Chunks of lines are judged in
// parallel and written in their order; at most a few chunks are in memory.
type inspector struct {
	set           *engine.Set
	models        *verifiers.Models // for judgements that wait for them
	minConfidence float64
	workers       int
	errs          io.Writer
	bad           int // lines that could not be judged
}

// chunk is some lines of the input on their way through the pipeline. The worker
// that takes it closes done when out and errs are there.
type chunk struct {
	first int // number of its first line, from 1
	lines [][]byte
	done  chan struct{}
	out   []byte
	errs  []lineError
}

// lineError says why a line was not judged. It never holds the line's content.
type lineError struct {
	line int
	err  error
}

var errLongLine = fmt.Errorf("longer than %d MiB", maxInspectLine>>20)

// run judges everything in in. Its error is that of reading, writing or ctx;
// lines that cannot be judged are reported and counted in bad.
func (i *inspector) run(ctx context.Context, in io.Reader, out io.Writer) error {
	group, ctx := errgroup.WithContext(ctx)
	work := make(chan *chunk)
	order := make(chan *chunk, 2*i.workers)
	var readErr error // written before order is closed
	go func() {       // not in the group: a read from a terminal cannot be stopped
		readErr = readChunks(ctx, in, work, order)
		close(work)
		close(order)
	}()
	for range i.workers {
		group.Go(func() error { return i.work(ctx, work) })
	}
	group.Go(func() error {
		if err := i.write(ctx, out, order); err != nil {
			return err
		}
		return readErr
	})
	return group.Wait()
}

// readChunks cuts the input into chunks and hands each to the workers and, in
// order, to the writer. It hands on what it has before it waits for more input.
func readChunks(ctx context.Context, in io.Reader, work, order chan<- *chunk) error {
	r := bufio.NewReaderSize(in, inspectChunk)
	c := &chunk{first: 1, done: make(chan struct{})}
	size := 0
	for n := 1; ; n++ {
		line, tooLong, err := readLine(r)
		if tooLong {
			c.errs = append(c.errs, lineError{n, errLongLine})
			line = nil
		}
		if len(line) > 0 || err == nil {
			c.lines = append(c.lines, line)
			size += len(line)
		}
		if err != nil || size >= inspectChunk || r.Buffered() == 0 {
			if !send(ctx, c, order) || !send(ctx, c, work) {
				return ctx.Err()
			}
			c, size = &chunk{first: n + 1, done: make(chan struct{})}, 0
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read line %d: %w", n, err)
		}
	}
}

func send(ctx context.Context, c *chunk, to chan<- *chunk) bool {
	select {
	case to <- c:
		return true
	case <-ctx.Done():
		return false
	}
}

// readLine reads one line, without its end, into memory of its own. Of a line
// that is too long it keeps nothing.
func readLine(r *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if !tooLong {
			line = append(line, part...)
		}
		if len(line) > maxInspectLine {
			line, tooLong = nil, true
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimRight(line, "\r\n"), tooLong, err
	}
}

// write writes the chunks in their order.
func (i *inspector) write(ctx context.Context, to io.Writer, order <-chan *chunk) error {
	out := bufio.NewWriter(to)
	for {
		var c *chunk
		select {
		case next, ok := <-order:
			if !ok {
				return out.Flush()
			}
			c = next
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case <-c.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if _, err := out.Write(c.out); err != nil {
			return err
		}
		i.complain(c.errs)
		if len(order) == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

func (i *inspector) complain(errs []lineError) {
	slices.SortStableFunc(errs, func(a, b lineError) int { return a.line - b.line })
	for _, e := range errs {
		if i.bad++; i.bad <= maxLineErrors {
			fmt.Fprintf(i.errs, "assay: line %d: %v\n", e.line, e.err)
		}
		if i.bad == maxLineErrors {
			fmt.Fprintf(i.errs, "assay: further bad lines are counted only\n")
		}
	}
}

// work judges chunks until there are no more.
func (i *inspector) work(ctx context.Context, work <-chan *chunk) error {
	j := judge{inspector: i, fields: map[string]*engine.FieldScan{}}
	for c := range work {
		if err := j.judge(ctx, c); err != nil {
			return err
		}
		close(c.done)
	}
	return ctx.Err()
}

// judge is one worker's scratch memory.
type judge struct {
	*inspector
	fields map[string]*engine.FieldScan
	block  engine.Block
	result engine.Result
	texts  []text
	hits   []engine.Hit // of the chunk, Value being the index of the text
}

// text is one line of the input.
type text struct {
	line  int
	id    json.RawMessage
	field string
	value []byte
}

func (j *judge) judge(ctx context.Context, c *chunk) error {
	j.parse(c)
	slices.SortStableFunc(j.texts, func(a, b text) int { return bytes.Compare([]byte(a.field), []byte(b.field)) })
	j.hits = j.hits[:0]
	for start := 0; start < len(j.texts); {
		end, err := j.scan(ctx, c, start)
		if err != nil {
			return err
		}
		start = end
	}
	slices.SortStableFunc(j.hits, func(a, b engine.Hit) int { return j.texts[a.Value].line - j.texts[b.Value].line })
	for _, hit := range j.hits {
		c.out = j.appendHit(c.out, hit)
	}
	c.lines = nil
	return nil
}

// parse takes the texts out of the lines. Blank lines are skipped.
func (j *judge) parse(c *chunk) {
	j.texts = j.texts[:0]
	for n, line := range c.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var doc struct {
			ID    json.RawMessage `json:"id"`
			Text  *string         `json:"text"`
			Field string          `json:"field"`
		}
		if err := json.Unmarshal(line, &doc); err != nil {
			c.errs = append(c.errs, lineError{c.first + n, describeJSON(err)})
			continue
		}
		switch {
		case doc.Text == nil:
			c.errs = append(c.errs, lineError{c.first + n, errors.New(`no "text" (want {"id": …, "text": "…"})`)})
		case len(doc.ID) == 0 || doc.ID[0] == '{' || doc.ID[0] == '[' || doc.ID[0] == 'n':
			c.errs = append(c.errs, lineError{c.first + n, errors.New(`no "id" (want a string or a number)`)})
		default:
			j.texts = append(j.texts, text{c.first + n, doc.ID, doc.Field, []byte(*doc.Text)})
		}
	}
}

// describeJSON says what is wrong with a line and nothing of what is in it.
func describeJSON(err error) error {
	if e := (*json.SyntaxError)(nil); errors.As(err, &e) {
		return fmt.Errorf(`not a JSON object, see byte %d (want {"id": …, "text": "…"})`, e.Offset)
	}
	if e := (*json.UnmarshalTypeError)(nil); errors.As(err, &e) && e.Field != "" {
		return fmt.Errorf("%q is not a %s", e.Field, e.Type)
	}
	return errors.New(`not a JSON object (want {"id": …, "text": "…"})`)
}

// scan judges the texts of one field from start on, as many as fit a block, and
// returns the index of the next.
func (j *judge) scan(ctx context.Context, c *chunk, start int) (end int, err error) {
	j.block.Reset()
	field := j.texts[start].field
	for end = start; end < len(j.texts) && j.texts[end].field == field; end++ {
		if !j.block.Append(j.texts[end].value, 0, 0) {
			break
		}
	}
	scan := j.field(field)
	if err := scan.Scan(ctx, &j.block, &j.result); err != nil {
		return end, err
	}
	if j.result.Spent && end-start > 1 {
		return start + 1, j.scanAlone(ctx, c, scan, start)
	}
	return end, j.take(ctx, c, scan, start)
}

// scanAlone judges one text, so that what another used up is not missing for it.
func (j *judge) scanAlone(ctx context.Context, c *chunk, scan *engine.FieldScan, at int) error {
	j.block.Reset()
	j.block.Append(j.texts[at].value, 0, 0)
	if err := scan.Scan(ctx, &j.block, &j.result); err != nil {
		return err
	}
	return j.take(ctx, c, scan, at)
}

// settle has the models asked about what waits for them. A text that one of them
// gave no answer about is judged in part.
func (j *judge) settle(ctx context.Context, c *chunk, scan *engine.FieldScan, start int) error {
	if len(j.result.Pending) == 0 {
		return nil
	}
	waiting := slices.Clone(j.result.Pending)
	down, err := j.models.Settle(ctx, scan, &j.block, &j.result)
	if err != nil {
		return err
	}
	told := map[int]bool{}
	for _, p := range waiting {
		if slices.Contains(down, p.Method.Name) && !told[p.Value] {
			told[p.Value] = true
			c.errs = append(c.errs, lineError{j.texts[start+p.Value].line, fmt.Errorf("judged in part: no answer from model %s", p.Method.Name)})
		}
	}
	return nil
}

// take settles the last scan, whose first text is at index start, and keeps its
// hits.
func (j *judge) take(ctx context.Context, c *chunk, scan *engine.FieldScan, start int) error {
	if err := j.settle(ctx, c, scan, start); err != nil {
		return err
	}
	if j.result.Spent {
		c.errs = append(c.errs, lineError{j.texts[start].line, errors.New("judged in part: its text takes too much work")})
	}
	for _, hit := range engine.Best(j.result.Hits) {
		if hit.Score >= j.minConfidence && !j.set.Rules()[hit.Rule].Shadow {
			hit.Value += start
			j.hits = append(j.hits, hit)
		}
	}
	return nil
}

// field returns the scan of a field; those of many different ones are forgotten.
func (j *judge) field(path string) *engine.FieldScan {
	if scan, ok := j.fields[path]; ok {
		return scan
	}
	if len(j.fields) >= maxCachedFields {
		clear(j.fields)
	}
	scan := j.set.Field(engine.FieldInfo{Field: assay.Field{Path: path}})
	j.fields[path] = scan
	return scan
}

// appendHit writes one line of output.
func (j *judge) appendHit(out []byte, hit engine.Hit) []byte {
	out = append(append(out, `{"id":`...), j.texts[hit.Value].id...)
	out = strconv.AppendQuote(append(out, `,"element":`...), string(hit.Element))
	out = strconv.AppendInt(append(out, `,"start":`...), int64(hit.Start), 10)
	out = strconv.AppendInt(append(out, `,"end":`...), int64(hit.End), 10)
	out = strconv.AppendFloat(append(out, `,"confidence":`...), hit.Score, 'g', 4, 64)
	out = strconv.AppendQuote(append(out, `,"verifier":`...), j.set.Rules()[hit.Rule].Verifier)
	return append(out, "}\n"...)
}
