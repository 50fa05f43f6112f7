package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/quality"
	"example.com/assay/report"
	"example.com/assay/verifiers"
)

func newQualityGate(std streams) *cobra.Command {
	var flags configFlags
	var format string
	var precision, recall float64
	var labels int
	cmd := &cobra.Command{
		Use:   "gate [ELEMENT[@VERSION]…]",
		Short: "Say whether versions are good enough to be used; exit 1 when one is not",
		Long: "gate measures a version on the labelled values and compares it, value by value, with the one in\n" +
			"use. It passes when the lower ends of the 95 % intervals of precision and recall reach the element's\n" +
			"bar, enough values are labelled, and it is not worse than the version in use. Without arguments it\n" +
			"takes every version in shadow; an element without a version means its newest one.",
	}
	check := formatFlag(cmd, &format)
	cmd.RunE = action(func(cmd *cobra.Command, names []string) error {
		if err := check(); err != nil {
			return err
		}
		return withQuality(cmd.Context(), &flags, func(b qualityBase) error {
			versions, err := b.named(cmd, names)
			if err != nil {
				return err
			}
			decisions := []assay.Admission{}
			pass := true
			for _, v := range versions {
				bar := barOf(b.cfg, v.Element)
				override(cmd, "min-precision", &bar.Precision, precision)
				override(cmd, "min-recall", &bar.Recall, recall)
				override(cmd, "min-labels", &bar.Labels, labels)
				d, err := b.bench.DecideWith(cmd.Context(), v.Element, v.Version, bar)
				if err != nil {
					return err
				}
				decisions, pass = append(decisions, d), pass && d.Pass
			}
			if err := printDecisions(std.out, format, decisions); err != nil || pass {
				return err
			}
			return &exitError{1, errGate}
		})
	})
	flags.add(cmd)
	cmd.Flags().Float64Var(&precision, "min-precision", 0, "the least lower end of precision (default the element's bar)")
	cmd.Flags().Float64Var(&recall, "min-recall", 0, "the least lower end of recall (default the element's bar)")
	cmd.Flags().IntVar(&labels, "min-labels", 0, "the least number of labelled values (default the element's bar)")
	return cmd
}

// override sets a part of the bar that the command line names.
func override[T any](cmd *cobra.Command, flag string, to *T, value T) {
	if cmd.Flags().Changed(flag) {
		*to = value
	}
}

// named returns the versions that a command line names, all in shadow when it
// names none.
func (b qualityBase) named(cmd *cobra.Command, names []string) (versions []assay.VerifierVersion, err error) {
	if len(names) == 0 {
		all, err := b.running(cmd.Context(), "")
		for _, v := range all {
			if v.State == assay.StateShadow {
				versions = append(versions, v)
			}
		}
		return versions, err
	}
	for _, name := range names {
		v, err := b.version(cmd.Context(), name, newestOf)
		if err != nil {
			return nil, err
		}
		versions = append(versions, v)
	}
	return versions, nil
}

func printDecisions(out io.Writer, format string, decisions []assay.Admission) error {
	if format == "json" {
		return printJSON(out, decisions)
	}
	if len(decisions) == 0 {
		_, err := fmt.Fprintln(out, "No version runs in shadow: there is nothing to decide.")
		return err
	}
	for _, d := range decisions {
		verdict := "passes"
		if !d.Pass {
			verdict = "is refused"
		}
		fmt.Fprintf(out, "%s@%d %s: precision %s, recall %s, on %d labelled values\n", d.Element, d.Version, verdict,
			report.Share(d.Measure.Precision), report.Share(d.Measure.Recall), d.Measure.TP+d.Measure.FP+d.Measure.FN+d.Measure.TN)
		if d.Against != nil {
			fmt.Fprintf(out, "  in use, @%d: precision %s, recall %s; only that is right on %d values, only the new one on %d\n", d.Against.Version,
				report.Share(d.Against.Precision), report.Share(d.Against.Recall), d.Paired.OnlyOld, d.Paired.OnlyNew)
		}
		for _, reason := range d.Reasons {
			fmt.Fprintf(out, "  - %s\n", reason)
		}
	}
	return nil
}

