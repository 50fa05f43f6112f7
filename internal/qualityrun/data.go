package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"example.com/assay/engine"
	"example.com/assay/internal/corpus"
	"example.com/assay/quality"
)

// piece is one line of another generator's data: a table if it has columns, a
// text if it has a template, else a single value.
type piece struct {
	corpus.Value
	Template string          `json:"template"`
	Spans    []corpus.Span   `json:"spans"`
	Schema   string          `json:"schema"`
	Name     string          `json:"name"`
	Columns  []corpus.Column `json:"columns"`
}

// file judges the data of another generator.
func (r *runner) file(ctx context.Context, name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	field, decoder := r.nameless(), json.NewDecoder(bytes.NewReader(data))
	for {
		var p piece
		if err := decoder.Decode(&p); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := r.piece(ctx, field, p); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
}

func (r *runner) piece(ctx context.Context, field *engine.FieldScan, p piece) error {
	switch {
	case p.Columns != nil:
		return r.table(ctx, corpus.Table{Schema: p.Schema, Name: p.Name, Locale: p.Locale, Columns: p.Columns})
	case p.Template != "":
		return r.text(ctx, field, corpus.Text{Template: p.Template, Text: p.Text, Spans: p.Spans})
	case p.IsBareDigits() || !r.answers.Covered(p.Kind):
		return nil
	case r.answers.Wanted(p.Kind) == "":
		return r.innocentValue(ctx, field, p.Value)
	}
	return r.value(ctx, field, p.Value)
}

// innocentValue judges a value of a kind in which there is nothing to find.
func (r *runner) innocentValue(ctx context.Context, field *engine.FieldScan, v corpus.Value) error {
	found, err := r.elementsIn(ctx, field, v)
	if err != nil {
		return err
	}
	r.report.innocentOf(v.Kind).count(found)
	r.report.Innocent.count(found)
	r.note("innocent", quality.MatchSets(found, nil), v.Kind, v.Text)
	return nil
}

// innocentOf returns the counts of a kind.
func (r *Report) innocentOf(kind corpus.Kind) *Rate {
	for i := range r.InnocentBy {
		if r.InnocentBy[i].Name == string(kind) {
			return &r.InnocentBy[i]
		}
	}
	r.InnocentBy = append(r.InnocentBy, Rate{Name: string(kind)})
	return &r.InnocentBy[len(r.InnocentBy)-1]
}
