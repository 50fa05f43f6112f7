package secrets

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
)

func TestFindRuns(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	every := regexp.MustCompile(`[A-Za-z0-9+/_-]{24,}`)
	for range 500 {
		text := make([]byte, rng.IntN(300))
		for i := range text {
			text[i] = "aZ09+/-_ \n"[rng.IntN(10)]
			if rng.IntN(12) > 0 {
				text[i] = 'x'
			}
		}
		var want []span
		for _, loc := range every.FindAllIndex(text, -1) {
			want = append(want, span{loc[0], loc[1]})
		}
		if got := findRuns(text); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
	}
}
