// Package grafana holds the dashboard; this test runs its queries.
package grafana

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/store/mysql"
	"example.com/assay/store/sqlite"
)

type dashboard struct {
	Panels []struct {
		ID         int
		Type       string
		Title      string
		Datasource struct{ Type, UID string }
		GridPos    struct{ X, Y, W, H int }
		Targets    []struct{ RawSQL, Format string }
	}
}

func load(t *testing.T) (d dashboard) {
	t.Helper()
	text, err := os.ReadFile("assay.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Panels) < 10 {
		t.Fatalf("%d panels", len(d.Panels))
	}
	return d
}

var (
	read  = regexp.MustCompile(`(?i)\b(?:from|join)\s+(\w+)`)
	macro = regexp.MustCompile(`\$__unixEpochFilter\((\w+)\)`)
)

// The dashboard reads the documented views, and nothing else.
func TestOnlyViews(t *testing.T) {
	ids := map[int]bool{}
	for _, p := range load(t).Panels {
		if ids[p.ID] || p.GridPos.X+p.GridPos.W > 24 || p.Datasource.Type != "mysql" || len(p.Targets) == 0 {
			t.Errorf("panel %q is not well formed", p.Title)
		}
		ids[p.ID] = true
		for _, target := range p.Targets {
			from := read.FindAllStringSubmatch(target.RawSQL, -1)
			if len(from) == 0 {
				t.Errorf("panel %q reads nothing", p.Title)
			}
			for _, table := range from {
				if !strings.HasPrefix(table[1], "view_") {
					t.Errorf("panel %q reads %s, which is no view", p.Title, table[1])
				}
			}
		}
	}
}

// store is what the test fills.
type store interface {
	assay.ResultWriter
	assay.TriageStore
	assay.MeasureStore
	assay.VerifierStore
	Close() error
}

// fill keeps something of everything that the views show.
func fill(t *testing.T, s store) {
	t.Helper()
	defer s.Close()
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	commit := func(asset assay.AssetID, ago time.Duration, elements ...assay.Element) assay.Result {
		task := assay.NewTask(assay.TaskScan, "shop", ago.String(), assay.Asset{ID: asset, Kind: assay.KindTable}, assay.Plan{})
		r := assay.Result{Task: task, Started: now.Add(-ago), Finished: now.Add(-ago)}
		for _, e := range []assay.Element{"email_address", "iban"} {
			r.Coverage = append(r.Coverage, assay.Coverage{Asset: asset, Field: string(e), Status: assay.StatusScanned, Sampled: 9,
				Design: assay.Design{Method: assay.DesignSimple, Units: 9}})
		}
		r.Coverage = append(r.Coverage, assay.Coverage{Asset: asset, Field: "blob", Status: assay.StatusNotExamined, Reason: assay.ReasonBinary})
		for _, e := range elements {
			r.Findings = append(r.Findings, assay.Finding{ID: assay.FindingID(asset, string(e), e), Asset: asset, Field: string(e), Element: e,
				Confidence: 0.9, Verifier: string(e) + "@1", Hash: "h", State: assay.StateActive})
		}
		do(s.Commit(t.Context(), r))
		return r
	}
	commit("mysql://db/shop/users", 48*time.Hour, "email_address", "iban")
	users := commit("mysql://db/shop/users", time.Hour, "email_address") // the iban is gone
	orders := commit("mysql://db/shop/orders", 40*24*time.Hour, "iban")
	who := assay.Actor{Name: "ada", Role: assay.RoleOperator}
	do(s.SetTriage(t.Context(), who, assay.Triage{Finding: orders.Findings[0].ID, Status: assay.TriageFalsePositive}))
	do(s.SetTriage(t.Context(), who, assay.Triage{Finding: users.Findings[0].ID, Status: assay.TriageAck}))
	_, err := s.AddVerifier(t.Context(), assay.VerifierVersion{Element: "iban", Definition: []byte("{}"), Hash: "h", State: assay.StateActive, Author: "ada", Reason: "new"})
	do(err)
	share := assay.Estimate{Value: 0.9, Low: 0.8, High: 0.95, N: 9}
	measure := assay.Measure{Element: "iban", Version: 1, Hash: "h", Level: assay.LevelValue, Time: now, TP: 5, FP: 1, FN: 1, TN: 2, Precision: share, Recall: share, Accuracy: share, F1: 0.9}
	older, part, column := measure, measure, measure
	older.Time, part.Store, column.Level = now.Add(-time.Hour), "mysql", assay.LevelColumn
	do(s.AddMeasures(t.Context(), older, measure, part, column))
}

