package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/taskcreator"
)

// TestBenchService prints the figures of `make bench-service`: real processes on
// a real queue and database. It asserts no speed.
func TestBenchService(t *testing.T) {
	if os.Getenv("ASSAY_BENCH") == "" {
		t.Skip("set ASSAY_BENCH, or run make bench-service")
	}
	t.Run("empty", benchEmpty)
	t.Run("embedded", benchEmbedded)
	t.Run("processes", benchProcesses)
	t.Run("memory", benchMemory)
	t.Run("change", benchChange)
}

// emptyFiles makes a store of files without content, and configures it.
func emptyFiles(t *testing.T, n int) (config string) {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.csv", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return "  empty: {uri: " + dir + "}\n"
}

// createFrom queues a task for each asset of a store, in some cycles.
func (f *fleetTest) createFrom(store string, cycles int) (tasks int) {
	f.Helper()
	source, err := openStore(f.cfg)(f.Context(), store)
	if err != nil {
		f.Fatal(err)
	}
	defer source.Close()
	for cycle := range cycles {
		sum, err := taskcreator.Create(f.Context(), taskcreator.One{Source: source, Store: store, Cycle: strconv.Itoa(cycle),
			Plan: assay.Plan{Rows: 100, Seed: 1}, Sender: f.queue, Results: f.database})
		if err != nil {
			f.Fatal(err)
		}
		tasks += sum.Tasks
	}
	return tasks
}

// span is the time from the first start of a scan to the last end of one.
func (f *fleetTest) span() time.Duration {
	f.Helper()
	var first, last int64
	if err := f.kept.Open(f.T).QueryRow("SELECT MIN(started), MAX(finished) FROM scans").Scan(&first, &last); err != nil {
		f.Fatal(err)
	}
	return time.Duration(last-first) * time.Millisecond
}

func benchEmpty(t *testing.T) {
	extra := emptyFiles(t, 1000)
	f := newFleetTest(t, 0, extra+"scanner: {pool: 20}\n")
	n := f.createFrom("empty", 3)
	p := f.scanner()
	f.until("a scanner", func() bool { return strings.Contains(p.text(), "scanner runs") })
	before, begun := p.seconds(), time.Now()
	f.drained()
	took := time.Since(begun)
	t.Logf("FIGURE %.0f empty tasks/s in one scanner on SQS (%d in %v, pool 20, a commit to MariaDB each), %.2f ms a task of its processor time",
		float64(n)/took.Seconds(), n, took.Round(time.Millisecond), (p.seconds()-before)*1000/float64(n))
	f.stop(p)
}

func benchEmbedded(t *testing.T) {
	extra := emptyFiles(t, 1000)
	f := newFleetTest(t, 0, extra)
	f.embed()
	n := f.createFrom("empty", 3)
	p := f.scanner("--set", "queue="+string(f.cfg.Queue), "--set", "database="+string(f.cfg.Database))
	f.until("a scanner", func() bool { return strings.Contains(p.text(), "scanner runs") })
	before := p.seconds()
	begun := time.Now()
	f.drained()
	took := time.Since(begun)
	t.Logf("FIGURE %.2f ms a task embedded, %.2f ms of them processor time (%d empty tasks in %v, pool 4)",
		took.Seconds()*1000/float64(n), (p.seconds()-before)*1000/float64(n), n, took.Round(time.Millisecond))
	f.stop(p)
}

// embed replaces queue and database by embedded ones.
func (f *fleetTest) embed() {
	f.Helper()
	cfg := *f.cfg
	if err := cfg.Queue.UnmarshalText([]byte("sqlite:" + filepath.Join(f.dir, "queue.db"))); err != nil {
		f.Fatal(err)
	}
	if err := cfg.Database.UnmarshalText([]byte("sqlite:" + filepath.Join(f.dir, "assay.db"))); err != nil {
		f.Fatal(err)
	}
	queue, err := openQueue(f.Context(), &cfg)
	if err != nil {
		f.Fatal(err)
	}
	database, err := openDatabase(f.Context(), &cfg)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { queue.Close(); database.Close() })
	f.cfg, f.queue, f.database = &cfg, queue, database
}

// seconds is the processor time of a process.
func (p *process) seconds() float64 { return p.number("process_cpu_seconds_total") }

// number is one metric without labels.
func (p *process) number(name string) float64 {
	_, text := p.get("/metrics")
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			if err == nil {
				return n
			}
		}
	}
	return 0
}

