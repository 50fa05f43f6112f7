package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/seal"
)

// keep gives the server a key, and keeps a match of a finding under it.
func (f *fixture) keep(content string) (id string) {
	f.Helper()
	f.fill()
	path := filepath.Join(f.TempDir(), "key.json")
	if _, err := seal.CreateFile(path); err != nil {
		f.Fatal(err)
	}
	sealer, err := seal.Open(f.Context(), "file:"+path)
	if err != nil {
		f.Fatal(err)
	}
	f.server.Sealer = sealer
	id = assay.FindingID(users, "contact", "iban")
	match := assay.SealedMatch{Finding: id, Asset: users, Field: "contact", Element: "iban", Verifier: "iban@1", Hash: "9f31c2", Score: 0.9}
	match, err = assay.SealMatch(f.Context(), sealer, match, assay.Matched{Content: assay.Value(content), Place: assay.Place{Row: assay.Value("4711"), Line: 3}})
	if err != nil {
		f.Fatal(err)
	}
	task := assay.NewTask(assay.TaskScan, "shop", "2", assay.Asset{ID: users}, assay.Plan{})
	finding, err := f.store.Finding(f.Context(), id)
	if err != nil {
		f.Fatal(err)
	}
	if err := f.store.Commit(f.Context(), assay.Result{Task: task, Started: f.now, Finished: f.now, Findings: []assay.Finding{finding},
		Coverage: []assay.Coverage{{Asset: users, Field: "contact", Status: assay.StatusPartial}}, Matches: []assay.SealedMatch{match}}); err != nil {
		f.Fatal(err)
	}
	return id
}

const plantedIBAN = "DE00 PLANTED <b>0000</b>"

func TestReveal(t *testing.T) {
	f := newFixture(t)
	id := f.keep(plantedIBAN)
	path := "/api/v1/findings/" + id + "/reveal"
	for _, c := range []struct {
		role   assay.Role
		body   string
		status int
	}{{assay.RoleViewer, `{"reason":"curious"}`, 403}, {assay.RoleLabeller, `{}`, 422}, {assay.RoleLabeller, `{"reason":" "}`, 422}, {assay.RoleLabeller, `{"reason":"label it"}`, 200}} {
		got := f.do("POST", path, c.role, c.body)
		if got.status != c.status {
			t.Errorf("%s %s: %d %s", c.role, c.body, got.status, got.body)
		}
		var list list[revealed]
		_ = json.Unmarshal([]byte(got.body), &list)
		if shown := len(list.Items) == 1 && list.Items[0].Content == plantedIBAN && list.Items[0].Row == "4711"; shown != (c.status == 200) {
			t.Errorf("%s %s: shown %v: %s", c.role, c.body, shown, got.body)
		}
	}
	var log list[assay.AuditEntry]
	if err := json.Unmarshal([]byte(f.do("GET", "/api/v1/audit?object="+id, assay.RoleAdmin, "").body), &log); err != nil || len(log.Items) != 1 {
		t.Fatalf("audit log %+v, %v", log, err)
	}
	if e := log.Items[0]; e.Action != assay.ActionReveal || e.Reason != "label it" || !strings.HasPrefix(e.Actor, "the labeller (") || e.Detail != "1 matches" {
		t.Errorf("entry %+v", e)
	}
	for _, other := range []string{"/api/v1/findings/" + id, "/api/v1/findings", "/findings", "/findings/" + id, "/audit", "/api/v1/audit"} {
		if got := f.do("GET", other, assay.RoleAdmin, ""); strings.Contains(got.body, "PLANTED") {
			t.Errorf("%s shows the value", other)
		}
	}
}

