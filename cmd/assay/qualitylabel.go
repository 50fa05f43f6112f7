package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/quality"
)

func newQualityLabel(std streams) *cobra.Command {
	var flags configFlags
	var element string
	var limit int
	var reveal bool
	cmd := &cobra.Command{
		Use:   "label",
		Short: "Label kept values at the terminal: is the element there?",
		Long: "label shows the values that wait, one after the other, and reads y (it is there), n (it is not),\n" +
			"u (unsure), s (skip), b (back) or q. Values are masked unless --reveal, which is audited.\n" +
			"More at ease: the labelling page of assay serve.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			return withQuality(cmd.Context(), &flags, func(b qualityBase) error {
				who, err := localOperator()
				if err != nil {
					return err
				}
				items, err := gather(b.Items(cmd.Context(), assay.ItemFilter{
					Element: assay.Element(element), Unlabelled: true, Limit: limit,
				}))
				if err != nil {
					return err
				}
				l := labeller{base: b, who: who, reveal: reveal, in: bufio.NewScanner(std.in), out: std.out}
				return l.run(cmd.Context(), items)
			})
		}),
	}
	flags.add(cmd)
	elementFlag(cmd, &element)
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so many values")
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show the values; who does is written to the audit log")
	cmd.AddCommand(newQualityLabelImport(std), newQualityLabelExport(std), newQualityGroundTruth(std))
	return cmd
}

// labeller is one person at a terminal.
type labeller struct {
	base   qualityBase
	who    assay.Actor
	reveal bool
	in     *bufio.Scanner
	out    io.Writer
}

var verdictOf = map[string]assay.Verdict{"y": assay.Present, "n": assay.Absent, "u": assay.Unsure}

func (l *labeller) run(ctx context.Context, items []assay.Item) error {
	if len(items) == 0 {
		_, err := fmt.Fprintln(l.out, "Nothing waits to be labelled.")
		return err
	}
	done := 0
	for i := 0; i < len(items); {
		if err := l.show(ctx, items[i], i, len(items)); err != nil {
			return err
		}
		if !l.in.Scan() {
			break
		}
		switch key := strings.ToLower(strings.TrimSpace(l.in.Text())); key {
		case "y", "n", "u":
			item := items[i]
			err := l.base.SetLabel(ctx, assay.Label{Item: item.ID, Element: item.Element, Asset: item.Asset, Field: item.Field,
				Verdict: verdictOf[key], By: l.who.Name, Route: quality.RouteTerminal})
			if err != nil {
				return err
			}
			done, i = done+1, i+1
		case "s":
			i++
		case "b":
			i = max(0, i-1)
		case "q":
			i = len(items)
		default:
			fmt.Fprintln(l.out, "y, n, u, s, b or q")
		}
	}
	_, err := fmt.Fprintf(l.out, "\n%d labelled. Then: assay quality measure\n", done)
	return errors.Join(err, l.in.Err())
}

// show prints an item. What it is a person sees only after the audit log knows.
func (l *labeller) show(ctx context.Context, item assay.Item, at, of int) error {
	if l.reveal {
		err := l.base.Audit(ctx, assay.AuditEntry{Actor: l.who.Name, Role: l.who.Role, Action: assay.ActionReveal, Object: item.ID, Reason: "labelling"})
		if err != nil {
			return fmt.Errorf("nothing is shown that is not audited: %w", err)
		}
	}
	content, err := assay.OpenItem(ctx, l.base.sealer, item)
	if err != nil {
		return err
	}
	shown := content.Value.String()
	if l.reveal {
		shown = printable(string(content.Value))
	}
	_, err = fmt.Fprintf(l.out, "\n[%d/%d] Is this %s?  %s  %s\n  %s\n(y/n/u/s/b/q) ", at+1, of, item.Element, item.Asset, item.Field, shown)
	return err
}

// printable keeps a value from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F {
			return '\uFFFD'
		}
		return r
	}, s)
}

// labelLine is a label as a line of JSON: on an item, or on a field as a whole.
type labelLine struct {
	Item    string        `json:"item,omitempty"`
	Element assay.Element `json:"element"`
	Asset   assay.AssetID `json:"asset,omitempty"`
	Field   string        `json:"field,omitempty"`
	Verdict assay.Verdict `json:"verdict,omitempty"`
	By      string        `json:"by,omitempty"`
	Model   bool          `json:"model,omitempty"`
	Text    string        `json:"text,omitempty"`  // with --reveal
	Start   int           `json:"start,omitempty"` // of what the verifier found in it
	End     int           `json:"end,omitempty"`
}

