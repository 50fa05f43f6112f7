package storetest

import (
	"errors"
	"fmt"
	"time"

	"example.com/assay"
)

// events claims all that is due and returns it, written
// "kind field element was>status".
func (f *fixture) events() []string {
	f.Helper()
	var out []string
	for _, e := range f.claim(1000) {
		line := fmt.Sprintf("%s %s %s", e.Kind, e.Field, e.Element)
		if e.Kind == assay.EventLost {
			line = fmt.Sprintf("%s %s %s>%s", e.Kind, e.Field, e.Was, e.Status)
		}
		out = append(out, line)
	}
	return out
}

func (f *fixture) claim(max int) []assay.OutboxEvent {
	f.Helper()
	got, err := f.s.ClaimEvents(f.Context(), max, time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	return got
}

// changes: an event for each difference that a commit makes, and none for what
// was known.
func changes(f *fixture) {
	first := found(found(result(users, 1), "email", "email_address", 0.9), "fax", "phone_number", 0.8)
	f.commit(first)
	f.same("first scan", []string{"element_appeared email email_address", "element_appeared fax phone_number"}, f.events())
	f.commit(first)
	f.same("the same task again", []string{}, f.events())
	f.commit(found(found(result(users, 2), "email", "email_address", 0.9), "fax", "phone_number", 0.8))
	f.same("nothing new", []string{}, f.events())
	f.commit(found(covered(result(users, 3), "fax", assay.StatusScanned), "email", "email_address", 0.9))
	f.same("gone", []string{"element_gone fax phone_number"}, f.events())
	f.commit(found(found(result(users, 4), "email", "email_address", 0.9), "fax", "phone_number", 0.8))
	f.same("back", []string{"element_appeared fax phone_number"}, f.events())

	shadow := found(result(users, 5), "fax", "phone_number", 0.8)
	shadow.Findings[0].State = assay.StateShadow
	f.commit(found(covered(shadow, "fax", assay.StatusPartial), "email", "email_address", 0.9))
	f.same("a shadow's finding is none", []string{"coverage_lost fax scanned>partial"}, f.events())
}

func lostCoverage(f *fixture) {
	never := covered(result("file:/never", 1), "", assay.StatusNotExamined)
	f.commit(never)
	f.same("what was never examined is not lost", []string{}, f.events())
	f.commit(covered(covered(result(users, 1), "a", assay.StatusScanned), "b", assay.StatusPartial))
	f.same("gained", []string{}, f.events())
	f.commit(covered(covered(result(users, 2), "a", assay.StatusNotExamined), "b", assay.StatusScanned))
	f.same("one lost, one gained", []string{"coverage_lost a scanned>not_examined"}, f.events())
	f.commit(covered(result(users, 3), "", assay.StatusNotExamined))
	f.same("the asset as a whole", []string{"coverage_lost  scanned>not_examined"}, f.events())
	f.commit(covered(result(users, 4), "", assay.StatusNotExamined))
	f.same("still", []string{}, f.events())
}

// eventContent: an event says what and where, for whom, and has its own id.
func eventContent(f *fixture) {
	r := matched(found(result(users, 1), "email", "email_address", 0.9), "sealed")
	r.Task.Asset.Owner = "another team"
	f.commit(r)
	got := f.claim(10)
	if len(got) != 1 || len(got[0].ID) != 32 {
		f.Fatalf("%+v", got)
	}
	want := assay.Event{ID: got[0].ID, Kind: assay.EventAppeared, At: r.Finished, Asset: users, Store: "shop", Owner: "shop team",
		Task: r.Task.ID, Field: "email", Finding: r.Findings[0].ID, Element: "email_address", Confidence: 0.9, Verifier: "email_address@1"}
	f.same("event", assay.OutboxEvent{Event: want, Taken: []string{}}, got[0])
}

func outbox(f *fixture) {
	for i := range 5 {
		f.commit(found(result(assay.AssetID(fmt.Sprint("file:/", i)), i), "$", "iban", 0.9))
	}
	first, second := f.claim(3), f.claim(3)
	if len(first) != 3 || len(second) != 2 || len(f.claim(3)) != 0 || first[0].Asset != "file:/0" {
		f.Fatalf("claimed %d, then %d: want 3, 2 and none, the oldest first", len(first), len(second))
	}
	do := func(err error) {
		f.Helper()
		if err != nil {
			f.Fatal(err)
		}
	}
	past := time.Now().Add(-time.Second)
	do(f.s.EventDone(f.Context(), first[0].ID))
	do(f.s.EventTaken(f.Context(), first[1].ID, "hook a"))
	do(f.s.EventTaken(f.Context(), first[1].ID, "hook a"))
	do(f.s.EventTaken(f.Context(), first[1].ID, "hook b"))
	do(f.s.EventFailed(f.Context(), first[1].ID, past, "503"))
	do(f.s.EventFailed(f.Context(), first[2].ID, time.Now().Add(time.Hour), "503"))
	again := f.claim(3)
	if len(again) != 1 {
		f.Fatalf("%d are due again, want the one that failed", len(again))
	}
	f.same("what is known of its delivery", assay.OutboxEvent{Event: first[1].Event, Attempts: 1, Taken: []string{"hook a", "hook b"}}, again[0])
	for _, err := range []error{f.s.EventDone(f.Context(), "0"), f.s.EventTaken(f.Context(), "0", "x"), f.s.EventFailed(f.Context(), "0", past, "")} {
		if !errors.Is(err, assay.ErrNotFound) {
			f.Errorf("an unknown event: %v", err)
		}
	}
	n, err := f.s.PurgeEvents(f.Context(), first[2].At, 10)
	if err != nil || n != 2 {
		f.Errorf("purged %d, %v; want the 2 of before", n, err)
	}
}

// concurrentDelivery: no event is handed out twice while it is held.
func concurrentDelivery(f *fixture) {
	for i := range 20 {
		f.commit(found(result(assay.AssetID(fmt.Sprint("file:/", i)), i), "$", "iban", 0.9))
	}
	claimed := make(chan string, 100)
	done := make(chan error)
	for range 4 {
		go func() {
			for range 5 {
				events, err := f.s.ClaimEvents(f.Context(), 2, time.Hour)
				if err != nil {
					done <- err
					return
				}
				for _, e := range events {
					claimed <- e.ID
				}
			}
			done <- nil
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			f.Error(err)
		}
	}
	close(claimed)
	seen := map[string]bool{}
	for id := range claimed {
		if seen[id] {
			f.Errorf("event %s was handed out twice", id)
		}
		seen[id] = true
	}
	if len(seen) != 20 {
		f.Errorf("%d events were handed out, want 20", len(seen))
	}
}
