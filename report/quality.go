package report

import (
	"fmt"
	"iter"

	"example.com/assay"
)

// Qualities are the latest measures of verifiers, by the hash of their definition.
type Qualities map[string]assay.Measure

// LatestQualities takes from a history, the newest first, the latest measure of
// each definition over all stores and languages: of values, or else of columns.
func LatestQualities(history iter.Seq2[assay.Measure, error]) (Qualities, error) {
	q := Qualities{}
	for m, err := range history {
		if err != nil {
			return nil, err
		}
		known, ok := q[m.Hash]
		if m.Store == "" && m.Language == "" && (!ok || known.Level != assay.LevelValue && m.Level == assay.LevelValue) {
			q[m.Hash] = m
		}
	}
	return q, nil
}

// Of returns how good the verifier of a finding was found to be; nil where that
// definition was not measured.
func (q Qualities) Of(f assay.Finding) *assay.Measure {
	if m, ok := q[f.Hash]; ok {
		return &m
	}
	return nil
}

// Share writes an estimate with its 95 % interval.
func Share(e assay.Estimate) string {
	if e.N == 0 {
		return "not known"
	}
	return fmt.Sprintf("%.3f [%.3f, %.3f]", e.Value, e.Low, e.High)
}

// NotMeasured stands where a verifier's quality would.
const NotMeasured = "not measured"

// Quality says how good a verifier was found to be; m may be nil.
func Quality(m *assay.Measure) string {
	if m == nil {
		return NotMeasured
	}
	unit := "value"
	if m.Level == assay.LevelColumn {
		unit = "column"
	}
	return fmt.Sprintf("precision %s, recall %s, accuracy %s, on %s", Share(m.Precision), Share(m.Recall), Share(m.Accuracy),
		count(m.TP+m.FP+m.FN+m.TN, "labelled "+unit))
}
