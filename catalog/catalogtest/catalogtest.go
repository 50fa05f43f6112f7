// Package catalogtest is the conformance suite of assay.Catalogue. Every
// catalogue is given the same World, in its own form, and must tell it as it is.
//
// It imports the root package only, and is itself imported by tests only.
package catalogtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/assay"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Stores of the World, and the assets of each.
var (
	Stores = []assay.DataStore{
		{Name: "shop", URI: "mysql://db.example.com:3306", Owner: "shop team"},
		{Name: "archive", URI: "mysql://archive.example.com:3306"},
	}
	Assets = map[string][]assay.Asset{
		"shop": {
			{ID: "mysql://db.example.com:3306/shop/orders", Kind: assay.KindTable, Rows: -1, Bytes: -1, Owner: "shop team"},
			{ID: "mysql://db.example.com:3306/shop/users", Kind: assay.KindTable, Rows: -1, Bytes: -1, Owner: "ada@example.com",
				Modified: time.Date(2026, 11, 20, 10, 30, 0, 0, time.UTC),
				Declared: map[string][]assay.Element{"": {"person_name"}, "email": {"email_address"}}},
		},
		"archive": nil,
	}
)

// Run checks a catalogue that open makes of the World.
func Run(t *testing.T, open func(t *testing.T) assay.Catalogue) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, assay.Catalogue){
		"stores": stores, "assets": assets, "a store that is not there": unknown,
		"stopped": stopped, "cancelled": cancelled, "twice": twice,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

func stores(t *testing.T, c assay.Catalogue) {
	var got []assay.DataStore
	for s, err := range c.Stores(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		s.Place = nil // each catalogue knows what it knows
		got = append(got, s)
	}
	byName := cmpopts.SortSlices(func(a, b assay.DataStore) bool { return a.Name < b.Name })
	if diff := cmp.Diff(Stores, got, byName); diff != "" {
		t.Errorf("stores (-want +got):\n%s", diff)
	}
}

// list reads the list of a store to its end.
func list(t *testing.T, c assay.Catalogue, store assay.DataStore) (got []assay.Asset, version string) {
	t.Helper()
	listing, err := c.List(t.Context(), store, "")
	if err != nil || listing.Unchanged {
		t.Fatalf("list %s: %+v, %v", store.Name, listing, err)
	}
	for a, err := range listing.Assets {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, a)
	}
	return got, listing.Version
}

func assets(t *testing.T, c assay.Catalogue) {
	for _, store := range Stores {
		got, version := list(t, c, store)
		byID := cmpopts.SortSlices(func(a, b assay.Asset) bool { return a.ID < b.ID })
		if diff := cmp.Diff(Assets[store.Name], got, byID, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("assets of %s (-want +got):\n%s", store.Name, diff)
		}
		if version == "" {
			continue
		}
		if again, err := c.List(t.Context(), store, version); err != nil || !again.Unchanged || again.Version != version {
			t.Errorf("%s did not change: %+v, %v", store.Name, again, err)
		}
		if other, err := c.List(t.Context(), store, version+"x"); err != nil || other.Unchanged || other.Assets == nil {
			t.Errorf("%s is not as another version: %+v, %v", store.Name, other, err)
		}
	}
}

// unknown: a store that the catalogue does not name must not look like an empty one.
func unknown(t *testing.T, c assay.Catalogue) {
	listing, err := c.List(t.Context(), assay.DataStore{Name: "nowhere"}, "")
	if err == nil {
		for _, e := range listing.Assets {
			err = errors.Join(err, e)
		}
	}
	if err == nil {
		t.Error("an unknown store has an empty list")
	}
}

func stopped(t *testing.T, c assay.Catalogue) {
	for range c.Stores(t.Context()) {
		break
	}
	listing, err := c.List(t.Context(), Stores[0], "")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range listing.Assets {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d assets", n)
	}
}

// cancelled: a list that was broken off must not look complete.
func cancelled(t *testing.T, c assay.Catalogue) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	listing, err := c.List(ctx, Stores[0], "")
	if err != nil {
		return
	}
	for _, e := range listing.Assets {
		err = errors.Join(err, e)
	}
	if err == nil {
		t.Error("a list that was broken off looks complete")
	}
}

func twice(t *testing.T, c assay.Catalogue) {
	first, _ := list(t, c, Stores[0])
	second, _ := list(t, c, Stores[0])
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the same list, read twice:\n%s", diff)
	}
}
