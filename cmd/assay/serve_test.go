package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/assay/internal/planted"
	"example.com/assay/verifiers"
)

// served is an assay serve in this process, on the demo company.
type served struct {
	*testing.T
	config  string
	company string
	url     string
	token   string
	log     *lockedBuffer
	ended   chan struct{}
	stop    func() int // returns the exit code
}

// lockedBuffer is written to and read from at the same time.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// newServed makes the company and its configuration.
func newServed(t *testing.T) *served {
	t.Helper()
	dir := t.TempDir()
	s := &served{T: t, config: filepath.Join(dir, "assay.yaml"), company: filepath.Join(dir, "company")}
	if err := makeCompany(t.Context(), s.company, 4711); err != nil {
		t.Fatal(err)
	}
	file := fmt.Sprintf("data: %s\nstores:\n  shop: {uri: \"sqlite:%s\", owner: shop@example.com}\n  files: {uri: %q, owner: archive@example.com}\n  lost: {uri: /nowhere}\n",
		filepath.Join(dir, "data"), filepath.Join(s.company, "shop.db"), filepath.Join(s.company, "files"))
	if err := os.WriteFile(s.config, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

var (
	servedAt   = regexp.MustCompile(`assay serves (http://\S+)`)
	firstPrint = regexp.MustCompile(`assay_[0-9a-f]{12}_[0-9a-f]{64}`)
)

// start runs the command, with more flags, until stop.
func (s *served) start(flags ...string) {
	s.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.Context()))
	s.log = &lockedBuffer{}
	code := make(chan int, 1)
	s.ended = make(chan struct{})
	go func() {
		defer close(s.ended)
		code <- run(ctx, append([]string{"serve", "--config", s.config, "--listen", "127.0.0.1:0"}, flags...), streams{strings.NewReader(""), io.Discard, s.log})
	}()
	s.stop = sync.OnceValue(func() int { cancel(); return <-code })
	s.Cleanup(func() {
		s.stop()
		planted.Keep(s, s.log.String())
	})
	s.wait("the server listens", func() bool {
		at := servedAt.FindStringSubmatch(s.log.String())
		if at != nil {
			s.url = at[1]
		}
		return at != nil
	})
	if token := firstPrint.FindString(s.log.String()); token != "" {
		s.token = token
	}
}

func (s *served) wait(what string, done func() bool) {
	s.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !done(); time.Sleep(100 * time.Millisecond) {
		select {
		case <-s.ended:
			s.Fatalf("%s: the process has ended; the log:\n%s", what, s.log)
		default:
		}
		if time.Now().After(deadline) {
			s.Fatalf("%s: not after two minutes; the log:\n%s", what, s.log)
		}
	}
}

// get asks the API or for a page, and returns the answer's body.
func (s *served) get(path string) string {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), "GET", s.url+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.Fatalf("GET %s: %d, %v: %s", path, resp.StatusCode, err, body)
	}
	return string(body)
}

// scanned waits until every task is done, and returns the number of findings.
func (s *served) scanned() (findings int) {
	s.Helper()
	s.wait("all assets are scanned", func() bool {
		var depth struct{ Waiting, Leased int }
		var assets struct{ Items []any }
		s.decode("/api/v1/tasks", &depth)
		s.decode("/api/v1/assets?limit=1000", &assets)
		return len(assets.Items) >= 22 && depth.Waiting+depth.Leased == 0
	})
	var found struct{ Items []any }
	s.decode("/api/v1/findings?limit=1000", &found)
	return len(found.Items)
}

func (s *served) decode(path string, out any) {
	s.Helper()
	if err := json.Unmarshal([]byte(s.get(path)), out); err != nil {
		s.Fatalf("%s: %v", path, err)
	}
}

// TestServe: one process scans the stores of its configuration, shows what it
// found, and shows, logs and keeps no value.
func TestServe(t *testing.T) {
	s := newServed(t)
	s.start()
	first := s.token
	if first == "" {
		t.Fatal("the first start printed no token")
	}
	n := s.scanned()
	if n < 40 {
		t.Errorf("%d findings", n)
	}
	shown := s.get("/api/v1/findings?limit=1000") + s.get("/api/v1/coverage?limit=1000") + s.get("/api/v1/tasks/dead")
	for _, page := range []string{"/", "/findings", "/elements", "/coverage", "/tasks", "/verifiers"} {
		shown += s.get(page)
	}
	values := notInLibrary(t, plantedIn(t, s.company))
	search(t, "what the server shows", shown, values)
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	search(t, "the log", s.log.String(), values)
	entries, err := os.ReadDir(filepath.Join(filepath.Dir(s.config), "data"))
	if err != nil || len(entries) == 0 {
		t.Fatalf("the data folder: %v, %v", entries, err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(filepath.Dir(s.config), "data", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		search(t, e.Name(), string(data), values)
		if bytes.Contains(data, []byte(first)) {
			t.Errorf("%s holds the token", e.Name())
		}
	}

	s.start()
	if got := firstPrint.FindString(s.log.String()); got != "" {
		t.Error("the second start printed a token too")
	}
	if again := s.scanned(); again != n {
		t.Errorf("%d findings after a restart, %d before", again, n)
	}
}

// notInLibrary returns the values that the library's definitions do not hold,
// which the database does.
func notInLibrary(t *testing.T, values []string) []string {
	t.Helper()
	defs, err := verifiers.Library()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, d := range defs {
		text.Write(d.JSON)
	}
	return slices.DeleteFunc(values, func(v string) bool { return strings.Contains(text.String(), v) })
}

// TestServeMetrics: probes and metrics have an address of their own, and the
// queue is counted there; the quality of verifiers is seen to.
func TestServeMetrics(t *testing.T) {
	s := newServed(t)
	s.start("--set", "web.metrics_listen=127.0.0.1:0")
	s.scanned()
	s.wait("values are made up to measure on", func() bool { return strings.Contains(s.log.String(), "values made up to measure on") })
	at := regexp.MustCompile(`"probes and metrics","address":"([^"]+)"`).FindStringSubmatch(s.log.String())
	if at == nil {
		t.Fatalf("no address in the log:\n%s", s.log)
	}
	site := s.url
	s.url = "http://" + at[1]
	for _, path := range []string{"/livez", "/startupz", "/readyz"} {
		s.get(path)
	}
	metrics := s.get("/metrics")
	for _, want := range []string{`assay_queue_tasks{state="waiting"} 0`, `assay_tasks_total{outcome="done",store="shop"}`, "assay_build_info", "assay_findings_total", "assay_quality_measured_timestamp_seconds"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if s.url = site; strings.Contains(metrics, s.company) {
		t.Error("the metrics name an asset")
	}
	s.get("/readyz")
}
