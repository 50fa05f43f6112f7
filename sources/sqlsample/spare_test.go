package sqlsample

import (
	"context"
	"errors"
	"testing"

	"example.com/assay"
)

// Every statement of a sample is a request that may be made to wait, or refused.
func TestRequests(t *testing.T) {
	keyless := oneColumn
	keyless.Key = nil
	for name, shape := range map[string]Shape{"by key": oneColumn, "without one": keyless} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			ctx := assay.OnRequest(t.Context(), func(context.Context) error { asked++; return nil })
			m := &lazy{n: 100_000, keys: ints(100_000)}
			plan := assay.Plan{Rows: 100, Starts: 10}
			if _, err := Sample(ctx, "test:", m, shape, plan, func(assay.Datum) error { return nil }); err != nil || asked < 2 {
				t.Errorf("%d requests, %v", asked, err)
			}
			refused := errors.New("not now")
			ctx = assay.OnRequest(t.Context(), func(context.Context) error { return refused })
			if _, err := Sample(ctx, "test:", m, shape, plan, func(assay.Datum) error { t.Error("a value was read"); return nil }); !errors.Is(err, refused) {
				t.Errorf("got %v, want the refusal", err)
			}
		})
	}
}
