// Package web is how people and programs look at the service: pages rendered on
// the server, and a JSON API under /api/v1 with its OpenAPI description. It reads
// and changes what the other services meet in, the store and the queue, and
// knows none of them.
//
// Every route stands in the table of access.go with the role that it needs; one
// that does not is refused when the Server is made. Pages work without scripts
// and without other hosts.
//
// It imports the root package, report and verifiers; store and queue come in
// through their interfaces.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"example.com/assay"
	"example.com/assay/verifiers"
)

// Store is what the server asks of the store.
type Store interface {
	assay.FindingReader
	assay.CoverageReader
	assay.SummaryReader
	assay.VerifierStore
	assay.VerifierLog
	assay.TokenStore
	assay.Revealer
	assay.TriageStore
	assay.ItemStore
	assay.LabelStore
	assay.MeasureStore
}

// Config is what a Server is made of. The members without a remark are
// compulsory.
type Config struct {
	Store Store
	Queue assay.Operator
	// Verifiers and Models are what definitions may use that are added.
	Verifiers verifiers.Options // optional
	Models    verifiers.Settler // optional
	// Gate measures versions and rolls them out; nil where nothing is kept to be
	// labelled.
	Gate assay.Gatekeeper // optional
	// Agree says how far people agree on labels; nil tells nothing.
	Agree func([]assay.Label) assay.Agreement // optional
	// Second is the share of the values, from 0 to 1, that two people label.
	Second float64
	// Sealer opens kept matches; nil where none are kept.
	Sealer assay.Sealer // optional
	// Ready returns nil when the process can do its work.
	Ready func(context.Context) error // optional
	// Secure says that browsers reach the server by HTTPS only, so that its
	// cookies are not sent otherwise.
	Secure bool
	// Session is how long a browser stays logged in; 0 means 12 hours.
	Session time.Duration
	Version string           // of assay, to be shown
	Log     *slog.Logger     // nil discards
	Now     func() time.Time // nil means time.Now
}

// Server answers requests. It is safe for concurrent use.
type Server struct {
	Config
	handler  http.Handler
	pages    *pages
	limits   *limits
	book     *book
	coverage coverageCache
	routes   []string // patterns that are served
}

// New returns a Server. It fails when a route has no row in the table of access,
// which is a bug.
func New(cfg Config) (*Server, error) {
	if cfg.Store == nil || cfg.Queue == nil {
		return nil, errors.New("new web server: a store and a queue are needed")
	}
	if cfg.Session <= 0 {
		cfg.Session = 12 * time.Hour
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Ready == nil {
		cfg.Ready = func(context.Context) error { return nil }
	}
	s := &Server{Config: cfg, limits: newLimits(cfg.Now), book: &book{store: cfg.Store}}
	var err error
	if s.pages, err = loadPages(); err != nil {
		return nil, fmt.Errorf("new web server: %w", err)
	}
	mux := &guardedMux{server: s, mux: http.NewServeMux()}
	s.addProbes(mux)
	s.addPages(mux)
	if err := errors.Join(s.addAPI(mux), mux.err); err != nil {
		return nil, fmt.Errorf("new web server: %w", err)
	}
	s.routes = mux.patterns
	s.handler = s.around(mux.mux)
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// maxBody is the most bytes of a request's body: forms and small JSON objects.
const maxBody = 1 << 20

// around wraps all routes in what holds for every request. The API has no CORS:
// pages of other origins can neither read its answers nor change anything.
func (s *Server) around(next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	next = sameOrigin.Handler(s.authenticate(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		seen := &recorder{ResponseWriter: w, status: http.StatusOK}
		defer s.done(seen, r, begun)
		secureHeaders(w.Header(), s.Secure)
		r.Body = http.MaxBytesReader(seen, r.Body, maxBody)
		next.ServeHTTP(seen, r)
	})
}

// done logs a request by its route, which names no asset, and answers one whose
// handler met a bug.
func (s *Server) done(w *recorder, r *http.Request, begun time.Time) {
	if p := recover(); p != nil {
		s.Log.Error("panic in a request", "route", r.Pattern, "panic", fmt.Sprintf("%T", p))
		if !w.begun {
			http.Error(w, "internal error", http.StatusInternalServerError)
		}
	}
	s.Log.Debug("request", "method", r.Method, "route", r.Pattern, "status", w.status, "took", time.Since(begun))
}

// recorder remembers an answer's status.
type recorder struct {
	http.ResponseWriter
	status int
	begun  bool
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	r.status, r.begun = status, true
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	r.begun = true
	return r.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// policy lets a page use its own style sheet, pictures and forms, and nothing else.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// policyWithScript lets the page for labelling use its own script too, which turns
// keys into its buttons.
const policyWithScript = policy + "; script-src 'self'"

func secureHeaders(h http.Header, secure bool) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
