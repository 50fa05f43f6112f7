package sqlsample

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// line lays the values of a key column out on the positions first…last, in the
// order of the key, so that random ones can be drawn.
type line struct {
	first, last uint64
	at          func(pos uint64) any
	// pos returns the position of a value, if it is of the line's type. pos is
	// nil if the order of the positions might not be that of the key.
	pos   func(value any) (uint64, bool)
	holes []span // sorted and disjoint positions that lead to no row of their own
	gaps  bool   // whether explore met a position without a row
}

// span is the positions from first to last.
type span struct{ first, last uint64 }

// newLine returns the line of a column whose smallest and largest values are
// low and high, and whether positions can be drawn from values of this type.
func newLine(low, high any, text alphabet) (*line, bool) {
	switch lo := low.(type) {
	case int64:
		hi, ok := high.(int64)
		return integers(lo, hi), ok
	case uint64:
		hi, ok := high.(uint64)
		return integers(lo, hi), ok
	case time.Time:
		hi, ok := high.(time.Time)
		return times(lo, hi), ok
	case float64:
		hi, ok := high.(float64)
		return floats(lo, hi), ok
	case string:
		hi, ok := high.(string)
		return text.line(lo, hi, func(b []byte) any { return string(b) }), ok
	case []byte:
		hi, ok := high.([]byte)
		text.binary = true
		return text.line(string(lo), string(hi), func(b []byte) any { return b }), ok
	}
	return nil, false
}

func integers[T int64 | uint64](low, high T) *line {
	return &line{
		last: uint64(high) - uint64(low), // right for negative ones too
		at:   func(p uint64) any { return T(uint64(low) + p) },
		pos: func(v any) (uint64, bool) {
			i, ok := v.(T)
			return uint64(i) - uint64(low), ok
		},
	}
}

func times(low, high time.Time) *line {
	l := integers(low.UnixMicro(), high.UnixMicro())
	at, pos := l.at, l.pos
	l.at = func(p uint64) any { return time.UnixMicro(at(p).(int64)).UTC() }
	l.pos = func(v any) (uint64, bool) {
		t, ok := v.(time.Time)
		if !ok {
			return 0, false
		}
		return pos(t.UnixMicro())
	}
	return l
}

func floats(low, high float64) *line {
	const steps = 1 << 52
	return &line{
		last: steps,
		at:   func(p uint64) any { return low + (high-low)*(float64(p)/steps) },
	}
}

// extent returns the number of positions outside the holes, less one.
func (l *line) extent() uint64 {
	n := l.last - l.first
	for _, h := range l.holes {
		n -= h.last - h.first + 1
	}
	return n
}

// draw returns a random position, uniformly among those outside the holes.
func (l *line) draw(rng *rand.Rand) uint64 {
	n := l.extent()
	p := l.first
	if n == math.MaxUint64 { // all 2⁶⁴ positions
		p = rng.Uint64()
	} else {
		p += rng.Uint64N(n + 1)
	}
	for _, h := range l.holes {
		if p < h.first {
			break
		}
		p += h.last - h.first + 1
	}
	return p
}

// How explore works: it ends when that many look-ups in a row together found
// holes of less than a sixteenth of what was left of the range, or after mostProbes.
const (
	probeRound = 16
	mostProbes = 128
)

// explore looks random positions up to find large holes in the key, for example
// the one between the real ids and a single 9,999,999,999. seek returns the
// value of the first row at or after a position, nil if there is none.
func (l *line) explore(rng *rand.Rand, seek func(at any) (any, error)) error {
	if l.pos == nil {
		return nil
	}
	for range mostProbes / probeRound {
		before := l.extent()
		for range probeRound {
			p := l.draw(rng)
			v, err := seek(l.at(p))
			if err != nil {
				return err
			}
			l.foundHole(p, v)
		}
		if before-l.extent() <= before/16 {
			return nil
		}
	}
	return nil
}

// foundHole notes that the first row at or after position p, which lies in no
// hole, has the key v.
func (l *line) foundHole(p uint64, v any) {
	q, ok := l.pos(v)
	if !ok || q <= p || q > l.last { // or the largest key was deleted a moment ago
		return
	}
	l.gaps = true
	hole := span{p, q - 1}
	var out []span
	for _, h := range l.holes {
		if h.first > hole.last || h.last < hole.first {
			out = append(out, h)
		} else {
			hole.last = max(hole.last, h.last) // it swallows the other
		}
	}
	i, _ := slices.BinarySearchFunc(out, hole, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	l.holes = slices.Insert(out, i, hole)
}
