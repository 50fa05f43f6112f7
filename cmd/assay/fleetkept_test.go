package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"example.com/assay"
)

// eventReceiver is a webhook that fails at first.
type eventReceiver struct {
	*httptest.Server
	mu     sync.Mutex
	failed bool
	events map[string]assay.Event
	bodies strings.Builder
}

func newEventReceiver(t *testing.T) *eventReceiver {
	r := &eventReceiver{events: map[string]assay.Event{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		if !r.failed {
			r.failed = true
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var e assay.Event
		if err := json.Unmarshal(body, &e); err != nil || request.Header.Get("Assay-Signature") == "" {
			t.Errorf("event %s, %v", body, err)
		}
		r.events[e.ID] = e
		r.bodies.Write(body)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *eventReceiver) appeared() (fields map[string]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fields = map[string]bool{}
	for _, e := range r.events {
		if e.Kind == assay.EventAppeared && e.Element == "email_address" {
			fields[string(e.Asset)+" "+e.Field] = true
		}
	}
	return fields
}

// TestFleetKeepsAndTells: a fleet with a key keeps matches that only the key
// opens, tells a webhook what appeared, and forgets in time.
func TestFleetKeepsAndTells(t *testing.T) {
	t.Setenv("ASSAY_EVENTS_WEBHOOKS_ALL_SECRET", "0123456789abcdef")
	t.Setenv("ASSAY_EVENTS_WEBHOOKS_OTHER_SECRET", "0123456789abcdef")
	all, other := newEventReceiver(t), newEventReceiver(t)
	f := newFleetTest(t, 5, fmt.Sprintf("events:\n  webhooks:\n    all: {url: %q}\n    other: {url: %q, owners: [nobody-of-ours]}\n", all.URL, other.URL))
	f.assay("key", "create")
	p := f.scanner()
	f.running(p)
	f.create("one")
	f.drained()
	f.until("an event for every column of addresses", func() bool { return len(all.appeared()) == f.tables })
	f.stop(p)
	if len(other.events) > 0 || other.failed {
		t.Error("a webhook was told of another owner's data")
	}

	id := ""
	for x, err := range f.database.Findings(t.Context(), assay.FindingFilter{Element: "email_address"}) {
		if err != nil {
			t.Fatal(err)
		}
		id = x.ID
	}
	hidden := f.assay("findings", "list") + f.assay("findings", "show", id) + p.text() + all.bodies.String() + f.dumped()
	if strings.Contains(hidden, "@mail.invalid.com") || !strings.Contains(hidden, id) {
		t.Error("what was scanned can be read in lists, logs, events or a dump of the database, or the case shows nothing")
	}
	if shown := f.assay("findings", "show", id, "--reveal", "--reason", "ticket 7"); !strings.Contains(shown, "@mail.invalid.com") || !strings.Contains(shown, "ticket 7") {
		t.Errorf("revealed:\n%s", shown)
	}
	f.assay("findings", "purge", "--older-than", "0s")
	if shown := f.assay("findings", "show", id, "--reveal", "--reason", "late"); strings.Contains(shown, "@mail.invalid.com") || !strings.Contains(shown, "none is kept") {
		t.Errorf("after the purge:\n%s", shown)
	}
}

// dumped is what a backup of the fleet's database holds.
func (f *fleetTest) dumped() string {
	f.Helper()
	dsn, err := databaseDSN(f.cfg)
	if err != nil {
		f.Fatal(err)
	}
	user, rest, _ := strings.Cut(dsn, "@tcp(")
	user, password, _ := strings.Cut(user, ":")
	address, rest, _ := strings.Cut(rest, ")/")
	name, _, _ := strings.Cut(rest, "?")
	host, port, _ := strings.Cut(address, ":")
	dump := exec.CommandContext(f.Context(), "mariadb-dump", "--no-defaults", "--protocol=tcp", "--host="+host, "--port="+port,
		"--user="+user, "--password="+password, name)
	out, err := dump.Output()
	if err != nil {
		f.Fatalf("dump the database: %v", err)
	}
	return string(out)
}
