// Package planted is how `make test` searches all that a run of the tests writes
// for what the tests planted in the data that assay reads: none of it may be there.
// Values that have the word "planted" in them need no note.
//
// It is imported by tests only.
package planted

import (
	"os"
	"strings"
	"testing"
)

// Variable names the folder of a run's notes. Without it nothing is noted.
const Variable = "ASSAY_PLANTED"

// leastLength is that of values which are searched for: shorter ones are
// elsewhere by chance.
const leastLength = 10

// Note notes values that were put where assay reads.
func Note(t testing.TB, values ...string) {
	t.Helper()
	var lines []string
	for _, v := range values {
		if len(v) >= leastLength && !strings.ContainsAny(v, "\r\n") {
			lines = append(lines, v+"\n")
		}
	}
	write(t, "values-*", strings.Join(lines, ""))
}

// Keep adds what a process wrote, and the test did not print, to the run's output.
func Keep(t testing.TB, text string) {
	t.Helper()
	write(t, "output-*", text)
}

func write(t testing.TB, pattern, text string) {
	t.Helper()
	dir := os.Getenv(Variable)
	if dir == "" || text == "" {
		return
	}
	file, err := os.CreateTemp(dir, pattern)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(text); err != nil {
		t.Error(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}
