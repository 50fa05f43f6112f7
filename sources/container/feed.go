package container

import "io"

// feed is a reader of what next returns, one part after the other. What next
// returned may be overwritten by its next call.
type feed struct {
	next func() ([]byte, error)
	rest []byte
	err  error
}

func (f *feed) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		if f.err != nil {
			return 0, f.err
		}
		f.rest, f.err = f.next()
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

var _ io.Reader = (*feed)(nil)
