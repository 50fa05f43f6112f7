package elasticsearch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/sources/elasticsearch"
)

// day is the day of the tests' logs.
const day = "2026-03-01"

// The mapping of logs in the Elastic Common Schema, as far as the tests use it.
func ecs() doc {
	return doc{
		"@timestamp": doc{"type": "date"}, "message": doc{"type": "text"}, "service.name": doc{"type": "keyword"},
		"log.origin.file.name": doc{"type": "keyword"}, "log.origin.file.line": doc{"type": "integer"},
	}
}

// line is a line of service shop from a point.
func line(message, file string, number int) doc {
	return doc{"@timestamp": day + "T12:00:00Z", "message": message, "service": doc{"name": "shop"},
		"log": doc{"origin": doc{"file": doc{"name": file, "line": number}}}}
}

// TestRarePoint is the reason for which lines are drawn by logging points.
func TestRarePoint(t *testing.T) {
	const lines, points, once = 100_000, 5_000, 77_777
	c := newCluster(t)
	index := c.name("rare-")
	c.create(index, ecs())
	c.put(index, lines, func(i int) doc {
		if i == once {
			return line("seen once", "rare.go", 1)
		}
		return line(fmt.Sprintf("line %d", i), fmt.Sprintf("file%02d.go", i%100), i%points)
	})
	s := open(t, "es://"+c.host()+"/shop?index="+index, elasticsearch.Options{})
	id := assay.AssetID("es://" + c.host() + "/shop/" + day)
	assets, errs := list(t, s)
	if assets[id].Rows != lines || len(assets) != 1 || len(errs) != 0 {
		t.Fatalf("listed %v, %v", assets, errs)
	}
	t.Run("by default", func(t *testing.T) {
		values, r, err := sample(t, s, id, assay.Plan{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(values["message"], "seen once") {
			t.Errorf("the line of the rare point is not in the sample of %d lines", r.Design.Units)
		}
		if n := pointsOf(values); n != points+1 {
			t.Errorf("lines of %d points came, want all %d", n, points+1)
		}
		if r.Design.Method != assay.DesignSimple || !strings.Contains(r.Design.Population, "the 5001 logging points") || r.NotReproducible {
			t.Errorf("design %+v", r.Design)
		}
		for _, f := range r.Fields {
			if f.Status != assay.StatusScanned {
				t.Errorf("%s is %s: %s", f.Field.Path, f.Status, f.Detail)
			}
		}
		again, _, err := sample(t, s, id, assay.Plan{Seed: 1})
		if err != nil || !slices.Equal(again["message"], values["message"]) {
			t.Errorf("the same seed gave another sample, %v", err)
		}
		other, _, err := sample(t, s, id, assay.Plan{Seed: 2})
		if err != nil || slices.Equal(other["message"], values["message"]) {
			t.Errorf("another seed gave the same sample, %v", err)
		}
	})
	t.Run("fewer rows than points", func(t *testing.T) {
		values, r, err := sample(t, s, id, assay.Plan{Seed: 1, Rows: 1000})
		if n := pointsOf(values); err != nil || n != 1000 || r.Design.Units != 1000 {
			t.Errorf("%d lines of %d points, want 1000 of 1000, %v", r.Design.Units, n, err)
		}
	})
	t.Run("more points than are told apart", func(t *testing.T) {
		s := open(t, "es://"+c.host()+"/shop?points=700&index="+index, elasticsearch.Options{})
		values, r, err := sample(t, s, id, assay.Plan{Seed: 1})
		if n := pointsOf(values); err != nil || n != 700 {
			t.Errorf("lines of %d points, want 700, %v", n, err)
		}
		for _, f := range r.Fields {
			if f.Status != assay.StatusPartial || f.Reason != assay.ReasonBudget {
				t.Errorf("%s is %s (%s)", f.Field.Path, f.Status, f.Reason)
			}
		}
	})
	t.Run("one field", func(t *testing.T) {
		s := open(t, "es://"+c.host()+"/shop?point-field=log.origin.file.name&index="+index, elasticsearch.Options{})
		values, _, err := sample(t, s, id, assay.Plan{Seed: 1, Rows: 400})
		// Three of each of 101 files, of which one has a single line.
		if n := len(values["message"]); err != nil || n != 301 || distinct(values["log.origin.file.name"]) != 101 {
			t.Errorf("%d lines, %v", n, err)
		}
	})
	t.Run("few bytes", func(t *testing.T) {
		values, r, err := sample(t, s, id, assay.Plan{Seed: 1, Bytes: 256 << 10})
		if err != nil || r.Bytes > 300<<10 || len(values["message"]) == 0 || r.Fields[0].Status != assay.StatusPartial {
			t.Errorf("%d bytes, %d lines, %+v, %v", r.Bytes, len(values["message"]), r.Fields[0], err)
		}
	})
}

// pointsOf returns the number of distinct points in a sample.
func pointsOf(values map[string][]string) int {
	names, numbers := values["log.origin.file.name"], values["log.origin.file.line"]
	var both []string
	for i := range names {
		both = append(both, names[i]+":"+numbers[i])
	}
	return distinct(both)
}

// statements are what a program logs, the first of them a thousand times as often
// as the last.
var statements = []string{
	"GET /products/%d answered in %dms", "cache miss for key product:%d after %d tries", "user %d logged in from session %d",
	"payment %d accepted by provider number %d", "retrying delivery of order %d, attempt %d", "could not reach warehouse %d: timeout after %ds",
	"refund of payment %d requested because of complaint %d",
}

func statement(i int) string {
	k := 0
	for n := 1; k < len(statements)-1 && i%(3*n) == 0; k++ {
		n *= 3
	}
	return fmt.Sprintf(statements[k], i*7919%100_000, i%97)
}

func TestTemplates(t *testing.T) {
	c := newCluster(t)
	index := c.name("templates-")
	mapping := ecs()
	c.create(index, mapping)
	c.put(index, 8000, func(i int) doc {
		return doc{"@timestamp": day + "T12:00:00Z", "service": doc{"name": "shop"}, "message": statement(i + 1)}
	})
	s := open(t, "es://"+c.host()+"/?index="+index, elasticsearch.Options{})
	id := assay.AssetID("es://" + c.host() + "/shop/" + day)
	t.Run("without logging points", func(t *testing.T) {
		values, r, err := sample(t, s, id, assay.Plan{Seed: 3, Rows: 800})
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range statements {
			word, _, _ := strings.Cut(form, "%")
			n := 0
			for _, m := range values["message"] {
				if strings.HasPrefix(m, word) {
					n++
				}
			}
			if n == 0 || n > 20 {
				t.Errorf("%d lines of %q, want some and at most 20", n, form)
			}
		}
		if !strings.HasPrefix(r.Design.Population, "the 7 templates of messages among 8000 random lines") {
			t.Errorf("population %q", r.Design.Population)
		}
	})
	t.Run("with some logging points", func(t *testing.T) {
		c.put(index, 3000, func(i int) doc { return line(fmt.Sprintf("known %d", i), "a.go", i%10) })
		values, r, err := sample(t, s, id, assay.Plan{Seed: 3, Rows: 800})
		if err != nil {
			t.Fatal(err)
		}
		known := 0
		for _, m := range values["message"] {
			if strings.HasPrefix(m, "known") {
				known++
			}
		}
		if known != 10*20 || len(values["message"]) <= known+len(statements) {
			t.Errorf("%d of %d lines have a point", known, len(values["message"]))
		}
		if !strings.HasPrefix(r.Design.Population, "the 10 logging points (log.origin.file.name, log.origin.file.line) and the 7 templates of messages among 8000 random lines without one") {
			t.Errorf("population %q", r.Design.Population)
		}
	})
}

// TestCost holds that a task costs the same requests, and about the same bytes,
// when there are a hundred times as many lines.
func TestCost(t *testing.T) {
	const few, many, points = 2_000, 200_000, 50
	if testing.Short() {
		t.Skip("indexes some hundred thousand lines")
	}
	c := newCluster(t)
	g := newGate(t, c.address)
	for _, kind := range []struct {
		name string
		make func(i int) doc
	}{
		{"points", func(i int) doc { return line(fmt.Sprintf("line %06d", i), "a.go", i%points) }},
		{"templates", func(i int) doc {
			return doc{"@timestamp": day, "service": doc{"name": "shop"}, "message": statement(100_000 + i)}
		}},
	} {
		t.Run(kind.name, func(t *testing.T) {
			cost := func(lines int) (requests int, size int64) {
				c := cluster{t, c.address}
				index := c.name("cost-")
				c.create(index, ecs())
				c.put(index, lines, kind.make)
				s := open(t, "es://"+g.host()+"/shop?index="+index, elasticsearch.Options{User: testUser, Password: testPassword})
				g.sum()
				values, r, err := sample(t, s, assay.AssetID("es://"+g.host()+"/shop/"+day), assay.Plan{Seed: 1, Rows: 150})
				if err != nil || len(values["message"]) == 0 {
					t.Fatalf("%d lines, %v", len(values["message"]), err)
				}
				requests, size = g.sum()
				if size > r.Bytes+1000 || r.Bytes > size {
					t.Errorf("%d bytes were sent, the reading says %d", size, r.Bytes)
				}
				return requests, size
			}
			small, smallBytes := cost(few)
			large, largeBytes := cost(many)
			t.Logf("%d lines: %d requests, %d bytes; %d lines: %d requests, %d bytes", few, small, smallBytes, many, large, largeBytes)
			if large > small || largeBytes > smallBytes+smallBytes/4 {
				t.Errorf("%d requests and %d bytes for %d lines, %d and %d for %d", large, largeBytes, many, small, smallBytes, few)
			}
		})
	}
	g.onlyRead(t)
}
