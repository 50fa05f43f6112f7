package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.com/assay/secrets"
	"example.com/assay/secrets/baseline"
	"example.com/assay/secrets/git"
)

func newAudit(c *common) *cobra.Command {
	f := &scanFlags{common: c}
	cmd := &cobra.Command{
		Use:   "audit [FOLDER]",
		Short: "List what comments and baselines let pass, for review",
		Args:  cobra.MaximumNArgs(1),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			a, err := f.audit(cmd, args)
			if err != nil {
				return err
			}
			return a.write(cmd.OutOrStdout(), f.format)
		}),
	}
	cmd.PersistentFlags().StringVar(&f.verifiers, "verifiers", "", "folder of verifier definitions, added to the library")
	cmd.PersistentFlags().StringSliceVar(&f.elements, "elements", nil, "only these elements, separated by commas")
	cmd.PersistentFlags().Float64Var(&f.least, "min-confidence", 0.5, "what is less sure is no finding")
	cmd.PersistentFlags().BoolVar(&f.noPathFilter, "no-path-filter", false, "read files of tests, staging, others' code and templates too")
	cmd.Flags().StringVar(&f.format, "format", "table", "table or jsonl")
	cmd.AddCommand(newDecide(f, "approve", baseline.Approved), newDecide(f, "reject", baseline.Rejected))
	return cmd
}

func newDecide(f *scanFlags, name string, verdict baseline.Verdict) *cobra.Command {
	var reason, by string
	cmd := &cobra.Command{
		Use:   name + " FINGERPRINT [FOLDER]",
		Short: map[string]string{"approve": "Say that a skip may stay", "reject": "Make what was skipped a finding again"}[name],
		Args:  cobra.RangeArgs(1, 2),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			if reason == "" || by == "" {
				return usage(errors.New("a decision needs --reason and --by"))
			}
			a, err := f.audit(cmd, args[1:])
			if err != nil {
				return err
			}
			return a.decide(args[0], verdict, reason, by)
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	cmd.Flags().StringVar(&by, "by", "", "who decides")
	return cmd
}

// audit is what is let pass in a folder, and what was decided on it.
type audit struct {
	top       string
	skips     []secrets.SkipRecord
	decisions baseline.Decisions
}

func (f *scanFlags) audit(cmd *cobra.Command, args []string) (*audit, error) {
	dir := "."
	if len(args) > 0 {
		dir = args[0]
	}
	top, err := secrets.Top(dir)
	if err != nil {
		return nil, usage(err)
	}
	known, err := secrets.FolderMemory(top)
	if err != nil {
		return nil, usage(err)
	}
	rules, refused := f.rules(cmd, secrets.LoadRules)
	if rules == nil || refused != nil {
		return nil, usage(refused)
	}
	opts, err := f.options(rules, known)
	if err != nil {
		return nil, err
	}
	opts.Memory.Decisions = nil // what is rejected is to be listed too
	result, err := secrets.New(opts).Folders(cmd.Context(), top, dir)
	if err != nil {
		return nil, err
	}
	repo, err := git.Open(top)
	if err != nil {
		return nil, incomplete(err)
	}
	return &audit{top, result.SkipRecords(cmd.Context(), repo, known.Decisions), known.Decisions}, nil
}

func (a *audit) write(w io.Writer, format string) error {
	switch format {
	case "jsonl":
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for _, s := range a.skips {
			if err := enc.Encode(s); err != nil {
				return err
			}
		}
		return nil
	case "table":
		out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(out, "FINGERPRINT\tPLACE\tELEMENT\tBY\tREASON\tUNTIL\tAUTHOR\tREVIEW")
		for _, s := range a.skips {
			fmt.Fprintln(out, s.Row())
		}
		if err := out.Flush(); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "%d skipped places, %d of them not reviewed\n", len(a.skips), a.open())
		return err
	}
	return usage(fmt.Errorf("unknown format %q (table or jsonl)", format))
}

func (a *audit) open() int {
	n := 0
	for _, s := range a.skips {
		if s.Review == "" {
			n++
		}
	}
	return n
}

// decide writes a decision into the repository's file.
func (a *audit) decide(prefix string, verdict baseline.Verdict, reason, by string) error {
	var ids []string
	for _, s := range a.skips {
		ids = append(ids, s.Fingerprint)
	}
	id, err := baseline.Find(ids, prefix)
	if err != nil {
		return usage(err)
	}
	if a.decisions == nil {
		a.decisions = baseline.Decisions{}
	}
	for _, s := range a.skips {
		if s.Fingerprint == id {
			a.decisions[id] = baseline.Decision{File: s.File, Element: s.Element, ID: id, Verdict: verdict, Reason: reason, By: by}
		}
	}
	return replaceFile(filepath.Join(a.top, baseline.AuditName), 0o644, a.decisions.Write)
}
