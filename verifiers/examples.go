package verifiers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"example.com/assay"
	"example.com/assay/engine"
)

// Failure is an example that did not turn out as its definition says.
type Failure struct {
	Path   string // of the example in its definition: $.match[2]
	Text   string // the example's
	Where  string // how it was tried: alone, at the start of a text, …
	Reason string
}

// String says it in one line.
func (f Failure) String() string {
	return fmt.Sprintf("%s %q, %s: %s", f.Path, f.Text, f.Where, f.Reason)
}

// Test runs the examples of a definition by a set that holds it. Each is tried
// alone and, where nothing but its text is given, also at the start, middle and
// end of a longer text, between other values, and cut in two by the edge of a
// block. Only hits of the definition's own element count. Judgements that wait
// for a model are settled by settler, which may be nil when there are none. The
// error is that of ctx or of settler.
func Test(ctx context.Context, def Definition, set *engine.Set, settler Settler) ([]Failure, error) {
	t := tester{ctx: ctx, element: def.Element, set: set, settler: settler}
	for _, e := range def.Match {
		if err := t.run(e, true); err != nil {
			return t.failures, err
		}
	}
	for _, e := range def.NoMatch {
		if err := t.run(e, false); err != nil {
			return t.failures, err
		}
	}
	return t.failures, nil
}

// Settler completes the judgements that wait for models. Models is one.
type Settler interface {
	// Settle asks the models for all that is pending in out and completes it.
	// It returns the models that gave no answer, whose values stay unjudged: the
	// field is then not fully examined (assay.ReasonEndpoint). The error is that
	// of ctx.
	Settle(ctx context.Context, field *engine.FieldScan, b *engine.Block, out *engine.Result) (down []string, err error)
}

// tester runs the examples of one definition.
type tester struct {
	ctx      context.Context
	element  assay.Element
	set      *engine.Set
	settler  Settler
	plain    *engine.FieldScan // for examples without metadata
	failures []Failure
}

// field returns the scan of the field that an example stands in.
func (t *tester) field(e Example) *engine.FieldScan {
	if e.hasMetadata() {
		return t.set.Field(e.fieldInfo())
	}
	if t.plain == nil {
		t.plain = t.set.Field(e.fieldInfo())
	}
	return t.plain
}

// trial is one way of putting an example before the engine: a value of a block
// that holds the example's text from at on, and perhaps some of it only as
// context.
type trial struct {
	where       string
	value       string
	lead, trail int
	base        int // where the value begins in the longer text that it is a piece of
}

// filler is text about nothing, without a word that a verifier could want. It is
// longer than engine.ContextReach.
var filler = strings.Repeat("and so it was that all of them went over there again, as they had before; ", 3)

// trials returns the ways to try an example. The last two are the halves of one
// text.
func trials(e Example) []trial {
	alone := trial{where: "alone", value: e.Text}
	if e.hasMetadata() {
		return []trial{alone}
	}
	long := filler + e.Text + "\n" + filler
	cut := middle(e.Text) + len(filler)
	reach := len(e.Text) + engine.ContextReach
	from, to := max(0, runeStart(long, cut-reach)), min(len(long), runeStart(long, cut+reach))
	return []trial{
		alone,
		{where: "between other values", value: filler},
		{where: "as the value after another", value: e.Text},
		{where: "at the start of a text", value: e.Text + " " + filler},
		{where: "in the middle of a text", value: long},
		{where: "at the end of a text", value: filler + "\n" + e.Text},
		{where: "across the edge of a block", value: long[:to], trail: to - cut},
		{where: "across the edge of a block", value: long[from:], lead: cut - from, base: from},
	}
}

// middle is the offset of the character in the middle of text.
func middle(text string) int { return runeStart(text, len(text)/2) }

// runeStart moves an offset back to the start of a character.
func runeStart(text string, i int) int {
	for i > 0 && i < len(text) && text[i]&0xC0 == 0x80 {
		i--
	}
	return i
}

