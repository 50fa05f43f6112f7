package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	amazon "github.com/aws/aws-sdk-go-v2/service/sqs"
	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/internal/health"
	"example.com/assay/internal/telemetry"
	queuesqlite "example.com/assay/queue/sqlite"
	"example.com/assay/queue/sqs"
	storemysql "example.com/assay/store/mysql"
	storesqlite "example.com/assay/store/sqlite"
	"example.com/assay/store/sqlstore"
)

// This file opens what the service's processes share, as the configuration
// names it: queue, database and stores.

// queueFile is the embedded queue's file in the data folder; the store's is
// scanStore.
const queueFile = "queue.db"

// service is what every process of the service has.
type service struct {
	cfg      *config.Config
	queue    workQueue
	database *sqlstore.Store
	registry *prometheus.Registry
	tracer   trace.Tracer
	log      *slog.Logger
}

// withService opens queue and database, and closes them
// after f. name is that of the process in traces.
func withService(ctx context.Context, std streams, cfg *config.Config, name string, f func(*service) error) (err error) {
	log := newLog(std.err)
	queue, err := openQueue(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, queue.Close()) }()
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	tracer, flush, err := telemetry.Start(ctx, name, version, log)
	if err != nil {
		return usageError(err)
	}
	defer lastSpans(ctx, flush)
	return f(&service{cfg, queue, database, newRegistry(), tracer, log})
}

// measureQueue registers the metrics of the queue.
func (s *service) measureQueue(ctx context.Context) error {
	return s.registry.Register(newQueueMetrics(ctx, s.queue, s.log))
}

// workQueue is a queue with all its roles.
type workQueue interface {
	assay.Receiver
	assay.Sender
	assay.Operator
	Close() error
}

// openQueue opens the queue.
func openQueue(ctx context.Context, cfg *config.Config) (workQueue, error) {
	address := string(cfg.Queue)
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok || address == "" {
		if address == "" {
			dir, err := dataDir(cfg)
			if err != nil {
				return nil, err
			}
			path = filepath.Join(dir, queueFile)
		}
		return queuesqlite.Open(ctx, path, queuesqlite.Options{MaxReceives: cfg.Scanner.MaxReceives})
	}
	client, err := sqsClient(ctx, cfg.Queue)
	if err != nil {
		return nil, err
	}
	queue, err := sqs.Open(ctx, client, address)
	if err != nil {
		return nil, err
	}
	return queue, nil
}

// sqsClient returns a client for the queue's server. Region and credentials are
// those of the environment or the shared configuration of AWS; a server that is
// not Amazon's is found by the queue's own address.
func sqsClient(ctx context.Context, queue config.URI) (*amazon.Client, error) {
	u, err := url.Parse(string(queue))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usageError(fmt.Errorf("queue %s: is neither the https:// address of a queue nor sqlite:path", queue))
	}
	var options []func(*awsconfig.LoadOptions) error
	if parts := strings.Split(u.Hostname(), "."); len(parts) > 3 && parts[0] == "sqs" && parts[2] == "amazonaws" {
		options = append(options, awsconfig.WithRegion(parts[1]))
	} else {
		options = append(options, awsconfig.WithDefaultRegion("us-east-1"), awsconfig.WithBaseEndpoint(u.Scheme+"://"+u.Host))
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("configure AWS: %w", err)
	}
	return amazon.NewFromConfig(cfg), nil
}

// openDatabase opens the store of findings and verifiers, and brings its tables
// up to date. Its caller closes it.
func openDatabase(ctx context.Context, cfg *config.Config) (*sqlstore.Store, error) {
	address := string(cfg.Database)
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok || address == "" {
		if address == "" {
			dir, err := dataDir(cfg)
			if err != nil {
				return nil, err
			}
			path = filepath.Join(dir, scanStore)
		}
		store, err := storesqlite.Open(ctx, path, storesqlite.Options{})
		if err != nil {
			return nil, err
		}
		return store.Store, nil
	}
	dsn, err := databaseDSN(cfg)
	if err != nil {
		return nil, usageError(err)
	}
	store, err := storemysql.Open(ctx, dsn, storemysql.Options{})
	if err != nil {
		return nil, err
	}
	return store.Store, nil
}

// databaseDSN returns the driver's form of mysql://user@host:3306/database.
func databaseDSN(cfg *config.Config) (string, error) {
	u, err := url.Parse(string(cfg.Database))
	if err != nil || u.Scheme != "mysql" || u.Hostname() == "" || strings.Trim(u.Path, "/") == "" {
		return "", fmt.Errorf("database %s: is neither mysql://user@host:3306/name nor sqlite:path", cfg.Database)
	}
	dsn := mysqldriver.NewConfig()
	dsn.User = u.User.Username()
	if dsn.Passwd, _ = u.User.Password(); cfg.DatabasePassword != "" {
		dsn.Passwd = string(cfg.DatabasePassword)
	}
	dsn.Net, dsn.Addr, dsn.DBName = "tcp", u.Host, strings.Trim(u.Path, "/")
	if u.Port() == "" {
		dsn.Addr = net.JoinHostPort(u.Hostname(), "3306")
	}
	text := dsn.FormatDSN()
	if u.RawQuery != "" {
		joint := "?"
		if strings.Contains(text, "?") {
			joint = "&"
		}
		text += joint + u.RawQuery
	}
	return text, nil
}

// openStore returns a function that opens the stores of the configuration by
// their names, as scanner.Config and the task creator want it.
func openStore(cfg *config.Config) func(ctx context.Context, name string) (assay.Source, error) {
	return func(ctx context.Context, name string) (assay.Source, error) {
		settings, ok := cfg.Stores[name]
		if !ok {
			return nil, &assay.Error{Op: "open store", Item: name, Reason: assay.ReasonUnavailable, Err: assay.ErrNotFound,
				Hint: "name it under stores in this process's assay.yaml"}
		}
		target, err := settings.Target()
		if err != nil {
			return nil, err
		}
		kind, err := storeOf(target)
		if err != nil {
			return nil, &assay.Error{Op: "open store", Item: name, Reason: assay.ReasonUnsupported, Err: err}
		}
		return kind.open(ctx, target, scanRun{stdin: strings.NewReader("")})
	}
}

// serveMetrics answers probes and scrapes at an address, unless it is empty, until
// the returned function is called, which returns what went wrong.
func serveMetrics(ctx context.Context, address string, registry *prometheus.Registry, log *slog.Logger, checks ...health.Check) (stop func() error, err error) {
	if address == "" {
		return func() error { return nil }, nil
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // probes answer until the last task is done
	at, wait, err := health.Serve(ctx, address, health.Handler(registry, log, checks...))
	if err != nil {
		cancel()
		return nil, usageError(err)
	}
	log.Info("probes and metrics", "address", at)
	return func() error { cancel(); return wait() }, nil
}

// flushTime is how long the last spans of a process may take to the collector.
const flushTime = 5 * time.Second

// lastSpans sends the spans that are left, as far as that goes: what cannot be
// sent is no failure of the process, and in its log.
func lastSpans(ctx context.Context, flush func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer cancel()
	_ = flush(ctx)
}

// dataDir returns the folder of the embedded queue and store, which only its
// user may read, and creates it where it is missing.
func dataDir(cfg *config.Config) (string, error) {
	err := errors.Join(os.MkdirAll(cfg.Data, 0o700), os.Chmod(cfg.Data, 0o700))
	if err != nil {
		return "", usageError(fmt.Errorf("make the data folder: %w (set data to a folder that can be written)", err))
	}
	return cfg.Data, nil
}
