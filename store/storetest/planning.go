package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/assay"
)

var firstCycle = assay.Cycle{Name: "2026-11-22T08:00:00Z", Begun: begin}

// planned makes the plan of an asset, which waits in the first cycle if it is due.
func planned(name string, turn assay.Turn, due time.Time) assay.Planned {
	cycle := begin
	if turn == assay.TurnNone {
		cycle = time.Time{}
	}
	return assay.Planned{Store: "shop", Listed: begin, Turn: turn, Due: due, Cycle: cycle,
		Asset: assay.Asset{ID: assay.AssetID("mysql://db:3306/shop/" + name), Kind: assay.KindTable, Rows: 7, Bytes: 1 << 40,
			Modified: begin.Add(-time.Hour), Owner: "shop team", Attributes: map[string]string{"comment": "Größe 名前"},
			Declared: map[string][]assay.Element{"": {"person_name"}, "email": {"email_address"}}}}
}

func (f *fixture) keep(plans ...assay.Planned) {
	f.Helper()
	if err := f.s.Keep(f.Context(), plans...); err != nil {
		f.Fatal(err)
	}
}

// next returns the names of the next assets of the first cycle, in order.
func (f *fixture) next(n int) (names []string) {
	f.Helper()
	plans, err := f.s.Next(f.Context(), firstCycle, n)
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range plans {
		id := string(p.Asset.ID)
		names = append(names, id[strings.LastIndexByte(id, '/')+1:])
	}
	return names
}

func cycles(f *fixture) {
	if _, err := f.s.Cycle(f.Context()); !errors.Is(err, assay.ErrNotFound) {
		f.Errorf("before the first cycle: %v, want ErrNotFound", err)
	}
	second := assay.Cycle{Name: "second", Begun: begin.Add(time.Hour)}
	for _, c := range []assay.Cycle{firstCycle, second} {
		if err := f.s.KeepCycle(f.Context(), c); err != nil {
			f.Fatal(err)
		}
	}
	second.Listed, second.Done = begin.Add(2*time.Hour), begin.Add(3*time.Hour)
	if err := f.s.KeepCycle(f.Context(), second); err != nil {
		f.Fatal(err)
	}
	got, err := f.s.Cycle(f.Context())
	f.same("the latest cycle, as it was kept last", second, got)
	f.same("error", nil, err)
}

func planOrder(f *fixture) {
	late, early := begin, begin.Add(-24*time.Hour)
	f.keep(planned("clean", assay.TurnClean, early), planned("changed", assay.TurnChanged, late), planned("new", assay.TurnNever, late),
		planned("positive late", assay.TurnPositive, late), planned("positive early", assay.TurnPositive, early),
		planned("gap", assay.TurnGap, early), planned("not due", assay.TurnNone, early))
	other := planned("of an earlier cycle", assay.TurnNever, early)
	other.Cycle = begin.Add(-time.Hour)
	f.keep(other)
	f.same("order", []string{"new", "changed", "positive early", "positive late", "gap", "clean"}, f.next(100))
	f.same("the first two", []string{"new", "changed"}, f.next(2))

	want := planned("new", assay.TurnNever, late)
	got, err := f.s.Next(f.Context(), firstCycle, 1)
	f.same("error", nil, err)
	f.same("the plan as it was kept", []assay.Planned{want}, got)

	f.keep(planned("new", assay.TurnNone, late)) // listed again, and scanned meanwhile
	f.same("what is kept again replaces what was", []string{"changed"}, f.next(1))
}

func planSent(f *fixture) {
	const n = 1203 // more than one statement takes
	var ids []assay.AssetID
	var plans []assay.Planned
	for i := range n {
		p := planned(fmt.Sprintf("t%04d", i), assay.TurnNever, begin.Add(time.Duration(i)*time.Second))
		plans, ids = append(plans, p), append(ids, p.Asset.ID)
	}
	f.keep(plans...)
	at := begin.Add(time.Minute)
	if err := f.s.Sent(f.Context(), at, ids[:n-1]...); err != nil {
		f.Fatal(err)
	}
	f.same("what still waits", []string{"t1202"}, f.next(100))
	known, err := f.s.Known(f.Context(), ids...)
	if err != nil || len(known) != n {
		f.Fatalf("%d of %d known, %v", len(known), n, err)
	}
	if !known[0].Sent.Equal(at) || !known[n-1].Sent.IsZero() {
		f.Errorf("sent at %v and %v, want %v and never", known[0].Sent, known[n-1].Sent, at)
	}
}

