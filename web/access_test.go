package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/assay"
)

// fillPath puts something for the names in a route's path.
var fillPath = strings.NewReplacer("{$}", "", "{id}", "abcdef", "{element}", "iban", "{state}", "dead", "{file}", "none.css")

// TestAccess walks every route that is served with every role and with none.
func TestAccess(t *testing.T) {
	f := newFixture(t)
	f.fill()
	served := slices.Clone(f.server.routes)
	for _, row := range access {
		i := slices.Index(served, row.route)
		if i < 0 {
			t.Errorf("%s stands in the table and is not served", row.route)
			continue
		}
		served = slices.Delete(served, i, i+1)
		method, path, _ := strings.Cut(row.route, " ")
		path = fillPath.Replace(path)
		body := ""
		if method != http.MethodGet {
			body = "{}"
		}
		for _, role := range append([]assay.Role{public}, assay.Roles()...) {
			got := f.do(method, path, role, body)
			refused := got.status == http.StatusUnauthorized || got.status == http.StatusForbidden ||
				got.status == http.StatusSeeOther && strings.HasPrefix(got.header.Get("Location"), "/login?")
			if row.route == "POST /login" {
				refused = false // it refuses tokens, not callers
			}
			if want := row.needs != public && !role.Allows(row.needs); refused != want {
				t.Errorf("%s as %q: status %d, want refused: %v", row.route, role, got.status, want)
			}
			if refused && role != public && got.status != http.StatusForbidden {
				t.Errorf("%s as %q: status %d, want 403", row.route, role, got.status)
			}
			if got.status >= 500 {
				t.Errorf("%s as %q: status %d %s", row.route, role, got.status, got.body)
			}
		}
	}
	for _, route := range served {
		t.Errorf("%s is served and does not stand in the table", route)
	}
}

// TestUnlistedRoute: a route that nobody wrote into the table is refused when
// the server is made, and answers nothing.
func TestUnlistedRoute(t *testing.T) {
	mux := &guardedMux{mux: http.NewServeMux()}
	mux.HandleFunc("GET /secret", func(http.ResponseWriter, *http.Request) { t.Error("it was served") })
	if mux.err == nil || len(mux.patterns) != 0 {
		t.Errorf("error %v, patterns %v: want a refusal", mux.err, mux.patterns)
	}
}

func TestTokens(t *testing.T) {
	f := newFixture(t)
	try := func(secret string) int {
		t.Helper()
		return f.do("GET", "/api/v1/self", public, "", "Authorization", "Bearer "+secret).status
	}
	good := f.token(assay.RoleViewer, time.Hour)
	wrong := good[:len(good)-1] + map[bool]string{true: "0", false: "1"}[good[len(good)-1] != '0']
	for secret, want := range map[string]int{
		good: 200, wrong: 401, "": 401, "assay": 401, "assay__": 401, "assay_abcdefabcdef_" + strings.Repeat("0", 64): 401, strings.Repeat("a_", 500): 401,
	} {
		if got := try(secret); got != want {
			t.Errorf("a token of %d characters: status %d, want %d", len(secret), got, want)
		}
	}
	f.now = f.now.Add(2 * time.Hour)
	if got := try(good); got != 401 {
		t.Errorf("an expired token: status %d", got)
	}
	for token, err := range f.store.Tokens(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(f.tokens[token.Role], token.Hash) || len(token.Hash) != 64 {
			t.Errorf("token %s is kept with %q", token.ID, token.Hash)
		}
	}
}