func newQualityLabelExport(std streams) *cobra.Command {
	var flags configFlags
	var element string
	var reveal, all bool
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the values that wait to be labelled as JSON Lines; with --labels the labels",
		Long: "export writes one object a line, to be completed with \"verdict\" (present, absent, unsure) and\n" +
			"\"by\", and read back by import. The values themselves are in it only with --reveal, which is audited.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			return withQuality(cmd.Context(), &flags, func(b qualityBase) error {
				if all {
					return b.exportLabels(cmd.Context(), std.out, assay.Element(element))
				}
				return b.exportItems(cmd.Context(), std.out, assay.Element(element), reveal)
			})
		}),
	}
	flags.add(cmd)
	elementFlag(cmd, &element)
	cmd.Flags().BoolVar(&reveal, "reveal", false, "with the values; who asked for it is written to the audit log")
	cmd.Flags().BoolVar(&all, "labels", false, "the labels instead of what waits")
	return cmd
}

func (b qualityBase) exportLabels(ctx context.Context, out io.Writer, element assay.Element) error {
	enc := json.NewEncoder(out)
	for l, err := range b.Labels(ctx, assay.LabelFilter{Element: element}) {
		if err != nil {
			return err
		}
		if err := enc.Encode(labelLine{Item: l.Item, Element: l.Element, Asset: l.Asset, Field: l.Field, Verdict: l.Verdict, By: l.By, Model: l.Model}); err != nil {
			return err
		}
	}
	return nil
}

func (b qualityBase) exportItems(ctx context.Context, out io.Writer, element assay.Element, reveal bool) error {
	items, err := gather(b.Items(ctx, assay.ItemFilter{Element: element, Unlabelled: true}))
	if err != nil {
		return err
	}
	if reveal {
		who, err := localOperator()
		if err == nil {
			err = b.Audit(ctx, assay.AuditEntry{Actor: who.Name, Role: who.Role, Action: assay.ActionReveal, Object: "items of " + string(element),
				Reason: "export to be labelled", Detail: fmt.Sprintf("%d values", len(items))})
		}
		if err != nil {
			return fmt.Errorf("nothing is shown that is not audited: %w", err)
		}
	}
	enc := json.NewEncoder(out)
	for _, item := range items {
		line := labelLine{Item: item.ID, Element: item.Element, Asset: item.Asset, Field: item.Field}
		if reveal {
			content, err := assay.OpenItem(ctx, b.sealer, item)
			if err != nil {
				return err
			}
			line.Text, line.Start, line.End = string(content.Value), content.Start, content.End
		}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func newQualityLabelImport(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Read labels from JSON Lines (- for standard input)",
		Long: "import reads objects with \"verdict\" and \"by\", and \"item\" as export wrote it, or \"asset\", \"field\" and\n" +
			"\"element\" for a word on a field as a whole. A line that is wrong is named, and the others are kept; exit 3\n" +
			"says that some were not.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			in := std.in
			if args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return usageError(err)
				}
				defer file.Close()
				in = file
			}
			return withVerifiers(cmd.Context(), &flags, func(b verifierBase) error {
				return b.importLabels(cmd.Context(), args[0], in, std)
			})
		}),
	}
	flags.add(cmd)
	return cmd
}

// maxLabelLine is the longest line of labels that is read.
const maxLabelLine = 1 << 20

func (b verifierBase) importLabels(ctx context.Context, name string, in io.Reader, std streams) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLabelLine)
	kept, wrong := 0, 0
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := b.importLabel(ctx, lines.Bytes()); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			wrong++
			fmt.Fprintf(std.err, "%s:%d: %v\n", name, n, err)
			continue
		}
		kept++
	}
	fmt.Fprintf(std.out, "%d labels kept, %d lines refused\n", kept, wrong)
	if err := lines.Err(); err != nil {
		return usageError(fmt.Errorf("read %s: %w", name, err))
	}
	if wrong > 0 {
		return exitWith(3)
	}
	return nil
}

func (b verifierBase) importLabel(ctx context.Context, text []byte) error {
	var line labelLine
	if err := json.Unmarshal(text, &line); err != nil {
		return errors.New("no JSON object with item, verdict and by")
	}
	label := assay.Label{Item: line.Item, Element: line.Element, Asset: line.Asset, Field: line.Field, Verdict: line.Verdict,
		By: line.By, Model: line.Model, Route: quality.RouteFile}
	if line.Item != "" {
		item, err := b.Item(ctx, line.Item)
		if err != nil {
			return err
		}
		label.Element, label.Asset, label.Field = item.Element, item.Asset, item.Field
	}
	return b.SetLabel(ctx, label)
}
