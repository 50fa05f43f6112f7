package s3_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// request is one that passed a counter.
type request struct {
	method, path, query string
	action              string // of STS
	accessKey           string
	owner, payer        string
	bytes               int64 // of the answer's body
}

// counter is a proxy in front of a server that notes every request. Signatures
// stay valid: the server sees the host that was signed.
type counter struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*request
	// fault answers a request in place of the server, if it returns true.
	fault func(w http.ResponseWriter, r *http.Request) bool
}

func newCounter(t *testing.T, endpoint string) *counter {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = target.Scheme, target.Host, r.In.Host
		},
		Transport: transport,
	}
	c := &counter{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		noted := c.note(r)
		if c.fault != nil && c.fault(w, r) {
			return
		}
		proxy.ServeHTTP(&meter{ResponseWriter: w, c: c, r: noted}, r)
	}))
	t.Cleanup(func() { c.Close(); transport.CloseIdleConnections() })
	return c
}

var accessKey = regexp.MustCompile(`Credential=([^/]+)/`)

func (c *counter) note(r *http.Request) *request {
	out := &request{method: r.Method, path: r.URL.Path, query: r.URL.RawQuery,
		owner: r.Header.Get("X-Amz-Expected-Bucket-Owner"), payer: r.Header.Get("X-Amz-Request-Payer")}
	if m := accessKey.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		out.accessKey = m[1]
	}
	if r.Method == http.MethodPost {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if form, err := url.ParseQuery(string(body)); err == nil {
			out.action = form.Get("Action")
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = append(c.requests, out)
	return out
}

// meter counts the bytes of an answer.
type meter struct {
	http.ResponseWriter
	c *counter
	r *request
}

func (m *meter) Write(p []byte) (int, error) {
	n, err := m.ResponseWriter.Write(p)
	m.c.mu.Lock()
	m.r.bytes += int64(n)
	m.c.mu.Unlock()
	return n, err
}

func (c *counter) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = nil
}

func (c *counter) all() []request {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]request, 0, len(c.requests))
	for _, r := range c.requests {
		out = append(out, *r)
	}
	return out
}

// count returns how many requests were for an action of STS.
func (c *counter) count(action string) int {
	n := 0
	for _, r := range c.all() {
		if r.action == action {
			n++
		}
	}
	return n
}

// sum returns the number of requests and the bytes of their answers.
func (c *counter) sum() (requests int, size int64) {
	for _, r := range c.all() {
		requests++
		size += r.bytes
	}
	return requests, size
}

// documented returns the block of docs/sources/s3.md with a name.
func documented(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/sources/s3.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```json "+name+"\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("docs/sources/s3.md has no block %q", name)
	}
	return block
}
