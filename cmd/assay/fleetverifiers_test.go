package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/assay"
)

// badgeDefinition finds the shop's badges by an expression.
func badgeDefinition(expression string) string {
	return `{"element": "badge", "title": "Badge", "class": "identity", "doc": "A made-up badge.",
		"detect": {"regex": "` + expression + `"}, "match": ["BX-1234"], "noMatch": ["nothing"]}`
}

var hashForm = regexp.MustCompile(`assay_verifiers_info\{hash="([0-9a-f]+)"\} 1`)

// hash is what a process says of its verifiers; "" while it says nothing.
func (p *process) hash() string {
	_, text := p.get("/metrics")
	if m := hashForm.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func (p *process) metric(line string) bool {
	_, text := p.get("/metrics")
	return strings.Contains(text, line+"\n")
}

// TestLiveVerifiers: what is changed in the database runs on all scanners within
// the period; what is wrong does not, and a metric tells.
func TestLiveVerifiers(t *testing.T) {
	const period = 500 * time.Millisecond
	f := newFleetTest(t, 4, "scanner: {refresh: 500ms}\n")
	processes := []*process{f.scanner(), f.scanner()}
	for _, p := range processes {
		f.until("verifiers", func() bool { return p.hash() != "" })
	}
	before := processes[0].hash()
	if other := processes[1].hash(); other != before {
		t.Errorf("two scanners run different verifiers: %s and %s", before, other)
	}
	changed := func(what string) {
		t.Helper()
		begun := time.Now()
		f.until(what, func() bool { return processes[0].hash() != before && processes[1].hash() == processes[0].hash() })
		t.Logf("%s was live on both after %v, the period being %v", what, time.Since(begun).Round(10*time.Millisecond), period)
		before = processes[0].hash()
	}
	file := filepath.Join(f.dir, "badge.json")
	add := func(definition string, more ...string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(definition), 0o600); err != nil {
			t.Fatal(err)
		}
		f.assay(append([]string{"verifiers", "add", file, "--author", "ada", "--reason", "a test"}, more...)...)
	}

	add(badgeDefinition(`BX-[0-9]{4}`))
	changed("a new verifier")
	f.create("new")
	f.drained()
	if got := f.findings("badge"); len(got) != f.tables || !strings.Contains(got[0], "shadow 50/50") {
		t.Errorf("findings of a new verifier, which starts in shadow: %v", got)
	}
	f.assay("verifiers", "rollout", "badge", "--now", "--author", "ada", "--reason", "nothing is labelled yet")
	changed("a verifier in use")
	f.create("one")
	f.drained()
	if got := f.findings("badge"); len(got) != f.tables || !strings.Contains(got[0], "active 50/50") {
		t.Errorf("findings of badges: %v", got)
	}

	add(badgeDefinition(`BX-[0-9]{3}4`))
	changed("a version in shadow")
	f.create("two")
	f.drained()
	if got := strings.Join(f.findings("badge"), "\n"); strings.Count(got, "active 50/50") != f.tables || strings.Count(got, "shadow 5/50") != f.tables {
		t.Errorf("findings of badges with a shadow: %s", got)
	}

	f.assay("verifiers", "rollout", "badge", "--now", "--percent", "50", "--author", "ada", "--reason", "a part of it")
	changed("a roll-out")
	f.create("half")
	f.drained()
	got := strings.Join(f.findings("badge"), "\n")
	if in, out := strings.Count(got, "active 5/50"), strings.Count(got, "active 50/50"); in == 0 || out == 0 || in+out != f.tables {
		t.Errorf("in half of the assets the new version counts, in the others the old one: %s", got)
	}
	f.assay("verifiers", "rollback", "badge", "--author", "ada", "--reason", "it finds too little")
	changed("the end of a roll-out")

	// By another way than assay verifiers add, which would refuse it.
	broken := assay.VerifierVersion{Element: "badge", Definition: []byte(`{"element": "badge"}`), Hash: "h", State: assay.StateActive, Author: "eve", Reason: "a mistake"}
	if _, err := f.database.AddVerifier(t.Context(), broken); err != nil {
		t.Fatal(err)
	}
	for _, p := range processes {
		f.until("an alarm", func() bool { return p.metric("assay_verifiers_refused 1") })
		if !strings.Contains(p.text(), "badge@3: $.title: is missing") {
			t.Error("the log does not say what is wrong")
		}
	}
	f.create("three")
	f.drained()
	if got := strings.Join(f.findings("badge"), "\n"); strings.Count(got, "active 50/50") != f.tables {
		t.Errorf("findings of badges after a broken version: %s", got)
	}
	f.assay("verifiers", "rollback", "badge", "--to", "1", "--author", "ada", "--reason", "mend it")
	for _, p := range processes {
		f.until("no alarm", func() bool { return p.metric("assay_verifiers_refused 0") })
		f.stop(p)
	}
}
