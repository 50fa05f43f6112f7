package verifiers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"example.com/assay"
)

// Dictionaries gives the words of columns that definitions name as their
// dictionaries. Snapshots is one.
type Dictionaries interface {
	// Words returns the words of the column's newest snapshot, and its version.
	// ErrNotFound where none was taken yet.
	Words(ctx context.Context, column assay.Column) (words []string, version int, err error)
	// SnapshotRevision returns a number that grows with every snapshot.
	SnapshotRevision(ctx context.Context) (int64, error)
}

// Snapshots keeps dictionaries in a store, sealed. Words are in the clear in the
// memory of the processes that take or use them, and nowhere else.
type Snapshots struct {
	assay.SnapshotStore
	Sealer assay.Sealer
}

// Words implements Dictionaries.
func (s Snapshots) Words(ctx context.Context, column assay.Column) ([]string, int, error) {
	snap, err := s.Snapshot(ctx, column)
	if err != nil {
		return nil, 0, err
	}
	plain, err := s.Sealer.Open(ctx, snap.Sealed, bindOf(column, snap.Task)...)
	if err != nil {
		return nil, 0, fmt.Errorf("snapshot %d of %s: %w", snap.Version, column, err)
	}
	var words []string
	if json.Unmarshal(plain, &words) != nil { // its error would quote words
		return nil, 0, fmt.Errorf("snapshot %d of %s: it holds no list of words", snap.Version, column)
	}
	return words, snap.Version, nil
}

// Add seals the words of a column and keeps them as its newest snapshot. The
// same task has no further effect.
func (s Snapshots) Add(ctx context.Context, column assay.Column, task string, words []string) error {
	plain, err := json.Marshal(words)
	if err != nil {
		return fmt.Errorf("snapshot of %s: its words cannot be written", column)
	}
	sealed, err := s.Sealer.Seal(ctx, plain, bindOf(column, task)...)
	if err != nil {
		return fmt.Errorf("snapshot of %s: %w", column, err)
	}
	return s.AddSnapshot(ctx, assay.Snapshot{Column: column, Task: task, Words: len(words), Sealed: sealed})
}

// bindOf is what a snapshot is sealed for, so that no other row opens in its place.
func bindOf(column assay.Column, task string) []string {
	return []string{"snapshot", column.Store, string(column.Asset), column.Field, task}
}

// Columns returns the columns that the definition names as dictionaries, in order.
func (d Definition) Columns() []assay.Column {
	var columns []assay.Column
	for n := range d.Detect.all() {
		if t, ok := n.Method.(Trie); ok && t.Column != (assay.Column{}) && !slices.Contains(columns, t.Column) {
			columns = append(columns, t.Column)
		}
	}
	return columns
}

// loaded is the words of a column, or why there are none.
type loaded struct {
	words   []string
	version int
	err     error
}

// wordsOf reads the dictionary of a column.
func wordsOf(ctx context.Context, from Dictionaries, column assay.Column) loaded {
	if from == nil {
		return loaded{err: errors.New("no key is configured to open its snapshots with")}
	}
	words, version, err := from.Words(ctx, column)
	if errors.Is(err, assay.ErrNotFound) {
		err = fmt.Errorf("no snapshot of it was taken yet: %w (see assay verifiers snapshot)", assay.ErrNotFound)
	}
	return loaded{words, version, err}
}

// noWords stands for dictionaries where a definition is tried by its examples
// alone, which the words in the definition must satisfy.
func noWords(assay.Column) ([]string, int, error) { return nil, 0, nil }

// dictionaryHash makes the versions of a definition's dictionaries part of its
// hash, since they are part of what it detects.
func (c *compiler) dictionaryHash(d Definition, hash string) string {
	for _, column := range d.Columns() {
		if _, version, err := c.words(column); err == nil {
			hash += "." + strconv.Itoa(version)
		}
	}
	return hash
}
