package scanner

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"example.com/assay"
)

// SnapshotKeeper keeps the values of a column, sealed. verifiers.Snapshots is one.
type SnapshotKeeper interface {
	// Add keeps the words; those of the same task again have no effect.
	Add(ctx context.Context, column assay.Column, task string, words []string) error
}

// The limits of a dictionary that is a column.
const (
	defaultSnapshotRows = 100_000 // that are sampled, where the plan does not say
	maxSnapshotWords    = 100_000 // that are different
	maxSnapshotBytes    = 8 << 20 // of all words together
	maxSnapshotWord     = 255     // bytes; longer ones are no dictionary's
)

// errSnapshotFull ends a sample that has brought enough.
var errSnapshotFull = errors.New("the dictionary is full")

// snapshot is the handler of assay.TaskSnapshot. Its result is what the keeper
// keeps: nothing is said of the asset, which is not examined by it.
func (s *Scanner) snapshot(ctx context.Context, task assay.Task) (assay.Result, error) {
	if s.Snapshots == nil {
		return assay.Result{}, &assay.Error{Op: "take snapshot", Item: string(task.Asset.ID), Reason: assay.ReasonUnavailable,
			Err: errors.New("there is no key to seal it with"), Hint: "configure key for every scanner"}
	}
	source, err := s.sources.get(ctx, task.Store)
	if err != nil {
		return assay.Result{}, err
	}
	if task.Plan.Rows == 0 {
		task.Plan.Rows = defaultSnapshotRows
	}
	words := collected{field: task.Field, words: map[string]bool{}}
	reading, err := source.Sample(ctx, task.Asset, task.Plan, words.add)
	if err != nil && !errors.Is(err, errSnapshotFull) {
		return assay.Result{}, err
	}
	if len(words.words) == 0 {
		return assay.Result{}, &assay.Error{Op: "take snapshot", Item: string(task.Asset.ID), Reason: words.reason(reading),
			Err: fmt.Errorf("column %q brought no word", task.Field), Hint: "name a column of the asset that holds words and may be read"}
	}
	column := assay.Column{Store: task.Store, Asset: task.Asset.ID, Field: task.Field}
	if err := s.Snapshots.Add(ctx, column, task.ID, slices.Sorted(maps.Keys(words.words))); err != nil {
		return assay.Result{}, &assay.Error{Op: "keep snapshot", Item: string(task.Asset.ID), Reason: assay.ReasonUnavailable, Err: err}
	}
	s.Log.Info("snapshot taken", "task", task.ID, "asset", task.Asset.ID, "field", task.Field, "words", len(words.words))
	return assay.Result{Bytes: reading.Bytes}, nil
}

// collected is the words of one field.
type collected struct {
	field string
	words map[string]bool
	bytes int
}

func (c *collected) add(d assay.Datum) error {
	if d.Field.Path != c.field || !d.IsText() || len(d.Value) == 0 || len(d.Value) > maxSnapshotWord || c.words[string(d.Value)] {
		return nil
	}
	if len(c.words) == maxSnapshotWords || c.bytes+len(d.Value) > maxSnapshotBytes {
		return errSnapshotFull
	}
	c.words[string(d.Value)] = true
	c.bytes += len(d.Value)
	return nil
}

// reason is why nothing was collected, as the source says.
func (c *collected) reason(reading assay.Reading) assay.Reason {
	for _, f := range reading.Fields {
		if f.Field.Path == c.field && f.Reason != "" {
			return f.Reason
		}
	}
	return assay.ReasonNoSample
}
