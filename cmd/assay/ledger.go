package main

import (
	"context"
	"errors"
	"strings"
	"sync"

	"example.com/assay"
	"example.com/assay/report"
)

// ledger keeps the books of one scan: which assets are to be scanned, and what
// became of each. It passes results on to the store and remembers them, so that
// the report holds what was committed, and an asset without a result is reported
// as not examined.
type ledger struct {
	assay.ResultWriter
	progress *progress

	mu      sync.Mutex
	listed  []assay.AssetID // in their order
	results map[assay.AssetID]*assay.Result
	missed  []assay.Coverage
	open    int // listed assets that wait for their result
	bytes   int64
	done    chan struct{} // closed when open is 0; replaced when it grows again
}

func newLedger(p *progress) *ledger {
	l := &ledger{progress: p, results: map[assay.AssetID]*assay.Result{}, done: make(chan struct{})}
	close(l.done)
	return l
}

// expect notes the assets of tasks that are to be done, and returns the tasks
// but those whose asset is in the books already.
func (l *ledger) expect(tasks []assay.Task) []assay.Task {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := make([]assay.Task, 0, len(tasks))
	for _, task := range tasks {
		if _, ok := l.results[task.Asset.ID]; ok {
			continue
		}
		l.results[task.Asset.ID] = nil
		l.listed = append(l.listed, task.Asset.ID)
		if l.open++; l.open == 1 {
			l.done = make(chan struct{})
		}
		fresh = append(fresh, task)
	}
	return fresh
}

// recordedSender is a queue's sender that enters every task in the books first,
// so that two targets that overlap scan their common assets once.
type recordedSender struct {
	ledger *ledger
	queue  assay.Sender
}

// Send implements assay.Sender.
func (s recordedSender) Send(ctx context.Context, tasks ...assay.Task) error {
	if err := s.queue.Send(ctx, s.ledger.expect(tasks)...); err != nil {
		return &exitError{exitInternal, err}
	}
	return nil
}

// miss notes something that will not be examined.
func (l *ledger) miss(id assay.AssetID, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.missed = append(l.missed, assay.Coverage{
		Asset: id, Status: assay.StatusNotExamined, Reason: assay.Explain(err), Detail: cause(err),
	})
}

// Commit implements assay.ResultWriter.
func (l *ledger) Commit(ctx context.Context, result assay.Result) error {
	if err := l.ResultWriter.Commit(ctx, result); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	id := result.Task.Asset.ID
	switch old, known := l.results[id]; {
	case !known: // it could not be listed properly
		l.listed = append(l.listed, id)
	case old == nil:
		if l.open--; l.open == 0 {
			close(l.done)
		}
	}
	l.results[id] = &result
	l.bytes += result.Bytes
	l.progress.at(len(l.listed)-l.open, len(l.listed))
	return nil
}

// complete returns a channel that is closed when every listed asset has a
// result.
func (l *ledger) complete() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.done
}

// report returns what the books hold.
func (l *ledger) report() *report.Report {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &report.Report{Assets: len(l.listed) + len(l.missed), Bytes: l.bytes, Coverage: l.missed}
	for _, id := range l.listed {
		result := l.results[id]
		if result == nil {
			r.Coverage = append(r.Coverage, assay.Coverage{Asset: id, Status: assay.StatusNotExamined, Reason: assay.ReasonCancelled})
			continue
		}
		r.Findings = append(r.Findings, result.Findings...)
		r.Coverage = append(r.Coverage, result.Coverage...)
	}
	return r
}

// cause is what an error says beside what was done to which item, which the
// report shows already.
func cause(err error) string {
	if e := (*assay.Error)(nil); errors.As(err, &e) {
		bare := *e
		bare.Op, bare.Item = "", ""
		return strings.TrimPrefix(bare.Error(), ": ")
	}
	return err.Error()
}
