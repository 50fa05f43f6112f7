package elasticsearch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"time"

	"github.com/elastic/go-elasticsearch/v8/esapi"

	"example.com/assay"
)

// What a zero limit of a plan means.
const (
	DefaultRows    = 10_000          // Plan.Rows
	DefaultBytes   = 64 << 20        // Plan.Bytes
	DefaultTimeout = 2 * time.Minute // Plan.Timeout
)

// Sample reads at most plan's amount of what a service logged on a day; see
// assay.Source. All requests of a call look at one point in time (PIT).
//
// If there are no more lines than plan.Rows, all are read. Otherwise every
// logging point gets the same number of random lines, at least one; where there
// are more points than plan.Rows, that many random points get one. Lines without
// a logging point are grouped by the templates of their messages, as far as those
// are among a number of random lines.
//
// So the sample says something about logging points, each of the same weight: if
// p is the share of lines with an element, as an average over the points, then a
// sample of k lines of each of n points is without it with a probability of at
// most (1-p)^nk, as in a simple sample of nk lines.
func (s *Source) Sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	plan.Rows = cmp.Or(max(plan.Rows, 0), DefaultRows)
	plan.Bytes = cmp.Or(max(plan.Bytes, 0), DefaultBytes)
	plan.Timeout = cmp.Or(max(plan.Timeout, 0), DefaultTimeout)
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, plan.Timeout)
	defer cancel()
	t := &task{
		source: s, ctx: ctx, plan: plan, rng: rand.New(rand.NewPCG(plan.Seed, 0)),
		meter:  meter{limit: plan.Bytes},
		seen:   map[string]bool{},
		design: assay.Design{Method: assay.DesignPrefix, Unit: "lines", Population: "the lines that were read"},
	}
	t.out = newCollector(ctx, yield)
	err := t.run(asset.ID)
	t.close(context.WithoutCancel(outer))
	err = t.failure(string(asset.ID), err)
	t.design.Units = t.out.lines
	return assay.Reading{Fields: t.out.readings(), Design: t.design, Bytes: t.meter.read}, err
}

// task is one call of Sample.
type task struct {
	source *Source
	ctx    context.Context
	plan   assay.Plan
	rng    *rand.Rand
	meter  meter
	out    *collector
	design assay.Design
	seen   map[string]bool // lines by index and id

	fields  schema
	indices []string // that are read
	filter  object   // of the lines that are the asset's
	pit     string   // id of the point in time
}

func (t *task) run(id assay.AssetID) error {
	service, day, err := t.source.locate(id)
	if err != nil {
		return err
	}
	known, err := t.prepare(service, day)
	if err != nil {
		return err
	}
	t.out.declare(t.fields)
	g, err := t.groups()
	if err != nil {
		return err
	}
	switch {
	case g.lines == 0 && known && day == Undated: // an index without lines
		t.design.Method = assay.DesignCensus
		return nil
	case g.lines == 0:
		return &assay.Error{Op: "sample", Reason: assay.ReasonVanished, Err: errors.New("there are no such lines any more"), Hint: "were they deleted?"}
	case g.lines <= int64(t.plan.Rows) && !g.more:
		return t.all(g.lines)
	}
	return t.byGroup(g)
}

// prepare finds out where the lines of a service are and how to tell them, and
// opens a point in time. It reports whether an index or an option names the
// service.
func (t *task) prepare(service, day string) (known bool, err error) {
	s := t.source
	sc := scope{indices: s.options.Services[service], service: service}
	if len(s.options.Services) == 0 {
		sc = s.scopes()[0]
	} else if len(sc.indices) == 0 {
		return false, &assay.Error{Op: "sample", Reason: assay.ReasonVanished, Err: errors.New("no option names the indices of the service")}
	}
	if t.fields, err = s.schema(t.ctx, &t.meter, sc.indices); err != nil {
		return false, err
	}
	t.indices, known = sc.indices, true
	var conditions []object
	if sc.service == "" {
		var c object
		if c, known, err = t.byName(service); err != nil {
			return false, err
		}
		conditions = append(conditions, c)
	}
	conditions = append(conditions, onDay(t.fields.time, day))
	t.filter = object{"bool": object{"filter": conditions}}
	return known, t.open()
}

