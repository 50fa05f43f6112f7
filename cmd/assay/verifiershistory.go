package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/verifiers"
)

func newVerifiersDiff(std streams) *cobra.Command {
	var flags configFlags
	var from, to int
	cmd := &cobra.Command{
		Use:   "diff ELEMENT",
		Short: "Show what differs between two versions of a definition",
		Long:  "diff compares the active version of an element with the newest other one; --from and --to name others.",
		Args:  cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return withVerifiers(cmd.Context(), &flags, func(b verifierBase) error {
				versions, err := b.versions(cmd.Context(), assay.Element(args[0]))
				if err != nil {
					return err
				}
				return printDiff(std.out, versions, from, to)
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().IntVar(&from, "from", 0, "the version to compare with")
	cmd.Flags().IntVar(&to, "to", 0, "the version to compare (default the active one)")
	return cmd
}

// printDiff prints what differs between two versions; 0 stands for the default.
func printDiff(w io.Writer, versions []assay.VerifierVersion, from, to int) error {
	if to == 0 {
		to = versions[len(versions)-1].Version
		if at := verifiers.Active(versions); at >= 0 {
			to = versions[at].Version
		}
	}
	for i := len(versions) - 1; i >= 0 && from == 0; i-- {
		if versions[i].Version != to {
			from = versions[i].Version
		}
	}
	if from == 0 {
		return usageError(fmt.Errorf("verifier %s has one version only", versions[0].Element))
	}
	var texts [2][]byte
	var names [2]string
	for i, number := range []int{from, to} {
		for _, v := range versions {
			if v.Version == number {
				texts[i] = append(bytes.TrimRight(v.Definition, "\n"), '\n')
				names[i] = fmt.Sprintf("%s@%d %s", v.Element, v.Version, v.State)
			}
		}
		if texts[i] == nil {
			return usageError(fmt.Errorf("version %d of %s: %w", number, versions[0].Element, assay.ErrNotFound))
		}
	}
	_, err := w.Write(diff.Diff(names[0], texts[0], names[1], texts[1]))
	return err
}

func newVerifiersHistory(std streams) *cobra.Command {
	var flags configFlags
	var format string
	cmd := &cobra.Command{
		Use:   "history [ELEMENT]",
		Short: "Show every change of a verifier in the database; the versions of all when none is named",
		Args:  cobra.MaximumNArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			if format != "table" && format != "json" {
				return usageError(fmt.Errorf("unknown --format %q (table or json)", format))
			}
			return withVerifiers(cmd.Context(), &flags, func(b verifierBase) error {
				changes, err := b.history(cmd.Context(), args)
				if err != nil {
					return err
				}
				return printChanges(std.out, changes, format)
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	return cmd
}

// history returns an element's changes; where none is named, every version in
// the state that it is in.
func (b verifierBase) history(ctx context.Context, args []string) ([]assay.VerifierChange, error) {
	element := assay.Element(strings.Join(args, ""))
	versions, err := b.versions(ctx, element)
	if err != nil {
		return nil, err
	}
	changes := []assay.VerifierChange{}
	if element == "" {
		for _, v := range versions {
			changes = append(changes, assay.VerifierChange{Element: v.Element, Version: v.Version, State: v.State, Share: v.Share, Author: v.Author, Reason: v.Reason, At: v.Created})
		}
		return changes, nil
	}
	for c, err := range b.VerifierChanges(ctx, element) {
		if err != nil {
			return nil, err
		}
		changes = append(changes, c)
	}
	return changes, nil
}

func printChanges(w io.Writer, changes []assay.VerifierChange, format string) error {
	if format == "json" {
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		return out.Encode(changes)
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "VERIFIER\tSTATE\tAT\tAUTHOR\tREASON")
	for _, c := range changes {
		state := string(c.State)
		if c.Share > 0 {
			state = fmt.Sprintf("%d %%", c.Share)
		}
		fmt.Fprintf(out, "%s@%d\t%s\t%s\t%s\t%s\n", c.Element, c.Version, state, c.At.Format("2006-01-02 15:04:05"), c.Author, c.Reason)
	}
	return out.Flush()
}
