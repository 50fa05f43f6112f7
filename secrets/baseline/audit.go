package baseline

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"example.com/assay"
)

// AuditName is the file name of the decisions on skips, in the repository's top
// folder. It serves where no service keeps them.
const AuditName = ".assay-secrets.audit"

// Verdict is what a reviewer says of a skip.
type Verdict string

// The verdicts.
const (
	Approved Verdict = "approved" // it may stay
	Rejected Verdict = "rejected" // it is a finding again
)

// Decision is a reviewer's word on one skipped place.
type Decision struct {
	File    string        `json:"file"`
	Element assay.Element `json:"element"`
	ID      string        `json:"id"` // of the place
	Verdict Verdict       `json:"verdict"`
	Reason  string        `json:"reason"`
	By      string        `json:"by"`
}

// Decisions are those of a repository, by place id.
type Decisions map[string]Decision

// ReadDecisions reads the decisions of an audit; of two on one place, a
// rejection stands, whatever their order.
func ReadDecisions(in io.Reader) (Decisions, error) {
	d := Decisions{}
	err := eachLine(in, func(n int, line []byte) error {
		var one Decision
		if err := strict(line, &one); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if one.ID == "" || one.Verdict != Approved && one.Verdict != Rejected {
			return fmt.Errorf("line %d: a decision without id, or neither approved nor rejected", n)
		}
		if d[one.ID].Verdict != Rejected {
			d[one.ID] = one
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read decisions: %w", err)
	}
	return d, nil
}

// Write writes the decisions, sorted, one a line.
func (d Decisions) Write(w io.Writer) error {
	sorted := slices.SortedFunc(maps.Values(d), func(a, b Decision) int {
		return compareEntries(Entry{a.File, a.Element, a.ID}, Entry{b.File, b.Element, b.ID})
	})
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, one := range sorted {
		if err := enc.Encode(one); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Rejected reports whether a reviewer rejected the place.
func (d Decisions) Rejected(id string) bool { return d[id].Verdict == Rejected }

// Find returns the place whose id begins so, when it is the only one of ids.
func Find(ids []string, prefix string) (string, error) {
	var found []string
	for _, id := range ids {
		if strings.HasPrefix(id, prefix) {
			found = append(found, id)
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	if len(prefix) < 6 || len(found) != 1 {
		return "", &assay.Error{Op: "find skip", Item: prefix, Err: assay.ErrNotFound,
			Hint: fmt.Sprintf("%d places begin so; give at least 6 digits of one that assay secrets audit lists", len(found))}
	}
	return found[0], nil
}
