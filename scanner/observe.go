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

// What an observer is offered are pairs of a value and a verifier, in four
// strata, so that every pair has a known probability:
//
//   - flagged: the verifier found the element in the value. All of them.
//   - near: some method spoke for it, and the score stayed below the threshold: the
//     methods disagree, or are not sure. A reservoir of nearSize a field.
//   - hint: none did, and yet a miss is likely: the field's name speaks for the
//     element, or the verifier found it in other values of the field. The values of
//     a reservoir of restSize a field, with each such verifier.
//   - the rest: the same values, each paired with one verifier at random.
//
// A task that is scanned again offers the same pairs again: the draws follow
// the plan's seed.
const (
	nearSize = 10
	restSize = 10
)

// draw is the reservoirs of one field.
type draw struct {
	rng   *rand.Rand
	rules int
	seen  int // values so far
	near  []assay.Judged
	nears int          // pairs of the near stratum so far
	found map[int]bool // rules that flagged a value
	drawn []drawn      // reservoir of values

	next   int     // the value at which that reservoir takes its next
	weight float64 // of Li's algorithm L
}

// drawn is a value of the reservoir.
type drawn struct {
	pair    assay.Judged
	rule    int          // that it is paired with for the rest
	said    map[int]bool // rules of which some method spoke for the value
	waiting map[int]bool // rules that have not judged it
	spent   bool         // not judged to the end
}

func newDraw(seed uint64, path string, rules int) *draw {
	h := fnv.New64a()
	h.Write([]byte(path))
	d := &draw{rng: rand.New(rand.NewPCG(seed, h.Sum64())), rules: rules, weight: 1, next: restSize, found: map[int]bool{}}
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
			f.draw.found[p.rule] = true
			flagged = append(flagged, s.judged(f, p, h.Match, assay.StratumFlagged))
		case h.Score > 0 && !s.out.Spent:
			s.offerNear(f, p, h.Match)
		}
	}
	s.drawValues(f, unjudged, order)
	return s.offer(ctx, flagged)
}

// judged is a pair as the observer gets it; its value is a copy.
func (s *scan) judged(f *field, p pair, match assay.Match, stratum string) assay.Judged {
	rule := &s.set.Rules()[p.rule]
	datum := f.data[p.value]
	datum.Value = slices.Clone(assay.Value(f.block.Value(p.value)))
	match.Element = rule.Element
	return assay.Judged{
		Asset: s.task.Asset.ID, Field: f.Path, Datum: datum, Match: match,
		Type: f.Type, Comment: f.Comment, Declared: s.task.Asset.DeclaredOf(f.Path), Neighbours: f.neighbours, Stratum: stratum,
		Flagged: match.Score >= engine.FlagScore, Hash: rule.Hash, Probability: datum.Probability,
	}
}

// offerNear is the near stratum's reservoir (Vitter's algorithm R: such pairs
// are few).
func (s *scan) offerNear(f *field, p pair, match assay.Match) {
	d := f.draw
	d.nears++
	if len(d.near) < nearSize {
		d.near = append(d.near, s.judged(f, p, match, assay.StratumNear))
	} else if at := d.rng.IntN(d.nears); at < nearSize {
		d.near[at] = s.judged(f, p, match, assay.StratumNear)
	}
}

// drawValues is the reservoir of values. spoken are the pairs of the block of which
// some method spoke.
func (s *scan) drawValues(f *field, unjudged map[int]bool, spoken []pair) {
	d := f.draw
	take := func(v int) drawn {
		out := drawn{rule: d.rng.IntN(max(1, d.rules)), said: map[int]bool{}, waiting: unjudged, spent: s.out.Spent || d.rules == 0}
		if out.spent {
			return out
		}
		out.pair = s.judged(f, pair{v, out.rule}, assay.Match{}, assay.StratumRest)
		for _, p := range spoken {
			if p.value == v {
				out.said[p.rule] = true
			}
		}
		return out
	}
	first := d.seen
	d.seen += f.block.Len()
	for at := first; at < min(d.seen, restSize); at++ {
		d.drawn = append(d.drawn, take(at-first))
	}
	for ; d.next < d.seen; d.next++ {
		d.drawn[d.rng.IntN(restSize)] = take(d.next - first)
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
		share := min(1, float64(nearSize)/float64(d.nears))
		for i := range d.near {
			d.near[i].Probability *= share
		}
		if err := s.offer(ctx, append(d.near, s.unflagged(f)...)); err != nil {
			return err
		}
	}
	return nil
}

// unflagged returns the pairs of the drawn values: with every verifier for which
// something hints, and with one at random. A pair that belongs to another stratum,
// or was not judged, keeps its place as an empty one: that is what makes the
// probability of the others exact.
func (s *scan) unflagged(f *field) (out []assay.Judged) {
	d, rules := f.draw, s.set.Rules()
	var hinted []int
	for r := range rules {
		if d.found[r] || f.scan.Hinted(r) {
			hinted = append(hinted, r)
		}
	}
	share := min(1, float64(restSize)/float64(d.seen))
	for _, v := range d.drawn {
		if v.spent {
			continue
		}
		for _, r := range hinted {
			if !v.said[r] && !v.waiting[r] {
				j := v.pair
				j.Match.Element, j.Hash, j.Stratum = rules[r].Element, rules[r].Hash, assay.StratumHint
				j.Probability *= share
				out = append(out, j)
			}
		}
		if _, other := slices.BinarySearch(hinted, v.rule); !other && !v.said[v.rule] && !v.waiting[v.rule] {
			j := v.pair
			j.Probability *= share / float64(d.rules)
			out = append(out, j)
		}
	}
	return out
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
