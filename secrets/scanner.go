package secrets

import (
	"bufio"
	"context"
	"io"
	"runtime"
	"sync"
	"time"
)

// Options configure a Scanner.
type Options struct {
	Rules *Rules
	// Least is the confidence below which a hit is none; 0 means 0.5.
	Least float64
	// Filter leaves out files; nil leaves out none.
	Filter *PathFilter
	Memory Memory
	// Key is the service's, for secret ids; may be empty.
	Key []byte
	// Workers is how many texts are judged at the same time; 0 means one for
	// each processor.
	Workers int
	// SHA1 keeps what the baseline of detect-secrets needs.
	SHA1 bool
	// Now is the time by which skips end.
	Now time.Time
}

// leastConfidence is what counts as a hit unless asked otherwise.
const leastConfidence = 0.5

// Scanner finds secrets. It is safe for concurrent use.
type Scanner struct {
	opts  Options
	judge *judge
}

// New returns a scanner.
func New(opts Options) *Scanner {
	if opts.Least == 0 {
		opts.Least = leastConfidence
	}
	if opts.Workers == 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	return &Scanner{opts: opts, judge: newJudge(opts.Memory, opts.Key, opts.Now, opts.SHA1)}
}

// text is one text to be judged.
type text struct {
	path   string // by which ids and rules know it: relative to the repository
	shown  string // in reports
	from   string // the path before a rename
	commit string
}

// worker judges texts for one goroutine and keeps what it found.
type worker struct {
	*Scanner
	detector *detector
	result   Result
}

func (s *Scanner) worker() *worker {
	return &worker{Scanner: s, detector: newDetector(s.opts.Rules, s.opts.Least)}
}

// read judges one text, or the entries of an archive, and hands the places to
// keep.
func (w *worker) read(ctx context.Context, t text, in io.Reader, keep func(Place)) {
	head := bufio.NewReaderSize(in, archiveHead)
	start, _ := head.Peek(archiveHead)
	var err error
	if isArchive(start) {
		err = w.archive(ctx, t, head, in, keep)
	} else {
		err = w.text(ctx, t, head, keep)
	}
	if err != nil {
		w.result.note(t.shown, t.commit, err)
	}
}

// text judges one text.
func (w *worker) text(ctx context.Context, t text, in io.Reader, keep func(Place)) error {
	count := &countingReader{in: in}
	err := w.detector.scan(ctx, t.path, count, func(h hit) error {
		p := w.judge.place(h, t.path, t.from, t.commit)
		p.shown = t.shown
		keep(p)
		return nil
	})
	w.result.Bytes += count.n
	if err == nil {
		w.result.Files++
	}
	return err
}

// countingReader counts the bytes that were read.
type countingReader struct {
	in io.Reader
	n  int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	c.n += int64(n)
	return n, err
}

// parallel runs work on n workers, and joins what they found, in the order of
// file and line.
func (s *Scanner) parallel(n int, work func(int, *worker)) *Result {
	workers := make([]*worker, n)
	var all sync.WaitGroup
	for i := range workers {
		workers[i] = s.worker()
		all.Go(func() { work(i, workers[i]) })
	}
	all.Wait()
	total := &Result{}
	for _, w := range workers {
		total.add(&w.result)
	}
	total.sort()
	return total
}
