package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/assay"
	queuesqlite "example.com/assay/queue/sqlite"
	storesqlite "example.com/assay/store/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixture is a server on a real store and queue, and a client for it that
// follows no redirects.
type fixture struct {
	*testing.T
	store  *storesqlite.Store
	queue  *queuesqlite.Queue
	server *Server
	url    string
	client *http.Client
	tokens map[assay.Role]string // secrets
	now    time.Time
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	store, err := storesqlite.Open(t.Context(), filepath.Join(dir, "store.db"), storesqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := queuesqlite.Open(t.Context(), filepath.Join(dir, "queue.db"), queuesqlite.Options{MaxReceives: 1})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{T: t, store: store, queue: queue, tokens: map[assay.Role]string{}, now: time.Now()}
	f.server, err = New(Config{Store: store, Queue: queue, Version: "0.0.1", Now: func() time.Time { return f.now }})
	if err != nil {
		t.Fatal(err)
	}
	listen := httptest.NewServer(f.server)
	f.url, f.client = listen.URL, &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		f.client.CloseIdleConnections()
		listen.Close()
		if err := queue.Close(); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, role := range assay.Roles() {
		f.tokens[role] = f.token(role, 0)
	}
	return f
}

// token makes a token of a role and returns its secret.
func (f *fixture) token(role assay.Role, ttl time.Duration) string {
	f.Helper()
	token, secret := NewToken("the "+string(role), role, "test", f.now, ttl)
	if err := f.store.AddToken(f.Context(), token); err != nil {
		f.Fatal(err)
	}
	return secret
}

// answer is what the server said.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request with the token of a role, or none.
func (f *fixture) do(method, path string, role assay.Role, body string, header ...string) answer {
	f.Helper()
	req, err := http.NewRequestWithContext(f.Context(), method, f.url+path, strings.NewReader(body))
	if err != nil {
		f.Fatal(err)
	}
	if role != public {
		req.Header.Set("Authorization", "Bearer "+f.tokens[role])
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := f.client.Do(req)
	if err != nil {
		f.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		f.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// get reads a path of the API as a viewer into out.
func (f *fixture) get(path string, out any) {
	f.Helper()
	got := f.do("GET", path, assay.RoleViewer, "")
	if got.status != http.StatusOK {
		f.Fatalf("GET %s: %d %s", path, got.status, got.body)
	}
	if err := json.Unmarshal([]byte(got.body), out); err != nil {
		f.Fatalf("GET %s: %v: %s", path, err, got.body)
	}
}

// form posts a form with a session's cookie.
func (f *fixture) form(path, cookie string, values url.Values, header ...string) answer {
	f.Helper()
	return f.do("POST", path, public, values.Encode(),
		append([]string{"Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie}, header...)...)
}

// login begins a session and returns its cookie.
func (f *fixture) login(role assay.Role) string {
	f.Helper()
	got := f.form("/login", "", url.Values{"token": {f.tokens[role]}, "next": {"/findings"}})
	cookie, _, _ := strings.Cut(got.header.Get("Set-Cookie"), ";")
	if got.status != http.StatusSeeOther || cookie == "" {
		f.Fatalf("log in: %d %s", got.status, got.body)
	}
	return cookie
}

// hostile is a name that breaks a page that does not escape it.
const hostile = `<script>alert("1")</script>`

const users = assay.AssetID("mysql://db:3306/shop/users")

// fill commits results of a few assets, one of them with a hostile name.
func (f *fixture) fill() {
	f.Helper()
	design := assay.Design{Method: assay.DesignClusters, Unit: "rows", Population: "the range of primary key id", Units: 1000, Starts: 100}
	for i, asset := range []assay.AssetID{users, "mysql://db:3306/shop/" + hostile, "s3://bucket/a.csv"} {
		store := []string{"shop", "shop", "lake"}[i]
		task := assay.NewTask(assay.TaskScan, store, "1", assay.Asset{ID: asset}, assay.Plan{})
		r := assay.Result{Task: task, Started: f.now, Finished: f.now, Coverage: []assay.Coverage{
			{Asset: asset, Field: "clean", Status: assay.StatusScanned, Sampled: 1000, Design: design},
			{Asset: asset, Field: "contact", Status: assay.StatusScanned, Sampled: 1000, Empty: 3, Design: design},
			{Asset: asset, Field: "photo", Status: assay.StatusNotExamined, Reason: assay.ReasonBinary, Detail: "40 values, " + hostile},
		}}
		for _, e := range []assay.Element{"email_address", "iban"} {
			r.Findings = append(r.Findings, assay.Finding{ID: assay.FindingID(asset, "contact", e), Asset: asset, Field: "contact", Element: e,
				Confidence: 0.9, Matched: 997, Sampled: 1000, Hits: 999, Verifier: string(e) + "@1", Hash: "9f31c2", State: assay.StateActive,
				Preview: "xx<x>@xx.xx", Evidence: []assay.Evidence{{Kind: "regex", Text: "997 times " + hostile, Weight: 2.1}, {Kind: "field", Text: "its name", Weight: -1}}})
		}
		if err := f.store.Commit(f.Context(), r); err != nil {
			f.Fatal(err)
		}
	}
	for element, definition := range map[assay.Element]string{
		"iban":          `{"element":"iban","title":"International bank account number","class":"finance","severity":"critical"}`,
		"email_address": `{"element":"email_address","title":"E-mail address","class":"contact","doc":"An address for e-mail.","severity":"personal"}`,
	} {
		if _, err := f.store.AddVerifier(f.Context(), assay.VerifierVersion{Element: element, Definition: json.RawMessage(definition),
			Hash: "9f31c2", State: assay.StateActive, Author: "ada", Reason: hostile}); err != nil {
			f.Fatal(err)
		}
	}
}

// dead puts tasks into the dead letters.
func (f *fixture) dead(n int) (ids []string) {
	f.Helper()
	for i := range n {
		asset := assay.Asset{ID: assay.AssetID(fmt.Sprintf("mysql://db:3306/shop/t%d", i))}
		task := assay.NewTask(assay.TaskScan, "shop", "1", asset, assay.Plan{})
		ids = append(ids, task.ID)
		if err := f.queue.Send(f.Context(), task); err != nil {
			f.Fatal(err)
		}
	}
	for range n {
		leases, err := f.queue.Receive(f.Context(), 1, time.Minute)
		if err != nil || len(leases) != 1 {
			f.Fatalf("receive: %d, %v", len(leases), err)
		}
		if err := f.queue.Release(f.Context(), leases[0], 0, "access denied "+hostile); err != nil {
			f.Fatal(err)
		}
	}
	// A task that was received as often as it may be is dead when it would be
	// received again.
	ctx, cancel := context.WithTimeout(f.Context(), 50*time.Millisecond)
	defer cancel()
	if leases, _ := f.queue.Receive(ctx, 1, time.Minute); len(leases) != 0 {
		f.Fatalf("received %d more tasks", len(leases))
	}
	return ids
}

func (f *fixture) depth() assay.Depth {
	f.Helper()
	d, err := f.queue.Depth(context.WithoutCancel(f.Context()))
	if err != nil {
		f.Fatal(err)
	}
	return d
}