// databases are filled stores, of both kinds.
func databases(t *testing.T) map[string]*sql.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	embedded, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, embedded)
	file, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	server := testserver.MariaDB(t)
	fleet, err := mysql.Open(t.Context(), server.DSN(), mysql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, fleet)
	return map[string]*sql.DB{"SQLite": file, "MariaDB": server.Open(t)}
}

// Every query runs on both databases and has something to show.
func TestQueries(t *testing.T) {
	d := load(t)
	for name, db := range databases(t) {
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				query := macro.ReplaceAllString(target.RawSQL, "$1 >= 0 AND $1 <= 9999999999") // as Grafana replaces it
				columns, rows := run(t, db, query)
				if len(rows) == 0 {
					t.Errorf("%s: panel %q has nothing to show", name, p.Title)
				}
				if target.Format == "time_series" && columns[0] != "time" {
					t.Errorf("%s: panel %q has no time first: %q", name, p.Title, columns)
				}
			}
		}
	}
}

// What the views say of the few rows of fill.
func TestViews(t *testing.T) {
	for name, db := range databases(t) {
		for query, want := range map[string]string{
			`SELECT store, element, assets, fields, false_positives FROM view_elements ORDER BY element`:                            "shop email_address 1 1 0; shop iban 0 0 1",
			`SELECT element, status FROM view_findings ORDER BY element`:                                                            "email_address ack; iban false_positive",
			`SELECT status, reason, fields, whole, assets FROM view_coverage ORDER BY status`:                                       "not_examined binary 2 0 2; scanned  4 0 2",
			`SELECT ROUND(proves, 3) FROM view_coverage WHERE status = 'scanned'`:                                                   "0.283", // 1 - 0.05^(1/9)
			`SELECT asset, gaps FROM view_age WHERE age_days > 1`:                                                                   "mysql://db/shop/orders 1",
			`SELECT SUM(appeared), SUM(gone) FROM view_trend WHERE element = 'iban'`:                                                "2 1",
			`SELECT SUM(scans), SUM(findings), SUM(fields), SUM(scanned), SUM(proved) FROM view_scans`:                              "3 4 9 6 0",
			`SELECT verifier, findings, judged, acknowledged, false_positives FROM view_verifiers WHERE element = 'iban'`:           "iban@1 1 1 0 1",
			`SELECT COUNT(*) FROM view_scans WHERE day > 0 AND day * 1000 <= (SELECT MAX(finished) FROM scans) AND day % 86400 = 0`: "3",
			`SELECT level, store, prec_n, accuracy, tp, tn, state, share FROM view_quality ORDER BY level, store`:                   "column  9 0.9 5 2 active 0; value  9 0.9 5 2 active 0; value mysql 9 0.9 5 2 active 0",
			`SELECT COUNT(*), SUM(labels) FROM view_quality_trend WHERE level = 'value' AND store = ''`:                             "2 18",
		} {
			_, rows := run(t, db, query)
			if got := strings.Join(rows, "; "); got != want {
				t.Errorf("%s: %s\n got %s\nwant %s", name, query, got, want)
			}
		}
	}
}

// run returns a query's columns and rows, each row as one text.
func run(t *testing.T, db *sql.DB, query string) (columns, out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Errorf("%s: %v", query, err)
		return nil, nil
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		cells, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(cells))
		for i, c := range cells {
			texts[i] = c.String
		}
		out = append(out, strings.Join(texts, " "))
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
	return columns, out
}

// A dashboard's user needs the views and no more: he cannot read the tables.
func TestRightsOfADashboard(t *testing.T) {
	server := testserver.MariaDB(t)
	fleet, err := mysql.Open(t.Context(), server.DSN(), mysql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, fleet)
	admin := server.Open(t)
	for _, statement := range []string{"CREATE OR REPLACE USER dashboard IDENTIFIED BY 'dashboard'", "GRANT SELECT ON " + server.Name + ".view_elements TO dashboard"} {
		if _, err := admin.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	server.User, server.Password = "dashboard", "dashboard"
	db := server.Open(t)
	if _, rows := run(t, db, "SELECT element FROM view_elements"); len(rows) == 0 {
		t.Error("the dashboard's user reads nothing")
	}
	for _, table := range []string{"matches", "asset_elements", "audit"} {
		if _, err := db.ExecContext(t.Context(), "SELECT 1 FROM "+table); err == nil {
			t.Errorf("the dashboard's user reads %s", table)
		}
	}
}
