package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"example.com/assay"
)

// item makes an item of an element; n tells it from others.
func item(n int, element assay.Element) assay.Item {
	return assay.Item{
		ID: fmt.Sprintf("%064d", n), Element: element, Asset: users, Field: "e\u00e9mail", Store: "mysql", Language: "de",
		Origin: assay.OriginResult, Stratum: assay.StratumNear, Hash: "h1", Score: 0.4, Probability: 0.125,
		Sealed: []byte("\x00\xffsealed"), At: begin.Add(time.Duration(n) * time.Hour),
	}
}

func (f *fixture) addItems(want int, items ...assay.Item) {
	f.Helper()
	n, err := f.s.AddItems(f.Context(), items...)
	if err != nil || n != want {
		f.Errorf("AddItems: %d new, %v; want %d", n, err, want)
	}
}

func items(f *fixture) {
	a, b, c := item(1, "email_address"), item(2, "email_address"), item(3, "iban")
	b.Stratum, b.Flagged, c.Origin = assay.StratumFlagged, true, assay.OriginColumn
	f.addItems(2, b, a, b)
	f.addItems(1, a, c)
	f.same("all", []assay.Item{a, b, c}, collect(f, f.s.Items(f.Context(), assay.ItemFilter{})))
	f.same("of an element", []assay.Item{c}, collect(f, f.s.Items(f.Context(), assay.ItemFilter{Element: "iban"})))
	f.same("of a stratum", []assay.Item{b}, collect(f, f.s.Items(f.Context(), assay.ItemFilter{Stratum: assay.StratumFlagged})))
	f.same("of an origin", []assay.Item{c}, collect(f, f.s.Items(f.Context(), assay.ItemFilter{Origin: assay.OriginColumn})))
	f.same("few", []assay.Item{a}, collect(f, f.s.Items(f.Context(), assay.ItemFilter{Limit: 1})))
	f.label(assay.Label{Item: a.ID, Element: a.Element, Verdict: assay.Present, By: "ada"})
	f.same("unlabelled", []assay.Item{b, c}, collect(f, f.s.Items(f.Context(), assay.ItemFilter{Unlabelled: true})))
	f.same("unlabelled by somebody", []assay.Item{a, b, c}, collect(f, f.s.Items(f.Context(), assay.ItemFilter{Unlabelled: true, By: "bob"})))
	got, err := f.s.Item(f.Context(), b.ID)
	if err != nil {
		f.Fatal(err)
	}
	f.same("one", b, got)
	if _, err := f.s.Item(f.Context(), "x"); !errors.Is(err, assay.ErrNotFound) {
		f.Errorf("an unknown item: %v, want not found", err)
	}
	if n, err := f.s.PurgeItems(f.Context(), b.At, 10); n != 1 || err != nil {
		f.Errorf("purged %d, %v; want the one before", n, err)
	}
	f.same("labels outlive items", 1, len(collect(f, f.s.Labels(f.Context(), assay.LabelFilter{}))))
	for _, fresh := range []string{"first", "second"} {
		if key, err := f.s.ItemKey(f.Context(), []byte(fresh)); err != nil || !bytes.Equal(key, []byte("first")) {
			f.Errorf("key of the ids: %q, %v; want the first", key, err)
		}
	}
}

func badItems(f *fixture) {
	open, nameless := item(1, "iban"), item(2, "iban")
	open.Sealed, nameless.ID = nil, ""
	for _, i := range []assay.Item{open, nameless} {
		if _, err := f.s.AddItems(f.Context(), item(3, "iban"), i); err == nil {
			f.Errorf("item %+v was kept", i)
		}
	}
	f.same("nothing half-written", 0, len(collect(f, f.s.Items(f.Context(), assay.ItemFilter{}))))
}

func (f *fixture) label(l assay.Label) {
	f.Helper()
	if err := f.s.SetLabel(f.Context(), l); err != nil {
		f.Fatal(err)
	}
}

func labels(f *fixture) {
	one := assay.Label{Item: "i1", Element: "iban", Asset: users, Field: "note", Verdict: assay.Present, By: "ada", Route: "page", Time: begin}
	other := one
	other.By, other.Verdict, other.Model = "m\u00fcller", assay.Unsure, true
	field := assay.Label{Element: "iban", Asset: users, Field: "note", Verdict: assay.Absent, By: "ada", Route: "cli", Time: begin}
	for _, l := range []assay.Label{other, one, field, one} {
		f.label(l)
	}
	f.same("all", []assay.Label{field, one, other}, collect(f, f.s.Labels(f.Context(), assay.LabelFilter{})))
	f.same("on fields", []assay.Label{field}, collect(f, f.s.Labels(f.Context(), assay.LabelFilter{Fields: true})))
	f.same("by one", []assay.Label{other}, collect(f, f.s.Labels(f.Context(), assay.LabelFilter{By: "m\u00fcller"})))
	changed := one
	changed.Verdict = assay.Absent
	f.label(changed)
	f.same("changed", []assay.Label{changed, other}, collect(f, f.s.Labels(f.Context(), assay.LabelFilter{Item: "i1", Element: "iban"})))
	if err := f.s.RemoveLabel(f.Context(), "i1", "ada"); err != nil {
		f.Error(err)
	}
	if err := f.s.RemoveLabel(f.Context(), "i1", "ada"); !errors.Is(err, assay.ErrNotFound) {
		f.Errorf("taken back twice: %v, want not found", err)
	}
	f.same("taken back", []assay.Label{other}, collect(f, f.s.Labels(f.Context(), assay.LabelFilter{Item: "i1"})))
	for _, bad := range []assay.Label{{}, {Element: "iban", By: "ada", Verdict: "maybe", Item: "i"}, {Element: "iban", By: "ada", Verdict: assay.Present}} {
		if err := f.s.SetLabel(f.Context(), bad); err == nil {
			f.Errorf("label %+v was kept", bad)
		}
	}
}

func measures(f *fixture) {
	old := assay.Measure{
		Element: "iban", Version: 2, Hash: "h", Level: assay.LevelValue, Store: "mysql", Language: "de", Time: begin, TP: 1, FP: 2, FN: 3, TN: 4,
		Precision: assay.Estimate{Value: 0.5, Low: 0.25, High: 0.75, N: 3}, Recall: assay.Estimate{Value: 0.125, Low: 0, High: 1, N: 4},
		Accuracy: assay.Estimate{Value: 0.625, Low: 0.5, High: 0.75, N: 10}, Prevalence: assay.Estimate{High: 1}, F1: 0.2,
	}
	young, other := old, old
	young.Time, other.Element = begin.Add(time.Hour), "email_address"
	if err := f.s.AddMeasures(f.Context(), old, young, other); err != nil {
		f.Fatal(err)
	}
	f.same("all", []assay.Measure{other, young, old}, collect(f, f.s.Measures(f.Context(), "")))
	f.same("of an element", []assay.Measure{other}, collect(f, f.s.Measures(f.Context(), "email_address")))
}
