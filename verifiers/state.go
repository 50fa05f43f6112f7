package verifiers

import (
	"context"
	"fmt"
	"slices"

	"example.com/assay"
)

// StateStore is what changes of a version's state need.
type StateStore interface {
	assay.VerifierStore
	assay.VerifierLog
}

// Disable stops a version from running: the active one when version is 0. It
// returns the version. ErrNotFound.
func Disable(ctx context.Context, store StateStore, element assay.Element, version int, by Change) (int, error) {
	versions, err := VersionsOf(ctx, store, element)
	if at := Active(versions); err == nil && version == 0 {
		if at < 0 {
			return 0, fmt.Errorf("verifier %s: no version is active: %w", element, assay.ErrNotFound)
		}
		version = versions[at].Version
	}
	if err == nil {
		err = setState(ctx, store, element, version, assay.StateDisabled, by)
	}
	return version, err
}

// Rollback ends the staged roll-out of an element where there is one and version
// is 0. Otherwise it makes a version active that was in use: the one before the
// active one when version is 0. It returns the version and what it is now.
// ErrNotFound.
func Rollback(ctx context.Context, store StateStore, element assay.Element, version int, by Change) (int, assay.State, error) {
	versions, err := VersionsOf(ctx, store, element)
	if err != nil {
		return 0, "", err
	}
	if at := staged(versions); at >= 0 && version == 0 {
		version = versions[at].Version
		return version, assay.StateShadow, setState(ctx, store, element, version, assay.StateShadow, by)
	}
	used, err := InUse(ctx, store, element)
	if err != nil {
		return 0, "", err
	}
	active := Active(versions)
	for _, u := range used {
		if version == u.Version || version == 0 && (active < 0 || u.Version != versions[active].Version) {
			return u.Version, assay.StateActive, setState(ctx, store, element, u.Version, assay.StateActive, by)
		}
	}
	if version == 0 {
		return 0, "", fmt.Errorf("verifier %s: no other version was in use before: %w", element, assay.ErrNotFound)
	}
	return 0, "", fmt.Errorf("verifier %s: version %d was never in use (assay verifiers rollout %[1]s@%d puts it into use): %w",
		element, version, assay.ErrNotFound)
}

// setState changes the state of a version. ErrNotFound.
func setState(ctx context.Context, store assay.VerifierStore, element assay.Element, version int, state assay.State, by Change) error {
	if err := by.check(); err != nil {
		return fmt.Errorf("%s: %w", element, err)
	}
	return store.SetVerifierState(ctx, element, version, state, by.Author, by.Reason)
}

// VersionsOf returns the versions of an element, oldest first. ErrNotFound.
func VersionsOf(ctx context.Context, store assay.VerifierStore, element assay.Element) (versions []assay.VerifierVersion, err error) {
	for v, err := range store.Verifiers(ctx) {
		if err != nil {
			return nil, err
		}
		if v.Element == element {
			versions = append(versions, v)
		}
	}
	if len(versions) == 0 {
		return nil, fmt.Errorf("verifier %s: %w in the database (see assay verifiers history)", element, assay.ErrNotFound)
	}
	return versions, nil
}

// Active returns the place of the active version, or -1.
func Active(versions []assay.VerifierVersion) int {
	return slices.IndexFunc(versions, func(v assay.VerifierVersion) bool { return v.State == assay.StateActive })
}

// staged returns the place of the version that is being rolled out, or -1.
func staged(versions []assay.VerifierVersion) int {
	return slices.IndexFunc(versions, func(v assay.VerifierVersion) bool { return v.Share > 0 })
}
