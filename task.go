package assay

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// TaskVersion is the version of the task's JSON form. A scanner refuses a task
// of a later version, so that it waits for a newer scanner.
const TaskVersion = 1

// Kinds of task. cmd maps each to its handler.
const (
	TaskScan     = "scan"     // sample the asset and judge it
	TaskSnapshot = "snapshot" // sample one field into the dictionary of a verifier
)

// Task is an asset and a plan, queued and leased to one scanner at a time. It
// names its store and never holds credentials: the scanner resolves the name
// from its own configuration.
type Task struct {
	Kind    string `json:"kind"`
	Version int    `json:"version"`
	ID      string `json:"id"`
	Store   string `json:"store"`
	Asset   Asset  `json:"asset"`
	Plan    Plan   `json:"plan"`
	// Field is the path of the field that a snapshot is of.
	Field string `json:"field,omitempty"`
}

// NewTask returns the task for one asset in one cycle of the task creator. Its
// id is a hash of kind, store, asset and cycle, so that a task that is created
// twice is recognised; a plan without a seed gets one derived from the id.
func NewTask(kind, store, cycle string, asset Asset, plan Plan) Task {
	sum := digest(kind, store, string(asset.ID), cycle)
	if plan.Seed == 0 {
		plan.Seed = binary.BigEndian.Uint64(sum[16:])
	}
	return Task{Kind: kind, Version: TaskVersion, ID: hex.EncodeToString(sum[:16]), Store: store, Asset: asset, Plan: plan}
}

// NewSnapshot returns the task that samples a column into its dictionary, in one
// cycle of the task creator.
func NewSnapshot(column Column, cycle string, plan Plan) Task {
	task := NewTask(TaskSnapshot, column.Store, cycle+" "+column.Field, Asset{ID: column.Asset, Rows: -1, Bytes: -1}, plan)
	task.Field = column.Field
	return task
}

// ParseTask reads a task's JSON form. What is no task, or one of a later version,
// is an error.
func ParseTask(body []byte) (task Task, err error) {
	if err := json.Unmarshal(body, &task); err != nil {
		return Task{}, fmt.Errorf("message is not a task: %w", err)
	}
	if task.ID == "" || task.Version < 1 {
		return Task{}, errors.New("message is not a task: it has no id or no version")
	}
	if task.Version > TaskVersion {
		return Task{}, fmt.Errorf("task %s has version %d, this program reads up to %d (update it)", task.ID, task.Version, TaskVersion)
	}
	return task, nil
}

// FindingID returns the id of the finding of element in a field of an asset, 24
// hexadecimal digits. It stays the same from scan to scan.
func FindingID(asset AssetID, field string, element Element) string {
	sum := digest(string(asset), field, string(element))
	return hex.EncodeToString(sum[:12])
}

// digest hashes the parts so that no two lists of parts collide by their joints.
func digest(parts ...string) [sha256.Size]byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write([]byte(p))
	}
	return [sha256.Size]byte(h.Sum(nil))
}
