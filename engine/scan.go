package engine

import (
	"cmp"
	"context"
	"slices"

	"example.com/assay"
)

// FieldScan judges the values of one field by all rules of a Set. What depends
// on metadata alone is decided when it is made, so that rules that cannot hold
// for the field cost nothing. It is for one goroutine.
type FieldScan struct {
	set  *Set
	info FieldInfo
	text *fieldText

	meta []bool // per metadata method: holds for this field
	*concern

	answers map[string][]Answer // of deferred methods, for the block being settled
	down    map[string]bool     // deferred methods that gave none for this block
	eval    evaluator
	cands   candidates
	tally   tally
}

// Field begins the scan of one field.
func (s *Set) Field(info FieldInfo) *FieldScan {
	f := &FieldScan{set: s, info: info, text: newFieldText(info)}
	f.meta = s.holding(f.text)
	f.eval = newEvaluator(f)
	f.eval.emit = f.eval.add
	f.cands = newCandidates(s)
	f.tally = newTally(s)
	f.concern = s.concerns.of(f)
	return f
}

// InAsset returns the scan of the same field in another asset, which is f itself
// where no rule looks at the asset: to begin a field takes longer than to scan a
// short text.
func (f *FieldScan) InAsset(asset *assay.Asset) *FieldScan {
	info := f.info
	info.Asset = asset
	if slices.ContainsFunc(f.set.metas, func(m *metadata) bool { return m.On == OnAsset }) {
		return f.set.Field(info)
	}
	f.info = info
	return f
}

// canHold reports whether the tree can hold for some value of this field.
func (f *FieldScan) canHold(n *node) bool {
	switch n.op {
	case Any:
		for i := range n.nodes { // by index: a node is large
			if f.canHold(&n.nodes[i]) {
				return true
			}
		}
		return false
	case All:
		for i := range n.nodes {
			if !f.canHold(&n.nodes[i]) {
				return false
			}
		}
	case Not:
		return !f.mustHold(&n.nodes[0])
	case Metadata:
		return f.meta[n.leaf]
	}
	return true
}

// mustHold reports whether the tree holds for every value of this field.
func (f *FieldScan) mustHold(n *node) bool {
	switch n.op {
	case Any:
		for i := range n.nodes {
			if f.mustHold(&n.nodes[i]) {
				return true
			}
		}
		return false
	case All:
		for i := range n.nodes {
			if !f.mustHold(&n.nodes[i]) {
				return false
			}
		}
		return true
	case Not:
		return !f.canHold(&n.nodes[0])
	case Metadata:
		return f.meta[n.leaf]
	}
	return false
}

// ctxInterval is how many values are judged between two looks at the context.
const ctxInterval = 256

// The bytes that expressions may look at in the long values of one block. Text
// on which hundreds of expressions match everywhere must not hold up all others;
// in values that are not long their number alone bounds the work.
const (
	longValue    = 8 << 10 // bytes
	budgetFloor  = 512 << 10
	budgetFactor = 20 // times the block's size: prose spends 3, nothing but personal data 15
)

// Scan finds all hits in a block and replaces what out held. Its only error is
// that of ctx.
func (f *FieldScan) Scan(ctx context.Context, b *Block, out *Result) error {
	out.Hits, out.Pending, out.Spent = out.Hits[:0], out.Pending[:0], false
	f.answers, f.down = nil, nil
	f.eval.budget = budgetFloor + budgetFactor*len(b.data)
	f.eval.mentions.reset(b.data)
	f.cands.collect(f, b)
	for v := range b.spans {
		if v%ctxInterval == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		cands := f.cands.of(v)
		if len(cands) == 0 && len(f.standing) == 0 {
			continue
		}
		f.judgeValue(b, v, cands, out)
	}
	out.Spent = f.eval.budget < 0
	return ctx.Err()
}

// judgeValue runs the candidates of one value and judges the rules they touch.
func (f *FieldScan) judgeValue(b *Block, v int, cands []candidate, out *Result) {
	f.eval.reset(b.Value(v), int(b.spans[v].start))
	f.eval.run(cands)
	first := len(out.Hits)
	for _, r := range f.eval.touched(f.standing) {
		f.judgeRule(b, v, r, out)
	}
	sortHits(out.Hits[first:])
}

