package testserver

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Gateway is an S3 server (versitygw) that keeps buckets as folders. It checks
// signatures and obeys bucket policies; it has no accounts of AWS and no roles,
// for which there is Moto.
type Gateway struct {
	Endpoint string // http://127.0.0.1:PORT, for addresses of the path style
	// Key and Secret are those of the administrator, who may do everything.
	Key, Secret string
	// Root is the folder of the buckets: a file put there is an object.
	Root string
}

// S3 returns the S3 server that all tests of the process share. A test makes
// buckets of its own.
func S3(t testing.TB) Gateway {
	t.Helper()
	i, err := gateway()
	need(t, err)
	return Gateway{
		Endpoint: fmt.Sprintf("http://127.0.0.1:%d", i.port), Key: gatewayKey, Secret: gatewaySecret,
		Root: filepath.Join(i.dir, "root"),
	}
}

// AddUser makes a user who has no right to anything until a bucket's policy
// names the key as principal.
func (g Gateway) AddUser(t testing.TB, key, secret string) {
	t.Helper()
	program, err := gatewayProgram()
	need(t, err)
	out, err := exec.CommandContext(t.Context(), program, "admin", "--access", g.Key, "--secret", g.Secret,
		"--endpoint-url", g.Endpoint, "create-user", "--access", key, "--secret", secret, "--role", "user").CombinedOutput()
	if err != nil {
		t.Fatalf("make a user of the S3 server: %v\n%s", err, out)
	}
}

const (
	gatewayKey    = "testserver"
	gatewaySecret = "testserver"
)

// gateway starts the server of this process, once.
var gateway = sync.OnceValues(func() (instance, error) {
	return server{name: "versitygw", command: gatewayCommand, ready: gatewayReady, patience: time.Minute}.start()
})

// gatewayProgram returns the program as install/servers/versitygw.sh builds it.
func gatewayProgram() (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	program := filepath.Join(cache, "versitygw-1.8.0", "versitygw")
	if _, err := os.Stat(program); err != nil {
		return "", &missing{"versitygw", "no program " + program}
	}
	return program, nil
}

func gatewayCommand(dir string, port int) ([]string, error) {
	program, err := gatewayProgram()
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{"root", "users", "versions"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			return nil, err
		}
	}
	return []string{
		program, "--access", gatewayKey, "--secret", gatewaySecret, "--port", "127.0.0.1:" + strconv.Itoa(port),
		"--health", "/healthz", "--keep-alive", "--quiet", "--iam-dir", filepath.Join(dir, "users"),
		"posix", "--versioning-dir", filepath.Join(dir, "versions"), filepath.Join(dir, "root"),
	}, nil
}

func gatewayReady(ctx context.Context, _ string, port int) error {
	return answers(ctx, fmt.Sprintf("http://127.0.0.1:%d/healthz", port))
}

// answers returns nil if a GET of the address succeeds.
func answers(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}
