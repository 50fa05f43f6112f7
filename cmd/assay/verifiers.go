package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/report"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

func newVerifiers(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verifiers",
		Short: "The definitions of data elements: list, check and test them, change those of the service",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newVerifiersList(std), newVerifiersShow(std), newVerifiersLint(std), newVerifiersTest(std),
		newVerifiersAdd(std), newVerifiersEdit(std), newVerifiersDiff(std), newVerifiersDisable(std),
		newVerifiersRollback(std), newVerifiersHistory(std), newVerifiersSnapshot(std), newVerifiersRollout(std))
	return cmd
}

func newVerifiersList(std streams) *cobra.Command {
	var library libraryFlags
	var format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the verifiers",
		Args:  cobra.NoArgs,
		RunE: action(func(*cobra.Command, []string) error {
			defs, err := library.definitions()
			if defs == nil {
				return err
			}
			listed, failed := listDefinitions(selected(defs, library.wanted()))
			err = errors.Join(err, failed)
			switch format {
			case "table":
				return errors.Join(err, printDefinitions(std.out, listed))
			case "json":
				out := json.NewEncoder(std.out)
				out.SetEscapeHTML(false)
				out.SetIndent("", "  ")
				return errors.Join(err, out.Encode(listed))
			}
			return usageError(fmt.Errorf("unknown format %q (table or json)", format))
		}),
	}
	library.add(cmd)
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	return cmd
}

// listedDefinition is a verifier in a list. Aliases are never null.
type listedDefinition struct {
	Element assay.Element `json:"element"`
	Title   string        `json:"title"`
	Class   string        `json:"class"`
	Aliases listedAliases `json:"aliases"`
	Hash    string        `json:"hash"`

	severity string
	off      bool
}

type listedAliases struct {
	Macie    []string `json:"macie"`
	Google   []string `json:"google"`
	Presidio []string `json:"presidio"`
}

func listDefinitions(defs []verifiers.Definition) ([]listedDefinition, error) {
	listed := make([]listedDefinition, 0, len(defs))
	var errs []error
	for _, d := range defs {
		hash, err := d.Hash()
		if err != nil {
			errs = append(errs, usageError(err))
			continue
		}
		listed = append(listed, listedDefinition{d.Element, d.Title, d.Class,
			listedAliases{orNone(d.Aliases.Macie), orNone(d.Aliases.Google), orNone(d.Aliases.Presidio)},
			hash, d.Severity, d.Off})
	}
	return listed, errors.Join(errs...)
}

func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func printDefinitions(w io.Writer, listed []listedDefinition) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "ELEMENT\tTITLE\tCLASS\tSEVERITY\tHASH\t")
	for _, d := range listed {
		off := ""
		if d.off {
			off = "off: name it in --elements"
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\n", d.Element, d.Title, d.Class, d.severity, d.Hash[:min(8, len(d.Hash))], off)
	}
	return out.Flush()
}

// selected returns the definitions of some elements; all when none is named.
func selected(defs []verifiers.Definition, elements []assay.Element) []verifiers.Definition {
	if len(elements) == 0 {
		return defs
	}
	var chosen []verifiers.Definition
	for _, d := range defs {
		for _, e := range elements {
			if d.Element == e {
				chosen = append(chosen, d)
			}
		}
	}
	return chosen
}

func newVerifiersShow(std streams) *cobra.Command {
	var library libraryFlags
	cmd := &cobra.Command{
		Use:   "show ELEMENT",
		Short: "Print a verifier's definition",
		Args:  cobra.ExactArgs(1),
		RunE: action(func(_ *cobra.Command, args []string) error {
			defs, err := library.definitions()
			if defs == nil {
				return err
			}
			found := selected(defs, []assay.Element{assay.Element(args[0])})
			if len(found) == 0 {
				return usageError(fmt.Errorf("show verifier %s: %w (see assay verifiers list)", args[0], assay.ErrNotFound))
			}
			_, failed := fmt.Fprintf(std.out, "%s\n", found[0].JSON)
			return errors.Join(err, failed)
		}),
	}
	library.add(cmd)
	return cmd
}

