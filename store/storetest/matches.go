package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/assay"
)

// matched adds sealed matches to a result's last finding.
func matched(r assay.Result, sealed ...string) assay.Result {
	f := r.Findings[len(r.Findings)-1]
	for i, s := range sealed {
		r.Matches = append(r.Matches, assay.SealedMatch{
			Finding: f.ID, Asset: f.Asset, Field: f.Field, Element: f.Element, Verifier: f.Verifier, Hash: f.Hash,
			Score: 1 - float64(i)/10, Sealed: []byte(s),
		})
	}
	return r
}

// wantMatches checks what is kept of a finding, in order.
func (f *fixture) wantMatches(what string, finding assay.Finding, want ...string) {
	f.Helper()
	var got []string
	for _, m := range collect(f, f.s.Matches(f.Context(), finding.ID)) {
		got = append(got, string(m.Sealed))
	}
	f.same(what, want, got)
}

func matches(f *fixture) {
	r := matched(found(result(users, 1), "email", "email_address", 0.9), "\x00\xff one", "two")
	r = matched(found(r, "name", "person_name", 0.7), strings.Repeat("\xfe", 100_000))
	f.commit(r, r)
	want := slices.Clone(r.Matches[:2])
	for i := range want {
		want[i].At = r.Finished
	}
	f.same("matches", want, collect(f, f.s.Matches(f.Context(), r.Findings[0].ID)))
	f.wantMatches("a large match", r.Findings[1], strings.Repeat("\xfe", 100_000))
	f.wantMatches("of nothing", assay.Finding{ID: "0"})
}

// matchesOfLatest: a task that has matches of a finding replaces the former
// ones; one that did not look leaves them.
func matchesOfLatest(f *fixture) {
	first := matched(found(result(users, 1), "email", "email_address", 0.9), "a", "b", "c")
	first = matched(found(first, "name", "person_name", 0.9), "n")
	f.commit(first)
	second := matched(found(covered(result(users, 2), "name", assay.StatusPartial), "email", "email_address", 0.9), "d")
	f.commit(second)
	f.wantMatches("replaced", first.Findings[0], "d")
	f.wantMatches("left", first.Findings[1], "n")
	without := second
	without.Matches = nil
	f.commit(without)
	f.wantMatches("of the same task, that has none any more", first.Findings[0])
}

func purgeMatches(f *fixture) {
	var all []assay.Result
	for day := range 3 {
		asset := assay.AssetID(fmt.Sprintf("file:/%d", day))
		all = append(all, matched(found(result(asset, day), "$", "iban", 0.9), "a", "b", "c", "d"))
	}
	f.commit(all...)
	before := all[2].Finished
	for i, want := range []int{3, 3, 2, 0} {
		n, err := f.s.PurgeMatches(f.Context(), before, 3)
		if err != nil || n != want {
			f.Errorf("batch %d deleted %d, %v; want %d", i, n, err, want)
		}
	}
	f.wantMatches("of the first day", all[0].Findings[0])
	f.wantMatches("of the last day", all[2].Findings[0], "a", "b", "c", "d")
	f.wantFindings("findings stay", assay.FindingFilter{}, "$/iban", "$/iban", "$/iban")
	if _, err := f.s.PurgeMatches(cancelledContext(f), before.Add(time.Hour), 3); err == nil {
		f.Error("purged with a context that had ended")
	}
}

