package web

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/quality"
	"example.com/assay/seal"
	"example.com/assay/verifiers"
)

// badgeOf is a definition that takes numbers whose first digit is as told.
func badgeOf(first string) string {
	return fmt.Sprintf(`{"element": "badge", "title": "Badge number", "class": "identity", "doc": "Numbers of badges, made up.",
		"severity": "personal", "detect": {"regex": "\\bB-%s[0-9]{3}\\b", "score": 0.9}, "match": ["B-%s234"], "noMatch": ["C-1234"]}`, first, first[1:2])
}

// measured fills the fixture with labelled values, the version 1 of a verifier in
// use that finds three quarters of them, and 2, which finds a quarter, in shadow.
func (f *fixture) measured() *quality.Bench {
	f.Helper()
	key := filepath.Join(f.TempDir(), "key.json")
	if _, err := seal.CreateFile(key); err != nil {
		f.Fatal(err)
	}
	sealer, err := seal.Open(f.Context(), "file:"+key)
	if err != nil {
		f.Fatal(err)
	}
	for i := range 320 {
		present := i < 160
		item := assay.Item{ID: fmt.Sprintf("%064x", i+1), Element: "badge", Asset: users, Field: "note", Store: "mysql", Language: []string{"de", "en"}[i%2],
			Origin: assay.OriginResult, Stratum: assay.StratumNear}
		value := fmt.Sprintf("C-%04d planted", i)
		if present {
			value = fmt.Sprintf("B-%d%03d planted", 1+i%8, i)
		}
		item, err := assay.SealItem(f.Context(), sealer, item, assay.ItemContent{Value: assay.Value(value)})
		if err != nil {
			f.Fatal(err)
		}
		verdict := map[bool]assay.Verdict{true: assay.Present, false: assay.Absent}[present]
		if _, err := f.store.AddItems(f.Context(), item); err != nil {
			f.Fatal(err)
		}
		if err := f.store.SetLabel(f.Context(), assay.Label{Item: item.ID, Element: "badge", Verdict: verdict, By: "ada", Route: "page"}); err != nil {
			f.Fatal(err)
		}
	}
	f.badge("[1-6]", assay.StateActive)
	f.badge("[1-2]", assay.StateShadow)
	bench := &quality.Bench{Store: f.store, Sealer: sealer, Bar: func(assay.Element) assay.Bar { return assay.Bar{Precision: 0.8, Recall: 0.9, Labels: 50} }}
	f.server.Sealer, f.server.Gate = sealer, bench
	if _, err := bench.Measure(f.Context(), ""); err != nil {
		f.Fatal(err)
	}
	return bench
}

func (f *fixture) badge(first string, state assay.State) {
	f.Helper()
	if _, err := f.store.AddVerifier(f.Context(), assay.VerifierVersion{Element: "badge", Definition: []byte(badgeOf(first)), Hash: hashOf(f, badgeOf(first)), State: state, Author: "ada", Reason: "try"}); err != nil {
		f.Fatal(err)
	}
}

// hashOf is the hash of a definition.
func hashOf(f *fixture, definition string) string {
	f.Helper()
	def, err := verifiers.Parse("badge.json", []byte(definition))
	if err != nil {
		f.Fatal(err)
	}
	hash, err := def.Hash()
	if err != nil {
		f.Fatal(err)
	}
	return hash
}

var sampleItem = regexp.MustCompile(`name="item" value="([0-9a-f]+)"`)

