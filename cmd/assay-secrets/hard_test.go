package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The most memory that the program itself may take for files and folders, in
// KiB; git, which unpacks a history, may take what its cache of deltas holds.
const (
	hardMemory = 64 << 10
	hardGit    = 640 << 10
)

// TestHard scans what is large, in bounded memory, and finds what is hidden in
// it. It takes minutes and 3 GB of disk: make e2e.
func TestHard(t *testing.T) {
	if os.Getenv("ASSAY_E2E") == "" {
		t.Skip("takes minutes: ASSAY_E2E=1, or make e2e")
	}
	tests := []struct {
		name   string
		make   func(t *testing.T, dir string, hidden []string)
		args   []string
		memory int64
	}{
		{"a file of 2 GB", makeLines, []string{"scan"}, hardMemory},
		{"JSON of 300 MB in one line", makeOneLine, []string{"scan"}, hardMemory},
		{"binaries of 300 MB", makeBinaries, []string{"scan"}, hardMemory},
		{"200,000 files", makeFiles, []string{"scan"}, hardMemory},
		{"100,000 commits", makeCommits, []string{"scan", "--git"}, hardGit},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			hidden := []string{connection(), connection(), connection()}
			tt.make(t, dir, hidden)
			began := time.Now()
			out, errs, state := runSelf(t, append(tt.args, "--format", "jsonl", dir)...)
			used := state.SysUsage().(*syscall.Rusage).Maxrss
			t.Logf("FIGURE %s: %.1f s, %.1f s of processor time, %d MB\n%s", tt.name, time.Since(began).Seconds(),
				(state.UserTime() + state.SystemTime()).Seconds(), used>>10, errs)
			if n := strings.Count(out, "\n"); n != len(hidden) || state.ExitCode() != 1 {
				t.Errorf("%d places, exit code %d, want %d and 1\n%s", n, state.ExitCode(), len(hidden), out)
			}
			if used > tt.memory {
				t.Errorf("%d MB of memory, want at most %d", used>>10, tt.memory>>10)
			}
			for _, h := range hidden {
				if password := h[len("postgres://app:"):][:20]; strings.Contains(out+errs, password) {
					t.Error("a secret is shown")
				}
			}
		})
	}
}

// connection makes a connection string with a password.
func connection() string {
	return "postgres://app:" + rand.Text()[:20] + "@db7.corp.internal:5432/orders"
}

// runSelf runs the program.
func runSelf(t *testing.T, args ...string) (stdout, stderr string, state *os.ProcessState) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "assay-secrets")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, program, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState
}

// writeTo makes a file of a folder.
func writeTo(t *testing.T, name string, fill func(w io.Writer)) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fill(w)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// repeat writes a filling until size bytes are there, with hidden lines spread
// over it, the last one at its end.
func repeat(w io.Writer, filling string, size int, hidden []string) {
	chunk := []byte(strings.Repeat(filling, 1<<20/len(filling)))
	n := max(1, size/len(chunk)/len(hidden))
	for _, h := range hidden {
		for range n {
			w.Write(chunk)
		}
		io.WriteString(w, h)
	}
}

func makeLines(t *testing.T, dir string, hidden []string) {
	writeTo(t, filepath.Join(dir, "big.log"), func(w io.Writer) {
		lines := make([]string, len(hidden))
		for i, h := range hidden {
			lines[i] = "db " + h + "\n"
		}
		repeat(w, "2026-11-22T10:00:00Z INFO request served in 12 ms to client seven, nothing to add\n", 2<<30, lines)
	})
}

func makeOneLine(t *testing.T, dir string, hidden []string) {
	writeTo(t, filepath.Join(dir, "line.json"), func(w io.Writer) {
		members := make([]string, len(hidden))
		for i, h := range hidden {
			members[i] = fmt.Sprintf(`"db%d": "%s", `, i, h)
		}
		io.WriteString(w, "{")
		repeat(w, `"order": {"id": 17, "state": "sent", "lines": [1, 2, 3]}, `, 300<<20, members)
		io.WriteString(w, `"end": true}`)
	})
}

// makeBinaries hides the secrets in a text beside what is binary.
func makeBinaries(t *testing.T, dir string, hidden []string) {
	for i := range 30 {
		writeTo(t, filepath.Join(dir, fmt.Sprintf("image%d.bin", i)), func(w io.Writer) {
			io.CopyN(w, rand.Reader, 10<<20)
			io.WriteString(w, "\x00")
		})
	}
	writeTo(t, filepath.Join(dir, "a.txt"), func(w io.Writer) { io.WriteString(w, strings.Join(hidden, "\n")) })
}

func makeFiles(t *testing.T, dir string, hidden []string) {
	const files, perFolder = 200_000, 500
	for i := range files {
		folder := filepath.Join(dir, fmt.Sprintf("d%d", i/perFolder))
		if i%perFolder == 0 {
			if err := os.Mkdir(folder, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		text := "package x // nothing to see\n"
		if part := files / len(hidden); i%part == part-1 {
			text += "// " + hidden[i/part] + "\n"
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("f%d.go", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func makeCommits(t *testing.T, dir string, hidden []string) {
	const commits = 100_000
	if out, err := exec.Command("git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var history bytes.Buffer
	for i := range commits {
		text := fmt.Sprintf("version %d\n%s", i, strings.Repeat("a line that stays\n", 20))
		if part := commits / len(hidden); i%part == part/2 {
			text += hidden[i/part] + "\n"
		}
		fmt.Fprintf(&history, "commit refs/heads/main\ncommitter a <a@example.com> %d +0000\ndata 1\nx\nM 100644 inline f%d.txt\ndata %d\n%s\n",
			1_700_000_000+i, i%200, len(text), text)
	}
	cmd := exec.Command("git", "-C", dir, "fast-import", "--quiet")
	cmd.Stdin = &history
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
