package sqs

import (
	"context"
	"sync"
	"time"
)

// batcher gathers calls into requests of up to maxBatch. A call alone is not
// delayed: while the requests under way are as many as may be, calls gather for
// the next one.
type batcher struct {
	request func(ctx context.Context, handles []string) []error
	slots   chan struct{} // as many as requests may be under way

	mu      sync.Mutex
	pending *batch // gathers calls; nil when none waits
}

// batch is one request and its answer.
type batch struct {
	handles []string
	errs    []error       // by place in handles, once done is closed
	done    chan struct{} // closed with the answer
}

// underWay is how many requests of a batcher run at a time.
const underWay = 2

// requestTime is how long a request may take whose callers have gone.
const requestTime = 30 * time.Second

func newBatcher(request func(context.Context, []string) []error) *batcher {
	return &batcher{request: request, slots: make(chan struct{}, underWay)}
}

// do has the handle's part of a request done and returns its error. When ctx
// ends first, the request goes on for the other callers.
func (b *batcher) do(ctx context.Context, handle string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	mine, i := b.join(ctx, handle)
	select {
	case <-mine.done:
		return mine.errs[i]
	case <-ctx.Done():
		return ctx.Err()
	}
}

// join adds the handle to the batch that gathers, and returns that and the
// handle's place in it.
func (b *batcher) join(ctx context.Context, handle string) (*batch, int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	mine := b.pending
	if mine == nil {
		mine = &batch{done: make(chan struct{})}
		b.pending = mine
		go b.run(context.WithoutCancel(ctx), mine)
	}
	mine.handles = append(mine.handles, handle)
	if len(mine.handles) == maxBatch {
		b.pending = nil
	}
	return mine, len(mine.handles) - 1
}

// run waits for a slot, ends the gathering and makes the request.
func (b *batcher) run(ctx context.Context, mine *batch) {
	b.slots <- struct{}{}
	defer func() { <-b.slots }()
	b.mu.Lock()
	if b.pending == mine {
		b.pending = nil
	}
	b.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	mine.errs = b.request(ctx, mine.handles)
	close(mine.done)
}
