package catalog

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/catalog/catalogtest"
)

// metadata is a metadata service as docs/catalog.md describes it, with pages of
// one item, and failures to order.
type metadata struct {
	stores []entry
	assets map[string][]assay.Asset
	etag   string
	fail   func(r *http.Request) (status int) // 0 does not
	asked  atomic.Int64
}

func (m *metadata) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	m.asked.Add(1)
	if r.Header.Get("Authorization") != "Bearer token" {
		http.Error(out, "no token", http.StatusUnauthorized)
		return
	}
	if m.fail != nil {
		if status := m.fail(r); status != 0 {
			out.Header().Set("Retry-After", "1")
			http.Error(out, "no", status)
			return
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /meta/stores", func(out http.ResponseWriter, r *http.Request) { page(out, r, "stores", m.stores) })
	mux.HandleFunc("GET /meta/stores/{name}", func(out http.ResponseWriter, r *http.Request) {
		for _, e := range m.stores {
			if e.Name == r.PathValue("name") {
				_ = json.NewEncoder(out).Encode(e)
				return
			}
		}
		http.NotFound(out, r)
	})
	mux.HandleFunc("GET /meta/stores/{name}/assets", func(out http.ResponseWriter, r *http.Request) {
		if m.etag != "" && r.Header.Get("If-None-Match") == m.etag {
			out.WriteHeader(http.StatusNotModified)
			return
		}
		out.Header().Set("ETag", m.etag)
		page(out, r, "assets", m.assets[r.PathValue("name")])
	})
	mux.ServeHTTP(out, r)
}

// page answers with one item, the cursor being its number.
func page[T any](out http.ResponseWriter, r *http.Request, name string, items []T) {
	at, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
	next := ""
	if at+1 < len(items) {
		next = fmt.Sprint(at + 1)
	}
	_ = json.NewEncoder(out).Encode(map[string]any{name: items[min(at, len(items)):min(at+1, len(items))], "next": next})
}

// client returns a catalogue that asks the service.
func (m *metadata) open(t *testing.T, token string) *Service {
	t.Helper()
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	s, err := NewService(server.URL+"/meta/", token, Options{Now: func() time.Time { return time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.client.http.CloseIdleConnections)
	return s
}

func world() *metadata {
	m := &metadata{assets: catalogtest.Assets, etag: `"v1"`}
	for _, s := range catalogtest.Stores {
		m.stores = append(m.stores, entry{DataStore: s})
	}
	return m
}

func TestService(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) assay.Catalogue { return world().open(t, "token") })
}

// The list of a store with logs has another version each day.
func TestVersionOfDays(t *testing.T) {
	m := world()
	m.stores[1].Services = []service{{Name: "web"}}
	s := m.open(t, "token")
	first, err := s.List(t.Context(), m.stores[1].DataStore, "")
	if err != nil || first.Version != `"v1" 2026-11-22` {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := s.List(t.Context(), m.stores[1].DataStore, first.Version); err != nil || !again.Unchanged {
		t.Errorf("the same day: %+v, %v", again, err)
	}
	s.options.Now = func() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) }
	if next, err := s.List(t.Context(), m.stores[1].DataStore, first.Version); err != nil || next.Unchanged {
		t.Errorf("the next day: %+v, %v", next, err)
	}
	m.stores[1].Discover = true
	if found, err := s.List(t.Context(), m.stores[1].DataStore, `"v1"`); err != nil || found.Unchanged || found.Version != "" {
		t.Errorf("left to discovery: %+v, %v", found, err)
	}
}

func TestServiceFailures(t *testing.T) {
	wrongPassword := strings.Repeat("geheim", 2)
	for name, tt := range map[string]struct {
		change func(*metadata)
		token  string
		want   assay.Reason
		asked  int64 // at least
	}{
		"no token":                {token: "", want: assay.ReasonDenied},
		"not found":               {change: func(m *metadata) { m.fail = func(*http.Request) int { return 404 } }, token: "token", want: assay.ReasonVanished},
		"a wrong request":         {change: func(m *metadata) { m.fail = func(*http.Request) int { return 400 } }, token: "token", want: assay.ReasonUnsupported},
		"redirected":              {change: func(m *metadata) { m.fail = func(*http.Request) int { return 302 } }, token: "token", want: assay.ReasonUnsupported},
		"a store without a name":  {change: func(m *metadata) { m.stores[0].Name = "" }, token: "token", want: assay.ReasonUnreadable},
		"a store named twice":     {change: func(m *metadata) { m.stores[1].Name = m.stores[0].Name }, token: "token", want: assay.ReasonUnreadable},
		"a store with a password": {change: func(m *metadata) { m.stores[0].URI = "mysql://root:" + wrongPassword + "@h/x" }, token: "token", want: assay.ReasonUnreadable},
	} {
		t.Run(name, func(t *testing.T) {
			m := world()
			if tt.change != nil {
				tt.change(m)
			}
			_, err := stores(t, m.open(t, tt.token))
			if assay.Explain(err) != tt.want || err == nil {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if strings.Contains(fmt.Sprint(err), wrongPassword) {
				t.Errorf("the error repeats a password: %v", err)
			}
		})
	}
}

// A service that is busy, or breaks an answer off, is asked again.
func TestServiceAsksAgain(t *testing.T) {
	m := world()
	m.fail = func(*http.Request) int {
		if m.asked.Load() <= 2 {
			return []int{503, 500}[m.asked.Load()-1]
		}
		return 0
	}
	if got, err := stores(t, m.open(t, "token")); err != nil || len(got) != 2 || m.asked.Load() != 4 {
		t.Errorf("%v, %v, asked %d times", got, err, m.asked.Load())
	}
}

// Answers that are not what the contract says.
func TestStrangeAnswers(t *testing.T) {
	for name, tt := range map[string]struct{ body, want string }{
		"not JSON":    {"<html>", "the answer is not JSON (is this the address of the catalogue?)"},
		"wrong type":  {`{"stores": [{"name": 7}]}`, "is a JSON number, want string"},
		"same cursor": {`{"stores": [], "next": "x"}`, "the cursor does not move on"},
		"too long":    {`{"stores": [{"name": "` + strings.Repeat("x", maxPage) + `"}]}`, "longer than 16 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, tt.body) }))
			defer server.Close()
			s, err := NewService(server.URL, "", Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.client.http.CloseIdleConnections()
			if _, err := stores(t, s); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// An asset that is wrong is not examined; one that cannot be named ends the list.
func TestWrongAssets(t *testing.T) {
	m := world()
	m.assets = map[string][]assay.Asset{"shop": {{ID: "x:a", Kind: "tabel"}, {ID: "x:b", Kind: assay.KindTable}, {ID: "", Kind: assay.KindTable}, {ID: "x:c", Kind: assay.KindTable}}}
	listing, err := m.open(t, "token").List(t.Context(), m.stores[0].DataStore, "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for a, err := range listing.Assets {
		got = append(got, fmt.Sprint(a.ID, " ", err != nil))
		if err != nil && a.ID == "" {
			break
		}
	}
	if fmt.Sprint(got) != "[x:a true x:b false  true]" {
		t.Errorf("got %q", got)
	}
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{"", "metadata.example.com", "ftp://x/", "https://", "https://me:" + strings.Repeat("geheim", 2) + "@x/"} {
		if _, err := NewService(address, "", Options{}); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", address, err)
		}
		if _, err := NewOpenMetadata(address, "", OpenMetadataOptions{}); err == nil && address != "" {
			t.Errorf("%s was taken for the address of OpenMetadata", address)
		}
	}
}
