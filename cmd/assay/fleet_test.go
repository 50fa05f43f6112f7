package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/internal/planted"
	"example.com/assay/internal/testserver"
	"example.com/assay/store/sqlstore"
	"example.com/assay/taskcreator"
)

// fleetPatience is how long what a fleet does may take on a busy machine.
const fleetPatience = 2 * time.Minute

// fleetTest is a company with a shop's database, and a fleet of real processes
// on a real queue and database that scans it.
type fleetTest struct {
	*testing.T
	dir      string
	program  string
	cfg      *config.Config
	queue    workQueue
	database *sqlstore.Store
	tables   int
	// The databases that are scanned, and where results are kept.
	shop, kept testserver.Database
}

// newFleetTest fills the shop and prepares the fleet; extra is more of its
// configuration.
func newFleetTest(t *testing.T, tables int, extra string) *fleetTest {
	t.Helper()
	f := &fleetTest{T: t, dir: t.TempDir(), tables: tables}
	shop, kept := testserver.MariaDB(t), testserver.MariaDB(t)
	f.shop, f.kept = shop, kept
	fillCustomers(t, shop, tables)
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"ASSAY_STORES_SHOP_PASSWORD": shop.Password, "ASSAY_DATABASE_PASSWORD": kept.Password,
	} {
		t.Setenv(name, value)
	}
	file := fmt.Sprintf("data: %s\ndatabase: mysql://%s@%s/%s\nqueue: %s/000000000000/%s\nstores:\n  shop: {uri: mysql://%s@%s/%s, owner: shop-team}\n%s",
		f.dir, kept.User, kept.Addr, kept.Name, testserver.ElasticMQ(t), strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name())),
		shop.User, shop.Addr, shop.Name, extra)
	path := filepath.Join(f.dir, "assay.yaml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f.program = filepath.Join(f.dir, "assay") // by this name the test binary is the program
	if err := os.Symlink(self, f.program); err != nil {
		t.Fatal(err)
	}
	f.assay("migrate", "--queue")
	if f.cfg, err = config.Load(config.Sources{File: path}); err != nil {
		t.Fatal(err)
	}
	if f.queue, err = openQueue(t.Context(), f.cfg); err != nil {
		t.Fatal(err)
	}
	if f.database, err = openDatabase(t.Context(), f.cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.database.Close() })
	return f
}

