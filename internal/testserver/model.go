package testserver

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Models returns the address, http://127.0.0.1:PORT, of a model server that
// speaks the Open Inference Protocol v2 and that all tests of the process share.
// It serves the models pii, named and media: see model/serve.py.
func Models(t testing.TB) string {
	t.Helper()
	i, err := modelServer()
	need(t, err)
	return fmt.Sprintf("http://127.0.0.1:%d", i.port)
}

// ModelsUntil is Models with a server of the test's own, which stop ends.
func ModelsUntil(t testing.TB) (url string, stop func()) {
	t.Helper()
	i, err := modelKind.start()
	need(t, err)
	stop = sync.OnceFunc(i.stop)
	t.Cleanup(stop)
	return fmt.Sprintf("http://127.0.0.1:%d", i.port), stop
}

var modelKind = server{name: "model", command: modelCommand, ready: modelReady, patience: time.Minute}

// modelServer starts the server of this process, once.
var modelServer = sync.OnceValues(modelKind.start)

//go:embed model/serve.py
var modelProgram []byte

func modelCommand(dir string, port int) ([]string, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	venv := filepath.Join(cache, "model-1") // as install/servers/model.sh names it
	if _, err := os.Stat(filepath.Join(venv, "complete")); err != nil {
		return nil, &missing{"model server", "no Python environment " + venv}
	}
	program := filepath.Join(dir, "serve.py")
	if err := os.WriteFile(program, modelProgram, 0o600); err != nil {
		return nil, err
	}
	return []string{filepath.Join(venv, "bin", "python"), program, strconv.Itoa(port)}, nil
}

func modelReady(ctx context.Context, _ string, port int) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/v2/health/ready", port), nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the model server answers %s", response.Status)
	}
	return nil
}
