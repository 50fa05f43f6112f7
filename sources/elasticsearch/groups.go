package elasticsearch

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"example.com/assay"
)

// Sizes of pages and limits of what is told apart.
const (
	maxPerPoint = 100    // the most hits that Elasticsearch gives for one group, unless it is told otherwise
	keysPage    = 10_000 // logging points of one request
	hitsPage    = 1000   // logging points, or lines, of one request that brings lines
	firstPage   = 100    // of the first, after which the size of a line is known
	candidates  = 10_000 // random lines that are read, at most, to find templates
	moreLines   = 10     // times plan.Rows are read for that
	maxPrefixes = 300    // conditions in one request
)

// point is a logging point.
type point struct {
	key   []any // values of the point fields; nil where a line has none
	lines int64
}

// name identifies a point.
func (p point) name() string {
	b, err := json.Marshal(p.key)
	if err != nil { // it came as JSON
		return ""
	}
	return string(b)
}

// groups is what is known of the lines before any is read.
type groups struct {
	points    []point
	lines     int64 // all, the further ones not counted if more
	unpointed int64 // those without a logging point
	more      bool  // there are more points than are told apart
}

// groups counts the lines of each logging point.
func (t *task) groups() (groups, error) {
	var g groups
	if len(t.fields.points) == 0 {
		n, err := t.count(int64(t.plan.Rows) + 1)
		return groups{lines: n, unpointed: n}, err
	}
	var after any
	for {
		rest, err := t.keys(&g, after)
		if errors.Is(err, errEnough) {
			g.more = true
			return g, nil
		}
		last := rest["aggregations.points.after_key"]
		if err != nil || last == nil {
			return g, err
		}
		after = last
	}
}

// count counts the asset's lines, up to a number.
func (t *task) count(most int64) (int64, error) {
	rest, err := t.search(object{"size": 0, "track_total_hits": most, "query": t.filter},
		[]string{"hits", "hits"}, []string{"hits.total.value"}, func(dec *json.Decoder) error { return dec.Decode(new(any)) })
	if err != nil {
		return 0, err
	}
	var total struct {
		Value int64 `json:"value"`
	}
	if err := json.Unmarshal(rest["hits.total"], &total); err != nil {
		return 0, &assay.Error{Reason: assay.ReasonUnreadable, Err: errors.New("the server does not count")}
	}
	return total.Value, nil
}

// errEnough ends the telling apart of logging points.
var errEnough = errors.New("enough logging points")

// keys reads one page of logging points.
func (t *task) keys(g *groups, after any) (map[string]json.RawMessage, error) {
	composite := object{"size": min(keysPage, t.source.options.Points), "sources": t.sources()}
	if after != nil {
		composite["after"] = after
	}
	return t.search(object{"size": 0, "track_total_hits": false, "query": t.filter, "aggs": object{"points": object{"composite": composite}}},
		[]string{"aggregations", "points", "buckets"},
		[]string{"aggregations.points.after_key", "aggregations.points.buckets.key", "aggregations.points.buckets.doc_count"},
		func(dec *json.Decoder) error {
			var b pointBucket
			if err := dec.Decode(&b); err != nil {
				return err
			}
			// Points must not take all the bytes that lines are to have.
			if len(g.points) == t.source.options.Points || t.meter.read > t.plan.Bytes/2 {
				return errEnough
			}
			g.lines += b.Lines
			if p := t.point(b); slices.ContainsFunc(p.key, func(v any) bool { return v != nil }) {
				g.points = append(g.points, p)
			} else {
				g.unpointed += b.Lines
			}
			return nil
		})
}

// sources are the sources of the composite aggregation of logging points.
func (t *task) sources() []object {
	var out []object
	for i, field := range t.fields.points {
		out = append(out, object{strconv.Itoa(i): object{"terms": object{"field": field, "missing_bucket": true}}})
	}
	return out
}

// pointBucket is a logging point in an answer.
type pointBucket struct {
	Key   map[string]any `json:"key"`
	Lines int64          `json:"doc_count"`
	Some  struct {
		Hits struct {
			Hits []hit `json:"hits"`
		} `json:"hits"`
	} `json:"some"`
}

func (t *task) point(b pointBucket) point {
	p := point{lines: b.Lines}
	for i := range t.fields.points {
		p.key = append(p.key, b.Key[strconv.Itoa(i)])
	}
	return p
}

// among is the condition that a line is of one of the points, which are sorted,
// and how many of them were put into it.
func (t *task) among(points []point) (condition object, n int) {
	fields := t.fields.points
	last := len(fields) - 1
	var conditions []object
	for n < len(points) && len(conditions) < maxPrefixes {
		prefix := points[n].key[:last]
		var values []any
		absent := false
		for n < len(points) && slices.Equal(points[n].key[:last], prefix) {
			if v := points[n].key[last]; v != nil {
				values = append(values, v)
			} else {
				absent = true
			}
			n++
		}
		var all []object
		for i, v := range prefix {
			all = append(all, equalOrMissing(fields[i], v))
		}
		var some []object
		if len(values) > 0 {
			some = append(some, object{"terms": object{fields[last]: values}})
		}
		if absent {
			some = append(some, missing(fields[last]))
		}
		conditions = append(conditions, allOf(append(all, anyOf(some...))...))
	}
	return anyOf(conditions...), n
}

func equalOrMissing(field string, v any) object {
	if v == nil {
		return missing(field)
	}
	return equal(field, v)
}

// unpointed is the condition that a line of the asset has no logging point.
func (t *task) unpointed() object {
	conditions := []object{t.filter}
	for _, f := range t.fields.points {
		conditions = append(conditions, missing(f))
	}
	return allOf(conditions...)
}

// random gives the lines of a query random scores, which the seed and the number
// of a line in its shard determine.
func (t *task) random(query object) object {
	return object{"function_score": object{
		"query": query, "boost_mode": "replace",
		"random_score": object{"seed": int64(t.plan.Seed & math.MaxInt64), "field": "_seq_no"},
	}}
}

// pageSize returns how many lines to ask for, given how many are wanted.
func (t *task) pageSize(wanted int) int {
	if t.out.lines == 0 && t.out.held == 0 {
		return min(wanted, firstPage)
	}
	mean := t.out.bytes / (t.out.lines + t.out.held)
	fits := (t.plan.Bytes - t.meter.read) / (mean + hitOverhead)
	return min(wanted, hitsPage, int(max(fits, 10)))
}

// hitOverhead is about what a line has around it in an answer, in bytes.
const hitOverhead = 100

// population names what the sample speaks for.
func population(points, templates, read int, field []string) string {
	found := fmt.Sprintf("the %d templates of messages among %d random lines", templates, read)
	told := fmt.Sprintf("the %d logging points (%s)", points, strings.Join(field, ", "))
	switch {
	case points == 0:
		return found + ", each of the same weight"
	case templates == 0:
		return told + ", each of the same weight"
	}
	return told + " and " + found + " without one, each of the same weight"
}
