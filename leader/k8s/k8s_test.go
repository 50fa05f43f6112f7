package k8s

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/leader/leadertest"

	v1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// processEnv makes the test binary a candidate on the API server that it names.
const processEnv = "ASSAY_TEST_LEADER"

// clusterEnv is the address of a real API server, such as kubectl proxy gives, in
// whose namespace default the tests may make Leases; without it they run on a
// double only.
const clusterEnv = "ASSAY_TEST_KUBERNETES"

func TestMain(m *testing.M) {
	if server := os.Getenv(processEnv); server != "" {
		if err := process(server); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func process(server string) error {
	l, err := New(double(server), options(strconv.Itoa(os.Getpid())))
	if err != nil {
		return err
	}
	return leadertest.Process(l)
}

func options(identity string) Options {
	return Options{Namespace: "default", Lease: "assay-test", Identity: identity,
		Duration: 2 * time.Second, Deadline: time.Second, Retry: 100 * time.Millisecond}
}

// double returns the configuration for the double, which reads JSON only.
func double(server string) *rest.Config {
	return &rest.Config{Host: server, ContentConfig: rest.ContentConfig{ContentType: "application/json"}}
}

// apiServer is a double of the API server: the Leases of one namespace, with the
// resource versions by which it refuses changes of what is no longer the newest.
type apiServer struct {
	mu      sync.Mutex
	version int
	leases  map[string]v1.Lease
	down    bool
}

func (a *apiServer) start(t *testing.T) string {
	a.leases = map[string]v1.Lease{}
	mux := http.NewServeMux()
	const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases"
	mux.HandleFunc("GET "+leases+"/{name}", a.handle(func(_ *http.Request, l v1.Lease, found bool) (v1.Lease, int) {
		if !found {
			return l, http.StatusNotFound
		}
		return l, http.StatusOK
	}))
	mux.HandleFunc("POST "+leases, a.handle(func(r *http.Request, _ v1.Lease, _ bool) (v1.Lease, int) {
		next, ok := lease(r)
		if _, taken := a.leases[next.Name]; taken || !ok {
			return next, http.StatusConflict
		}
		return a.keep(next), http.StatusCreated
	}))
	mux.HandleFunc("PUT "+leases+"/{name}", a.handle(func(r *http.Request, old v1.Lease, found bool) (v1.Lease, int) {
		next, ok := lease(r)
		if !found || !ok || next.ResourceVersion != old.ResourceVersion {
			return old, http.StatusConflict
		}
		return a.keep(next), http.StatusOK
	}))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func lease(r *http.Request) (l v1.Lease, ok bool) {
	body, err := io.ReadAll(r.Body)
	return l, err == nil && json.Unmarshal(body, &l) == nil && l.Name != ""
}

// keep stores a lease as a new version. The caller holds the lock.
func (a *apiServer) keep(l v1.Lease) v1.Lease {
	a.version++
	l.ResourceVersion = strconv.Itoa(a.version)
	a.leases[l.Name] = l
	return l
}

func (a *apiServer) handle(f func(r *http.Request, l v1.Lease, found bool) (v1.Lease, int)) http.HandlerFunc {
	return func(out http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.down {
			panic(http.ErrAbortHandler)
		}
		l, found := a.leases[r.PathValue("name")]
		l, code := f(r, l, found)
		var answer any = &l
		l.TypeMeta = metav1.TypeMeta{Kind: "Lease", APIVersion: "coordination.k8s.io/v1"}
		if code >= http.StatusBadRequest {
			reason := map[int]metav1.StatusReason{http.StatusNotFound: metav1.StatusReasonNotFound, http.StatusConflict: metav1.StatusReasonConflict}[code]
			answer = &metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Code: int32(code), Reason: reason}
		}
		out.Header().Set("Content-Type", "application/json")
		out.WriteHeader(code)
		_ = json.NewEncoder(out).Encode(answer)
	}
}

// TestDouble runs the suite on a double of the API server.
func TestDouble(t *testing.T) {
	leadertest.Run(t, func(t *testing.T) func() assay.Leadership {
		return candidates(t, double(new(apiServer).start(t)), "assay-test")
	})
}

// candidates makes candidates with names of their own.
func candidates(t *testing.T, config *rest.Config, lease string) func() assay.Leadership {
	n := 0
	return func() assay.Leadership {
		n++
		o := options(fmt.Sprint("pod-", n))
		o.Lease = lease
		l, err := New(config, o)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
}

// TestCluster runs the suite on a real cluster, where there is one.
func TestCluster(t *testing.T) {
	server := os.Getenv(clusterEnv)
	if server == "" {
		t.Skip("set " + clusterEnv + " to the address of a cluster, such as that of kubectl proxy")
	}
	n := 0
	leadertest.Run(t, func(t *testing.T) func() assay.Leadership {
		n++
		return candidates(t, &rest.Config{Host: server}, fmt.Sprintf("assay-test-%d-%d", os.Getpid(), n))
	})
}

// A leader that is killed is followed by another process.
func TestKill(t *testing.T) {
	leadertest.Kill(t, processEnv+"="+new(apiServer).start(t))
}

// A leader that cannot renew its Lease stops before another one may lead, and
// leads again when the server is back.
func TestServerGone(t *testing.T) {
	server := &apiServer{}
	set := func(down bool) {
		server.mu.Lock()
		defer server.mu.Unlock()
		server.down = down
	}
	times := 0
	err := candidates(t, double(server.start(t)), "assay-test")().Lead(t.Context(), func(ctx context.Context) error {
		if times++; times == 2 {
			return nil
		}
		set(true)
		begun := time.Now()
		<-ctx.Done()
		if took := time.Since(begun); took >= 2*time.Second {
			t.Errorf("it led for %v without a renewal, and others wait 2 s", took)
		}
		set(false)
		return ctx.Err()
	})
	if err != nil || times != 2 {
		t.Errorf("led %d times, %v", times, err)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, o := range map[string]Options{
		"no identity": {Namespace: "default", Lease: "x"},
		"durations":   {Namespace: "default", Lease: "x", Identity: "me", Duration: time.Second, Deadline: time.Minute},
	} {
		if _, err := New(&rest.Config{Host: "http://127.0.0.1:1"}, o); err == nil {
			t.Errorf("%s: made", name)
		}
	}
	if _, _, err := InCluster(); err == nil {
		t.Error("this is no pod")
	}
}
