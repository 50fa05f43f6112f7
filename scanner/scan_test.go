package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/scanner"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func scan(t *testing.T, source *table, task assay.Task, opts scanner.Options, rules ...engine.Rule) (assay.Result, error) {
	t.Helper()
	if len(rules) == 0 {
		rules = []engine.Rule{emailRule}
	}
	return scanner.Scan(t.Context(), source, task, compile(t, rules...), opts)
}

// found writes findings as field/element matched/sampled.
func found(r assay.Result) (out []string) {
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%s/%s %d/%d", f.Field, f.Element, f.Matched, f.Sampled))
	}
	return out
}

// covered writes coverage as field: status reason.
func covered(r assay.Result) (out []string) {
	for _, c := range r.Coverage {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s: %s %s", c.Field, c.Status, c.Reason)))
	}
	return out
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestFindings(t *testing.T) {
	source := &table{columns: []column{
		{name: "email", values: emails(20)}, {name: "note", values: words(20), empty: 3}, {name: "ssn", empty: 20},
	}}
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	r, err := scan(t, source, task("users", assay.Plan{}), scanner.Options{Now: func() time.Time { return at }}, emailRule, neighbourRule, nameRule)
	if err != nil {
		t.Fatal(err)
	}
	// person_name holds only where the neighbour email is known before the first value of note is judged.
	same(t, "findings", []string{"email/email_address 20/20", "note/person_name 20/20", "ssn/us_ssn 0/0"}, found(r))
	same(t, "coverage", []string{"email: scanned", "note: scanned", "ssn: scanned"}, covered(r))
	first := r.Findings[0]
	if first.Asset != r.Task.Asset.ID || first.ID != assay.FindingID(first.Asset, "email", "email_address") || first.Owner != "team" || len(first.Declared) != 1 ||
		strings.Contains(first.Preview, "user") || first.Preview == "" || first.State != assay.StateActive {
		t.Errorf("finding %+v", first)
	}
	if c := r.Coverage[1]; c.Sampled != 20 || c.Empty != 3 || c.Design.Units != 20 || c.Asset != first.Asset {
		t.Errorf("coverage %+v", c)
	}
	if !r.Started.Equal(at) || !r.Finished.Equal(at) || r.Bytes != 1 {
		t.Errorf("result from %v to %v, %d bytes", r.Started, r.Finished, r.Bytes)
	}
}

// What was not examined must never look clean.
func TestCoverage(t *testing.T) {
	denied := &assay.Error{Op: "sample", Item: "users", Reason: assay.ReasonDenied, Err: errors.New("access\ndenied")}
	census := func(r *assay.Reading) { r.Design.Method = assay.DesignCensus }
	for name, c := range map[string]struct {
		source *table
		rows   int64
		want   []string
		err    error
	}{
		"binary":            {&table{columns: []column{{name: "b", values: words(3), media: "image/png"}}}, 10, []string{"b: not_examined binary"}, nil},
		"text media types":  {&table{columns: []column{{name: "b", values: words(3), media: "text/html"}}}, 10, []string{"b: scanned"}, nil},
		"nothing came":      {&table{columns: []column{{name: "a"}, {name: "b"}}}, 10, []string{"a: not_examined no_sample", "b: not_examined no_sample"}, nil},
		"one column only":   {&table{columns: []column{{name: "a", values: words(2)}, {name: "b"}}}, 10, []string{"a: scanned", "b: not_examined no_sample"}, nil},
		"all null":          {&table{columns: []column{{name: "a", empty: 10}}}, 10, []string{"a: scanned"}, nil},
		"empty table":       {&table{columns: []column{{name: "a"}}}, 0, []string{"a: scanned"}, nil},
		"empty view":        {&table{columns: []column{{name: "a"}}}, -1, []string{"a: not_examined no_sample"}, nil},
		"empty file":        {&table{columns: []column{{name: "a"}}, reading: census}, -1, []string{"a: scanned"}, nil},
		"no fields":         {&table{}, 10, []string{": not_examined no_sample"}, nil},
		"no fields, no row": {&table{}, 0, []string{": scanned"}, nil},
		"source's word": {&table{columns: []column{{name: "a", values: words(1), status: assay.StatusPartial, reason: assay.ReasonTimeout},
			{name: "b", status: assay.StatusNotExamined, reason: assay.ReasonEncrypted}}}, 10, []string{"a: partial timed_out", "b: not_examined encrypted"}, nil},
		"partial and nothing": {&table{columns: []column{{name: "a", status: assay.StatusPartial, reason: assay.ReasonTimeout}}}, 10, []string{"a: partial timed_out"}, nil},
		"partial and binary": {&table{columns: []column{{name: "a", values: words(1), media: "image/png", status: assay.StatusPartial, reason: assay.ReasonTimeout}}},
			10, []string{"a: not_examined binary"}, nil},
		"counts that are not true": {&table{columns: []column{{name: "a"}}, reading: func(r *assay.Reading) { r.Fields[0].Sampled = 5 }}, 10, []string{"a: not_examined no_sample"}, nil},
		"field that is not reported": {&table{columns: []column{{name: "a", values: words(2)}}, reading: func(r *assay.Reading) { r.Fields = nil }},
			10, []string{"a: partial unreadable"}, nil},
		"failed at once":       {&table{before: func(context.Context, assay.Asset) error { return denied }}, 10, []string{": not_examined denied"}, denied},
		"failed on the way":    {&table{columns: []column{{name: "a", values: words(2)}, {name: "b"}}, fail: denied}, 10, []string{"a: partial denied", "b: not_examined denied", ": partial denied"}, denied},
		"failed with a reason": {&table{columns: []column{{name: "a", status: assay.StatusNotExamined, reason: assay.ReasonEncrypted}}, fail: denied}, 10, []string{"a: not_examined encrypted", ": not_examined denied"}, denied},
	} {
		t.Run(name, func(t *testing.T) {
			tk := task("users", assay.Plan{})
			tk.Asset.Rows = c.rows
			r, err := scan(t, c.source, tk, scanner.Options{})
			if !errors.Is(err, c.err) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			same(t, "coverage", c.want, covered(r))
			for _, cov := range r.Coverage {
				if cov.Status != assay.StatusScanned && cov.Detail == "" && cov.Reason != assay.ReasonTimeout && cov.Reason != assay.ReasonEncrypted || strings.Contains(cov.Detail, "\n") {
					t.Errorf("detail %q is not one line for a person", cov.Detail)
				}
			}
		})
	}
}

func TestMixedMedia(t *testing.T) {
	source := &table{columns: []column{{name: "a", values: emails(4)}, {name: "a", values: words(3), media: "image/png"}}}
	r, err := scan(t, source, task("users", assay.Plan{}), scanner.Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "findings", []string{"a/email_address 4/4"}, found(r))
	if got := r.Coverage[0]; got.Status != assay.StatusPartial || got.Reason != assay.ReasonBinary || got.Detail != "3 of 7 values are not text" {
		t.Errorf("coverage %+v", got)
	}
}

// Values that do not fit into one block are all judged, once.
func TestManyBlocks(t *testing.T) {
	const n = 9
	long := strings.Repeat("x ", engine.MaxBlock/8) + "user@shop.invalid" // four fill a block
	source := &table{columns: []column{{name: "a", values: repeat(long, n)}, {name: "b", values: repeat("y "+long+long+long+long+long, n)}, {name: "c", values: emails(n)}}}
	r, err := scan(t, source, task("users", assay.Plan{}), scanner.Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "findings", []string{"a/email_address 9/9", "b/email_address 9/9", "c/email_address 9/9"}, found(r))
	if r.Findings[1].Hits != 5*n {
		t.Errorf("%d hits in b, want %d", r.Findings[1].Hits, 5*n)
	}
}

func TestElements(t *testing.T) {
	source := &table{columns: []column{{name: "email", values: emails(3)}, {name: "ssn", empty: 3}}}
	for want, elements := range map[string][]assay.Element{
		"email/email_address 3/3,ssn/us_ssn 0/0": nil,
		"ssn/us_ssn 0/0":                         {"us_ssn"},
	} {
		r, err := scan(t, source, task("users", assay.Plan{Elements: elements}), scanner.Options{}, emailRule, nameRule)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "findings", want, strings.Join(found(r), ","))
	}
	r, err := scan(t, source, task("users", assay.Plan{Elements: []assay.Element{"us_ssn", "iban"}}), scanner.Options{}, emailRule, nameRule)
	if assay.Explain(err) != assay.ReasonUnsupported || assay.Decide(err) != assay.Never || !strings.Contains(err.Error(), "iban") {
		t.Errorf("an element without a verifier: %v", err)
	}
	same(t, "coverage", []string{": not_examined unsupported"}, covered(r))
}

