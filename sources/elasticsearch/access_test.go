package elasticsearch_test

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/sources/elasticsearch"
)

func TestCredentials(t *testing.T) {
	c := newCluster(t)
	index := c.name("credentials")
	c.put(index, 1, func(int) doc { return doc{"message": "x"} })
	g, secure := newGate(t, c.address), newTLSGate(t, c.address)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	const user = "planted-user:planted-pass-word%2F7@"
	denied, unavailable := assay.ReasonDenied, assay.ReasonUnavailable
	tests := []struct {
		name, uri string
		options   elasticsearch.Options
		env       [2]string
		want      assay.Reason
	}{
		{name: "basic", uri: user + g.host() + "/?"},
		{name: "password from the environment", uri: "planted-user@" + g.host() + "/?", env: [2]string{"ASSAY_ES_PASSWORD", testPassword}},
		{name: "API key", uri: g.host() + "/?", options: elasticsearch.Options{APIKey: testKey}},
		{name: "API key from the environment", uri: g.host() + "/?", env: [2]string{"ASSAY_ES_API_KEY", testKey}},
		{name: "no credentials", uri: g.host() + "/?", want: denied},
		{name: "wrong password", uri: "planted-user:planted-wrong@" + g.host() + "/?", want: denied},
		{name: "wrong API key", uri: g.host() + "/?", options: elasticsearch.Options{APIKey: "planted-wrong"}, want: denied},
		{name: "TLS", uri: user + secure.host() + "/?tls=true&ca=" + ca + "&"},
		{name: "TLS, not verified", uri: user + secure.host() + "/?tls=skip-verify&"},
		{name: "TLS, unknown authority", uri: user + secure.host() + "/?tls=true&", want: unavailable},
		{name: "TLS asked of a plain server", uri: user + g.host() + "/?tls=true&", want: unavailable},
		{name: "no TLS asked of a TLS server", uri: user + secure.host() + "/?tls=false&", want: assay.ReasonUnsupported},
		{name: "nobody there", uri: user + "127.0.0.1:1/?", want: unavailable},
		{name: "no such host", uri: user + "no-such-host.invalid/?tls=false&", want: unavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.env[0] != "" {
				t.Setenv(tt.env[0], tt.env[1])
			}
			assets, errs := list(t, open(t, "es://"+tt.uri+"index="+index, tt.options))
			err := errs[""]
			if tt.want == "" && (len(assets) != 1 || err != nil) || tt.want != "" && assay.Explain(err) != tt.want {
				t.Errorf("%d assets, %v; want reason %q", len(assets), err, tt.want)
			}
			if text := fmt.Sprintf("%+v", err); strings.Contains(text, "planted") || strings.Contains(text, testKey) {
				t.Errorf("a credential shows in %s", text)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	good := []string{"es://h", "es://h:1/", "es://u:p@h/s/2026-03-01?tls=false&days=3", "es://h/?index=a-*,b&index=c", "es://h/?index=s%3Da,b,t%3Dc", "es://[::1]:9200/s/undated"}
	for _, uri := range good {
		if _, err := elasticsearch.Open(t.Context(), uri, elasticsearch.Options{}); err != nil {
			t.Errorf("%s: %v", uri, err)
		}
	}
	bad := []string{
		"es://", "es:h", "http://h", "es://h/a/b/c", "es://h/s/someday", "es://h/?nosuch=1", "es://h/?days=x", "es://h/?days=-1", "es://h/?days=1&days=2",
		"es://h/?tls=maybe", "es://h/?ca=/no/such/file", "es://h/?index=a%2Fb", "es://h/?index=", "es://h/?index=s%3Da&index=b", "es://h/?index=%3Da",
		"es://h/?per-point=1000", "es://u:pl@nted/%zz@h", "es://h/%zz", "es://h/#f", "es://h/?point-field=a%20b",
	}
	for _, uri := range bad {
		_, err := elasticsearch.Open(t.Context(), uri, elasticsearch.Options{})
		if assay.Explain(err) != assay.ReasonUnsupported || strings.Contains(fmt.Sprint(err), "nted") {
			t.Errorf("%s: %v", uri, err)
		}
	}
}

// TestFaults is about answers that are none of a cluster in good health.
func TestFaults(t *testing.T) {
	c := newCluster(t)
	index := c.name("faults")
	c.put(index, 300, func(i int) doc { return doc{"message": fmt.Sprintf("line %d", i)} })
	body := func(status int, text string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/_search" {
				return false
			}
			w.Header().Set("X-Elastic-Product", "Elasticsearch")
			w.WriteHeader(status)
			fmt.Fprint(w, text)
			return true
		}
	}
	tests := []struct {
		name  string
		fault func(http.ResponseWriter, *http.Request) bool
		want  assay.Reason
	}{
		{"busy", body(429, `{"error":{"type":"es_rejected_execution_exception","reason":"planted"},"status":429}`), assay.ReasonUnavailable},
		{"a shard does not answer", body(503, `{"error":{"type":"search_phase_execution_exception","root_cause":[]},"status":503}`), assay.ReasonUnavailable},
		{"no memory", body(429, `{"error":{"type":"circuit_breaking_exception"}}`), assay.ReasonUnavailable},
		{"too many buckets", body(400, `{"error":{"type":"search_phase_execution_exception","root_cause":[{"type":"too_many_buckets_exception"}]}}`), assay.ReasonUnsupported},
		{"its own time limit", body(200, `{"timed_out":true,"hits":{"total":{"value":300},"hits":[]}}`), assay.ReasonTimeout},
		{"cut short", body(200, `{"timed_out":false,"hits":{"total":{"value":300,"relation":"eq"},"hits":[`), assay.ReasonUnavailable},
		{"no JSON", body(200, `<html>planted</html>`), assay.ReasonUnreadable},
		{"another form", body(200, `{"hits":7}`), assay.ReasonUnreadable},
		{"no count", body(200, `{"hits":{"hits":[]}}`), assay.ReasonUnreadable},
		{"another program", func(w http.ResponseWriter, _ *http.Request) bool { fmt.Fprint(w, "{}"); return true }, assay.ReasonUnsupported},
		{"a redirection", func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
			return true
		}, assay.ReasonUnreadable},
		{"the connection ends", func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, assay.ReasonUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := makeGate(t, c.address)
			g.fault = tt.fault
			g.Server = httptest.NewServer(g)
			t.Cleanup(g.Close)
			s := open(t, "es://"+g.host()+"/?index="+index, elasticsearch.Options{APIKey: testKey})
			_, r, err := sample(t, s, assay.AssetID("es://"+g.host()+"/"+index+"/undated"), assay.Plan{Seed: 1})
			if got := assay.Explain(err); err == nil || got != tt.want || strings.Contains(err.Error(), "planted") {
				t.Errorf("%v: reason %s, want %s", err, got, tt.want)
			}
			for _, f := range r.Fields {
				if f.Status == assay.StatusScanned {
					t.Errorf("%s is %s", f.Field.Path, f.Status)
				}
			}
		})
	}
}

