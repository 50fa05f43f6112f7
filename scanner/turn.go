package scanner

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"example.com/assay"
)

// turn is the time of one task at its store: it pays for the requests and the
// bytes, and gives its seat to others while nothing comes.
type turn struct {
	gate  *gate // nil without limits
	seat  *seat
	beats atomic.Int64 // values that came
	asked atomic.Int64 // requests
	paid  atomic.Int64 // bytes

	mu     sync.Mutex
	pauses time.Duration // how long the reading may still pause
}

// mostPauses is how long the reading of an asset may pause in all to keep its
// store's limits. Sources give up after a time (two minutes, where the plan does
// not say); what the pauses did not pay for, the next asset waits for.
const mostPauses = 30 * time.Second

func newTurn(gate *gate, seat *seat, plan assay.Plan) *turn {
	t := &turn{gate: gate, seat: seat, pauses: mostPauses}
	if plan.Timeout > 0 {
		t.pauses = min(t.pauses, plan.Timeout/4)
	}
	return t
}

type turnKey struct{}

// in returns the context that the task's source is to be used with.
func (t *turn) in(ctx context.Context) context.Context {
	return assay.OnRequest(context.WithValue(ctx, turnKey{}, t), t.request)
}

// request pays for one request. The first was paid for when the turn began, since
// not every source says when it makes one.
func (t *turn) request(ctx context.Context) error {
	if t.asked.Add(1) == 1 || t.gate == nil || t.gate.PerSecond <= 0 {
		return ctx.Err()
	}
	return t.pause(ctx, t.gate.charge(1, t.gate.PerSecond))
}

// ahead is how far the reading of an asset may be ahead of the limit of bytes.
const ahead = time.Second

// came notes a value of so many bytes.
func (t *turn) came(ctx context.Context, bytes int) error {
	t.beats.Add(1)
	if t.gate == nil || t.gate.BytesPerSecond <= 0 {
		return nil
	}
	t.paid.Add(int64(bytes))
	return t.pause(ctx, t.gate.charge(float64(bytes), t.gate.BytesPerSecond)-ahead)
}

// pause waits, as far as pauses are left.
func (t *turn) pause(ctx context.Context, d time.Duration) error {
	t.mu.Lock()
	d = min(d, t.pauses)
	t.pauses -= max(d, 0)
	t.mu.Unlock()
	return wait(ctx, d, t.seat.wait)
}

// watch gives the seat up when no value has come for as long as patience, so that
// a store that is slow or hangs holds up no other. It ends with the returned
// function.
func (t *turn) watch(patience time.Duration) (stop func()) {
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(patience)
		defer tick.Stop()
		for last := t.beats.Load(); ; {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			now := t.beats.Load()
			if now == last {
				t.seat.wait()
			}
			last = now
		}
	}()
	return func() { close(done) }
}

// paced is a source whose values are noted by the turn of the task.
type paced struct{ assay.Source }

// Sample implements assay.Source.
func (p paced) Sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	t, ok := ctx.Value(turnKey{}).(*turn)
	if !ok {
		return p.Source.Sample(ctx, asset, plan, yield)
	}
	return p.Source.Sample(ctx, asset, plan, func(d assay.Datum) error {
		if err := t.came(ctx, len(d.Value)); err != nil {
			return err
		}
		return yield(d)
	})
}
