package scanner

import (
	"context"
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"

	"example.com/assay"
	"example.com/assay/engine"
)

// What an observer is offered are pairs of a value and a verifier, in four
// strata, so that every pair has a known probability:
//
//   - flagged: the verifier found the element in the value. All of them.
//   - near: some method spoke for it, and the score stayed below the threshold: the
//     methods disagree, or are not sure. A sample of nearSize a field.
//   - hint: none did, and yet a miss is likely: the field's name speaks for the
//     element, or the verifier found it in other values of the field. The values of
//     a sample of restSize a field, with each such verifier.
//   - the rest: the same values, each paired with one verifier by chance.
//
// The samples are of different values, those with the lowest numbers, and a value's
// number in a field is always the same: another scan of the same data offers the same
// pairs again, and makes none of them likelier.
const (
	nearSize = 10
	restSize = 10
)

// draw is the samples of one field.
type draw struct {
	field uint64 // makes the numbers of its values
	rules int
	near  lowest[assay.Judged]
	found map[int]bool // rules that flagged a value
	drawn lowest[drawn]
}

// drawn is a value of the sample.
type drawn struct {
	pair    assay.Judged
	rule    int          // that it is paired with for the rest
	said    map[int]bool // rules of which some method spoke for the value
	waiting map[int]bool // rules that have not judged it
	spent   bool         // not judged to the end
}

func newDraw(asset assay.AssetID, path string, rules int) *draw {
	return &draw{field: xxhash.Sum64String(string(asset) + "\x00" + path), rules: rules, found: map[int]bool{},
		near: lowest[assay.Judged]{size: nearSize}, drawn: lowest[drawn]{size: restSize}}
}

// number returns that of a value, as it would be drawn at random.
func (d *draw) number(value []byte) uint64 { return mixed(xxhash.Sum64(value) ^ d.field) }

// mixed spreads the bits of a number (splitmix64).
func mixed(v uint64) uint64 {
	v += 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// lowest keeps the things with the lowest numbers, size of them and one that only
// says how low they are. (Cohen and Kaplan, Summarizing Data Using Bottom-k Sketches,
// PODC 2007: given the number of that one, each other is in with this probability.)
type lowest[T any] struct {
	size    int
	numbers []uint64
	things  []T
}

// takes tells whether a thing with the number would be kept. One that is there
// already is not taken again.
func (l *lowest[T]) takes(number uint64) bool {
	if len(l.numbers) > l.size && number >= l.numbers[l.size] {
		return false
	}
	_, known := slices.BinarySearch(l.numbers, number)
	return !known
}

// put keeps a thing that takes said yes to.
func (l *lowest[T]) put(number uint64, thing T) {
	at, _ := slices.BinarySearch(l.numbers, number)
	l.numbers, l.things = slices.Insert(l.numbers, at, number), slices.Insert(l.things, at, thing)
	if len(l.numbers) > l.size+1 {
		l.numbers, l.things = l.numbers[:l.size+1], l.things[:l.size+1]
	}
}

// sample returns what was drawn, and with which probability.
func (l *lowest[T]) sample() ([]T, float64) {
	if len(l.things) <= l.size {
		return l.things, 1
	}
	return l.things[:l.size], float64(l.numbers[l.size]) / math.MaxUint64
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

// offerNear is the sample of the near stratum.
func (s *scan) offerNear(f *field, p pair, match assay.Match) {
	d := f.draw
	if number := mixed(d.number(f.block.Value(p.value)) + uint64(p.rule)); d.near.takes(number) {
		d.near.put(number, s.judged(f, p, match, assay.StratumNear))
	}
}

// drawValues is the sample of values. spoken are the pairs of the block of which some
// method spoke.
func (s *scan) drawValues(f *field, unjudged map[int]bool, spoken []pair) {
	d := f.draw
	for v := range f.block.Len() {
		number := d.number(f.block.Value(v))
		if !d.drawn.takes(number) {
			continue
		}
		out := drawn{rule: int(mixed(number) % uint64(max(1, d.rules))), said: map[int]bool{}, waiting: unjudged, spent: s.out.Spent || d.rules == 0}
		if !out.spent {
			out.pair = s.judged(f, pair{v, out.rule}, assay.Match{}, assay.StratumRest)
		}
		for _, p := range spoken {
			if p.value == v {
				out.said[p.rule] = true
			}
		}
		d.drawn.put(number, out)
	}
}

// observeRest offers what the samples hold at the end.
func (s *scan) observeRest(ctx context.Context) error {
	if s.Observer == nil {
		return nil
	}
	for _, f := range s.order {
		if f.draw == nil {
			continue
		}
		near, share := f.draw.near.sample()
		for i := range near {
			near[i].Probability *= share
		}
		if err := s.offer(ctx, append(near, s.unflagged(f)...)); err != nil {
			return err
		}
	}
	return nil
}

// unflagged returns the pairs of the drawn values: with every verifier for which
// something hints, and with one by chance. A pair that belongs to another stratum,
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
	values, share := d.drawn.sample()
	for _, v := range values {
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
