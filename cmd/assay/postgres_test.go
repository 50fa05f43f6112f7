package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/internal/testserver"
	"example.com/assay/report"
)

// TestScanPostgres carries a scan through a real server: what is found, and what
// is said of what a policy hides.
func TestScanPostgres(t *testing.T) {
	server := testserver.Postgres(t)
	useState(t)
	db := server.Open(t)
	if _, err := db.Exec(t.Context(), `
		CREATE TABLE customers (id SERIAL PRIMARY KEY, contact TEXT, tags TEXT[], payload JSONB);
		INSERT INTO customers (contact, tags, payload) SELECT 'user' || i || '@company.com', ARRAY['a', 'b'], jsonb_build_object('user', jsonb_build_object('mail', 'other' || i || '@company.org'))
			FROM generate_series(1, 3000) i;
		CREATE TABLE hosts (origin INET); INSERT INTO hosts SELECT inet '34.120.0.0' + i FROM generate_series(1, 500) i;
		CREATE TABLE tenants (id INT PRIMARY KEY, name TEXT); INSERT INTO tenants VALUES (1, 'x');
		ALTER TABLE tenants ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON tenants USING (id = 2);
		CREATE USER planted_reader PASSWORD 'planted password'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO planted_reader`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec(context.Background(), "DROP OWNED BY planted_reader; DROP USER planted_reader"); err != nil {
			t.Error(err)
		}
	})
	target := server.URI("planted_reader", "planted password")
	code, out, errs := runInProcess(t, "", "scan", target, "--format", "jsonl", "--seed", "7", "--elements", "email_address,ip_address")
	if code != report.ExitIncomplete {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	found, gaps := map[string]string{}, map[string]string{}
	for line := range strings.Lines(out) {
		var f struct{ Asset, Field, Element, Status, Reason string }
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		place := f.Asset[strings.LastIndexByte(f.Asset, '/')+1:] + "." + f.Field
		if f.Element != "" {
			found[place] = f.Element
		} else if f.Status != "" {
			gaps[place] = f.Status + " " + f.Reason
		}
	}
	want := map[string]string{"customers.contact": "email_address", "customers.payload.$.user.mail": "email_address", "hosts.origin": "ip_address"}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"tenants.id": "not_examined denied", "tenants.name": "not_examined denied"}, gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	if strings.Contains(out+errs, "planted") {
		t.Errorf("the user or the password is in the output: %s", errs)
	}
}
