// Package secrets finds secrets in folders, in what is staged for a commit, in
// what a push brings and in a whole history, by the same engine and the same
// verifiers as the scan of data, of which it takes those of class credential.
//
// What it finds becomes places: file, line, element and a mask, never the secret
// itself. Each place gets its identities while the secret is at hand, and is
// then a finding, skipped by a comment, known from a baseline, or old; all of
// these are recorded.
//
// It imports packages verifiers, engine, report and root, and its own folders:
// git (the repository), skip (comments) and baseline (identities and files).
package secrets

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"
)

// class is the class of the verifiers that find secrets.
const class = "credential"

// RuleOptions choose the rules.
type RuleOptions struct {
	// Dir is a folder of definitions beside the library's; one of the same
	// element replaces it. May be empty.
	Dir string
	// Own holds definitions beside those, such as a company's bundle.
	Own []verifiers.Definition
	// Gitleaks adds the rules of a configuration of gitleaks; may be nil.
	Gitleaks *Gitleaks
	// Elements limits the rules to these; empty means all of class credential
	// that are not off.
	Elements []assay.Element
}

// Rules are the compiled verifiers of secrets. They are immutable and safe for
// concurrent use.
type Rules struct {
	set   *engine.Set
	about map[assay.Element]About
	// Hash identifies all of them together.
	Hash string
}

// About describes an element for reports.
type About struct {
	Element  assay.Element
	Title    string
	Doc      string
	Severity string
}

// LoadRules compiles the library's verifiers of secrets and those of the
// options. When the error is not nil, rules may be there all the same: those of
// the definitions that are right.
func LoadRules(opts RuleOptions) (*Rules, error) {
	library, err := verifiers.Library()
	if err != nil {
		return nil, fmt.Errorf("load the built-in verifiers: %w", err)
	}
	return compile(library, opts)
}

// RulesFor is like LoadRules for who will judge these texts and no others: of the
// library it compiles only what may be in them.
func RulesFor(opts RuleOptions, texts [][]byte) (*Rules, error) {
	if len(opts.Elements) > 0 || slices.ContainsFunc(texts, sievedWrongly) {
		return LoadRules(opts)
	}
	s, err := newSieve(sieveText)
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		s.lookDecoded(text)
	}
	library, err := verifiers.LibraryOf(s.found()...)
	if err != nil {
		return nil, fmt.Errorf("load the built-in verifiers: %w", err)
	}
	return compile(library, opts)
}

// compile compiles definitions of the library and those of the options.
func compile(defs []verifiers.Definition, opts RuleOptions) (*Rules, error) {
	var refused error
	if opts.Dir != "" {
		var own []verifiers.Definition
		own, refused = verifiers.LoadDir(opts.Dir)
		defs = verifiers.Override(defs, own)
	}
	defs = verifiers.Override(defs, opts.Own)
	if len(opts.Elements) == 0 {
		defs = slices.DeleteFunc(defs, func(d verifiers.Definition) bool { return d.Class != class })
	}
	set, err := verifiers.Compile(defs, verifiers.Options{Elements: opts.Elements})
	if set == nil {
		return nil, errors.Join(refused, err)
	}
	refused = errors.Join(refused, err)
	rules := newRules(set, defs)
	if opts.Gitleaks != nil && len(opts.Gitleaks.rules) > 0 {
		if rules, err = rules.with(opts.Gitleaks); err != nil {
			refused = errors.Join(refused, err)
		}
	}
	return rules, refused
}

func newRules(set *engine.Set, defs []verifiers.Definition) *Rules {
	r := &Rules{set: set, about: make(map[assay.Element]About, len(defs)), Hash: hashOf(set)}
	for _, d := range defs {
		r.about[d.Element] = About{d.Element, d.Title, d.Doc, d.Severity}
	}
	return r
}

// with returns the rules with imported ones beside them.
func (r *Rules) with(g *Gitleaks) (*Rules, error) {
	set, err := engine.Compile(slices.Concat(r.set.Rules(), g.rules))
	out := &Rules{set: set, about: r.about, Hash: hashOf(set)}
	for _, a := range g.about {
		out.about[a.Element] = a
	}
	return out, err
}

func hashOf(set *engine.Set) string {
	h := sha256.New()
	for _, rule := range set.Rules() {
		fmt.Fprintf(h, "%s %s\n", rule.Verifier, rule.Hash)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Len returns the number of rules.
func (r *Rules) Len() int { return len(r.set.Rules()) }

// About describes an element.
func (r *Rules) About(id assay.Element) About {
	if a, ok := r.about[id]; ok {
		return a
	}
	return About{Element: id, Title: string(id), Severity: "critical"}
}

// Elements lists the elements of the rules, sorted.
func (r *Rules) Elements() []assay.Element {
	var ids []assay.Element
	for _, rule := range r.set.Rules() {
		ids = append(ids, rule.Element)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
