// Package k8s is the leadership of one process of several by a Lease of
// Kubernetes, with the election of client-go. All that this program uses of
// client-go is in this package.
//
// The processes need the verbs get and update for the one Lease, and create in
// its namespace while it is not there. A pod that dies is followed by another
// when the Lease has not been renewed for Duration.
//
// It imports the root package only.
package k8s

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"example.com/assay"

	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	coordination "k8s.io/client-go/kubernetes/typed/coordination/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/klog/v2"
)

// Options name the Lease and say how quickly it changes hands. Members without a
// remark are compulsory.
type Options struct {
	Namespace, Lease string
	// Identity is the candidate's own name: in a pod, the pod's.
	Identity string
	// Duration is how long a Lease that is not renewed is respected; 0 means 15
	// seconds. Deadline and Retry are how long a leader tries to renew, and how
	// often; 0 means two thirds and an eighth of Duration.
	Duration, Deadline, Retry time.Duration
	// Log takes what happened; nil discards it.
	Log *slog.Logger
}

// Leader is one candidate. Its Lead may be called once at a time.
type Leader struct {
	client  coordination.CoordinationV1Interface
	options Options
}

var _ assay.Leadership = (*Leader)(nil)

// InCluster returns the address and credentials that Kubernetes gives to pods,
// and the pod's namespace.
func InCluster() (config *rest.Config, namespace string, err error) {
	if config, err = rest.InClusterConfig(); err != nil {
		return nil, "", err
	}
	const file = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"
	text, err := os.ReadFile(file)
	return config, strings.TrimSpace(string(text)), err
}

// New returns a candidate for a Lease on the API server of a configuration.
func New(config *rest.Config, options Options) (*Leader, error) {
	client, err := coordination.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("lease %s/%s: %w", options.Namespace, options.Lease, err)
	}
	options.Duration = cmp.Or(options.Duration, 15*time.Second)
	options.Deadline = cmp.Or(options.Deadline, options.Duration*2/3)
	options.Retry = cmp.Or(options.Retry, options.Duration/8)
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	l := &Leader{client, options}
	_, err = l.elector(l.lock(), leaderelection.LeaderCallbacks{OnStartedLeading: func(context.Context) {}, OnStoppedLeading: func() {}})
	return l, err
}

func (l *Leader) lock() *resourcelock.LeaseLock {
	return &resourcelock.LeaseLock{
		LeaseMeta:  metav1.ObjectMeta{Namespace: l.options.Namespace, Name: l.options.Lease},
		Client:     l.client,
		LockConfig: resourcelock.ResourceLockConfig{Identity: l.options.Identity},
	}
}

// elector returns what takes part in one election. It is not left to give up the
// Lease, because it would try that before it says that the leadership is lost,
// for as long again as it has tried to renew.
func (l *Leader) elector(lock resourcelock.Interface, callbacks leaderelection.LeaderCallbacks) (*leaderelection.LeaderElector, error) {
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: lock, Callbacks: callbacks, Name: l.options.Lease,
		LeaseDuration: l.options.Duration, RenewDeadline: l.options.Deadline, RetryPeriod: l.options.Retry,
	})
	if err != nil {
		return nil, fmt.Errorf("lease %s/%s: %w", l.options.Namespace, l.options.Lease, err)
	}
	return elector, nil
}

// giveUp lets the next candidate in at once. When it fails, that one waits.
func (l *Leader) giveUp(ctx context.Context, lock *resourcelock.LeaseLock) {
	ctx, cancel := context.WithTimeout(ctx, l.options.Deadline)
	defer cancel()
	held, _, err := lock.Get(ctx)
	if err == nil && held.HolderIdentity == l.options.Identity {
		now := metav1.Now()
		err = lock.Update(ctx, resourcelock.LeaderElectionRecord{
			LeaderTransitions: held.LeaderTransitions, LeaseDurationSeconds: 1, AcquireTime: now, RenewTime: now,
		})
	}
	if err != nil {
		l.options.Log.Warn("cannot hand over the leadership", "lease", l.options.Lease, "err", err)
	}
}

// Lead implements assay.Leadership.
func (l *Leader) Lead(ctx context.Context, f func(ctx context.Context) error) error {
	for {
		again, err := l.once(ctx, f)
		if err != nil || !again {
			return err
		}
	}
}

// once takes part in one election, and reports whether to do so again because
// the leadership was lost. The elector runs by a context of its own, which ends
// when f has returned: the Lease is renewed while f winds up.
func (l *Leader) once(ctx context.Context, f func(ctx context.Context) error) (again bool, err error) {
	electing, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	electing = klog.NewContext(electing, logr.FromSlogHandler(l.options.Log.Handler()))
	t := term{stop: stop, done: make(chan error, 1)}
	lock := l.lock()
	elector, err := l.elector(lock, leaderelection.LeaderCallbacks{
		OnStartedLeading: func(leading context.Context) { t.run(ctx, leading, f) },
		OnStoppedLeading: func() {},
	})
	if err != nil {
		return false, err
	}
	release := context.AfterFunc(ctx, t.end)
	defer release()
	elector.Run(electing)
	if t.isOver() {
		return false, nil
	}
	err = <-t.done // the election was won: nothing else ends it
	if t.lost {
		return ctx.Err() == nil, nil
	}
	l.giveUp(context.WithoutCancel(ctx), lock)
	if ctx.Err() != nil {
		return false, nil
	}
	return false, err
}

// term is the time for which a candidate may lead.
type term struct {
	stop context.CancelFunc // ends the election
	done chan error         // what f returned
	lost bool               // the Lease was; valid after done

	mu          sync.Mutex
	begun, over bool // f was begun; ctx ended before
}

// end ends an election that is not won yet.
func (t *term) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.begun {
		t.over = true
		t.stop()
	}
}

func (t *term) isOver() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.over
}

// begin reports whether f may begin.
func (t *term) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begun = !t.over
	return t.begun
}

// run runs f, until one of the contexts ends.
func (t *term) run(ctx, leading context.Context, f func(ctx context.Context) error) {
	if !t.begin() {
		t.done <- nil
		return
	}
	both, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(leading, cancel)()
	err := f(both)
	t.lost = leading.Err() != nil
	t.done <- err
	t.stop()
}
