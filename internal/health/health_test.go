package health_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/assay/internal/health"
)

func TestProbes(t *testing.T) {
	var log bytes.Buffer
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "assay_test", Help: "A test."}))
	var down error
	h := health.Handler(registry, slog.New(slog.NewTextHandler(&log, nil)),
		health.Check{Name: "queue", Run: func(context.Context) error { return nil }},
		health.Check{Name: "database", Run: func(context.Context) error { return down }})
	ctx, stop := context.WithCancel(t.Context())
	address, wait, err := health.Serve(ctx, "127.0.0.1:0", h)
	if err != nil {
		t.Fatal(err)
	}
	want := func(path string, code int, text string) {
		t.Helper()
		response, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != code || !strings.Contains(string(body), text) {
			t.Errorf("%s answers %d %q, %v; want %d %q", path, response.StatusCode, body, err, code, text)
		}
	}
	down = errors.New("dial db.internal: refused")
	want("/livez", 200, "ok")
	want("/startupz", 503, "not ready: database\n")
	want("/readyz", 503, "not ready: database\n")
	if !strings.Contains(log.String(), "refused") {
		t.Error("the log does not say why")
	}
	down = nil
	want("/startupz", 200, "ok")
	want("/readyz", 200, "ok")
	down = errors.New("gone")
	want("/startupz", 200, "ok")
	want("/readyz", 503, "database")
	want("/metrics", 200, "assay_test 0")
	http.DefaultClient.CloseIdleConnections()
	stop()
	if err := wait(); err != nil {
		t.Error(err)
	}
	if _, _, err := health.Serve(t.Context(), "nowhere", h); err == nil {
		t.Error("an address that is none is no error")
	}
}
