// Package catalog reads catalogues: what data a company has, and where. All of
// them are an assay.Catalogue, and the task creator does not know which it has:
//
//   - Discovery asks the data stores themselves;
//   - Service asks a metadata service by HTTP (docs/catalog.md is its contract);
//   - File reads an inventory that people keep: JSON Lines, CSV or YAML;
//   - OpenMetadata asks a server of OpenMetadata.
//
// A catalogue may leave the assets of a store to discovery, and may name services
// whose logs lie in a store: each of their days is an asset.
//
// It imports the root package only.
package catalog

import (
	"context"
	"fmt"
	"iter"
	"time"

	"example.com/assay"
)

// Options are what the catalogues have in common. The zero value means the
// defaults.
type Options struct {
	// Discover lists the assets of a store that the catalogue leaves to discovery.
	// nil refuses such stores.
	Discover func(ctx context.Context, store assay.DataStore) iter.Seq2[assay.Asset, error]
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// entry is a store as a catalogue describes it.
type entry struct {
	assay.DataStore
	// Discover says that the store is to be asked for its assets.
	Discover bool `json:"discover,omitempty"`
	// Services are those whose logs lie in the store.
	Services []service `json:"services,omitempty"`
}

// service is one whose logs lie in a store.
type service struct {
	Name string `json:"name"`
	// Index is the pattern of the indices that hold its logs.
	Index string `json:"index,omitempty"`
	// Days is how many whole days back its logs are assets; 0 means 1: yesterday.
	Days  int    `json:"days,omitempty"`
	Owner string `json:"owner,omitempty"`
}

// most days of logs that one service may have.
const maxDays = 366

// check refuses what no store can be.
func (e entry) check() error {
	if e.Name == "" {
		return fmt.Errorf("a store has no name (give it the name that it has under stores in assay.yaml)")
	}
	if err := checkURI(e.URI); err != nil {
		return fmt.Errorf("store %s: uri %w", e.Name, err)
	}
	for _, s := range e.Services {
		if s.Name == "" || s.Days < 0 || s.Days > maxDays {
			return fmt.Errorf("store %s: service %q: want a name, and 1 to %d days", e.Name, s.Name, maxDays)
		}
	}
	if len(e.Services) > 0 && e.URI == "" {
		return fmt.Errorf("store %s: it has services and no uri (such as es://logs.example.com:9200)", e.Name)
	}
	return nil
}

// listing is a store's list: what the catalogue names itself, what discovery
// finds, and the days of logs.
func (o Options) listing(ctx context.Context, e entry, own iter.Seq2[assay.Asset, error]) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		for _, part := range []iter.Seq2[assay.Asset, error]{own, o.discovered(ctx, e), o.days(e)} {
			for asset, err := range part {
				if !yield(asset, err) || err != nil && asset.ID == "" {
					return
				}
			}
		}
	}
}

// discovered yields what discovery finds in a store that is left to it.
func (o Options) discovered(ctx context.Context, e entry) iter.Seq2[assay.Asset, error] {
	switch {
	case !e.Discover:
		return none
	case o.Discover == nil:
		return failing(&assay.Error{Op: "list", Item: e.Name, Reason: assay.ReasonUnsupported,
			Err: fmt.Errorf("the catalogue leaves its assets to discovery, which is not configured")})
	}
	return o.Discover(ctx, e.DataStore)
}

func none(func(assay.Asset, error) bool) {}

func failing(err error) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) { yield(assay.Asset{}, err) }
}
