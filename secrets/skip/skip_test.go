package skip

import (
	"testing"
	"time"

	"example.com/assay"
)

func TestFind(t *testing.T) {
	tests := []struct {
		line  string
		scope Scope // empty: no skip
	}{
		{`x = "abc" # pragma: allowlist secret`, Line},
		{`x = "abc" // pragma: whitelist secret`, Line},
		{`# pragma: allowlist nextline secret`, Next},
		{`x = 1 # gitleaks:allow`, Line},
		{`x = 1 # betterleaks:allow`, Line},
		{`x = 1 // trufflehog:ignore`, Line},
		{`x = 1 # ggignore`, Line},
		{`x = 1 # kingfisher:ignore`, Line},
		{`x = 1 # kingfisher:allow`, Line},
		{`x = 1; // NOSONAR`, Line},
		{`# kics-scan ignore-line`, Next},
		{`x = 1 # nosecret`, Line},
		{`x = 1 # noqa: secret`, Line},
		{`// secretlint-disable-line`, Line},
		{`// secretlint-disable-next-line`, Next},
		{`x = 1 # assay:allow password`, Line},
		{`# assay:allow-next-line`, Next},
		{`# assay:allow-file jwt reason="made for the tests"`, File},
		{`the secret of our success`, ""},
		{`allow everything, ignore nothing`, ""},
		{`nosecretshere`, ""},
	}
	for _, tt := range tests {
		got := Find([]byte(tt.line))
		if tt.scope == "" {
			if len(got) != 0 {
				t.Errorf("%s: a skip %+v was read", tt.line, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Scope != tt.scope || got[0].Bad != "" {
			t.Errorf("%s: got %+v, want one of scope %s", tt.line, got, tt.scope)
		}
	}
}

func TestOwnParameters(t *testing.T) {
	got := Find([]byte(`k = "v"; // assay:allow password,jwt reason="a fixture, see T-1" until=2027-01-31 */`))
	if len(got) != 1 {
		t.Fatalf("got %d skips", len(got))
	}
	s := got[0]
	if s.Reason != "a fixture, see T-1" || s.Until.Format(time.DateOnly) != "2027-01-31" {
		t.Errorf("reason %q, until %v", s.Reason, s.Until)
	}
	lastDay := time.Date(2027, 1, 31, 23, 0, 0, 0, time.UTC)
	tests := []struct {
		element assay.Element
		now     time.Time
		want    bool
	}{
		{"password", lastDay, true},
		{"jwt", lastDay, true},
		{"private_key", lastDay, false},
		{"password", lastDay.Add(time.Hour), false},
	}
	for _, tt := range tests {
		if s.Covers(tt.element, tt.now) != tt.want {
			t.Errorf("covers %s on %v: want %v", tt.element, tt.now, tt.want)
		}
	}
}

func TestOwnWithoutElement(t *testing.T) {
	for _, line := range []string{`# assay:allow`, `# assay:allow reason=because`, `# assay:allow until=2099-01-01`} {
		if s := Find([]byte(line)); len(s) != 1 || !s[0].Covers("anything", time.Now()) {
			t.Errorf("%s: got %+v, want a skip of everything", line, s)
		}
	}
	bad := Find([]byte(`# assay:allow password until=tomorrow`))
	if len(bad) != 1 || bad[0].Covers("password", time.Now()) {
		t.Errorf("a skip with a wrong date holds: %+v", bad)
	}
}

func FuzzFind(f *testing.F) {
	f.Add(`# assay:allow a,b reason="x" until=2027-01-01`)
	f.Fuzz(func(t *testing.T, line string) {
		for _, s := range Find([]byte(line)) {
			if s.Scope == "" || s.Spelling == "" {
				t.Fatalf("%q: %+v", line, s)
			}
		}
	})
}
