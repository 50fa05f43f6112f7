package catalog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/assay"
)

// File is an inventory that people keep in a file: JSON Lines (.jsonl, .ndjson),
// CSV (.csv) or YAML (.yaml, .yml); docs/catalog.md has an example of each. What
// is wrong in it is named with its line, and nothing is listed until it is right:
// an asset that is passed over would be taken for one that does not exist.
type File struct {
	path    string
	read    reader
	options Options
}

var _ assay.Catalogue = (*File)(nil)

// line is one line of an inventory: an asset if it has an id, else what is to be
// known of the store.
type line struct {
	number int
	Store  string `json:"store"`
	row
	URI      string            `json:"uri"`
	Place    map[string]string `json:"place"`
	Discover bool              `json:"discover"`
	Services []service         `json:"services"`
}

// reader hands each line of a file to yield, until that returns false. An error
// is about a line, or all of the file where the number is 0.
type reader func(r io.Reader, yield func(line, error) bool)

var readers = map[string]reader{
	".jsonl": readJSONL, ".ndjson": readJSONL, ".csv": readCSV, ".yaml": readYAML, ".yml": readYAML,
}

// NewFile returns the catalogue in a file, which is read anew for every listing.
func NewFile(path string, options Options) (*File, error) {
	read := readers[strings.ToLower(filepath.Ext(path))]
	if read == nil {
		return nil, fmt.Errorf("inventory %s: its name ends in none of .jsonl, .csv, .yaml", path)
	}
	return &File{path, read, options}, nil
}

// mostErrors is how many wrong lines are named at once.
const mostErrors = 20

// lines reads the file and hands every line to yield. Errors name their lines.
func (f *File) lines(ctx context.Context, yield func(line) (more bool, err error)) error {
	file, err := os.Open(f.path)
	if err != nil {
		return &assay.Error{Op: "read inventory", Item: f.path, Reason: assay.Explain(err), Err: err}
	}
	defer file.Close()
	var errs []error
	f.read(file, func(l line, err error) bool {
		more := true
		if err == nil {
			more, err = yield(l)
		}
		switch {
		case err != nil && l.number > 0:
			errs = append(errs, fmt.Errorf("%s:%d: %w", f.path, l.number, err))
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", f.path, err))
		}
		return more && len(errs) < mostErrors && ctx.Err() == nil
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(errs) == 0 {
		return nil
	}
	return &assay.Error{Op: "read inventory", Reason: assay.ReasonUnreadable, Err: errors.Join(errs...)}
}

// stores reads the whole file and returns its stores in their order. Memory does
// not grow with the number of assets.
func (f *File) stores(ctx context.Context) ([]entry, error) {
	var names []string
	entries := map[string]*entry{}
	err := f.lines(ctx, func(l line) (bool, error) {
		if l.Store == "" {
			return true, errors.New("no store (name the one under which the asset's store is in assay.yaml)")
		}
		if entries[l.Store] == nil {
			names = append(names, l.Store)
			entries[l.Store] = &entry{DataStore: assay.DataStore{Name: l.Store}}
		}
		if l.ID != "" {
			_, err := l.asset()
			return true, err
		}
		return true, entries[l.Store].take(l)
	})
	out := make([]entry, len(names))
	for i, name := range names {
		out[i] = *entries[name]
	}
	return out, err
}

// take takes what a line says of a store.
func (e *entry) take(l line) error {
	if e.URI != "" || e.Owner != "" || e.Discover || len(e.Services) > 0 {
		return fmt.Errorf("store %s is described a second time (or the id of its asset is missing)", e.Name)
	}
	e.URI, e.Owner, e.Place, e.Discover, e.Services = l.URI, l.Owner, l.Place, l.Discover, l.Services
	return e.check()
}

// Stores implements assay.Catalogue. It reads the whole file before it yields.
func (f *File) Stores(ctx context.Context) iter.Seq2[assay.DataStore, error] {
	return func(yield func(assay.DataStore, error) bool) {
		entries, err := f.stores(ctx)
		if err != nil {
			yield(assay.DataStore{}, err)
			return
		}
		for _, e := range entries {
			if !yield(e.DataStore, nil) {
				return
			}
		}
	}
}

// List implements assay.Catalogue; the lists have no versions.
func (f *File) List(ctx context.Context, store assay.DataStore, _ string) (assay.Listing, error) {
	entries, err := f.stores(ctx)
	if err != nil {
		return assay.Listing{}, err
	}
	i := slices.IndexFunc(entries, func(e entry) bool { return e.Name == store.Name })
	if i < 0 {
		return assay.Listing{}, &assay.Error{Op: "read inventory", Item: f.path, Reason: assay.ReasonVanished,
			Err: fmt.Errorf("it does not name store %s any more", store.Name)}
	}
	return assay.Listing{Assets: f.options.listing(ctx, entries[i], f.assets(ctx, entries[i]))}, nil
}

// assets yields the assets of a store.
func (f *File) assets(ctx context.Context, e entry) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		more := true
		err := f.lines(ctx, func(l line) (bool, error) {
			if l.Store != e.Name || l.ID == "" {
				return true, nil
			}
			asset, err := e.asset(l.row)
			if err != nil {
				return true, err // the file was changed since it was checked
			}
			more = yield(asset, nil)
			return more, nil
		})
		if err != nil && more {
			yield(assay.Asset{}, err)
		}
	}
}
