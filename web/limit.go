package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The limits of one caller: a token, or an address without one. They keep a
// program that runs wild from taking the service from the others; they are no
// defence against guessing, which 256 random bits need not fear.
const (
	perSecond, burst           = 50, 200
	failedPerSecond, failBurst = 1, 30
	// maxCallers is how many callers are remembered. When there are more, all are
	// forgotten: a stranger could fill any larger memory too.
	maxCallers = 10_000
)

// limits counts requests by caller. It is safe for concurrent use.
type limits struct {
	now func() time.Time

	mu       sync.Mutex
	requests map[string]*rate.Limiter
	failures map[string]*rate.Limiter
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, requests: map[string]*rate.Limiter{}, failures: map[string]*rate.Limiter{}}
}

// allow counts a request and reports whether the caller may make it.
func (l *limits) allow(caller string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return of(l.requests, caller, perSecond, burst).AllowN(l.now(), 1)
}

// mayTry reports whether an address has tokens to try left.
func (l *limits) mayTry(address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, ok := l.failures[address]
	return !ok || known.TokensAt(l.now()) >= 1
}

// failed counts a token that was wrong.
func (l *limits) failed(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of(l.failures, address, failedPerSecond, failBurst).AllowN(l.now(), 1)
}

// of returns the limiter of a caller.
func of(all map[string]*rate.Limiter, caller string, perSecond rate.Limit, burst int) *rate.Limiter {
	known, ok := all[caller]
	if !ok {
		if len(all) >= maxCallers {
			clear(all)
		}
		known = rate.NewLimiter(perSecond, burst)
		all[caller] = known
	}
	return known
}
