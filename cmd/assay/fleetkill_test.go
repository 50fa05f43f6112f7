package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/assay"
	"example.com/assay/internal/config"
)

// killStep says at which step of its third task the program assay-mortal kills
// itself: it is assay scanner run but for that.
const killStep = "ASSAY_TEST_KILL"

func suicide() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }

// mortal is a store and a queue whose process dies at a step.
type mortal struct {
	assay.Receiver
	assay.ResultWriter
	step  string
	count atomic.Int64
}

func (m *mortal) Commit(ctx context.Context, r assay.Result) error {
	n := m.count.Add(1)
	third := n == 3
	if third && m.step == "sampled" {
		suicide()
	}
	if n >= 3 && m.step == "batch" { // two of ten are done, or about to be
		time.Sleep(200 * time.Millisecond)
		suicide()
	}
	err := m.ResultWriter.Commit(ctx, r)
	if third && m.step == "committed" {
		suicide()
	}
	return err
}

func (m *mortal) Finish(ctx context.Context, l assay.Lease) error {
	err := m.Receiver.Finish(ctx, l)
	if m.step == "finished" && m.count.Load() >= 3 {
		suicide()
	}
	return err
}

// mortalMain is the program assay-mortal.
func mortalMain() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := runMortal(ctx, os.Getenv(killStep)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runMortal(ctx context.Context, step string) error {
	cfg, err := config.Load(config.Sources{})
	if err != nil {
		return err
	}
	cfg.Scanner.Pool = 1
	if step == "batch" {
		cfg.Scanner.Pool = 10
	}
	queue, err := openQueue(ctx, cfg)
	if err != nil {
		return err
	}
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	m := &mortal{Receiver: queue, ResultWriter: database, step: step}
	process, err := newScannerProcess(ctx, &service{cfg: cfg, queue: queue, database: database, registry: prometheus.NewRegistry(), log: newLog(os.Stderr)})
	if err != nil {
		return err
	}
	process.scanner.Receiver, process.scanner.Results = m, m
	return errors.Join(process.run(ctx), database.Close(), queue.Close())
}

// kept returns all that the results hold, a line each.
func kept(t *testing.T, store interface {
	assay.FindingReader
	assay.CoverageReader
}) []string {
	t.Helper()
	var lines []string
	for x, err := range store.Findings(t.Context(), assay.FindingFilter{Gone: true}) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s %d/%d %d %.6f %s %s", x.Asset, x.Field, x.Element, x.State, x.Matched, x.Sampled, x.Hits, x.Confidence, x.Hash, x.Owner))
	}
	for c, err := range store.Coverage(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s %d %d %+v", c.Asset, c.Field, c.Status, c.Reason, c.Sampled, c.Empty, c.Design))
	}
	return lines
}

// faultless returns what a run keeps in which nothing goes wrong: in this
// process, on the embedded queue and store.
func (f *fleetTest) faultless() []string {
	f.Helper()
	cfg := *f.cfg
	cfg.Queue, cfg.Database, cfg.Data = "", "", filepath.Join(f.dir, "faultless")
	queue, err := openQueue(f.Context(), &cfg)
	if err != nil {
		f.Fatal(err)
	}
	defer queue.Close()
	database, err := openDatabase(f.Context(), &cfg)
	if err != nil {
		f.Fatal(err)
	}
	defer database.Close()
	process, err := newScannerProcess(f.Context(), &service{cfg: &cfg, queue: queue, database: database, registry: prometheus.NewRegistry(), log: newLog(f.Output())})
	if err != nil {
		f.Fatal(err)
	}
	clean := *f
	clean.queue, clean.database = queue, database
	ctx, stop := context.WithCancel(f.Context())
	ended := make(chan error, 1)
	go func() { ended <- process.run(ctx) }()
	clean.create("one")
	clean.drained()
	stop()
	if err := <-ended; err != nil {
		f.Fatal(err)
	}
	return kept(f.T, database)
}

