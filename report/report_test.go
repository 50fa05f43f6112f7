package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/assay"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shop is a report with one of everything.
func shop() *Report {
	const db, dir = "sqlite:///srv/shop.db/", "file:///srv/in/"
	clusters := assay.Design{Method: assay.DesignClusters, Unit: "rows", Population: "the range of primary key id, 1 to 88,120", Units: 1000, Starts: 1000}
	census := assay.Design{Method: assay.DesignCensus, Unit: "records", Units: 20}
	prefix := assay.Design{Method: assay.DesignPrefix, Unit: "lines", Units: 1000}
	covered := func(asset assay.AssetID, field string, sampled int, d assay.Design) assay.Coverage {
		return assay.Coverage{Asset: asset, Field: field, Status: assay.StatusScanned, Sampled: sampled, Design: d}
	}
	found := func(asset assay.AssetID, field string, element assay.Element, confidence float64, matched int) assay.Finding {
		return assay.Finding{
			ID: assay.FindingID(asset, field, element), Asset: asset, Field: field, Element: element,
			Confidence: confidence, Matched: matched, Sampled: 1000, Verifier: string(element) + "@1", Hash: "abc123",
			Evidence: []assay.Evidence{{Kind: "field", Text: "its name says so", Weight: 1}, {Kind: "code", Text: "well formed", Weight: 3}},
			State:    assay.StateActive, Preview: "xxxx@xxxx.xxx",
		}
	}
	inText := found(db+"orders", "note", "iban", 0.97, 2)
	inText.FreeText, inText.Evidence = true, nil
	shadow := found(db+"orders", "id", "phone_number", 0.9, 900)
	shadow.State = assay.StateShadow
	return &Report{
		Version: "0.1.0", Targets: []string{"sqlite:/srv/shop.db", "/srv/in"}, VerifiersHash: "9f31c2aa",
		Elements: []Element{
			{"email_address", "E-mail address", "contact", "An address of electronic mail.", Personal},
			{"iban", "IBAN", "financial", "An international bank account number.", Critical},
		},
		Sample: 1000, Seed: 4711, MinConfidence: 0.5, FailOn: Personal, Assets: 5, At: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC), Bytes: 6_100_000, Duration: 1823 * time.Millisecond,
		Findings: []assay.Finding{
			inText, shadow,
			found(db+"users", "contact", "email_address", 0.996, 997),
			found(db+"users", "nick", "email_address", 0.3, 4),
		},
		Coverage: []assay.Coverage{
			covered(db+"users", "contact", 1000, clusters), covered(db+"users", "nick", 1000, clusters),
			covered(db+"users", "fax", 0, clusters), covered(db+"users", "age", 1000, clusters),
			covered(db+"orders", "id", 1000, clusters), covered(db+"orders", "note", 1000, clusters),
			{Asset: db + "orders", Field: "blob", Status: assay.StatusNotExamined, Reason: assay.ReasonBinary, Detail: "1,000 values"},
			covered(dir+"a.csv", "sku", 20, census), covered(dir+"app.log", "$", 1000, prefix),
			{Asset: dir + "gone.csv", Status: assay.StatusNotExamined, Reason: assay.ReasonDenied, Detail: "permission denied"},
			{Asset: dir + "gone.csv", Field: "x", Status: assay.StatusNotExamined, Reason: assay.ReasonDenied},
			{Asset: dir + "big.csv", Status: assay.StatusPartial, Reason: assay.ReasonBudget},
			covered(dir+"big.csv", "y", 5, clusters),
		},
	}
}

func render(t *testing.T, r *Report, format string, style Style) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.Write(&out, format, style); err != nil {
		t.Fatalf("write %s: %v", format, err)
	}
	return out.String()
}

func TestGolden(t *testing.T) {
	for _, format := range Formats {
		t.Run(format, func(t *testing.T) {
			got := render(t, shop(), format, Style{})
			golden := filepath.Join("testdata", "shop."+format)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", golden, diff)
			}
		})
	}
}

