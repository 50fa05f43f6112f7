package engine

import (
	"math"
	"strconv"

	"example.com/assay"
)

// The features of a column of plain values, for and against an element in it.
const (
	featureBase     = iota // 1
	featureMethods         // log-odds of the mean score that the methods gave the hits
	featureShare           // log-odds of the lower bound of the share of values with a hit
	featureNamed           // 1 if the field's name or comment speaks for the element
	featureDistinct        // share of different values among the first ones
	featureSerial          // share of integers among the first ones that are the one before plus one
	featureRival           // the greatest share that another element explains
	featureKey             // 1 if the field is part of a key
	featureNumber          // 1 if the declared type is a number
	featureSize            // decimal logarithm of the number of values

	// FeatureCount is the number of features.
	FeatureCount
)

// Features is what is known of a column of plain values for and against one
// element, in the order of FeatureNames.
type Features [FeatureCount]float64

// FeatureNames says what the features are, for a person and in evidence.
var FeatureNames = [FeatureCount]string{
	"base", "the methods' own scores", "share of the values", "the name says so", "different values", "counts up by one",
	"another element fits as well", "part of a key", "declared a number", "number of values",
}

// featureKinds are the kinds of evidence of the features.
var featureKinds = [FeatureCount]string{
	"base", "methods", "share", "field", "distinct", "sequence", "rival", "key", "type", "sample",
}

// Judgement is a finding of a field as the score saw it.
type Judgement struct {
	Element assay.Element
	// Plain says that the field is a column of plain values. Only those are
	// scored by Features: what stands inside texts has the mean score of its hits.
	Plain      bool
	Features   Features
	Confidence float64
}

// Judgements returns what Findings is made from, to train the score and to
// measure it.
func (f *FieldScan) Judgements() []Judgement {
	var out []Judgement
	for _, verdicts := range f.verdicts() {
		for _, v := range verdicts {
			out = append(out, Judgement{f.set.rules[v.rule].Element, v.plain, v.features, v.confidence})
		}
	}
	return out
}

// score is the probability that a column holds an element, by a logistic model of
// its features. The weights are trained: docs/score.md is the model's card.
func (x Features) score() float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * x[i]
	}
	return logistic(sum)
}

// evidence says how much each feature moved the confidence against an average
// column in which an element was found.
func (x Features) evidence() []assay.Evidence {
	var out []assay.Evidence
	for i := 1; i < FeatureCount; i++ {
		moved := math.Round(100*weights[i]*(x[i]-averages[i])) / 100
		if math.Abs(moved) < leastWeight {
			continue
		}
		out = append(out, assay.Evidence{Kind: featureKinds[i], Text: FeatureNames[i] + featureValue(i, x[i]), Weight: moved})
	}
	return out
}

// leastWeight is the least that a feature must move the confidence to be told.
const leastWeight = 0.05

// featureValue says how a feature stands.
func featureValue(i int, x float64) string {
	switch i {
	case featureNamed, featureKey, featureNumber:
		return ": " + [...]string{"no", "yes"}[int(x)]
	case featureDistinct, featureSerial, featureRival:
		return ": " + strconv.Itoa(int(math.Round(100*x))) + " %"
	}
	return ""
}

// features collects what is known of a plain verdict.
func (f *FieldScan) features(v verdict, rival float64) Features {
	t := &f.tally
	x := Features{
		featureBase: 1, featureMethods: clip(logOdds(v.mean)), featureShare: clip(logOdds(v.share)),
		featureNamed: truthValue(f.named(&f.set.trees[v.rule]) || f.namedByContext(v.rule)), featureRival: rival,
		featureKey: truthValue(f.info.Field.Key), featureNumber: truthValue(isNumberType(f.info.Field.Type)),
		featureSize: math.Log10(float64(max(1, t.sampled))),
	}
	if t.looked > 0 {
		x[featureDistinct] = float64(len(t.seen)) / float64(t.looked)
		x[featureSerial] = float64(t.steps) / float64(t.looked)
	}
	return x
}

func truthValue(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// clip bounds log-odds, so that no single feature decides.
func clip(x float64) float64 { return min(max(x, -4), 4) }

// Hinted reports whether the field's name or comment speaks for the element of a
// rule.
func (f *FieldScan) Hinted(rule int) bool { return f.named(&f.set.trees[rule]) }

// named reports whether a metadata method on the field's name or comment speaks
// for the element.
func (f *FieldScan) named(n *node) bool {
	if n.op == Not {
		return false
	}
	if n.op == Metadata {
		on := f.set.metas[n.leaf].On
		return f.meta[n.leaf] && (on == OnField || on == OnComment)
	}
	for i := range n.nodes {
		if f.named(&n.nodes[i]) {
			return true
		}
	}
	return false
}

// namedByContext reports whether a context that raised a hit stands in the
// field's name or comment.
func (f *FieldScan) namedByContext(rule int) bool {
	for key := range f.tally.rules[rule].contexts {
		m := f.set.methods[key.method]
		if m.Context[key.context-1].Fields && f.eval.inField(m.contexts[key.context-1]) {
			return true
		}
	}
	return false
}
