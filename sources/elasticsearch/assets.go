package elasticsearch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/elastic/go-elasticsearch/v8/esapi"

	"example.com/assay"
)

// listPage is how many groups of lines one request of a listing brings.
const listPage = 1000

// Assets lists the services and the days on which they logged, in this order;
// see assay.Source. Rows is the number of lines. An index without lines is a
// service with an undated asset of no lines. What the user has no right on,
// Elasticsearch leaves out of its answers.
func (s *Source) Assets(ctx context.Context) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		l := &listing{source: s, ctx: ctx, lines: map[serviceDay]int64{}}
		err := l.all()
		keys := slices.SortedFunc(maps.Keys(l.lines), func(a, b serviceDay) int {
			return cmp.Or(strings.Compare(a.service, b.service), strings.Compare(a.day, b.day))
		})
		for _, k := range keys {
			if err == nil && ctx.Err() != nil {
				err = ctx.Err()
			}
			if err != nil {
				break
			}
			if !yield(s.asset(k, l.lines[k])) {
				return
			}
		}
		switch {
		case err != nil:
			yield(assay.Asset{}, s.fail("list", s.target(), err))
		case len(keys) == 0 && l.older == 0:
			yield(assay.Asset{}, s.nothing())
		case l.older > 0:
			yield(s.unlisted(l.older))
		}
	}
}

// asset makes an asset, or says what is wrong with its day.
func (s *Source) asset(k serviceDay, lines int64) (assay.Asset, error) {
	a := assay.Asset{ID: s.id(k.service, k.day), Kind: assay.KindLogDay, Rows: lines, Bytes: -1, Attributes: map[string]string{"service": k.service}}
	if !isDay(k.day) {
		return a, &assay.Error{Op: "list", Item: string(a.ID), Reason: assay.ReasonUnsupported, Err: errors.New("its lines have a time outside of the years 0 to 9999")}
	}
	return a, nil
}

// nothing is the error of a target in which there is nothing to list: a name
// that is wrong must not look like a service that is clean.
func (s *Source) nothing() error {
	what := "no index that the user may read"
	if s.service != "" {
		what = "no lines of such a service, or the user may not read them"
	}
	return &assay.Error{Op: "list", Item: s.target(), Reason: assay.ReasonVanished, Err: errors.New(what),
		Hint: "check the name; ?index= says where to look, and ?service-field= which field names the service"}
}

// unlisted is the error about the days that Options.Days leaves out.
func (s *Source) unlisted(lines int64) (assay.Asset, error) {
	a := assay.Asset{ID: assay.AssetID(s.target()), Kind: assay.KindLogDay, Rows: -1, Bytes: -1}
	return a, &assay.Error{Op: "list", Item: s.target(), Reason: assay.ReasonBudget,
		Err: fmt.Errorf("%d lines are older than the last %d days", lines, s.options.Days), Hint: "the option days says how many are listed"}
}

type serviceDay struct{ service, day string }

// listing is one call of Assets.
type listing struct {
	source *Source
	ctx    context.Context
	meter  meter
	lines  map[serviceDay]int64
	older  int64 // lines that are not listed
}

// all lists every scope of the source.
func (l *listing) all() error {
	for _, sc := range l.source.scopes() {
		if err := l.scope(sc); err != nil {
			return err
		}
	}
	return nil
}

// scope is a part of the cluster: some indices, which are of one service if it
// is not empty.
type scope struct {
	service string
	indices []string
}

// scopes returns where the source looks.
func (s *Source) scopes() []scope {
	if len(s.options.Services) == 0 {
		indices := s.options.Indices
		if len(indices) == 0 {
			indices = []string{"*"}
		}
		return []scope{{"", indices}}
	}
	var out []scope
	for _, service := range slices.Sorted(maps.Keys(s.options.Services)) {
		if s.service == "" || s.service == service {
			out = append(out, scope{service, s.options.Services[service]})
		}
	}
	return out
}

// bucket is the lines of one service in one index on one day.
type bucket struct {
	Key struct {
		Service any     `json:"service"`
		Day     *string `json:"day"`
		Index   string  `json:"index"`
	} `json:"key"`
	Lines int64 `json:"doc_count"`
}

