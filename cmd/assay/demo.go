package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/report"
)

// demoMark is a file that says that a folder holds a demo company and may be
// made anew.
const demoMark = "ABOUT.txt"

const aboutDemo = `A company that does not exist, made by "assay demo" to be scanned.
All names, numbers and keys in it are random. Remove the folder at will.
`

func newDemo(std streams) *cobra.Command {
	var dir string
	var seed uint64
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make a small company that does not exist, and scan it",
		Long: "demo makes a SQLite shop, exports, events, logs and letters full of random people, carries\n" +
			"them through the whole flow — assets, tasks, queue, scanner, verifiers, findings store —\n" +
			"and prints what was found. The exit code is 0.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			return runDemo(cmd.Context(), std, dir, seed)
		}),
	}
	cmd.Flags().StringVar(&dir, "dir", filepath.Join(xdg.CacheHome, "assay", "demo"), "folder to make the company in")
	cmd.Flags().Uint64Var(&seed, "seed", 4711, "makes the company and the sample")
	return cmd
}

func runDemo(ctx context.Context, std streams, dir string, seed uint64) error {
	var flags libraryFlags
	lib, err := flags.load()
	if err != nil {
		return err
	}
	state, err := stateDir()
	if err != nil {
		return err
	}
	if err := makeCompany(ctx, dir, seed); err != nil {
		return err
	}
	shop, files := filepath.Join(dir, "shop.db"), filepath.Join(dir, "files")
	f := flow{
		targets: []string{"sqlite:" + shop, files}, library: lib, state: state, store: filepath.Join(state, demoStore),
		plan: assay.Plan{Rows: 1000, Seed: seed}, workers: runtime.GOMAXPROCS(0), progress: newProgress(std.err),
		warn: func(err error) { fmt.Fprintf(std.err, "assay: %v\n", err) },
	}
	result, err := f.run(ctx)
	if err != nil {
		return err
	}
	result.MinConfidence, result.FailOn = 0.5, report.Personal
	style := report.Style{Color: wantsColour(std.out), Width: terminalWidth(std.out)}
	if err := result.Write(std.out, "table", style); err != nil {
		return err
	}
	_, err = fmt.Fprint(std.out, nextSteps(result, files))
	return err
}

// nextSteps says what to try after the demo.
func nextSteps(result *report.Report, files string) string {
	s := result.Summary()
	var b strings.Builder
	fmt.Fprintf(&b, "exit 0 (a demo; the same scan would exit %d: %s)\n\nTry next:\n", s.Exit, s.Why)
	if len(result.Findings) > 0 {
		fmt.Fprintf(&b, "  assay explain %.8s\n", mostConfident(result.Findings).ID)
	}
	fmt.Fprintf(&b, "  assay scan %s --format jsonl\n", filepath.Join(files, "exports"))
	b.WriteString("  assay scan ./your/folder\n  assay scan mysql://user@host/database\n")
	return b.String()
}

func mostConfident(findings []assay.Finding) assay.Finding {
	best := findings[0]
	for _, f := range findings {
		if f.Confidence > best.Confidence {
			best = f
		}
	}
	return best
}

// makeCompany makes the company in dir, which is empty, missing, or holds an
// older demo: nothing else is ever overwritten.
func makeCompany(ctx context.Context, dir string, seed uint64) error {
	if err := clearDemo(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return usageError(fmt.Errorf("make the demo company: %w (name another folder with --dir)", err))
	}
	if err := os.WriteFile(filepath.Join(dir, demoMark), []byte(aboutDemo), 0o600); err != nil {
		return fmt.Errorf("make the demo company: %w", err)
	}
	if err := writeShop(ctx, filepath.Join(dir, "shop.db"), newFaker(seed)); err != nil {
		return fmt.Errorf("make the demo company's shop: %w", err)
	}
	if err := writeFiles(filepath.Join(dir, "files"), newFaker(seed+1)); err != nil {
		return fmt.Errorf("make the demo company's files: %w", err)
	}
	return nil
}

// clearDemo removes an older demo from dir.
func clearDemo(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return usageError(err)
	}
	if _, err := os.Stat(filepath.Join(dir, demoMark)); err != nil {
		return usageError(fmt.Errorf("make the demo company: %s is not empty and no older demo (name another folder with --dir)", dir))
	}
	return errors.Join(
		os.RemoveAll(filepath.Join(dir, "files")),
		os.RemoveAll(filepath.Join(dir, "shop.db")))
}
