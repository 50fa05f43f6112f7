package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/quality"
)

func newQualitySample(std streams) *cobra.Command {
	var flags configFlags
	var element, format string
	var generate int
	cmd := &cobra.Command{
		Use:   "sample",
		Short: "Show which values wait to be labelled, and make up some",
		Long: "sample counts the kept values of each element by stratum: flagged by the verifier, near its\n" +
			"threshold, those for which something hints, and the rest, among which misses are; and by where they come from: known columns, results\n" +
			"of scans, known columns of free text, made up. Scanners keep a share of what they judge, where a key\n" +
			"is configured (quality.flagged, quality.near, quality.hint, quality.rest). --generate adds made-up values, which come\n" +
			"with their labels, for what is rare in real data.",
		Args: cobra.NoArgs,
	}
	check := formatFlag(cmd, &format)
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
		if err := check(); err != nil {
			return err
		}
		if generate < 0 {
			return usageError(errors.New("--generate: want 0 or more"))
		}
		if generate > 0 {
			if err := withQuality(cmd.Context(), &flags, func(b qualityBase) error {
				_, err := b.generate(cmd.Context(), assay.Element(element), generate)
				return err
			}); err != nil {
				return err
			}
		}
		return withVerifiers(cmd.Context(), &flags, func(b verifierBase) error {
			items, err := gather(b.Items(cmd.Context(), assay.ItemFilter{Element: assay.Element(element)}))
			if err != nil {
				return err
			}
			labels, err := gather(b.Labels(cmd.Context(), assay.LabelFilter{Element: assay.Element(element)}))
			if err != nil {
				return err
			}
			return printSamples(std.out, format, countSamples(items, labels))
		})
	})
	flags.add(cmd)
	elementFlag(cmd, &element)
	cmd.Flags().IntVar(&generate, "generate", 0, "make up values until there are so many of each element, half of which hold it")
	return cmd
}

// sampleCount is how far the labelling of an element is.
type sampleCount struct {
	Element  assay.Element        `json:"element"`
	Strata   map[string]int       `json:"strata"`
	Origins  map[assay.Origin]int `json:"origins"`
	Labelled int                  `json:"labelled"` // settled
	Present  int                  `json:"present"`  // of them
	Disputed int                  `json:"disputed"` // people disagree
	Kappa    *float64             `json:"kappa,omitempty"`
}

func countSamples(items []assay.Item, labels []assay.Label) []sampleCount {
	byElement := map[assay.Element]*sampleCount{}
	truths := map[assay.Element]quality.Truth{}
	for _, item := range items {
		c := byElement[item.Element]
		if c == nil {
			c = &sampleCount{Element: item.Element, Strata: map[string]int{}, Origins: map[assay.Origin]int{}}
			byElement[item.Element] = c
			own := slices.DeleteFunc(slices.Clone(labels), func(l assay.Label) bool { return l.Element != item.Element })
			truth := quality.TruthOf(own)
			truths[item.Element] = truth
			if c.Disputed = len(truth.Open); truth.Agreed {
				c.Kappa = &truth.Kappa
			}
		}
		c.Strata[item.Stratum]++
		c.Origins[item.Origin]++
		if present, ok := truths[item.Element].Present[item.ID]; ok {
			c.Labelled++
			if present {
				c.Present++
			}
		}
	}
	out := []sampleCount{}
	for _, e := range slices.Sorted(maps.Keys(byElement)) {
		out = append(out, *byElement[e])
	}
	return out
}

func printSamples(out io.Writer, format string, counts []sampleCount) error {
	if format == "json" {
		return printJSON(out, counts)
	}
	if len(counts) == 0 {
		_, err := fmt.Fprintln(out, "No value was kept to be labelled yet: scanners keep some where a key is there (assay key create).")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ELEMENT\tFLAGGED\tNEAR\tHINT\tREST\tCOLUMNS\tRESULTS\tTEXTS\tMADE UP\tLABELLED\tPRESENT\tDISPUTED\tKAPPA")
	for _, c := range counts {
		kappa := "-"
		if c.Kappa != nil {
			kappa = fmt.Sprintf("%.2f", *c.Kappa)
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", c.Element, c.Strata[assay.StratumFlagged], c.Strata[assay.StratumNear], c.Strata[assay.StratumHint],
			c.Strata[assay.StratumRest], c.Origins[assay.OriginColumn], c.Origins[assay.OriginResult], c.Origins[assay.OriginFreeForm], c.Origins[assay.OriginGenerated], c.Labelled, c.Present, c.Disputed, kappa)
	}
	return table.Flush()
}
