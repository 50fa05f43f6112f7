package corpus

import (
	"reflect"
	"strings"
	"testing"
)

func TestAssignments(t *testing.T) {
	lines := Assignments(1, 4000)
	if !reflect.DeepEqual(lines, Assignments(1, 4000)) {
		t.Error("the same seed gives other lines")
	}
	held, secret := 0, 0
	for _, l := range lines {
		if l.Held {
			held++
		}
		if l.Secret != "" {
			secret++
		}
		if l.Secret != "" && strings.Count(l.Text, l.Secret) != 1 || strings.Contains(l.Text, "VALUE") || strings.Contains(l.Text, "NAME") {
			t.Errorf("bad line %q", l.Text)
		}
	}
	if secret != 2000 || held < 600 || held > 2000 {
		t.Errorf("%d lines with a secret, %d held back", secret, held)
	}
}
