package verifiers_test

import (
	"testing"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

// library returns the library's definitions, parsed as strictly as a user's.
func library(t *testing.T) []verifiers.Definition {
	t.Helper()
	defs, err := verifiers.LoadDir("library")
	if err != nil {
		t.Fatal(err)
	}
	return defs
}

func TestLibraryExamples(t *testing.T) {
	for _, def := range library(t) {
		t.Run(string(def.Element), func(t *testing.T) {
			set := compile(t, []verifiers.Definition{def}, verifiers.Options{Elements: []assay.Element{def.Element}})
			testExamples(t, def, set)
		})
	}
}

// All verifiers together must say of an element's examples what its own alone
// says: no prefilter or window may depend on company.
func TestLibraryExamplesTogether(t *testing.T) {
	defs := library(t)
	var all []assay.Element
	for _, d := range defs {
		all = append(all, d.Element)
	}
	set := compile(t, defs, verifiers.Options{Elements: all})
	for _, def := range defs {
		testExamples(t, def, set)
	}
}

func TestLibraryLint(t *testing.T) {
	for _, def := range library(t) {
		for _, w := range verifiers.Lint(def) {
			t.Errorf("%s: %s", def.File, w)
		}
	}
}

// BenchmarkLibrary loads the library, which every start of the program does.
func BenchmarkLibrary(b *testing.B) {
	for b.Loop() {
		if _, err := verifiers.Library(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	defs, err := verifiers.Library()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := verifiers.Compile(defs, verifiers.Options{Checks: phone.Checks()}); err != nil {
			b.Fatal(err)
		}
	}
}

func compile(t *testing.T, defs []verifiers.Definition, opts verifiers.Options) *engine.Set {
	t.Helper()
	opts.Checks = append(opts.Checks, phone.Checks()...)
	set, err := verifiers.Compile(defs, opts)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func testExamples(t *testing.T, def verifiers.Definition, set *engine.Set) {
	t.Helper()
	failures, err := verifiers.Test(t.Context(), def, set, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failures {
		t.Errorf("%s: %s", def.File, f)
	}
}
