package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/report"
)

func newQualityMeasure(std streams) *cobra.Command {
	var flags configFlags
	var element, format string
	cmd := &cobra.Command{
		Use:   "measure",
		Short: "Measure the running verifiers on what is labelled, and keep the figures",
		Long: "measure runs every version in use or in shadow on the labelled values of its element, and keeps\n" +
			"precision, recall and accuracy with their 95 % intervals, by kind of store and language too. Labels\n" +
			"on whole fields are measured against the findings. A verifier without a label is left out.",
		Args: cobra.NoArgs,
	}
	check := formatFlag(cmd, &format)
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
		if err := check(); err != nil {
			return err
		}
		return withQuality(cmd.Context(), &flags, func(b qualityBase) error {
			if element != "" {
				if _, err := b.versions(cmd.Context(), assay.Element(element)); err != nil {
					return err
				}
			}
			measures, err := b.bench.Measure(cmd.Context(), assay.Element(element))
			return errors.Join(err, printMeasures(std.out, format, measures))
		})
	})
	flags.add(cmd)
	elementFlag(cmd, &element)
	return cmd
}

func newQualityReport(std streams) *cobra.Command {
	var flags configFlags
	var element, format string
	var all bool
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Show how good each verifier was found to be",
		Long: "report prints the latest measure of every version, level, kind of store and language;\n" +
			"with --history all of them, the newest first.",
		Args: cobra.NoArgs,
	}
	check := formatFlag(cmd, &format)
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
		if err := check(); err != nil {
			return err
		}
		return withVerifiers(cmd.Context(), &flags, func(b verifierBase) error {
			measures, err := gather(b.Measures(cmd.Context(), assay.Element(element)))
			if err != nil {
				return err
			}
			if !all {
				measures = latest(measures)
			}
			return printMeasures(std.out, format, measures)
		})
	})
	flags.add(cmd)
	elementFlag(cmd, &element)
	cmd.Flags().BoolVar(&all, "history", false, "all measures, not the latest only")
	return cmd
}

// latest keeps the newest measure of each kind; the newest come first.
func latest(measures []assay.Measure) []assay.Measure {
	type kind struct {
		element               assay.Element
		hash, store, language string
		level                 assay.Level
	}
	seen := map[kind]bool{}
	out := []assay.Measure{}
	for _, m := range measures {
		k := kind{m.Element, m.Hash, m.Store, m.Language, m.Level}
		if !seen[k] {
			seen[k] = true
			out = append(out, m)
		}
	}
	return out
}

func printMeasures(out io.Writer, format string, measures []assay.Measure) error {
	if format == "json" {
		return printJSON(out, append([]assay.Measure{}, measures...))
	}
	if len(measures) == 0 {
		_, err := fmt.Fprintln(out, "Nothing is labelled yet: assay quality label")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "VERIFIER\tLEVEL\tSTORE\tLANGUAGE\tPRECISION\tRECALL\tACCURACY\tF1\tTP\tFP\tFN\tTN\tMEASURED")
	for _, m := range measures {
		when := "now"
		if !m.Time.IsZero() {
			when = m.Time.Format("2006-01-02 15:04")
		}
		fmt.Fprintf(table, "%s@%d\t%s\t%s\t%s\t%s\t%s\t%s\t%.3f\t%d\t%d\t%d\t%d\t%s\n", m.Element, m.Version, m.Level, orAll(m.Store), orAll(m.Language),
			report.Share(m.Precision), report.Share(m.Recall), report.Share(m.Accuracy), m.F1, m.TP, m.FP, m.FN, m.TN, when)
	}
	return table.Flush()
}

func orAll(s string) string {
	if s == "" {
		return "all"
	}
	return s
}
