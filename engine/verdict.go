package engine

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"example.com/assay"
)

// The limits of a verdict on a column of plain values.
const (
	defaultMinShare = 0.05  // Wilson lower bound of the share of values that match
	strongShare     = 0.005 // the same where the hits are strong on their own
	strongScore     = 0.9
	chanceLimit     = 6.0 // the most that the share may move the confidence, in log-odds
)

// verdict is a rule's finding before elements compete for a plain column.
type verdict struct {
	rule       int
	matched    int
	share      float64 // lower end of its 95 % Wilson interval
	mean       float64 // score
	confidence float64
	plain      bool
	features   Features // of a plain verdict
}

// Findings returns the elements that the field holds by all that was added, the
// most confident first. In a column of plain values one element wins: another
// is named beside it only if it has values of its own and its hits are strong.
func (f *FieldScan) Findings() []assay.Finding {
	var out []assay.Finding
	for _, verdicts := range f.verdicts() {
		for _, v := range verdicts {
			out = append(out, f.finding(v))
		}
	}
	return out
}

// verdicts returns those of the active rules and those of the shadow ones.
func (f *FieldScan) verdicts() [2][]verdict {
	var active, shadow []verdict
	for r := range f.set.rules {
		v, ok := f.judgeField(r)
		switch {
		case !ok:
		case f.set.rules[r].Shadow:
			shadow = append(shadow, v)
		default:
			active = append(active, v)
		}
	}
	var out [2][]verdict
	for i, verdicts := range [][]verdict{active, shadow} {
		f.weigh(verdicts)
		out[i] = compete(verdicts)
	}
	return out
}

// weigh gives plain verdicts their confidence by all that is known of the column.
func (f *FieldScan) weigh(verdicts []verdict) {
	for i := range verdicts {
		v := &verdicts[i]
		if !v.plain || v.matched == 0 {
			continue
		}
		rival := 0.0
		for j, other := range verdicts {
			if j != i && other.plain {
				rival = max(rival, other.share)
			}
		}
		v.features = f.features(*v, rival)
		v.confidence = v.features.score()
	}
}

// judgeField folds one rule's tally into a verdict.
func (f *FieldScan) judgeField(r int) (verdict, bool) {
	rule, t, n := &f.set.rules[r], &f.tally.rules[r], f.tally.sampled
	if n == 0 || t.candidates == 0 {
		return f.judgeMetadata(r)
	}
	v := verdict{rule: r, matched: t.matched, plain: 2*t.whole >= t.candidates}
	if t.matched > 0 {
		v.mean = t.flaggedSum / float64(t.matched)
	}
	if chance := rule.Column.Chance; chance > 0 && v.plain && 2*t.candidates > t.matched {
		v.matched, v.mean = t.candidates, t.scoreSum/float64(t.candidates)
		v.mean = logistic(logOdds(v.mean) + shareEvidence(t.candidates, n, chance))
	}
	if v.matched < max(1, rule.Column.MinMatches) || v.mean < FlagScore {
		return verdict{}, false
	}
	v.share = wilsonLower(v.matched, n)
	if v.share < minShare(rule.Column, v) {
		return verdict{}, false
	}
	v.confidence = v.mean
	return v, true
}

// judgeMetadata judges a rule that had no value to look at.
func (f *FieldScan) judgeMetadata(r int) (verdict, bool) {
	if !f.set.rules[r].Column.MetadataOnly || f.tally.sampled > 0 {
		return verdict{}, false
	}
	f.eval.reset(nil, 0)
	truth, score := f.eval.judge(&f.set.trees[r])
	if truth != yes {
		return verdict{}, false
	}
	return verdict{rule: r, mean: score, confidence: min(score, defaultScore), plain: true}, true
}

func minShare(c Column, v verdict) float64 {
	switch {
	case !v.plain:
		return c.MinShareText
	case c.MinShare > 0:
		return c.MinShare
	case v.mean >= strongScore:
		return strongShare
	}
	return defaultMinShare
}

// shareEvidence is the log-likelihood ratio of seeing m of n values pass a check
// that an innocent value passes with probability chance, if the column holds
// the element (where a few values may still be broken) against if it does not,
// limited since values of one column are not independent.
func shareEvidence(m, n int, chance float64) float64 {
	const holds = 0.97
	llr := float64(m)*math.Log(holds/chance) + float64(n-m)*math.Log((1-holds)/(1-chance))
	return min(max(llr, -chanceLimit), chanceLimit)
}

