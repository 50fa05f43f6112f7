package assay

import (
	"context"
	"iter"
)

// DataStore is a data store as a catalogue names it: what it is called and where
// it is. It holds no credentials; scanners have those in their configuration.
type DataStore struct {
	// Name is that under which the stores of the configuration are known.
	Name string `json:"name"`
	// URI is where the store is, as its assets' ids begin: mysql://host:3306/shop.
	URI string `json:"uri"`
	// Owner answers for the assets that name no owner of their own; may be empty.
	Owner string `json:"owner,omitempty"`
	// Place tells a person more of where it is: server, account, cluster.
	Place map[string]string `json:"place,omitempty"`
}

// Listing is a catalogue's list of the assets of one store.
type Listing struct {
	// Version names this state of the list; empty when the catalogue has no
	// versions. Only a list that was read to its end may be remembered by it.
	Version string
	// Unchanged says that the list is still the one that the caller has; Assets
	// is nil then.
	Unchanged bool
	// Assets yields as Source.Assets does: an error with an asset id concerns
	// that asset alone, one without ends the listing.
	Assets iter.Seq2[Asset, error]
}

// Catalogue knows which data a company has: the mission's metadata service. One
// that finds out by itself asks the stores (catalog.Discovery).
//
// Conformance suite: catalog/catalogtest.
type Catalogue interface {
	// Stores yields the data stores, each name once. An error with a name
	// concerns that store alone; one without ends the list.
	Stores(ctx context.Context) iter.Seq2[DataStore, error]
	// List begins the list of a store's assets. have is the Version of the list
	// that the caller has read to its end before, or empty.
	List(ctx context.Context, store DataStore, have string) (Listing, error)
}