func TestUnknownFormat(t *testing.T) {
	if err := shop().Write(&bytes.Buffer{}, "xml", Style{}); err == nil {
		t.Error("format xml was accepted")
	}
}

func TestSARIFIsValid(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/sarif-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	empty := &Report{Version: "devel"}
	for name, r := range map[string]*Report{"shop": shop(), "empty": empty} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(render(t, r, "sarif", Style{})))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken, _ := jsonschema.UnmarshalJSON(strings.NewReader(`{"version":"2.1.0","runs":[{"results":[{}]}]}`))
	if schema.Validate(broken) == nil {
		t.Error("the schema accepts a result without a message: it tests nothing")
	}
}

func TestSARIFPathsBelowBase(t *testing.T) {
	r := shop()
	r.Base = "/srv"
	out := render(t, r, "sarif", Style{})
	if !strings.Contains(out, `"uri": "in/gone.csv"`) || !strings.Contains(out, "%SRCROOT%") {
		t.Errorf("a file below the base is not named relative to it:\n%s", out)
	}
}

func TestNothingIsNull(t *testing.T) {
	for _, format := range []string{"json", "jsonl", "sarif"} {
		for name, r := range map[string]*Report{"shop": shop(), "empty": {}} {
			if out := render(t, r, format, Style{}); strings.Contains(out, "null") {
				t.Errorf("%s of %s holds null:\n%s", format, name, out)
			}
		}
	}
}

