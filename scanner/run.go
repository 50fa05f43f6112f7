package scanner

import (
	"context"
	"sync"
	"time"

	"example.com/assay"

	"github.com/cenkalti/backoff/v5"
)

// maxBatch is the most tasks asked for at a time; what SQS gives.
const maxBatch = 10

// maxWaiting is how many tasks may wait for stores that are at their limits, or
// that are silent, beside those that are worked on. Each costs a goroutine and a
// heartbeat. When all places are taken, further ones hold up others.
const maxWaiting = 500

// handBack is how long the last words to the queue may take when the scanner
// stops.
const handBack = 5 * time.Second

// Run receives tasks and works on them until told to stop, in two steps: when
// fetch ends, no more tasks are taken, and Run returns when those at hand are
// done; when work ends too, those are broken off and given back to the queue.
// It returns what went wrong in closing the sources; tasks that fail are the
// queue's affair. It may be called once.
func (s *Scanner) Run(fetch, work context.Context) error {
	fetch, stop := context.WithCancel(fetch)
	defer stop()
	defer context.AfterFunc(work, stop)() // without work there is nothing to fetch for

	var tasks sync.WaitGroup
	slots := make(chan struct{}, s.Concurrency)
	waiting := make(chan struct{}, maxWaiting)
	pause := backoff.NewExponentialBackOff()
	for {
		n := take(fetch, slots)
		if n == 0 {
			break
		}
		begun := time.Now()
		leases, err := s.Receiver.Receive(fetch, n, s.Visibility)
		s.traceReceive(fetch, begun, leases)
		for range n - len(leases) {
			<-slots
		}
		for _, lease := range leases {
			tasks.Go(func() {
				seat := &seat{held: slots, waiting: waiting}
				defer seat.leave()
				s.handle(work, lease, seat)
			})
		}
		if err != nil && fetch.Err() == nil {
			s.Log.Error("receive tasks", "error", err)
			sleep(fetch, pause.NextBackOff())
		} else if err == nil {
			pause.Reset()
		}
	}
	tasks.Wait()
	return s.sources.close()
}

// take waits for a free slot, and takes up to a batch of them. It takes none
// when ctx has ended.
func take(ctx context.Context, slots chan struct{}) int {
	select {
	case <-ctx.Done():
		return 0
	case slots <- struct{}{}:
	}
	if ctx.Err() != nil {
		return 0
	}
	for n := 1; n < maxBatch; n++ {
		select {
		case slots <- struct{}{}:
		default:
			return n
		}
	}
	return maxBatch
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// lastWords returns a context for telling the queue or the store what became of
// a task, which must be possible when the task's own context has ended.
func lastWords(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), handBack)
}

// heartbeat keeps the lease until the returned context ends, by cancel or
// because the lease is lost: then its cause is assay.ErrLeaseLost. The returned
// function ends the heartbeat and waits for it.
func (s *Scanner) heartbeat(ctx context.Context, lease assay.Lease) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(s.Visibility / 3)
		defer tick.Stop()
		good := time.Now() // when the lease was last known to be ours
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			begun := time.Now()
			switch err := s.extend(ctx, lease); {
			case err == nil:
				good = begun
			case isLost(err) || time.Since(good) > s.Visibility:
				cancel(assay.ErrLeaseLost)
			case ctx.Err() == nil:
				s.Log.Warn("extend lease", "task", lease.Task.ID, "error", err)
			}
		}
	}()
	return ctx, func() {
		cancel(nil)
		<-done
	}
}

// extend gives up in time for another try.
func (s *Scanner) extend(ctx context.Context, lease assay.Lease) error {
	ctx, cancel := context.WithTimeout(ctx, s.Visibility/3)
	defer cancel()
	return s.Receiver.Extend(ctx, lease, s.Visibility)
}