// TestQualityPages: from the list to the matrix to the samples behind a count,
// masked until one is revealed, which is audited.
func TestQualityPages(t *testing.T) {
	f := newFixture(t)
	f.measured()
	viewer, labeller := f.login(assay.RoleViewer), f.login(assay.RoleLabeller)
	get := func(path string) string {
		t.Helper()
		got := f.do("GET", path, public, "", "Cookie", viewer)
		if got.status != http.StatusOK || strings.Contains(got.body, "planted") {
			t.Fatalf("%s: %d, or it shows a value", path, got.status)
		}
		return got.body
	}
	wants := func(path string, parts ...string) string {
		t.Helper()
		body := get(path)
		for _, part := range parts {
			if !strings.Contains(body, part) {
				t.Errorf("%s lacks %q", path, part)
			}
		}
		return body
	}
	wants("/quality", "Badge number", "/quality/badge?version=1", "/quality/badge?version=2", `class="interval"`, "1.000")
	wants("/quality/badge", "version 1", `<polyline class="line"`, "<desc", "120</strong>", "40</strong>", "Values in de", "/quality/badge?version=2",
		"/quality/badge/samples?level=value&amp;outcome=fn&amp;version=1")
	wants("/verifiers/badge", "In shadow", "Version 2", "Recall", "/verifiers/badge/diff")
	wants("/verifiers", "Recall")
	path := "/quality/badge/samples?level=value&outcome=fn&version=1"
	body := wants(path, "Missed, though there", "40 labelled values", "X-9999 xxxxxxx")
	wants(path+"&language=en", "20 labelled values")
	if strings.Contains(body, "Reveal</button>") {
		t.Error("a viewer is offered to reveal")
	}
	all := f.do("GET", path, public, "", "Cookie", labeller).body
	item := sampleItem.FindStringSubmatch(all)
	if item == nil {
		t.Fatal("a labeller is not offered to reveal")
	}
	form := url.Values{"version": {"1"}, "outcome": {"fn"}, "level": {"value"}, "item": {item[1]}, "reason": {"ticket 7"}}
	if got := f.form("/quality/badge/samples", viewer, form); got.status != http.StatusForbidden || strings.Contains(got.body, "planted") {
		t.Errorf("a viewer who reveals: %d", got.status)
	}
	if got := f.form("/quality/badge/samples", labeller, form); got.status != http.StatusOK || strings.Count(got.body, "planted") != 1 {
		t.Errorf("revealed: %d, %d values", got.status, strings.Count(got.body, "planted"))
	}
	if audit := f.do("GET", "/api/v1/audit?object="+item[1], assay.RoleAdmin, "").body; !strings.Contains(audit, "ticket 7") {
		t.Errorf("the audit log has no word of it: %s", audit)
	}
	form.Set("reason", " ")
	if got := f.form("/quality/badge/samples", labeller, form); got.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", got.status)
	}
	if got := f.do("GET", "/quality/unknown", assay.RoleViewer, ""); got.status != http.StatusNotFound {
		t.Errorf("an unknown element: %d", got.status)
	}
}

// TestRolloutForm: the page lets in what the gate lets in, and says why not.
func TestRolloutForm(t *testing.T) {
	f := newFixture(t)
	f.measured()
	operator, labeller := f.login(assay.RoleOperator), f.login(assay.RoleLabeller)
	form := url.Values{"version": {"2"}, "percent": {"100"}, "reason": {"better"}}
	if got := f.form("/verifiers/badge/rollout", labeller, form); got.status != http.StatusForbidden {
		t.Errorf("a labeller: %d", got.status)
	}
	got := f.form("/verifiers/badge/rollout", operator, form)
	if got.status != http.StatusConflict || !strings.Contains(got.body, "The gate refuses version 2") || !strings.Contains(got.body, "worse than version 1") {
		t.Errorf("a worse version: %d %s", got.status, got.body)
	}
	f.badge("[1-8]", assay.StateShadow)
	form.Set("version", "3")
	form.Set("percent", "20")
	if got := f.form("/verifiers/badge/rollout", operator, form); got.status != http.StatusSeeOther {
		t.Errorf("a better version: %d %s", got.status, got.body)
	}
	if body := f.do("GET", "/verifiers/badge", assay.RoleViewer, "").body; !strings.Contains(body, "in use for 20 % of the assets") {
		t.Error("the page does not show the stage")
	}
	if got := f.form("/verifiers/badge/rollback", operator, url.Values{"reason": {"not yet"}}); got.status != http.StatusSeeOther {
		t.Errorf("the end of the roll-out: %d %s", got.status, got.body)
	}
	form.Set("percent", "101")
	if got := f.form("/verifiers/badge/rollout", operator, form); got.status != http.StatusUnprocessableEntity {
		t.Errorf("101 %%: %d", got.status)
	}
	if body := f.do("GET", "/verifiers/badge/diff?from=1&to=3", assay.RoleViewer, "").body; !strings.Contains(body, "-  ") || !strings.Contains(body, "[1-8]") {
		t.Error("the difference is not shown")
	}
}

