package scanner

import (
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/assay"
	"example.com/assay/engine"
)

// What an observer is offered are pairs of a value and a verifier, in three
// strata, so that every pair has a known probability:
//
//   - flagged: the verifier found the element in the value. All of them.
//   - near: its best score there is below the threshold, but not far. A
//     reservoir of nearSize a field.
//   - the rest: a reservoir of restSize values a field, each paired with one
//     verifier at random.
//
// A task that is scanned again offers the same pairs again: the draws follow
// the plan's seed.
const (
	nearScore = 0.3
	nearSize  = 10
	restSize  = 10
)

// draw is the reservoirs of one field.
type draw struct {
	rng   *rand.Rand
	rules int
	seen  int // values so far
	near  []assay.Judged
	nears int // pairs of the near stratum so far
	rest  []assay.Judged

	next   int     // the value at which the rest reservoir takes its next
	weight float64 // of Li's algorithm L
}

func newDraw(seed uint64, path string, rules int) *draw {
	h := fnv.New64a()
	h.Write([]byte(path))
	d := &draw{rng: rand.New(rand.NewPCG(seed, h.Sum64())), rules: rules, weight: 1, next: restSize}
	d.skip()
	return d
}

// skip draws how many values the full reservoir passes over. (Li, Reservoir-
// Sampling Algorithms of Time Complexity O(n(1+log(N/n))), ACM TOMS 20, 1994,
// algorithm L.)
func (d *draw) skip() {
	d.weight *= math.Exp(math.Log(1-d.rng.Float64()) / restSize)
	gap := math.Floor(math.Log(1-d.rng.Float64()) / math.Log1p(-d.weight))
	d.next += int(min(gap, 1<<40))
}

// pair is a value of the block and a rule.
type pair struct{ value, rule int }

// observe offers the flagged pairs of the block in s.out, and lets the other
// ones into the reservoirs. Values that a rule in unjudged waits for are not
// judged by it, and are left out.
func (s *scan) observe(ctx context.Context, f *field, unjudged map[int]bool) error {
	if s.Observer == nil {
		return nil
	}
	best := make(map[pair]engine.Hit)
	var order []pair
	for _, h := range s.out.Hits {
		p := pair{h.Value, h.Rule}
		if old, ok := best[p]; !ok {
			order = append(order, p)
			best[p] = h
		} else if h.Score > old.Score {
			best[p] = h
		}
	}
	var flagged []assay.Judged
	for _, p := range order {
		switch h := best[p]; {
		case h.Score >= engine.FlagScore:
			flagged = append(flagged, s.judged(f, p, h.Match))
		case h.Score >= nearScore && !s.out.Spent:
			s.offerNear(f, p, h.Match)
		}
	}
	s.drawRest(f, unjudged, func(p pair) bool { return best[p].Score >= nearScore })
	return s.offer(ctx, flagged)
}

// judged is a pair as the observer gets it; its value is a copy.
func (s *scan) judged(f *field, p pair, match assay.Match) assay.Judged {
	rule := &s.set.Rules()[p.rule]
	datum := f.data[p.value]
	datum.Value = slices.Clone(assay.Value(f.block.Value(p.value)))
	match.Element = rule.Element
	return assay.Judged{
		Asset: s.task.Asset.ID, Field: f.Path, Datum: datum, Match: match,
		Type: f.Type, Comment: f.Comment, Declared: s.task.Asset.DeclaredOf(f.Path),
		Flagged: match.Score >= engine.FlagScore, Hash: rule.Hash, Probability: datum.Probability,
	}
}

// offerNear is the near stratum's reservoir (Vitter's algorithm R: such pairs
// are few).
func (s *scan) offerNear(f *field, p pair, match assay.Match) {
	d := f.draw
	d.nears++
	if len(d.near) < nearSize {
		d.near = append(d.near, s.judged(f, p, match))
	} else if at := d.rng.IntN(d.nears); at < nearSize {
		d.near[at] = s.judged(f, p, match)
	}
}

// drawRest is the reservoir of the rest, over all values of the field. A pair
// that belongs to another stratum, or was not judged, keeps its place as an
// empty one: that is what makes the probability of the others exact.
func (s *scan) drawRest(f *field, unjudged map[int]bool, other func(pair) bool) {
	d := f.draw
	take := func(v int) assay.Judged {
		p := pair{v, d.rng.IntN(max(1, d.rules))}
		if d.rules == 0 || s.out.Spent || unjudged[p.rule] || other(p) {
			return assay.Judged{}
		}
		return s.judged(f, p, assay.Match{})
	}
	first := d.seen
	d.seen += f.block.Len()
	for at := first; at < min(d.seen, restSize); at++ {
		d.rest = append(d.rest, take(at-first))
	}
	for ; d.next < d.seen; d.next++ {
		d.rest[d.rng.IntN(restSize)] = take(d.next - first)
		d.skip()
	}
}

// observeRest offers what the reservoirs hold at the end of the sample.
func (s *scan) observeRest(ctx context.Context) error {
	if s.Observer == nil {
		return nil
	}
	for _, f := range s.order {
		if f.draw == nil {
			continue
		}
		d := f.draw
		weigh := func(from []assay.Judged, share float64) (out []assay.Judged) {
			for _, j := range from {
				if j.Match.Element != "" {
					j.Probability *= share
					out = append(out, j)
				}
			}
			return out
		}
		near := weigh(d.near, min(1, float64(nearSize)/float64(d.nears)))
		rest := weigh(d.rest, min(1, float64(restSize)/float64(d.seen))/float64(d.rules))
		if err := s.offer(ctx, append(near, rest...)); err != nil {
			return err
		}
	}
	return nil
}

// offer hands pairs to the observer. Its failure is that of the place it keeps
// them in, not of the data.
func (s *scan) offer(ctx context.Context, judged []assay.Judged) error {
	if len(judged) == 0 {
		return nil
	}
	if err := s.Observer.Observe(ctx, judged); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &assay.Error{Op: "observe", Item: string(s.task.Asset.ID), Reason: assay.ReasonUnavailable, Err: err}
	}
	return nil
}
