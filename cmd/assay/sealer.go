package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/seal"
	"example.com/assay/store/sqlstore"
	"example.com/assay/upkeep"
)

// This file opens what keeps and shows matched content: the key, the person who
// asks, and what deletes it in time.

// keyFile is the key's file in the data folder, where the configuration names no
// other key.
const keyFile = "key.json"

// keyURIs returns the configured keys, the one that seals first; none when no
// key is configured and none was created in the data folder.
func keyURIs(cfg *config.Config) ([]string, error) {
	key := cfg.Key
	if key == "" {
		path := filepath.Join(cfg.Data, keyFile)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return cfg.OldKeys, nil
		} else if err != nil {
			return nil, usageError(err)
		}
		key = "file:" + path
	}
	return append([]string{key}, cfg.OldKeys...), nil
}

// openSealer returns what seals matched content, or nil where there is no key:
// then no content is kept.
func openSealer(ctx context.Context, cfg *config.Config) (assay.Sealer, error) {
	uris, err := keyURIs(cfg)
	if err != nil || len(uris) == 0 {
		return nil, err
	}
	sealer, err := seal.Open(ctx, uris...)
	if err != nil {
		return nil, usageError(err)
	}
	return sealer, nil
}

// ensureKey makes the key of a service that keeps all in its data folder. Where
// the database is another machine's, a person has to decide where the key is.
func ensureKey(cfg *config.Config) error {
	if cfg.Key != "" || cfg.Database != "" {
		return nil
	}
	dir, err := dataDir(cfg)
	if err != nil {
		return err
	}
	if _, err := seal.CreateFile(filepath.Join(dir, keyFile)); err != nil && !errors.Is(err, fs.ErrExist) {
		return usageError(err)
	}
	return nil
}

// needSealer is openSealer for commands that cannot do without.
func needSealer(ctx context.Context, cfg *config.Config) (*seal.Sealer, error) {
	uris, err := keyURIs(cfg)
	if err != nil {
		return nil, err
	}
	sealer, err := seal.Open(ctx, uris...)
	return sealer, usageError(err)
}

// localOperator is who runs a command on the machine. Who can read the database
// and the key has every right already; the audit log has the name.
func localOperator() (assay.Actor, error) {
	u, err := user.Current()
	if err != nil {
		return assay.Actor{}, fmt.Errorf("find out who you are, for the audit log: %w", err)
	}
	return assay.Actor{Name: "local:" + u.Username, Role: assay.RoleAdmin}, nil
}

// newPurger returns what deletes in time what is not meant to stay.
func newPurger(cfg *config.Config, database *sqlstore.Store, log *slog.Logger) *upkeep.Purger {
	return &upkeep.Purger{
		Kept: []upkeep.Kept{
			{Name: keptMatches, For: cfg.Retention.Matches, Purge: database.PurgeMatches},
			{Name: "items", For: cfg.Retention.Items, Purge: database.PurgeItems},
			{Name: "events", For: cfg.Retention.Events, Purge: database.PurgeEvents},
			{Name: "scans", For: cfg.Retention.Scans, Purge: database.PurgeScans},
		},
		Batch: cfg.Retention.Batch, Every: cfg.Retention.Every, Now: time.Now, Log: log,
	}
}

// keptMatches is what the purger calls sealed matches.
const keptMatches = "matches"

// outboxEvery is how often to look for events to deliver.
const outboxEvery = 2 * time.Second

// newUpkeep returns a function that deletes what is too old and delivers events,
// until its context ends.
func newUpkeep(cfg *config.Config, database *sqlstore.Store, metrics prometheus.Registerer, log *slog.Logger) (func(context.Context), error) {
	counts, err := upkeep.NewMetrics(metrics)
	if err != nil {
		return nil, err
	}
	purger := newPurger(cfg, database, log)
	deliverer := &upkeep.Deliverer{Outbox: database, Webhooks: webhooks(cfg), Every: outboxEvery, Metrics: counts, Log: log, Now: time.Now}
	return func(ctx context.Context) {
		var group sync.WaitGroup
		group.Go(func() { purger.Run(ctx) })
		if len(deliverer.Webhooks) > 0 { // otherwise events wait until a webhook is configured, or they are purged
			group.Go(func() { deliverer.Run(ctx) })
		}
		group.Wait()
	}, nil
}

func webhooks(cfg *config.Config) []upkeep.Webhook {
	var hooks []upkeep.Webhook
	for name, w := range cfg.Events.Webhooks {
		hook := upkeep.Webhook{Name: name, URL: string(w.URL), Secret: string(w.Secret), Owners: w.Owners, Timeout: w.Timeout}
		for _, k := range w.Kinds {
			hook.Kinds = append(hook.Kinds, assay.EventKind(k))
		}
		hooks = append(hooks, hook)
	}
	return hooks
}
