package catalog

import (
	"context"
	"errors"
	"iter"
	"testing"

	"example.com/assay"
	"example.com/assay/catalog/catalogtest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// source is a store that says what it holds.
type source struct {
	assay.Source
	assets []assay.Asset
	closed *int
	err    error // of Close
}

func (s source) Assets(ctx context.Context) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		for _, a := range s.assets {
			if ctx.Err() != nil {
				yield(assay.Asset{}, ctx.Err())
				return
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}

func (s source) Close() error {
	*s.closed++
	return s.err
}

func TestDiscovery(t *testing.T) {
	opened, closed := 0, 0
	open := func(_ context.Context, name string) (assay.Source, error) {
		assets, ok := catalogtest.Assets[name]
		if !ok {
			return nil, assay.ErrNotFound
		}
		opened++
		return source{assets: assets, closed: &closed}, nil
	}
	catalogtest.Run(t, func(*testing.T) assay.Catalogue { return Discovery{Named: catalogtest.Stores, Open: open} })
	if opened == 0 || opened != closed {
		t.Errorf("%d opened, %d closed", opened, closed)
	}
	down := errors.New("it is down")
	d := Discovery{Open: func(context.Context, string) (assay.Source, error) { return source{closed: &closed, err: down}, nil }}
	for _, err := range d.Assets(t.Context(), assay.DataStore{Name: "x"}) {
		if !errors.Is(err, down) {
			t.Errorf("got %v, want that of Close", err)
		}
	}
}