func (l *listing) scope(sc scope) error {
	s := l.source
	fields, err := s.schema(l.ctx, &l.meter, sc.indices)
	if err != nil {
		return err
	}
	stems, err := s.stems(l.ctx, &l.meter, sc.indices)
	if err != nil {
		return err
	}
	empty := maps.Clone(stems)
	request := listRequest(fields, sc, l.filter(fields))
	for {
		after, err := l.page(sc, request, func(b bucket) {
			name := serviceOf(b, sc, stems)
			delete(empty, b.Key.Index)
			k := serviceDay{name, Undated}
			if b.Key.Day != nil {
				k.day = *b.Key.Day
			}
			if (s.service == "" || s.service == name) && (s.day == "" || s.day == k.day) {
				l.lines[k] += b.Lines
			}
		})
		if err != nil {
			return err
		}
		if after == nil {
			break
		}
		composite(request)["after"] = after
	}
	if err := l.countOlder(sc, fields, stems); err != nil {
		return err
	}
	l.addEmpty(sc, empty)
	return nil
}

// addEmpty adds the indices without lines as assets, but for those of services
// that have lines elsewhere.
func (l *listing) addEmpty(sc scope, empty map[string]string) {
	known := map[string]bool{}
	for k := range l.lines {
		known[k.service] = true
	}
	for _, stem := range empty {
		name := cmp.Or(sc.service, stem)
		if !known[name] && (l.source.service == "" || l.source.service == name) && (l.source.day == "" || l.source.day == Undated) && l.source.options.Days == 0 {
			l.lines[serviceDay{name, Undated}] += 0
		}
	}
}

// serviceOf returns the service that a bucket's lines are of.
func serviceOf(b bucket, sc scope, stems map[string]string) string {
	switch service := b.Key.Service; {
	case sc.service != "":
		return sc.service
	case service != nil && service != "":
		return fmt.Sprint(service)
	}
	return cmp.Or(stems[b.Key.Index], stemOf(b.Key.Index))
}

// filter restricts a listing to the last days.
func (l *listing) filter(fields schema) object {
	if l.source.options.Days == 0 || fields.time == "" {
		return object{"match_all": object{}}
	}
	return object{"bool": object{"must_not": object{"range": object{fields.time: object{"lt": l.since(), "format": "yyyy-MM-dd"}}}}}
}

// since returns the first day of those that are listed.
func (l *listing) since() string {
	return time.Now().UTC().AddDate(0, 0, 1-l.source.options.Days).Format(time.DateOnly)
}

// listRequest asks for lines by service, day and index.
func listRequest(fields schema, sc scope, filter object) object {
	var sources []object
	if fields.service != "" && sc.service == "" {
		sources = append(sources, object{"service": object{"terms": object{"field": fields.service, "missing_bucket": true}}})
	}
	if fields.time != "" {
		sources = append(sources, object{"day": object{"date_histogram": object{
			"field": fields.time, "calendar_interval": "day", "format": "uuuu-MM-dd", "missing_bucket": true}}})
	}
	sources = append(sources, object{"index": object{"terms": object{"field": "_index"}}})
	return object{"size": 0, "track_total_hits": false, "query": filter,
		"aggs": object{"groups": object{"composite": object{"size": listPage, "sources": sources}}}}
}

// composite returns the composite aggregation of a request of listRequest.
func composite(request object) object {
	return request["aggs"].(object)["groups"].(object)["composite"].(object)
}

// page asks for one page; after is nil when there is none behind it.
func (l *listing) page(sc scope, request object, add func(bucket)) (after json.RawMessage, err error) {
	rest, err := l.source.search(l.ctx, &l.meter, esapi.SearchRequest{
		Index: sc.indices, Body: body(request), ExpandWildcards: expand, AllowPartialSearchResults: esapi.BoolPtr(false),
		FilterPath: []string{"timed_out", "aggregations.groups.after_key", "aggregations.groups.buckets"},
	}, []string{"aggregations", "groups", "buckets"}, func(dec *json.Decoder) error {
		var b bucket
		err := dec.Decode(&b)
		if err == nil {
			add(b)
		}
		return err
	})
	return rest["aggregations.groups.after_key"], err
}

// countOlder counts the lines that the option days leaves out.
func (l *listing) countOlder(sc scope, fields schema, stems map[string]string) error {
	s := l.source
	if s.options.Days == 0 || fields.time == "" || s.day != "" {
		return nil
	}
	conditions := []object{{"range": object{fields.time: object{"lt": l.since(), "format": "yyyy-MM-dd"}}}}
	if s.service != "" && sc.service == "" {
		var named []string
		for index, stem := range stems {
			if stem == s.service {
				named = append(named, index)
			}
		}
		conditions = append(conditions, ofService(fields.service, s.service, named))
	}
	var out struct {
		Count int64 `json:"count"`
	}
	err := s.call(l.ctx, &l.meter, esapi.CountRequest{
		Index: sc.indices, ExpandWildcards: expand, Body: body(object{"query": allOf(conditions...)}),
	}, &out)
	l.older += out.Count
	return err
}