// benchProcesses has tables enough for what every process does once, at its first
// tasks, not to decide.
func benchProcesses(t *testing.T) {
	var one time.Duration
	for _, n := range []int{1, 4} {
		f := newFleetTest(t, 480, "scanner: {pool: 4}\n")
		address := slowed(t, f.shop.Addr, 50*time.Millisecond)
		slow := f.cfg.Stores["shop"]
		slow.URI = config.URI(fmt.Sprintf("mysql://%s@%s/%s", f.shop.User, address, f.shop.Name))
		f.cfg.Stores["shop"] = slow
		t.Setenv("ASSAY_STORES_SHOP_URI", string(slow.URI))
		var scanners []*process
		for range n {
			scanners = append(scanners, f.scanner())
		}
		for _, p := range scanners {
			f.until("a ready scanner", func() bool { code, _ := p.get("/readyz"); return code == 200 })
		}
		tasks := f.createFrom("shop", 1)
		f.drained()
		took := f.span()
		if found := len(f.findings("email_address")); found != f.tables {
			t.Fatalf("%d findings, want %d", found, f.tables)
		}
		cpu := 0.0
		for _, p := range scanners {
			cpu += p.seconds()
		}
		t.Logf("%d processes of pool 4: %d tasks in %v, %.1f s of processor time since their start", n, tasks, took.Round(time.Millisecond), cpu)
		if n == 1 {
			one = took
		} else {
			t.Logf("FIGURE %.2f times as fast with 4 processes as with 1", one.Seconds()/took.Seconds())
		}
		for _, p := range scanners {
			f.stop(p)
		}
	}
}

// slowed returns the address of a proxy that holds back every answer of a server.
func slowed(t *testing.T, server string, delay time.Duration) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go slowConnection(t.Context(), client, server, delay)
		}
	}()
	return l.Addr().String()
}

func slowConnection(ctx context.Context, client net.Conn, server string, delay time.Duration) {
	defer client.Close()
	var d net.Dialer
	upstream, err := d.DialContext(ctx, "tcp", server)
	if err != nil {
		return
	}
	defer upstream.Close()
	go func() {
		_, _ = io.Copy(upstream, client)
		upstream.Close()
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := upstream.Read(buffer)
		time.Sleep(delay)
		if _, bad := client.Write(buffer[:n]); bad != nil || err != nil {
			return
		}
	}
}

func benchMemory(t *testing.T) {
	f := newFleetTest(t, 40, "scanner: {pool: 8}\n")
	p := f.scanner()
	f.until("a ready scanner", func() bool { code, _ := p.get("/readyz"); return code == 200 })
	ready := p.resident(t, "VmRSS")
	f.createFrom("shop", 3)
	f.drained()
	t.Logf("FIGURE %d MB resident when ready (library and dictionaries), at most %d MB while it worked (pool 8)", ready, p.resident(t, "VmHWM"))
	f.stop(p)
}

// resident is a process's memory in MB, as the kernel counts it.
func (p *process) resident(t *testing.T, what string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		t.Skip(err)
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == what+":" {
			kb, err := strconv.Atoi(fields[1])
			if err != nil {
				t.Fatal(err)
			}
			return kb >> 10
		}
	}
	t.Fatal("the kernel does not tell")
	return 0
}

func benchChange(t *testing.T) {
	f := newFleetTest(t, 0, "scanner: {refresh: 2s}\n")
	scanners := []*process{f.scanner(), f.scanner(), f.scanner()}
	for _, p := range scanners {
		f.until("verifiers", func() bool { return p.hash() != "" })
	}
	before := scanners[0].hash()
	file := filepath.Join(f.dir, "badge.json")
	if err := os.WriteFile(file, []byte(badgeDefinition(`BX-[0-9]{4}`)), 0o600); err != nil {
		t.Fatal(err)
	}
	f.assay("verifiers", "add", file, "--author", "ada", "--reason", "a figure", "--now")
	begun := time.Now()
	f.until("the change everywhere", func() bool {
		for _, p := range scanners {
			if p.hash() == before {
				return false
			}
		}
		return true
	})
	t.Logf("FIGURE live on 3 scanners %v after assay verifiers add returned, the period being 2s", time.Since(begun).Round(10*time.Millisecond))
	for _, p := range scanners {
		f.stop(p)
	}
}
