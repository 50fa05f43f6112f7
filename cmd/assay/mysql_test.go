package main

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/internal/testserver"
	"example.com/assay/report"
)

// TestScanMariaDB carries the demo's shop through a real server.
func TestScanMariaDB(t *testing.T) {
	server := testserver.MariaDB(t)
	state, _ := useState(t)
	if err := fillShop(t.Context(), server.Open(t), newFaker(11)); err != nil {
		t.Fatal(err)
	}
	target := url.URL{Scheme: "mysql", User: url.UserPassword(server.User, server.Password), Host: server.Addr, Path: "/" + server.Name}
	code, out, errs := runInProcess(t, "", "scan", target.String(), "--format", "jsonl", "--seed", "7", "--elements",
		"email_address,phone_number,iban,credit_card,us_ssn,ip_address,mac_address,street_address,person_name,birth_date,jwt")
	if code != report.ExitIncomplete { // the photographs in scans.sheet
		t.Errorf("exit code %d\n%s", code, errs)
	}
	found := map[string]string{}
	for line := range strings.Lines(out) {
		var f struct{ Asset, Field, Element string }
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		if f.Element != "" {
			column := f.Asset[strings.LastIndexByte(f.Asset, '/')+1:] + "." + f.Field
			found[column] = strings.TrimPrefix(found[column]+" "+f.Element, " ")
		}
	}
	maps.DeleteFunc(found, func(column, _ string) bool { return column == "orders.note" }) // free text: several, in any order
	want := map[string]string{
		"customers.full_name": "person_name", "customers.contact": "email_address", "customers.tel": "phone_number",
		"customers.dob_raw": "birth_date", "addresses.street": "street_address", "payments.ref_a": "credit_card",
		"payments.ref_b": "iban", "staff.display": "person_name", "staff.mail": "email_address", "staff.field_7": "us_ssn",
		"logins.origin": "ip_address", "logins.device": "mac_address", "logins.bearer": "jwt", "events.payload.$.user.mail": "email_address",
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	store, err := os.ReadFile(filepath.Join(state, "assay", scanStore))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out+errs+string(store), server.Password) {
		t.Error("the password is in the output or the store")
	}
}

func TestWrongPasswordIsNotEchoed(t *testing.T) {
	server := testserver.MariaDB(t)
	useState(t)
	const wrong = "planted%20Pa55word"
	code, out, errs := runInProcess(t, "", "scan", "mysql://"+server.User+":"+wrong+"@"+server.Addr+"/"+server.Name, "--format", "jsonl")
	if code != report.ExitIncomplete {
		t.Errorf("exit code %d, want %d", code, report.ExitIncomplete)
	}
	if !strings.Contains(out, `"status":"not_examined","reason":"denied"`) {
		t.Errorf("the refusal is not reported: %s", out)
	}
	if all := out + errs; strings.Contains(all, "planted") || !strings.Contains(errs, server.Addr) {
		t.Errorf("the message must name the server and not the password: %s", errs)
	}
}

func TestTargets(t *testing.T) {
	tests := []struct {
		target, shown string
		passwords     []string
	}{
		{"./dir", "./dir", nil},
		{"mysql://u:pw@h:3306/db?tls=true#x", "mysql://h:3306/db", []string{"pw"}},
		{"mysql://u:p%40w@h/db", "mysql://h/db", []string{"p%40w", "p@w"}},
		{"mysql://u:p@w:x@h/db", "mysql://h/db", []string{"p@w:x"}},
		{"mysql://u:%zz@h/db", "mysql:…", []string{"%zz"}},
		{"mysql:u:pw@h", "mysql:…", []string{"pw"}},
		{"sqlite:a@b.db", "sqlite:a@b.db", nil},
	}
	for _, tt := range tests {
		if got := shownTarget(tt.target); got != tt.shown {
			t.Errorf("shownTarget(%q) = %q, want %q", tt.target, got, tt.shown)
		}
		if diff := cmp.Diff(tt.passwords, passwordsOf(tt.target)); diff != "" {
			t.Errorf("passwordsOf(%q) (-want +got):\n%s", tt.target, diff)
		}
		for _, p := range tt.passwords {
			if got := redact("x "+p+" y", []string{tt.target}); got != "x … y" {
				t.Errorf("redact of %q: %q", tt.target, got)
			}
		}
	}
}
