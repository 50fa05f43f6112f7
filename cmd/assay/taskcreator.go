package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/dustin/go-humanize"
	pretty "github.com/jedib0t/go-pretty/v6/table"
	prettytext "github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"example.com/assay/report"
	"example.com/assay/taskcreator"
)

func newTaskcreator(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "taskcreator",
		Short: "List the company's data and queue a task for each asset",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTaskcreatorRun(std), newTaskcreatorPlan(std))
	return cmd
}

func newTaskcreatorRun(std streams) *cobra.Command {
	var flags configFlags
	var once, all bool
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Create tasks, cycle after cycle",
		Long: "run lists every store of the catalogue and queues a task for each asset that is due:\n" +
			"never-scanned, changed and formerly positive ones first, unchanged clean ones less often. It\n" +
			"stops filling a deep queue. Of several processes one is active; another takes over when it\n" +
			"vanishes, and goes on with its cycle.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			if all && !once {
				return usageError(errors.New("--all is for --once: cycle after cycle, all would always be due"))
			}
			return withCreator(cmd.Context(), std, cfg, func(p *creatorProcess) error {
				return p.create(cmd.Context(), std, once, all)
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&once, "once", false, "one cycle, as far as the queue has room, and then print what was done as JSON")
	cmd.Flags().BoolVar(&all, "all", false, "with --once: every asset is due, unless a task for it is under way")
	flags.bind("interval", "taskcreator.interval", "time from one cycle to the next")
	flags.bind("max-depth", "taskcreator.max_depth", "how many tasks may wait in the queue")
	flags.bind("metrics-listen", "taskcreator.metrics_listen", "address for /metrics, /livez, /readyz and /startupz")
	return cmd
}

// create creates tasks, in one cycle or in all that come.
func (p *creatorProcess) create(ctx context.Context, std streams, once, all bool) error {
	creator, err := p.creator(all)
	if err != nil {
		return err
	}
	if !once {
		return p.run(ctx, creator)
	}
	var sum taskcreator.Summary
	err = p.lead(ctx, func(ctx context.Context) (err error) {
		sum, err = creator.Once(ctx)
		return err
	})
	if err != nil {
		return catalogError(err)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := printJSON(std.out, sum); err != nil {
		return err
	}
	if sum.NotExamined > 0 {
		return exitWith(report.ExitIncomplete)
	}
	return nil
}

func newTaskcreatorPlan(std streams) *cobra.Command {
	var flags configFlags
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Say what a cycle would queue: tasks, rows, bytes, requests, cost",
		Long: "plan lists the stores as run does, and queues and keeps nothing. Rows and bytes are estimated\n" +
			"from what stores say of their sizes; the cost is reckoned with taskcreator.prices. The exit\n" +
			"code is 3 where something could not be listed.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			if format != "table" && format != "json" {
				return usageError(fmt.Errorf("unknown --format %q (table or json)", format))
			}
			return withCreator(cmd.Context(), std, cfg, func(p *creatorProcess) error {
				return p.preview(cmd.Context(), std, format, all)
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	cmd.Flags().BoolVar(&all, "all", false, "as if every asset were due")
	return cmd
}

// preview prints what a cycle would do.
func (p *creatorProcess) preview(ctx context.Context, std streams, format string, all bool) error {
	creator, err := p.creator(all)
	if err != nil {
		return err
	}
	prices := p.cfg.Taskcreator.Prices
	preview, err := creator.Preview(ctx, taskcreator.Prices{QueueMillion: prices.QueueMillion, ObjectMillion: prices.ObjectMillion, Gigabyte: prices.Gigabyte})
	if err != nil {
		return catalogError(err)
	}
	if format == "json" {
		err = printJSON(std.out, preview)
	} else {
		err = printPreview(std.out, preview)
	}
	if err == nil && len(preview.Gaps) > 0 {
		return exitWith(report.ExitIncomplete)
	}
	return err
}

func printJSON(w io.Writer, value any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(value)
}

// printPreview prints the plan for people.
func printPreview(w io.Writer, p taskcreator.Preview) error {
	t := pretty.NewWriter()
	t.SetStyle(pretty.StyleLight)
	t.Style().Options = pretty.OptionsNoBordersAndSeparators
	t.AppendHeader(pretty.Row{"store", "turn", "tasks", "rows", "bytes", "requests", "queue", "cost"})
	right := []pretty.ColumnConfig{}
	for column := 3; column <= 8; column++ {
		right = append(right, pretty.ColumnConfig{Number: column, Align: prettytext.AlignRight, AlignHeader: prettytext.AlignRight, AlignFooter: prettytext.AlignRight})
	}
	t.SetColumnConfigs(right)
	for _, r := range p.Rows {
		t.AppendRow(loadRow(r.Store, r.Turn, r.Load))
	}
	t.AppendRow(loadRow("total", "", p.Total))
	_, err := fmt.Fprintf(w, "%s\n\n%s assets of %d stores listed, of which %s are not due. Sizes are estimates; the cost is in US dollars at the prices of the configuration.\n",
		t.Render(), humanize.Comma(int64(p.Assets)), p.Stores, humanize.Comma(int64(p.NotDue)))
	for _, gap := range p.Gaps {
		if err == nil {
			_, err = fmt.Fprintf(w, "NOT LISTED  %s: %s\n", gap.Store, gap.Error)
		}
	}
	return err
}

func loadRow(store, turn string, l taskcreator.Load) pretty.Row {
	return pretty.Row{store, turn, humanize.Comma(l.Tasks), humanize.Comma(l.Rows), humanize.Bytes(uint64(max(l.Bytes, 0))),
		humanize.Comma(l.Requests), humanize.Comma(l.QueueRequests), fmt.Sprintf("$%.4f", l.Cost)}
}
