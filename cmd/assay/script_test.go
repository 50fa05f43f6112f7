package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"assay": main, "assay-mortal": mortalMain})
}

// TestScripts runs the command line as a person does; each script is one
// command's promises.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, "cache"))
			torn := filepath.Join(env.WorkDir, "torn", "torn.csv.gz")
			return errors.Join(os.Mkdir(filepath.Dir(torn), 0o700), os.WriteFile(torn, tornGzip(newFaker(1)), 0o600))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":      cmdExits,
			"expand":     cmdExpand,
			"firstid":    cmdFirstID,
			"modes":      cmdModes,
			"tryexplain": cmdTryExplain,
		},
	})
}

// cmdExits runs a command that must end with a certain code:
// exits CODE COMMAND ARGS…
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGS…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	err = ts.Exec(args[1], args[2:]...)
	if e := (*exec.ExitError)(nil); errors.As(err, &e) {
		code = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// cmdExpand replaces the variables in a file by their values: expand FILE
func cmdExpand(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(os.Expand(ts.ReadFile(args[0]), ts.Getenv)), 0o600))
}

// cmdFirstID puts the id of a report's first finding into a variable:
// firstid FILE NAME
func cmdFirstID(ts *testscript.TestScript, _ bool, args []string) {
	var line struct{ ID string }
	ts.Check(json.NewDecoder(strings.NewReader(ts.ReadFile(args[0]))).Decode(&line))
	ts.Setenv(args[1], line.ID[:8])
}

// cmdModes holds that a folder and all in it are for their owner only:
// modes FOLDER DIRMODE FILEMODE
func cmdModes(ts *testscript.TestScript, _ bool, args []string) {
	err := filepath.WalkDir(ts.MkAbs(args[0]), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == ts.MkAbs(args[0]) {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := args[2]
		if entry.IsDir() {
			want = args[1]
		}
		if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != want {
			ts.Fatalf("%s has mode %s, want %s", path, got, want)
		}
		return nil
	})
	ts.Check(err)
}

// cmdTryExplain runs the explain command that the last output proposes.
func cmdTryExplain(ts *testscript.TestScript, _ bool, _ []string) {
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if args := strings.Fields(line); len(args) == 3 && args[1] == "explain" {
			ts.Check(ts.Exec("assay", args[1:]...))
			return
		}
	}
	ts.Fatalf("the output proposes no explain")
}

// runInProcess runs one command line in this process.
func runInProcess(t *testing.T, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, streams{strings.NewReader(stdin), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}
