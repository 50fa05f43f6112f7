package engine

import (
	"slices"

	"example.com/assay"
)

// FlagScore is the score from which a hit counts as one.
const FlagScore = 0.5

// tally adds up, per rule, what was found in the values of one field.
type tally struct {
	sequence
	sampled int
	rules   []ruleTally
	best    []Hit // scratch
}

// ruleTally is what one rule found.
type ruleTally struct {
	candidates int     // values with a hit of any score
	matched    int     // values with a hit of at least FlagScore
	whole      int     // of candidates: the hit is (nearly) the whole value
	hits       int     // of at least FlagScore
	scoreSum   float64 // of the best score per candidate value
	flaggedSum float64 // of the best score per matched value
	topScore   float64
	preview    string
	methods    map[int32]int      // hits per method
	contexts   map[contextKey]int // hits whose score a context gave
}

type contextKey struct {
	method  int32
	context int8
}

func newTally(s *Set) tally { return tally{rules: make([]ruleTally, len(s.rules))} }

// Add folds the hits of a scanned, and settled, block into the judgement of the
// field. Where hits overlap, the better one counts.
func (f *FieldScan) Add(b *Block, out *Result) {
	t := &f.tally
	t.sampled += b.Len()
	t.look(b)
	t.best = Best(append(t.best[:0], f.byState(out.Hits, false)...))
	t.addHits(f.set, b, t.best)
	if shadow := f.byState(out.Hits, true); len(shadow) > 0 {
		t.addHits(f.set, b, Best(shadow))
	}
}

// byState returns the hits of the active or of the shadow rules: they never
// compete with each other.
func (f *FieldScan) byState(hits []Hit, shadow bool) []Hit {
	var out []Hit
	for _, h := range hits {
		if f.set.rules[h.Rule].Shadow == shadow {
			out = append(out, h)
		}
	}
	return out
}

// addHits adds hits that are ordered by value.
func (t *tally) addHits(s *Set, b *Block, hits []Hit) {
	for len(hits) > 0 {
		n := slices.IndexFunc(hits, func(h Hit) bool { return h.Value != hits[0].Value })
		if n < 0 {
			n = len(hits)
		}
		t.addValue(b.Value(hits[0].Value), hits[:n])
		hits = hits[n:]
	}
}

// addValue adds the hits of one value.
func (t *tally) addValue(value []byte, hits []Hit) {
	for i := range hits {
		h := &hits[i]
		r := &t.rules[h.Rule]
		if h.Score >= FlagScore {
			r.hits++
		}
		if r.methods == nil {
			r.methods, r.contexts = map[int32]int{}, map[contextKey]int{}
		}
		r.methods[h.method]++
		if h.context > 0 {
			r.contexts[contextKey{h.method, h.context}]++
		}
		if h.Score > r.topScore {
			r.topScore, r.preview = h.Score, assay.Value(value[h.Start:h.End]).Mask()
		}
		if !slices.ContainsFunc(hits[:i], func(x Hit) bool { return x.Rule == h.Rule }) {
			r.addBest(value, bestOfRule(hits[i:], h.Rule))
		}
	}
}

func (r *ruleTally) addBest(value []byte, h Hit) {
	r.candidates++
	r.scoreSum += h.Score
	if h.Score >= FlagScore {
		r.matched++
		r.flaggedSum += h.Score
	}
	if 5*(h.End-h.Start) >= 4*len(value) {
		r.whole++
	}
}

func bestOfRule(hits []Hit, rule int) Hit {
	best := Hit{}
	for _, h := range hits {
		if h.Rule == rule && h.Score > best.Score {
			best = h
		}
	}
	return best
}
