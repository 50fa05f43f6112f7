package sourcetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/assay"
)

// prompt is how soon a source must be back when it is told to stop.
const prompt = time.Second

// everything asks for all records that the suite ever puts into an asset.
var everything = assay.Plan{Seed: 1, Rows: 2 * manyRecords}

func testYieldError(t *testing.T, o Options) {
	id := o.Put(t, "yield_error", records(manyRecords))
	s := open(t, o)
	a := find(t, o, s, id)
	stop := errors.New("stop now")
	calls := 0
	reading, err := s.Sample(t.Context(), a, everything, func(assay.Datum) error {
		calls++
		if calls == 3 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) {
		t.Errorf("Sample returned %v, want yield's error", err)
	}
	if calls != 3 {
		t.Errorf("yield was called %d times, 3 with the one that failed", calls)
	}
	checkStopped(t, reading)
}

func testCancellation(t *testing.T, o Options) {
	id := o.Put(t, "cancellation", records(manyRecords))
	s := open(t, o)
	a := find(t, o, s, id)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var cancelled time.Time
	reading, err := s.Sample(ctx, a, everything, func(assay.Datum) error {
		if cancelled.IsZero() {
			cancelled = time.Now()
			cancel()
		}
		return nil
	})
	if got := assay.Explain(err); err == nil || got != assay.ReasonCancelled {
		t.Errorf("cancelled Sample returned %v, want reason %s", err, assay.ReasonCancelled)
	}
	if took := time.Since(cancelled); took > prompt {
		t.Errorf("Sample came back %v after it was cancelled", took)
	}
	noSecrets(t, o, err)
	checkStopped(t, reading)
}

func testTimeout(t *testing.T, o Options) {
	id := o.Put(t, "timeout", records(manyRecords))
	s := open(t, o)
	a := find(t, o, s, id)
	plan := everything
	plan.Timeout = 200 * time.Millisecond
	start := time.Now()
	reading, err := s.Sample(t.Context(), a, plan, func(assay.Datum) error {
		if time.Sleep(5 * time.Millisecond); time.Since(start) > plan.Timeout+prompt {
			return errors.New("still reading after the timeout")
		}
		return nil
	})
	if got := assay.Explain(err); err == nil || got != assay.ReasonTimeout {
		t.Errorf("Sample past its timeout returned %v, want reason %s", err, assay.ReasonTimeout)
	}
	if took := time.Since(start); took > plan.Timeout+prompt {
		t.Errorf("Sample with a timeout of %v took %v", plan.Timeout, took)
	}
	noSecrets(t, o, err)
	checkStopped(t, reading)
}

// checkStopped checks that a sample which was cut short does not call itself
// complete.
func checkStopped(t *testing.T, r assay.Reading) {
	t.Helper()
	if r.Design.Method == assay.DesignCensus {
		t.Error("a sample that was stopped calls itself a census")
	}
	for _, f := range r.Fields {
		if f.Status == assay.StatusScanned {
			t.Errorf("field %s is %s although the sample was stopped", f.Field.Path, f.Status)
		}
	}
}

func testVanished(t *testing.T, o Options) {
	id := o.Put(t, "vanished", records(fewRecords))
	s := open(t, o)
	a := find(t, o, s, id)
	o.Remove(t, id)
	got, err := take(t.Context(), t, o, s, a, assay.Plan{Seed: 1})
	if reason := assay.Explain(err); err == nil || reason != assay.ReasonVanished {
		t.Errorf("sampling an asset that is gone returned %v, want reason %s", err, assay.ReasonVanished)
	}
	if len(got.order) != 0 {
		t.Errorf("%d values came out of an asset that is gone", len(got.order))
	}
}

func testDenied(t *testing.T, o Options) {
	if o.Deny == nil {
		t.Skip("the store knows no right to read a single asset")
	}
	other := o.Put(t, "denied_not", records(fewRecords))
	id := o.Put(t, "denied", records(fewRecords))
	o.Deny(t, id)
	s := open(t, o)
	denied, listed := assay.Asset{ID: id}, false
	for a, err := range s.Assets(t.Context()) {
		noSecrets(t, o, a, err)
		if a.ID == id {
			denied = a
			if err != nil && assay.Explain(err) != assay.ReasonDenied {
				t.Errorf("listing a denied asset: %v, want reason %s", err, assay.ReasonDenied)
			}
		}
		listed = listed || a.ID == other && err == nil
	}
	if !listed {
		t.Error("an asset beside the denied one is not listed")
	}
	got, err := take(t.Context(), t, o, s, denied, assay.Plan{Seed: 1})
	if reason := assay.Explain(err); err == nil || reason != assay.ReasonDenied {
		t.Errorf("sampling a denied asset returned %v, want reason %s", err, assay.ReasonDenied)
	}
	for _, f := range got.reading.Fields {
		if f.Status == assay.StatusScanned {
			t.Errorf("field %s of a denied asset is %s", f.Field.Path, f.Status)
		}
	}
}

func testClose(t *testing.T, o Options) {
	id := o.Put(t, "closing", records(manyRecords))
	before := goleak.IgnoreCurrent()
	s := o.Open(t)
	a := find(t, o, s, id)
	if _, err := take(t.Context(), t, o, s, a, everything); err != nil {
		t.Errorf("sample: %v", err)
	}
	stop := errors.New("stop now")
	if _, err := s.Sample(t.Context(), a, everything, func(assay.Datum) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Sample returned %v, want yield's error", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := goleak.Find(before); err != nil {
		t.Errorf("after Close: %v", err)
	}
}
