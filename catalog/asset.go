package catalog

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/assay"
)

// row is an asset as catalogues describe it; what is missing is unknown.
type row struct {
	ID         string              `json:"id"`
	Kind       string              `json:"kind"`
	Rows       *int64              `json:"rows,omitempty"`
	Bytes      *int64              `json:"bytes,omitempty"`
	Modified   *time.Time          `json:"modified,omitempty"`
	Owner      string              `json:"owner,omitempty"`
	Attributes map[string]string   `json:"attributes,omitempty"`
	Declared   map[string][]string `json:"declared,omitempty"`
}

// kinds are those that a catalogue may name.
var kinds = []assay.AssetKind{assay.KindTable, assay.KindView, assay.KindObject, assay.KindFile, assay.KindLogDay}

// asset checks the row and makes an asset of it.
func (r row) asset() (assay.Asset, error) {
	a := assay.Asset{ID: assay.AssetID(r.ID), Kind: assay.AssetKind(r.Kind), Rows: -1, Bytes: -1, Owner: r.Owner, Attributes: r.Attributes}
	if r.ID == "" {
		return a, errors.New("an asset has no id (such as mysql://host:3306/shop/users)")
	}
	if err := checkURI(r.ID); err != nil {
		return a, fmt.Errorf("id %w", err)
	}
	if !slices.Contains(kinds, a.Kind) {
		return a, fmt.Errorf("kind %q is none of table, view, object, file, logday", r.Kind)
	}
	for name, size := range map[string]*int64{"rows": r.Rows, "bytes": r.Bytes} {
		if size != nil && *size < -1 {
			return a, fmt.Errorf("%s is %d (leave it out where it is unknown)", name, *size)
		}
	}
	if r.Rows != nil {
		a.Rows = *r.Rows
	}
	if r.Bytes != nil {
		a.Bytes = *r.Bytes
	}
	if r.Modified != nil {
		a.Modified = r.Modified.UTC()
	}
	var err error
	a.Declared, err = declared(r.Declared)
	return a, err
}

var elementForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// declared checks what is declared of fields.
func declared(fields map[string][]string) (map[string][]assay.Element, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	out := make(map[string][]assay.Element, len(fields))
	for field, elements := range fields {
		for _, e := range elements {
			if !elementForm.MatchString(e) {
				return nil, fmt.Errorf("declared element %q of field %q is not of the form email_address (see assay verifiers list)", e, field)
			}
			out[field] = append(out[field], assay.Element(e))
		}
	}
	return out, nil
}

// checkURI refuses an address with credentials: it would go into the queue. It
// does not repeat what it refuses.
func checkURI(uri string) error {
	u, err := url.Parse(uri)
	switch {
	case uri == "":
		return nil
	case err != nil:
		return errors.New("is not a URI (special characters are written as %20 and the like)")
	case u.User != nil:
		if _, secret := u.User.Password(); secret {
			return errors.New("holds a password (leave user and password out; scanners have them in their configuration)")
		}
		return errors.New("names a user (leave it out: ids are written without)")
	case u.Scheme == "" || strings.ContainsAny(uri, " \t\n"):
		return fmt.Errorf("%q is not a URI with a scheme, such as mysql://host:3306/shop", uri)
	}
	return nil
}
