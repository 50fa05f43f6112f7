package engine

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cloudflare/ahocorasick"
)

// TestAutomatonAgainstOracle compares which literals occur with another
// implementation of Aho and Corasick's machine, on texts short enough for one
// stream and long enough for four.
func TestAutomatonAgainstOracle(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		var literals []string
		for range 1 + rng.IntN(40) {
			b := make([]byte, 1+rng.IntN(maxLiteral))
			for i := range b {
				b[i] = "abcx0-_.@"[rng.IntN(9)]
			}
			if !slices.Contains(literals, string(b)) {
				literals = append(literals, string(b))
			}
		}
		text := make([]byte, rng.IntN(3*minInterleaved))
		for i := range text {
			text[i] = "aAbBcCxX0-_.@ \n"[rng.IntN(15)]
		}
		a := newAutomaton(literals)
		var sights [streams][]sighting
		a.scan(text, &sights)
		var got []int
		for _, part := range sights {
			for _, s := range part {
				for _, literal := range a.outputs[s.state-a.firstMatch] {
					end := int(s.end)
					if !bytes.EqualFold(text[end-len(literals[literal]):end], []byte(literals[literal])) {
						t.Fatalf("%q does not end at %d", literals[literal], end)
					}
					got = append(got, int(literal))
				}
			}
		}
		slices.Sort(got)
		want := ahocorasick.NewStringMatcher(literals).Match(bytes.ToLower(text))
		slices.Sort(want)
		if !slices.Equal(slices.Compact(got), want) {
			t.Fatalf("literals %q: got %v, want %v", literals, got, want)
		}
	}
}
