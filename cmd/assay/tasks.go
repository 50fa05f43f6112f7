package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"example.com/assay"
)

func newTasks(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tasks",
		Short: "See the tasks of the queue, and put dead ones back",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTasksList(std), newTasksRedrive(std), newTasksDrop(std))
	return cmd
}

// withQueue runs f on the configured queue.
func withQueue(ctx context.Context, flags *configFlags, f func(workQueue) error) error {
	cfg, err := flags.load()
	if err != nil {
		return err
	}
	queue, err := openQueue(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(f(queue), queue.Close())
}

func newTasksList(std streams) *cobra.Command {
	var flags configFlags
	var state, format string
	states := []string{string(assay.QueueDead), string(assay.QueueWaiting), string(assay.QueueLeased)}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List tasks, the dead ones with why they are dead",
		Long: "list prints the tasks in a state, oldest first. A queue of Amazon SQS shows its dead tasks\n" +
			"only, and to be shown they are received and given back.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(states, state) {
				return usageError(fmt.Errorf("unknown --state %q (dead, waiting or leased)", state))
			}
			if format != "table" && format != "json" {
				return usageError(fmt.Errorf("unknown --format %q (table or json)", format))
			}
			return withQueue(cmd.Context(), &flags, func(queue workQueue) error {
				return listTasks(cmd.Context(), std.out, queue, assay.QueueState(state), format)
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&state, "state", string(assay.QueueDead), "dead, waiting or leased")
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	return cmd
}

func listTasks(ctx context.Context, w io.Writer, queue assay.Operator, state assay.QueueState, format string) error {
	depth, err := queue.Depth(ctx)
	if err != nil {
		return err
	}
	listed := []assay.Queued{}
	for q, err := range queue.List(ctx, state) {
		if err != nil {
			return err
		}
		listed = append(listed, q)
	}
	if format == "json" {
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		return out.Encode(listed)
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(listed) > 0 {
		fmt.Fprintln(out, "TASK\tKIND\tASSET\tRECEIVED\tSENT\tREASON")
	}
	for _, q := range listed {
		fmt.Fprintf(out, "%s\t%s\t%s\t%d\t%s\t%s\n", q.Task.ID, q.Task.Kind, q.Task.Asset.ID, q.Received, sentAt(q.Sent), q.Reason)
	}
	fmt.Fprintf(out, "%d waiting, %d leased, %d dead\n", depth.Waiting, depth.Leased, depth.Dead)
	return out.Flush()
}

func sentAt(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return humanize.Time(t)
}

func newTasksRedrive(std streams) *cobra.Command {
	var flags configFlags
	var all bool
	cmd := &cobra.Command{
		Use:   "redrive [TASK]… | --all",
		Short: "Let dead tasks be tried again from the start",
		RunE: action(func(cmd *cobra.Command, ids []string) error {
			if all == (len(ids) > 0) {
				return usageError(errors.New("name the tasks, or say --all"))
			}
			return withQueue(cmd.Context(), &flags, func(queue workQueue) error {
				n, err := queue.Redrive(cmd.Context(), ids...)
				fmt.Fprintf(std.out, "%d tasks wait again\n", n)
				return errors.Join(err, fewer(n, ids))
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "all dead tasks")
	return cmd
}

func newTasksDrop(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "drop TASK…",
		Short: "Remove tasks for good",
		Long:  "drop removes tasks, in whatever state; of a queue of Amazon SQS dead ones only.",
		Args:  cobra.MinimumNArgs(1),
		RunE: action(func(cmd *cobra.Command, ids []string) error {
			return withQueue(cmd.Context(), &flags, func(queue workQueue) error {
				n, err := queue.Drop(cmd.Context(), ids...)
				fmt.Fprintf(std.out, "%d tasks dropped\n", n)
				return errors.Join(err, fewer(n, ids))
			})
		}),
	}
	flags.add(cmd)
	return cmd
}

// fewer is the error of tasks that were named and not found.
func fewer(n int, ids []string) error {
	if n >= len(ids) {
		return nil
	}
	return usageError(fmt.Errorf("%d of %d tasks were not found (see assay tasks list)", len(ids)-n, len(ids)))
}