// TestPointsInTime holds that none stays open, however a task ends.
func TestPointsInTime(t *testing.T) {
	c := newCluster(t)
	index := c.name("pit")
	c.put(index, 2000, func(i int) doc { return doc{"message": fmt.Sprintf("line %d", i)} })
	s := open(t, "es://"+c.host()+"/?index="+index, elasticsearch.Options{})
	a := assay.Asset{ID: assay.AssetID("es://" + c.host() + "/" + index + "/undated")}
	stop := errors.New("stop")
	for name, run := range map[string]func(ctx context.Context, cancel func()) error{
		"done": func(ctx context.Context, _ func()) error {
			_, err := s.Sample(ctx, a, assay.Plan{}, func(assay.Datum) error { return nil })
			return err
		},
		"stopped": func(ctx context.Context, _ func()) error {
			_, err := s.Sample(ctx, a, assay.Plan{}, func(assay.Datum) error { return stop })
			if errors.Is(err, stop) {
				return nil
			}
			return fmt.Errorf("not the error of yield: %w", err)
		},
		"cancelled": func(ctx context.Context, cancel func()) error {
			_, err := s.Sample(ctx, a, assay.Plan{}, func(assay.Datum) error { cancel(); return nil })
			if assay.Explain(err) == assay.ReasonCancelled {
				return nil
			}
			return fmt.Errorf("not cancelled: %w", err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if err := run(ctx, cancel); err != nil {
				t.Error(err)
			}
			for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
				n := c.do("GET", "/"+index+"/_stats/search?filter_path=_all.total.search.open_contexts", nil)
				if open := fmt.Sprint(n); strings.Contains(open, "open_contexts:0") {
					break
				} else if time.Now().After(deadline) {
					t.Fatalf("open points in time: %s", open)
				}
			}
		})
	}
}
