package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/assay"
)

// list is a page of anything.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

func TestFindingsAPI(t *testing.T) {
	f := newFixture(t)
	var empty list[Finding]
	f.get("/api/v1/findings", &empty)
	if empty.Items == nil {
		t.Error("no findings are null, want []")
	}
	f.fill()
	for query, want := range map[string]int{
		"": 6, "?element=iban": 3, "?asset=" + string(users): 2, "?severity=critical": 3, "?severity=personal": 6, "?min_confidence=0.95": 0, "?state=shadow": 0,
	} {
		var got list[Finding]
		if f.get("/api/v1/findings"+query, &got); len(got.Items) != want {
			t.Errorf("%q: %d findings, want %d", query, len(got.Items), want)
		}
	}
	seen, next := map[string]bool{}, ""
	for pages := 1; ; pages++ {
		var got list[Finding]
		f.get("/api/v1/findings?limit=1&after="+strings.ReplaceAll(strings.ReplaceAll(next, "<", "%3C"), ">", "%3E"), &got)
		for _, x := range got.Items {
			if seen[x.ID] {
				t.Errorf("finding %s comes twice", x.ID)
			}
			seen[x.ID] = true
		}
		if next = got.Next; next == "" {
			if pages != 3 || len(seen) != 6 {
				t.Errorf("%d parts with %d findings, want 3 with 6", pages, len(seen))
			}
			break
		}
	}
	var one findingAnswer
	f.get("/api/v1/findings/"+assay.FindingID(users, "contact", "iban")[:8], &one)
	if one.Title == "" || one.Severity != "critical" || one.Coverage == nil || one.Coverage.Sampled != 1000 || !strings.Contains(one.Proves, "95 %") {
		t.Errorf("finding %+v", one)
	}
}

func TestCoverageAPI(t *testing.T) {
	f := newFixture(t)
	f.fill()
	var fields list[assay.Coverage]
	f.get("/api/v1/coverage", &fields)
	var gaps list[assay.Coverage]
	f.get("/api/v1/coverage?gaps=true&limit=1", &gaps)
	if len(fields.Items) != 9 || len(gaps.Items) != 1 || gaps.Next == "" || gaps.Items[0].Status != assay.StatusNotExamined {
		t.Errorf("%d fields, %d gaps, then %q", len(fields.Items), len(gaps.Items), gaps.Next)
	}
	var assets list[assay.AssetSummary]
	f.get("/api/v1/assets?store=shop&limit=1", &assets)
	if len(assets.Items) != 1 || assets.Next != string(assets.Items[0].Asset) {
		t.Errorf("assets %+v", assets)
	}
	var stores list[assay.StoreCoverage]
	f.get("/api/v1/stores", &stores)
	var elements list[assay.ElementCount]
	f.get("/api/v1/elements", &elements)
	var versions list[version]
	f.get("/api/v1/verifiers?element=iban", &versions)
	if len(stores.Items) != 2 || len(elements.Items) != 4 || len(versions.Items) != 1 || versions.Items[0].Definition["element"] != "iban" {
		t.Errorf("stores %+v, elements %+v, versions %+v", stores, elements, versions)
	}
}

func TestTasksAPI(t *testing.T) {
	f := newFixture(t)
	ids := f.dead(3)
	var d depth
	if f.get("/api/v1/tasks", &d); d.Dead != 3 {
		t.Errorf("depth %+v", d)
	}
	var tasks list[assay.Queued]
	if f.get("/api/v1/tasks/dead?limit=2", &tasks); len(tasks.Items) != 2 || tasks.Items[0].Reason == "" {
		t.Errorf("tasks %+v", tasks)
	}
	change := func(path, body string, status, n int) {
		t.Helper()
		got := f.do("POST", path, assay.RoleOperator, body)
		var done changed
		_ = json.Unmarshal([]byte(got.body), &done)
		if got.status != status || done.Tasks != n {
			t.Errorf("%s %s: %d %s, want %d and %d tasks", path, body, got.status, got.body, status, n)
		}
	}
	change("/api/v1/tasks/drop", `{}`, 422, 0)
	change("/api/v1/tasks/drop", `{"all":true}`, 422, 0)
	change("/api/v1/tasks/redrive", `{}`, 422, 0)
	change("/api/v1/tasks/redrive", `{"all":true,"ids":["x"]}`, 422, 0)
	change("/api/v1/tasks/redrive", `{"al":true}`, 422, 0)
	change("/api/v1/tasks/drop", `{"ids":["`+ids[0]+`"]}`, 200, 1)
	change("/api/v1/tasks/redrive", `{"all":true}`, 200, 2)
	if got := f.depth(); got.Dead != 0 || got.Waiting != 2 {
		t.Errorf("depth %+v", got)
	}
}

