// Package db is the leadership of one process of several by a row of the
// database that they have in common: outside Kubernetes.
//
// Whoever leads renews its claim at short intervals. Another one takes over when
// the claim is given up, or when it has not changed for a while by its own clock:
// clocks need not agree. The leader gives up earlier than that when it cannot
// renew. A process that is frozen for longer and then goes on may act until it
// looks at the clock, so that what leaders do must bear being done twice.
//
// It imports the root package only.
package db

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.com/assay"
)

// Options say how quickly leadership changes hands. The zero value means the
// defaults, which are those of Kubernetes.
type Options struct {
	// Duration is how long a claim that does not change is respected; 0 means 15
	// seconds.
	Duration time.Duration
	// Deadline is how long a leader that cannot renew its claim goes on: less than
	// Duration; 0 means two thirds of it.
	Deadline time.Duration
	// Retry is the time between renewals, and between looks at another's claim; 0
	// means an eighth of Duration.
	Retry time.Duration
	// Log takes what happened; nil discards it.
	Log *slog.Logger
}

// Leader is one candidate. Its Lead may be called once at a time.
type Leader struct {
	store    assay.ClaimStore
	name, me string
	Options
}

var _ assay.Leadership = (*Leader)(nil)

// New returns a candidate for the leadership of a name. The process's own name
// is shown to people; what makes the candidate unique is added.
func New(store assay.ClaimStore, name, process string, options Options) (*Leader, error) {
	l := &Leader{store: store, name: name, me: process + " " + rand.Text()[:10], Options: options}
	l.Duration = cmp.Or(l.Duration, 15*time.Second)
	l.Deadline = cmp.Or(l.Deadline, l.Duration*2/3)
	l.Retry = cmp.Or(l.Retry, l.Duration/8)
	if l.Log == nil {
		l.Log = slog.New(slog.DiscardHandler)
	}
	if l.Retry <= 0 || l.Retry >= l.Deadline || l.Deadline >= l.Duration {
		return nil, fmt.Errorf("leader %s: retry %v, deadline %v and duration %v must grow in this order", name, l.Retry, l.Deadline, l.Duration)
	}
	return l, nil
}

// errLost ends the context of what a leader does.
var errLost = errors.New("the leadership is lost")

// Lead implements assay.Leadership.
func (l *Leader) Lead(ctx context.Context, f func(ctx context.Context) error) error {
	for {
		claim, at, err := l.acquire(ctx)
		if err != nil {
			return nil // ctx has ended
		}
		l.Log.Info("leading", "name", l.name, "as", l.me)
		err = l.hold(ctx, claim, at, f)
		if !errors.Is(err, errLost) {
			return err
		}
		l.Log.Warn("no longer leading", "name", l.name, "as", l.me)
	}
}

// acquire waits until the claim is ours, and returns it with the time since when
// it surely holds.
func (l *Leader) acquire(ctx context.Context) (assay.Claim, time.Time, error) {
	var seen assay.Claim
	since := time.Now() // when the claim was first seen as it is
	for {
		claim, err := l.store.Claim(ctx, l.name)
		switch {
		case err != nil && ctx.Err() == nil:
			l.Log.Warn("cannot look who leads", "name", l.name, "err", err)
		case err == nil && claim != seen:
			if claim.Holder != seen.Holder && claim.Holder != "" && claim.Holder != l.me {
				l.Log.Info("another process leads, or led until it vanished", "name", l.name, "holder", claim.Holder)
			}
			seen, since = claim, time.Now()
		}
		free := err == nil && (claim.Holder == "" || claim.Holder == l.me || time.Since(since) >= l.Duration)
		if free {
			at, next := time.Now(), assay.Claim{Holder: l.me, Renewals: claim.Renewals + 1}
			swapped, err := l.store.SwapClaim(ctx, l.name, claim, next)
			if swapped && err == nil {
				return next, at, nil
			}
			if err != nil && ctx.Err() == nil {
				l.Log.Warn("cannot claim the leadership", "name", l.name, "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return assay.Claim{}, time.Time{}, ctx.Err()
		case <-time.After(l.Retry):
		}
	}
}

// hold runs f while the claim is renewed, and gives it up afterwards.
func (l *Leader) hold(ctx context.Context, claim assay.Claim, at time.Time, f func(ctx context.Context) error) error {
	leading, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx)) // while f winds up, the claim is still ours
	last := make(chan assay.Claim, 1)
	go func() { last <- l.renew(renewing, claim, at, lose) }()
	err := f(leading)
	stop()
	claim = <-last
	if context.Cause(leading) == errLost {
		return errLost
	}
	l.giveUp(context.WithoutCancel(ctx), claim)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// renew renews the claim until ctx ends, or it is lost. It returns the claim as
// it was last.
func (l *Leader) renew(ctx context.Context, claim assay.Claim, at time.Time, lose context.CancelCauseFunc) assay.Claim {
	for {
		select {
		case <-ctx.Done():
			return claim
		case <-time.After(l.Retry):
		}
		begun, next := time.Now(), assay.Claim{Holder: l.me, Renewals: claim.Renewals + 1}
		limited, cancel := context.WithDeadline(ctx, at.Add(l.Deadline))
		swapped, err := l.store.SwapClaim(limited, l.name, claim, next)
		cancel()
		switch {
		case err == nil && swapped:
			claim, at = next, begun
		case ctx.Err() != nil:
			return claim
		case err == nil, time.Since(at) >= l.Deadline:
			lose(errLost)
			return claim
		default:
			l.Log.Warn("cannot renew the leadership", "name", l.name, "err", err)
		}
	}
}

// giveUp lets the next candidate in at once. When it fails, or was in doubt, that
// one waits.
func (l *Leader) giveUp(ctx context.Context, claim assay.Claim) {
	ctx, cancel := context.WithTimeout(ctx, l.Deadline)
	defer cancel()
	if _, err := l.store.SwapClaim(ctx, l.name, claim, assay.Claim{Renewals: claim.Renewals + 1}); err != nil {
		l.Log.Warn("cannot hand over the leadership", "name", l.name, "err", err)
	}
}
