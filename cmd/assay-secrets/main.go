// Command assay-secrets finds secrets and blocks them: the commands of `assay
// secrets` in a small program that starts quickly, for hooks.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"example.com/assay/secrets/cli"
)

// version is that of the program (semver).
const version = "0.1.0"

// gcPercent lets the heap grow to 16 MiB before it is collected; near
// memoryLimit it is collected whenever that helps.
const (
	gcPercent   = 400
	memoryLimit = 50 << 20
)

func main() {
	// A hook lives for milliseconds: the heap it begins with is worth no
	// collection.
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memoryLimit)
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
