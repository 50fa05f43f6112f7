package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"

	"example.com/assay"
)

func claims(f *fixture) {
	const name = "taskcreator"
	get := func() assay.Claim {
		f.Helper()
		c, err := f.s.Claim(f.Context(), name)
		if err != nil {
			f.Fatal(err)
		}
		return c
	}
	swap := func(seen, next assay.Claim, want bool) {
		f.Helper()
		if got, err := f.s.SwapClaim(f.Context(), name, seen, next); err != nil || got != want {
			f.Errorf("swap %v for %v: %v, %v; want %v", seen, next, got, err, want)
		}
	}
	f.same("a claim that nobody made", assay.Claim{}, get())
	a := assay.Claim{Holder: "a", Renewals: 1}
	swap(assay.Claim{}, a, true)
	f.same("the claim", a, get())
	swap(assay.Claim{}, assay.Claim{Holder: "b", Renewals: 1}, false)
	swap(assay.Claim{Holder: "a"}, assay.Claim{Holder: "b", Renewals: 1}, false)
	swap(assay.Claim{Holder: "A", Renewals: 1}, assay.Claim{Holder: "b", Renewals: 2}, false)
	f.same("the claim after swaps that failed", a, get())
	swap(a, a, true) // found, though nothing changes
	swap(a, assay.Claim{Holder: "b", Renewals: 2}, true)
	other, err := f.s.Claim(f.Context(), "another name")
	f.same("a claim of another name", assay.Claim{}, other)
	f.same("error", nil, err)
}

// concurrentClaims: of many that swap the same claim, one does.
func concurrentClaims(f *fixture) {
	for round := range int64(5) {
		seen, err := f.s.Claim(f.Context(), "x")
		if err != nil {
			f.Fatal(err)
		}
		var won atomic.Int64
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				ok, err := f.s.SwapClaim(f.Context(), "x", seen, assay.Claim{Holder: fmt.Sprint(i), Renewals: round + 1})
				if err != nil {
					f.Error(err)
				}
				if ok {
					won.Add(1)
				}
			})
		}
		group.Wait()
		if won.Load() != 1 {
			f.Fatalf("round %d: %d won, want 1", round, won.Load())
		}
	}
}
