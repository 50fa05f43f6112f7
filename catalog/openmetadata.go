package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/url"
	"strings"

	"example.com/assay"
)

// OpenMetadata is the catalogue of a server of OpenMetadata: its database
// services are stores, and their tables and views assets. Owners, and the tags of
// tables and columns, come along; deleted tables and suggested tags do not. Its
// lists have no versions.
type OpenMetadata struct {
	client  *client
	options OpenMetadataOptions
}

var _ assay.Catalogue = (*OpenMetadata)(nil)

// OpenMetadataOptions are what OpenMetadata does not say in our words. The zero
// value means the defaults.
type OpenMetadataOptions struct {
	// Elements translates tags (PII.Email) to elements. A tag that is not in it
	// becomes its name in lower case: pii_email. One that becomes "" is left out.
	Elements map[string]assay.Element
	// Address returns the host:port at which scanners know a service, which is
	// what their assets' ids begin with. nil, or "", means that of the service.
	Address func(service string) string
}

// NewOpenMetadata returns the catalogue of the server at an address such as
// https://metadata.example.com/api, with the JWT token of a bot, which must be
// able to see databases, tables and the connections of services.
func NewOpenMetadata(address, token string, options OpenMetadataOptions) (*OpenMetadata, error) {
	c, err := newClient(address, token)
	if err != nil {
		return nil, err
	}
	if !strings.HasSuffix(strings.TrimSuffix(c.base.Path, "/"), "/v1") {
		c.base = c.base.JoinPath("v1")
	}
	return &OpenMetadata{c, options}, nil
}

// dialect is how a kind of database service is called here.
type dialect struct {
	scheme, port string
	// inDatabase says that ids begin with the database, which is above schemas.
	inDatabase bool
}

// dialects are the kinds of service that sources can read.
var dialects = map[string]dialect{
	"Mysql":    {"mysql", "3306", false},
	"MariaDB":  {"mysql", "3306", false},
	"Postgres": {"postgres", "5432", true},
	"Hive":     {"hive", "10000", false},
}

// Stores implements assay.Catalogue. A service of a kind that no source reads
// comes with an error.
func (o *OpenMetadata) Stores(ctx context.Context) iter.Seq2[assay.DataStore, error] {
	return func(yield func(assay.DataStore, error) bool) {
		for s, err := range list[omService](ctx, o.client, []string{"services", "databaseServices"}, url.Values{"fields": {"owners"}}) {
			if err != nil {
				yield(assay.DataStore{}, err)
				return
			}
			if !yield(o.store(s)) {
				return
			}
		}
	}
}

func (o *OpenMetadata) store(s omService) (assay.DataStore, error) {
	out := assay.DataStore{Name: s.Name, Owner: ownerOf(s.Owners), Place: map[string]string{"service": s.ServiceType}}
	uri, err := o.uri(s)
	out.URI = uri
	return out, err
}

// uri returns where a service is. Its connection is not shown to every bot.
func (o *OpenMetadata) uri(s omService) (string, error) {
	d, ok := dialects[s.ServiceType]
	if !ok {
		return "", &assay.Error{Op: "read OpenMetadata", Item: s.Name, Reason: assay.ReasonUnsupported,
			Err: fmt.Errorf("no source reads services of type %s", s.ServiceType)}
	}
	address := s.Connection.Config.HostPort
	if o.options.Address != nil {
		address = cmp.Or(o.options.Address(s.Name), address)
	}
	if address == "" {
		return "", &assay.Error{Op: "read OpenMetadata", Item: s.Name, Reason: assay.ReasonDenied,
			Err: errors.New("it does not say where the service is"), Hint: "let the bot see its connection"}
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = strings.Trim(address, "[]"), d.port
	}
	return d.scheme + "://" + net.JoinHostPort(host, port), nil
}

// List implements assay.Catalogue.
func (o *OpenMetadata) List(ctx context.Context, store assay.DataStore, _ string) (assay.Listing, error) {
	var s omService
	if _, err := o.client.get(ctx, []string{"services", "databaseServices", "name", url.PathEscape(store.Name)},
		url.Values{"fields": {"owners"}}, "", &s); err != nil {
		return assay.Listing{}, err
	}
	described, err := o.store(s)
	if err != nil {
		return assay.Listing{}, err
	}
	return assay.Listing{Assets: o.tables(ctx, described, dialects[s.ServiceType])}, nil
}

// tables yields the tables of every database of a service.
func (o *OpenMetadata) tables(ctx context.Context, store assay.DataStore, d dialect) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		for db, err := range list[omRef](ctx, o.client, []string{"databases"}, url.Values{"service": {store.Name}}) {
			if err != nil {
				yield(assay.Asset{}, err)
				return
			}
			for t, err := range list[omTable](ctx, o.client, []string{"tables"},
				url.Values{"database": {db.FullyQualifiedName}, "fields": {"columns,tags,owners,lifeCycle"}}) {
				if err != nil {
					yield(assay.Asset{}, err)
					return
				}
				if !yield(o.asset(store, d, t), nil) {
					return
				}
			}
		}
	}
}

// asset is a table as an asset, with the id that its source gives it.
func (o *OpenMetadata) asset(store assay.DataStore, d dialect, t omTable) assay.Asset {
	id := store.URI
	if d.inDatabase {
		id += "/" + url.PathEscape(t.Database.Name)
	}
	id += "/" + url.PathEscape(t.DatabaseSchema.Name) + "/" + url.PathEscape(t.Name)
	a := assay.Asset{ID: assay.AssetID(id), Kind: assay.KindTable, Rows: -1, Bytes: -1,
		Modified: t.LifeCycle.Updated.Timestamp.time(), Owner: cmp.Or(ownerOf(t.Owners), store.Owner)}
	if t.TableType == "View" || t.TableType == "MaterializedView" || t.TableType == "SecureView" {
		a.Kind = assay.KindView
	}
	declared := map[string][]assay.Element{}
	o.declare(declared, "", t.Tags)
	for _, c := range t.Columns {
		o.column(declared, c, "")
	}
	if len(declared) > 0 {
		a.Declared = declared
	}
	return a
}

// column notes the tags of a column and of those inside it, whose paths are those
// of the members of a JSON document.
func (o *OpenMetadata) column(declared map[string][]assay.Element, c omColumn, above string) {
	path := c.Name
	switch {
	case strings.Contains(above, ".$"):
		path = above + "." + c.Name
	case above != "":
		path = above + ".$." + c.Name
	}
	o.declare(declared, path, c.Tags)
	for _, child := range c.Children {
		o.column(declared, child, path)
	}
}

// declare notes the tags of a field.
func (o *OpenMetadata) declare(declared map[string][]assay.Element, field string, tags []omTag) {
	for _, t := range tags {
		if t.State == "Suggested" || strings.HasPrefix(t.TagFQN, "Tier.") {
			continue
		}
		if e := o.element(t.TagFQN); e != "" {
			declared[field] = append(declared[field], e)
		}
	}
}

// element translates a tag.
func (o *OpenMetadata) element(tag string) assay.Element {
	if e, ok := o.options.Elements[tag]; ok {
		return e
	}
	return assay.Element(strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '_'
	}, tag), "_"))
}
