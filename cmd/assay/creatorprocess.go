package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/assay"
	"example.com/assay/catalog"
	"example.com/assay/internal/config"
	"example.com/assay/internal/health"
	"example.com/assay/internal/telemetry"
	"example.com/assay/leader/db"
	"example.com/assay/leader/k8s"
	"example.com/assay/taskcreator"
)

// creatorProcess is one task creator of a fleet, or that of assay serve.
type creatorProcess struct {
	*service
	sender assay.Sender // to the queue, with traces
}

// creatorGC is the GOGC of a process that only creates tasks, unless the
// environment sets one: what it holds are pages of assets, of which most is
// garbage, and a million of them are to fit into 100 MB.
const creatorGC = 50

// withCreator runs f with a task creator's process.
func withCreator(ctx context.Context, std streams, cfg *config.Config, f func(*creatorProcess) error) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(creatorGC)
	}
	debug.FreeOSMemory() // what the verifiers' dictionaries left when they were made
	return withService(ctx, std, cfg, "taskcreator", func(s *service) error {
		if err := s.measureQueue(ctx); err != nil {
			return err
		}
		return f(newCreatorProcess(s))
	})
}

func newCreatorProcess(s *service) *creatorProcess {
	return &creatorProcess{s, telemetry.Sender(s.tracer, s.queue)}
}

// creator returns the creator that the configuration describes.
func (p *creatorProcess) creator(all bool) (*taskcreator.Creator, error) {
	counts, err := taskcreator.NewMetrics(p.registry)
	if err != nil {
		return nil, err
	}
	c, every := p.cfg.Taskcreator, p.cfg.Taskcreator.Every
	data, err := openCatalogue(p.cfg)
	if err != nil {
		return nil, usageError(err)
	}
	return taskcreator.New(taskcreator.Config{
		Catalogue: data, Memory: p.database, Sender: p.sender, Depth: p.queue.Depth, Results: p.database,
		Known: func(s assay.DataStore) (string, bool) {
			_, ok := p.cfg.Stores[s.Name]
			return s.Name, ok
		},
		Beside: func(ctx context.Context, cycle string) error {
			_, err := sendSnapshots(ctx, p.database, p.sender, cycle, nil)
			return err
		},
		Plan: assay.Plan{Rows: c.Sample, Bytes: int64(c.Bytes), Timeout: c.Timeout},
		Rules: taskcreator.Rules{Changed: every.Changed, Positive: every.Positive, Gap: every.Gap, Clean: every.Clean,
			Resend: every.Resend, All: all},
		Interval: c.Interval, MaxDepth: c.MaxDepth, Listers: c.Listers, ListTimeout: c.ListTimeout, Pause: c.Pause,
		Metrics: counts, Log: p.log,
	})
}

