package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/internal/corpus"
	"example.com/assay/quality"
	"github.com/google/go-cmp/cmp"
)

func TestSameTwice(t *testing.T) {
	var out [2]bytes.Buffer
	for i := range out {
		if err := run(t.Context(), options{seed: 3, amount: 1, part: "train", asJSON: true}, &out[i]); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(out[0].String(), out[1].String()); diff != "" {
		t.Error(diff)
	}
}

func TestOptions(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]options{
		"unknown part":       {part: "half"},
		"errors of held":     {part: "held", errors: "iban"},
		"errors of all":      {part: "all", errors: "iban"},
		"no folder":          {part: "train", library: none},
		"no file of values":  {part: "train", data: none},
		"no file for floors": {part: "train", data: empty, floor: none},
	} {
		if err := run(t.Context(), o, new(bytes.Buffer)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A value without its element is a miss, a bare number counts neither way.
func TestValuesOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "values.jsonl")
	lines := `{"kind":"email","text":"ana.ruiz@northwindtrading.net"}
{"kind":"email","text":"no address at all"}
{"kind":"imei","text":"490154203237518"}
`
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := newRunner(options{part: "train"})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.file(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(quality.Board{"email_address": {TP: 1, FN: 1}}, r.report.Values.Board); diff != "" {
		t.Error(diff)
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.file(t.Context(), file); err == nil {
		t.Error("a broken file of values is taken")
	}
}

// Every row of the table must be of a kind that the corpus makes.
func TestTruths(t *testing.T) {
	kinds := corpus.Kinds()
	for kind := range truths {
		if !slices.Contains(kinds, kind) {
			t.Errorf("no data are of kind %s", kind)
		}
	}
}

func TestAnswers(t *testing.T) {
	a := newAnswers([]assay.Element{"person_name", "first_name", "crypto_address"})
	tests := []struct {
		kind   corpus.Kind
		found  assay.Element
		want   assay.Element
		counts bool
	}{
		{"name", "person_name", "person_name", true},
		{"name", "first_name", "first_name", false}, // a part of it: neither right nor wrong
		{"name", "iban", "iban", true},
		{"eth", "crypto_address", "crypto_address", true},
		{"given_name", "person_name", "first_name", true},
		{"uuid", "iban", "iban", true},
		{"plain_url", "url", "url", false},
		{"vat", "at_vat_id", "at_vat_id", false},
		{"vat", "at_passport", "at_passport", true},
	}
	for _, test := range tests {
		if got, counts := a.judge(test.kind, test.found); got != test.want || counts != test.counts {
			t.Errorf("%s found as %s: %s %v, want %s %v", test.kind, test.found, got, counts, test.want, test.counts)
		}
	}
	if a.covered("iban") || !a.covered("uuid") || !a.covered("name") || !slices.Contains(a.missing, "iban") {
		t.Error("covered kinds are wrong")
	}
}

func TestFloors(t *testing.T) {
	good := Report{
		Values:   Task{Board: quality.Board{"iban": {TP: 90, FP: 5, FN: 10}}, MicroF1: 0.92, MacroF1: 0.92},
		Innocent: Rate{Flagged: 1, Of: 1000},
		Digits:   []Rate{{Name: "9 digits", Of: 1000}},
	}
	file := filepath.Join(t.TempDir(), "floors.json")
	if err := good.record(file); err != nil {
		t.Fatal(err)
	}
	if err := good.check(file); err != nil {
		t.Errorf("a report is below the floors recorded from it: %v", err)
	}
	worse := good
	worse.Values = Task{Board: quality.Board{"iban": {TP: 80, FP: 5, FN: 20}}, MicroF1: 0.92, MacroF1: 0.92}
	worse.Innocent = Rate{Flagged: 9, Of: 1000}
	err := worse.check(file)
	if err == nil || !strings.Contains(err.Error(), "values/iban/recall is 0.8000") || !strings.Contains(err.Error(), "innocent is 0.0090") {
		t.Errorf("worse figures: %v", err)
	}
	gone := good
	gone.Values = Task{MicroF1: 0.92, MacroF1: 0.92}
	if err := gone.check(file); err == nil {
		t.Error("an element that is no longer measured passes")
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := good.check(file); err == nil {
		t.Error("a broken file of floors passes")
	}
}
