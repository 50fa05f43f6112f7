package scanner

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"example.com/assay"
)

// sources keeps the sources that are open, one a store.
type sources struct {
	open func(ctx context.Context, store string) (assay.Source, error)

	mu  sync.Mutex
	all map[string]*opened
}

// opened is the source of one store. Its turn makes the tasks of one store wait
// for the one that opens it, and no others.
type opened struct {
	turn   chan struct{} // holds one while it is taken
	source assay.Source
}

func newSources(open func(context.Context, string) (assay.Source, error)) *sources {
	return &sources{open: open, all: map[string]*opened{}}
}

// get returns the source of a store, opened when it is not open yet. A store
// that could not be opened is tried again by the next task.
func (s *sources) get(ctx context.Context, store string) (assay.Source, error) {
	s.mu.Lock()
	o := s.all[store]
	if o == nil {
		o = &opened{turn: make(chan struct{}, 1)}
		s.all[store] = o
	}
	s.mu.Unlock()

	select {
	case o.turn <- struct{}{}:
		defer func() { <-o.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if o.source == nil {
		source, err := s.open(ctx, store)
		if err != nil {
			return nil, fmt.Errorf("open store %s: %w", store, err)
		}
		o.source = paced{source}
	}
	return o.source, nil
}

// close closes all of them; no task is at work any more.
func (s *sources) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for store, o := range s.all {
		if o.source == nil {
			continue
		}
		if err := o.source.Close(); err != nil {
			errs = append(errs, fmt.Errorf("close store %s: %w", store, err))
		}
	}
	clear(s.all)
	return errors.Join(errs...)
}
