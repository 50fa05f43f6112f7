package storetest

import (
	"errors"

	"example.com/assay"
)

// change is a verifier's change in a few words, without its time.
type change struct {
	Version        int
	State          assay.State
	Author, Reason string
}

func (f *fixture) changes(element assay.Element) (out []change) {
	f.Helper()
	for _, c := range collect(f, f.s.VerifierChanges(f.Context(), element)) {
		if c.Element != element || c.At.IsZero() {
			f.Errorf("change %+v, want one of %s with its time", c, element)
		}
		out = append(out, change{c.Version, c.State, c.Author, c.Reason})
	}
	return out
}

func (f *fixture) revision() int64 {
	f.Helper()
	revision, err := f.s.VerifierRevision(f.Context())
	if err != nil {
		f.Fatalf("VerifierRevision: %v", err)
	}
	return revision
}

// verifierLog: every change is kept in order, with who and why, and seen in the
// revision.
func verifierLog(f *fixture) {
	last := f.revision()
	grown := func(what string) {
		f.Helper()
		now := f.revision()
		if now <= last {
			f.Errorf("the revision is %d after %s, and was %d", now, what, last)
		}
		last = now
	}
	f.add(version("iban", 1, assay.StateActive))
	grown("the first version")
	f.add(version("us_ssn", 1, assay.StateActive))
	grown("another element")
	f.add(version("iban", 2, assay.StateActive))
	grown("the second version")
	f.set("iban", 1, assay.StateActive)
	grown("a rollback")
	if f.revision() != last {
		f.Error("the revision changes by itself")
	}
	f.same("changes", []change{
		{1, assay.StateActive, "ada", "first try"},
		{1, assay.StateDisabled, "ada", "version 2 became active"},
		{2, assay.StateActive, "ada", "first try"},
		{2, assay.StateDisabled, "bob", "version 1 became active"},
		{1, assay.StateActive, "bob", "quieter"},
	}, f.changes("iban"))
	f.same("changes of an unknown element", []change(nil), f.changes("unknown"))
}

// verifierImport: many versions are added, all or none.
func verifierImport(f *fixture) {
	f.add(version("iban", 1, assay.StateActive))
	if err := f.s.AddVerifiers(f.Context()); err != nil {
		f.Errorf("AddVerifiers of none: %v", err)
	}
	if err := f.s.AddVerifiers(f.Context(), version("mac", 1, assay.StateActive), version("iban", 0, assay.StateShadow)); err != nil {
		f.Fatalf("AddVerifiers: %v", err)
	}
	f.wantStates("imported", assay.StateActive, assay.StateShadow, assay.StateActive)
	if err := f.s.AddVerifiers(f.Context(), version("city", 1, assay.StateActive), version("iban", 1, assay.StateActive)); !errors.Is(err, assay.ErrConflict) {
		f.Errorf("AddVerifiers with a number that is taken: %v, want assay.ErrConflict", err)
	}
	if err := f.s.AddVerifiers(f.Context(), version("city", 1, assay.StateActive), version("iban", 3, "on")); err == nil {
		f.Error("AddVerifiers took an unknown state")
	}
	f.wantStates("nothing of that changed anything", assay.StateActive, assay.StateShadow, assay.StateActive)
}
