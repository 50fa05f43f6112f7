package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"example.com/assay"
)

var itemField = regexp.MustCompile(`name="item" value="([0-9a-f]+)"`)

// items keeps n values to be labelled.
func (f *fixture) items(n int) {
	f.Helper()
	f.keep(plantedIBAN) // gives the server a key
	for i := range n {
		item := assay.Item{ID: fmt.Sprintf("%064x", i+1), Element: "iban", Asset: users, Field: "note", Origin: assay.OriginResult, Stratum: assay.StratumNear}
		item, err := assay.SealItem(f.Context(), f.server.Sealer, item, assay.ItemContent{Value: assay.Value(fmt.Sprintf("PLANTED <b> %d", i+1))})
		if err != nil {
			f.Fatal(err)
		}
		if _, err := f.store.AddItems(f.Context(), item); err != nil {
			f.Fatal(err)
		}
	}
}

func (f *fixture) labels() (said []string) {
	f.Helper()
	for l, err := range f.store.Labels(f.Context(), assay.LabelFilter{}) {
		if err != nil {
			f.Fatal(err)
		}
		said = append(said, fmt.Sprintf("%s %s %s", strings.TrimLeft(l.Item, "0"), l.Verdict, l.Route))
	}
	return said
}

// TestLabelPage labels by forms alone: yes, skip, no, take back; values are masked
// until they are revealed, and what is revealed is audited.
func TestLabelPage(t *testing.T) {
	f := newFixture(t)
	f.items(3)
	labeller, viewer := f.login(assay.RoleLabeller), f.login(assay.RoleViewer)
	post := func(form url.Values) (item, body string) {
		t.Helper()
		got := f.form("/label/iban", labeller, form)
		if got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%v: %d %s", form, got.status, got.body)
		}
		if m := itemField.FindStringSubmatch(got.body); m != nil {
			item = m[1]
		}
		return item, got.body
	}
	first, body := post(nil)
	if strings.Contains(body, "PLANTED") || !strings.Contains(body, "0 of 3") {
		t.Errorf("the first value is shown, or not counted: %s", body)
	}
	second, _ := post(url.Values{"do": {"present"}, "item": {first}})
	third, _ := post(url.Values{"do": {"skip"}, "item": {second}, "last": {first}})
	if first == second || third == second || third == "" {
		t.Fatalf("items %s, %s, %s", first, second, third)
	}
	again, _ := post(url.Values{"do": {"absent"}, "item": {third}, "last": {first}})
	if again != second {
		t.Errorf("what was skipped comes back at the end: %s, want %s", again, second)
	}
	if got := strings.Join(f.labels(), ", "); got != "1 present page, 3 absent page" {
		t.Errorf("labels %s", got)
	}
	back, _ := post(url.Values{"do": {"back"}, "last": {third}})
	if got := strings.Join(f.labels(), ", "); back != third || got != "1 present page" {
		t.Errorf("taken back: item %s, labels %s", back, got)
	}
	_, body = post(url.Values{"do": {"reveal"}, "item": {third}, "reveal": {"yes"}})
	if !strings.Contains(body, "PLANTED &lt;b&gt; 3") {
		t.Error("a revealed value is not shown")
	}
	if audit := f.do("GET", "/api/v1/audit?object="+third, assay.RoleAdmin, "").body; !strings.Contains(audit, `"reveal"`) {
		t.Errorf("the audit log has no word of it: %s", audit)
	}
	if got := f.form("/label/iban", viewer, url.Values{"do": {"reveal"}, "item": {third}, "reveal": {"yes"}}); got.status != http.StatusForbidden || strings.Contains(got.body, "PLANTED") {
		t.Errorf("a viewer: %d", got.status)
	}
	if got := f.do("GET", "/labels", public, "", "Cookie", labeller).body; !strings.Contains(got, "/label/iban") || strings.Contains(got, "PLANTED") {
		t.Error("the list does not lead to the element, or shows a value")
	}
}
