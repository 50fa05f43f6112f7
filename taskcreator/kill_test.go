package taskcreator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"example.com/assay"
	queue "example.com/assay/queue/sqlite"
	store "example.com/assay/store/sqlite"

	"go.uber.org/goleak"
)

// killEnv makes the test binary a task creator: STEP PATH, where STEP says when
// it kills itself with SIGKILL.
const killEnv = "ASSAY_TEST_KILL"

func TestMain(m *testing.M) {
	if env := os.Getenv(killEnv); env != "" {
		step, path, _ := strings.Cut(env, " ")
		if err := runMortal(step, path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// killAssets is how many assets the creator that dies has to queue: several
// pages, and many batches.
const killAssets = 2*page + 130

// mortal dies at a step of its third call.
type mortal struct {
	Memory
	assay.Sender
	step               string
	kept, sends, notes atomic.Int64
}

func (m *mortal) die(step string, n int64) {
	if m.step == step && n == 3 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
}

func (m *mortal) Keep(ctx context.Context, assets ...assay.Planned) error {
	n := m.kept.Add(1)
	err := m.Memory.Keep(ctx, assets...)
	m.die("listing", n)
	return err
}

func (m *mortal) Send(ctx context.Context, tasks ...assay.Task) error {
	n := m.sends.Add(1)
	m.die("unsent", n)
	err := m.Sender.Send(ctx, tasks...)
	m.die("sent", n)
	if m.step == "random" {
		time.Sleep(2 * time.Millisecond) // so that most kills are in the middle
	}
	return err
}

func (m *mortal) Sent(ctx context.Context, at time.Time, assets ...assay.AssetID) error {
	err := m.Memory.Sent(ctx, at, assets...)
	m.die("noted", m.notes.Add(1))
	return err
}

func runMortal(step, path string) error {
	ctx := context.Background()
	q, err := queue.Open(ctx, path, queue.Options{})
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return err
	}
	m := &mortal{Memory: s, Sender: q, step: step}
	c, err := New(Config{
		Catalogue: &catalogue{stores: []assay.DataStore{dataStore("shop")}, assets: map[string][]assay.Asset{"shop": tables("shop", killAssets)}},
		Memory:    m, Sender: m, Depth: q.Depth, Results: s,
	})
	if err != nil {
		return err
	}
	fmt.Println("begun")
	sum, err := c.Once(ctx)
	if err == nil && sum.Full {
		err = errors.New("the queue is full")
	}
	return err
}

// creator runs the process and reports whether it was killed.
func runProcess(t *testing.T, step, path string, after time.Duration) (killed bool) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), killEnv+"="+step+" "+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 16)); err != nil {
		t.Fatal("the process did not begin")
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
	}
	err = cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && !exit.Exited() {
		return true
	}
	if err != nil {
		t.Fatal(err)
	}
	return false
}

// A creator that is killed in the middle, at whatever step, and run again leaves
// what one run leaves: a task for each asset, once.
func TestKill(t *testing.T) {
	for _, step := range []string{"listing", "unsent", "sent", "noted"} {
		t.Run(step, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "assay.db")
			if !runProcess(t, step, path, 0) {
				t.Fatal("it was not killed")
			}
			if runProcess(t, "", path, 0) {
				t.Fatal("it was killed again")
			}
			wantTasks(t, path)
		})
	}
}

func TestKillAtRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("it kills processes for a while, in which -race has nothing to see")
	}
	const rounds = 4
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	for range rounds {
		path := filepath.Join(t.TempDir(), "assay.db")
		kills := 0
		// A listing that is killed begins anew, so that the time grows.
		for runProcess(t, "random", path, time.Duration(5+random.IntN(120+20*kills))*time.Millisecond) {
			if kills++; kills > 200 {
				t.Fatal("it does not come to its end")
			}
			if isDone(t, path) { // killed between its last word and its end: another run would begin another cycle
				break
			}
		}
		t.Logf("%d kills", kills)
		wantTasks(t, path)
	}
}

// isDone reports whether the cycle has come to its end.
func isDone(t *testing.T, path string) bool {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cycle, err := s.Cycle(t.Context())
	return err == nil && !cycle.Done.IsZero()
}

// wantTasks checks that the queue has one task for each asset, all of one cycle.
func wantTasks(t *testing.T, path string) {
	t.Helper()
	q, err := queue.Open(t.Context(), path, queue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cycle, err := s.Cycle(t.Context())
	if err != nil || cycle.Done.IsZero() {
		t.Fatalf("cycle %+v, %v", cycle, err)
	}
	n := 0
	assets := map[assay.AssetID]bool{}
	for task, err := range q.List(t.Context(), assay.QueueWaiting) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		assets[task.Task.Asset.ID] = true
		if want := assay.NewTask(assay.TaskScan, "shop", cycle.Name, task.Task.Asset, assay.Plan{}); task.Task.ID != want.ID {
			t.Fatalf("task %s is of another cycle", task.Task.ID)
		}
	}
	if n != killAssets || len(assets) != killAssets {
		t.Errorf("%d tasks of %d assets, want %d of each", n, len(assets), killAssets)
	}
}
