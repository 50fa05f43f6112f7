package storetest

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"example.com/assay"
)

const users = assay.AssetID("mysql://db:3306/shop/users")

func roundTrip(f *fixture) {
	r := found(found(result(users, 1), "name", "person_name", 0.7), "email", "email_address", 0.99)
	r = covered(r, "photo", assay.StatusNotExamined)
	f.commit(r)
	f.same("findings, by field", []assay.Finding{r.Findings[1], r.Findings[0]}, f.findings(assay.FindingFilter{}))
	f.same("coverage, by field", []assay.Coverage{r.Coverage[1], r.Coverage[0], r.Coverage[2]}, collect(f, f.s.Coverage(f.Context(), users)))
}

func strangeNames(f *fixture) {
	asset := assay.AssetID("s3://bucket/" + strings.Repeat("tief/", 400) + "Größe's \"%_\\ 名前?#")
	field := strings.Repeat("payload.$.", 100) + "ключ`[*]'; DROP TABLE scans;--"
	r := found(found(result(asset, 1), field, "email_address", 0.9), strings.ToUpper(field), "email_address", 0.8)
	f.commit(r, found(result("s3://bucket/other", 1), field, "email_address", 0.9))
	got := f.findings(assay.FindingFilter{Asset: asset})
	if len(got) != 2 {
		f.Fatalf("%d findings, want 2: names that differ in case only are two fields", len(got))
	}
	f.same("finding", r.Findings[0], got[1])
	if got := collect(f, f.s.Coverage(f.Context(), asset)); len(got) != 2 {
		f.Errorf("coverage of %d fields, want 2", len(got))
	}
}

// noText: names that are no UTF-8 are kept as different ones, however they are
// shown.
func noText(f *fixture) {
	first, second := assay.AssetID("file:/a\xff"), assay.AssetID("file:/a\xfe")
	f.commit(found(result(first, 1), "b\xff", "iban", 0.9), found(found(result(second, 1), "b\xff", "iban", 0.9), "b\xfe", "iban", 0.8))
	for asset, want := range map[assay.AssetID]int{first: 1, second: 2} {
		got := f.findings(assay.FindingFilter{Asset: asset})
		if len(got) != want {
			f.Errorf("%d findings of %q, want %d", len(got), asset, want)
		}
		if coverage := collect(f, f.s.Coverage(f.Context(), asset)); len(coverage) != want {
			f.Errorf("coverage of %d fields of %q, want %d", len(coverage), asset, want)
		}
	}
}

// longNames: what follows a long common beginning counts for the order too.
func longNames(f *fixture) {
	prefix := assay.AssetID("s3://bucket/" + strings.Repeat("d", 1500))
	var want []string
	for _, suffix := range []assay.AssetID{"/a", "/b", "/c"} {
		want = append(want, "x/iban", "y/iban")
		f.commit(found(found(result(prefix+suffix, 1), "y", "iban", 0.9), "x", "iban", 0.5))
	}
	f.wantFindings("findings of one asset after the other", assay.FindingFilter{}, want...)
}

func emptyResult(f *fixture) {
	f.commit(result(users, 1))
	f.same("state", state{}, f.state())
}

func refused(f *fixture) {
	noTask, noAsset := result(users, 1), result(users, 1)
	noTask.Task.ID, noAsset.Task.Asset.ID = "", ""
	for _, r := range []assay.Result{noTask, noAsset} {
		if err := f.s.Commit(f.Context(), r); err == nil {
			f.Errorf("a result of task %q and asset %q was committed", r.Task.ID, r.Task.Asset.ID)
		}
	}
}

func cancelled(f *fixture) {
	if err := f.s.Commit(cancelledContext(f), found(result(users, 1), "email", "email_address", 0.9)); err == nil {
		f.Error("committed with a context that had ended")
	}
	f.same("state", state{}, f.state())
}

func idempotent(f *fixture) {
	first := found(found(result(users, 1), "email", "email_address", 0.9), "old", "phone_number", 0.8)
	second := covered(found(result(users, 2), "email", "email_address", 0.95), "old", assay.StatusScanned)
	f.commit(first, second)
	want := f.state()
	second.Finished = second.Finished.Add(time.Minute) // a redelivery takes place later
	f.commit(second, second)
	f.same("state after committing the same task again", want, f.state())
}

