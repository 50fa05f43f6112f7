package verifiers

import (
	"context"
	"fmt"

	"example.com/assay"
)

// LibraryAuthor is the author of versions that came with the program.
const LibraryAuthor = "assay"

// SeedStore is a store that can be seeded.
type SeedStore interface {
	VersionReader
	assay.VerifierImporter
}

// Seed brings the built-in library into a store, and returns how many versions
// it added. An element that is new becomes active. One whose active version came
// with an earlier program is replaced by the new definition; where somebody has
// chosen otherwise, by a version of their own or by disabling it, the new
// definition is kept disabled for them to look at. Seeding again has no effect.
// Processes that do so at the same time may meet: then the error is
// assay.ErrConflict, and another try finds all done.
func Seed(ctx context.Context, store SeedStore) (int, error) {
	defs, err := Library()
	if err != nil {
		return 0, fmt.Errorf("load the built-in verifiers: %w", err)
	}
	known := map[assay.Element][]assay.VerifierVersion{}
	for v, err := range store.Verifiers(ctx) {
		if err != nil {
			return 0, err
		}
		known[v.Element] = append(known[v.Element], v)
	}
	var fresh []assay.VerifierVersion
	for _, d := range defs {
		if v, ok, err := seedOf(d, known[d.Element]); err != nil {
			return 0, err
		} else if ok {
			fresh = append(fresh, v)
		}
	}
	return len(fresh), store.AddVerifiers(ctx, fresh...)
}

// seedOf returns the version that a definition of the library becomes beside
// those that are known, and whether it becomes one at all.
func seedOf(d Definition, known []assay.VerifierVersion) (assay.VerifierVersion, bool, error) {
	hash, err := d.Hash()
	if err != nil {
		return assay.VerifierVersion{}, false, err
	}
	v := assay.VerifierVersion{
		Element: d.Element, Version: 1, Definition: d.JSON, Hash: hash, State: assay.StateActive,
		Author: LibraryAuthor, Reason: "built-in library",
	}
	if len(known) == 0 {
		return v, true, nil
	}
	v.Version, v.State, v.Reason = known[len(known)-1].Version+1, assay.StateDisabled, "newer built-in library, not activated"
	for _, k := range known {
		if string(k.Definition) == string(d.JSON) {
			return v, false, nil
		}
		if k.State == assay.StateActive && k.Author == LibraryAuthor {
			v.State, v.Reason = assay.StateActive, "newer built-in library"
		}
	}
	return v, true, nil
}
