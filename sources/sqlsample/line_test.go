package sqlsample

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// FuzzAlphabet checks that positions of text keys are in the order of the keys,
// without which a hole could swallow rows, and that each position leads back to
// itself.
func FuzzAlphabet(f *testing.F) {
	f.Add("user_0001", "user_9999", "user_0420", "user_7", uint64(5))
	f.Add("0a1b-4", "ff99-4", "3c", "", uint64(1<<40))
	f.Add("", "\xff\xff", "ü", "é", uint64(0))
	f.Fuzz(func(t *testing.T, a, b, c, d string, at uint64) {
		keys := []string{a, b, c, d}
		slices.Sort(keys)
		for _, alpha := range []alphabet{{bytewise: true, seen: keys}, {binary: true, seen: keys[1:3]}} {
			l := alpha.line(keys[0], keys[3], func(b []byte) any { return string(b) })
			last := l.first
			for _, k := range keys {
				p, ok := l.pos(k)
				if !ok || p < last {
					t.Errorf("key %q of %q is at %d, after %d", k, keys, p, last)
				}
				last = p
			}
			if n := l.last - l.first; n > 0 {
				p := l.first + at%(n+1)
				if q, _ := l.pos(l.at(p)); q != p {
					t.Errorf("position %d of %q leads to %q, which is at %d", p, keys, l.at(p), q)
				}
			}
		}
	})
}

func TestNumberLines(t *testing.T) {
	day := time.Date(2024, 2, 29, 1, 2, 3, 4000, time.UTC)
	tests := []struct{ low, high, middle any }{
		{int64(-5), int64(9), int64(0)},
		{int64(math.MinInt64), int64(math.MaxInt64), int64(-1)},
		{uint64(1), uint64(math.MaxUint64), uint64(1 << 63)},
		{day.AddDate(-60, 0, 0), day.AddDate(1, 0, 0), day},
	}
	for _, tt := range tests {
		l, ok := newLine(tt.low, tt.high, alphabet{})
		if !ok {
			t.Errorf("no line from %v to %v", tt.low, tt.high)
			continue
		}
		for _, v := range []any{tt.low, tt.middle, tt.high} {
			p, ok := l.pos(v)
			if !ok || l.at(p) != v || p > l.last {
				t.Errorf("%v is at %d, where %v is", v, p, l.at(p))
			}
		}
		if _, ok := l.pos("x"); ok {
			t.Error("a value of another type has a position")
		}
	}
	for _, bad := range [][2]any{{nil, nil}, {int64(1), "x"}, {true, true}} {
		if _, ok := newLine(bad[0], bad[1], alphabet{}); ok {
			t.Errorf("there is a line from %v to %v", bad[0], bad[1])
		}
	}
}

// TestDrawAvoidsHoles draws from a line with random holes and checks that every
// other position comes, equally often.
func TestDrawAvoidsHoles(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		const size = 40
		rows := map[uint64]bool{size - 1: true}
		for range rng.IntN(20) {
			rows[rng.Uint64N(size)] = true
		}
		l := integers(int64(0), size-1)
		for range rng.IntN(12) {
			p := l.draw(rng)
			next := p
			for !rows[next] {
				next++
			}
			l.foundHole(p, int64(next))
		}
		open := map[uint64]int{}
		for p := range uint64(size) {
			if !slices.ContainsFunc(l.holes, func(h span) bool { return h.first <= p && p <= h.last }) {
				open[p] = 0
			}
		}
		if int(l.extent())+1 != len(open) {
			t.Fatalf("holes %v leave %d positions, extent %d", l.holes, len(open), l.extent())
		}
		for p := range rows {
			if _, ok := open[p]; !ok {
				t.Fatalf("the row at %d lies in a hole of %v", p, l.holes)
			}
		}
		const draws = 4000
		for range draws {
			open[l.draw(rng)]++
		}
		want := float64(draws) / float64(l.extent()+1)
		for p, n := range open {
			if math.Abs(float64(n)-want) > 6*math.Sqrt(want) {
				t.Errorf("position %d was drawn %d times, want about %.0f; holes %v", p, n, want, l.holes)
			}
		}
	}
}
