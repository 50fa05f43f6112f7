package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/internal/corpus"
	"example.com/assay/internal/corpus/answers"
	"example.com/assay/quality"
)

// mostRows is the greatest number of rows of a table.
const mostRows = 100

// threshold is the least score, or confidence, at which something is found.
const threshold = 0.5

// runner measures one set on one corpus.
type runner struct {
	set     *engine.Set
	data    *corpus.Corpus
	answers answers.Answers
	part    string // train, held or all
	amount  int

	block  engine.Block
	result engine.Result

	report   Report
	samples  []sample // for training
	mistakes []mistake
	// wrong is the element whose mistakes are collected; empty for none.
	wrong assay.Element
}

// mistake is one wrong judgement. Generated data may be shown in full.
type mistake struct {
	Task   string
	Missed bool
	Kind   corpus.Kind
	Text   string
}

func (r *runner) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{r.values, r.innocent, r.digits, r.spans, r.columns} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// wanted tells whether the chosen part has a piece.
func (r *runner) wanted(held bool) bool {
	return r.part == "all" || held == (r.part == "held")
}

// scan returns what is found in one text without a name, the best of what
// overlaps.
func (r *runner) scan(ctx context.Context, field *engine.FieldScan, text string) ([]engine.Hit, error) {
	r.block.Reset()
	r.block.Append([]byte(text), 0, 0)
	if err := field.Scan(ctx, &r.block, &r.result); err != nil {
		return nil, err
	}
	hits := slices.DeleteFunc(slices.Clone(r.result.Hits), func(h engine.Hit) bool { return h.Score < threshold })
	return engine.Best(hits), nil
}

func (r *runner) nameless() *engine.FieldScan {
	return r.set.Field(engine.FieldInfo{Field: assay.Field{Path: assay.WholeText}})
}

