package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"example.com/assay/secrets"
	"example.com/assay/secrets/baseline"
)

func newBaseline(c *common) *cobra.Command {
	f := &scanFlags{common: c}
	var kind string
	cmd := &cobra.Command{
		Use:   "baseline [FOLDER]",
		Short: "Write down what is there, so that only what is new counts",
		Long: "baseline scans a folder and writes " + baseline.Name + " in its repository's top folder. It holds a\n" +
			"salted, slow hash of each place and no secret; entries of what is gone are dropped.",
		Args: cobra.MaximumNArgs(1),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			return f.writeBaseline(cmd, dir, kind)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&kind, "format", "assay", "assay, detect-secrets (writes "+baseline.DetectSecretsName+") or gitleaks (writes "+baseline.GitleaksIgnoreName+")")
	flags.StringVar(&f.verifiers, "verifiers", "", "folder of verifier definitions, added to the library")
	flags.StringSliceVar(&f.elements, "elements", nil, "only these elements, separated by commas")
	flags.Float64Var(&f.least, "min-confidence", 0.5, "what is less sure is no finding")
	flags.BoolVar(&f.noPathFilter, "no-path-filter", false, "read files of tests, staging, others' code and templates too")
	cmd.AddCommand(newBaselineMerge())
	return cmd
}

func (f *scanFlags) writeBaseline(cmd *cobra.Command, dir, kind string) error {
	top, err := secrets.Top(dir)
	if err != nil {
		return usage(err)
	}
	known, err := secrets.FolderMemory(top)
	if err != nil {
		return usage(err)
	}
	b := &baseline.Baseline{Salts: []baseline.Salt{known.Baseline.Salt()}}
	if known.Baseline == nil {
		b = baseline.New()
	}
	rules, refused := f.rules(cmd, secrets.LoadRules)
	if refused != nil {
		return usage(refused)
	}
	// Decisions stand, and what other tools know is taken over.
	opts, err := f.options(rules, secrets.Memory{Baseline: &baseline.Baseline{Salts: b.Salts}, Decisions: known.Decisions})
	if err != nil {
		return err
	}
	opts.SHA1 = kind == "detect-secrets"
	result, err := secrets.New(opts).Folders(cmd.Context(), top, dir)
	if err != nil {
		return usage(err)
	}
	name, write, err := baselineFile(kind, b, known.DetectSecrets, result, rules)
	if err != nil {
		return usage(err)
	}
	if err := replaceFile(filepath.Join(top, name), 0o644, write); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "wrote %s: %d places\n", filepath.Join(top, name), len(result.Findings()))
	fmt.Fprint(cmd.ErrOrStderr(), result.Summary())
	return f.exit(result, 0)
}

func baselineFile(kind string, b *baseline.Baseline, labels *baseline.DetectSecrets, r *secrets.Result, rules *secrets.Rules) (string, func(io.Writer) error, error) {
	switch kind {
	case "assay":
		for _, p := range r.Findings() {
			b.Entries = append(b.Entries, baseline.Entry{File: p.File, Element: p.Element, ID: p.Fingerprint})
		}
		return baseline.Name, b.Write, nil
	case "detect-secrets":
		out := r.DetectSecrets(rules, false)
		out.KeepLabels(labels)
		return baseline.DetectSecretsName, out.Write, nil
	case "gitleaks":
		return baseline.GitleaksIgnoreName, func(w io.Writer) error {
			for _, p := range r.Findings() {
				if _, err := fmt.Fprintf(w, "%s:%s:%d\n", p.File, p.Element, p.Line); err != nil {
					return err
				}
			}
			return nil
		}, nil
	}
	return "", nil, fmt.Errorf("unknown format %q (assay, detect-secrets or gitleaks)", kind)
}

func newBaselineMerge() *cobra.Command {
	return &cobra.Command{
		Use:   "merge BASE OURS THEIRS",
		Short: "Merge two baselines into OURS, as git's merge driver",
		Args:  cobra.ExactArgs(3),
		RunE: run(func(_ *cobra.Command, args []string) error {
			var sides [3]*baseline.Baseline
			for i, name := range args {
				b, err := readBaseline(name)
				if err != nil {
					return usage(fmt.Errorf("%s: %w", name, err))
				}
				sides[i] = b
			}
			return replaceFile(args[1], 0o644, baseline.Merge(sides[0], sides[1], sides[2]).Write)
		}),
	}
}

// readBaseline reads one side of a merge; git gives an empty file for a side
// that has none.
func readBaseline(name string) (*baseline.Baseline, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &baseline.Baseline{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() == 0 {
		return &baseline.Baseline{}, nil
	}
	return baseline.Read(f)
}