func newVerifiersLint(std streams) *cobra.Command {
	var library libraryFlags
	return &cobra.Command{
		Use:   "lint [FILE|DIR]…",
		Short: "Check definitions: their form, their patterns, their examples, what looks unwise",
		Long: "lint checks definition files, or the built-in library when none is named. A definition\n" +
			"that is refused or whose examples fail makes the exit code 2; a warning does not.",
		RunE: action(func(cmd *cobra.Command, args []string) error {
			defs, refused := definitionsAt(args)
			models, err := library.models()
			if err != nil {
				return err
			}
			failures, err := testDefinitions(cmd.Context(), defs, models)
			warnings := 0
			for _, d := range defs {
				for _, w := range verifiers.Lint(d) {
					warnings++
					fmt.Fprintf(std.out, "%s: warning: %s\n", d.File, w)
				}
			}
			printFailures(std.out, failures)
			fmt.Fprintf(std.out, "%d definitions, %d warnings, %d examples failed\n", len(defs), warnings, len(failures))
			if refused = errors.Join(refused, err); refused != nil {
				return usageError(refused)
			}
			if len(failures) > 0 {
				return exitWith(exitUsage)
			}
			return nil
		}),
	}
}

func newVerifiersTest(std streams) *cobra.Command {
	var library libraryFlags
	cmd := &cobra.Command{
		Use:   "test [ELEMENT]…",
		Short: "Run the examples of verifiers",
		Long: "test runs the examples of the verifiers named, or of all. Each is tried alone and at the\n" +
			"start, middle, end and block edges of longer text. A failed example makes the exit code 1.",
		RunE: action(func(cmd *cobra.Command, args []string) error {
			library.elements = append(library.elements, args...)
			defs, refused := library.definitions()
			if defs == nil {
				return refused
			}
			models, err := library.models()
			if err != nil {
				return err
			}
			if set, err := verifiers.Compile(defs, verifiers.Options{Elements: library.wanted(), Models: models.Names(), Checks: phone.Checks()}); set == nil {
				return usageError(err)
			}
			defs = selected(defs, library.wanted())
			failures, err := testDefinitions(cmd.Context(), defs, models)
			printFailures(std.out, failures)
			examples := 0
			for _, d := range defs {
				examples += len(d.Match) + len(d.NoMatch)
			}
			fmt.Fprintf(std.out, "%d verifiers, %d examples, %d failed\n", len(defs), examples, len(failures))
			if refused = errors.Join(refused, err); refused != nil {
				return usageError(refused)
			}
			if len(failures) > 0 {
				return exitWith(report.ExitFindings)
			}
			return nil
		}),
	}
	library.add(cmd)
	return cmd
}

// definitionsAt loads the definitions of files and folders; the library's when
// none is named.
func definitionsAt(paths []string) ([]verifiers.Definition, error) {
	if len(paths) == 0 {
		return verifiers.Library()
	}
	var all []verifiers.Definition
	var errs []error
	for _, path := range paths {
		defs, err := definitionsIn(path)
		all, errs = append(all, defs...), append(errs, err)
	}
	return all, errors.Join(errs...)
}

func definitionsIn(path string) ([]verifiers.Definition, error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return verifiers.LoadDir(path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	def, err := verifiers.Parse(path, data)
	if err != nil {
		return nil, err
	}
	return []verifiers.Definition{def}, nil
}

// failedExample is an example of a definition that did not turn out.
type failedExample struct {
	file    string
	failure verifiers.Failure
}

// testDefinitions runs the examples of each definition alone, so that elements
// do not compete. The error joins what could not be compiled.
func testDefinitions(ctx context.Context, defs []verifiers.Definition, models *verifiers.Models) ([]failedExample, error) {
	var failed []failedExample
	var errs []error
	for _, d := range defs {
		set, err := verifiers.Compile([]verifiers.Definition{d}, verifiers.Options{Elements: []assay.Element{d.Element}, Models: models.Names(), Checks: phone.Checks()})
		if err != nil {
			errs = append(errs, err)
			continue
		}
		failures, err := verifiers.Test(ctx, d, set, models)
		if err != nil {
			return failed, fmt.Errorf("test %s: %w", d.Element, err)
		}
		for _, f := range failures {
			failed = append(failed, failedExample{cmp.Or(filepath.ToSlash(d.File), string(d.Element)), f})
		}
	}
	return failed, errors.Join(errs...)
}

func printFailures(w io.Writer, failed []failedExample) {
	for _, f := range failed {
		fmt.Fprintf(w, "%s: %s\n", f.file, f.failure)
	}
}
