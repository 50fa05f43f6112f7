package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/leader/leadertest"
	"example.com/assay/store/mysql"
	"example.com/assay/store/sqlite"
	"example.com/assay/store/sqlstore"

	"go.uber.org/goleak"
)

// processEnv makes the test binary a candidate on the database that it names.
const processEnv = "ASSAY_TEST_LEADER"

func TestMain(m *testing.M) {
	if database := os.Getenv(processEnv); database != "" {
		if err := candidate(database); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func candidate(database string) error {
	store, err := openAny(context.Background(), database)
	if err != nil {
		return err
	}
	l, err := New(store, "test", "process", quick)
	if err != nil {
		return err
	}
	return leadertest.Process(l)
}

func openAny(ctx context.Context, database string) (*sqlstore.Store, error) {
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		s, err := sqlite.Open(ctx, path, sqlite.Options{})
		if err != nil {
			return nil, err
		}
		return s.Store, nil
	}
	s, err := mysql.Open(ctx, database, mysql.Options{})
	if err != nil {
		return nil, err
	}
	return s.Store, nil
}

var quick = Options{Duration: 2 * time.Second, Deadline: time.Second, Retry: 50 * time.Millisecond}

// databases are the real ones that are tested.
var databases = map[string]func(t *testing.T) string{
	"sqlite":  func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "store.db") },
	"mariadb": func(t *testing.T) string { return testserver.MariaDB(t).DSN() },
}

func TestConformance(t *testing.T) {
	for name, database := range databases {
		t.Run(name, func(t *testing.T) {
			leadertest.Run(t, func(t *testing.T) func() assay.Leadership {
				where := database(t)
				return func() assay.Leadership {
					store, err := openAny(t.Context(), where)
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { store.Close() })
					return newLeader(t, store)
				}
			})
		})
	}
}

func newLeader(t *testing.T, store assay.ClaimStore) *Leader {
	t.Helper()
	l, err := New(store, "test", "me", quick)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A leader that is killed is followed by another process.
func TestKill(t *testing.T) {
	for name, database := range databases {
		t.Run(name, func(t *testing.T) { leadertest.Kill(t, processEnv+"="+database(t)) })
	}
}

// flaky is a database that can go away.
type flaky struct {
	assay.ClaimStore
	down atomic.Bool
}

func (f *flaky) SwapClaim(ctx context.Context, name string, seen, next assay.Claim) (bool, error) {
	if f.down.Load() {
		return false, errors.New("it is down")
	}
	return f.ClaimStore.SwapClaim(ctx, name, seen, next)
}

// A leader that cannot renew its claim stops before another one may lead, and
// leads again when the database is back.
func TestDatabaseGone(t *testing.T) {
	store, err := openAny(t.Context(), databases["sqlite"](t))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	f := &flaky{ClaimStore: store}
	times := 0
	err = newLeader(t, f).Lead(t.Context(), func(ctx context.Context) error {
		if times++; times == 2 {
			return nil
		}
		f.down.Store(true)
		begun := time.Now()
		<-ctx.Done()
		if took := time.Since(begun); took >= quick.Duration {
			t.Errorf("it led for %v without a renewal, and others wait %v", took, quick.Duration)
		}
		f.down.Store(false)
		return ctx.Err()
	})
	if err != nil || times != 2 {
		t.Errorf("led %d times, %v", times, err)
	}
}

// A claim that somebody takes away is lost.
func TestTakenAway(t *testing.T) {
	store, err := openAny(t.Context(), databases["sqlite"](t))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	times := 0
	err = newLeader(t, store).Lead(t.Context(), func(ctx context.Context) error {
		if times++; times == 2 {
			return nil
		}
		for taken := false; !taken; {
			claim, err := store.Claim(ctx, "test")
			if err == nil {
				taken, err = store.SwapClaim(ctx, "test", claim, assay.Claim{Holder: "thief", Renewals: claim.Renewals})
			}
			if err != nil {
				return err
			}
		}
		<-ctx.Done()
		return nil
	})
	if err != nil || times != 2 {
		t.Errorf("led %d times, %v", times, err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, o := range []Options{{Duration: -1}, {Retry: time.Minute}, {Duration: time.Second, Deadline: 2 * time.Second}} {
		if _, err := New(nil, "x", "me", o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}
