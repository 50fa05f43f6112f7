// Package health serves what a cluster asks of a process: the probes /livez,
// /startupz and /readyz, and /metrics in the form of Prometheus. It holds no
// content and no asset's name, and wants no login: listen where only the cluster
// can reach it.
//
// It imports the standard library and Prometheus's client only.
package health

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check is something that a process needs to do its work.
type Check struct {
	Name string
	Run  func(ctx context.Context) error
}

// checkTime bounds all checks of one probe together.
const checkTime = 5 * time.Second

// Handler answers probes and scrapes. The process is alive while it answers, has
// started once all checks went well, and is ready while they do. An answer names
// the check that failed; why is in the log.
func Handler(gatherer prometheus.Gatherer, log *slog.Logger, checks ...Check) http.Handler {
	h := &handler{checks: checks, log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /startupz", h.started)
	mux.HandleFunc("GET /readyz", h.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{}))
	return mux
}

type handler struct {
	checks []Check
	log    *slog.Logger
	begun  atomic.Bool
}

func (h *handler) started(w http.ResponseWriter, r *http.Request) {
	if h.begun.Load() {
		fmt.Fprintln(w, "ok")
		return
	}
	h.ready(w, r)
}

func (h *handler) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), checkTime)
	defer cancel()
	for _, c := range h.checks {
		if err := c.Run(ctx); err != nil {
			h.log.Warn("not ready", "check", c.Name, "error", err)
			http.Error(w, "not ready: "+c.Name, http.StatusServiceUnavailable)
			return
		}
	}
	h.begun.Store(true)
	fmt.Fprintln(w, "ok")
}

// Serve answers at the address until ctx ends. It returns once it listens, with
// the address that it listens at, and a function that waits for the end and
// returns what went wrong.
func Serve(ctx context.Context, address string, h http.Handler) (listening string, wait func() error, err error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return "", nil, fmt.Errorf("listen for probes and metrics: %w", err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	stop := context.AfterFunc(ctx, func() { server.Close() })
	return l.Addr().String(), func() error {
		defer stop()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve probes and metrics: %w", err)
		}
		return nil
	}, nil
}
