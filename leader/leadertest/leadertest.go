// Package leadertest is the conformance suite of assay.Leadership.
//
// It imports the root package only, and is itself imported by tests only.
package leadertest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"
)

// patience is for what should take no time at all, on a machine that is busy.
const patience = 30 * time.Second

// Run checks candidates for one leadership. open makes a place for one, empty,
// and returns a function that makes candidates for it: they should be quick.
func Run(t *testing.T, open func(t *testing.T) (candidate func() assay.Leadership)) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, func() assay.Leadership){
		"one at a time": oneAtATime, "handed over": handedOver, "what fails": fails, "ended before": ended, "again": again,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

// oneAtATime: of several candidates one leads at a time, and each in its turn.
func oneAtATime(t *testing.T, candidate func() assay.Leadership) {
	var leading, turns atomic.Int64
	var group sync.WaitGroup
	for range 4 {
		c := candidate()
		group.Go(func() {
			err := c.Lead(t.Context(), func(context.Context) error {
				if n := leading.Add(1); n != 1 {
					t.Errorf("%d lead at the same time", n)
				}
				time.Sleep(20 * time.Millisecond)
				leading.Add(-1)
				turns.Add(1)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if turns.Load() != 4 {
		t.Errorf("%d of 4 have led", turns.Load())
	}
}

// handedOver: whoever is told to stop finishes first, and then the next one leads.
func handedOver(t *testing.T, candidate func() assay.Leadership) {
	ctx, cancel := context.WithCancel(t.Context())
	first, second := make(chan struct{}), make(chan struct{})
	var busy atomic.Bool
	results := make(chan error, 2)
	go func(c assay.Leadership) {
		results <- c.Lead(ctx, func(ctx context.Context) error {
			busy.Store(true)
			close(first)
			<-ctx.Done()
			time.Sleep(50 * time.Millisecond) // to wind up
			busy.Store(false)
			return ctx.Err()
		})
	}(candidate())
	wait(t, first, "the first to lead")
	go func(c assay.Leadership) {
		results <- c.Lead(t.Context(), func(context.Context) error {
			if busy.Load() {
				t.Error("the second leads while the first winds up")
			}
			close(second)
			return nil
		})
	}(candidate())
	cancel()
	wait(t, second, "the second to lead")
	for range 2 {
		if err := <-results; err != nil {
			t.Errorf("Lead: %v", err)
		}
	}
}

func wait(t *testing.T, done <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
	}
}

// fails: the error of what a leader does comes back, and the next one may lead.
func fails(t *testing.T, candidate func() assay.Leadership) {
	broken := errors.New("it is broken")
	if err := candidate().Lead(t.Context(), func(context.Context) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if err := candidate().Lead(t.Context(), func(context.Context) error { return nil }); err != nil {
		t.Errorf("after that: %v", err)
	}
}

// ended: a candidate that waits stops when it is told to.
func ended(t *testing.T, candidate func() assay.Leadership) {
	leads, stop := make(chan struct{}), make(chan struct{})
	var group sync.WaitGroup
	leader := candidate()
	group.Go(func() {
		_ = leader.Lead(t.Context(), func(context.Context) error {
			close(leads)
			<-stop
			return nil
		})
	})
	wait(t, leads, "the leader")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := candidate().Lead(ctx, func(context.Context) error {
		t.Error("two lead")
		return nil
	}); err != nil {
		t.Error(err)
	}
	close(stop)
	group.Wait()
}

// again: the same candidate may lead again.
func again(t *testing.T, candidate func() assay.Leadership) {
	c := candidate()
	for range 3 {
		led := false
		if err := c.Lead(t.Context(), func(context.Context) error { led = true; return nil }); err != nil || !led {
			t.Errorf("led %v, %v", led, err)
		}
	}
}

// Process is what the test's processes do: it leads and says so on standard
// output until it is killed.
func Process(c assay.Leadership) error {
	return c.Lead(context.Background(), func(ctx context.Context) error {
		fmt.Println("leading")
		<-ctx.Done()
		fmt.Println("lost")
		return nil
	})
}

// Kill starts processes of this test's binary, which the environment variable
// makes candidates, and kills whichever leads: another one takes over.
func Kill(t *testing.T, variable string) {
	t.Helper()
	first := start(t, variable)
	first.wait(t, "leading")
	second := start(t, variable)
	select {
	case said := <-second.says:
		t.Fatalf("the second says %q while the first leads", said)
	case <-time.After(time.Second):
	}
	begun := time.Now()
	first.kill(t)
	second.wait(t, "leading")
	t.Logf("taken over %v after the kill", time.Since(begun).Round(10*time.Millisecond))
	third := start(t, variable)
	second.kill(t)
	third.wait(t, "leading")
}

// process is a candidate.
type process struct {
	cmd  *exec.Cmd
	says chan string
}

func start(t *testing.T, variable string) *process {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(binary), says: make(chan string, 10)}
	p.cmd.Env = append(os.Environ(), variable)
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go p.listen(out)
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	})
	return p
}

func (p *process) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		p.says <- strings.TrimSpace(lines.Text())
	}
	close(p.says)
}

func (p *process) wait(t *testing.T, want string) {
	t.Helper()
	select {
	case said := <-p.says:
		if said != want {
			t.Fatalf("the process says %q, want %q", said, want)
		}
	case <-time.After(patience):
		t.Fatalf("the process does not say %q", want)
	}
}

// kill sends SIGKILL: nothing is handed over.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
}
