// Package storetest is the conformance suite of the persistence roles. The
// embedded store and MySQL run the same cases.
//
// It imports the root package only, and is itself imported by tests only.
package storetest

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"example.com/assay"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Store is a store as the suite uses it: all roles of one store.
type Store interface {
	assay.ResultWriter
	assay.CommitReader
	assay.ScanHistory
	assay.FindingReader
	assay.CoverageReader
	assay.VerifierStore
	assay.VerifierLog
	assay.VerifierImporter
	assay.VerifierStager
	assay.SnapshotStore
	assay.TokenStore
	assay.MatchStore
	assay.DeclarationReader
	assay.AuditLog
	assay.TriageStore
	assay.Outbox
	// Reseal is what a change of the key needs.
	Reseal(ctx context.Context, replace func(context.Context, []byte) ([]byte, error)) (all, replaced int, err error)
	assay.SummaryReader
	assay.PlanStore
	assay.PlanReader
	assay.StoreRegister
	assay.ClaimStore
	assay.ItemStore
	assay.LabelStore
	assay.LabellingStore
	assay.MeasureStore
}

// Run puts stores made by open, each new and empty, through every case.
func Run(t *testing.T, open func(t *testing.T) Store) {
	t.Helper()
	cases := []struct {
		name string
		run  func(*fixture)
	}{
		{"round trip", roundTrip},
		{"strange names", strangeNames},
		{"bytes that are no text", noText},
		{"long names in order", longNames},
		{"empty result", emptyResult},
		{"refused results", refused},
		{"cancelled commit", cancelled},
		{"commit is idempotent", idempotent},
		{"replay replaces", replay},
		{"which tasks are done", committed},
		{"purge of scans", purgeScans},
		{"gone and back", goneAndBack},
		{"what does not make gone", notGone},
		{"dropped field", droppedField},
		{"unreadable asset", unreadableAsset},
		{"shadow beside active", shadow},
		{"filters", filters},
		{"finding by id", findingByID},
		{"coverage", coverage},
		{"declarations", declarations},
		{"matches", matches},
		{"matches of the latest task", matchesOfLatest},
		{"purge of matches", purgeMatches},
		{"another key", reseal},
		{"items to label", items},
		{"items that are no items", badItems},
		{"labels", labels},
		{"labelling jobs", labellings},
		{"measures", measures},
		{"audit log", auditLog},
		{"judgements on findings", triage},
		{"events of changes", changes},
		{"events of lost coverage", lostCoverage},
		{"content of an event", eventContent},
		{"outbox", outbox},
		{"concurrent claims of events", concurrentDelivery},
		{"write while reading", writeWhileReading},
		{"concurrent commits", concurrentCommits},
		{"concurrent commits of which some fail", failingCommits},
		{"verifier versions", verifierVersions},
		{"large verifier", largeVerifier},
		{"verifier states", verifierStates},
		{"verifiers that are rolled out", verifierStages},
		{"verifier refusals", verifierRefusals},
		{"concurrent verifiers", concurrentVerifiers},
		{"verifier log", verifierLog},
		{"verifier import", verifierImport},
		{"snapshots", snapshots},
		{"tokens", tokens},
		{"token refusals", tokenRefusals},
		{"sessions end with their token", sessions},
		{"coverage of stores", storeCoverage},
		{"counts of elements", elementCounts},
		{"assets", assetSummaries},
		{"false positives do not count", judgedCounts},
		{"cycles", cycles},
		{"order of a plan", planOrder},
		{"a plan that was sent", planSent},
		{"what is known of assets", knownAssets},
		{"assets of a store", plannedAssets},
		{"planned assets that were no text", plannedNoText},
		{"listed stores", listedStores},
		{"claims", claims},
		{"concurrent claims", concurrentClaims},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(&fixture{T: t, s: open(t)}) })
	}
}

// fixture is one case's store, with the steps that cases are made of.
type fixture struct {
	*testing.T
	s Store
}

// begin is when the cases play; stores keep milliseconds.
var begin = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// result makes a result of one asset in a cycle, without findings or coverage.
func result(asset assay.AssetID, cycle int) assay.Result {
	task := assay.NewTask(assay.TaskScan, "shop", fmt.Sprint(cycle), assay.Asset{ID: asset, Kind: assay.KindTable}, assay.Plan{})
	started := begin.Add(time.Duration(cycle) * 24 * time.Hour)
	return assay.Result{Task: task, Started: started, Finished: started.Add(time.Second), Bytes: 1 << 20}
}

// found adds a finding, and the coverage of its field.
func found(r assay.Result, field string, element assay.Element, confidence float64) assay.Result {
	r.Findings = append(r.Findings, assay.Finding{
		ID: assay.FindingID(r.Task.Asset.ID, field, element), Asset: r.Task.Asset.ID, Field: field, Element: element,
		Confidence: confidence, Matched: 97, Sampled: 100, Hits: 98, FreeText: true, Verifier: string(element) + "@1", Hash: "9f31c2",
		Evidence: []assay.Evidence{{Kind: "regex", Text: "97 of 100 values", Weight: 2.5}, {Kind: "field", Text: "its name says so"}},
		State:    assay.StateActive, Preview: "xx@xxx.xx", Owner: "shop team", Declared: []assay.Element{"email_address", "person_name"},
	})
	return covered(r, field, assay.StatusScanned)
}

// covered adds the coverage of a field.
func covered(r assay.Result, field string, status assay.Status) assay.Result {
	c := assay.Coverage{Asset: r.Task.Asset.ID, Field: field, Status: status, Sampled: 100, Empty: 3,
		Design: assay.Design{Method: assay.DesignClusters, Unit: "rows", Population: "all rows", Units: 100, Starts: 10}}
	if status != assay.StatusScanned {
		c.Reason, c.Detail = assay.ReasonDenied, "SELECT denied"
	}
	r.Coverage = append(r.Coverage, c)
	return r
}

func (f *fixture) commit(results ...assay.Result) {
	f.Helper()
	for _, r := range results {
		if err := f.s.Commit(f.Context(), r); err != nil {
			f.Fatalf("Commit: %v", err)
		}
	}
}

// collect reads a sequence to its end.
func collect[T any](f *fixture, seq iter.Seq2[T, error]) (out []T) {
	f.Helper()
	for v, err := range seq {
		if err != nil {
			f.Fatalf("read: %v", err)
		}
		out = append(out, v)
	}
	return out
}

func (f *fixture) findings(filter assay.FindingFilter) []assay.Finding {
	f.Helper()
	return collect(f, f.s.Findings(f.Context(), filter))
}

// wantFindings checks which findings a filter selects, written field/element.
func (f *fixture) wantFindings(what string, filter assay.FindingFilter, want ...string) {
	f.Helper()
	var got []string
	for _, x := range f.findings(filter) {
		got = append(got, x.Field+"/"+string(x.Element))
	}
	f.same(what, want, got)
}

func (f *fixture) same(what string, want, got any) {
	f.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		f.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// state is all that the store says of results.
type state struct {
	All, Here []assay.Finding
	Coverage  []assay.Coverage
}

func (f *fixture) state() state {
	f.Helper()
	return state{
		f.findings(assay.FindingFilter{Gone: true}), f.findings(assay.FindingFilter{}),
		collect(f, f.s.Coverage(f.Context(), "")),
	}
}

func cancelledContext(f *fixture) context.Context {
	ctx, cancel := context.WithCancel(f.Context())
	cancel()
	return ctx
}
