package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/internal/config"
	"example.com/assay/report"
	"example.com/assay/scanner"
	"example.com/assay/store/sqlstore"
	"example.com/assay/taskcreator"
	"example.com/assay/web"
)

func newServe(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the whole service in one process: task creator, scanner, API and pages",
		Long: "serve scans the stores of assay.yaml again and again and shows what it found, with queue\n" +
			"and store in one data directory. Its first start prints a token to log in with, once.\n" +
			"It listens on this machine only, unless it is given a certificate.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			return serve(cmd.Context(), std, cfg)
		}),
	}
	flags.add(cmd)
	flags.bind("listen", "web.listen", "address of pages and API")
	flags.bind("data", "data", "folder of queue and store")
	return cmd
}

// serve runs until ctx ends.
func serve(ctx context.Context, std streams, cfg *config.Config) (err error) {
	log := slog.New(slog.NewTextHandler(std.err, nil))
	queue, err := openQueue(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, queue.Close()) }()
	store, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	lib, err := (&libraryFlags{}).load()
	if err != nil {
		return err
	}
	server, err := web.New(web.Config{Store: store, Queue: queue, Elements: lib.described, Secure: cfg.Web.Secure(),
		Session: cfg.Web.Session, Version: version, Log: log})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", cfg.Web.Listen)
	if err != nil {
		return usageError(fmt.Errorf("listen: %w (choose another address with --listen)", err))
	}
	if err := firstToken(ctx, std, store); err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(std.err, "assay serves %s\n", addressOf(cfg.Web, listener.Addr()))

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return serveHTTP(ctx, server, listener, cfg.Web, log) })
	group.Go(func() error { return createTasks(ctx, cfg, queue, store, log) })
	group.Go(func() error { return scanTasks(ctx, cfg, queue, store, lib, log) })
	return group.Wait()
}

// described describes the elements of the verifiers in use.
func (l *library) described() map[assay.Element]report.Element {
	all := map[assay.Element]report.Element{}
	for _, e := range l.elements() {
		all[e.ID] = e
	}
	return all
}

// addressOf is where to point a browser.
func addressOf(cfg config.Web, listen net.Addr) string {
	switch {
	case cfg.URL != "":
		return cfg.URL
	case cfg.TLS():
		return "https://" + listen.String()
	}
	return "http://" + listen.String()
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
	fmt.Fprintf(std.err, "Log in with this token. It is shown this once:\n\n    %s\n\n", secret)
	return nil
}

// httpGrace is how long requests at hand may take when the process stops.
const httpGrace = 5 * time.Second

// serveHTTP serves until ctx ends.
func serveHTTP(ctx context.Context, handler http.Handler, listener net.Listener, cfg config.Web, log *slog.Logger) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	done := make(chan error, 1)
	go func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), httpGrace)
		defer cancel()
		done <- server.Shutdown(last)
	}()
	var err error
	if cfg.TLS() {
		err = server.ServeTLS(listener, cfg.TLSCert, cfg.TLSKey)
	} else {
		err = server.Serve(listener)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	if err := <-done; err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}

// createTasks queues a task for every asset of every store, once a day.
func createTasks(ctx context.Context, cfg *config.Config, queue assay.Sender, store *sqlstore.Store, log *slog.Logger) error {
	open := openStore(cfg)
	for {
		cycle := time.Now().UTC().Format(time.DateOnly)
		for name := range cfg.Stores {
			source, err := open(ctx, name)
			if err == nil {
				_, err = taskcreator.Create(ctx, taskcreator.Config{Source: source, Store: name, Cycle: cycle, Plan: assay.Plan{}, Sender: queue, Results: store})
				err = errors.Join(err, source.Close())
			}
			if err != nil {
				log.Error("store not listed", "store", name, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Hour):
		}
	}
}

// scanTasks works on tasks.
func scanTasks(ctx context.Context, cfg *config.Config, queue assay.Receiver, store *sqlstore.Store, lib *library, log *slog.Logger) error {
	scan, err := scanner.New(scanner.Config{Receiver: queue, Results: store, Open: openStore(cfg), Set: func() *engine.Set { return lib.set },
		Concurrency: cfg.Scanner.Pool, Visibility: cfg.Scanner.Visibility, RetryDelay: cfg.Scanner.RetryDelay, Log: log})
	if err != nil {
		return err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(cfg.Scanner.Grace, stop) })()
	return scan.Run(ctx, work)
}
