package assay_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"example.com/assay"
)

// openStore keeps matches in the clear, and what was audited when.
type openStore struct {
	matches []assay.SealedMatch
	did     []string
	fail    error // of the audit log
}

func (s *openStore) Matches(context.Context, string) iter.Seq2[assay.SealedMatch, error] {
	return func(yield func(assay.SealedMatch, error) bool) {
		for _, m := range s.matches {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func (s *openStore) Audit(_ context.Context, e assay.AuditEntry) error {
	s.did = append(s.did, "audit "+e.Actor+" "+e.Action+" "+e.Object+" "+e.Detail+": "+e.Reason)
	return s.fail
}

func (s *openStore) AuditEntries(context.Context, string) iter.Seq2[assay.AuditEntry, error] {
	return nil
}

// noting is a sealer that seals nothing and notes when it opens.
type noting struct{ *openStore }

func (noting) Seal(_ context.Context, content assay.Value, bind ...string) ([]byte, error) {
	return append([]byte(strings.Join(bind, "|")+"|"), content...), nil
}

func (n noting) Open(_ context.Context, sealed []byte, bind ...string) (assay.Value, error) {
	n.did = append(n.did, "open")
	rest, ok := strings.CutPrefix(string(sealed), strings.Join(bind, "|")+"|")
	if !ok {
		return nil, errors.New("another place")
	}
	return assay.Value(rest), nil
}

func TestReveal(t *testing.T) {
	s := &openStore{}
	m, err := assay.SealMatch(t.Context(), noting{s}, assay.SealedMatch{Finding: "f1", Asset: "file:/a", Field: "mail", Verifier: "v@1"},
		assay.Matched{Content: assay.Value("content"), Place: assay.Place{Row: assay.Value("row"), Line: 7}})
	if err != nil {
		t.Fatal(err)
	}
	s.matches = []assay.SealedMatch{m}
	got, err := assay.Reveal(t.Context(), s, noting{s}, assay.Actor{Name: "ada", Role: assay.RoleLabeller}, "f1", "ticket 7")
	if err != nil || len(got) != 1 || string([]byte(got[0].Content)) != "content" || string([]byte(got[0].Place.Row)) != "row" || got[0].Place.Line != 7 {
		t.Errorf("revealed %d matches, %v", len(got), err)
	}
	if want := []string{"audit ada reveal f1 1 matches: ticket 7", "open"}; !slices.Equal(s.did, want) {
		t.Errorf("did %q, want the audit before anything is opened", s.did)
	}
}

// Who may not see values sees none, and the attempt is in the log.
func TestRevealRefused(t *testing.T) {
	for _, role := range []assay.Role{assay.RoleViewer, "", "root"} {
		s := &openStore{matches: []assay.SealedMatch{{}}}
		got, err := assay.Reveal(t.Context(), s, noting{s}, assay.Actor{Name: "eve", Role: role}, "f1", "curious")
		if !errors.Is(err, assay.ErrForbidden) || got != nil || !slices.Equal(s.did, []string{"audit eve reveal f1 refused: curious"}) {
			t.Errorf("role %q: %d matches, %v, did %q", role, len(got), err, s.did)
		}
	}
}

// What cannot be audited is not shown.
func TestRevealNeedsTheLog(t *testing.T) {
	s := &openStore{matches: []assay.SealedMatch{{}}, fail: errors.New("disk full")}
	got, err := assay.Reveal(t.Context(), s, noting{s}, assay.Actor{Name: "ada", Role: assay.RoleAdmin}, "f1", "x")
	if !errors.Is(err, s.fail) || got != nil || slices.Contains(s.did, "open") {
		t.Errorf("%d matches, %v, did %q", len(got), err, s.did)
	}
}