// byName returns the condition that a line is of a service: by its field, and
// for lines without one by the name of their index.
func (t *task) byName(service string) (condition object, known bool, err error) {
	named, err := t.named(service)
	if err != nil {
		return nil, false, err
	}
	if t.fields.service != "" {
		return ofService(t.fields.service, service, named), len(named) > 0, nil
	}
	if len(named) == 0 { // the server knows whether it is gone, or forbidden
		named = []string{service}
	}
	t.indices = named
	return object{"match_all": object{}}, true, nil
}

// ofService is the condition that a line is of a service: its field says so, or
// it has no such field and is in an index that is named after the service.
func ofService(field, service string, named []string) object {
	byIndex := object{"terms": object{"_index": append([]string{}, named...)}}
	if field == "" {
		return byIndex
	}
	return anyOf(equal(field, service), allOf(missing(field), byIndex))
}

// plainName is a name that an index can have.
var plainName = regexp.MustCompile(`^[^\s,"\\/|?#%<>=*A-Z_+-][^\s,"\\/|?#%<>=*A-Z]*$`)

// named returns the indices whose names tell that their lines are of a service,
// sorted.
func (t *task) named(service string) ([]string, error) {
	if !plainName.MatchString(service) {
		return nil, nil
	}
	s := t.source
	stems, err := s.stems(t.ctx, &t.meter, s.scopes()[0].indices)
	if err != nil {
		return nil, err
	}
	var out []string
	for index, stem := range stems {
		if stem == service {
			out = append(out, index)
		}
	}
	slices.Sort(out)
	return out, nil
}

// onDay returns the condition that a line is of a day.
func onDay(field, day string) object {
	switch {
	case field == "" && day == Undated:
		return object{"match_all": object{}}
	case field == "":
		return object{"match_none": object{}}
	case day == Undated:
		return missing(field)
	}
	return object{"range": object{field: object{"gte": day, "lt": day + "||+1d", "format": "uuuu-MM-dd"}}}
}

func equal(field string, value any) object { return object{"term": object{field: value}} }
func missing(field string) object {
	return object{"bool": object{"must_not": object{"exists": object{"field": field}}}}
}
func allOf(conditions ...object) object { return object{"bool": object{"filter": conditions}} }
func anyOf(conditions ...object) object {
	return object{"bool": object{"should": conditions, "minimum_should_match": 1}}
}

// keepAlive is how long the cluster keeps the point in time between requests.
const keepAlive = "1m"

// open opens the point in time.
func (t *task) open() error {
	var out struct {
		ID string `json:"id"`
	}
	err := t.source.call(t.ctx, &t.meter, esapi.OpenPointInTimeRequest{
		Index: t.indices, KeepAlive: keepAlive, ExpandWildcards: expand,
	}, &out)
	t.pit = out.ID
	return err
}

// close gives the point in time back, also when the task was cancelled.
func (t *task) close(ctx context.Context) {
	if t.pit == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	// What fails here the cluster mends when keepAlive has passed.
	_ = t.source.call(ctx, &t.meter, esapi.ClosePointInTimeRequest{Body: body(object{"id": t.pit})}, nil)
}

// search searches at the point in time; see Source.search. The request gets the
// parts that all of a task have.
func (t *task) search(request object, path, filterPath []string, element func(*json.Decoder) error) (map[string]json.RawMessage, error) {
	request["pit"] = object{"id": t.pit, "keep_alive": keepAlive}
	if deadline, ok := t.ctx.Deadline(); ok {
		request["timeout"] = fmt.Sprintf("%dms", max(time.Until(deadline).Milliseconds(), 1))
	}
	rest, err := t.source.search(t.ctx, &t.meter, esapi.SearchRequest{
		Body: body(request), AllowPartialSearchResults: esapi.BoolPtr(false),
		FilterPath: append([]string{"pit_id", "timed_out"}, filterPath...),
	}, path, element)
	var id string
	if json.Unmarshal(rest["pit_id"], &id) == nil && id != "" {
		t.pit = id
	}
	return rest, err
}

// failure is the error that Sample returns.
func (t *task) failure(item string, err error) error {
	var stop stopError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errBudget): // the plan's limit, not a failure
		t.out.partial(assay.ReasonBudget, fmt.Sprintf("reading ended after %d lines, with %d bytes read", t.out.lines, t.meter.read))
		return nil
	case errors.As(err, &stop):
		t.out.partial(assay.ReasonCancelled, "the reader stopped")
		return stop.error
	case t.ctx.Err() != nil:
		err = t.ctx.Err()
	}
	out := t.source.fail("sample", item, err)
	t.out.partial(assay.Explain(out), "reading ended before the sample was complete")
	return out
}
