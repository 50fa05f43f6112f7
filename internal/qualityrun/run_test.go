package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