// TestLines holds the keys of the two kinds of lines, in their order.
func TestLines(t *testing.T) {
	want := map[string]bool{
		`id asset field element confidence matched sampled verifier hash evidence preview`: true,
		`asset field status reason`: true,
	}
	for line := range strings.Lines(render(t, shop(), "jsonl", Style{})) {
		dec := json.NewDecoder(strings.NewReader(line))
		var keys []string
		for depth := 0; ; {
			token, err := dec.Token()
			if err != nil {
				break
			}
			switch v := token.(type) {
			case json.Delim:
				if v == '{' || v == '[' {
					depth++
				} else {
					depth--
				}
			case string:
				if depth == 1 {
					keys = append(keys, v)
					if dec.More() {
						var skip json.RawMessage
						if err := dec.Decode(&skip); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
		}
		if !want[strings.Join(keys, " ")] {
			t.Errorf("keys %q in line %s", keys, line)
		}
	}
}

func TestSummary(t *testing.T) {
	complete := func(r *Report) {
		kept := r.Coverage[:0]
		for _, c := range r.Coverage {
			if c.Status == assay.StatusScanned {
				kept = append(kept, c)
			}
		}
		r.Coverage = kept
	}
	tests := []struct {
		name   string
		change func(*Report)
		exit   int
	}{
		{"incomplete comes before findings", func(*Report) {}, ExitIncomplete},
		{"findings", complete, ExitFindings},
		{"never", func(r *Report) { complete(r); r.FailOn = Never }, ExitClean},
		{"never, incomplete", func(r *Report) { r.FailOn = Never }, ExitIncomplete},
		{"critical", func(r *Report) { complete(r); r.FailOn = Critical }, ExitFindings},
		{"critical, none found", func(r *Report) { complete(r); r.FailOn = Critical; r.Elements = nil }, ExitClean},
		{"confidence out of reach", func(r *Report) { complete(r); r.MinConfidence = 1 }, ExitClean},
		{"empty", func(r *Report) { *r = Report{FailOn: Personal} }, ExitClean},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := shop()
			tt.change(r)
			if s := r.Summary(); s.Exit != tt.exit {
				t.Errorf("exit %d (%s), want %d", s.Exit, s.Why, tt.exit)
			}
		})
	}
}

// TestCleanIsEarned holds that no field is counted clean that was not examined,
// was empty, or holds anything at all.
func TestCleanIsEarned(t *testing.T) {
	r := shop()
	s := r.Summary()
	// users.age, orders.id (only a shadow finding), a.csv sku, app.log
	if s.FieldsClean != 3 || s.FieldsUnproved != 1 || s.FieldsEmpty != 1 || s.FieldsWeak != 1 || s.FieldsWith != 2 || s.Gaps != 3 {
		t.Errorf("summary %+v", s)
	}
	total := 0
	for _, c := range r.Clean() {
		total += c.Fields
	}
	if total != s.FieldsClean {
		t.Errorf("clean statements cover %d fields, the summary counts %d", total, s.FieldsClean)
	}
}

func TestCleanStatementsAreJoined(t *testing.T) {
	r := &Report{}
	for n := int64(10); n < 10_000; n += 111 {
		r.Coverage = append(r.Coverage, assay.Coverage{Asset: "a", Field: string(rune(n)), Status: assay.StatusScanned,
			Sampled: 1, Design: assay.Design{Method: assay.DesignSimple, Unit: "rows", Units: n}})
	}
	weakest := assay.Design{Method: assay.DesignSimple, Units: 10}
	bound, _ := weakest.Bound()
	clean := r.Clean()
	if len(clean) > cleanGroups {
		t.Fatalf("%d statements", len(clean))
	}
	if last := clean[len(clean)-1]; *last.Bound < bound {
		t.Errorf("the weakest bound is %v, joined statement says %v", bound, *last.Bound)
	}
}

func TestRoundUpNeverPromisesMore(t *testing.T) {
	for n := int64(1); n < 100_000; n = n*3/2 + 1 {
		p, _ := assay.Design{Method: assay.DesignSimple, Units: n}.Bound()
		if got := roundUp(p); got < p || got > p*1.11 && got != 1 {
			t.Errorf("roundUp(%v) = %v", p, got)
		}
	}
}

func TestHostileNames(t *testing.T) {
	r := shop()
	for i := range r.Findings {
		r.Findings[i].Field = "=1+1\x1b[2J\u202e\nexit 0"
	}
	r.Coverage[6].Field = "\x1b]0;x\x07"
	table := render(t, r, "table", Style{})
	if strings.ContainsAny(table, "\x1b\x07\u202e") {
		t.Errorf("control characters of a name reached the terminal: %q", table)
	}
	rows, err := csv.NewReader(strings.NewReader(render(t, r, "csv", Style{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if strings.HasPrefix(row[1], "=") {
			t.Errorf("a spreadsheet would run %q", row[1])
		}
	}
}

func TestTableFitsItsWidth(t *testing.T) {
	for _, width := range []int{80, 100, 160} {
		r := shop()
		r.Findings[2].Field = "a.very.long.path." + strings.Repeat("字段.", 30)
		for line := range strings.Lines(render(t, r, "table", Style{Width: width})) {
			if strings.HasPrefix(line, "  ") && strings.Contains(line, "0.9") && text.StringWidth(strings.TrimRight(line, "\n")) > max(width, 104) {
				t.Errorf("width %d: %q", width, line)
			}
		}
	}
}

func TestColourOnlyWhenAsked(t *testing.T) {
	if !strings.Contains(render(t, shop(), "table", Style{Color: true}), "\x1b[") {
		t.Error("no colour although asked for")
	}
	if strings.Contains(render(t, shop(), "table", Style{}), "\x1b[") {
		t.Error("colour although not asked for")
	}
}

func TestExplain(t *testing.T) {
	r := shop()
	f := r.Findings[0]
	f.Evidence = []assay.Evidence{{Kind: "regex", Text: "2 times\x1b[2J" + strings.Repeat("x", 500), Weight: 1.5}}
	tests := map[string]string{f.Hash: "the one in use", "": "no longer in use", "other": "scan again"}
	for current, want := range tests {
		var out bytes.Buffer
		if err := Explain(&out, f, r.Coverage[5], r.Elements[1], current, nil); err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{want, f.ID, "IBAN (financial, critical)", "inside longer texts", "not measured", "(regex, +1.5)", "1,000 values read", "primary key id"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("explanation lacks %q:\n%s", part, out.String())
			}
		}
		if strings.Contains(out.String(), "\x1b") || len(out.String()) > 1200 {
			t.Errorf("hostile or endless evidence got through: %q", out.String())
		}
	}
}
