package assay

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

// Reason is why something was not, or not fully, examined. Reasons are few and
// stable: coverage is grouped by them.
type Reason string

// The reasons.
const (
	ReasonUnreadable  Reason = "unreadable"    // corrupt, truncated, or a format that is not understood
	ReasonDenied      Reason = "denied"        // the store refuses access
	ReasonEncrypted   Reason = "encrypted"     // content is encrypted
	ReasonBinary      Reason = "binary"        // not text, and no method reads it
	ReasonTimeout     Reason = "timed_out"     // the time limit ended
	ReasonUnavailable Reason = "unavailable"   // the store could not be reached
	ReasonEndpoint    Reason = "endpoint_down" // a model endpoint gave no answer
	ReasonBudget      Reason = "budget_spent"  // the byte or work budget ended
	ReasonVanished    Reason = "vanished"      // gone between listing and reading
	ReasonNoSample    Reason = "no_sample"     // nothing came back although the store says there is content
	ReasonUnsupported Reason = "unsupported"   // a type or feature that the source cannot read
	ReasonCancelled   Reason = "cancelled"     // stopped from outside
)

// Decision is what the scanner does with a task that failed.
type Decision int

// The decisions.
const (
	Retry Decision = iota // again, soon; counts as an attempt
	Later                 // again when the store is back
	Never                 // the result stands as not examined
)

// Error says what failed, on what, why, and how to mend it. Its text is one
// line in lower case: "sample mysql://h/shop/users: access denied (grant SELECT …)".
type Error struct {
	Op     string // what was done: "sample", "list", "open"
	Item   string // on what: an asset id, a file, a field; never with credentials
	Reason Reason
	Hint   string // how to mend it; may be empty
	Err    error  // the cause
}

func (e *Error) Error() string {
	s := e.Op
	if e.Item != "" {
		s += " " + e.Item
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	} else {
		s += ": " + string(e.Reason)
	}
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Sentinels that the roles of a Queue and a Store return, wrapped.
var (
	// ErrLeaseLost says that a lease is no longer ours: it ran out, and the task
	// belongs to another scanner. It is no failure of the task.
	ErrLeaseLost = errors.New("lease lost")
	// ErrNotFound says that an item asked for by id does not exist.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that a change was based on a version that is no longer
	// the newest.
	ErrConflict = errors.New("changed in the meantime")
)

// Explain returns the reason an error carries; for errors of the standard
// library that say as much, the matching one; otherwise ReasonUnreadable.
func Explain(err error) Reason {
	if e := (*Error)(nil); errors.As(err, &e) && e.Reason != "" {
		return e.Reason
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return ReasonTimeout
	case errors.Is(err, context.Canceled):
		return ReasonCancelled
	case errors.Is(err, fs.ErrPermission):
		return ReasonDenied
	case errors.Is(err, fs.ErrNotExist):
		return ReasonVanished
	}
	return ReasonUnreadable
}

// Decide returns what to do with a task that failed with err.
func Decide(err error) Decision {
	switch Explain(err) {
	case ReasonUnavailable, ReasonEndpoint:
		return Later
	case ReasonTimeout, ReasonCancelled:
		return Retry
	}
	return Never
}
