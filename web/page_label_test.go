package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
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

// people makes the server tell open those items on which there is a yes and a no.
func (f *fixture) people() {
	f.server.Agree = func(labels []assay.Label) (a assay.Agreement) {
		said := map[string]map[assay.Verdict]bool{}
		for _, l := range labels {
			if said[l.Item] == nil {
				said[l.Item] = map[assay.Verdict]bool{}
			}
			said[l.Item][l.Verdict] = true
		}
		for id, v := range said {
			if v[assay.Present] && v[assay.Absent] && !slices.ContainsFunc(labels, func(l assay.Label) bool { return l.Item == id && l.Route == "adjudicated" }) {
				a.Open = append(a.Open, id)
			}
		}
		slices.Sort(a.Open)
		a.Kappa, a.Agreed, a.Raters = 0.42, true, []assay.Rater{{By: "ada", Labels: 3, Sensitivity: 0.9, Specificity: 0.8}}
		return a
	}
}

// TestSecondLabels: a share of the values comes to a second person, who does not
// learn of the first; where they disagree a third one decides.
func TestSecondLabels(t *testing.T) {
	f := newFixture(t)
	f.people()
	f.items(3)
	f.server.Second = 2.5 / (1 << 32) // the items end in 1, 2 and 3
	ask := func(cookie string, form url.Values) (item, body string) {
		t.Helper()
		body = f.form("/label/iban", cookie, form).body
		if m := itemField.FindStringSubmatch(body); m != nil {
			item = m[1]
		}
		return item, body
	}
	first, second, third := f.login(assay.RoleLabeller), f.login(assay.RoleOperator), f.login(assay.RoleAdmin)
	for n := 1; n <= 3; n++ {
		item, _ := ask(first, nil)
		ask(first, url.Values{"do": {"present"}, "item": {item}})
	}
	seen := 0
	for item, body := ask(second, nil); item != ""; item, body = ask(second, url.Values{"do": {"absent"}, "item": {item}}) {
		if seen++; strings.Contains(body, "disagree") || !strings.Contains(body, "of 2") {
			t.Errorf("a second label is not blind, or wrongly counted: %s", body)
		}
	}
	if seen != 2 {
		t.Errorf("a second person was shown %d items, want 2", seen)
	}
	if item, _ := ask(third, nil); item != "" {
		t.Errorf("a third person is asked for %s", item)
	}
	if item, _ := ask(first, url.Values{"queue": {"disputed"}}); item != "" {
		t.Error("who took part may decide")
	}
	item, body := ask(third, url.Values{"queue": {"disputed"}})
	if item == "" || !strings.Contains(body, "People disagree: ") || !strings.Contains(body, "0 of 2") {
		t.Fatalf("item %q is to be decided: %s", item, body)
	}
	next, _ := ask(third, url.Values{"queue": {"disputed"}, "do": {"absent"}, "item": {item}})
	if got := f.labels(); next == "" || next == item || !slices.Contains(got, "1 absent adjudicated") {
		t.Errorf("then comes %q, labels %v", next, got)
	}
	list := f.do("GET", "/labels", public, "", "Cookie", third).body
	if !strings.Contains(list, "Decide on 1") || !strings.Contains(list, "0.42") || !strings.Contains(list, "ada") {
		t.Errorf("the list has no queue, agreement or people: %s", list)
	}
}

// TestMachineLabels: what a machine labelled waits for nobody.
func TestMachineLabels(t *testing.T) {
	f := newFixture(t)
	f.items(2)
	for i, by := range byMachine {
		if err := f.store.SetLabel(t.Context(), assay.Label{Item: fmt.Sprintf("%064x", i+1), Element: "iban", Verdict: assay.Present, By: by}); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.form("/label/iban", f.login(assay.RoleLabeller), nil).body; !strings.Contains(got, "Nothing is left") {
		t.Errorf("a person is asked: %s", got)
	}
}

// TestLabelAPI labels by the API: an item, and a field that was missed.
func TestLabelAPI(t *testing.T) {
	f := newFixture(t)
	f.fill()
	f.items(2)
	var page struct {
		Items []assay.Item
		Next  string
	}
	get := func(path string) string {
		t.Helper()
		got := f.do("GET", path, assay.RoleViewer, "")
		if got.status != http.StatusOK || strings.Contains(got.body, "PLANTED") {
			t.Fatalf("%s: %d %s", path, got.status, got.body)
		}
		return got.body
	}
	if err := json.Unmarshal([]byte(get("/api/v1/items?element=iban&limit=1")), &page); err != nil || len(page.Items) != 1 || page.Next == "" {
		t.Fatalf("%+v, %v", page, err)
	}
	id := page.Items[0].ID
	if rest := get("/api/v1/items?element=iban&after=" + url.QueryEscape(page.Next)); strings.Contains(rest, id) || !strings.Contains(rest, strings.Repeat("0", 63)+"2") {
		t.Errorf("the next part: %s", rest)
	}
	do := func(method, path, body string, want int) string {
		t.Helper()
		got := f.do(method, path, assay.RoleLabeller, body)
		if got.status != want {
			t.Errorf("%s %s %s: %d %s, want %d", method, path, body, got.status, got.body, want)
		}
		return got.body
	}
	do("POST", "/api/v1/items/"+id+"/label", `{"verdict": "present"}`, 204)
	do("POST", "/api/v1/items/"+id+"/label", `{"verdict": "perhaps"}`, 422)
	do("POST", "/api/v1/items/none/label", `{"verdict": "present"}`, 404)
	if got := get("/api/v1/labels?element=iban"); !strings.Contains(got, `"route":"api"`) {
		t.Errorf("labels %s", got)
	}
	if got := do("POST", "/api/v1/items/"+id+"/reveal", `{"reason": "labelling"}`, 200); !strings.Contains(got, "PLANTED") {
		t.Errorf("revealed: %s", got)
	}
	if got := f.do("GET", "/api/v1/audit?object="+id, assay.RoleAdmin, "").body; !strings.Contains(got, `"reveal"`) {
		t.Errorf("the audit log has no word of it: %s", got)
	}
	do("DELETE", "/api/v1/items/"+id+"/label", "", 204)
	do("DELETE", "/api/v1/items/"+id+"/label", "", 404)
	do("POST", "/api/v1/labels", `{"verdict": "present", "element": "iban", "asset": "`+string(users)+`", "field": "nowhere"}`, 422)
	do("POST", "/api/v1/labels", `{"verdict": "present", "element": "none", "asset": "`+string(users)+`", "field": "contact"}`, 422)
	do("POST", "/api/v1/labels", `{"verdict": "present", "element": "iban", "asset": "`+string(users)+`", "field": "contact"}`, 204)
	got := f.form("/labels/field", f.login(assay.RoleLabeller), url.Values{"verdict": {"absent"}, "element": {"iban"}, "asset": {string(users)}, "field": {"contact"}})
	if fields := get("/api/v1/labels?fields=true"); got.status != http.StatusSeeOther || !strings.Contains(fields, `"field":"contact"`) || !strings.Contains(fields, `"absent"`) {
		t.Errorf("form: %d, labels on fields: %s", got.status, fields)
	}
}
