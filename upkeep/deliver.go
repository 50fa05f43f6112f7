package upkeep

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay"
)

// Deliverer sends the events of an outbox to webhooks, each event at least once
// to each webhook that wants it. One that fails is tried again, later and later,
// until the event is purged.
type Deliverer struct {
	Outbox   assay.Outbox
	Webhooks []Webhook
	Every    time.Duration // between two looks into the outbox
	Metrics  *Metrics      // nil counts nothing
	Log      *slog.Logger
	Now      func() time.Time
	// Client sends the requests; nil means one of its own that follows no
	// redirects.
	Client *http.Client
}

// How events are taken out of the outbox: few enough that they are sent, or have
// failed, before another process may take them.
const (
	batchSize = 50
	batchHold = batchSize * 2 * defaultTimeout
)

// The wait before an event is tried again.
const (
	firstPause = 5 * time.Second
	maxPause   = time.Hour
)

// Run delivers until ctx ends.
func (d *Deliverer) Run(ctx context.Context) {
	every(ctx, d.Every, func() {
		for ctx.Err() == nil {
			n, err := d.Once(ctx)
			if err != nil && ctx.Err() == nil {
				d.Log.Warn("events not delivered", "error", err)
			}
			if err != nil || n < batchSize {
				return
			}
		}
	})
}

// Once delivers a batch of events that are due, and returns how many these were.
func (d *Deliverer) Once(ctx context.Context) (int, error) {
	events, err := d.Outbox.ClaimEvents(ctx, batchSize, batchHold)
	if err != nil {
		return 0, err
	}
	client := d.Client
	if client == nil {
		client = &http.Client{CheckRedirect: noRedirects}
		defer client.CloseIdleConnections()
	}
	down := map[string]error{}
	for _, e := range events {
		if err := d.deliver(ctx, client, e, down); err != nil {
			return len(events), err
		}
	}
	return len(events), nil
}

// deliver sends an event to the webhooks that have not taken it. A webhook that
// failed in this batch is spared the rest of it: each would cost a timeout.
func (d *Deliverer) deliver(ctx context.Context, client *http.Client, e assay.OutboxEvent, down map[string]error) error {
	var failures []string
	for _, hook := range d.Webhooks {
		if !hook.wants(e.Event) || slices.Contains(e.Taken, hook.Name) {
			continue
		}
		if down[hook.Name] == nil {
			if down[hook.Name] = hook.send(ctx, client, e.Event, d.Now()); ctx.Err() != nil {
				return ctx.Err()
			}
			d.Metrics.sent(hook.Name, down[hook.Name])
		}
		if err := down[hook.Name]; err != nil {
			failures = append(failures, fmt.Sprintf("%s: %v", hook.Name, err))
			continue
		}
		if err := d.Outbox.EventTaken(ctx, e.ID, hook.Name); err != nil {
			return err
		}
	}
	if len(failures) == 0 {
		return d.Outbox.EventDone(ctx, e.ID)
	}
	reason := strings.Join(failures, "; ")
	d.Log.Warn("event not delivered to all", "event", e.ID, "kind", e.Kind, "attempts", e.Attempts+1, "error", reason)
	return d.Outbox.EventFailed(ctx, e.ID, d.Now().Add(pause(e.Attempts)), reason)
}

// pause is how long an event waits that failed before so many times, and once
// more. It varies, so that not all come back at once.
func pause(failed int) time.Duration {
	p := min(firstPause<<min(failed, 20), maxPause)
	return p/2 + rand.N(p/2+1)
}
