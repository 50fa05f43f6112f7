package verifiers

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"example.com/assay"
)

// Change says who changes a verifier, why, and what becomes of it.
type Change struct {
	Author, Reason string
	// Now puts the version into use at once. Otherwise it starts in shadow: it runs
	// beside the version in use, its findings being compared only, until it is
	// rolled out.
	Now bool
	// Base is the newest version that the author has seen: where there is a
	// newer one by now, nothing is changed (assay.ErrConflict). 0 does not ask.
	Base int
}

// Ungated ends the reason of a change that put a version into use without the gate.
const Ungated = " (without the gate)"

// check refuses a change that nobody answers for.
func (c Change) check() error {
	if c.Author == "" || c.Reason == "" {
		return errors.New("who changes it and why must be said (--author and --reason)")
	}
	return nil
}

// Publish adds a definition to a store, as its element's next version, after
// compiling it and running its examples. A definition that fails is refused: the
// error joins one for each mistake, with file, JSON path and reason.
func Publish(ctx context.Context, store assay.VerifierStore, d Definition, opts Options, settler Settler, by Change) (assay.VerifierVersion, error) {
	if err := by.check(); err != nil {
		return assay.VerifierVersion{}, fmt.Errorf("%s: %w", d.Element, err)
	}
	if err := Prove(ctx, d, opts, settler); err != nil {
		return assay.VerifierVersion{}, err
	}
	hash, err := d.Hash()
	if err != nil {
		return assay.VerifierVersion{}, err
	}
	v := assay.VerifierVersion{Element: d.Element, Definition: d.JSON, Hash: hash, State: assay.StateShadow, Author: by.Author, Reason: by.Reason}
	if by.Now {
		v.State, v.Reason = assay.StateActive, by.Reason+Ungated
	}
	if by.Base > 0 {
		v.Version = by.Base + 1
	}
	return store.AddVerifier(ctx, v)
}

// Prove compiles a definition and runs its examples, alone. The options' Elements,
// Shadow and Words do not count: of a dictionary that is a column, only the words
// that the definition itself has are there.
func Prove(ctx context.Context, d Definition, opts Options, settler Settler) error {
	opts.Elements, opts.Shadow, opts.Words = []assay.Element{d.Element}, nil, noWords
	set, err := Compile([]Definition{d}, opts)
	if err != nil {
		return err
	}
	failures, err := Test(ctx, d, set, settler)
	if err != nil {
		return fmt.Errorf("test %s: %w", d.Element, err)
	}
	var errs []error
	for _, f := range failures {
		errs = append(errs, fmt.Errorf("%s: %s", filepath.ToSlash(d.File), f))
	}
	return errors.Join(errs...)
}
