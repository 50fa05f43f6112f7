package scanner_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/queue/sqlite"
	"example.com/assay/scanner"
	store "example.com/assay/store/sqlite"
)

// killEnv makes the test binary a scanner process: STEP PATH, where STEP says
// when it kills itself with SIGKILL.
const killEnv = "ASSAY_TEST_KILL"

func suicide() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }

// mortal dies at a step of its third task.
type mortal struct {
	assay.Receiver
	assay.ResultWriter
	step  string
	count atomic.Int64
}

func (m *mortal) Commit(ctx context.Context, r assay.Result) error {
	third := m.count.Add(1) == 3
	if m.step == "sampled" && third {
		suicide()
	}
	err := m.ResultWriter.Commit(ctx, r)
	if m.step == "committed" && third {
		suicide()
	}
	return err
}

func (m *mortal) Finish(ctx context.Context, l assay.Lease) error {
	err := m.Receiver.Finish(ctx, l)
	if m.step == "finished" && m.count.Load() == 3 {
		suicide()
	}
	return err
}

// killedScanner is the scanner process.
func killedScanner() int {
	step, path, _ := strings.Cut(os.Getenv(killEnv), " ")
	if err := runMortal(step, path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func runMortal(step, path string) error {
	ctx := context.Background()
	queue, err := sqlite.Open(ctx, path, sqlite.Options{MaxReceives: 1000, Poll: 5 * time.Millisecond})
	if err != nil {
		return err
	}
	results, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return err
	}
	set, err := engine.Compile([]engine.Rule{emailRule})
	if err != nil {
		return err
	}
	m := &mortal{Receiver: queue, ResultWriter: results, step: step}
	begun := sync.OnceFunc(func() { fmt.Println("begun") })
	concurrency, pace := 1, 3*time.Millisecond
	if step == "random" {
		concurrency, pace = 4, 40*time.Millisecond
	}
	s, err := scanner.New(scanner.Config{
		Receiver: m, Results: m, Set: func(assay.AssetID) *engine.Set { return set }, Concurrency: concurrency, Visibility: 300 * time.Millisecond,
		Open: func(context.Context, string) (assay.Source, error) {
			return &table{columns: []column{{name: "email", values: emails(5)}}, before: func(context.Context, assay.Asset) error {
				begun()
				time.Sleep(pace)
				return nil
			}}, nil
		},
	})
	if err != nil {
		return err
	}
	work, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return errors.Join(s.Run(work, work), queue.Close(), results.Close())
}

// TestKill kills scanner processes until one has worked through the queue; what
// is kept is what a run without faults keeps.
func TestKill(t *testing.T) {
	for _, step := range []string{"sampled", "committed", "finished", "random"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, nil)
			tasks := someTasks(12)
			f.send(tasks...)
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			rng := rand.New(rand.NewPCG(seed, 0))
			kills := 0
			for end := time.Now().Add(3 * patience); f.open() > 0; {
				if time.Now().After(end) {
					t.Fatalf("%d tasks are left after %d kills", f.open(), kills)
				}
				if f.killOne(step, rng) {
					kills++
				}
			}
			if kills == 0 {
				t.Error("no process was killed: the case shows nothing")
			}
			t.Logf("%d processes killed", kills)
			same(t, "kept", wantKept(tasks), kept(t, f.store))
		})
	}
}

