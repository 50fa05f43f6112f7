package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/scanner"
	"example.com/assay/seal"
)

func fileSealer(t *testing.T) *seal.Sealer {
	t.Helper()
	key, err := seal.CreateFile(filepath.Join(t.TempDir(), "key.json"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := seal.New(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// opened returns the content of a result's matches, by field and element.
func opened(t *testing.T, sealer assay.Sealer, r assay.Result) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, m := range r.Matches {
		content, err := assay.OpenMatch(t.Context(), sealer, m)
		if err != nil {
			t.Fatal(err)
		}
		key := m.Field + "/" + string(m.Element)
		out[key] = append(out[key], string([]byte(content.Content)))
		if len(content.Place.Row) == 0 {
			t.Errorf("the match of %s has lost its row", key)
		}
	}
	return out
}

// A few different matches of each finding are kept, sealed; a hit that is no
// finding is not.
func TestMatchesAreSealed(t *testing.T) {
	sealer := fileSealer(t)
	values := append(repeat("user0@shop.invalid", 3), emails(20)...)
	source := &table{columns: []column{{name: "mail", values: values}, {name: "note", values: append(repeat("write to a@b.invalid", 9), "word")}, {name: "zip", values: repeat("10115", 5)}}}
	r, err := scan(t, source, task("users", assay.Plan{}), scanner.Options{Sealer: sealer}, emailRule, codeRule)
	if err != nil {
		t.Fatal(err)
	}
	var first []string
	for i := range 5 {
		first = append(first, fmt.Sprintf("user%d@shop.invalid", i))
	}
	same(t, "matches", map[string][]string{"mail/email_address": first, "note/email_address": {"a@b.invalid"}}, opened(t, sealer, r))
	for _, m := range r.Matches {
		if strings.Contains(string(m.Sealed), "invalid") {
			t.Error("content can be read in what is sealed")
		}
		if m.Verifier != "email_address@1" || m.Hash != "e1" || m.Finding != assay.FindingID(m.Asset, m.Field, m.Element) {
			t.Errorf("match %+v does not say what found it", m)
		}
	}
}

// Matches do not open in another's row.
func TestSwappedMatches(t *testing.T) {
	sealer := fileSealer(t)
	source := &table{columns: []column{{name: "mail", values: emails(5)}, {name: "mail2", values: emails(5)}}}
	r, err := scan(t, source, task("users", assay.Plan{}), scanner.Options{Sealer: sealer}, emailRule)
	if err != nil {
		t.Fatal(err)
	}
	a, b := r.Matches[0], r.Matches[5]
	a.Sealed, b.Sealed = b.Sealed, a.Sealed
	for _, m := range []assay.SealedMatch{a, b} {
		if _, err := assay.OpenMatch(t.Context(), sealer, m); err == nil {
			t.Errorf("the content of another field opened in field %s", m.Field)
		}
	}
}

func TestNoKeyKeepsNothing(t *testing.T) {
	r, err := scan(t, &table{columns: []column{{name: "mail", values: emails(5)}}}, task("users", assay.Plan{}), scanner.Options{}, emailRule)
	if err != nil || len(r.Findings) != 1 || len(r.Matches) != 0 {
		t.Errorf("%d findings, %d matches, %v", len(r.Findings), len(r.Matches), err)
	}
}

func TestLongMatchIsCut(t *testing.T) {
	sealer := fileSealer(t)
	long := strings.Repeat("a", 5000) + "@shop.invalid"
	r, err := scan(t, &table{columns: []column{{name: "mail", values: []string{long}}}}, task("users", assay.Plan{}), scanner.Options{Sealer: sealer}, emailRule)
	if err != nil {
		t.Fatal(err)
	}
	if got := opened(t, sealer, r)["mail/email_address"]; len(got) != 1 || len(got[0]) != 1024 {
		t.Errorf("kept %d matches", len(got))
	}
}

type noKey struct{ assay.Sealer }

func (noKey) Seal(context.Context, assay.Value, ...string) ([]byte, error) {
	return nil, errors.New("no route to the key")
}

// Where the key cannot be reached the task comes again, and nothing is kept in
// the clear meanwhile.
func TestKeyAway(t *testing.T) {
	r, err := scan(t, &table{columns: []column{{name: "mail", values: emails(5)}}}, task("users", assay.Plan{}), scanner.Options{Sealer: noKey{}}, emailRule)
	if assay.Decide(err) != assay.Later {
		t.Errorf("error %v, want one to try again later", err)
	}
	if len(r.Matches) != 0 {
		t.Errorf("%d matches are kept", len(r.Matches))
	}
	for _, c := range r.Coverage {
		if c.Status == assay.StatusScanned {
			t.Errorf("field %q counts as scanned", c.Field)
		}
	}
}
