package testserver

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// AWS is a server (moto) that plays S3, STS, IAM and KMS of many accounts. It is no
// AWS: what it decides, and what the patch in moto/serve.py decides in its
// place, is written there.
type AWS struct {
	Endpoint string // http://127.0.0.1:PORT, for all services
}

// Moto returns the AWS server that all tests of the process share. Tests tell
// their accounts apart by numbers of their own.
func Moto(t testing.TB) AWS {
	t.Helper()
	i, err := moto()
	need(t, err)
	return AWS{Endpoint: fmt.Sprintf("http://127.0.0.1:%d", i.port)}
}

// Enforce makes the server check signatures and policies until the test ends.
// Before it, everybody may do everything, and who assumes any role of an account
// acts in that account. Tests that call it must not run in parallel.
func (a AWS) Enforce(t testing.TB) {
	t.Helper()
	if err := a.free(0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.free(unlimited); err != nil {
			t.Error(err)
		}
	})
}

// unlimited is more requests than all tests make.
const unlimited = 1 << 30

// free lets that many requests pass without a check.
func (a AWS) free(requests int) error {
	response, err := http.Post(a.Endpoint+"/moto-api/reset-auth", "text/plain", strings.NewReader(strconv.Itoa(requests)))
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("moto answers %s when its checks are switched", response.Status)
	}
	return nil
}

// moto starts the server of this process, once.
var moto = sync.OnceValues(func() (instance, error) {
	return server{name: "moto", command: motoCommand, ready: motoReady, patience: time.Minute}.start()
})

//go:embed moto/serve.py
var motoProgram []byte

func motoCommand(dir string, port int) ([]string, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	venv := filepath.Join(cache, "moto-5.2.5") // as install/servers/moto.sh names it
	if _, err := os.Stat(filepath.Join(venv, "complete")); err != nil {
		return nil, &missing{"moto", "no Python environment " + venv}
	}
	program := filepath.Join(dir, "serve.py")
	if err := os.WriteFile(program, motoProgram, 0o600); err != nil {
		return nil, err
	}
	return []string{filepath.Join(venv, "bin", "python"), program, strconv.Itoa(port)}, nil
}

func motoReady(ctx context.Context, _ string, port int) error {
	return answers(ctx, fmt.Sprintf("http://127.0.0.1:%d/moto-api/", port))
}