func TestSession(t *testing.T) {
	f := newFixture(t)
	got := f.form("/login", "", url.Values{"token": {f.tokens[assay.RoleViewer]}, "next": {"/findings?store=a"}})
	set := got.header.Get("Set-Cookie")
	if got.header.Get("Location") != "/findings?store=a" || !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Lax") {
		t.Errorf("log in leads to %q with cookie %q", got.header.Get("Location"), set)
	}
	if strings.Contains(set, f.tokens[assay.RoleViewer]) {
		t.Error("the cookie holds the token")
	}
	cookie, _, _ := strings.Cut(set, ";")
	in := func() bool {
		t.Helper()
		return f.do("GET", "/", public, "", "Cookie", cookie).status == http.StatusOK
	}
	if !in() {
		t.Error("the session is not known")
	}
	if _, secret, _ := strings.Cut(cookie, "="); f.form("/login", "", url.Values{"token": {secret}}).status != http.StatusUnauthorized {
		t.Error("a session began another")
	}
	f.form("/logout", cookie, nil)
	if in() {
		t.Error("the session goes on after log out")
	}
	cookie = f.login(assay.RoleAdmin)
	f.now = f.now.Add(13 * time.Hour)
	if in() {
		t.Error("the session does not expire")
	}
	f.now = f.now.Add(-13 * time.Hour)
	id := strings.Split(f.tokens[assay.RoleAdmin], "_")[1]
	if err := f.store.RevokeToken(t.Context(), id); err != nil || in() {
		t.Errorf("the session outlives its token (%v)", err)
	}
	if got := f.form("/login", "", url.Values{"token": {"nonsense"}}); got.status != http.StatusUnauthorized || !strings.Contains(got.body, "unknown") {
		t.Errorf("a wrong token: %d", got.status)
	}
}

// TestOtherOrigins: what another site's page makes a browser send changes
// nothing, and it can read no answer.
func TestOtherOrigins(t *testing.T) {
	f := newFixture(t)
	ids := f.dead(1)
	cookie := f.login(assay.RoleAdmin)
	for _, header := range [][]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "null"}} {
		got := f.form("/tasks/drop", cookie, url.Values{"id": ids}, header...)
		if got.status != http.StatusForbidden || f.depth().Dead != 1 {
			t.Errorf("%v: status %d, %d dead", header, got.status, f.depth().Dead)
		}
	}
	for _, path := range []string{"/", "/api/v1/findings"} {
		got := f.do("GET", path, assay.RoleViewer, "", "Origin", "https://evil.example")
		for name := range got.header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: has %s", path, name)
			}
		}
	}
	if got := f.form("/tasks/drop", cookie, url.Values{"id": ids}, "Sec-Fetch-Site", "same-origin", "Origin", f.url); got.status != http.StatusSeeOther || f.depth().Dead != 0 {
		t.Errorf("from its own page: status %d, %d dead", got.status, f.depth().Dead)
	}
}

func TestLimits(t *testing.T) {
	f := newFixture(t)
	f.now = time.Now().Add(time.Hour) // and stands still
	many := func(role assay.Role, n int, header ...string) (last int) {
		for range n {
			last = f.do("GET", "/api/v1/self", role, "", header...).status
		}
		return last
	}
	if got := many(assay.RoleViewer, burst); got != http.StatusOK {
		t.Errorf("within the limit: %d", got)
	}
	if got := many(assay.RoleViewer, 1); got != http.StatusTooManyRequests {
		t.Errorf("beyond the limit: %d", got)
	}
	if got := many(assay.RoleAdmin, 1); got != http.StatusOK {
		t.Errorf("another caller: %d", got)
	}
	f.now = f.now.Add(time.Second)
	if got := many(assay.RoleViewer, 1); got != http.StatusOK {
		t.Errorf("a second later: %d", got)
	}
	if got := many(public, failBurst+2, "Authorization", "Bearer wrong"); got != http.StatusTooManyRequests {
		t.Errorf("too many wrong tokens: %d", got)
	}
	body := `{"ids":["` + strings.Repeat("a", maxBody) + `"]}`
	f.now = f.now.Add(time.Minute)
	if got := f.do("POST", "/api/v1/tasks/drop", assay.RoleOperator, body); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body that is too large: %d %.100s", got.status, got.body)
	}
}

func TestLocalPath(t *testing.T) {
	for next, want := range map[string]string{
		"/findings?a=b": "/findings?a=b", "": "/", "https://evil.example/": "/", "//evil.example": "/", "/\\evil.example": "/",
		"javascript:alert(1)": "/", "/%2f%2fevil.example": "/", "/a\r\nb": "/", "findings": "/",
	} {
		if got := localPath(next); got != want {
			t.Errorf("localPath(%q) = %q, want %q", next, got, want)
		}
	}
}
