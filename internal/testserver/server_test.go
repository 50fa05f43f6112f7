package testserver

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

func shell(script string, ready func(ctx context.Context, dir string, port int) error) server {
	return server{
		name:     "shell",
		command:  func(string, int) ([]string, error) { return []string{"/bin/sh", "-c", script}, nil },
		ready:    ready,
		patience: 200 * time.Millisecond,
	}
}

func never(context.Context, string, int) error { return errors.New("no answer") }

func TestStartFailures(t *testing.T) {
	tests := []struct {
		name, script string
		want         []string
	}{
		{"ends", "echo out of luck; exit 7", []string{"start shell", "exit code 7", "out of luck"}},
		{"never ready", "echo sleepy; exec sleep 60", []string{"not ready after", "no answer", "sleepy"}},
		{"no program", "exec /no/such/program", []string{"exit code 127"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i, err := shell(tt.script, never).start()
			if err == nil {
				t.Fatal("start succeeded")
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error %q does not say %q", err, w)
				}
			}
			if _, err := os.Stat(i.dir); err == nil && i.dir != "" {
				t.Errorf("folder %s was left", i.dir)
			}
		})
	}
}

func TestStop(t *testing.T) {
	i, err := shell("exec sleep 60", func(context.Context, string, int) error { return nil }).start()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	i.stop()
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if _, err := os.Stat(i.dir); !os.IsNotExist(err) {
		t.Errorf("folder %s was left", i.dir)
	}
}

// recorder is a testing.TB that notes how a test ended.
type recorder struct {
	testing.TB
	skipped, failed string
}

func (r *recorder) Helper()           {}
func (r *recorder) Skip(args ...any)  { r.skipped = args[0].(error).Error() }
func (r *recorder) Fatal(args ...any) { r.failed = args[0].(error).Error() }

func TestNeed(t *testing.T) {
	absent := &missing{"mariadb", "no program mariadbd"}
	tests := []struct {
		name             string
		err              error
		ci               string
		skipped, failure bool
	}{
		{"there", nil, "", false, false},
		{"missing", absent, "", true, false},
		{"missing in CI", absent, "true", false, true},
		{"broken", errors.New("broken"), "", false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("CI", tt.ci)
			r := &recorder{TB: t}
			need(r, tt.err)
			if (r.skipped != "") != tt.skipped || (r.failed != "") != tt.failure {
				t.Errorf("skipped %q, failed %q", r.skipped, r.failed)
			}
			if tt.skipped && !strings.Contains(r.skipped, "make servers") {
				t.Errorf("no hint in %q", r.skipped)
			}
		})
	}
}
