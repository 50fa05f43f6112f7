package web

import (
	"fmt"
	"strings"
	"testing"

	"example.com/assay"
)

// badge is a definition that finds a pattern.
func badge(pattern string) string {
	return fmt.Sprintf(`{"element": "badge", "title": "Badge", "class": "identity", "doc": "A badge of the tests.",
		"detect": {"regex": %q}, "match": ["BX-1234"], "noMatch": ["none", "nothing", "BX"]}`, pattern)
}

// TestChangeVerifiers adds, disables and rolls back a verifier, each with author and
// reason.
func TestChangeVerifiers(t *testing.T) {
	f := newFixture(t)
	change := func(role assay.Role, path, body string, status int, want string) {
		t.Helper()
		got := f.do("POST", "/api/v1/verifiers"+path, role, body)
		if got.status != status || !strings.Contains(got.body, want) {
			t.Errorf("POST %s %s: %d %s, want %d with %s", path, body, got.status, got.body, status, want)
		}
	}
	add := func(pattern, more string) string {
		return fmt.Sprintf(`{"definition": %s, "reason": "a test"%s}`, badge(pattern), more)
	}
	change(assay.RoleOperator, "", add("BX-[0-9]{4}", ""), 403, "admin")
	change(assay.RoleAdmin, "", add("BX-[0-9]{4}", `, "now": true`), 200, `"state":"active"`)
	change(assay.RoleAdmin, "", add("BX-[0-9]{9}", ""), 422, "match")
	change(assay.RoleAdmin, "", add("BX-[0-9", ""), 422, "detect.regex")
	change(assay.RoleAdmin, "", `{"definition": {}, "reason": "a test"}`, 422, "")
	change(assay.RoleAdmin, "", fmt.Sprintf(`{"definition": %s}`, badge("BX-[0-9]{4}")), 422, "reason")
	change(assay.RoleAdmin, "", add("BX-[0-9]{4,5}", `, "now": true, "base": 1`), 200, `"version":2`)
	change(assay.RoleAdmin, "", add("BX-[0-9]{4,6}", `, "base": 1`), 409, "")
	change(assay.RoleAdmin, "", add("BX-[0-9]{4,7}", ""), 200, `"state":"shadow"`)
	change(assay.RoleViewer, "/badge/rollback", `{"reason": "it was worse"}`, 403, "operator")
	change(assay.RoleOperator, "/badge/rollback", `{"reason": "it was worse"}`, 200, `"version":1`)
	change(assay.RoleOperator, "/badge/rollback", `{"reason": "it was not", "version": 2}`, 200, `"version":2`)
	change(assay.RoleOperator, "/badge/rollback", `{"reason": "untried", "version": 3}`, 404, "never in use")
	change(assay.RoleOperator, "/badge/disable", `{"reason": "no more badges"}`, 200, `"version":2`)
	change(assay.RoleOperator, "/badge/disable", `{"reason": "again"}`, 404, "no version is active")
	change(assay.RoleOperator, "/badge/disable", `{"reason": "again", "version": 9}`, 404, "")
	change(assay.RoleOperator, "/nothing/disable", `{"reason": "again"}`, 404, "")
	change(assay.RoleOperator, "/nothing/rollback", `{"reason": "again"}`, 404, "")
	change(assay.RoleOperator, "/badge/disable", `{"reason": ""}`, 422, "reason")

	var history verifierHistory
	f.get("/api/v1/verifiers/badge", &history)
	if len(history.Versions) != 3 || history.Versions[0].Definition["element"] != "badge" {
		t.Errorf("versions %+v", history.Versions)
	}
	last := history.Changes[len(history.Changes)-1]
	if !strings.HasPrefix(last.Author, "the operator") || last.Reason != "no more badges" || last.State != assay.StateDisabled {
		t.Errorf("the latest change is %+v", last)
	}
}
