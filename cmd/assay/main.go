// Command assay finds personal data and secrets in data stores: it lists their
// assets, samples them, runs verifiers over the values, and says what it found
// and what it could not examine.
//
// This file wires the commands, each of which has a file of its own. The list of
// data stores is in sources.go. docs/cli.md describes the command line.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// streams are a command's input and outputs.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run runs one command line and returns its exit code. Only run prints errors.
func run(ctx context.Context, args []string, std streams) int {
	root := newRoot(std)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code := exitCode(err)
	if message := errorText(err); message != "" {
		fmt.Fprintf(std.err, "assay: %s\n", message)
	}
	return code
}

// newRoot returns the command tree. A new command is one file and one row here.
func newRoot(std streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "assay",
		Short: "Find personal data and secrets in your data stores",
		Long: "assay lists the data of a store, samples it, and says which columns, files and\n" +
			"texts hold personal data or secrets, why it thinks so, and what it could not examine.\n\n" +
			"Try: assay demo",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.AddCommand(
		newDemo(std),
		newScan(std),
		newInspect(std),
		newVerifiers(std),
		newExplain(std),
		newFindings(std),
		newAssets(std),
		newDiff(std),
		newKey(std),
		newSecrets(std),
		newTaskcreator(std),
		newScanner(std),
		newTasks(std),
		newQuality(std),
		newMigrate(std),
		newServe(std),
		newWeb(std),
		newAPI(std),
		newConfig(std),
		newVersion(std),
	)
	return root
}