// open counts the tasks that are not finished.
func (f *fleet) open() int {
	d, err := f.queue.Depth(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	return d.Waiting + d.Leased
}

// killOne runs a scanner process until it is killed, or has nothing left to do,
// and reports which.
func (f *fleet) killOne(step string, rng *rand.Rand) bool {
	f.Helper()
	exe, err := os.Executable()
	if err != nil {
		f.Fatal(err)
	}
	cmd := exec.CommandContext(f.Context(), exe)
	cmd.Env = append(os.Environ(), killEnv+"="+step+" "+f.path)
	cmd.Stderr = f.Output()
	begun := make(chan struct{})
	cmd.Stdout = notice{begun}
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var randomly <-chan time.Time
	for {
		select {
		case <-ended:
			return true
		case <-begun:
			if begun = nil; step == "random" {
				randomly = time.After(time.Duration(rng.IntN(100)) * time.Millisecond)
			}
		case <-randomly:
			_ = cmd.Process.Kill()
			<-ended
			return true
		case <-time.After(20 * time.Millisecond):
			if f.open() == 0 {
				_ = cmd.Process.Kill()
				<-ended
				return false
			}
		}
	}
}

// notice is closed by the first thing that is written to it.
type notice struct{ begun chan struct{} }

func (n notice) Write(p []byte) (int, error) {
	close(n.begun)
	return len(p), nil
}

// TestNothingLeaks plants a password where a store's configuration has one, and
// content that a verifier finds and fails on, and reads every row of every
// table, and the log.
func TestNothingLeaks(t *testing.T) {
	password, secret := "hunter"+"2!", "maria.lopez"+"@shop.invalid"
	source := &table{columns: []column{
		{name: "email", values: append(emails(4), secret)}, {name: "note", values: repeat("call "+secret+" at once", 4)},
		{name: "photo", values: repeat(secret, 3), media: "image/png"},
	}}
	source.before = func(_ context.Context, a assay.Asset) error {
		switch a.ID {
		case "mysql://db:3306/shop/t000":
			return &assay.Error{Op: "sample", Item: string(a.ID), Reason: assay.ReasonDenied, Err: errors.New("access denied")}
		case "mysql://db:3306/shop/t001":
			panic(secret)
		}
		return nil
	}
	dsn := "ro:" + password + "@tcp(db:3306)/shop" // what only the scanner's configuration knows
	f := newFleet(t, nil)
	f.cfg.Scan.Sealer = fileSealer(t) // matches are kept
	f.cfg.Open = func(_ context.Context, store string) (assay.Source, error) {
		if store != "shop" {
			panic(errors.New("cannot dial " + dsn))
		}
		return source, nil
	}
	elsewhere := task("t004", assay.Plan{})
	elsewhere.Store = "lake"
	f.send(elsewhere)
	f.send(someTasks(4)...)
	f.until(empty)
	if n := len(kept(t, f.store)); n < 8 {
		t.Fatalf("only %d rows are kept: the case shows nothing", n)
	}
	everything := f.dump() + f.log.String()
	for _, file := range []string{f.path, f.path + "-wal"} { // their bytes, as who steals the disk reads them
		bytes, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		everything += string(bytes)
	}
	if n := len(f.rows(f.tables(), "SELECT 1 FROM matches")); n == 0 {
		t.Fatal("no match is kept: the case shows nothing")
	}
	if !strings.Contains(everything, "email_address") || !strings.Contains(everything, "internal error") {
		t.Fatal("the dump is not what it should be")
	}
	for _, planted := range append(emails(4), password, secret, "maria", "lopez") {
		if strings.Contains(everything, planted) {
			t.Errorf("%q was written down", planted)
		}
	}
}

// tables opens the store's file, past the store.
func (f *fleet) tables() *sql.DB {
	f.Helper()
	db, err := sql.Open("sqlite", f.path)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	return db
}

// dump reads every column of every row of every table.
func (f *fleet) dump() string {
	f.Helper()
	db := f.tables()
	var out strings.Builder
	for _, table := range f.rows(db, `SELECT name FROM sqlite_master WHERE type = 'table'`) {
		fmt.Fprintln(&out, table, f.rows(db, `SELECT * FROM "`+table+`"`))
	}
	return out.String()
}

func (f *fleet) rows(db *sql.DB, query string) (out []string) {
	f.Helper()
	rows, err := db.QueryContext(f.Context(), query)
	if err != nil {
		f.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		f.Fatal(err)
	}
	cells, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			f.Fatal(err)
		}
		texts := make([]string, len(cells))
		for i, c := range cells {
			texts[i] = c.String
		}
		out = append(out, strings.Join(texts, " | "))
	}
	if err := rows.Err(); err != nil {
		f.Fatal(err)
	}
	return out
}
