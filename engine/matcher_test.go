package engine

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"sync"
	"testing"
)

// TestMatcherAgreesWithRegexp compares the matches in random texts, from several
// goroutines at once while the automata are being built.
func TestMatcherAgreesWithRegexp(t *testing.T) {
	patterns := append([]string{`^$`, `\bfoo\b`, `(?i)straße|ſ`, `[^\x00-\x{10FFFF}]`, `(?m)^a.*b$`, `\Aab|ab\z`, `(?:\b|x)9+\B`}, fuzzPatterns...)
	for _, p := range patterns {
		tree, err := syntax.Parse(p, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		slow := func() *regexp.Regexp {
			t.Errorf("%s: left to package regexp", p)
			return regexp.MustCompile(p)
		}
		m := newMatcher(tree, func() *syntax.Prog { return compileTree(tree) }, min(1, tree.MaxCap()), slow)
		re := regexp.MustCompile(p)
		var wg sync.WaitGroup
		for g := range uint64(4) {
			wg.Go(func() {
				var mem tries
				rng := rand.New(rand.NewPCG(g, 3))
				for range 300 {
					text := fuzzText(rng, rng.IntN(30))
					var got, want []location
					budget := unbounded
					m.find(text, &mem, &budget, func(l location) { got = append(got, l) })
					for _, l := range re.FindAllSubmatchIndex(text, -1) {
						if g := 2 * m.group; l[0] < l[1] {
							want = append(want, location{l[0], l[1], l[g], l[g+1]})
						}
					}
					if !slices.Equal(got, want) {
						t.Errorf("%s on %q: got %v, want %v", p, text, got, want)
						return
					}
				}
			})
		}
		wg.Wait()
	}
}