// run tries an example in all ways at once: as the values of one block.
func (t *tester) run(e Example, want bool) error {
	trials := trials(e)
	var block engine.Block
	for _, tr := range trials {
		if !block.Append([]byte(tr.value), tr.lead, tr.trail) {
			t.fail(e, tr, "the example is too long to be tried")
			return nil
		}
	}
	field := t.field(e)
	var result engine.Result
	if err := field.Scan(t.ctx, &block, &result); err != nil {
		return err
	}
	if t.pending(&result) {
		if t.settler == nil {
			t.fail(e, trials[0], "waits for a model, and none is configured")
			return nil
		}
		down, err := t.settler.Settle(t.ctx, field, &block, &result)
		if err != nil {
			return err
		}
		if len(down) > 0 {
			t.fail(e, trials[0], "waits for a model that gives no answer: "+strings.Join(down, ", "))
			return nil
		}
	}
	t.judge(e, want, trials, t.spans(&result, len(trials)))
	return nil
}

func (t *tester) pending(result *engine.Result) bool {
	return slices.ContainsFunc(result.Pending, func(p engine.Pending) bool {
		return t.set.Rules()[p.Rule].Element == t.element
	})
}

// spans returns the element's hits that count, by value.
func (t *tester) spans(result *engine.Result, values int) [][]span {
	out := make([][]span, values)
	for _, h := range result.Hits {
		if h.Element == t.element && h.Score >= engine.FlagScore {
			out[h.Value] = append(out[h.Value], span{h.Start, h.End})
		}
	}
	return out
}

// span is a hit's place in a value; 0, 0 is the value as a whole.
type span struct{ start, end int }

// judge compares what was found with what the example says.
func (t *tester) judge(e Example, want bool, trials []trial, found [][]span) {
	for i, tr := range trials {
		switch {
		case tr.value == filler:
			if len(found[i]) > 0 {
				t.fail(e, tr, "found something in a text about nothing")
			}
		case tr.lead+tr.trail > 0:
			// Judged below, both halves together.
		case want:
			t.judgeMatch(e, tr, found[i])
		case len(found[i]) > 0:
			t.fail(e, tr, fmt.Sprintf("found %q, want nothing", text(tr.value, found[i][0])))
		}
	}
	if n := len(trials); n > 1 {
		t.judgeCut(e, trials[n-2:], found[n-2:], found[slices.IndexFunc(trials, isWhole)])
	}
}

func isWhole(t trial) bool { return t.where == "in the middle of a text" }

func (t *tester) judgeMatch(e Example, tr trial, found []span) {
	if len(found) == 0 {
		t.fail(e, tr, "found nothing")
		return
	}
	if e.Find == "" {
		return
	}
	texts := make([]string, len(found))
	for i, s := range found {
		texts[i] = text(tr.value, s)
	}
	if !slices.Contains(texts, e.Find) {
		t.fail(e, tr, fmt.Sprintf("found %q, not %q", texts, e.Find))
	}
}

// judgeCut compares the hits in the two halves of a text with those in the
// whole: each must be found in one of them, and in one only.
func (t *tester) judgeCut(e Example, halves []trial, found [][]span, whole []span) {
	var joined []span
	for i, h := range halves {
		for _, s := range found[i] {
			joined = append(joined, span{s.start + h.base, s.end + h.base})
		}
	}
	slices.SortFunc(joined, func(a, b span) int { return a.start - b.start })
	if !slices.Equal(joined, whole) {
		t.fail(e, halves[0], fmt.Sprintf("the pieces have %d hits %v, the whole has %d %v", len(joined), joined, len(whole), whole))
	}
}

func text(value string, s span) string {
	if s.end == 0 {
		return value
	}
	return value[s.start:s.end]
}

func (t *tester) fail(e Example, tr trial, reason string) {
	t.failures = append(t.failures, Failure{Path: e.at.String(), Text: e.Text, Where: tr.where, Reason: reason})
}

// fieldInfo returns the metadata that an example gives.
func (e Example) fieldInfo() engine.FieldInfo {
	info := engine.FieldInfo{
		Field:      assay.Field{Path: e.Field, Type: e.Type, Comment: e.Comment},
		Neighbours: e.Neighbours,
	}
	if info.Field.Path == "" {
		info.Field.Path = assay.WholeText
	}
	if e.Asset != "" {
		info.Asset = &assay.Asset{ID: assay.AssetID(e.Asset)}
	}
	return info
}
