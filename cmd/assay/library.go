package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/internal/config"
	"example.com/assay/report"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

// libraryFlags choose the verifiers of a command.
type libraryFlags struct {
	dir      string
	elements []string
	flags    *pflag.FlagSet
}

func (l *libraryFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.dir, "verifiers", "", "folder of verifier definitions, added to the library; one of the same element replaces it")
	cmd.Flags().StringSliceVar(&l.elements, "elements", nil, "only these elements, separated by commas (those that are off by default are named here too)")
	l.flags = cmd.Flags()
	if l.flags.Lookup("config") == nil { // else the command reads more of it
		l.flags.String("config", "", "configuration file, for model endpoints, key and quality (default ./assay.yaml, then $XDG_CONFIG_HOME/assay/assay.yaml)")
	}
}

// settings returns the configuration, of which a command that needs none to run
// takes the model endpoints, the key and what is kept to be labelled.
func (l *libraryFlags) settings() (*config.Config, error) {
	from := config.Sources{}
	if l.flags != nil {
		if file := l.flags.Lookup("config"); file != nil {
			from.File = file.Value.String()
		}
	}
	cfg, err := config.Load(from)
	return cfg, usageError(err)
}

// models returns the client of the configured model endpoints.
func (l *libraryFlags) models() (*verifiers.Models, error) {
	cfg, err := l.settings()
	if err != nil {
		return nil, err
	}
	return openModels(cfg)
}

// definitions returns the definitions of the library and the folder. The error
// joins those of definitions that were refused; the others stand.
func (l *libraryFlags) definitions() ([]verifiers.Definition, error) {
	defs, err := verifiers.Library()
	if err != nil {
		return nil, fmt.Errorf("load the built-in verifiers: %w", err)
	}
	if l.dir == "" {
		return defs, nil
	}
	own, err := verifiers.LoadDir(l.dir)
	return verifiers.Override(defs, own), usageError(err)
}

// wanted returns the elements asked for; none means all that are active.
func (l *libraryFlags) wanted() []assay.Element {
	var elements []assay.Element
	for _, e := range l.elements {
		if e != "" {
			elements = append(elements, assay.Element(e))
		}
	}
	return elements
}

// library is the verifiers that a command runs.
type library struct {
	set    *engine.Set
	cfg    *config.Config
	models *verifiers.Models // that definitions may name
	defs   map[assay.Element]verifiers.Definition
	// refused is not nil when some definitions were wrong: the others run, and
	// the command ends with the exit code for a wrong configuration.
	refused error
}

// load compiles the verifiers chosen by the flags.
func (l *libraryFlags) load() (*library, error) {
	defs, refused := l.definitions()
	if defs == nil {
		return nil, refused
	}
	cfg, err := l.settings()
	if err != nil {
		return nil, err
	}
	models, err := openModels(cfg)
	if err != nil {
		return nil, err
	}
	set, err := verifiers.Compile(defs, verifiers.Options{Elements: l.wanted(), Models: models.Names(), Checks: phone.Checks()})
	if set == nil {
		return nil, usageError(err)
	}
	lib := &library{set: set, cfg: cfg, models: models, defs: make(map[assay.Element]verifiers.Definition, len(defs)), refused: usageError(errors.Join(refused, err))}
	for _, d := range defs {
		lib.defs[d.Element] = d
	}
	return lib, nil
}

// elements describes the verifiers of the set for a report.
func (l *library) elements() []report.Element {
	elements := make([]report.Element, 0, len(l.set.Rules()))
	for _, rule := range l.set.Rules() {
		elements = append(elements, l.element(rule.Element))
	}
	return elements
}

func (l *library) element(id assay.Element) report.Element {
	d := l.defs[id]
	return report.Element{ID: id, Title: d.Title, Class: d.Class, Doc: d.Doc, Severity: report.Severity(d.Severity)}
}

// hash identifies all verifiers of the set together.
func (l *library) hash() string {
	h := sha256.New()
	for _, rule := range l.set.Rules() {
		fmt.Fprintf(h, "%s %s\n", rule.Verifier, rule.Hash)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// hashOf returns the hash of the element's definition that is in use now; empty
// when none is.
func (l *library) hashOf(id assay.Element) string {
	for _, rule := range l.set.Rules() {
		if rule.Element == id {
			return rule.Hash
		}
	}
	return ""
}
