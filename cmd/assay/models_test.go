package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"example.com/assay/internal/testserver"
	"example.com/assay/report"
)

// modelDefinition asks a model for the names of persons.
const modelDefinition = `{"element": "called_person", "title": "Person", "class": "identity", "doc": "A person's name, by a model.",
	"detect": {"model": "pii", "labels": ["GIVEN_NAME", "SURNAME"]}, "match": ["My name is Maria Lopez."], "noMatch": ["1234"]}`

// modelFolder makes the working folder one with a definition and a configuration
// that names the model's server.
func modelFolder(t *testing.T, url string) {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Cleanup(xdg.Reload) // after the variable is as it was
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	xdg.Reload()
	if err := os.Mkdir("own", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		filepath.Join("own", "called_person.json"): modelDefinition,
		"assay.yaml": fmt.Sprintf("data: state\nmodels:\n  pii: {url: %q, timeout: 5s, tries: 1}\n", url),
		"notes.csv":  "id,note\n1,Please ask Maria Lopez about it\n2,Please ask John Miller about it\n3,nobody called\n",
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestModels: the configured endpoints are asked by scan, inspect and the tests
// of verifiers; where one is down, what it was to judge is not fully examined.
func TestModels(t *testing.T) {
	url, stop := testserver.ModelsUntil(t)
	modelFolder(t, url)
	const text = `{"id": 1, "text": "Please ask Maria Lopez about it"}` + "\n"
	flags := []string{"--verifiers", "own", "--elements", "called_person"}

	code, out, errs := runInProcess(t, text, append([]string{"inspect"}, flags...)...)
	if code != 0 || !strings.Contains(out, `"element":"called_person","start":11,`) {
		t.Errorf("inspect: exit %d, %s%s", code, out, errs)
	}
	code, out, errs = runInProcess(t, "", append([]string{"scan", "notes.csv", "--format", "jsonl"}, flags...)...)
	if code != report.ExitFindings || !strings.Contains(out, `"element":"called_person"`) {
		t.Errorf("scan: exit %d, %s%s", code, out, errs)
	}
	code, out, errs = runInProcess(t, "", append([]string{"verifiers", "test"}, flags...)...)
	if code != 0 || !strings.Contains(out, "0 failed") {
		t.Errorf("verifiers test: exit %d, %s%s", code, out, errs)
	}

	stop()
	code, out, errs = runInProcess(t, text, append([]string{"inspect"}, flags...)...)
	if code != report.ExitIncomplete || !strings.Contains(errs, "line 1: judged in part: no answer from model pii") || strings.Contains(out+errs, "Maria") {
		t.Errorf("inspect without the model: exit %d, %s%s", code, out, errs)
	}
	code, out, errs = runInProcess(t, "", append([]string{"scan", "notes.csv", "--format", "jsonl"}, flags...)...)
	if code != report.ExitIncomplete || !strings.Contains(out, `"reason":"endpoint_down"`) {
		t.Errorf("scan without the model: exit %d, %s%s", code, out, errs)
	}
}
