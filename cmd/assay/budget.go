package main

import (
	"context"
	"sync"

	"example.com/assay"
)

// budget is the bytes that all sources together may still read.
type budget struct {
	mu   sync.Mutex
	left int64
}

// limitedSource is a source that draws on a budget. Sources that share one are
// read one asset at a time, so that no two spend the same bytes; how exactly a
// source keeps to its part is its own affair (see assay.Plan).
type limitedSource struct {
	assay.Source
	budget *budget
}

// Sample implements assay.Source. An asset whose turn comes when nothing is left
// is not examined, and says so.
func (s limitedSource) Sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	s.budget.mu.Lock()
	defer s.budget.mu.Unlock()
	if s.budget.left <= 0 {
		return assay.Reading{}, &assay.Error{Op: "sample", Item: string(asset.ID), Reason: assay.ReasonBudget, Hint: "raise --budget"}
	}
	if plan.Bytes == 0 || plan.Bytes > s.budget.left {
		plan.Bytes = s.budget.left
	}
	reading, err := s.Source.Sample(ctx, asset, plan, yield)
	s.budget.left -= reading.Bytes
	return reading, err
}
