package main

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay/queue/sqs"
	"example.com/assay/verifiers"
)

func newMigrate(std streams) *cobra.Command {
	var flags configFlags
	var makeQueue bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's tables and the built-in verifiers up to date",
		Long: "migrate makes or changes the tables of the configured database and adds the verifiers of\n" +
			"this program's library: new elements, and new versions of those that nobody has changed.\n" +
			"Running it again has no effect. Other commands do the same when they start; run it before\n" +
			"them where they may not change tables. With --queue it also makes the configured queue on\n" +
			"Amazon SQS, and its dead-letter queue, where they are missing.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) (err error) {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			if makeQueue {
				if !strings.HasPrefix(string(cfg.Queue), "http") {
					return usageError(errors.New("--queue: the configured queue is not one of Amazon SQS"))
				}
				client, err := sqsClient(ctx, cfg.Queue)
				if err != nil {
					return err
				}
				url, err := sqs.Setup(ctx, client, path.Base(string(cfg.Queue)), sqs.SetupOptions{MaxReceives: cfg.Scanner.MaxReceives})
				if err != nil {
					return err
				}
				fmt.Fprintf(std.out, "queue %s is there\n", url)
			}
			database, err := openDatabase(ctx, cfg)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, database.Close()) }()
			n, err := verifiers.Seed(ctx, database)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(std.out, "the database is up to date; %d verifier versions added\n", n)
			return err
		}),
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&makeQueue, "queue", false, "make the queue on Amazon SQS too")
	return cmd
}
