package storetest

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"example.com/assay"
)

func version(element assay.Element, n int, state assay.State) assay.VerifierVersion {
	return assay.VerifierVersion{
		Element: element, Version: n, State: state, Hash: "ab12", Author: "ada", Reason: "first try", Created: begin,
		Definition: json.RawMessage(`{"element": "` + string(element) + `", "doc": "größer 名 '"}`),
	}
}

func (f *fixture) add(v assay.VerifierVersion) assay.VerifierVersion {
	f.Helper()
	stored, err := f.s.AddVerifier(f.Context(), v)
	if err != nil {
		f.Fatalf("AddVerifier(%s@%d): %v", v.Element, v.Version, err)
	}
	return stored
}

func (f *fixture) verifiers() []assay.VerifierVersion {
	f.Helper()
	return collect(f, f.s.Verifiers(f.Context()))
}

// wantStates checks the states of all versions in order.
func (f *fixture) wantStates(what string, want ...assay.State) {
	f.Helper()
	var got []assay.State
	for _, v := range f.verifiers() {
		got = append(got, v.State)
	}
	f.same(what, want, got)
}

func verifierVersions(f *fixture) {
	f.same("no verifiers", []assay.VerifierVersion{}, f.verifiers())
	ssn := f.add(version("us_ssn", 0, assay.StateActive))
	iban := f.add(version("iban", 3, assay.StateShadow))
	next := f.add(version("iban", 0, assay.StateDisabled))
	if ssn.Version != 1 || iban.Version != 3 || next.Version != 4 {
		f.Errorf("versions %d, %d, %d; want 1, 3, 4", ssn.Version, iban.Version, next.Version)
	}
	want := []assay.VerifierVersion{version("iban", 3, assay.StateShadow), version("iban", 4, assay.StateDisabled), version("us_ssn", 1, assay.StateActive)}
	f.same("versions by element and number", want, f.verifiers())
	f.same("as returned", []assay.VerifierVersion{iban, next, ssn}, f.verifiers())

	undated := version("mac", 1, assay.StateActive)
	undated.Created = time.Time{}
	if got := f.add(undated); got.Created.IsZero() {
		f.Error("a version without a time of creation got none")
	}
}

// largeVerifier: a definition may hold a list of words.
func largeVerifier(f *fixture) {
	v := version("city", 1, assay.StateActive)
	v.Definition = json.RawMessage(`["` + strings.Repeat("wörter ", 50_000) + `"]`)
	f.add(v)
	f.same("definition", []assay.VerifierVersion{v}, f.verifiers())
}

func verifierStates(f *fixture) {
	f.add(version("iban", 1, assay.StateActive))
	f.add(version("us_ssn", 1, assay.StateActive))
	f.add(version("iban", 2, assay.StateShadow))
	f.wantStates("a shadow beside the active one", assay.StateActive, assay.StateShadow, assay.StateActive)
	f.add(version("iban", 3, assay.StateActive))
	f.wantStates("a new active version", assay.StateDisabled, assay.StateShadow, assay.StateActive, assay.StateActive)
	f.set("iban", 2, assay.StateActive)
	f.wantStates("rolled back", assay.StateDisabled, assay.StateActive, assay.StateDisabled, assay.StateActive)
	f.set("iban", 2, assay.StateActive) // again
	f.set("us_ssn", 1, assay.StateDisabled)
	f.wantStates("one disabled", assay.StateDisabled, assay.StateActive, assay.StateDisabled, assay.StateDisabled)
	if got := f.verifiers()[0]; got.Author != "ada" || got.Reason != "first try" {
		f.Errorf("a change of state changed who made the version: %s, %s", got.Author, got.Reason)
	}
}

func (f *fixture) set(element assay.Element, version int, state assay.State) {
	f.Helper()
	if err := f.s.SetVerifierState(f.Context(), element, version, state, "bob", "quieter"); err != nil {
		f.Fatalf("SetVerifierState: %v", err)
	}
}

