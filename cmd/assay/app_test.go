package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/brianvoe/gofakeit/v7"

	"example.com/assay/internal/testserver"
	"example.com/assay/report"
)

// appTable is a table of testdata/app/schema.sql.
type appTable struct {
	name    string
	create  string
	rows    int
	columns []appColumn
}

// appColumn is a column that is filled by a maker; others number themselves.
type appColumn struct {
	name, maker string
	// elements that it holds: all of them, and of each one of the alternatives.
	elements [][]string
}

// TestScanApplication scans the database of an application as a user would: all
// personal columns are found, nothing is found in the others, all was examined,
// and the server read rows in proportion to the sample and not to its tables.
func TestScanApplication(t *testing.T) {
	tables := appSchema(t)
	if len(tables) < 20 {
		t.Fatalf("%d tables, want 20 or more", len(tables))
	}
	server := testserver.MariaDB(t)
	db := server.Open(t)
	total := fillApp(t, db, tables)
	useState(t)

	const sample = 400
	target := url.URL{Scheme: "mysql", User: url.UserPassword(server.User, server.Password), Host: server.Addr, Path: "/" + server.Name}
	before := rowsRead(t, db)
	code, out, errs := runInProcess(t, "", "scan", target.String(), "--format", "jsonl", "--seed", "20", "--sample", strconv.Itoa(sample))
	read := rowsRead(t, db) - before
	if code != report.ExitFindings {
		t.Errorf("exit code %d, want %d: all of it can be examined\n%s", code, report.ExitFindings, errs)
	}
	t.Logf("%d tables, %d rows; the server read %d", len(tables), total, read)
	if most := 2 * sample * len(tables); read > most || most > total {
		t.Errorf("the server read %d rows of %d, want at most %d", read, total, most)
	}
	judgeApp(t, tables, appFound(t, out))
}

// judgeApp compares what was found with what was planted.
func judgeApp(t *testing.T, tables []appTable, found map[string][]string) {
	truth := map[string][][]string{}
	columns := 0
	for _, table := range tables {
		for _, c := range table.columns {
			columns++
			if c.elements != nil {
				truth[table.name+"."+c.name] = c.elements
			}
		}
	}
	for path, element := range appPaths {
		truth[path] = [][]string{{element}}
	}
	missed, wrong := 0, 0
	for column, groups := range truth {
		for _, alternatives := range groups {
			if !slices.ContainsFunc(alternatives, func(e string) bool { return slices.Contains(found[column], e) }) {
				missed++
				t.Errorf("missed: %s %v (found %v)", column, alternatives, found[column])
			}
		}
	}
	for column, elements := range found {
		for _, e := range elements {
			if !slices.ContainsFunc(truth[column], func(alternatives []string) bool { return slices.Contains(alternatives, e) }) {
				wrong++
				t.Errorf("false finding: %s %s", column, e)
			}
		}
	}
	t.Logf("%d columns and paths hold something, of %d columns; %d missed, %d false", len(truth), columns, missed, wrong)
}

// appFound returns the elements that a report in JSON Lines has for each column.
func appFound(t *testing.T, out string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for line := range strings.Lines(out) {
		var f struct{ Asset, Field, Element, Status, Reason string }
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		column := f.Asset[strings.LastIndexByte(f.Asset, '/')+1:] + "." + f.Field
		if f.Element == "" {
			t.Errorf("not examined: %s %s %s", column, f.Status, f.Reason)
			continue
		}
		found[column] = append(found[column], f.Element)
	}
	return found
}

// appSchema reads testdata/app/schema.sql, which says how.
func appSchema(t *testing.T) []appTable {
	t.Helper()
	text, err := os.ReadFile("testdata/app/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	var tables []appTable
	for statement := range strings.SplitSeq(string(text), ";\n") {
		at := strings.Index(statement, "CREATE TABLE ")
		if at < 0 {
			continue
		}
		statement = statement[at:]
		table := appTable{name: strings.Fields(statement)[2], create: statement}
		for i, line := range strings.Split(statement, "\n") {
			_, comment, ok := strings.Cut(line, "-- ")
			switch {
			case !ok:
			case i == 0:
				if table.rows, err = strconv.Atoi(comment); err != nil {
					t.Fatalf("table %s: %v", table.name, err)
				}
			default:
				table.columns = append(table.columns, appColumnOf(t, line, comment))
			}
		}
		tables = append(tables, table)
	}
	return tables
}

func appColumnOf(t *testing.T, line, comment string) appColumn {
	t.Helper()
	maker, elements, _ := strings.Cut(comment, " = ")
	c := appColumn{name: strings.Fields(line)[0], maker: maker}
	if appMakers[maker] == nil {
		t.Fatalf("column %s: no maker %q", c.name, maker)
	}
	if elements != "" {
		for group := range strings.SplitSeq(elements, " + ") {
			c.elements = append(c.elements, strings.Split(group, "|"))
		}
	}
	return c
}

// fillApp makes the tables and their rows, and returns how many rows there are.
func fillApp(t *testing.T, db *sql.DB, tables []appTable) (total int) {
	t.Helper()
	f := gofakeit.New(42)
	for _, table := range tables {
		if _, err := db.Exec(table.create); err != nil {
			t.Fatalf("table %s: %v", table.name, err)
		}
		if err := table.fill(t.Context(), db, f); err != nil {
			t.Fatalf("table %s: %v", table.name, err)
		}
		total += table.rows
	}
	return total
}

// fill inserts the rows, many in a statement.
func (table appTable) fill(ctx context.Context, db *sql.DB, f *gofakeit.Faker) error {
	const batch = 500
	var names []string
	for _, c := range table.columns {
		names = append(names, c.name)
	}
	row := "(?" + strings.Repeat(",?", len(names)-1) + ")"
	for begin := 0; begin < table.rows; begin += batch {
		n := min(batch, table.rows-begin)
		var values []any
		for i := range n {
			for _, c := range table.columns {
				values = append(values, appMakers[c.maker](f, begin+i))
			}
		}
		insert := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", table.name, strings.Join(names, ","), row+strings.Repeat(","+row, n-1))
		if _, err := db.ExecContext(ctx, insert, values...); err != nil {
			return err
		}
	}
	return nil
}

// rowsRead returns how many rows the server has read since it was started.
func rowsRead(t *testing.T, db *sql.DB) (sum int) {
	t.Helper()
	rows, err := db.Query("SHOW GLOBAL STATUS LIKE 'Handler_read%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return sum
}