func TestRevealPage(t *testing.T) {
	f := newFixture(t)
	id := f.keep(plantedIBAN)
	page := "/findings/" + id
	labeller, viewer := f.login(assay.RoleLabeller), f.login(assay.RoleViewer)
	if got := f.do("GET", page, public, "", "Cookie", viewer).body; strings.Contains(got, "/reveal") || !strings.Contains(got, "1 match kept") {
		t.Error("a viewer is offered to reveal, or not told that there is a match")
	}
	if got := f.do("GET", page, public, "", "Cookie", labeller).body; !strings.Contains(got, page+"/reveal") {
		t.Error("a labeller is not offered to reveal")
	}
	got := f.form(page+"/reveal", labeller, url.Values{"reason": {"to label"}})
	if got.status != http.StatusOK || !strings.Contains(got.body, "DE00 PLANTED &lt;b&gt;") || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("reveal: %d, cached %q", got.status, got.header.Get("Cache-Control"))
	}
	if got := f.form(page+"/reveal", labeller, nil); got.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", got.status)
	}
	if got := f.form(page+"/reveal", viewer, url.Values{"reason": {"x"}}); got.status != http.StatusForbidden || strings.Contains(got.body, "PLANTED") {
		t.Errorf("a viewer: %d", got.status)
	}
}

func TestBinaryMatch(t *testing.T) {
	if got := shown(assay.Matched{Content: assay.Value("a\x00\xff")}); got.Content != "" || got.Bytes != "YQD/" {
		t.Errorf("%+v", got)
	}
}

func TestTriage(t *testing.T) {
	f := newFixture(t)
	id := f.keep(plantedIBAN)
	operator := f.login(assay.RoleOperator)
	if got := f.form("/findings/"+id+"/triage", operator, url.Values{"status": {"false_positive"}, "reason": {"order numbers"}}); got.status != http.StatusSeeOther {
		t.Errorf("judge: %d %s", got.status, got.body)
	}
	if got := f.do("GET", "/findings/"+id, public, "", "Cookie", operator).body; !strings.Contains(got, "order numbers") {
		t.Error("the page does not show the judgement")
	}
	var one findingAnswer
	if f.get("/api/v1/findings/"+id, &one); one.Triage.Status != assay.TriageFalsePositive {
		t.Errorf("triage %+v", one.Triage)
	}
	for body, status := range map[string]int{`{"status":"ack","reason":"known"}`: 200, `{"status":"maybe","reason":"x"}`: 422, `{"status":"ack"}`: 422} {
		if got := f.do("POST", "/api/v1/findings/"+id+"/triage", assay.RoleOperator, body); got.status != status {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	if got := f.do("POST", "/api/v1/findings/000000000000/triage", assay.RoleOperator, `{"status":"ack","reason":"x"}`); got.status != http.StatusNotFound {
		t.Errorf("an unknown finding: %d", got.status)
	}
}

// TestAudited: what operators and administrators change is in the log.
func TestAudited(t *testing.T) {
	f := newFixture(t)
	ids := f.dead(2)
	f.do("POST", "/api/v1/tasks/drop", assay.RoleOperator, `{"ids":["`+ids[0]+`"]}`)
	f.do("POST", "/api/v1/tasks/redrive", assay.RoleOperator, `{"all":true}`)
	f.do("POST", "/api/v1/tokens", assay.RoleAdmin, `{"name":"ci","role":"viewer"}`)
	f.do("DELETE", "/api/v1/tokens/"+strings.Split(f.tokens[assay.RoleViewer], "_")[1], assay.RoleAdmin, "")
	var log list[assay.AuditEntry]
	if err := json.Unmarshal([]byte(f.do("GET", "/api/v1/audit", assay.RoleAdmin, "").body), &log); err != nil {
		t.Fatal(err)
	}
	actions := map[string]string{}
	for _, e := range log.Items {
		actions[e.Action] = e.Detail
	}
	for action, detail := range map[string]string{assay.ActionDrop: ids[0], assay.ActionRedrive: "all dead tasks", assay.ActionTokenCreate: `viewer for "ci"`, assay.ActionTokenRevoke: ""} {
		if got, ok := actions[action]; !ok || got != detail {
			t.Errorf("%s: %q, %v; want %q", action, got, ok, detail)
		}
	}
	if page := f.do("GET", "/audit", public, "", "Cookie", f.login(assay.RoleAdmin)); !strings.Contains(page.body, "tasks drop") {
		t.Error("the page does not show the log")
	}
}
