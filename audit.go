package assay

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// ErrForbidden says that a role does not allow what was asked for.
var ErrForbidden = errors.New("not allowed")

// Actor is who asks for something.
type Actor struct {
	Name string // of a token or of the user of the machine
	Role Role
}

// The audited actions.
const (
	ActionReveal = "reveal" // matched content was shown; the object is a finding
	ActionTriage = "triage" // a finding was judged; the object is a finding
)

// AuditEntry is one thing that somebody did. Nothing of sampled content is in it.
type AuditEntry struct {
	At     time.Time `json:"at"` // set by the log when zero
	Actor  string    `json:"actor"`
	Role   Role      `json:"role"`
	Action string    `json:"action"`
	Object string    `json:"object"` // an id
	Reason string    `json:"reason"` // the actor's own words
	Detail string    `json:"detail"` // what it came to
}

// AuditLog keeps who did what. Entries are never changed or deleted.
type AuditLog interface {
	// Audit adds an entry.
	Audit(ctx context.Context, entry AuditEntry) error
	// AuditEntries yields the entries of an object, of all objects when it is
	// empty, the newest first.
	AuditEntries(ctx context.Context, object string) iter.Seq2[AuditEntry, error]
}

// Revealer is what Reveal needs of a store.
type Revealer interface {
	AuditLog
	Matches(ctx context.Context, finding string) iter.Seq2[SealedMatch, error]
}

// Reveal opens the kept matches of a finding for somebody who may see values. Who
// it was and why is in the audit log before anything is opened; a refusal is
// there too. ErrForbidden.
func Reveal(ctx context.Context, store Revealer, sealer Sealer, who Actor, finding, reason string) ([]Matched, error) {
	entry := AuditEntry{Actor: who.Name, Role: who.Role, Action: ActionReveal, Object: finding, Reason: reason}
	if !who.Role.Allows(RoleLabeller) {
		entry.Detail = "refused"
		err := fmt.Errorf("reveal finding %s: %w: it takes the role %s (%s has %q)", finding, ErrForbidden, RoleLabeller, who.Name, who.Role)
		return nil, errors.Join(err, store.Audit(ctx, entry))
	}
	var sealed []SealedMatch
	for m, err := range store.Matches(ctx, finding) {
		if err != nil {
			return nil, fmt.Errorf("reveal finding %s: %w", finding, err)
		}
		sealed = append(sealed, m)
	}
	entry.Detail = fmt.Sprintf("%d matches", len(sealed))
	if err := store.Audit(ctx, entry); err != nil {
		return nil, fmt.Errorf("reveal finding %s: nothing is shown that is not audited: %w", finding, err)
	}
	out := make([]Matched, 0, len(sealed))
	for _, m := range sealed {
		content, err := OpenMatch(ctx, sealer, m)
		if err != nil {
			return nil, fmt.Errorf("reveal: %w", err)
		}
		out = append(out, content)
	}
	return out, nil
}
