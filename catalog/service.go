package catalog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.com/assay"
)

// pageSize is how many assets are asked for at a time.
const pageSize = 1000

// Service is a company's own metadata service, asked by HTTP: docs/catalog.md is
// the contract. The list of a store has a version, its ETag, so that one which
// has not changed is not read again.
type Service struct {
	client  *client
	options Options
}

var _ assay.Catalogue = (*Service)(nil)

// NewService returns the catalogue of the service at an address such as
// https://metadata.example.com/assay. The token, if there is one, is sent as a
// bearer token.
func NewService(address, token string, options Options) (*Service, error) {
	c, err := newClient(address, token)
	if err != nil {
		return nil, err
	}
	return &Service{c, options}, nil
}

// Stores implements assay.Catalogue.
func (s *Service) Stores(ctx context.Context) iter.Seq2[assay.DataStore, error] {
	return func(yield func(assay.DataStore, error) bool) {
		for e, err := range s.entries(ctx) {
			if !yield(e.DataStore, err) || err != nil && e.Name == "" {
				return
			}
		}
	}
}

// entries reads the pages of stores. A name that comes twice would be two lists
// of one store.
func (s *Service) entries(ctx context.Context) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		seen := map[string]bool{}
		for cursor, more := "", true; more; {
			var page struct {
				Stores []entry `json:"stores"`
				Next   string  `json:"next"`
			}
			if _, err := s.client.get(ctx, []string{"stores"}, query(cursor), "", &page); err != nil {
				yield(entry{}, err)
				return
			}
			for _, e := range page.Stores {
				err := e.check()
				if err == nil && seen[e.Name] {
					err = fmt.Errorf("store %s is named twice", e.Name)
				}
				seen[e.Name] = true
				if err != nil {
					err = &assay.Error{Op: "read catalogue", Item: e.Name, Reason: assay.ReasonUnreadable, Err: err}
					e = entry{DataStore: assay.DataStore{Name: e.Name}}
				}
				if !yield(e, err) {
					return
				}
			}
			if more = page.Next != ""; more && page.Next == cursor {
				yield(entry{}, s.stuck("stores"))
				return
			}
			cursor = page.Next
		}
	}
}

func query(cursor string) url.Values {
	q := url.Values{"limit": {strconv.Itoa(pageSize)}}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	return q
}

// assetPage is one page of a store's assets.
type assetPage struct {
	Assets []row  `json:"assets"`
	Next   string `json:"next"`
}

// List implements assay.Catalogue. The list of a store that has more than its own
// assets, found or dated, counts as unchanged for the same day at the longest.
func (s *Service) List(ctx context.Context, store assay.DataStore, have string) (assay.Listing, error) {
	e, err := s.entry(ctx, store.Name)
	if err != nil {
		return assay.Listing{}, err
	}
	if e.Discover {
		have = "" // only the store itself knows whether it changed
	}
	suffix := ""
	if len(e.Services) > 0 {
		suffix = " " + s.options.today().Format(time.DateOnly)
	}
	tag, ok := strings.CutSuffix(have, suffix)
	if !ok {
		tag = ""
	}
	var first assetPage
	a, err := s.client.get(ctx, []string{"stores", url.PathEscape(e.Name), "assets"}, query(""), tag, &first)
	if err != nil {
		return assay.Listing{}, err
	}
	if a.unchanged {
		return assay.Listing{Version: have, Unchanged: true}, nil
	}
	out := assay.Listing{Assets: s.options.listing(ctx, e, s.assets(ctx, e, first))}
	if a.etag != "" && !e.Discover {
		out.Version = a.etag + suffix
	}
	return out, nil
}

// stuck is the error of a page that names itself as the next one.
func (s *Service) stuck(item string) error {
	return &assay.Error{Op: "read catalogue", Item: item, Reason: assay.ReasonUnreadable, Err: errors.New("the cursor does not move on")}
}

// entry asks for one store. The name is the catalogue's own.
func (s *Service) entry(ctx context.Context, name string) (e entry, err error) {
	if _, err = s.client.get(ctx, []string{"stores", url.PathEscape(name)}, nil, "", &e); err != nil {
		return e, err
	}
	if err = e.check(); err == nil && e.Name != name {
		err = fmt.Errorf("store %s was asked for, and %s answered", name, e.Name)
	}
	if err != nil {
		err = &assay.Error{Op: "read catalogue", Item: name, Reason: assay.ReasonUnreadable, Err: err}
	}
	return e, err
}

// assets yields the assets of a page and of those that follow.
func (s *Service) assets(ctx context.Context, e entry, page assetPage) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		for {
			for _, r := range page.Assets {
				if !yield(e.asset(r)) {
					return
				}
			}
			cursor := page.Next
			if cursor == "" {
				return
			}
			page = assetPage{}
			if _, err := s.client.get(ctx, []string{"stores", url.PathEscape(e.Name), "assets"}, query(cursor), "", &page); err != nil {
				yield(assay.Asset{}, err)
				return
			}
			if page.Next == cursor {
				yield(assay.Asset{}, s.stuck(e.Name))
				return
			}
		}
	}
}

// asset makes an asset of a row. One that is wrong and has an id is not examined;
// one without an id ends the list, since it cannot even be named.
func (e entry) asset(r row) (assay.Asset, error) {
	a, err := r.asset()
	if err != nil {
		if checkURI(r.ID) != nil {
			a.ID = ""
		}
		err = &assay.Error{Op: "read catalogue", Item: e.Name, Reason: assay.ReasonUnreadable, Err: err}
	}
	if a.Owner == "" {
		a.Owner = e.Owner
	}
	return a, err
}
