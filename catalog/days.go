package catalog

import (
	"cmp"
	"iter"
	"net/url"
	"strings"
	"time"

	"example.com/assay"
)

// days yields an asset for each service and day of a store's logs, with the ids
// that sources/elasticsearch gives them: es://host:9200/service/2026-11-21. Today
// is left out, since its logs are still being written.
func (o Options) days(e entry) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		for _, s := range e.Services {
			for back := range cmp.Or(s.Days, 1) {
				if !yield(s.day(e, o.today().AddDate(0, 0, -1-back)), nil) {
					return
				}
			}
		}
	}
}

func (s service) day(e entry, day time.Time) assay.Asset {
	a := assay.Asset{
		ID:   assay.AssetID(strings.TrimSuffix(e.URI, "/") + "/" + url.PathEscape(s.Name) + "/" + day.Format(time.DateOnly)),
		Kind: assay.KindLogDay, Rows: -1, Bytes: -1, Modified: day.AddDate(0, 0, 1),
		Owner: cmp.Or(s.Owner, e.Owner), Attributes: map[string]string{"service": s.Name},
	}
	if s.Index != "" {
		a.Attributes["index"] = s.Index
	}
	return a
}

// today is the beginning of the day by the clock, in UTC, as days are counted in
// the ids of assets.
func (o Options) today() time.Time {
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	return now().UTC().Truncate(24 * time.Hour)
}
