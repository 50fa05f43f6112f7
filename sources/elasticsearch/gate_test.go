package elasticsearch_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// gate is a proxy in front of the cluster, which by itself asks nobody who he
// is. It lets in who has the test's user and password, or the test's API key;
// refuses every request that the documented role does not cover; refuses and hides denied indices
// in the way and the words of Elasticsearch; and counts.
type gate struct {
	*httptest.Server
	proxy      *httputil.ReverseProxy
	privileges []string
	// fault answers a request in place of the cluster, if it returns true. It is
	// set before the first request.
	fault func(w http.ResponseWriter, r *http.Request) bool

	mu       sync.Mutex
	passed   int      // requests that were let through, ever
	requests int      // since sum was last called
	bytes    int64    // of the answers since then
	refused  []string // method and path
	denied   []string // indices
}

// testKey is an API key in the form in which Elasticsearch hands them out.
const testKey = "cGxhbnRlZDphcGkta2V5LW9mLXRoZS10ZXN0"

// covers are the requests that a privilege covers, by the documentation of
// Elasticsearch: names of indices and fields; points in time, searches and counts.
var covers = map[string]*regexp.Regexp{
	"view_index_metadata": regexp.MustCompile(`^(GET /_resolve/index/[^/]+|(GET|POST) /[^/]+/_field_caps)$`),
	"read":                regexp.MustCompile(`^(POST /[^/]+/_pit|DELETE /_pit|POST (/[^/]+)?/_search|(GET|POST) /[^/]+/_count)$`),
}

// privileges are those of the role that docs/sources/elasticsearch.md says is
// enough.
func privileges(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../docs/sources/elasticsearch.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```json role\n")
	block, _, _ := strings.Cut(rest, "```")
	var role struct {
		Cluster []string `json:"cluster"`
		Indices []struct {
			Privileges []string `json:"privileges"`
		} `json:"indices"`
	}
	if err := json.Unmarshal([]byte(block), &role); err != nil || len(role.Indices) != 1 || len(role.Cluster) > 0 {
		t.Fatalf("the role of the documentation is %q, %v", block, err)
	}
	return role.Indices[0].Privileges
}

func newGate(t *testing.T, address string) *gate {
	t.Helper()
	g := makeGate(t, address)
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func newTLSGate(t *testing.T, address string) *gate {
	t.Helper()
	g := makeGate(t, address)
	g.Server = httptest.NewTLSServer(g)
	t.Cleanup(g.Close)
	return g
}

func makeGate(t *testing.T, address string) *gate {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	g := &gate{privileges: privileges(t)}
	g.proxy = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Header.Del("Accept-Encoding") // what is read, and counted, is not compressed
		},
		ModifyResponse: g.hide,
		Transport:      transport,
		ErrorHandler:   func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	return g
}

// host is what stands in URIs.
func (g *gate) host() string {
	_, host, _ := strings.Cut(g.URL, "://")
	return host
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	request := r.Method + " " + r.URL.Path
	g.mu.Lock()
	g.requests++
	denied := slices.ContainsFunc(g.denied, func(index string) bool {
		return slices.Contains(strings.Split(strings.Split(r.URL.Path, "/")[1], ","), index)
	})
	ok := slices.ContainsFunc(g.privileges, func(p string) bool { return covers[p] != nil && covers[p].MatchString(request) })
	if ok {
		g.passed++
	} else {
		g.refused = append(g.refused, request)
	}
	g.mu.Unlock()
	switch {
	case (user != testUser || password != testPassword) && r.Header.Get("Authorization") != "ApiKey "+testKey:
		refuse(w, http.StatusUnauthorized, "missing or wrong credentials for REST request ["+r.URL.Path+"]")
	case !ok, denied:
		refuse(w, http.StatusForbidden, "action is unauthorized for user ["+user+"]")
	case g.fault != nil && g.fault(w, r):
	default:
		g.proxy.ServeHTTP(&counted{w, g}, r)
	}
}

// refuse answers as the security module of Elasticsearch does.
func refuse(w http.ResponseWriter, status int, reason string) {
	w.Header().Set("X-Elastic-Product", "Elasticsearch")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"root_cause":[{"type":"security_exception","reason":%q}],"type":"security_exception","reason":%[1]q},"status":%d}`, reason, status)
}

// hide takes denied indices out of the answer about names.
func (g *gate) hide(r *http.Response) error {
	if !strings.HasPrefix(r.Request.URL.Path, "/_resolve/") {
		return nil
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body.Close()
	var found map[string][]map[string]any
	if err := json.Unmarshal(text, &found); err != nil {
		return err
	}
	g.mu.Lock()
	found["indices"] = slices.DeleteFunc(found["indices"], func(i map[string]any) bool { return slices.Contains(g.denied, i["name"].(string)) })
	g.mu.Unlock()
	if text, err = json.Marshal(found); err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	r.ContentLength = int64(len(text))
	r.Header.Set("Content-Length", strconv.Itoa(len(text)))
	return nil
}

// deny takes the right to read an index away.
func (g *gate) deny(index string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.denied = append(g.denied, index)
}

// onlyRead checks that nothing was asked for that reading does not need.
func (g *gate) onlyRead(t *testing.T) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.refused) > 0 || g.passed == 0 {
		t.Errorf("of %d requests these are beyond the documented privileges: %q", g.passed, g.refused)
	}
}

// sum returns the number of requests and the bytes of their answers since it was
// last called.
func (g *gate) sum() (requests int, size int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	requests, size = g.requests, g.bytes
	g.requests, g.bytes = 0, 0
	return requests, size
}

// counted counts the bytes of an answer.
type counted struct {
	http.ResponseWriter
	g *gate
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.g.mu.Lock()
	c.g.bytes += int64(n)
	c.g.mu.Unlock()
	return n, err
}

// Unwrap lets the proxy flush.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }
