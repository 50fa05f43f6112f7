package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/verifiers"
)

func newVerifiersSnapshot(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "snapshot [ELEMENT]…",
		Short: "Have the columns that are dictionaries of verifiers read again",
		Long: "snapshot queues a task for each column that a verifier of the database names as its\n" +
			"dictionary. A scanner samples the column and keeps its words sealed; running scanners use\n" +
			"them within their refresh period. The task creator does the same in every cycle.",
		RunE: action(func(cmd *cobra.Command, elements []string) error {
			return withVerifiers(cmd.Context(), &flags, func(b verifierBase) (err error) {
				queue, err := openQueue(cmd.Context(), b.cfg)
				if err != nil {
					return err
				}
				defer func() { err = errors.Join(err, queue.Close()) }()
				n, err := sendSnapshots(cmd.Context(), b, queue, time.Now().UTC().Format(time.RFC3339Nano), elements)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(std.out, "%d snapshots queued\n", n)
				return err
			})
		}),
	}
	flags.add(cmd)
	return cmd
}

// sendSnapshots queues a task for each column that versions in use name as their
// dictionary, of some elements or of all, and returns how many. Within a cycle it
// has an effect once.
func sendSnapshots(ctx context.Context, store assay.VerifierStore, queue assay.Sender, cycle string, elements []string) (int, error) {
	var tasks []assay.Task
	var columns []assay.Column
	for v, err := range store.Verifiers(ctx) {
		if err != nil {
			return 0, err
		}
		if v.State == assay.StateDisabled || len(elements) > 0 && !slices.Contains(elements, string(v.Element)) {
			continue
		}
		def, err := verifiers.ParseVersion(v)
		if err != nil {
			continue // scanners refuse it, and say so
		}
		for _, c := range def.Columns() {
			if !slices.Contains(columns, c) {
				columns = append(columns, c)
				tasks = append(tasks, assay.NewSnapshot(c, cycle, assay.Plan{}))
			}
		}
	}
	if len(tasks) == 0 {
		return 0, nil
	}
	return len(tasks), queue.Send(ctx, tasks...)
}
