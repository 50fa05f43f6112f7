package queuetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"example.com/assay"
)

// die makes the one task in the queue a dead letter.
func (f *fixture) die() {
	f.Helper()
	for i := range f.MaxReceives {
		f.release(f.one(), 0, fmt.Sprintf("attempt %d: access denied", i+1))
	}
	f.none()
}

func deadLetters(f *fixture) {
	task := tasks(1)[0]
	f.send(task)
	f.die()
	dead := f.dead(1)[0]
	if want := fmt.Sprintf("attempt %d: access denied", f.MaxReceives); dead.Reason != want {
		f.Errorf("reason %q, want that of the last release, %q", dead.Reason, want)
	}
	if dead.Task.ID != task.ID || dead.State != assay.QueueDead || dead.Received < f.MaxReceives || dead.Sent.IsZero() {
		f.Errorf("dead letter %+v", dead)
	}
	if n, err := f.q.Redrive(f.Context()); n != 1 || err != nil {
		f.Fatalf("Redrive: %d, %v; want 1", n, err)
	}
	again := f.one()
	if again.Task.ID != task.ID || again.Received != 1 {
		f.Errorf("after the redrive: task %s, received %d times, want 1", again.Task.ID, again.Received)
	}
	f.finish(again)
	f.dead(0)
}

// abandoned: a worker that dies every time gives no reason.
func abandoned(f *fixture) {
	f.send(tasks(1)...)
	for range f.MaxReceives {
		f.one()
		f.expire()
	}
	f.none()
	f.dead(1)
}

func redriveByID(f *fixture) {
	all := tasks(2)
	for _, task := range all {
		f.send(task)
		f.die()
	}
	f.dead(2)
	if n, err := f.q.Redrive(f.Context(), all[1].ID, "unknown"); n != 1 || err != nil {
		f.Fatalf("Redrive of one: %d, %v; want 1", n, err)
	}
	if lease := f.one(); lease.Task.ID != all[1].ID {
		f.Errorf("redriven %s, want %s", lease.Task.ID, all[1].ID)
	}
	if n, err := f.q.Drop(f.Context(), all[0].ID); n != 1 || err != nil {
		f.Errorf("Drop of a dead letter: %d, %v; want 1", n, err)
	}
	f.dead(0)
}

// manyDead: more dead letters than one request brings.
func manyDead(f *fixture) {
	const n = 23
	f.send(tasks(n)...)
	for died := 0; died < n; {
		leases := f.receive(10, f.Patience)
		if len(leases) == 0 {
			f.Fatalf("%d of %d tasks died, and no more came", died, n)
		}
		for _, l := range leases {
			f.release(l, 0, "denied: "+string(l.Task.Asset.ID))
			if l.Received == f.MaxReceives {
				died++
			}
		}
	}
	f.none()
	for _, dead := range f.dead(n) {
		if want := "denied: " + string(dead.Task.Asset.ID); dead.Reason != want {
			f.Errorf("reason %q, want %q", dead.Reason, want)
		}
	}
	all := tasks(n)
	if got, err := f.q.Drop(f.Context(), all[0].ID, all[20].ID); got != 2 || err != nil {
		f.Errorf("Drop: %d, %v; want 2", got, err)
	}
	if got, err := f.q.Redrive(f.Context()); f.ExactDepth && got != n-2 || got == 0 || err != nil {
		f.Errorf("Redrive: %d, %v; want %d", got, err, n-2)
	}
	f.dead(0)
	for came := 0; came < n-2; came++ {
		f.finish(f.one())
	}
	f.none()
}

func duplicates(f *fixture) {
	task := tasks(1)[0]
	f.send(task, task)
	f.send(task)
	lease := f.one()
	f.none()
	f.send(task) // leased
	f.none()
	f.finish(lease)
	f.none()
	f.send(task) // forgotten
	f.die()
	f.send(task) // dead
	f.none()
	f.dead(1)
}

func list(f *fixture) {
	all := tasks(3)
	f.send(all[0])
	f.die()
	f.send(all[1])
	leased := f.one()
	f.send(all[2])
	for state, want := range map[assay.QueueState]string{
		assay.QueueDead: all[0].ID, assay.QueueLeased: all[1].ID, assay.QueueWaiting: all[2].ID,
	} {
		got := f.list(state)
		if len(got) != 1 || got[0].Task.ID != want || got[0].State != state {
			f.Errorf("List(%s) gave %+v, want task %s", state, got, want)
		}
	}
	f.release(leased, f.Visibility, "later")
	if got := f.list(assay.QueueWaiting); len(got) != 2 || got[0].Reason != "later" || got[0].Received != 1 {
		f.Errorf("a task given back with a delay is not listed as waiting: %+v", got)
	}
	for range f.q.List(f.Context(), assay.QueueWaiting) {
		if _, err := f.q.Drop(f.Context(), all[2].ID); err != nil { // changing while listing must not block
			f.Errorf("Drop inside List: %v", err)
		}
		break
	}
}

