package assay

import (
	"context"
	"iter"
	"time"
)

// TriageStatus is what a person made of a finding.
type TriageStatus string

// The judgements on a finding.
const (
	TriageOpen          TriageStatus = "open"           // nobody judged it, or the judgement was taken back
	TriageAck           TriageStatus = "ack"            // seen, and right to be there
	TriageFalsePositive TriageStatus = "false_positive" // the element is not there
)

// Triage is a person's judgement on a finding. It belongs to the finding's id,
// so that it outlives scans.
type Triage struct {
	Finding string       `json:"finding"`
	Status  TriageStatus `json:"status"`
	Author  string       `json:"author"`
	Reason  string       `json:"reason"`
	At      time.Time    `json:"at"` // set by the store when zero
}

// TriageStore keeps the latest judgement on each finding.
type TriageStore interface {
	// SetTriage judges a finding, and writes who did it to the audit log.
	// ErrForbidden unless the actor is an operator; ErrNotFound for an unknown
	// finding.
	SetTriage(ctx context.Context, who Actor, triage Triage) error
	// Triages yields the latest judgements, of one finding or of all when it is
	// empty. Findings that nobody judged have none.
	Triages(ctx context.Context, finding string) iter.Seq2[Triage, error]
}
