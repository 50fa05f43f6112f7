package config

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Taskcreator is how tasks are created.
type Taskcreator struct {
	// Interval is the time from the beginning of one cycle to that of the next.
	Interval time.Duration `yaml:"interval"`
	// MaxDepth is how many tasks may wait in the queue before no more are sent.
	MaxDepth int `yaml:"max_depth"`
	// Listers is how many stores are listed at the same time, ListTimeout how long
	// one may take.
	Listers     int           `yaml:"listers"`
	ListTimeout time.Duration `yaml:"list_timeout"`
	// Pause is the wait before a deep queue is looked at again.
	Pause time.Duration `yaml:"pause"`
	Every Every         `yaml:"every"`
	// Sample, Bytes and Timeout are how much of an asset is read; 0 means what its
	// source finds right.
	Sample  int           `yaml:"sample"`
	Bytes   Size          `yaml:"bytes"`
	Timeout time.Duration `yaml:"timeout"`
	// Leader is what decides which of several creators is active: auto, kubernetes,
	// database. auto is kubernetes in a pod, and database elsewhere.
	Leader string `yaml:"leader"`
	// LeaderTakeover is how soon another creator takes over from one that vanished.
	LeaderTakeover time.Duration `yaml:"leader_takeover"`
	// MetricsListen is the address for metrics and probes; empty means none.
	MetricsListen string `yaml:"metrics_listen"`
	Prices        Prices `yaml:"prices"`
}

// Every is how often an asset is scanned.
type Every struct {
	Changed  time.Duration `yaml:"changed"`  // one that changed, at the most
	Positive time.Duration `yaml:"positive"` // one in which something was found before
	Gap      time.Duration `yaml:"gap"`      // one that could not be examined
	Clean    time.Duration `yaml:"clean"`    // one that is clean and has not changed
	Resend   time.Duration `yaml:"resend"`   // one whose task brought no result
}

// Prices are what assay taskcreator plan reckons with, in US dollars. The
// defaults are list prices in the region us-east-1 as they are remembered: set
// your own.
type Prices struct {
	QueueMillion  float64 `yaml:"queue_million"`  // a million requests to the queue
	ObjectMillion float64 `yaml:"object_million"` // a million reads of an object store
	Gigabyte      float64 `yaml:"gigabyte"`       // a gigabyte read from a store
}

func defaultTaskcreator() Taskcreator {
	const day = 24 * time.Hour
	return Taskcreator{
		Interval: day, MaxDepth: 10_000, Listers: 4, ListTimeout: time.Hour, Pause: 30 * time.Second,
		Every:  Every{Changed: day, Positive: 7 * day, Gap: day, Clean: 30 * day, Resend: 3 * day},
		Leader: "auto", LeaderTakeover: 15 * time.Second,
		Prices: Prices{QueueMillion: 0.40, ObjectMillion: 0.40},
	}
}

func (t Taskcreator) check(key string) error {
	var errs []error
	want := func(ok bool, name, what string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s.%s: want %s", key, name, what))
		}
	}
	want(t.Interval >= time.Second, "interval", "at least 1s")
	want(t.MaxDepth >= 1, "max_depth", "at least 1")
	want(t.Listers >= 1 && t.Listers <= 100, "listers", "1 to 100")
	want(t.ListTimeout > 0, "list_timeout", "a positive duration")
	want(t.Pause > 0, "pause", "a positive duration")
	want(t.Sample >= 0 && t.Bytes >= 0 && t.Timeout >= 0, "sample, bytes, timeout", "nothing negative")
	want(slices.Contains([]string{"auto", "kubernetes", "database"}, t.Leader), "leader", "auto, kubernetes or database")
	want(t.LeaderTakeover >= time.Second, "leader_takeover", "at least 1s")
	want(t.Prices.QueueMillion >= 0 && t.Prices.ObjectMillion >= 0 && t.Prices.Gigabyte >= 0, "prices", "nothing negative")
	e := t.Every
	want(min(e.Changed, e.Positive, e.Gap, e.Clean, e.Resend) > 0, "every", "positive durations")
	return errors.Join(errs...)
}
