package storetest

import (
	"time"

	"example.com/assay"
)

const orders = assay.AssetID("mysql://db:3306/shop/orders")

// inStore makes a result of a store that finished some time ago.
func inStore(store string, asset assay.AssetID, ago time.Duration) assay.Result {
	at := time.Now().Add(-ago).Truncate(time.Millisecond).UTC()
	task := assay.NewTask(assay.TaskScan, store, "1", assay.Asset{ID: asset}, assay.Plan{})
	return assay.Result{Task: task, Started: at, Finished: at}
}

func (f *fixture) stores() []assay.StoreCoverage {
	f.Helper()
	got, err := f.s.StoreCoverage(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	return got
}

func storeCoverage(f *fixture) {
	if got := f.stores(); got == nil || len(got) != 0 {
		f.Errorf("an empty store has %#v, want an empty list", got)
	}
	young := covered(found(inStore("shop", users, time.Hour), "email", "email_address", 0.9), "photo", assay.StatusNotExamined)
	old := covered(inStore("shop", orders, 100*time.Hour), "note", assay.StatusScanned)
	denied := covered(inStore("archive", "s3://archive/a", 90*24*time.Hour), "", assay.StatusNotExamined)
	f.commit(young, old, denied)
	f.same("coverage by store", []assay.StoreCoverage{
		{Store: "archive", Assets: 1, Last: denied.Finished, Counts: []assay.CoverageCount{
			{Status: assay.StatusNotExamined, Reason: assay.ReasonDenied, Age: assay.AgeOlder, Whole: 1},
		}},
		{Store: "shop", Assets: 2, Last: young.Finished, Counts: []assay.CoverageCount{
			{Status: assay.StatusNotExamined, Reason: assay.ReasonDenied, Age: assay.AgeDay, Fields: 1},
			{Status: assay.StatusScanned, Age: assay.AgeDay, Fields: 1},
			{Status: assay.StatusScanned, Age: assay.AgeWeek, Fields: 1},
		}},
	}, f.stores())
}

func elementCounts(f *fixture) {
	shadow := found(inStore("shop", "mysql://db:3306/shop/x", 0), "n", "iban", 1)
	shadow.Findings[0].State = assay.StateShadow
	f.commit(
		found(found(inStore("shop", users, 0), "email", "email_address", 0.9), "mail", "email_address", 0.99),
		found(inStore("shop", orders, 0), "email", "email_address", 0.5),
		found(inStore("archive", "s3://archive/a", 0), "$", "email_address", 0.7),
		found(inStore("archive", "s3://archive/a", 0), "$", "iban", 0.8), // replaces the former
		shadow)
	got, err := f.s.ElementCounts(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	f.same("counts", []assay.ElementCount{
		{Store: "shop", Element: "email_address", Assets: 2, Fields: 3, Confidence: 0.99},
		{Store: "archive", Element: "iban", Assets: 1, Fields: 1, Confidence: 0.8},
	}, got)
}

func judgedCounts(f *fixture) {
	r := found(found(inStore("shop", users, 0), "email", "email_address", 0.9), "id", "iban", 0.5)
	f.commit(r)
	judge := func(i int, status assay.TriageStatus) {
		err := f.s.SetTriage(f.Context(), assay.Actor{Name: "ada", Role: assay.RoleOperator},
			assay.Triage{Finding: r.Findings[i].ID, Status: status, Author: "ada", Reason: "a test"})
		f.same("error", nil, err)
	}
	want := func(what string, elements, assets int) {
		counts, err := f.s.ElementCounts(f.Context())
		f.same("error", nil, err)
		found, err := f.s.AssetSummaries(f.Context(), assay.AssetFilter{Found: true})
		f.same("error", nil, err)
		if len(counts) != elements || len(found) != assets {
			f.Errorf("%s: %d elements in %d assets, want %d in %d", what, len(counts), len(found), elements, assets)
		}
	}
	judge(0, assay.TriageAck)
	want("one is right", 2, 1)
	judge(1, assay.TriageFalsePositive)
	want("the other is wrong", 1, 1)
	judge(0, assay.TriageFalsePositive)
	want("both are wrong", 0, 0)
	judge(1, assay.TriageOpen)
	want("one is taken back", 1, 1)
}

func assetSummaries(f *fixture) {
	a := covered(found(inStore("shop", users, time.Hour), "email", "email_address", 0.9), "photo", assay.StatusNotExamined)
	b := covered(inStore("shop", orders, time.Hour), "id", assay.StatusScanned)
	c := covered(inStore("archive", "s3://archive/a", time.Hour), "", assay.StatusNotExamined)
	f.commit(a, b, c)
	for what, want := range map[string]struct {
		filter assay.AssetFilter
		assets []assay.AssetID
	}{
		"all":          {assay.AssetFilter{}, []assay.AssetID{orders, users, "s3://archive/a"}},
		"of a store":   {assay.AssetFilter{Store: "shop"}, []assay.AssetID{orders, users}},
		"with finding": {assay.AssetFilter{Found: true}, []assay.AssetID{users}},
		"with gaps":    {assay.AssetFilter{Gaps: true}, []assay.AssetID{users, "s3://archive/a"}},
		"of element":   {assay.AssetFilter{Element: "email_address"}, []assay.AssetID{users}},
		"of another":   {assay.AssetFilter{Element: "iban"}, nil},
		"first":        {assay.AssetFilter{Limit: 1}, []assay.AssetID{orders}},
		"next":         {assay.AssetFilter{Limit: 1, After: orders}, []assay.AssetID{users}},
		"after all":    {assay.AssetFilter{After: "s3://archive/a"}, nil},
		"two at once":  {assay.AssetFilter{Store: "shop", Found: true, Gaps: true, After: orders}, []assay.AssetID{users}},
	} {
		got, err := f.s.AssetSummaries(f.Context(), want.filter)
		if err != nil {
			f.Fatal(err)
		}
		var assets []assay.AssetID
		for _, s := range got {
			assets = append(assets, s.Asset)
		}
		f.same(what, want.assets, assets)
	}
	got, err := f.s.AssetSummaries(f.Context(), assay.AssetFilter{Found: true})
	if err != nil {
		f.Fatal(err)
	}
	f.same("counts", []assay.AssetSummary{{Asset: users, Store: "shop", Scanned: 1, NotExamined: 1, Findings: 1, At: a.Finished}}, got)
}