// judgeRule judges one rule on the value in the evaluator and appends its hits,
// or what it waits for.
func (f *FieldScan) judgeRule(b *Block, v, r int, out *Result) {
	tree := &f.set.trees[r]
	truth, score := f.eval.judge(tree)
	switch truth {
	case unknown:
		out.Pending = f.appendPending(out.Pending, tree, v, r)
	case yes:
		span := b.spans[v]
		for _, h := range f.eval.uniqueHits(score) {
			if h.start < int(span.lead) || h.start >= int(span.end-span.start-span.trail) {
				continue
			}
			out.Hits = append(out.Hits, Hit{
				Match: assay.Match{Element: f.set.rules[r].Element, Start: h.start, End: h.end, Score: h.score},
				Value: v, Rule: r, method: h.method, context: h.context,
			})
		}
	}
}

func (f *FieldScan) appendPending(out []Pending, n *node, v, r int) []Pending {
	if n.op == Deferred {
		if _, known := f.answers[n.deferred.Name]; !known && !f.down[n.deferred.Name] {
			out = append(out, Pending{Value: v, Rule: r, Method: n.deferred})
		}
	}
	for i := range n.nodes {
		out = f.appendPending(out, &n.nodes[i], v, r)
	}
	return out
}

// Settle completes the judgements in out that wait for the named deferred
// method, with its answers. A value without an answer is one in which the
// method found nothing.
func (f *FieldScan) Settle(b *Block, out *Result, name string, answers []Answer) {
	if f.answers == nil {
		f.answers = map[string][]Answer{}
	}
	slices.SortStableFunc(answers, func(x, y Answer) int { return cmp.Compare(x.Value, y.Value) })
	f.answers[name] = answers
	waiting := slices.Clone(out.Pending)
	out.Pending = out.Pending[:0]
	for i, p := range waiting {
		if i > 0 && waiting[i-1].Value == p.Value && waiting[i-1].Rule == p.Rule {
			continue
		}
		f.eval.reset(b.Value(p.Value), int(b.spans[p.Value].start))
		f.eval.run(f.wholeValue(p.Rule, b.Value(p.Value)))
		f.eval.value = p.Value
		f.judgeRule(b, p.Value, p.Rule, out)
	}
	sortHits(out.Hits)
}

// Unsettled says that the named deferred method gave no answer: the judgements
// that wait for it are dropped from out, and the values stay unjudged for those
// rules.
func (f *FieldScan) Unsettled(name string, out *Result) {
	if f.down == nil {
		f.down = map[string]bool{}
	}
	f.down[name] = true
	out.Pending = slices.DeleteFunc(out.Pending, func(p Pending) bool { return p.Method.Name == name })
}

// wholeValue returns the finders of a rule as candidates on a whole value.
func (f *FieldScan) wholeValue(rule int, value []byte) []candidate {
	var finders []int32
	for _, m := range f.set.methods {
		if m.rule == rule {
			finders = append(finders, m.finder)
		}
	}
	slices.Sort(finders)
	var out []candidate
	for _, i := range slices.Compact(finders) {
		out = append(out, candidate{finder: i, end: uint32(len(value))}, candidate{finder: i, kind: gateOpen})
	}
	return out
}

func sortHits(hits []Hit) {
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Rule, b.Rule))
	})
}

// Best drops every hit that overlaps a better one in the same value: one with a
// higher score, or as high a score and a longer span. It reorders in place and
// returns what is left, by value and start.
func Best(hits []Hit) []Hit {
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(b.Score, a.Score),
			cmp.Compare(b.End-b.Start, a.End-a.Start), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Rule, b.Rule))
	})
	kept := hits[:0]
	first := 0 // of the kept hits of this value
	for _, h := range hits {
		if len(kept) > 0 && kept[len(kept)-1].Value != h.Value {
			first = len(kept)
		}
		overlaps := slices.ContainsFunc(kept[first:], func(k Hit) bool { return k.Start < h.End && h.Start < k.End })
		if !overlaps {
			kept = append(kept, h)
		}
	}
	sortHits(kept)
	return kept
}
