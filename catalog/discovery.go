package catalog

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"example.com/assay"
)

// Discovery is the catalogue of stores that say themselves what they hold.
type Discovery struct {
	// Named are the stores.
	Named []assay.DataStore
	// Open connects to one by its name. Each listing opens and closes it.
	Open func(ctx context.Context, name string) (assay.Source, error)
}

var _ assay.Catalogue = Discovery{}

// Stores implements assay.Catalogue.
func (d Discovery) Stores(context.Context) iter.Seq2[assay.DataStore, error] {
	return func(yield func(assay.DataStore, error) bool) {
		for _, s := range d.Named {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// List implements assay.Catalogue; the lists have no versions.
func (d Discovery) List(ctx context.Context, store assay.DataStore, _ string) (assay.Listing, error) {
	return assay.Listing{Assets: d.Assets(ctx, store)}, nil
}

// Assets lists what a store holds: for Options.Discover.
func (d Discovery) Assets(ctx context.Context, store assay.DataStore) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		source, err := d.Open(ctx, store.Name)
		if err != nil {
			yield(assay.Asset{}, fmt.Errorf("open store %s: %w", store.Name, err))
			return
		}
		more := true
		for asset, err := range source.Assets(ctx) {
			if more = yield(asset, err); !more {
				break
			}
		}
		if err := source.Close(); err != nil && more && !errors.Is(err, ctx.Err()) {
			yield(assay.Asset{}, fmt.Errorf("close store %s: %w", store.Name, err))
		}
	}
}