// replay: the second delivery of a task is the one that counts.
func replay(f *fixture) {
	before := found(found(result(users, 1), "email", "email_address", 0.9), "old", "phone_number", 0.8)
	f.commit(before)
	wrong := covered(found(result(users, 2), "extra", "us_ssn", 0.9), "old", assay.StatusScanned) // "old" gone, "email" unnamed
	f.commit(wrong)
	right := found(covered(result(users, 2), "old", assay.StatusPartial), "email", "email_address", 0.9)
	f.commit(right)
	f.wantFindings("here", assay.FindingFilter{}, "email/email_address", "old/phone_number")
	f.wantFindings("all", assay.FindingFilter{Gone: true}, "email/email_address", "old/phone_number")
	f.same("coverage", []assay.Coverage{right.Coverage[1], right.Coverage[0]}, collect(f, f.s.Coverage(f.Context(), users)))
}

func committed(f *fixture) {
	done := func(task string) bool {
		is, err := f.s.Committed(f.Context(), task)
		if err != nil {
			f.Fatal(err)
		}
		return is
	}
	first, second := result(users, 1), result(users, 2)
	if done(first.Task.ID) {
		f.Error("a task is done before its result was committed")
	}
	f.commit(first)
	if !done(first.Task.ID) || done(second.Task.ID) {
		f.Errorf("done: the first %v, the second %v; want the first alone", done(first.Task.ID), done(second.Task.ID))
	}
}

func purgeScans(f *fixture) {
	for day := range 4 {
		f.commit(found(result(users, day), "email", "email_address", 0.9))
	}
	f.commit(covered(result("file:/quiet", 0), "$", assay.StatusScanned)) // of old, and the latest
	partly := covered(result("file:/partly", 1), "a", assay.StatusScanned)
	partly.Task.Plan.Elements = []assay.Element{"iban"}
	f.commit(covered(result("file:/partly", 0), "b", assay.StatusPartial), covered(partly, "", assay.StatusPartial))
	before := result(users, 3).Finished.Add(time.Hour) // later than all
	for i, want := range []int{2, 1, 0} {
		n, err := f.s.PurgeScans(f.Context(), before, 2)
		if err != nil || n != want {
			f.Errorf("batch %d deleted %d, %v; want %d", i, n, err, want)
		}
	}
	for asset, latest := range map[assay.AssetID]int{users: 3, "file:/quiet": 0, "file:/partly": 1} {
		if done, err := f.s.Committed(f.Context(), result(asset, latest).Task.ID); err != nil || !done {
			f.Errorf("the latest scan of %s is gone (%v)", asset, err)
		}
	}
	if done, err := f.s.Committed(f.Context(), result("file:/partly", 0).Task.ID); err != nil || !done {
		f.Errorf("a scan that coverage refers to is gone (%v)", err)
	}
	known, err := f.s.Known(f.Context(), users, "file:/quiet")
	f.same("error", nil, err)
	f.same("what is known stays", []time.Time{result(users, 3).Finished, result(users, 0).Finished}, []time.Time{known[0].Scanned, known[1].Scanned})
	if n, err := f.s.PurgeScans(f.Context(), result(users, 0).Started, 10); err != nil || n != 0 {
		f.Errorf("%d deleted that are not old enough, %v", n, err)
	}
	if _, err := f.s.PurgeScans(cancelledContext(f), before, 2); err == nil {
		f.Error("purged with a context that had ended")
	}
}

func goneAndBack(f *fixture) {
	f.commit(found(result(users, 1), "note", "iban", 0.9), found(result("mysql://db:3306/shop/orders", 1), "note", "iban", 0.9))
	f.commit(covered(result(users, 2), "note", assay.StatusScanned))
	f.wantFindings("users", assay.FindingFilter{Asset: users})
	f.wantFindings("users, with what is gone", assay.FindingFilter{Asset: users, Gone: true}, "note/iban")
	f.wantFindings("all assets", assay.FindingFilter{}, "note/iban")
	f.commit(found(result(users, 3), "note", "iban", 0.9))
	f.wantFindings("users after it came back", assay.FindingFilter{Asset: users}, "note/iban")
}