// verifierStages: a version in shadow takes a share of the assets, until its
// state changes or another one is rolled out.
func verifierStages(f *fixture) {
	f.add(version("iban", 1, assay.StateActive))
	f.add(version("iban", 2, assay.StateShadow))
	f.add(version("iban", 3, assay.StateDisabled))
	shares := func(what string, want ...int) {
		f.Helper()
		var got []int
		for _, v := range f.verifiers() {
			got = append(got, v.Share)
		}
		f.same(what, want, got)
	}
	stage := func(version, share int) error {
		return f.s.StageVerifier(f.Context(), "iban", version, share, "bob", "carefully")
	}
	revision := f.revision()
	if err := stage(2, 20); err != nil || f.revision() <= revision {
		f.Errorf("stage: %v, revision %d", err, f.revision())
	}
	shares("staged", 0, 20, 0)
	if err := stage(3, 50); err != nil {
		f.Error(err)
	}
	shares("another one", 0, 0, 50)
	f.wantStates("another one is in shadow", assay.StateActive, assay.StateShadow, assay.StateShadow)
	f.set("iban", 3, assay.StateActive)
	shares("in use for all", 0, 0, 0)
	for _, share := range []int{-1, 0, 100} {
		if stage(2, share) == nil {
			f.Errorf("a share of %d %% was set", share)
		}
	}
	if err := stage(4, 20); !errors.Is(err, assay.ErrNotFound) {
		f.Errorf("an unknown version: %v, want assay.ErrNotFound", err)
	}
	changes := collect(f, f.s.VerifierChanges(f.Context(), "iban"))
	if at := len(changes) - 3; at < 0 || changes[at].Share != 50 || changes[at].State != assay.StateShadow || changes[at].Reason != "carefully" {
		f.Errorf("changes %+v", changes)
	}
	events := f.claim(100)
	last := events[len(events)-1]
	if last.Kind != assay.EventVerifier || last.Verifier != "iban@3" || last.State != assay.StateActive || last.Author != "bob" || last.Why != "quieter" {
		f.Errorf("the last event is %+v", last)
	}
	staged := version("iban", 5, assay.StateShadow)
	staged.Share = 10
	if _, err := f.s.AddVerifier(f.Context(), staged); err == nil {
		f.Error("a new version came with a share")
	}
}

func verifierRefusals(f *fixture) {
	f.add(version("iban", 1, assay.StateActive))
	if _, err := f.s.AddVerifier(f.Context(), version("iban", 1, assay.StateActive)); !errors.Is(err, assay.ErrConflict) {
		f.Errorf("AddVerifier of a version that is taken: %v, want assay.ErrConflict", err)
	}
	noElement, noJSON, noState, negative := version("", 1, assay.StateActive), version("a", 1, assay.StateActive), version("b", 1, "on"), version("c", -1, assay.StateActive)
	noJSON.Definition = json.RawMessage("{")
	for _, v := range []assay.VerifierVersion{noElement, noJSON, noState, negative} {
		if _, err := f.s.AddVerifier(f.Context(), v); err == nil {
			f.Errorf("%s@%d in state %q was added", v.Element, v.Version, v.State)
		}
	}
	for element, n := range map[assay.Element]int{"iban": 2, "unknown": 1} {
		if err := f.s.SetVerifierState(f.Context(), element, n, assay.StateActive, "", ""); !errors.Is(err, assay.ErrNotFound) {
			f.Errorf("SetVerifierState(%s@%d): %v, want assay.ErrNotFound", element, n, err)
		}
	}
	if err := f.s.SetVerifierState(f.Context(), "iban", 1, "on", "", ""); err == nil {
		f.Error("an unknown state was set")
	}
	f.wantStates("nothing of that changed anything", assay.StateActive)
}

func concurrentVerifiers(f *fixture) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := f.s.AddVerifier(f.Context(), version("iban", 0, assay.StateActive)); err != nil {
				f.Errorf("AddVerifier: %v", err)
			}
		})
	}
	wg.Wait()
	active := 0
	for i, v := range f.verifiers() {
		if v.Version != i+1 {
			f.Errorf("version %d stands at place %d", v.Version, i+1)
		}
		if v.State == assay.StateActive {
			active++
		}
	}
	if active != 1 {
		f.Errorf("%d versions are active, want 1", active)
	}
}