// fillCustomers makes tables of customers, with addresses of e-mail that are made up.
func fillCustomers(t *testing.T, shop testserver.Database, tables int) {
	t.Helper()
	db := shop.Open(t)
	var addresses []string
	defer func() { planted.Note(t, addresses...) }()
	for i := range tables {
		name := fmt.Sprintf("customers_%03d", i)
		var rows []string
		for n := range 50 {
			addresses = append(addresses, fmt.Sprintf("person%d.%d@mail.invalid.com", i, n))
			rows = append(rows, fmt.Sprintf("(%d, 'person%d.%d@mail.invalid.com', 'badge BX-%04d')", n+1, i, n, 1000+n))
		}
		for _, statement := range []string{
			"CREATE TABLE " + name + " (id INT PRIMARY KEY, contact VARCHAR(200), note VARCHAR(200))",
			"INSERT INTO " + name + " VALUES " + strings.Join(rows, ", "),
		} {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// command is a run of the program on the fleet's configuration.
func (f *fleetTest) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.WithoutCancel(f.Context()), f.program, args...)
	cmd.Env = append(os.Environ(), "ASSAY_CONFIG="+filepath.Join(f.dir, "assay.yaml"))
	return cmd
}

// assay runs a command to its end and returns what it prints.
func (f *fleetTest) assay(args ...string) string {
	f.Helper()
	var out, errs bytes.Buffer
	cmd := f.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if !slices.Contains(args, "--reveal") { // which is there to show them
		planted.Keep(f, out.String()+errs.String())
	}
	if err != nil {
		f.Fatalf("assay %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return out.String()
}

// create queues a task for every table.
func (f *fleetTest) create(cycle string) {
	f.Helper()
	source, err := openStore(f.cfg)(f.Context(), "shop")
	if err != nil {
		f.Fatal(err)
	}
	defer source.Close()
	sum, err := taskcreator.Create(f.Context(), taskcreator.One{Source: source, Store: "shop", Cycle: cycle,
		Plan: assay.Plan{Rows: 100, Seed: 1}, Sender: f.queue, Results: f.database})
	if err != nil || sum.Tasks != f.tables {
		f.Fatalf("%d tasks, %v", sum.Tasks, err)
	}
}

// process is a scanner process of the fleet.
type process struct {
	*exec.Cmd
	ended   chan error
	metrics string // address of its probes and metrics

	mu  sync.Mutex
	log bytes.Buffer
}

// Write takes a part of the process's log, and the address out of it.
func (p *process) Write(part []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for line := range bytes.Lines(part) {
		var l struct{ Msg, Address string }
		if json.Unmarshal(line, &l) == nil && l.Msg == "probes and metrics" {
			p.metrics = l.Address
		}
	}
	return p.log.Write(part)
}

func (p *process) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// scanner starts a scanner process, which is killed when the test ends.
func (f *fleetTest) scanner(args ...string) *process {
	f.Helper()
	return f.start(f.command(append([]string{"scanner", "run", "--metrics-listen", "127.0.0.1:0"}, args...)...))
}

// start starts a process with more variables.
func (f *fleetTest) start(cmd *exec.Cmd, env ...string) *process {
	f.Helper()
	p := &process{Cmd: cmd, ended: make(chan error, 1)}
	p.Env = append(p.Env, env...)
	p.Stderr = p
	if err := p.Start(); err != nil {
		f.Fatal(err)
	}
	go func() { p.ended <- p.Wait() }()
	f.Cleanup(func() {
		_ = p.Process.Kill()
		planted.Keep(f, p.text())
		if f.Failed() {
			f.Logf("log of process %d:\n%s", p.Process.Pid, lastLines(p.text(), 30))
		}
	})
	return p
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// get asks a process's probes and metrics; "" while it does not answer.
func (p *process) get(path string) (int, string) {
	p.mu.Lock()
	address := p.metrics
	p.mu.Unlock()
	if address == "" {
		return 0, ""
	}
	response, err := http.Get("http://" + address + path)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	var body bytes.Buffer
	_, _ = body.ReadFrom(response.Body)
	return response.StatusCode, body.String()
}

// until waits for something.
func (f *fleetTest) until(what string, done func() bool) {
	f.Helper()
	for end := time.Now().Add(fleetPatience); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			f.Fatalf("waited %v for %s", fleetPatience, what)
		}
	}
}

// drained waits until the queue is empty but for dead tasks.
func (f *fleetTest) drained() {
	f.Helper()
	f.until("an empty queue", func() bool {
		depth, err := f.queue.Depth(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		return depth.Waiting == 0 && depth.Leased == 0
	})
}

// running waits until a process can be told to stop.
func (f *fleetTest) running(p *process) {
	f.Helper()
	f.until("a running scanner", func() bool { return strings.Contains(p.text(), "verifiers loaded") })
}

// stop tells a process to stop, and wants it to end well.
func (f *fleetTest) stop(p *process) {
	f.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		f.Fatal(err)
	}
	select {
	case err := <-p.ended:
		if err != nil {
			f.Errorf("the process ends with %v after SIGTERM", err)
		}
	case <-time.After(fleetPatience):
		f.Fatal("the process does not stop")
	}
}

// findings returns what is kept, a line each, of some elements.
func (f *fleetTest) findings(elements ...assay.Element) []string {
	f.Helper()
	lines := []string{}
	for _, e := range elements {
		for x, err := range f.database.Findings(f.Context(), assay.FindingFilter{Element: e}) {
			if err != nil {
				f.Fatal(err)
			}
			lines = append(lines, fmt.Sprintf("%s %s %s %s %d/%d %.6f", x.Asset, x.Field, x.Element, x.State, x.Matched, x.Sampled, x.Confidence))
		}
	}
	return lines
}

// TestFleet: two scanner processes on SQS and MariaDB.
func TestFleet(t *testing.T) {
	f := newFleetTest(t, 20, "scanner: {refresh: 300ms, visibility: 30s, max_receives: 3}\n")
	processes := []*process{f.scanner(), f.scanner()}
	for _, p := range processes {
		f.until("a ready scanner", func() bool { code, _ := p.get("/readyz"); return code == 200 })
	}
	f.create("one")
	f.drained()
	if got := f.findings("email_address"); len(got) != f.tables {
		t.Errorf("%d findings of addresses, want %d: %v", len(got), f.tables, got)
	}
	for c, err := range f.database.Coverage(t.Context(), "") {
		if err != nil || c.Status != assay.StatusScanned {
			t.Errorf("coverage %+v, %v", c, err)
		}
	}
	for _, p := range processes {
		if _, text := p.get("/metrics"); !strings.Contains(text, "assay_tasks_total{") {
			t.Error("a process counts no tasks: the queue was not shared")
		}
		f.stop(p)
		if strings.Contains(p.text(), "@mail") {
			t.Error("the log holds what was scanned")
		}
	}
}