func logOdds(p float64) float64 {
	p = min(max(p, 1e-6), 1-1e-6)
	return math.Log(p / (1 - p))
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// wilsonLower returns the lower end of the 95 % Wilson score interval of m of n.
// (Wilson: Probable inference, JASA 22, 1927.)
func wilsonLower(m, n int) float64 {
	if n == 0 {
		return 0
	}
	const z = 1.959964
	p, nn := float64(m)/float64(n), float64(n)
	centre := p + z*z/(2*nn)
	margin := z * math.Sqrt(p*(1-p)/nn+z*z/(4*nn*nn))
	return max(0, (centre-margin)/(1+z*z/nn))
}

// compete lets one element win a column of plain values.
func compete(verdicts []verdict) []verdict {
	slices.SortStableFunc(verdicts, func(a, b verdict) int {
		return cmp.Or(cmp.Compare(b.fit(), a.fit()), cmp.Compare(a.rule, b.rule))
	})
	explained := slices.ContainsFunc(verdicts, func(v verdict) bool { return v.plain && v.share >= mostOfColumn })
	won := false
	return slices.DeleteFunc(verdicts, func(v verdict) bool {
		if !v.plain {
			return explained && v.mean < strongScore
		}
		if !won {
			won = true
			return false
		}
		return v.mean < strongScore || v.share < defaultMinShare
	})
}

// mostOfColumn is the share from which a plain element explains a column, so that
// a weak one inside some of its values is taken for a part of it.
const mostOfColumn = 0.5

// fit ranks verdicts: plain ones by their score and the share of the column that
// they explain.
func (v verdict) fit() float64 {
	if v.plain {
		return (1 - (1-v.mean)*math.Sqrt(1-v.share)) * v.share
	}
	return v.mean
}

func (f *FieldScan) finding(v verdict) assay.Finding {
	rule, t := &f.set.rules[v.rule], &f.tally.rules[v.rule]
	out := assay.Finding{
		Field: f.info.Field.Path, Element: rule.Element,
		Confidence: math.Round(min(v.confidence, 0.99)*1e4) / 1e4,
		Matched:    v.matched, Sampled: f.tally.sampled, Hits: max(t.hits, v.matched),
		FreeText: !v.plain, Verifier: rule.Verifier, Hash: rule.Hash,
		State: assay.StateActive, Preview: t.preview, Evidence: f.evidence(v),
	}
	if rule.Shadow {
		out.State = assay.StateShadow
	}
	if f.info.Asset != nil {
		out.Asset, out.Owner = f.info.Asset.ID, f.info.Asset.Owner
		out.Declared = f.info.Asset.DeclaredOf(out.Field)
	}
	out.ID = assay.FindingID(out.Asset, out.Field, out.Element)
	return out
}

// evidence says what led to a verdict: methods, contexts, metadata, share.
func (f *FieldScan) evidence(v verdict) []assay.Evidence {
	out := []assay.Evidence{}
	t := &f.tally.rules[v.rule]
	for _, m := range sortedInts(t.methods) {
		if m >= 0 {
			c := f.set.methods[m]
			out = append(out, assay.Evidence{Kind: c.Kind, Text: strings.TrimSpace(c.Name + " " + times(t.methods[m]))})
		}
	}
	for key, n := range t.contexts {
		ctx := &f.set.methods[key.method].Context[key.context-1]
		out = append(out, assay.Evidence{Kind: "context", Text: "words such as " + strconv.Quote(ctx.Words[0]) + " nearby or in the name, " + times(n)})
	}
	slices.SortStableFunc(out[min(len(out), len(t.methods)):], func(a, b assay.Evidence) int { return cmp.Compare(a.Text, b.Text) })
	out = f.metadataEvidence(out, &f.set.trees[v.rule])
	if v.matched > 0 {
		out = append(out, assay.Evidence{Kind: "share", Text: strconv.Itoa(v.matched) + " of " + strconv.Itoa(f.tally.sampled) + " values"})
	}
	if v.plain && v.matched > 0 {
		out = append(out, v.features.evidence()...)
	}
	return out
}

func (f *FieldScan) metadataEvidence(out []assay.Evidence, n *node) []assay.Evidence {
	if n.op == Metadata && f.meta[n.leaf] {
		m := f.set.metas[n.leaf]
		out = append(out, assay.Evidence{Kind: string(m.On), Text: "matches " + cmp.Or(m.Regexp, strings.Join(m.Words, ", "))})
	}
	if n.op == Not {
		return out
	}
	for i := range n.nodes {
		out = f.metadataEvidence(out, &n.nodes[i])
	}
	return out
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

func sortedInts(m map[int32]int) []int32 {
	keys := make([]int32, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