// values judges single values. Bare numbers count neither way: nobody can know.
func (r *runner) values(ctx context.Context) error {
	field := r.nameless()
	for _, v := range r.data.Values(r.amount) {
		if !r.wanted(v.Held) || v.Bare || !r.answers.Covered(v.Kind) {
			continue
		}
		if err := r.value(ctx, field, v); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) value(ctx context.Context, field *engine.FieldScan, v corpus.Value) error {
	found, err := r.elementsIn(ctx, field, v)
	if err != nil {
		return err
	}
	var labelled []assay.Element
	if e := r.answers.Wanted(v.Kind); e != "" {
		labelled = append(labelled, e)
	}
	board := quality.MatchSets(found, labelled)
	r.report.Values.add(board, nil)
	r.note("value", board, v.Kind, v.Text)
	return nil
}

// elementsIn is what is found in a value, without what is not wrong to find.
func (r *runner) elementsIn(ctx context.Context, field *engine.FieldScan, v corpus.Value) ([]assay.Element, error) {
	hits, err := r.scan(ctx, field, v.Text)
	if err != nil {
		return nil, err
	}
	var found []assay.Element
	for _, h := range hits {
		if e, counts := r.answers.Judge(v.Kind, h.Element); counts {
			found = append(found, e)
		}
	}
	return found, nil
}

// innocent counts the values that hold nothing and are flagged all the same.
func (r *runner) innocent(ctx context.Context) error {
	err := r.flagged(ctx, r.data.Innocent(10*r.amount), &r.report.Innocent)
	if err != nil {
		return err
	}
	return r.flagged(ctx, r.data.Things(10*r.amount), &r.report.Things)
}

func (r *runner) flagged(ctx context.Context, values []corpus.Value, total *Rate) error {
	field := r.nameless()
	byKind := map[corpus.Kind]*Rate{}
	for _, v := range values {
		if !r.wanted(v.Held) {
			continue
		}
		if byKind[v.Kind] == nil {
			byKind[v.Kind] = &Rate{Name: string(v.Kind)}
		}
		found, err := r.elementsIn(ctx, field, v)
		if err != nil {
			return err
		}
		byKind[v.Kind].count(found)
		total.count(found)
		r.note("innocent", quality.MatchSets(found, nil), v.Kind, v.Text)
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		r.report.InnocentBy = append(r.report.InnocentBy, *byKind[kind])
	}
	return nil
}

// digits counts the random bare numbers that are flagged, by their length.
func (r *runner) digits(ctx context.Context) error {
	field := r.nameless()
	for length := 4; length <= 19; length++ {
		rate := Rate{Name: fmt.Sprintf("%d digits", length)}
		for _, v := range r.data.Digits(length, 100*r.amount) {
			found, err := r.elementsIn(ctx, field, v)
			if err != nil {
				return err
			}
			rate.count(found)
			r.note("digits", quality.MatchSets(found, nil), v.Kind, v.Text)
		}
		r.report.Digits = append(r.report.Digits, rate)
	}
	return nil
}

// spans judges where in texts something is found.
func (r *runner) spans(ctx context.Context) error {
	texts, err := r.data.Texts(r.amount)
	if err != nil {
		return err
	}
	field := r.nameless()
	for _, t := range texts {
		if !r.wanted(t.Held) {
			continue
		}
		if err := r.text(ctx, field, t); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) text(ctx context.Context, field *engine.FieldScan, t corpus.Text) error {
	hits, err := r.scan(ctx, field, t.Text)
	if err != nil {
		return err
	}
	labelled, found := r.labelledIn(t), r.foundIn(t, hits)
	board := quality.MatchSpans(found, labelled, quality.Overlap)
	r.report.Spans.add(board, quality.MatchSpans(found, labelled, quality.Exact))
	r.note("span", board, corpus.Kind(t.Template), t.Text)
	return nil
}

func (r *runner) labelledIn(t corpus.Text) []quality.Span {
	var spans []quality.Span
	for _, s := range t.Spans {
		if e := r.answers.Wanted(s.Kind); e != "" && !isOptional(s.Kind) {
			spans = append(spans, quality.Span{Element: e, Start: s.Start, End: s.End})
		}
	}
	return spans
}

// foundIn turns hits into spans, without what is not wrong to find and without
// what lies in a piece that the library has no verifier for.
func (r *runner) foundIn(t corpus.Text, hits []engine.Hit) []quality.Span {
	var spans []quality.Span
	for _, h := range hits {
		span := quality.Span{Element: h.Element, Start: h.Start, End: h.End}
		if h.End == 0 {
			span.End = len(t.Text)
		}
		counts := true
		for _, s := range t.Spans {
			if s.Start >= span.End || span.Start >= s.End {
				continue
			}
			element, right := r.answers.Judge(s.Kind, span.Element)
			counts = counts && right && r.answers.Covered(s.Kind) && !isOptional(s.Kind)
			if quality.Overlap(span, quality.Span{Start: s.Start, End: s.End}) {
				span.Element = element
			}
		}
		if counts {
			spans = append(spans, span)
		}
	}
	return spans
}

// isOptional tells the kinds that may be found in a text or not: half a name, a
// town.
func isOptional(kind corpus.Kind) bool { return kind == "given_name" || kind == "city_name" }

// columns judges what columns of tables hold.
func (r *runner) columns(ctx context.Context) error {
	tables, err := r.data.Tables(min(mostRows, 20*r.amount))
	if err != nil {
		return err
	}
	for _, t := range tables {
		if !r.wanted(t.Held) {
			continue
		}
		if err := r.table(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) table(ctx context.Context, t corpus.Table) error {
	for _, column := range t.Columns {
		if slices.ContainsFunc(column.Kinds, func(k corpus.Kind) bool { return !r.answers.Covered(k) }) {
			continue
		}
		if err := r.column(ctx, t, column); err != nil {
			return err
		}
		for _, rows := range shorter {
			if err := r.shortColumn(ctx, t, column, rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// shorter are the numbers of rows by which columns are scanned again, so that the
// confidence is right for few values too.
var shorter = []int{1, 5, 20}

// shortColumn judges the first rows of a column, for the reliability alone.
func (r *runner) shortColumn(ctx context.Context, t corpus.Table, column corpus.Column, rows int) error {
	if rows >= len(column.Values) {
		return nil
	}
	column.Values = column.Values[:rows]
	judgements, err := r.scanColumn(ctx, t, column)
	if err != nil {
		return err
	}
	r.judged(column, judgements)
	return nil
}

// judged keeps what was promised of a column and what is true, and returns the
// elements that it was found to hold and those that it does hold.
func (r *runner) judged(column corpus.Column, judgements []engine.Judgement) (found, labelled []assay.Element) {
	for _, kind := range column.Kinds {
		if e := r.answers.Wanted(kind); e != "" {
			labelled = append(labelled, e)
		}
	}
	for _, j := range judgements {
		element, counts := j.Element, true
		for _, kind := range column.Kinds {
			e, right := r.answers.Judge(kind, j.Element)
			if e != j.Element {
				element = e
			}
			counts = counts && right
		}
		if !counts {
			continue
		}
		right := slices.Contains(labelled, element)
		r.report.Scores = append(r.report.Scores, quality.Scored{Score: j.Confidence, Right: right})
		if j.Plain {
			r.samples = append(r.samples, sample{j.Features, right})
		}
		if j.Confidence >= threshold {
			found = append(found, element)
		}
	}
	return found, labelled
}

func (r *runner) column(ctx context.Context, t corpus.Table, column corpus.Column) error {
	judgements, err := r.scanColumn(ctx, t, column)
	if err != nil {
		return err
	}
	found, labelled := r.judged(column, judgements)
	board := quality.MatchSets(found, labelled)
	r.report.Columns.add(board, nil)
	if len(labelled) == 0 {
		r.report.Clean.count(found)
	}
	r.note("column", board, corpus.Kind(fmt.Sprint(column.Kinds)),
		t.Schema+"."+t.Name+"."+column.Name+": "+strings.Join(column.Values[:min(2, len(column.Values))], " | "))
	return nil
}

func (r *runner) scanColumn(ctx context.Context, t corpus.Table, column corpus.Column) ([]engine.Judgement, error) {
	asset := &assay.Asset{ID: assay.AssetID("mysql://db.local:3306/" + t.Schema + "/" + t.Name), Kind: assay.KindTable}
	info := engine.FieldInfo{
		Asset: asset,
		Field: assay.Field{Path: column.Name, Type: column.Type, Comment: column.Comment, Key: column.Key},
	}
	for _, other := range t.Columns {
		if other.Name != column.Name {
			info.Neighbours = append(info.Neighbours, other.Name)
		}
	}
	field := r.set.Field(info)
	r.block.Reset()
	for _, v := range column.Values {
		if r.block.Append([]byte(v), 0, 0) {
			continue
		}
		if err := r.fold(ctx, field); err != nil {
			return nil, err
		}
		r.block.Append([]byte(v), 0, 0)
	}
	if err := r.fold(ctx, field); err != nil {
		return nil, err
	}
	return field.Judgements(), nil
}

// fold scans what the block holds, adds it to the field and empties the block.
func (r *runner) fold(ctx context.Context, field *engine.FieldScan) error {
	if err := field.Scan(ctx, &r.block, &r.result); err != nil {
		return err
	}
	field.Add(&r.block, &r.result)
	r.block.Reset()
	return nil
}

// note keeps a mistake about the element that was asked for.
func (r *runner) note(task string, board quality.Board, kind corpus.Kind, text string) {
	c := board[r.wrong]
	if r.wrong == "" || c.FP+c.FN == 0 {
		return
	}
	r.mistakes = append(r.mistakes, mistake{task, c.FN > 0, kind, text})
}
