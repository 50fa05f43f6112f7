// Command assay-secrets finds secrets and blocks them: the commands of `assay
// secrets` in a small program that starts quickly, for hooks.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"example.com/assay/secrets/cli"
)

// version is that of the program (semver).
const version = "0.1.0"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	root := cli.New("assay-secrets", version)
	code, message := cli.ExitCode(root.ExecuteContext(ctx))
	stop()
	if message != "" {
		fmt.Fprintf(os.Stderr, "assay: %s\n", message)
	}
	os.Exit(code)
}