// TestEditor: lint, examples and a text without a trace of it, then shadow.
func TestEditor(t *testing.T) {
	f := newFixture(t)
	f.measured()
	operator, admin := f.login(assay.RoleOperator), f.login(assay.RoleAdmin)
	if body := f.do("GET", "/editor?element=badge", public, "", "Cookie", operator).body; !strings.Contains(body, "Editing badge") || !strings.Contains(body, `name="base" value="2"`) || strings.Contains(body, "Add in shadow") {
		t.Errorf("the editor for an operator: %s", body)
	}
	form := url.Values{"element": {"badge"}, "base": {"2"}, "definition": {badgeOf("[1-8]")}, "text": {"see <b>B-8123</b> & C-1111"}}
	got := f.form("/editor/try", operator, form)
	for _, part := range []string{"It is right", "see &lt;b&gt;<mark>B-8123</mark>&lt;/b&gt; &amp; C-1111", "0.90"} {
		if got.status != http.StatusOK || !strings.Contains(got.body, part) {
			t.Errorf("trying lacks %q: %d", part, got.status)
		}
	}
	form.Set("definition", `{"element": "badge", "detect": {"regex": "("}}`)
	if got := f.form("/editor/try", operator, form); !strings.Contains(got.body, "It would be refused") || !strings.Contains(got.body, "$.detect.regex") {
		t.Errorf("a wrong definition: %d %s", got.status, got.body)
	}
	form.Set("reason", "more digits")
	if got := f.form("/editor/add", admin, form); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong definition was added: %d", got.status)
	}
	form.Set("definition", badgeOf("[1-8]"))
	if got := f.form("/editor/add", operator, form); got.status != http.StatusForbidden {
		t.Errorf("an operator adds: %d", got.status)
	}
	if got := f.form("/editor/add", admin, form); got.status != http.StatusSeeOther {
		t.Errorf("a good definition: %d %s", got.status, got.body)
	}
	if got := f.form("/editor/add", admin, form); got.status != http.StatusConflict {
		t.Errorf("somebody was faster: %d", got.status)
	}
	if body := f.do("GET", "/verifiers/badge", assay.RoleViewer, "").body; !strings.Contains(body, "<strong>Version 3</strong> <span class=\"tag shadow\">shadow</span>") {
		t.Error("the new version is not in shadow")
	}
}

// TestFindingsSayQuality: beside a finding stands how good its verifier is.
func TestFindingsSayQuality(t *testing.T) {
	f := newFixture(t)
	f.fill()
	path := "/findings/" + assay.FindingID(users, "contact", "iban")
	for _, page := range []string{"/findings", path} {
		if body := f.do("GET", page, assay.RoleViewer, "").body; !strings.Contains(body, "not measured") {
			t.Errorf("%s does not say that nothing was measured", page)
		}
	}
	share := assay.Estimate{Value: 0.912, Low: 0.873, High: 0.951, N: 200}
	if err := f.store.AddMeasures(t.Context(), assay.Measure{Element: "iban", Version: 1, Hash: "9f31c2", Level: assay.LevelValue, TP: 100, TN: 100, Precision: share, Recall: share, Accuracy: share}); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"/findings", path} {
		if body := f.do("GET", page, assay.RoleViewer, "").body; strings.Count(body, "(0.873–0.951)") < 3 {
			t.Errorf("%s does not show the quality with its interval", page)
		}
	}
	if got := f.do("GET", "/api/v1"+path, assay.RoleViewer, "").body; !strings.Contains(got, `"quality":{`) {
		t.Error("the API does not tell the quality")
	}
}
