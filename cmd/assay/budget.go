package main

import (
	"context"
	"sync/atomic"

	"example.com/assay"
)

// budget is the bytes that all sources together may still read. The workers
// that read at the moment at which it ends may each go on to what was left when
// they began.
type budget struct{ left atomic.Int64 }

// newBudget returns a budget of some bytes.
func newBudget(max int64) *budget {
	b := &budget{}
	b.left.Store(max)
	return b
}

// limitedSource is a source that draws on a budget.
type limitedSource struct {
	assay.Source
	budget *budget
}

// Sample implements assay.Source. An asset whose turn comes when nothing is left
// is not examined, and says so.
func (s limitedSource) Sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	left := s.budget.left.Load()
	if left <= 0 {
		return assay.Reading{}, &assay.Error{Op: "sample", Item: string(asset.ID), Reason: assay.ReasonBudget, Hint: "raise --budget"}
	}
	if plan.Bytes == 0 || plan.Bytes > left {
		plan.Bytes = left
	}
	reading, err := s.Source.Sample(ctx, asset, plan, yield)
	s.budget.left.Add(-reading.Bytes)
	return reading, err
}