func reseal(f *fixture) {
	r := matched(found(result(users, 1), "email", "email_address", 0.9), "old 1", "new 2")
	r = matched(found(r, "name", "person_name", 0.9), "old 3")
	f.commit(r)
	visit := func(_ context.Context, sealed []byte) ([]byte, error) {
		if rest, ok := strings.CutPrefix(string(sealed), "old "); ok {
			return []byte("new " + rest), nil
		}
		return nil, nil
	}
	for _, want := range []int{2, 0} {
		all, replaced, err := f.s.Reseal(f.Context(), visit)
		if err != nil || all != 3 || replaced != want {
			f.Errorf("replaced %d of %d, %v; want %d of 3", replaced, all, err, want)
		}
	}
	f.wantMatches("email", r.Findings[0], "new 1", "new 2")
	f.wantMatches("name", r.Findings[1], "new 3")
	refuse := errors.New("no key")
	if _, _, err := f.s.Reseal(f.Context(), func(context.Context, []byte) ([]byte, error) { return nil, refuse }); !errors.Is(err, refuse) {
		f.Errorf("got %v, want the error of the function", err)
	}
}

func auditLog(f *fixture) {
	entries := []assay.AuditEntry{
		{At: begin, Actor: "ada", Role: assay.RoleLabeller, Action: assay.ActionReveal, Object: "f1", Reason: "ticket 7; größer '", Detail: "2 matches"},
		{At: begin, Actor: "bob", Role: assay.RoleViewer, Action: assay.ActionReveal, Object: "f2", Detail: "refused"},
		{Actor: "ada", Role: assay.RoleOperator, Action: assay.ActionTriage, Object: "f1"},
	}
	for _, e := range entries {
		if err := f.s.Audit(f.Context(), e); err != nil {
			f.Fatal(err)
		}
	}
	all := collect(f, f.s.AuditEntries(f.Context(), ""))
	if len(all) != 3 || all[0].At.IsZero() {
		f.Fatalf("%+v", all)
	}
	f.same("newest first", []assay.AuditEntry{entries[1], entries[0]}, all[1:])
	f.same("of one object", []assay.AuditEntry{all[0], entries[0]}, collect(f, f.s.AuditEntries(f.Context(), "f1")))
	if err := f.s.Audit(f.Context(), assay.AuditEntry{Action: assay.ActionReveal}); err == nil {
		f.Error("nobody did something, and it was audited")
	}
}

func triage(f *fixture) {
	r := found(result(users, 1), "email", "email_address", 0.9)
	f.commit(r)
	id := r.Findings[0].ID
	operator := assay.Actor{Name: "ada", Role: assay.RoleOperator}
	judge := func(status assay.TriageStatus, reason string) assay.Triage {
		f.Helper()
		t := assay.Triage{Finding: id, Status: status, Reason: reason, At: begin}
		if err := f.s.SetTriage(f.Context(), operator, t); err != nil {
			f.Fatal(err)
		}
		t.Author = "ada"
		return t
	}
	judge(assay.TriageAck, "known")
	last := judge(assay.TriageFalsePositive, "test data")
	f.commit(found(result(users, 2), "email", "email_address", 0.9))
	f.same("the latest outlives a scan", []assay.Triage{last}, collect(f, f.s.Triages(f.Context(), "")))
	f.same("of one finding", []assay.Triage{last}, collect(f, f.s.Triages(f.Context(), id)))
	f.same("of another", []assay.Triage{}, collect(f, f.s.Triages(f.Context(), "0")))
	var did []string
	for _, e := range collect(f, f.s.AuditEntries(f.Context(), id)) {
		did = append(did, e.Actor+" "+e.Action+" "+e.Detail+": "+e.Reason)
	}
	f.same("audit", []string{"ada triage false_positive: test data", "ada triage ack: known"}, did)

	if err := f.s.SetTriage(f.Context(), assay.Actor{Name: "eve", Role: assay.RoleLabeller}, last); !errors.Is(err, assay.ErrForbidden) {
		f.Errorf("a labeller judged a finding: %v", err)
	}
	if err := f.s.SetTriage(f.Context(), operator, assay.Triage{Finding: "0", Status: assay.TriageAck}); !errors.Is(err, assay.ErrNotFound) {
		f.Errorf("an unknown finding was judged: %v", err)
	}
	if err := f.s.SetTriage(f.Context(), operator, assay.Triage{Finding: id, Status: "fine"}); err == nil {
		f.Error("an unknown judgement was kept")
	}
}
