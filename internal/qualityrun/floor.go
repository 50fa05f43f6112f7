package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
)

// floors are the figures that must not be missed, by name: values/micro_f1,
// spans/iban/recall, innocent.
type floors struct {
	Least map[string]float64 `json:"least"`
	Most  map[string]float64 `json:"most"`
}

// slack is left between a figure and the floor recorded from it.
const slack = 0.005

// enough is the number of labelled pieces from which an element has a floor.
const enough = 30

// figures names everything that can have a floor.
func (r *Report) figures() floors {
	f := floors{Least: map[string]float64{}, Most: map[string]float64{
		"innocent": r.Innocent.share(), "things": r.Things.share(), "clean": r.Clean.share(),
	}}
	for name, t := range map[string]Task{"values": r.Values, "spans": r.Spans, "columns": r.Columns} {
		f.Least[name+"/micro_f1"], f.Least[name+"/macro_f1"] = t.MicroF1, t.MacroF1
		for element, c := range t.Board {
			if c.TP+c.FN >= enough {
				f.Least[name+"/"+string(element)+"/precision"] = c.Precision().Value
				f.Least[name+"/"+string(element)+"/recall"] = c.Recall().Value
			}
		}
	}
	for _, rate := range r.Digits {
		f.Most[rate.Name] = rate.share()
	}
	return f
}

// check compares the report with the floors of a file. A figure that is no
// longer measured fails too.
func (r *Report) check(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read floors: %w", err)
	}
	var want floors
	if err := json.Unmarshal(data, &want); err != nil {
		return fmt.Errorf("read floors: %s: %w", file, err)
	}
	got := r.figures()
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(want.Least)) {
		if v, ok := got.Least[name]; !ok || v < want.Least[name] {
			errs = append(errs, fmt.Errorf("%s is %.4f, below its floor %.4f", name, v, want.Least[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want.Most)) {
		if v, ok := got.Most[name]; !ok || v > want.Most[name] {
			errs = append(errs, fmt.Errorf("%s is %.4f, above its limit %.4f", name, v, want.Most[name]))
		}
	}
	return errors.Join(errs...)
}

// record writes the floors that follow from the report, a little below it.
func (r *Report) record(file string) error {
	f := r.figures()
	for name, v := range f.Least {
		f.Least[name] = max(0, math.Floor((v-slack)*1000)/1000)
	}
	for name, v := range f.Most {
		f.Most[name] = math.Ceil((v+slack/5)*1000) / 1000
	}
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}
