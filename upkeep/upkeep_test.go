package upkeep_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/assay"
	"example.com/assay/store/sqlite"
	"example.com/assay/upkeep"
)

func TestMain(m *testing.M) {
	if os.Getenv(killEnv) != "" {
		os.Exit(killedDeliverer())
	}
	goleak.VerifyTestMain(m)
}

const secret = "0123456789abcdef"

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func openStore(t *testing.T, path string, c *clock) *sqlite.Store {
	t.Helper()
	opts := sqlite.Options{}
	if c != nil {
		opts.Now = c.now
	}
	s, err := sqlite.Open(t.Context(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// commit keeps a result with one finding, and a match of it, and so one event.
func commit(t *testing.T, s *sqlite.Store, asset, owner string, at time.Time) {
	t.Helper()
	task := assay.NewTask(assay.TaskScan, "shop", "1", assay.Asset{ID: assay.AssetID(asset), Owner: owner}, assay.Plan{})
	id := assay.FindingID(task.Asset.ID, "mail", "email_address")
	r := assay.Result{Task: task, Started: at, Finished: at,
		Findings: []assay.Finding{{ID: id, Asset: task.Asset.ID, Field: "mail", Element: "email_address", State: assay.StateActive, Owner: owner, Preview: "xx@xx.xx"}},
		Matches:  []assay.SealedMatch{{Finding: id, Asset: task.Asset.ID, Field: "mail", Element: "email_address", Sealed: []byte("sealed")}},
	}
	if err := s.Commit(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// receiver is a real HTTP server that takes events. It refuses what is not
// signed.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	answer int // 0 is 200
	got    []string
	bodies []string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil || !signed(request.Header.Get("Assay-Signature"), body) {
			t.Errorf("an event without a right signature: %s, %v", request.Header, err)
			w.WriteHeader(http.StatusForbidden)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.answer != 0 {
			w.Header().Set("Location", r.URL)
			w.WriteHeader(r.answer)
			return
		}
		var e assay.Event
		if err := json.Unmarshal(body, &e); err != nil || e.ID != request.Header.Get("Assay-Event-Id") {
			t.Errorf("body %s, %v", body, err)
		}
		r.got, r.bodies = append(r.got, e.ID), append(r.bodies, string(body))
	}))
	t.Cleanup(r.Close)
	return r
}

// signed checks a signature as a receiver would, without the code that made it.
func signed(header string, body []byte) bool {
	var seconds, digest string
	if n, err := fmt.Sscanf(strings.ReplaceAll(header, ",v1=", " "), "t=%s %s", &seconds, &digest); n != 2 || err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%s.%s", seconds, body)
	got, err := hex.DecodeString(digest)
	return err == nil && hmac.Equal(got, mac.Sum(nil))
}

func (r *receiver) set(answer int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func (r *receiver) taken() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func (r *receiver) hook(name string, owners ...string) upkeep.Webhook {
	return upkeep.Webhook{Name: name, URL: r.URL + "/?token=hidden", Secret: secret, Owners: owners, Timeout: 5 * time.Second}
}

type delivery struct {
	*upkeep.Deliverer
	clock *clock
	store *sqlite.Store
	log   *strings.Builder
}

func newDelivery(t *testing.T, hooks ...upkeep.Webhook) delivery {
	c := &clock{at: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
	var log strings.Builder
	s := openStore(t, filepath.Join(t.TempDir(), "store.db"), c)
	return delivery{&upkeep.Deliverer{Outbox: s, Webhooks: hooks, Every: time.Hour, Now: c.now, Log: slog.New(slog.NewTextHandler(&log, nil))}, c, s, &log}
}

func (d delivery) once(t *testing.T, want int) {
	t.Helper()
	n, err := d.Once(t.Context())
	if err != nil || n != want {
		t.Errorf("%d events were due, %v; want %d", n, err, want)
	}
}

// Events go to the webhooks of their owner, once, and hold no content.
func TestRouting(t *testing.T) {
	shop, nobody, all, gone := newReceiver(t), newReceiver(t), newReceiver(t), newReceiver(t)
	quiet := gone.hook("gone")
	quiet.Kinds = []assay.EventKind{assay.EventGone}
	d := newDelivery(t, shop.hook("shop", "shop", "web"), nobody.hook("nobody", upkeep.Unowned), all.hook("all"), quiet)
	for i, owner := range []string{"shop", "", "other"} {
		commit(t, d.store, fmt.Sprint("file:/", i), owner, d.clock.now())
	}
	d.once(t, 3)
	d.once(t, 0)
	for name, got := range map[string][2]int{
		"shop": {len(shop.taken()), 1}, "nobody": {len(nobody.taken()), 1}, "all": {len(all.taken()), 3}, "gone": {len(gone.taken()), 0},
	} {
		if got[0] != got[1] {
			t.Errorf("%s got %d events, want %d", name, got[0], got[1])
		}
	}
	for _, body := range all.bodies {
		if strings.Contains(body, "xx@xx.xx") || strings.Contains(body, "sealed") {
			t.Errorf("an event holds content, or its mask: %s", body)
		}
	}
}

// A webhook that fails gets the event again, later and later, and the others do
// not.
func TestRetries(t *testing.T) {
	good, bad := newReceiver(t), newReceiver(t)
	d := newDelivery(t, good.hook("good"), bad.hook("bad"))
	commit(t, d.store, "file:/a", "shop", d.clock.now())
	commit(t, d.store, "file:/b", "shop", d.clock.now())
	for _, answer := range []int{503, 404, http.StatusFound} {
		bad.set(answer)
		d.once(t, 2)
		d.once(t, 0) // not yet
		d.clock.pass(time.Hour)
	}
	bad.set(0)
	d.once(t, 2)
	d.clock.pass(24 * time.Hour)
	d.once(t, 0)
	if len(good.taken()) != 2 || len(bad.taken()) != 2 || !slices.Equal(good.taken(), bad.taken()) {
		t.Errorf("good got %q, bad %q", good.taken(), bad.taken())
	}
	if text := d.log.String(); !strings.Contains(text, "503") || strings.Contains(text, "hidden") {
		t.Errorf("the log holds the URL's token, or no reason:\n%s", text)
	}
}

// A server that is away costs one attempt a batch, not one an event.
func TestReceiverAway(t *testing.T) {
	r := newReceiver(t)
	d := newDelivery(t, r.hook("away"))
	for i := range 20 {
		commit(t, d.store, fmt.Sprint("file:/", i), "", d.clock.now())
	}
	r.Close()
	d.once(t, 20)
	if text := d.log.String(); strings.Contains(text, "hidden") {
		t.Errorf("the log holds the URL's token:\n%s", text)
	}
	d.clock.pass(time.Minute)
	d.once(t, 20)
}

// Without a webhook that wants it an event is done.
func TestNoWebhook(t *testing.T) {
	d := newDelivery(t)
	commit(t, d.store, "file:/a", "", d.clock.now())
	d.once(t, 1)
	d.clock.pass(24 * time.Hour)
	d.once(t, 0)
}

func TestRunStops(t *testing.T) {
	r := newReceiver(t)
	d := newDelivery(t, r.hook("all"))
	commit(t, d.store, "file:/a", "", d.clock.now())
	ctx, stop := context.WithCancel(t.Context())
	purger := &upkeep.Purger{Kept: []upkeep.Kept{{Name: "matches", For: time.Hour, Purge: d.store.PurgeMatches}}, Batch: 10, Every: time.Hour, Now: d.clock.now, Log: d.Log}
	var group sync.WaitGroup
	group.Go(func() { d.Run(ctx) })
	group.Go(func() { purger.Run(ctx) })
	for end := time.Now().Add(10 * time.Second); len(r.taken()) == 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
	}
	stop()
	group.Wait()
	if len(r.taken()) != 1 {
		t.Errorf("delivered %d events, want 1", len(r.taken()))
	}
}

// Matches and events go when their time is over, findings stay.
func TestPurge(t *testing.T) {
	d := newDelivery(t)
	for i := range 7 {
		commit(t, d.store, fmt.Sprint("file:/", i), "", d.clock.now().Add(-time.Duration(i)*24*time.Hour-time.Minute))
	}
	p := &upkeep.Purger{Batch: 2, Now: d.clock.now, Log: d.Log, Kept: []upkeep.Kept{
		{Name: "broken", Purge: func(context.Context, time.Time, int) (int, error) { return 0, io.ErrUnexpectedEOF }},
		{Name: "matches", For: 3 * 24 * time.Hour, Purge: d.store.PurgeMatches},
		{Name: "events", For: 5 * 24 * time.Hour, Purge: d.store.PurgeEvents},
	}}
	for _, c := range []struct {
		passed          time.Duration
		matches, events int
	}{{0, 4, 2}, {0, 0, 0}, {30 * 24 * time.Hour, 3, 5}} {
		d.clock.pass(c.passed)
		got, err := p.Once(t.Context())
		if !errors.Is(err, io.ErrUnexpectedEOF) || got["matches"] != c.matches || got["events"] != c.events {
			t.Errorf("purged %v, %v; want %d matches, %d events and the word on what is broken", got, err, c.matches, c.events)
		}
	}
	n := 0
	for _, err := range d.store.Findings(t.Context(), assay.FindingFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 7 {
		t.Errorf("%d findings are left, want 7", n)
	}
}

const killEnv = "ASSAY_TEST_KILL_DELIVERER"

// dying is an outbox whose process is killed after an event was sent, before
// that is noted.
type dying struct{ assay.Outbox }

func (dying) EventTaken(context.Context, string, string) error {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Kill()
	}
	time.Sleep(time.Minute)
	return err
}

// killedDeliverer is the process that is killed.
func killedDeliverer() int {
	path, url, _ := strings.Cut(os.Getenv(killEnv), " ")
	s, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return 1
	}
	d := &upkeep.Deliverer{Outbox: dying{s}, Webhooks: []upkeep.Webhook{{Name: "all", URL: url, Secret: secret}}, Now: time.Now, Log: slog.Default()}
	_, _ = d.Once(context.Background())
	return 0
}

// TestKilledBetweenSendAndMark: the event comes again, with the same id.
func TestKilledBetweenSendAndMark(t *testing.T) {
	r := newReceiver(t)
	path := filepath.Join(t.TempDir(), "store.db")
	commit(t, openStore(t, path, nil), "file:/a", "", time.Now())
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), program)
	child.Env = append(os.Environ(), killEnv+"="+path+" "+r.URL)
	if out, err := child.CombinedOutput(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the process ended by %v, want killed\n%s", err, out)
	}
	first := r.taken()
	late := &clock{at: time.Now().Add(24 * time.Hour)} // when what the process held is due again
	d := &upkeep.Deliverer{Outbox: openStore(t, path, late), Webhooks: []upkeep.Webhook{r.hook("all")}, Now: late.now, Log: slog.New(slog.DiscardHandler)}
	if n, err := d.Once(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d events, %v; want the one again", n, err)
	}
	if got := r.taken(); len(first) != 1 || !slices.Equal(got, []string{first[0], first[0]}) {
		t.Errorf("sent %q before the kill and %q in all, want the same id twice", first, got)
	}
}
