package elasticsearch

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"example.com/assay"
)

// hit is a line in an answer.
type hit struct {
	Index  string          `json:"_index"`
	ID     string          `json:"_id"`
	Source json.RawMessage `json:"_source"`
	Sort   json.RawMessage `json:"sort"`
}

// all reads all lines, in a random order: if the bytes do not suffice, those
// that were read are a random sample.
func (t *task) all(lines int64) error {
	t.design.Method, t.design.Population = assay.DesignSimple, "all lines"
	t.out.probability = 1
	err := t.shuffled(t.filter, t.plan.Rows, func(h hit) error { return t.line(h) })
	if err == nil && t.out.lines >= lines {
		t.design.Method = assay.DesignCensus
	}
	return err
}

// byGroup reads some random lines of each logging point and of each template.
func (t *task) byGroup(g groups) error {
	found, read, err := t.templates(g)
	if err != nil && !errors.Is(err, errBudget) {
		return err
	}
	if g.more {
		t.out.partial(assay.ReasonBudget, fmt.Sprintf("there are more than %d logging points; do the fields that tell them (option point-field) name one?", len(g.points)))
	}
	t.design.Method = assay.DesignSimple
	t.design.Population = population(len(g.points), len(found), read, t.fields.points)
	n := len(g.points) + len(found)
	each := min(max(t.plan.Rows/max(n, 1), 1), t.source.options.PerPoint)
	points, found, share := t.draw(g.points, found)
	for _, hits := range found {
		for _, h := range hits[:min(each, len(hits))] {
			if err := t.line(h); err != nil {
				return err
			}
		}
	}
	return cmp.Or(t.points(points, each, share), err)
}

// draw returns as many random points and templates as there are rows, all if
// there are fewer, in their order, and the share that they are.
func (t *task) draw(points []point, found [][]hit) ([]point, [][]hit, float64) {
	n := len(points) + len(found)
	if n <= t.plan.Rows {
		return points, found, 1
	}
	chosen := t.rng.Perm(n)[:t.plan.Rows]
	slices.Sort(chosen)
	var p []point
	var f [][]hit
	for _, i := range chosen {
		if i < len(points) {
			p = append(p, points[i])
		} else {
			f = append(f, found[i-len(points)])
		}
	}
	return p, f, float64(t.plan.Rows) / float64(n)
}

// templates reads random lines without a logging point, and returns some of each
// template in the order in which they were met, and how many lines were read.
func (t *task) templates(g groups) (found [][]hit, read int, err error) {
	if g.unpointed == 0 {
		return nil, 0, nil
	}
	var tree templates
	// Where there are logging points too, they must get their share of the bytes.
	limit := t.meter.limit
	if len(g.points) > 0 {
		t.meter.limit -= (t.meter.limit - t.meter.read) / 2
	}
	wanted := min(candidates, moreLines*t.plan.Rows)
	err = t.shuffled(t.unpointed(), wanted, func(h hit) error {
		read++
		t.out.hold(h)
		i := tree.add(t.message(h))
		for len(found) <= i {
			found = append(found, nil)
		}
		if len(found[i]) < t.source.options.PerPoint {
			found[i] = append(found[i], h)
		}
		return t.ctx.Err()
	})
	found = slices.DeleteFunc(found, func(hits []hit) bool { return hits == nil })
	t.meter.limit = limit
	return found, read, err
}

// message returns the text of a line that its template is made of.
func (t *task) message(h hit) string {
	var source map[string]any
	if json.Unmarshal(h.Source, &source) != nil {
		return ""
	}
	fields := messageFields
	if t.source.options.MessageField != "" {
		fields = []string{t.source.options.MessageField}
	}
	for _, f := range fields {
		if text := textAt(source, f); text != "" {
			return text
		}
	}
	return ""
}

// shuffled reads at most n lines of a query in a random order.
func (t *task) shuffled(query object, n int, line func(hit) error) error {
	var after json.RawMessage
	for n > 0 {
		size := t.pageSize(n)
		request := object{"size": size, "query": t.random(query), "track_total_hits": false,
			"sort": []object{{"_score": "desc"}, {"_shard_doc": "asc"}}}
		if after != nil {
			request["search_after"] = after
		}
		got := 0
		_, err := t.search(request, []string{"hits", "hits"}, []string{"hits.hits._index", "hits.hits._id", "hits.hits._source", "hits.hits.sort"},
			func(dec *json.Decoder) error {
				var h hit
				if err := dec.Decode(&h); err != nil {
					return err
				}
				got++
				after = h.Sort
				return line(h)
			})
		if err != nil {
			return err
		}
		if n -= got; got < size {
			return nil
		}
	}
	return nil
}

// points reads some random lines of each of the points.
func (t *task) points(points []point, each int, share float64) error {
	for len(points) > 0 {
		size := max(t.pageSize(len(points)*each)/each, 1)
		among, n := t.among(points[:min(size, len(points))])
		if err := t.pageOf(points[:n], among, each, share); err != nil {
			return err
		}
		points = points[n:]
	}
	return nil
}

// pageOf reads some random lines of the points that a condition is of.
func (t *task) pageOf(points []point, among object, each int, share float64) error {
	wanted := map[string]bool{}
	for _, p := range points {
		wanted[p.name()] = true
	}
	request := object{"size": 0, "track_total_hits": false, "query": t.random(allOf(t.filter, among)),
		"aggs": object{"points": object{
			"composite": object{"size": len(points), "sources": t.sources()},
			"aggs":      object{"some": object{"top_hits": object{"size": each, "sort": []object{{"_score": object{"order": "desc"}}}}}},
		}}}
	const at = "aggregations.points.buckets."
	_, err := t.search(request, []string{"aggregations", "points", "buckets"},
		[]string{at + "key", at + "doc_count", at + "some.hits.hits._index", at + "some.hits.hits._id", at + "some.hits.hits._source"},
		func(dec *json.Decoder) error {
			var b pointBucket
			if err := dec.Decode(&b); err != nil {
				return err
			}
			if !wanted[t.point(b).name()] {
				return nil // a line of several points brings those that were not asked for
			}
			t.out.probability = share * min(1, float64(each)/float64(b.Lines))
			for _, h := range b.Some.Hits.Hits {
				if err := t.line(h); err != nil {
					return err
				}
			}
			return nil
		})
	return err
}

// line yields the values of a line that was not read before.
func (t *task) line(h hit) error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	id := h.Index + "/" + h.ID
	if t.seen[id] || t.out.lines >= int64(t.plan.Rows) {
		return nil
	}
	t.seen[id] = true
	return t.out.line(id, h.Source)
}