// notGone: only what was read to the end of the plan, with the element's
// verifier, can say that an element is no longer there.
func notGone(f *fixture) {
	for i, status := range []assay.Status{assay.StatusPartial, assay.StatusNotExamined} {
		asset := users + assay.AssetID(fmt.Sprint(i))
		f.commit(found(result(asset, 1), "note", "iban", 0.9), covered(result(asset, 2), "note", status))
		f.wantFindings("after a scan that was "+string(status), assay.FindingFilter{Asset: asset}, "note/iban")
	}
	f.commit(found(result(users, 1), "note", "iban", 0.9))
	other := covered(result(users, 2), "note", assay.StatusScanned)
	other.Task.Plan.Elements = []assay.Element{"email_address"}
	f.commit(other)
	f.wantFindings("after a scan for another element", assay.FindingFilter{Asset: users}, "note/iban")
}

func droppedField(f *fixture) {
	f.commit(found(found(result(users, 1), "email", "email_address", 0.9), "fax", "phone_number", 0.9))
	f.commit(found(result(users, 2), "email", "email_address", 0.9))
	f.wantFindings("findings", assay.FindingFilter{}, "email/email_address")
	if got := collect(f, f.s.Coverage(f.Context(), users)); len(got) != 1 || got[0].Field != "email" {
		f.Errorf("coverage %+v, want that of email alone", got)
	}
}

func unreadableAsset(f *fixture) {
	good := found(result(users, 1), "email", "email_address", 0.9)
	f.commit(good, covered(result(users, 2), "", assay.StatusNotExamined))
	f.wantFindings("findings", assay.FindingFilter{}, "email/email_address")
	if got := collect(f, f.s.Coverage(f.Context(), users)); len(got) != 2 || got[0].Field != "" || got[0].Status != assay.StatusNotExamined {
		f.Errorf("coverage %+v, want the asset as a whole and the field", got)
	}
	f.commit(found(result(users, 3), "email", "email_address", 0.9))
	if got := collect(f, f.s.Coverage(f.Context(), users)); len(got) != 1 {
		f.Errorf("coverage %+v, want the asset's failure forgotten", got)
	}
}

func shadow(f *fixture) {
	r := found(result(users, 1), "email", "email_address", 0.9)
	second := r.Findings[0]
	second.State, second.Confidence, second.Verifier = assay.StateShadow, 0.5, "email_address@2"
	r.Findings = append(r.Findings, second)
	f.commit(r)
	f.wantFindings("both", assay.FindingFilter{}, "email/email_address", "email/email_address")
	f.same("shadow", []assay.Finding{second}, f.findings(assay.FindingFilter{State: assay.StateShadow}))
	got, err := f.s.Finding(f.Context(), second.ID)
	if err != nil || got.State != assay.StateActive {
		f.Errorf("Finding gave state %q, %v; want the active one", got.State, err)
	}
	f.commit(found(result(users, 2), "email", "email_address", 0.9))
	f.wantFindings("the shadow is gone", assay.FindingFilter{}, "email/email_address")
}

func filters(f *fixture) {
	r := found(found(found(result(users, 1), "a", "email_address", 0.2), "a", "us_ssn", 0.9), "b", "email_address", 0.5)
	other := found(result("mysql://db:3306/shop/customers", 1), "z", "us_ssn", 1)
	f.commit(r, other)
	for what, c := range map[string]struct {
		filter assay.FindingFilter
		want   []string
	}{
		"all, by asset, field, confidence": {assay.FindingFilter{}, []string{"z/us_ssn", "a/us_ssn", "a/email_address", "b/email_address"}},
		"asset":                            {assay.FindingFilter{Asset: users}, []string{"a/us_ssn", "a/email_address", "b/email_address"}},
		"element":                          {assay.FindingFilter{Element: "us_ssn"}, []string{"z/us_ssn", "a/us_ssn"}},
		"asset and element":                {assay.FindingFilter{Asset: users, Element: "us_ssn"}, []string{"a/us_ssn"}},
		"task":                             {assay.FindingFilter{Task: other.Task.ID}, []string{"z/us_ssn"}},
		"state":                            {assay.FindingFilter{State: assay.StateShadow}, nil},
		"after an asset":                   {assay.FindingFilter{After: other.Task.Asset.ID}, []string{"a/us_ssn", "a/email_address", "b/email_address"}},
		"after the last asset":             {assay.FindingFilter{After: users}, nil},
		"unknown asset":                    {assay.FindingFilter{Asset: "mysql://db:3306/shop/%"}, nil},
	} {
		f.wantFindings(what, c.filter, c.want...)
	}
}

