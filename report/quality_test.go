package report

import (
	"errors"
	"iter"
	"testing"

	"example.com/assay"
)

func history(measures ...assay.Measure) iter.Seq2[assay.Measure, error] {
	return func(yield func(assay.Measure, error) bool) {
		for _, m := range measures {
			if !yield(m, nil) {
				return
			}
		}
	}
}

// The latest measure of values counts, of the definition that found it.
func TestQualities(t *testing.T) {
	good := assay.Measure{Hash: "a", Level: assay.LevelValue, TP: 2, TN: 1, Precision: assay.Estimate{Value: 0.9, Low: 0.8, High: 0.95, N: 3}}
	older, column, part := good, good, good
	older.Precision.Value, column.Level, part.Store = 0.1, assay.LevelColumn, "mysql"
	q, err := LatestQualities(history(part, column, good, older, assay.Measure{Hash: "b", Level: assay.LevelColumn, TP: 1}))
	if err != nil {
		t.Fatal(err)
	}
	for hash, want := range map[string]string{
		"a": "precision 0.900 [0.800, 0.950], recall not known, accuracy not known, on 3 labelled values",
		"b": "precision not known, recall not known, accuracy not known, on 1 labelled column",
		"c": "not measured",
	} {
		if got := Quality(q.Of(assay.Finding{Hash: hash})); got != want {
			t.Errorf("%s: %s, want %s", hash, got, want)
		}
	}
	broken := func(yield func(assay.Measure, error) bool) { yield(assay.Measure{}, errors.New("away")) }
	if _, err := LatestQualities(broken); err == nil {
		t.Error("an error was swallowed")
	}
}
