package verifiers_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/store/sqlite"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

func openStore(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "assay.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// badge is a definition that finds badges of a form.
func badge(form string) json.RawMessage {
	return json.RawMessage(`{"element": "badge", "title": "Badge", "class": "identity", "doc": "A made-up badge.",
		"detect": {"regex": "` + form + `"}, "match": ["B123"], "noMatch": ["nothing"]}`)
}

func add(t *testing.T, s assay.VerifierStore, definition json.RawMessage, state assay.State) assay.VerifierVersion {
	t.Helper()
	v, err := s.AddVerifier(t.Context(), assay.VerifierVersion{Element: "badge", Definition: definition, Hash: "h", State: state, Author: "ada", Reason: "try"})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func newLive(t *testing.T, s verifiers.VersionReader) *verifiers.Live {
	t.Helper()
	live, err := verifiers.NewLive(s, nil, verifiers.Options{Checks: phone.Checks()})
	if err != nil {
		t.Fatal(err)
	}
	return live
}

// refresh expects news and names the rules that run.
func refresh(t *testing.T, live *verifiers.Live, want ...string) {
	t.Helper()
	if changed, err := live.Refresh(t.Context()); err != nil || !changed {
		t.Fatalf("refresh: changed %v, %v", changed, err)
	}
	var got []string
	for _, r := range live.Set().Rules() {
		name := r.Verifier
		if r.Shadow {
			name += " in shadow"
		}
		got = append(got, name)
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("running: %v, want %v", got, want)
	}
}

func TestLive(t *testing.T) {
	s := openStore(t)
	live := newLive(t, s)
	if live.Set() != nil {
		t.Error("a set before the first refresh")
	}
	refresh(t, live)
	add(t, s, badge("B[0-9]{3}"), assay.StateActive)
	refresh(t, live, "badge@1")
	if changed, err := live.Refresh(t.Context()); changed || err != nil {
		t.Errorf("nothing new: changed %v, %v", changed, err)
	}
	add(t, s, badge("B[0-9]{4}"), assay.StateShadow)
	refresh(t, live, "badge@1", "badge@2 in shadow")
	if hits := hitsOf(t, live.Set(), "see B1234 now"); hits != "badge@1 badge@2" && hits != "badge@2" {
		t.Errorf("hits of %q", hits)
	}
	if err := s.SetVerifierState(t.Context(), "badge", 2, assay.StateActive, "ada", "better"); err != nil {
		t.Fatal(err)
	}
	refresh(t, live, "badge@2")
	if err := s.SetVerifierState(t.Context(), "badge", 2, assay.StateDisabled, "ada", "too loud"); err != nil {
		t.Fatal(err)
	}
	refresh(t, live)
}

func hitsOf(t *testing.T, set *engine.Set, text string) string {
	t.Helper()
	var b engine.Block
	var out engine.Result
	b.Append([]byte(text), 0, 0)
	if err := set.Field(engine.FieldInfo{}).Scan(t.Context(), &b, &out); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, h := range out.Hits {
		names = append(names, set.Rules()[h.Rule].Verifier)
	}
	return strings.Join(names, " ")
}

// TestLiveRefuses: what is wrong does not run, and takes nothing else down; the
// newest version that is right stands in, the same one in every process.
func TestLiveRefuses(t *testing.T) {
	wrong := map[string]json.RawMessage{
		"not a definition":      json.RawMessage(`{"element": "badge"}`),
		"a bad expression":      badge("B[0-9"),
		"another element":       json.RawMessage(strings.Replace(string(badge("B")), `"badge"`, `"bodge"`, 1)),
		"a model nobody serves": json.RawMessage(strings.Replace(string(badge("B")), `{"regex": "B"}`, `{"model": "nobody"}`, 1)),
	}
	for name, definition := range wrong {
		t.Run(name, func(t *testing.T) {
			s := openStore(t)
			live := newLive(t, s)
			add(t, s, badge("B[0-9]{3}"), assay.StateActive)
			refresh(t, live, "badge@1")
			add(t, s, badge("B[0-9]{9}"), assay.StateShadow)
			add(t, s, definition, assay.StateActive)
			refresh(t, live, "badge@1", "badge@2 in shadow")
			wantRefused(t, live, 1)
			other := newLive(t, s)
			refresh(t, other, "badge@1", "badge@2 in shadow")
			wantRefused(t, other, 1)
			add(t, s, badge("B[0-9]{5}"), assay.StateActive)
			refresh(t, live, "badge@4", "badge@2 in shadow")
			if got := live.Refused(); len(got) != 0 {
				t.Errorf("still refused: %v", got)
			}
			add(t, s, definition, assay.StateShadow)
			refresh(t, live, "badge@4")
			wantRefused(t, live, 0)
		})
	}
}

func wantRefused(t *testing.T, live *verifiers.Live, instead int) {
	t.Helper()
	got := live.Refused()
	if len(got) != 1 || got[0].Instead != instead || got[0].Element != "badge" || !strings.Contains(got[0].Err.Error(), "badge@") || !strings.Contains(got[0].Err.Error(), "$.") {
		t.Errorf("refused: %+v; want one with its place, and version %d in its place", got, instead)
	}
}

// deadStore fails when it is asked.
type deadStore struct{ verifiers.VersionReader }

func (deadStore) VerifierRevision(context.Context) (int64, error) { return 0, errors.New("gone") }

func TestLiveStoreDown(t *testing.T) {
	live := newLive(t, deadStore{})
	if changed, err := live.Refresh(t.Context()); changed || err == nil {
		t.Errorf("refresh from a dead store: changed %v, %v", changed, err)
	}
}

func TestSeed(t *testing.T) {
	s := openStore(t)
	own := add(t, s, badge("B"), assay.StateActive)
	library, err := verifiers.Library()
	if err != nil {
		t.Fatal(err)
	}
	n, err := verifiers.Seed(t.Context(), s)
	if n != len(library) || err != nil {
		t.Fatalf("seeded %d, %v; want %d", n, err, len(library))
	}
	if n, err := verifiers.Seed(t.Context(), s); n != 0 || err != nil {
		t.Errorf("seeded %d again, %v", n, err)
	}
	live := newLive(t, s)
	if _, err := live.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	on := 1 // the badge
	for _, d := range library {
		if !d.Off {
			on++
		}
	}
	if got := len(live.Set().Rules()); got != on || own.Version != 1 || len(live.Refused()) > 0 {
		t.Errorf("%d rules, want %d; refused %v", got, on, live.Refused())
	}
}

// TestSeedUpgrade: a newer library replaces what came with the older, and leaves
// alone what somebody chose.
func TestSeedUpgrade(t *testing.T) {
	s := openStore(t)
	library, err := verifiers.Library()
	if err != nil {
		t.Fatal(err)
	}
	old := func(i int, author string, state assay.State) assay.Element {
		v := assay.VerifierVersion{Element: library[i].Element, Definition: badge("old"), Hash: "h", State: state, Author: author, Reason: "older"}
		if _, err := s.AddVerifier(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		return v.Element
	}
	want := map[assay.Element]assay.State{
		old(0, verifiers.LibraryAuthor, assay.StateActive):   assay.StateActive,
		old(1, "ada", assay.StateActive):                     assay.StateDisabled,
		old(2, verifiers.LibraryAuthor, assay.StateDisabled): assay.StateDisabled,
	}
	if _, err := verifiers.Seed(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for v, err := range s.Verifiers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if state, ok := want[v.Element]; ok && v.Version == 2 && v.State != state {
			t.Errorf("the newer version of %s is %s, want %s", v.Element, v.State, state)
		}
	}
}