func TestTooManyFields(t *testing.T) {
	var source table
	for i := range 2100 {
		source.columns = append(source.columns, column{name: fmt.Sprintf("$.users.%d.mail", i), values: emails(1)})
	}
	r, err := scan(t, &source, task("users", assay.Plan{}), scanner.Options{})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, c := range covered(r) {
		_, state, _ := strings.Cut(c, ": ")
		counts[state]++
	}
	same(t, "coverage", map[string]int{"scanned": 2000, "not_examined budget_spent": 100, "partial budget_spent": 1}, counts)
	if last := r.Coverage[len(r.Coverage)-1]; last.Field != "" || last.Status != assay.StatusPartial {
		t.Errorf("the asset as a whole: %+v", last)
	}
	if len(r.Findings) != 2000 {
		t.Errorf("%d findings, want 2000", len(r.Findings))
	}
}

// settler answers for values that hold "street"; asked counts its calls.
type settler struct {
	down  bool
	asked int
}

func (s *settler) Settle(ctx context.Context, f *engine.FieldScan, b *engine.Block, out *engine.Result) ([]string, error) {
	s.asked++
	if s.down {
		return []string{"geo"}, ctx.Err()
	}
	var answers []engine.Answer
	for _, p := range out.Pending {
		if strings.Contains(string(b.Value(p.Value)), "street") {
			answers = append(answers, engine.Answer{Value: p.Value, Label: "address", Score: 0.9})
		}
	}
	f.Settle(b, out, "geo", answers)
	return nil, ctx.Err()
}