func knownAssets(f *fixture) {
	plan := planned("users", assay.TurnClean, begin)
	plan.Changed, plan.Sent = begin.Add(-time.Minute), begin.Add(-time.Second)
	f.keep(plan)
	positive, gone, gap, listedOnly := assay.AssetID("file:/positive"), assay.AssetID("file:/gone"), assay.AssetID("file:/gap"), assay.AssetID("file:/listed")
	f.commit(result(plan.Asset.ID, 1), result(plan.Asset.ID, 3), result(plan.Asset.ID, 2),
		found(result(positive, 1), "a", "iban", 0.9),
		found(result(gone, 1), "a", "iban", 0.9), covered(result(gone, 2), "a", assay.StatusScanned),
		covered(result(gap, 1), "", assay.StatusNotExamined))
	unlisted := covered(result(listedOnly, 1), "", assay.StatusNotExamined)
	unlisted.Task = assay.NewTask("list", "shop", "1", unlisted.Task.Asset, assay.Plan{})
	f.commit(unlisted)

	got, err := f.s.Known(f.Context(), plan.Asset.ID, "file:/unknown", positive, gone, gap, listedOnly)
	if err != nil {
		f.Fatal(err)
	}
	at := func(cycle int) time.Time { return result("file:/x", cycle).Finished }
	want := []assay.Remembered{
		{Planned: plan, History: assay.History{Scanned: at(3)}}, {},
		{History: assay.History{Scanned: at(1), Positive: true}},
		{History: assay.History{Scanned: at(2), Positive: true}},
		{History: assay.History{Scanned: at(1), Gap: true}},
		{History: assay.History{Gap: true}},
	}
	f.same("known", want, got)
	none, err := f.s.Known(f.Context())
	f.same("known of none", []assay.Remembered{}, none)
	f.same("error", nil, err)
}

func plannedAssets(f *fixture) {
	const n = 1100 // more than one page
	var plans []assay.Planned
	for i := range n {
		plans = append(plans, planned(fmt.Sprint(i), assay.TurnNone, begin))
	}
	plans[0].Store = "SHOP" // another store
	plans[1].Listed = begin.Add(-time.Hour)
	f.keep(plans...)
	byID := func(a, b assay.Planned) int { return cmp.Compare(a.Asset.ID, b.Asset.ID) }
	want := slices.SortedFunc(slices.Values(plans[2:]), byID)
	got := collect(f, f.s.Assets(f.Context(), "shop", begin))
	f.same("assets of the store since the cycle", want, slices.SortedFunc(slices.Values(got), byID))
	for range f.s.Assets(f.Context(), "shop", begin) {
		break // must not go on
	}

	dropped, err := f.s.DropUnlisted(f.Context(), begin)
	if err != nil || dropped != 1 {
		f.Errorf("%d assets dropped, %v; want 1", dropped, err)
	}
	if got := collect(f, f.s.Assets(f.Context(), "shop", time.Time{})); len(got) != n-2 {
		f.Errorf("%d assets are left, want %d", len(got), n-2)
	}
}

func plannedNoText(f *fixture) {
	p := planned("a", assay.TurnNever, begin)
	p.Asset.ID = "file:/a\xff"
	if err := f.s.Keep(f.Context(), planned("b", assay.TurnNever, begin), p); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		f.Errorf("got %v: its task could not name it", err)
	}
	f.same("all or none", []string(nil), f.next(10))
}

func listedStores(f *fixture) {
	got, err := f.s.ListedStore(f.Context(), "shop")
	f.same("an unknown store", assay.ListedStore{}, got)
	f.same("error", nil, err)
	want := assay.ListedStore{Store: assay.DataStore{Name: "shop", URI: "mysql://db:3306/shop", Owner: "shop team",
		Place: map[string]string{"server": "db"}}, Listed: begin, Version: `"v1"`}
	for range 2 {
		if err := f.s.KeepListedStore(f.Context(), want); err != nil {
			f.Fatal(err)
		}
		got, err := f.s.ListedStore(f.Context(), "shop")
		f.same("store", want, got)
		f.same("error", nil, err)
		want.Version, want.Listed = "", begin.Add(time.Hour)
	}
}