func findingByID(f *fixture) {
	r := result(users, 1)
	for i := range 300 {
		r = found(r, fmt.Sprintf("field_%d", i), "email_address", 0.9)
	}
	f.commit(r)
	want := r.Findings[7]
	for _, id := range []string{want.ID, want.ID[:12], strings.ToUpper(want.ID)} {
		got, err := f.s.Finding(f.Context(), id)
		if err != nil {
			f.Errorf("Finding(%s): %v", id, err)
			continue
		}
		f.same("finding "+id, want, got)
	}
	for _, id := range []string{"", want.ID[:5], "zzzzzz", "______", "%%%%%%", strings.Repeat("0", 24), want.ID + "0"} {
		if got, err := f.s.Finding(f.Context(), id); !errors.Is(err, assay.ErrNotFound) {
			f.Errorf("Finding(%q): got %+v, %v; want assay.ErrNotFound", id, got, err)
		}
	}
}

func coverage(f *fixture) {
	for i, status := range []assay.Status{assay.StatusNotExamined, assay.StatusPartial, assay.StatusScanned} {
		r := covered(result(users, i), "email", status)
		f.commit(r)
		f.same("coverage is the latest", r.Coverage, collect(f, f.s.Coverage(f.Context(), users)))
	}
	f.commit(covered(result("file:/a", 1), "$", assay.StatusPartial))
	var order []assay.AssetID
	for _, c := range collect(f, f.s.Coverage(f.Context(), "")) {
		order = append(order, c.Asset)
	}
	f.same("assets in order", []assay.AssetID{"file:/a", users}, order)
}

func writeWhileReading(f *fixture) {
	f.commit(found(found(result(users, 1), "a", "iban", 0.9), "b", "iban", 0.9))
	for x, err := range f.s.Findings(f.Context(), assay.FindingFilter{}) {
		if err != nil {
			f.Fatal(err)
		}
		f.commit(found(result(x.Asset+"2", 1), x.Field, "iban", 0.9))
		break // an iterator may be left early
	}
	for range f.s.Coverage(f.Context(), "") {
		break
	}
	if got := f.findings(assay.FindingFilter{}); len(got) != 3 {
		f.Errorf("%d findings, want 3", len(got))
	}
	for _, err := range f.s.Findings(cancelledContext(f), assay.FindingFilter{}) {
		if err == nil {
			f.Error("a finding came after the context had ended")
		}
	}
}

// failingCommits: a result that cannot be kept leaves nothing behind, and takes
// back nothing of those that are committed at the same time.
func failingCommits(f *fixture) {
	const n = 40
	var group sync.WaitGroup
	errs := make([]error, n)
	results := make([]assay.Result, n)
	for i := range n {
		results[i] = found(result(assay.AssetID(fmt.Sprint("file:/", i)), 1), "$", "iban", 0.9)
		if i%3 == 0 {
			results[i].Findings[0].Evidence[0].Weight = math.NaN() // which JSON has no word for
		}
		group.Go(func() { errs[i] = f.s.Commit(f.Context(), results[i]) })
	}
	group.Wait()
	for i, err := range errs {
		done, broken := f.s.Committed(f.Context(), results[i].Task.ID)
		if broken != nil || (err == nil) != (i%3 != 0) || done != (err == nil) {
			f.Errorf("result %d: %v, kept %v, %v", i, err, done, broken)
		}
	}
}

func concurrentCommits(f *fixture) {
	same := found(result(users, 1), "email", "email_address", 0.9)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 10 {
				asset := assay.AssetID(fmt.Sprintf("file:/%d/%d", w, i))
				for _, r := range []assay.Result{found(result(asset, 1), "$", "iban", 0.9), same} {
					if err := f.s.Commit(f.Context(), r); err != nil {
						f.Errorf("Commit: %v", err)
					}
				}
			}
		})
	}
	wg.Wait()
	if got := f.findings(assay.FindingFilter{}); len(got) != 41 {
		f.Errorf("%d findings, want 41", len(got))
	}
}
