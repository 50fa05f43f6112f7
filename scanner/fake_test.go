package scanner_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"sync"
	"testing"

	"example.com/assay"
	"example.com/assay/engine"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(killEnv) != "" {
		os.Exit(killedScanner())
	}
	goleak.VerifyTestMain(m)
}

// table is a source of one column store: column name to values. It stands for
// any store in the tests of the loop.
type table struct {
	columns []column
	reading func(*assay.Reading) // changes what it says of itself; nil leaves it
	before  func(ctx context.Context, task assay.Asset) error
	fail    error // at the end of the sample

	mu      sync.Mutex
	sampled int
	closed  int
}

type column struct {
	name   string
	values []string
	media  string
	empty  int
	status assay.Status // StatusScanned when empty
	reason assay.Reason
}

func (s *table) Assets(context.Context) iter.Seq2[assay.Asset, error] {
	return func(func(assay.Asset, error) bool) {}
}

func (s *table) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed++
	return nil
}

// Sample yields row by row, as a row store does.
func (s *table) Sample(ctx context.Context, asset assay.Asset, _ assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	s.mu.Lock()
	s.sampled++
	s.mu.Unlock()
	reading := assay.Reading{Bytes: 1, Design: assay.Design{Method: assay.DesignSimple, Unit: "rows", Population: "all rows"}}
	if s.before != nil {
		if err := s.before(ctx, asset); err != nil {
			return reading, err
		}
	}
	fields := make([]*assay.Field, len(s.columns))
	for i, c := range s.columns {
		fields[i] = &assay.Field{Path: c.name}
	}
	var buf []byte // the source's own memory, used again for every value
	for row, more := 0, true; more; row++ {
		more = false
		for i, c := range s.columns {
			if row >= len(c.values) {
				continue
			}
			more = true
			buf = append(buf[:0], c.values[row]...)
			d := assay.Datum{Field: fields[i], Value: buf, MediaType: c.media, Place: assay.Place{Row: buf}, Probability: 0.5}
			if err := yield(d); err != nil {
				return reading, err
			}
			reading.Design.Units = int64(row + 1)
		}
	}
	for i, c := range s.columns {
		status := c.status
		if status == "" {
			status = assay.StatusScanned
		}
		reading.Fields = append(reading.Fields, assay.FieldReading{
			Field: *fields[i], Sampled: len(c.values), Empty: c.empty, Status: status, Reason: c.reason,
		})
	}
	if s.reading != nil {
		s.reading(&reading)
	}
	return reading, s.fail
}

// emails makes n values of which every one holds an address that nobody has.
func emails(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("user%d@shop.invalid", i))
	}
	return out
}

func words(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("word %d", i))
	}
	return out
}

func repeat(value string, n int) (out []string) {
	for range n {
		out = append(out, value)
	}
	return out
}

// Rules of the tests' own: the library is other packages' affair.
var (
	emailRule = engine.Rule{Element: "email_address", Verifier: "email_address@1", Hash: "e1",
		Root: engine.Node{Op: engine.Content, Score: 0.9, Content: &engine.ContentMethod{Kind: "regex", Regexp: `[a-z0-9]+@[a-z.]+`}}}
	codeRule = engine.Rule{Element: "postal_code", Verifier: "postal_code@1", Hash: "p1", // near its threshold, never over it
		Root: engine.Node{Op: engine.Content, Score: 0.4, Content: &engine.ContentMethod{Kind: "regex", Regexp: `\b\d{5}\b`}}}
	neighbourRule = engine.Rule{Element: "person_name", Verifier: "person_name@1", Hash: "n1",
		Root: engine.Node{Op: engine.All, Nodes: []engine.Node{
			{Op: engine.Metadata, Metadata: &engine.MetadataMethod{On: engine.OnNeighbours, Regexp: "email"}},
			{Op: engine.Content, Score: 0.9, Content: &engine.ContentMethod{Kind: "regex", Regexp: `word`}}}}}
	nameRule = engine.Rule{Element: "us_ssn", Verifier: "us_ssn@1", Hash: "s1", Column: engine.Column{MetadataOnly: true},
		Root: engine.Node{Op: engine.Metadata, Metadata: &engine.MetadataMethod{On: engine.OnField, Regexp: `\bssn\b`}}}
	modelRule = engine.Rule{Element: "street_address", Verifier: "street_address@1", Hash: "m1",
		Root: engine.Node{Op: engine.Deferred, Score: 0.9, Deferred: &engine.DeferredMethod{Name: "geo", Labels: []string{"address"}, Threshold: 0.5}}}
)

func compile(t testing.TB, rules ...engine.Rule) *engine.Set {
	t.Helper()
	set, err := engine.Compile(rules)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func task(asset string, plan assay.Plan) assay.Task {
	return assay.NewTask(assay.TaskScan, "shop", "1", assay.Asset{ID: assay.AssetID("mysql://db:3306/shop/" + asset), Kind: assay.KindTable, Rows: 10, Bytes: -1, Owner: "team",
		Declared: map[string][]assay.Element{"email": {"email_address"}}}, plan)
}