func TestTokensAPI(t *testing.T) {
	f := newFixture(t)
	got := f.do("POST", "/api/v1/tokens", assay.RoleAdmin, `{"name":"ci","role":"viewer","days":1}`)
	var made madeToken
	if err := json.Unmarshal([]byte(got.body), &made); err != nil || made.Secret == "" || made.Author != "the admin" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	f.tokens["made"] = made.Secret
	if got := f.do("GET", "/api/v1/findings", "made", ""); got.status != http.StatusOK {
		t.Errorf("the new token: %d", got.status)
	}
	list := f.do("GET", "/api/v1/tokens", assay.RoleAdmin, "").body
	if !strings.Contains(list, made.ID) || strings.Contains(list, made.Secret) || strings.Contains(list, "hash") {
		t.Errorf("tokens are listed as %s", list)
	}
	if got := f.do("DELETE", "/api/v1/tokens/"+made.ID, assay.RoleAdmin, ""); got.status != http.StatusNoContent {
		t.Errorf("revoke: %d %s", got.status, got.body)
	}
	if got := f.do("GET", "/api/v1/findings", "made", ""); got.status != http.StatusUnauthorized {
		t.Errorf("the revoked token: %d", got.status)
	}
	for _, body := range []string{`{"name":"x","role":"root"}`, `{"name":"","role":"viewer"}`, `{"role":"viewer"}`, `{"name":"x","role":"viewer","days":-1}`, `null`, ``, `[`} {
		if got := f.do("POST", "/api/v1/tokens", assay.RoleAdmin, body); got.status < 400 || got.status >= 500 {
			t.Errorf("%s: %d", body, got.status)
		}
	}
}

// TestOpenAPI: the description is valid against the rules of JSON Schema, names
// every route, and every answer is as it says.
func TestOpenAPI(t *testing.T) {
	f := newFixture(t)
	f.fill()
	f.dead(2)
	raw := f.do("GET", "/api/v1/openapi.json", public, "").body
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	spec := doc.(map[string]any)
	if version, _ := spec["openapi"].(string); !strings.HasPrefix(version, "3.1") {
		t.Errorf("openapi %q", version)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("https://assay.example/openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	paths := spec["paths"].(map[string]any)
	for _, row := range access {
		method, path, _ := strings.Cut(row.route, " ")
		if !strings.HasPrefix(path, apiPrefix) || strings.HasSuffix(path, "openapi.json") {
			continue
		}
		described, _ := paths[path].(map[string]any)[strings.ToLower(method)].(map[string]any)
		if described == nil {
			t.Errorf("%s is not described", row.route)
			continue
		}
		if method != http.MethodGet {
			continue
		}
		id := fillPath.Replace(path)
		if path == apiPrefix+"/findings/{id}" {
			id = apiPrefix + "/findings/" + assay.FindingID(users, "contact", "iban")
		}
		pointer := "#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/get/responses/200/content/application~1json/schema"
		pointer = strings.NewReplacer("{", "%7B", "}", "%7D").Replace(pointer)
		schema, err := compiler.Compile("https://assay.example/openapi.json" + pointer)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		got := f.do("GET", id, assay.RoleAdmin, "")
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(got.body)))
		if err != nil {
			t.Errorf("%s: %v", path, err)
		} else if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %s\n%v", path, got.body, err)
		}
	}
}
