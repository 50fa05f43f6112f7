package assay

import "context"

// Leadership lets one process of several do what only one may do at a time.
//
// Conformance suite: leader/leadertest.
type Leadership interface {
	// Lead waits until this process leads and then runs f. When the leadership is
	// lost, the context of f ends, and when f has returned, Lead waits again. It
	// returns when ctx ends, with nil, having handed the leadership over, and when
	// f fails while it leads, with f's error.
	Lead(ctx context.Context, f func(ctx context.Context) error) error
}

// Claim is who leads, as a ClaimStore keeps it. Every renewal changes it, so
// that others can tell by their own clocks that the holder is alive: no two
// clocks need to agree.
type Claim struct {
	Holder   string // empty when nobody leads
	Renewals int64
}

// ClaimStore keeps claims to leadership by name. It is the database that
// processes outside Kubernetes have in common.
type ClaimStore interface {
	// Claim returns the claim as it is; the zero value when there never was one.
	Claim(ctx context.Context, name string) (Claim, error)
	// SwapClaim puts next in the place of a claim that still is as seen, and
	// reports whether it was.
	SwapClaim(ctx context.Context, name string, seen, next Claim) (bool, error)
}
