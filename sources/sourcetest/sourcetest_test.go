package sourcetest_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/sources/sourcetest"
)

// store is a source in memory that keeps the law, except for one fault.
type store struct {
	mu     sync.Mutex
	tables map[assay.AssetID][]sourcetest.Record
	denied map[assay.AssetID]bool
	fault  string
	lists  int
}

const password = "planted-password"

func (s *store) is(fault string) bool { return s.fault == fault }

func (s *store) Assets(ctx context.Context) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		s.mu.Lock()
		ids := slices.Sorted(maps.Keys(s.tables))
		s.lists++
		if s.is("unstable listing") && s.lists%2 == 0 {
			slices.Reverse(ids)
		}
		s.mu.Unlock()
		for _, id := range ids {
			if ctx.Err() != nil && !s.is("listing ignores the context") {
				yield(assay.Asset{}, ctx.Err())
				return
			}
			a := assay.Asset{ID: id, Kind: assay.KindTable, Rows: -1, Bytes: -1}
			if s.is("password in an attribute") {
				a.Attributes = map[string]string{"dsn": "user:" + password}
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}

func (s *store) Sample(ctx context.Context, a assay.Asset, p assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	s.mu.Lock()
	rows, ok := s.tables[a.ID]
	denied := s.denied[a.ID]
	s.mu.Unlock()
	switch {
	case denied && !s.is("denied is clean"):
		return assay.Reading{}, fs.ErrPermission
	case !ok && !s.is("vanished is clean"):
		return assay.Reading{}, fs.ErrNotExist
	}
	if p.Timeout > 0 && !s.is("ignores the timeout") {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.Timeout)
		defer cancel()
	}
	fields := []assay.FieldReading{}
	pointers := []*assay.Field{}
	for _, path := range []string{"id", "name", "note"} {
		fields = append(fields, assay.FieldReading{Field: assay.Field{Path: path}, Status: assay.StatusScanned})
		pointers = append(pointers, &assay.Field{Path: path})
	}
	r := assay.Reading{Fields: fields, Design: assay.Design{Method: assay.DesignCensus, Unit: "rows", Population: "all rows"}}
	if p.Rows > 0 && p.Rows < len(rows) && !s.is("ignores rows") {
		random := rand.New(rand.NewPCG(p.Seed, 0))
		if s.is("ignores the seed") {
			random = rand.New(rand.NewPCG(1, 1))
		}
		rows = slices.Clone(rows)
		random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		rows, r.Design.Method = rows[:p.Rows], assay.DesignSimple
		if s.is("part is a census") {
			r.Design.Method = assay.DesignCensus
		}
	}
	stopped := func(err error) (assay.Reading, error) {
		if s.is("stopped is clean") {
			return r, err
		}
		r.Design.Method = assay.DesignPrefix
		for i := range r.Fields {
			r.Fields[i].Status, r.Fields[i].Reason = assay.StatusPartial, assay.ReasonCancelled
		}
		return r, err
	}
	for _, row := range rows {
		if p.Bytes > 0 && r.Bytes > p.Bytes && !s.is("ignores bytes") {
			r.Design.Method = assay.DesignPrefix
			break
		}
		if ctx.Err() != nil && !s.is("ignores the context") {
			return stopped(ctx.Err())
		}
		r.Design.Units++
		for i, v := range []string{fmt.Sprint(row.ID), row.Name, row.Note} {
			if v == "" && !s.is("yields empty values") {
				r.Fields[i].Empty++
				continue
			}
			r.Bytes += int64(len(v))
			if !s.is("wrong count") {
				r.Fields[i].Sampled++
			}
			field := pointers[i]
			if s.is("new pointer each time") {
				field = &assay.Field{Path: field.Path}
			}
			if err := yield(assay.Datum{Field: field, Value: assay.Value(v)}); err != nil && !s.is("ignores yield's error") {
				return stopped(err)
			}
		}
	}
	if s.is("unlisted field") {
		r.Fields = r.Fields[:2]
	}
	return r, nil
}

func (s *store) Close() error {
	if s.is("leaks a goroutine") {
		go time.Sleep(time.Minute)
	}
	if s.is("close fails") {
		return errors.New("close failed")
	}
	return nil
}

// faultVariable names the fault of a run of TestConformance in a child.
const faultVariable = "SOURCETEST_FAULT"

func TestConformance(t *testing.T) {
	s := &store{tables: map[assay.AssetID][]sourcetest.Record{}, denied: map[assay.AssetID]bool{}, fault: os.Getenv(faultVariable)}
	sourcetest.Run(t, sourcetest.Options{
		Open: func(*testing.T) assay.Source { return s },
		Put: func(_ *testing.T, name string, records []sourcetest.Record) assay.AssetID {
			id := assay.AssetID("memory://host/" + name)
			if s.is("password in the id") {
				id = assay.AssetID("memory://user:" + password + "@host/" + name)
			}
			s.tables[id] = records
			return id
		},
		Remove:  func(_ *testing.T, id assay.AssetID) { delete(s.tables, id) },
		Deny:    func(_ *testing.T, id assay.AssetID) { s.denied[id] = true },
		Secrets: []string{password},
	})
}

// TestFaults checks that the suite finds each fault, by running it on a store
// that has it.
func TestFaults(t *testing.T) {
	for fault, found := range map[string]string{
		"unstable listing":            "listing_is_stable",
		"listing ignores the context": "listing_stops",
		"password in the id":          "ids_are_canonical",
		"password in an attribute":    "census",
		"wrong count":                 "census",
		"unlisted field":              "census",
		"yields empty values":         "census",
		"new pointer each time":       "census",
		"ignores rows":                "rows_limit",
		"part is a census":            "rows_limit",
		"ignores bytes":               "bytes_limit",
		"ignores the seed":            "seed",
		"ignores yield's error":       "yield_error",
		"ignores the context":         "cancellation",
		"ignores the timeout":         "timeout",
		"stopped is clean":            "cancellation",
		"vanished is clean":           "vanished_asset",
		"denied is clean":             "denied_asset",
		"leaks a goroutine":           "close",
		"close fails":                 "close",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestConformance$")
			child.Env = append(os.Environ(), faultVariable+"="+fault)
			out, err := child.CombinedOutput()
			if err == nil {
				t.Fatal("the suite found nothing")
			}
			if !strings.Contains(string(out), "FAIL: TestConformance/"+found+" ") {
				t.Errorf("the subtest %s does not fail:\n%s", found, out)
			}
		})
	}
}
