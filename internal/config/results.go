package config

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Retention is how long what is not meant to stay is kept.
type Retention struct {
	// Matches is how long sealed matches are kept after the scan that found them.
	Matches time.Duration `yaml:"matches"`
	// Items is how long sealed values that wait for a label, or have one, are kept.
	Items time.Duration `yaml:"items"`
	// Events is how long events are kept, delivered or not.
	Events time.Duration `yaml:"events"`
	// Scans is how long the record of each scan is kept; the latest of an asset
	// stays.
	Scans time.Duration `yaml:"scans"`
	// Every is how often what is too old is deleted.
	Every time.Duration `yaml:"every"`
	// Batch is how many rows are deleted at a time.
	Batch int `yaml:"batch"`
}

func defaultRetention() Retention {
	return Retention{Matches: 30 * 24 * time.Hour, Items: 90 * 24 * time.Hour, Events: 30 * 24 * time.Hour, Scans: 400 * 24 * time.Hour, Every: time.Hour, Batch: 500}
}

func (r Retention) check(key string) error {
	if r.Matches <= 0 || r.Items <= 0 || r.Events <= 0 || r.Scans <= 0 || r.Every < time.Second {
		return fmt.Errorf("%s: matches, items, events and scans want a positive duration, every at least 1s", key)
	}
	if r.Batch < 1 || r.Batch > 10_000 {
		return fmt.Errorf("%s.batch: want 1 to 10000", key)
	}
	return nil
}

// Events is who is told of what changed.
type Events struct {
	// Webhooks are the receivers, by name.
	Webhooks map[string]Webhook `yaml:"webhooks"`
}

// Webhook is a receiver of events over HTTP.
type Webhook struct {
	URL URI `yaml:"url"`
	// Secret signs what is sent. It is compulsory.
	Secret Secret `yaml:"secret"`
	// Owners are those whose data it is told of; empty means everybody's. The
	// owner "-" stands for data that nobody owns.
	Owners []string `yaml:"owners"`
	// Kinds are the events it is told of; empty means all.
	Kinds   []string      `yaml:"kinds"`
	Timeout time.Duration `yaml:"timeout"` // of one request; 0 means 10s
}

func (w Webhook) check(key string) error {
	var errs []error
	if u, err := url.Parse(string(w.URL)); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		errs = append(errs, fmt.Errorf("%s.url: want https://… (http:// for a receiver on the same machine)", key))
	}
	if len(w.Secret) < 16 {
		errs = append(errs, fmt.Errorf("%s.secret: set %s, or that with _FILE, to at least 16 characters, by which the receiver knows us", key, Variable(key+".secret")))
	}
	if w.Timeout < 0 {
		errs = append(errs, fmt.Errorf("%s.timeout is negative", key))
	}
	return errors.Join(errs...)
}

// checkKeys refuses keys that nothing could be sealed with.
func (c *Config) checkKeys() error {
	for i, key := range append([]string{c.Key}, c.OldKeys...) {
		if key == "" && i == 0 {
			continue
		}
		if !strings.HasPrefix(key, "file:") && !strings.HasPrefix(key, "aws-kms:") {
			return errors.New("key, old_keys: a key is file:PATH or aws-kms:ARN")
		}
	}
	return nil
}