// wantFaultless compares what is kept with what a run without faults keeps.
func (f *fleetTest) wantFaultless() {
	f.Helper()
	want, got := strings.Join(f.faultless(), "\n"), strings.Join(kept(f.T, f.database), "\n")
	if strings.Count(want, " active ") < f.tables {
		f.Fatalf("the run without faults found little: %s", want)
	}
	if got != want {
		f.Errorf("kept after kills:\n%s\nwant:\n%s", got, want)
	}
}

// killConfig lets tasks come back soon from scanners that vanished.
const killConfig = "scanner: {visibility: 2s, max_receives: 1000, retry_delay: 100ms}\n"

// TestFleetKilled: processes die by SIGKILL at a step of their work, and what is
// kept is what a run without faults keeps.
func TestFleetKilled(t *testing.T) {
	for _, step := range []string{"sampled", "committed", "finished", "batch"} {
		t.Run(step, func(t *testing.T) {
			if testing.Short() {
				t.Skip("some seconds for each step")
			}
			f := newFleetTest(t, 12, killConfig)
			f.create("one")
			kills := f.mortals(step)
			if kills == 0 {
				t.Error("no process was killed: the case shows nothing")
			}
			t.Logf("%d processes killed", kills)
			f.wantFaultless()
		})
	}
}

// mortals runs processes, one after the other, until the queue is empty, and
// returns how many killed themselves.
func (f *fleetTest) mortals(step string) (kills int) {
	f.Helper()
	self, err := os.Executable()
	if err != nil {
		f.Fatal(err)
	}
	mortal := filepath.Join(f.dir, "assay-mortal")
	if err := os.Symlink(self, mortal); err != nil {
		f.Fatal(err)
	}
	f.program = mortal
	for end := time.Now().Add(fleetPatience); time.Now().Before(end); {
		p := f.start(f.command(), killStep+"="+step)
		for alive := true; alive; {
			select {
			case <-p.ended:
				kills++
				alive = false
			case <-time.After(200 * time.Millisecond):
				if depth, err := f.queue.Depth(f.Context()); err != nil {
					f.Fatal(err)
				} else if depth.Waiting+depth.Leased == 0 {
					f.running(p)
					f.stop(p)
					return kills
				}
			}
		}
	}
	f.Fatalf("tasks are left after %d kills and %v", kills, fleetPatience)
	return kills
}

// TestFleetKilledAtRandom kills one of two processes again and again at random
// times, for some seconds, or a minute in `make e2e` (ASSAY_E2E).
func TestFleetKilledAtRandom(t *testing.T) {
	length := 6 * time.Second
	if os.Getenv("ASSAY_E2E") != "" {
		length = time.Minute
	}
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv("ASSAY_TEST_SEED"); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d (ASSAY_TEST_SEED repeats the times of the kills)", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	f := newFleetTest(t, 30, killConfig)
	// So slow that tasks are at work when a process is killed.
	t.Setenv("ASSAY_STORES_SHOP_LIMITS_REQUESTS_PER_SECOND", "40") // two for each table
	processes, everyone := []*process{f.scanner(), f.scanner()}, []*process{}
	kills := 0
	for end := time.Now().Add(length); time.Now().Before(end); kills++ {
		for _, p := range processes {
			f.running(p)
		}
		f.create(strconv.Itoa(kills))
		time.Sleep(time.Duration(rng.IntN(1500)) * time.Millisecond)
		victim := rng.IntN(len(processes))
		_ = processes[victim].Process.Kill()
		<-processes[victim].ended
		everyone = append(everyone, processes[victim])
		processes[victim] = f.scanner()
	}
	f.drained()
	again := 0
	for _, p := range append(everyone, processes...) {
		again += strings.Count(p.text(), `"received":2`)
	}
	if again == 0 {
		t.Error("no task came twice: no kill hit one at work")
	}
	t.Logf("%d processes killed in %v, about %d deliveries were second ones", kills, length, again)
	for _, p := range processes {
		f.running(p)
		f.stop(p)
	}
	f.wantFaultless()
}
