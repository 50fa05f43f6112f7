package main

import (
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"example.com/assay/internal/planted"
	"example.com/assay/report"
)

// useState gives the test a state and a cache directory of its own.
func useState(t *testing.T) (state, cache string) {
	t.Helper()
	dir := t.TempDir()
	state, cache = filepath.Join(dir, "state"), filepath.Join(dir, "cache")
	t.Setenv("XDG_STATE_HOME", state)
	t.Setenv("XDG_CACHE_HOME", cache)
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	return state, cache
}

// plantedIn returns what must never be shown: the values of the demo company's
// personal columns and its secrets, as they lie in its files.
func plantedIn(t *testing.T, company string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(company, "shop.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var values []string
	for _, column := range []string{"customers.contact", "customers.tel", "customers.full_name", "addresses.street",
		"payments.ref_a", "payments.ref_b", "staff.field_7", "staff.travel_doc", "logins.bearer", "logins.origin"} {
		table, name, _ := strings.Cut(column, ".")
		rows, err := db.Query("SELECT DISTINCT " + name + " FROM " + table + " WHERE " + name + " IS NOT NULL LIMIT 200")
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var v string
			if err := rows.Scan(&v); err != nil {
				t.Fatal(err)
			}
			values = append(values, v)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return append(values, plantedInFiles(t, company)...)
}

func plantedInFiles(t *testing.T, company string) []string {
	t.Helper()
	file, err := os.Open(filepath.Join(company, "files", "exports", "newsletter.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, row := range rows[1:] {
		values = append(values, row[1], row[2])
	}
	env, err := os.ReadFile(filepath.Join(company, "files", "deploy", "app.env"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(env)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && strings.Contains(key, "_") && len(value) > 10 {
			values = append(values, value)
		}
	}
	return values
}

// TestNothingFoundIsShown runs the commands over the demo company and searches
// all that they print, and all that they keep, for what was planted.
func TestNothingFoundIsShown(t *testing.T) {
	state, cache := useState(t)
	var said strings.Builder
	do := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := runInProcess(t, "", args...)
		if code != want {
			t.Fatalf("assay %s: exit code %d, want %d\n%s", strings.Join(args, " "), code, want, errs)
		}
		said.WriteString(out + errs)
		return out
	}
	do(0, "demo")
	do(0, "key", "create") // so that matches are kept, sealed
	company := filepath.Join(cache, "assay", "demo")
	values := plantedIn(t, company)
	planted.Note(t, notInLibrary(t, slices.Clone(values))...)
	defer func() { planted.Keep(t, said.String()) }()
	if len(values) < 1000 {
		t.Fatalf("only %d planted values: the test would prove nothing", len(values))
	}
	var lines string
	for _, format := range report.Formats {
		out := do(report.ExitIncomplete, "scan", "sqlite:"+filepath.Join(company, "shop.db"), filepath.Join(company, "files"), "--format", format, "--seed", "3", "--sample", "200")
		if format == "jsonl" {
			lines = out
		}
	}
	explained := 0
	for line := range strings.Lines(lines) {
		var f struct{ ID string }
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		if f.ID != "" && explained < 10 {
			do(0, "explain", f.ID)
			if out := do(0, "findings", "show", f.ID); !strings.Contains(out, ", sealed") || strings.Contains(out, " 0, sealed") {
				t.Errorf("no matches of finding %s are kept, so none could leak", f.ID)
			}
			do(0, "findings", "ack", f.ID, "--reason", "known")
			do(0, "findings", "show", f.ID, "--format", "json")
			explained++
		}
	}
	if explained == 0 {
		t.Fatal("nothing was found, so nothing could leak")
	}
	for _, format := range report.Formats {
		do(0, "findings", "list", "--status", "all", "--format", format)
	}
	do(0, "assets", "coverage", "--fields")
	do(0, "diff", "--exit-zero", "--format", "json")
	do(0, "key", "rotate")
	do(0, "key", "rewrap")
	search(t, "the output", said.String(), values)
	err := filepath.WalkDir(state, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		search(t, path, string(data), values)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// search fails for every value that is in the text.
func search(t *testing.T, where, text string, values []string) {
	t.Helper()
	leaks := 0
	for _, v := range values {
		if len(v) >= 6 && strings.Contains(text, v) {
			leaks++
		}
	}
	if leaks > 0 {
		t.Errorf("%s holds %d planted values", where, leaks)
	}
}
