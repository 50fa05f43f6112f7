package scanner

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"example.com/assay"
)

func isLost(err error) bool { return errors.Is(err, assay.ErrLeaseLost) }

// handle takes one lease to its end: finished, given back, or lost.
func (s *Scanner) handle(work context.Context, lease assay.Lease, seat *seat) {
	defer s.Metrics.begin()()
	if lease.Err != nil {
		s.Metrics.task("", outcomeRefused, 0, assay.Result{})
		s.release(work, lease, s.delay(lease, assay.Retry), lease.Err)
		return
	}
	log := s.Log.With("task", lease.Task.ID, "asset", lease.Task.Asset.ID, "received", lease.Received)
	begun := time.Now()
	work, span := s.traceTask(work, lease)
	ctx, stop := s.heartbeat(work, lease)
	defer stop()
	result, err := s.inTurn(ctx, lease.Task, seat)
	decision, outcome := decide(lease.Task, err), outcomeDone
	defer func() {
		s.Metrics.task(lease.Task.Store, outcome, time.Since(begun), result)
		endTask(span, outcome, result)
	}()
	switch {
	case context.Cause(ctx) != nil && isLost(context.Cause(ctx)):
		outcome = outcomeLost
		log.Info("lease lost, left to another scanner")
		return
	case work.Err() != nil && err != nil:
		outcome = outcomeHandedBack
		s.release(work, lease, 0, errors.New("handed back: the scanner stops"))
		return
	case errors.Is(err, errRepeated):
		outcome = outcomeRepeated
		log.Info("done before: delivered again")
		if err := s.remove(work, lease); err != nil {
			log.Warn("task not removed, it reappears when its lease ends", "error", err)
		}
		return
	case err != nil && decision != assay.Never:
		outcome = outcomeAgain
		log.Warn("task failed", "error", err)
		if saysOfAsset(lease.Task) {
			s.record(ctx, s.failure(lease.Task, err))
		}
		s.release(work, lease, s.delay(lease, decision), err)
		return
	case err != nil:
		outcome = outcomeNever
		log.Warn("not examined", "reason", assay.Explain(err), "error", err)
		if result.Task.ID == "" { // the handler left it to us to say so
			result = s.notExamined(lease.Task, err)
		}
	}
	if err := s.finish(work, lease, result); err != nil {
		outcome = outcomeUnkept
		log.Warn("result not kept", "error", err)
		s.release(work, lease, s.delay(lease, assay.Retry), err)
		return
	}
	log.Info("task done", "findings", len(result.Findings), "fields", len(result.Coverage), "bytes", result.Bytes, "took", time.Since(begun))
}

// inTurn works on a task when its store's limits allow. The heartbeat keeps the
// lease meanwhile.
func (s *Scanner) inTurn(ctx context.Context, task assay.Task, seat *seat) (result assay.Result, err error) {
	gate := s.gates.of(task.Store)
	if err := gate.enter(ctx, seat.wait); err != nil {
		return assay.Result{}, err
	}
	turn := newTurn(gate, seat, task.Plan)
	defer func() { gate.leave(result.Bytes - turn.paid.Load()) }()
	defer turn.watch(s.Patience)()
	if err := s.once(ctx, task); err != nil {
		return assay.Result{}, err
	}
	return s.work(turn.in(ctx), task)
}

// errRepeated says that a task is done already.
var errRepeated = errors.New("its result is kept already")

// once refuses a task whose result is kept: a creator that was killed may send a
// task twice, and a scanner that was killed after its commit leaves one behind.
func (s *Scanner) once(ctx context.Context, task assay.Task) error {
	if s.Committed == nil {
		return nil
	}
	done, err := s.Committed.Committed(ctx, task.ID)
	if err == nil && done {
		err = errRepeated
	}
	return err
}

// finish commits the result and then, not before, removes the task. When the
// removal fails the task comes again and gives the same state.
func (s *Scanner) finish(work context.Context, lease assay.Lease, result assay.Result) error {
	ctx, cancel := lastWords(work)
	defer cancel()
	if saysOfAsset(lease.Task) {
		committing, done := step(ctx, "commit")
		err := s.Results.Commit(committing, result)
		if done(err); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
	}
	return s.remove(ctx, lease)
}

