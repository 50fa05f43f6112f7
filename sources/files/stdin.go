package files

import (
	"context"
	"io"
)

// patient reads from a terminal or pipe, whose Read cannot be interrupted, and
// returns when ctx ends nevertheless. One Read stays behind then, until input
// comes or the process ends.
type patient struct {
	ctx     context.Context
	r       io.Reader
	buf     []byte
	rest    []byte
	pending chan result
}

type result struct {
	n   int
	err error
}

const patientBuffer = 64 << 10

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		if err := p.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// fill waits for more input.
func (p *patient) fill() error {
	if p.buf == nil {
		p.buf, p.pending = make([]byte, patientBuffer), make(chan result, 1)
	}
	go func() {
		n, err := p.r.Read(p.buf)
		p.pending <- result{n, err}
	}()
	select {
	case <-p.ctx.Done():
		return p.ctx.Err()
	case got := <-p.pending:
		p.rest = p.buf[:got.n]
		if got.n > 0 {
			return nil // an error will come again
		}
		return got.err
	}
}
