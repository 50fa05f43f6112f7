package main

import (
	"strings"
	"testing"
)

// TestFleetCreators: of two task creators on SQS and MariaDB one is active. It is
// killed in the middle of a cycle, which the other one brings to its end, while
// two scanners work.
func TestFleetCreators(t *testing.T) {
	f := newFleetTest(t, 20, "scanner: {refresh: 300ms, visibility: 30s}\n"+
		"taskcreator: {leader_takeover: 2s, max_depth: 5, pause: 100ms}\n")
	leads := func(p *process) bool { return strings.Contains(p.text(), `"msg":"leading"`) }
	first := f.start(f.command("taskcreator", "run", "--metrics-listen", "127.0.0.1:0"))
	f.until("the first to lead", func() bool { return leads(first) })
	second := f.start(f.command("taskcreator", "run", "--metrics-listen", "127.0.0.1:0"))
	f.until("a ready second", func() bool { code, _ := second.get("/readyz"); return code == 200 })
	f.until("a deep queue", func() bool {
		depth, err := f.queue.Depth(t.Context())
		if err != nil || depth.Waiting > 5 {
			t.Fatalf("depth %+v, %v; want at most 5", depth, err)
		}
		return depth.Waiting == 5
	})
	if leads(second) {
		t.Error("two lead")
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	begun, err := f.database.Cycle(t.Context())
	if err != nil || begun.Listed.IsZero() || !begun.Done.IsZero() {
		t.Fatalf("cycle %+v, %v; want one that is listed and not done", begun, err)
	}
	scanners := []*process{f.scanner(), f.scanner()}
	f.until("the second to end the cycle", func() bool {
		cycle, err := f.database.Cycle(t.Context())
		if err != nil || cycle.Name != begun.Name {
			t.Fatalf("cycle %+v, %v; want that of the first creator", cycle, err)
		}
		return !cycle.Done.IsZero()
	})
	if !leads(second) {
		t.Error("the second does not say that it leads")
	}
	f.drained()
	found := f.findings("email_address")
	if len(found) != f.tables {
		t.Errorf("%d findings of addresses, want %d: %v", len(found), f.tables, found)
	}
	if _, text := second.get("/metrics"); !strings.Contains(text, `assay_tasks_sent_total{store="shop",turn="never_scanned"}`) ||
		!strings.Contains(text, "assay_taskcreator_leading 1") {
		t.Error("the second counts no tasks, or does not say that it leads")
	}
	if out := f.assay("taskcreator", "plan", "--format", "json"); !strings.Contains(out, `"not_due": 20`) {
		t.Errorf("everything was scanned, and still there is a plan: %s", out)
	}
	for _, p := range append(scanners, second) {
		f.stop(p)
	}
}
