package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"assay-secrets": main})
}

// TestScripts runs the program in real repositories; each script is one promise.
func TestScripts(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("git is not installed (apt-get install git)")
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
			env.Setenv("GIT_CONFIG_SYSTEM", "/dev/null")
			for _, role := range []string{"AUTHOR", "COMMITTER"} {
				env.Setenv("GIT_"+role+"_NAME", "Ada Example")
				env.Setenv("GIT_"+role+"_EMAIL", "ada@example.com")
			}
			env.Values[plantedKey{}] = &[]string{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  cmdExits,
			"plant":  cmdPlant,
			"noleak": cmdNoLeak,
			"field":  cmdField,
			"setid":  cmdSetID,
		},
	})
}

// plantedKey finds the secrets that a script planted.
type plantedKey struct{}

// cmdPlant appends a new private key to a file: plant FILE.
func cmdPlant(ts *testscript.TestScript, _ bool, args []string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	planted := ts.Value(plantedKey{}).(*[]string)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	*planted = append(*planted, lines[1:len(lines)-1]...)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	ts.Check(err)
	_, err = f.Write(text)
	ts.Check(errors.Join(err, f.Close()))
}

// cmdNoLeak searches the outputs of the last command, and files, for anything
// that was planted: noleak [FILE…].
func cmdNoLeak(ts *testscript.TestScript, _ bool, args []string) {
	planted := *ts.Value(plantedKey{}).(*[]string)
	if len(planted) == 0 {
		ts.Fatalf("nothing was planted")
	}
	for _, name := range append([]string{"stdout", "stderr"}, args...) {
		content := ts.ReadFile(name)
		if i := slices.IndexFunc(planted, func(s string) bool { return strings.Contains(content, s[:min(len(s), 12)]) }); i >= 0 {
			ts.Fatalf("%s holds a part of secret %d", name, i)
		}
	}
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

// cmdSetID puts what a command prints into a variable:
// setid NAME COMMAND ARGS…
func cmdSetID(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec(args[1], args[2:]...))
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// cmdField puts the n-th word of a file's first line that holds a text into a
// variable: field FILE TEXT N NAME
func cmdField(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if words := strings.Fields(line); strings.Contains(line, args[1]) && len(words) > n {
			ts.Setenv(args[3], words[n])
			return
		}
	}
	ts.Fatalf("no line with %q in %s", args[1], filepath.Base(args[0]))
}
