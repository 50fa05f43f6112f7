package verifiers_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"
)

// mostRandom is the greatest share of bare random digits that the identifiers of
// all countries together may flag, at any length.
const mostRandom = 1.0 / 1000

// TestRandomDigits scans random bare digits of each length with the whole
// library and prints what is flagged: what check digits, dates and ranges let
// pass without a word nearby. The limit is for national identifiers.
func TestRandomDigits(t *testing.T) {
	const numbers = 5000
	set := compile(t, library(t), verifiers.Options{})
	national := map[assay.Element]bool{}
	for _, d := range library(t) {
		national[d.Element] = len(d.Countries) > 0
	}
	random := rand.New(rand.NewPCG(20, 6))
	for length := 6; length <= 20; length++ {
		flagged := map[int]bool{}
		by := map[assay.Element]int{}
		for _, hit := range scanAll(t, set, numbers, func() string { return digits(random, length) }) {
			if hit.Score < 0.5 {
				continue
			}
			by[hit.Element]++
			if national[hit.Element] {
				flagged[hit.Value] = true
			}
		}
		rate := float64(len(flagged)) / numbers
		t.Logf("%2d digits: %.3f %% flagged as national; all: %v", length, 100*rate, by)
		if rate >= mostRandom {
			t.Errorf("%d digits: %.3f %% flagged, want less than %.3f %%", length, 100*rate, 100*mostRandom)
		}
	}
}

// scanAll scans n values and returns all hits, their values numbered through.
func scanAll(t *testing.T, set *engine.Set, n int, value func() string) []engine.Hit {
	t.Helper()
	var (
		block engine.Block
		out   engine.Result
		hits  []engine.Hit
		field = set.Field(engine.FieldInfo{Field: assay.Field{Path: "v"}})
		first int
	)
	scan := func() {
		if err := field.Scan(t.Context(), &block, &out); err != nil {
			t.Fatal(err)
		}
		for _, h := range out.Hits {
			h.Value += first
			hits = append(hits, h)
		}
		first += block.Len()
		block.Reset()
	}
	for range n {
		v := []byte(value())
		if !block.Append(v, 0, 0) {
			scan()
			block.Append(v, 0, 0)
		}
	}
	scan()
	return hits
}

// digits returns a random number of a length, without a leading zero.
func digits(random *rand.Rand, length int) string {
	n := fmt.Sprint(1 + random.IntN(9))
	for range length - 1 {
		n += fmt.Sprint(random.IntN(10))
	}
	return n
}
