package verifiers

import (
	"context"

	"example.com/assay"
)

// InUse returns the versions of an element that were in use, the latest first and
// each once. Where a version is in use now, it is the first.
func InUse(ctx context.Context, log assay.VerifierLog, element assay.Element) ([]assay.VerifierChange, error) {
	var changes []assay.VerifierChange
	for c, err := range log.VerifierChanges(ctx, element) {
		if err != nil {
			return nil, err
		}
		if c.State == assay.StateActive {
			changes = append(changes, c)
		}
	}
	var out []assay.VerifierChange
	seen := map[int]bool{}
	for i := len(changes) - 1; i >= 0; i-- {
		if c := changes[i]; !seen[c.Version] {
			seen[c.Version] = true
			out = append(out, c)
		}
	}
	return out, nil
}