func drop(f *fixture) {
	all := tasks(3)
	f.send(all[0])
	leased := f.one()
	f.send(all[1], all[2])
	if n, err := f.q.Drop(f.Context()); n != 0 || err != nil {
		f.Errorf("Drop of nothing: %d, %v", n, err)
	}
	if n, err := f.q.Drop(f.Context(), all[0].ID, all[1].ID, "unknown"); n != 2 || err != nil {
		f.Errorf("Drop: %d, %v; want 2", n, err)
	}
	f.wantLost("Extend of a dropped task", f.q.Extend(f.Context(), leased, f.Visibility))
	if left := f.one(); left.Task.ID != all[2].ID {
		f.Errorf("left over: %s, want %s", left.Task.ID, all[2].ID)
	}
	f.none()
}

func depth(f *fixture) {
	all := tasks(6)
	f.send(all[0])
	f.die()
	f.send(all[1:]...)
	f.one()
	f.one()
	f.q.Advance(f.Visibility / 2)
	got, err := f.q.Depth(f.Context())
	if err != nil {
		f.Fatalf("Depth: %v", err)
	}
	if got.Waiting != 3 || got.Leased != 2 || got.Dead != 1 || got.Oldest < f.Visibility/4 {
		f.Errorf("Depth: %+v, want 3 waiting, 2 leased, 1 dead", got)
	}
}

// manyWorkers: nothing is lost, and nothing is with two workers at a time,
// while workers give tasks back and vanish with them.
func manyWorkers(f *fixture) {
	const n, workers = 120, 6
	f.send(tasks(n)...)
	ctx, cancel := context.WithTimeout(f.Context(), 4*f.Patience)
	defer cancel()
	crew := crew{f: f, holds: map[string]bool{}, left: n, done: cancel}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { crew.work(ctx) })
	}
	wg.Wait()
	if crew.left != 0 {
		f.Fatalf("%d of %d tasks were never finished", crew.left, n)
	}
	if crew.vanished == 0 || crew.released == 0 {
		f.Error("no task was abandoned or given back: the case shows nothing")
	}
	f.none()
	f.dead(0)
}

type crew struct {
	f    *fixture
	done func()
	gate sync.RWMutex // held to write by who makes leases run out: nobody has one then

	expired atomic.Int64 // how often leases were made to run out

	mu                 sync.Mutex
	holds              map[string]bool // tasks that a worker has now
	left               int
	vanished, released int
}

func (c *crew) work(ctx context.Context) {
	for ctx.Err() == nil {
		before := c.expired.Load()
		if c.batch(ctx) > 0 || ctx.Err() != nil {
			continue
		}
		c.gate.Lock()
		if c.expired.CompareAndSwap(before, before+1) { // nobody did it since
			c.f.expire() // only tasks that were abandoned are left
		}
		c.gate.Unlock()
	}
}

func (c *crew) batch(ctx context.Context) int {
	c.gate.RLock()
	defer c.gate.RUnlock()
	ctx, cancel := context.WithTimeout(ctx, c.f.Idle)
	defer cancel()
	leases, err := c.f.q.Receive(ctx, 3, c.f.Visibility)
	if err != nil && ctx.Err() == nil {
		c.f.Errorf("Receive: %v", err)
	}
	for _, l := range leases {
		c.take(l)
	}
	return len(leases)
}

// take handles one task: at its first delivery one of eight is abandoned, and
// one given back.
func (c *crew) take(l assay.Lease) {
	c.mu.Lock()
	if c.holds[l.Task.ID] {
		c.f.Errorf("task %s was delivered while another worker had it", l.Task.ID)
	}
	c.holds[l.Task.ID] = true
	c.mu.Unlock()
	time.Sleep(time.Millisecond)

	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.holds, l.Task.ID)
	switch fate := l.Task.Asset.Rows % 8; {
	case fate == 0 && l.Received == 1:
		c.vanished++
	case fate == 1 && l.Received == 1:
		c.released++
		c.check("Release", c.f.q.Release(c.f.Context(), l, 0, "busy"))
	default:
		c.check("Finish", c.f.q.Finish(c.f.Context(), l))
		if c.left--; c.left == 0 {
			c.done()
		}
	}
}

func (c *crew) check(what string, err error) {
	if err != nil {
		c.f.Errorf("%s: %v", what, err)
	}
}
