// Package testserver starts real servers for tests: one of each kind in a test
// process, on a free loopback port, in a private folder. It is for tests only
// and imports the standard library, and a server's client where one is needed
// to ask whether the server is ready.
//
// A server ends with the test process, however that ends: it runs under a small
// shell that waits on a pipe from the test process and, when the pipe closes,
// stops the server by its process id and removes its folder. Tests need no
// TestMain for it.
//
// `make servers` installs the servers (install/all.sh). A test whose
// server is missing is skipped with that hint, and fails where the environment
// variable CI is set. To add a server, write one file like mariadb.go, and one
// script in install/servers/.
package testserver

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// server is a kind of server: how to start one and know that it is ready.
type server struct {
	name string
	// command returns the program and its arguments, to listen on 127.0.0.1 at
	// port and keep all its files in dir. It may prepare dir.
	command func(dir string, port int) ([]string, error)
	// ready returns nil once the server answers.
	ready func(ctx context.Context, dir string, port int) error
	// patience is how long the server may take to be ready.
	patience time.Duration
}

// instance is a running server.
type instance struct {
	dir  string
	port int
	stop func() // also keeps the supervisor's pipe open
}

// missing is the error of a server that is not installed.
type missing struct{ name, what string }

func (m *missing) Error() string {
	return fmt.Sprintf("%s is not installed: %s (run `make servers`)", m.name, m.what)
}

// need is for the head of a test: it skips the test when its server is not
// installed, which is a failure in CI, and fails it on any other error.
func need(t testing.TB, err error) {
	t.Helper()
	var m *missing
	switch {
	case err == nil:
	case errors.As(err, &m) && os.Getenv("CI") == "":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

// find returns the path of a program that is in the PATH or in one of the
// folders for system programs.
func find(server, program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/sbin"} {
		if path, err := exec.LookPath(filepath.Join(dir, program)); err == nil {
			return path, nil
		}
	}
	return "", &missing{server, "no program " + program}
}

// cacheDir returns the folder of what the servers' tests keep from run to run:
// what install/ downloads and templates of data folders.
func cacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil { // no home folder
		base = os.TempDir()
	}
	dir := filepath.Join(base, "assay-test")
	return dir, os.MkdirAll(dir, 0o755)
}

// attempts is how often start tries, each time on another port: somebody else
// may take a port between the moment it is found free and the server's start.
const attempts = 3

// start starts the server and waits until it is ready.
func (s server) start() (instance, error) {
	for attempt := 1; ; attempt++ {
		i, died, err := s.startOnce()
		if err == nil || !died || attempt == attempts {
			return i, err
		}
	}
}

// startOnce reports also whether the server ended by itself.
func (s server) startOnce() (i instance, died bool, err error) {
	if i.port, err = freePort(); err != nil {
		return i, false, err
	}
	if i.dir, err = os.MkdirTemp("", "assay-"+s.name+"-"); err != nil {
		return i, false, err
	}
	argv, err := s.command(i.dir, i.port)
	if err != nil {
		os.RemoveAll(i.dir)
		return i, false, err
	}
	stop, err := s.watch(i.dir, argv)
	if err != nil {
		os.RemoveAll(i.dir)
		return i, false, fmt.Errorf("start %s: %w", s.name, err)
	}
	if died, err = s.await(i); err != nil {
		err = fmt.Errorf("start %s: %w; its log ends with:\n%s", s.name, err, logTail(i.dir))
		stop()
	}
	i.stop = stop
	return i, died, err
}

// supervisor is the shell script that every server runs under.
//
//go:embed supervise.sh
var supervisor string

// watch runs the program under the supervisor. The server ends when stop is
// called, which waits for it, or when the test process ends.
func (s server) watch(dir string, argv []string) (stop func(), err error) {
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command("/bin/sh", append([]string{"-c", supervisor, "supervise", dir}, argv...)...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt from the terminal is for the test
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() { pipe.Close(); cmd.Wait() }, nil
}

// await waits until the server is ready, and reports whether it ended instead.
func (s server) await(i instance) (died bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.patience)
	defer cancel()
	for {
		if err = s.ready(ctx, i.dir, i.port); err == nil {
			return false, nil
		}
		if code, err := os.ReadFile(filepath.Join(i.dir, "exited")); err == nil {
			return true, fmt.Errorf("it ended with exit code %s", strings.TrimSpace(string(code)))
		}
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("not ready after %v: %w", s.patience, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// freePort returns a loopback port that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// logTail returns the last lines of the server's log.
func logTail(dir string) string {
	b, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}
