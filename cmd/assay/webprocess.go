package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"example.com/assay"
	"example.com/assay/internal/health"
	"example.com/assay/quality"
	"example.com/assay/web"
)

// webProcess is the server of pages and API: of assay web run, or of assay serve.
type webProcess struct {
	*service
	server   *web.Server
	listener net.Listener
}

// newWebProcess begins to listen, so that an address that is taken is known at
// once.
func newWebProcess(ctx context.Context, s *service) (*webProcess, error) {
	p, cfg := &webProcess{service: s}, s.cfg
	sealer, err := openSealer(ctx, cfg)
	if err != nil {
		return nil, err
	}
	models, err := openModels(cfg)
	if err != nil {
		return nil, err
	}
	var gate assay.Gatekeeper
	if sealer != nil {
		if gate, err = newBench(cfg, s.database, sealer); err != nil {
			return nil, err
		}
	}
	p.server, err = web.New(web.Config{
		Store: s.database, Queue: s.queue, Gate: gate, Agree: quality.AgreementOf, Second: cfg.Quality.Second, Sealer: sealer,
		Verifiers: verifierOptions(models), Models: models,
		Secure: cfg.Web.Secure(), Session: cfg.Web.Session, Version: version, Log: s.log,
		Ready: func(ctx context.Context) error {
			for _, c := range p.checks() {
				if err := c.Run(ctx); err != nil {
					return fmt.Errorf("%s: %w", c.Name, err)
				}
			}
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	if p.listener, err = lc.Listen(ctx, "tcp", cfg.Web.Listen); err != nil {
		return nil, usageError(fmt.Errorf("listen: %w (choose another address with --listen)", err))
	}
	return p, nil
}

// checks are what the process needs to do its work.
func (p *webProcess) checks() []health.Check {
	return []health.Check{
		{Name: "database", Run: func(ctx context.Context) error { _, err := p.database.VerifierRevision(ctx); return err }},
		{Name: "queue", Run: func(ctx context.Context) error { _, err := p.queue.Depth(ctx); return err }},
	}
}

// address is where to point a browser.
func (p *webProcess) address() string {
	switch {
	case p.cfg.Web.URL != "":
		return p.cfg.Web.URL
	case p.cfg.Web.TLS():
		return "https://" + p.listener.Addr().String()
	}
	return "http://" + p.listener.Addr().String()
}

// httpGrace is how long requests at hand may take when the process stops.
const httpGrace = 5 * time.Second

// run serves until ctx ends.
func (p *webProcess) run(ctx context.Context) error {
	server := &http.Server{
		Handler: p.server, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() {
		if p.cfg.Web.TLS() {
			ended <- server.ServeTLS(p.listener, p.cfg.Web.TLSCert, p.cfg.Web.TLSKey)
		} else {
			ended <- server.Serve(p.listener)
		}
	}()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), httpGrace)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		p.log.Warn("requests broken off", "error", err)
		return server.Close()
	}
	return nil
}

// firstToken makes a token for an administrator where there is none at all, and
// prints it: the only time that anybody sees it.
func firstToken(ctx context.Context, std streams, tokens assay.TokenStore) error {
	for _, err := range tokens.Tokens(ctx) {
		return err // there is one, or it cannot be told
	}
	token, secret := web.NewToken("first administrator", assay.RoleAdmin, "assay serve", time.Now(), 0)
	if err := tokens.AddToken(ctx, token); err != nil {
		return err
	}
	_, err := fmt.Fprintf(std.err, "\nLog in with this token. It is shown this once:\n\n    %s\n\n", secret)
	return err
}