// remove takes the task out of the queue.
func (s *Scanner) remove(work context.Context, lease assay.Lease) error {
	ctx, cancel := lastWords(work)
	defer cancel()
	if err := s.Receiver.Finish(ctx, lease); err != nil && !isLost(err) {
		return fmt.Errorf("finish: %w", err)
	}
	return nil
}

// work runs the handler of the task's kind. A bug in one task must not take
// down the fleet: its panic becomes an error.
func (s *Scanner) work(ctx context.Context, task assay.Task) (result assay.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.Error("panic in a task", "task", task.ID, "asset", task.Asset.ID, "panic", harmless(p), "stack", string(debug.Stack()))
			result, err = assay.Result{}, &panicError{harmless(p)}
		}
	}()
	handler := s.handlers[task.Kind]
	if handler == nil {
		return assay.Result{}, &assay.Error{Op: "handle task", Item: task.ID, Reason: assay.ReasonUnavailable,
			Err: fmt.Errorf("kind %q is not known to this scanner", task.Kind), Hint: "update it"}
	}
	return handler(ctx, task)
}

// panicError is a panic that was recovered.
type panicError struct{ text string }

func (e *panicError) Error() string { return "internal error: " + e.text }

// harmless is what may be told of a panic: the text of Go's own errors, which
// holds indices and types. Other values may hold what was sampled.
func harmless(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("panic with a %T", p)
}

// decide is assay.Decide, and tries a task again that met a bug, or of which
// nothing else would tell that it failed: until it is a dead letter, where a
// person sees it.
func decide(task assay.Task, err error) assay.Decision {
	decision := assay.Decide(err)
	if p := (*panicError)(nil); errors.As(err, &p) || decision == assay.Never && !saysOfAsset(task) {
		return assay.Retry
	}
	return decision
}

// saysOfAsset reports whether the task's result says how far its asset was
// examined. A kind that is not known may be one of those.
func saysOfAsset(task assay.Task) bool { return task.Kind != assay.TaskSnapshot }

// failure is what is known of an asset while its task fails and is tried again.
// It has a task id of its own: when the task was delivered twice, it must not
// replace what the other delivery found.
func (s *Scanner) failure(task assay.Task, err error) assay.Result {
	task.ID += ":failed"
	return s.notExamined(task, err)
}

// notExamined is the result of a task that read nothing.
func (s *Scanner) notExamined(task assay.Task, err error) assay.Result {
	now := s.Config.Scan.Now()
	return assay.Result{Task: task, Started: now, Finished: now, Coverage: []assay.Coverage{{
		Asset: task.Asset.ID, Status: assay.StatusNotExamined, Reason: assay.Explain(err), Detail: oneLine(err),
	}}}
}

// record commits what does not decide the task's fate.
func (s *Scanner) record(ctx context.Context, result assay.Result) {
	if err := s.Results.Commit(ctx, result); err != nil {
		s.Log.Warn("failure not recorded", "task", result.Task.ID, "error", err)
	}
}

// release gives the task back; a lease that is lost needs no release.
func (s *Scanner) release(work context.Context, lease assay.Lease, delay time.Duration, reason error) {
	ctx, cancel := lastWords(work)
	defer cancel()
	if err := s.Receiver.Release(ctx, lease, delay, oneLine(reason)); err != nil && !isLost(err) {
		s.Log.Warn("task not given back, it reappears when its lease ends", "task", lease.Task.ID, "error", err)
	}
}

// maxDelay is the longest wait before another try.
const maxDelay = time.Hour

// delay is how long a failed task waits.
func (s *Scanner) delay(lease assay.Lease, decision assay.Decision) time.Duration {
	delay := s.RetryDelay << min(max(lease.Received-1, 0), 10)
	if decision == assay.Later {
		delay *= 10
	}
	return min(delay, maxDelay)
}
