package config

import (
	"errors"
	"fmt"
	"time"
)

// Scanner is how scanner processes work.
type Scanner struct {
	// Pool is how many tasks a process works on at the same time.
	Pool int `yaml:"pool"`
	// Visibility is how long a task is another's when its scanner vanishes.
	Visibility time.Duration `yaml:"visibility"`
	// Grace is how long tasks at hand may take when the process is told to stop;
	// then they are handed back.
	Grace time.Duration `yaml:"grace"`
	// Refresh is how often verifiers are read from the database.
	Refresh time.Duration `yaml:"refresh"`
	// RetryDelay is the wait before a task that failed is tried again, at first.
	RetryDelay time.Duration `yaml:"retry_delay"`
	// MaxReceives is how often a task is received before it is dead; a queue of
	// SQS has its own number from when it was made.
	MaxReceives int `yaml:"max_receives"`
	// MetricsListen is the address for metrics and probes; empty means none.
	MetricsListen string `yaml:"metrics_listen"`
}

func defaultScanner() Scanner {
	return Scanner{
		Pool: 4, Visibility: 2 * time.Minute, Grace: 20 * time.Second, Refresh: time.Minute,
		RetryDelay: 10 * time.Second, MaxReceives: 5,
	}
}

func (s Scanner) check(key string) error {
	var errs []error
	least := func(ok bool, name, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s.%s: want %s", key, name, want))
		}
	}
	least(s.Pool >= 1 && s.Pool <= 1000, "pool", "1 to 1000")
	least(s.Visibility >= time.Second && s.Visibility <= 12*time.Hour, "visibility", "1s to 12h")
	least(s.Grace >= 0, "grace", "no negative duration")
	least(s.Refresh >= 100*time.Millisecond, "refresh", "at least 100ms")
	least(s.RetryDelay > 0, "retry_delay", "a positive duration")
	least(s.MaxReceives >= 1, "max_receives", "at least 1")
	return errors.Join(errs...)
}