func newQualityCompare(std streams) *cobra.Command {
	var flags configFlags
	var format string
	cmd := &cobra.Command{
		Use:   "compare ELEMENT@VERSION ELEMENT@VERSION",
		Short: "Compare two versions of a verifier on the same labelled values",
		Args:  cobra.ExactArgs(2),
	}
	check := formatFlag(cmd, &format)
	cmd.RunE = action(func(cmd *cobra.Command, args []string) error {
		if err := check(); err != nil {
			return err
		}
		return withQuality(cmd.Context(), &flags, func(b qualityBase) error {
			var judges [2]*quality.Judge
			var scored [2][]quality.ScoredItem
			var elements [2]assay.Element
			for i, name := range args {
				v, err := b.version(cmd.Context(), name, verifiers.Active)
				if err != nil {
					return err
				}
				elements[i] = v.Element
				if judges[i], scored[i], err = b.bench.Score(cmd.Context(), v); err != nil {
					return err
				}
			}
			if elements[0] != elements[1] {
				return usageError(fmt.Errorf("%s and %s are not versions of one element", args[0], args[1]))
			}
			d := quality.Compare(elements[0], judges[0], scored[0], judges[1], scored[1])
			return printDecisions(std.out, format, []assay.Admission{d})
		})
	})
	flags.add(cmd)
	return cmd
}

func newQualityTune(std streams) *cobra.Command {
	var flags configFlags
	var format string
	cost := quality.Cost{FalsePositive: 1, FalseNegative: 1}
	cmd := &cobra.Command{
		Use:   "tune ELEMENT[@VERSION]",
		Short: "Print precision and recall by threshold, and the best threshold for a cost of errors",
		Args:  cobra.ExactArgs(1),
	}
	check := formatFlag(cmd, &format)
	cmd.RunE = action(func(cmd *cobra.Command, args []string) error {
		if err := check(); err != nil {
			return err
		}
		return withQuality(cmd.Context(), &flags, func(b qualityBase) error {
			v, err := b.version(cmd.Context(), args[0], verifiers.Active)
			if err != nil {
				return err
			}
			_, scored, err := b.bench.Score(cmd.Context(), v)
			if err != nil {
				return err
			}
			if len(scored) == 0 {
				return usageError(fmt.Errorf("no value of %s is labelled (assay quality label --element %[1]s)", v.Element))
			}
			return printCurve(std.out, format, scored, cost)
		})
	})
	flags.add(cmd)
	cmd.Flags().Float64Var(&cost.FalsePositive, "cost-false-positive", 1, "how bad a false alarm is")
	cmd.Flags().Float64Var(&cost.FalseNegative, "cost-false-negative", 1, "how bad a miss is")
	return cmd
}

func printCurve(out io.Writer, format string, scored []quality.ScoredItem, cost quality.Cost) error {
	points, best := quality.Curve(scored, cost)
	if format == "json" {
		return printJSON(out, struct {
			Points []quality.Point `json:"points"`
			Best   quality.Point   `json:"best"`
		}{points, points[best]})
	}
	fmt.Fprintf(out, "  THRESHOLD  PRECISION  RECALL    COST\n")
	for i, p := range points {
		mark := ' '
		if i == best {
			mark = '*'
		}
		fmt.Fprintf(out, "%c %9.2f  %9.3f  %6.3f  %6.4f\n", mark, p.Threshold, p.Precision, p.Recall, p.Cost)
	}
	_, err := fmt.Fprintf(out, "Best for a false alarm at %g and a miss at %g, on %d labelled values: %.2f.\n", cost.FalsePositive, cost.FalseNegative, len(scored), points[best].Threshold)
	return err
}
