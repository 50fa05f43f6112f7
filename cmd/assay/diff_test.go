package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/internal/testserver"
	"example.com/assay/report"
)

// TestDiffOfComments compares what the comments on a real server's columns
// declare with what is in them.
func TestDiffOfComments(t *testing.T) {
	server := testserver.MariaDB(t)
	useState(t)
	db := server.Open(t)
	var rows []string
	for i := range 30 {
		rows = append(rows, fmt.Sprintf("(%d, 'p%d@kestrel-outdoor.com', 'q%d@kestrel-outdoor.com', 'stone', 'sand', 0x%08x)", i, i, i, 1<<31+i))
	}
	for _, statement := range []string{
		"CREATE TABLE people (id INT PRIMARY KEY, a VARCHAR(99) COMMENT 'contact; email_address', b VARCHAR(99), " +
			"c VARCHAR(99) COMMENT 'PII: EMAIL_ADDRESS', d VARCHAR(99) COMMENT 'nothing of email_addresses', e VARBINARY(99) COMMENT 'scan of iban')",
		"INSERT INTO people VALUES " + strings.Join(rows, ", "),
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	target := url.URL{Scheme: "mysql", User: url.UserPassword(server.User, server.Password), Host: server.Addr, Path: "/" + server.Name}
	if code, _, errs := runInProcess(t, "", "scan", target.String(), "--seed", "7"); code != report.ExitIncomplete { // e is binary
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	diff := func(want int) map[string]string {
		t.Helper()
		code, out, errs := runInProcess(t, "", "diff", "--format", "jsonl")
		if code != want {
			t.Errorf("exit code %d, want %d\n%s", code, want, errs)
		}
		got := map[string]string{}
		for line := range strings.Lines(out) {
			var d report.Difference
			if err := json.Unmarshal([]byte(line), &d); err != nil {
				t.Fatal(err)
			}
			got[d.Field] += string(d.Element) + " " + string(d.Kind)
		}
		return got
	}
	want := map[string]string{"b": "email_address undeclared", "c": "email_address not_found", "e": "iban not_examined"}
	if d := cmp.Diff(want, diff(report.ExitIncomplete)); d != "" {
		t.Errorf("differences (-want +got):\n%s", d)
	}

	for _, statement := range []string{
		"ALTER TABLE people DROP COLUMN e, MODIFY b VARCHAR(99) COMMENT 'email_address', MODIFY c VARCHAR(99) COMMENT ''",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, errs := runInProcess(t, "", "scan", target.String(), "--seed", "7"); code != report.ExitFindings {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	if got := diff(report.ExitClean); len(got) != 0 {
		t.Errorf("differences %v after the comments were mended", got)
	}
}