// run creates tasks while this process leads, and answers probes all the time.
func (p *creatorProcess) run(ctx context.Context, creator *taskcreator.Creator) (err error) {
	stop, err := serveMetrics(ctx, p.cfg.Taskcreator.MetricsListen, p.registry, p.log, p.checks()...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return p.work(ctx, creator)
}

// work creates tasks while this process leads.
func (p *creatorProcess) work(ctx context.Context, creator *taskcreator.Creator) error {
	leading := prometheus.NewGauge(prometheus.GaugeOpts{Name: "assay_taskcreator_leading", Help: "1 while this task creator is the active one."})
	if err := p.registry.Register(leading); err != nil {
		return err
	}
	return p.lead(ctx, func(ctx context.Context) error {
		leading.Set(1)
		defer leading.Set(0)
		return creator.Run(ctx)
	})
}

// checks are what the process needs to do its work; one that waits to lead is
// ready too.
func (p *creatorProcess) checks() []health.Check {
	return []health.Check{
		{Name: "database", Run: func(ctx context.Context) error {
			_, err := p.database.Claim(ctx, leaderName)
			return err
		}},
		{Name: "queue", Run: func(ctx context.Context) error { _, err := p.queue.Depth(ctx); return err }},
	}
}

// leaderName is the name of the claim, or the Lease, of the active task creator.
const leaderName = "assay-taskcreator"

// lead runs f while this process is the active task creator.
func (p *creatorProcess) lead(ctx context.Context, f func(ctx context.Context) error) error {
	l, err := p.leadership()
	if err != nil {
		return usageError(fmt.Errorf("choose the active task creator: %w", err))
	}
	return l.Lead(ctx, f)
}

func (p *creatorProcess) leadership() (assay.Leadership, error) {
	how, takeover := p.cfg.Taskcreator.Leader, p.cfg.Taskcreator.LeaderTakeover
	if how == "kubernetes" || how == "auto" && os.Getenv("KUBERNETES_SERVICE_HOST") != "" {
		return podLeadership(takeover, p.log)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return db.New(p.database, leaderName, fmt.Sprint(host, " ", os.Getpid()), db.Options{Duration: takeover, Log: p.log})
}

// podLeadership is by the Lease of the pod's namespace.
func podLeadership(takeover time.Duration, log *slog.Logger) (assay.Leadership, error) {
	cluster, namespace, err := k8s.InCluster()
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	return k8s.New(cluster, k8s.Options{
		Namespace: cmp.Or(os.Getenv("POD_NAMESPACE"), namespace), Lease: leaderName,
		Identity: cmp.Or(os.Getenv("POD_NAME"), host), Duration: takeover, Log: log,
	})
}

// catalogError marks what is wrong with a catalogue, as a person made it, as such.
func catalogError(err error) error {
	if e := (*assay.Error)(nil); errors.As(err, &e) && e.Op == "read inventory" {
		return usageError(err)
	}
	return err
}

// openCatalogue returns the catalogue that the configuration names.
func openCatalogue(cfg *config.Config) (assay.Catalogue, error) {
	found := catalog.Discovery{Named: knownDataStores(cfg), Open: openStore(cfg)}
	c, token := cfg.Catalog, string(cfg.Catalog.Token)
	options := catalog.Options{Discover: found.Assets}
	switch {
	case c.File != "":
		return catalogueOrError(catalog.NewFile(c.File, options))
	case c.URL != "":
		return catalogueOrError(catalog.NewService(string(c.URL), token, options))
	case c.OpenMetadata != "":
		elements := make(map[string]assay.Element, len(c.Elements))
		for tag, element := range c.Elements {
			elements[tag] = assay.Element(element)
		}
		return catalogueOrError(catalog.NewOpenMetadata(string(c.OpenMetadata), token, catalog.OpenMetadataOptions{
			Elements: elements, Address: func(service string) string { return addressOf(cfg.Stores[service].URI) },
		}))
	}
	if len(cfg.Stores) == 0 {
		return nil, errors.New("no store is configured (add one under stores in assay.yaml)")
	}
	return found, nil
}

// catalogueOrError keeps a nil pointer of a concrete type from becoming a
// Catalogue that is not nil.
func catalogueOrError[C assay.Catalogue](c C, err error) (assay.Catalogue, error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}

// knownDataStores are the stores of the configuration, by their names.
func knownDataStores(cfg *config.Config) (out []assay.DataStore) {
	for _, name := range slices.Sorted(maps.Keys(cfg.Stores)) {
		s := cfg.Stores[name]
		out = append(out, assay.DataStore{Name: name, URI: shownTarget(string(s.URI)), Owner: s.Owner})
	}
	return out
}

// addressOf returns the host and port of a store's address; empty where it has
// no port, so that the service's own is taken.
func addressOf(uri config.URI) string {
	u, err := url.Parse(string(uri))
	if err != nil || u.Port() == "" {
		return ""
	}
	return net.JoinHostPort(u.Hostname(), u.Port())
}
