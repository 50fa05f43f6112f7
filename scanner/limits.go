package scanner

import (
	"context"
	"sync"
	"time"
)

// Limits spare one store. They hold for one scanner process: a fleet of n takes
// n times as much. A member that is zero does not limit. An asset that takes more
// requests or bytes than there is time for is read all the same, and the next one
// waits the longer.
type Limits struct {
	// AtOnce is how many of the store's assets are worked on at the same time.
	// Each takes a connection, from some sources a few.
	AtOnce int
	// PerSecond is how many requests are made of it in a second, on the average
	// (see assay.Request). An asset counts as one at least.
	PerSecond float64
	// BytesPerSecond is how much is read, on the average.
	BytesPerSecond float64
}

// gates keep the limits of all stores.
type gates struct {
	limits func(store string) Limits // nil: none

	mu  sync.Mutex
	all map[string]*gate
}

// of returns the store's gate, or nil where there is no limit.
func (g *gates) of(store string) *gate {
	if g.limits == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	one, ok := g.all[store]
	if !ok {
		if limits := g.limits(store); limits != (Limits{}) {
			one = newGate(limits)
		}
		g.all[store] = one
	}
	return one
}

// gate lets the tasks of one store through as its limits allow. A nil gate lets
// all through.
type gate struct {
	Limits
	turns chan struct{} // as many as may be inside; nil without that limit

	mu   sync.Mutex
	next time.Time // when the next may begin
}

func newGate(limits Limits) *gate {
	g := &gate{Limits: limits}
	if limits.AtOnce > 0 {
		g.turns = make(chan struct{}, limits.AtOnce)
	}
	return g
}

// enter waits for a turn, and calls waiting before the first wait. After a nil
// error, leave must be called.
func (g *gate) enter(ctx context.Context, waiting func()) error {
	if g == nil {
		return nil
	}
	if g.turns != nil {
		select {
		case g.turns <- struct{}{}:
		default:
			waiting()
			select {
			case g.turns <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	if err := g.begin(ctx, waiting); err != nil {
		g.leave(0)
		return err
	}
	return nil
}

// begin waits until the store may be read again, and pays for a request.
func (g *gate) begin(ctx context.Context, waiting func()) error {
	return wait(ctx, g.charge(1, g.PerSecond), waiting)
}

// wait waits, and calls waiting before, where there is something to wait for.
func wait(ctx context.Context, d time.Duration, waiting func()) error {
	if d <= 0 {
		return ctx.Err()
	}
	waiting()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// charge returns how long it is until what was charged before is paid for, and
// adds the time that n costs at a rate a second.
func (g *gate) charge(n, rate float64) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if g.next.Before(now) {
		g.next = now
	}
	pause := g.next.Sub(now)
	if rate > 0 {
		g.next = g.next.Add(time.Duration(n / rate * float64(time.Second)))
	}
	return pause
}

// leave ends a turn in which so many bytes were read that are not paid for.
func (g *gate) leave(bytes int64) {
	if g == nil {
		return
	}
	g.charge(float64(max(bytes, 0)), g.BytesPerSecond)
	if g.turns != nil {
		<-g.turns
	}
}

// seat is the place of a task among those that are worked on. It is safe for
// concurrent use.
type seat struct {
	waiting chan struct{} // a place for each task that waits for its store

	mu   sync.Mutex
	held chan struct{} // what the seat takes up a place of; nil when the task is over
}

// wait gives the place up for one among the tasks that wait for their stores, if
// there is one left: then tasks of other stores go on meanwhile. The task keeps
// that place to its end, since its store's limits bound it.
func (s *seat) wait() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil || s.held == s.waiting {
		return
	}
	select {
	case s.waiting <- struct{}{}:
		<-s.held
		s.held = s.waiting
	default:
	}
}

func (s *seat) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	<-s.held
	s.held = nil
}
