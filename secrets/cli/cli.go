// Package cli is the commands about secrets. They are the same in the program
// assay, below `assay secrets`, and in the small program assay-secrets, which
// hooks run.
//
// It imports package secrets and its folders, verifiers and the root package.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/secrets"
)

// The exit codes.
const (
	exitClean      = 0
	exitFindings   = 1
	exitUsage      = 2
	exitIncomplete = 3
	exitInternal   = 4
)

// ExitError ends the process with a code. Err is nil where everything has been
// said already.
type ExitError struct {
	Code int
	Err  error
}

func (e *ExitError) Error() string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}

func (e *ExitError) Unwrap() error { return e.Err }

// usage marks an error as wrong usage, unless it has a code already.
func usage(err error) error {
	if e := (*ExitError)(nil); err == nil || errors.As(err, &e) {
		return err
	}
	return &ExitError{exitUsage, err}
}

// ExitCode returns the exit code that an error of a command stands for, and what
// to print of it, one problem a line.
func ExitCode(err error) (code int, message string) {
	if err == nil {
		return exitClean, ""
	}
	message = strings.TrimSpace(strings.ReplaceAll(err.Error(), "\n", "\nassay: "))
	if e := (*ExitError)(nil); errors.As(err, &e) {
		return e.Code, message
	}
	return exitUsage, message
}

// run adapts a command's function: an error of its own is an internal one unless
// it says otherwise. What cobra reports before that is wrong usage.
func run(f func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := f(cmd, args)
		if e := (*ExitError)(nil); err == nil || errors.As(err, &e) {
			return err
		}
		return &ExitError{exitInternal, err}
	}
}

// New returns the command tree. name is what it is called by, version that of
// the program.
func New(name, version string) *cobra.Command {
	root := &cobra.Command{
		Use:           name,
		Short:         "Find secrets in folders, commits, pushes and histories, and block them",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c := &common{version: version}
	root.AddCommand(newAudit(c), newBaseline(c), newBundle(), newCI(c), newInstall(c), newPreCommit(c), newPrePush(c), newPreReceive(c), newScan(c))
	return root
}

// common is what all commands know.
type common struct{ version string }

// scanFlags are the flags of the commands that scan.
type scanFlags struct {
	common       *common
	format       string
	output       string
	verifiers    string
	gitleaks     string
	allow        *secrets.Gitleaks // what is in the file gitleaks
	elements     []string
	least        float64
	noPathFilter bool
	noBaseline   bool
	all          bool
	exitZero     bool
	workers      int
}

func (f *scanFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "table", strings.Join(secrets.Formats, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write to this file, whole or not at all")
	flags.StringVar(&f.verifiers, "verifiers", "", "folder of verifier definitions, added to the library; one of the same element replaces it")
	flags.StringVar(&f.gitleaks, "gitleaks", "", "configuration of gitleaks (.gitleaks.toml) whose rules and allowlists hold too")
	flags.StringSliceVar(&f.elements, "elements", nil, "only these elements, separated by commas")
	flags.Float64Var(&f.least, "min-confidence", 0.5, "what is less sure is no finding")
	flags.BoolVar(&f.noPathFilter, "no-path-filter", false, "read files of tests, staging, others' code and templates too")
	flags.BoolVar(&f.noBaseline, "no-baseline", false, "do as if nothing were known: no baseline, no decisions")
	flags.BoolVar(&f.all, "all", false, "show skipped and known places too, with their state")
	flags.BoolVar(&f.exitZero, "exit-zero", false, "end with 0 also when something is found")
	flags.IntVar(&f.workers, "workers", 0, "texts read at the same time (default: one a processor)")
}

// ruleLoader compiles rules.
type ruleLoader func(secrets.RuleOptions) (*secrets.Rules, error)

// rules loads the rules that flags and environment ask for. The error, when the
// rules are there all the same, is of definitions that were refused.
func (f *scanFlags) rules(cmd *cobra.Command, load ruleLoader) (*secrets.Rules, error) {
	opts := secrets.RuleOptions{Dir: f.verifiers}
	for _, e := range f.elements {
		opts.Elements = append(opts.Elements, assay.Element(e))
	}
	source, err := newBundles(os.Getenv, time.Now())
	if err != nil {
		return nil, err
	}
	if source != nil {
		bundle, says := source.load(cmd.Context())
		if says != "" {
			fmt.Fprintf(cmd.ErrOrStderr(), "assay: %s\n", says)
		}
		if bundle != nil {
			opts.Own = bundle.Definitions
		}
	}
	var refused error
	if f.gitleaks != "" {
		if f.allow, refused = readGitleaks(f.gitleaks); f.allow == nil {
			return nil, refused
		}
		opts.Gitleaks = f.allow
	}
	rules, err := load(opts)
	return rules, errors.Join(refused, err)
}

// options returns a scanner's options, with the memory of a repository.
func (f *scanFlags) options(rules *secrets.Rules, memory secrets.Memory) (secrets.Options, error) {
	key, err := serviceKey()
	if err != nil {
		return secrets.Options{}, usage(err)
	}
	if f.noBaseline {
		memory = secrets.Memory{}
	}
	memory.Allow = f.allow
	o := secrets.Options{Rules: rules, Least: f.least, Memory: memory, Key: key, Workers: f.workers,
		SHA1: f.format == "detect-secrets", Now: time.Now()}
	if !f.noPathFilter {
		o.Filter = secrets.DefaultPathFilter()
	}
	return o, nil
}

// readGitleaks reads a configuration of gitleaks.
func readGitleaks(name string) (*secrets.Gitleaks, error) {
	in, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("--gitleaks: %w", err)
	}
	defer in.Close()
	g, err := secrets.ReadGitleaks(in)
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return g, err
}

// serviceKey returns the key of secret ids, from the environment.
func serviceKey() ([]byte, error) {
	if key := os.Getenv("ASSAY_SECRETS_KEY"); key != "" {
		return []byte(key), nil
	}
	file := os.Getenv("ASSAY_SECRETS_KEY_FILE")
	if file == "" {
		return nil, nil
	}
	key, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the key of secret ids (ASSAY_SECRETS_KEY_FILE): %w", err)
	}
	return []byte(strings.TrimSpace(string(key))), nil
}

// finish writes the result and returns the error that carries its exit code.
func (f *scanFlags) finish(cmd *cobra.Command, result *secrets.Result, rules *secrets.Rules, refused error) error {
	o := secrets.Output{Format: f.format, Version: f.common.version, Rules: rules, All: f.all}
	if err := writeTo(f.output, cmd.OutOrStdout(), func(w io.Writer) error { return result.Write(w, o) }); err != nil {
		return err
	}
	if f.format != "table" || f.output != "" {
		fmt.Fprint(cmd.ErrOrStderr(), result.Summary())
	}
	if refused != nil {
		return usage(refused)
	}
	return f.exit(result, len(result.Findings()))
}

// exit returns the error for what was found and missed: 3 wins over 1.
func (f *scanFlags) exit(result *secrets.Result, findings int) error {
	switch {
	case len(result.Gaps) > 0:
		return &ExitError{Code: exitIncomplete}
	case findings > 0 && !f.exitZero:
		return &ExitError{Code: exitFindings}
	}
	return nil
}

// checkFormat refuses a format that does not exist before anything is scanned.
func (f *scanFlags) checkFormat() error {
	for _, known := range secrets.Formats {
		if f.format == known {
			return nil
		}
	}
	return usage(fmt.Errorf("unknown format %q (one of %s)", f.format, strings.Join(secrets.Formats, ", ")))
}