func TestSettler(t *testing.T) {
	source := func() *table {
		return &table{columns: []column{{name: "home", values: append(repeat("1 main street", 8), words(2)...)}}}
	}
	up, down := &settler{}, &settler{down: true}
	for name, c := range map[string]struct {
		opts     scanner.Options
		findings []string
		coverage string
	}{
		"answers":    {scanner.Options{Settler: up}, []string{"home/street_address 8/10"}, "home: scanned"},
		"down":       {scanner.Options{Settler: down}, nil, "home: partial endpoint_down"},
		"no settler": {scanner.Options{}, nil, "home: partial endpoint_down"},
	} {
		r, err := scan(t, source(), task("users", assay.Plan{}), c.opts, modelRule, emailRule)
		if err != nil {
			t.Fatal(err)
		}
		same(t, name+": findings", c.findings, found(r))
		same(t, name+": coverage", []string{c.coverage}, covered(r))
	}
	if up.asked != 1 || down.asked != 1 {
		t.Errorf("asked %d and %d times, want once a block", up.asked, down.asked)
	}
}

func TestCancelledScan(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	source := &table{columns: []column{{name: "a", values: emails(3)}}, before: func(context.Context, assay.Asset) error { cancel(); return nil }}
	r, err := scanner.Scan(ctx, source, task("users", assay.Plan{}), compile(t, emailRule), scanner.Options{})
	if assay.Decide(err) != assay.Retry {
		t.Errorf("error %v, want one to try again", err)
	}
	same(t, "coverage", []string{"a: not_examined cancelled", ": not_examined cancelled"}, covered(r))
}
