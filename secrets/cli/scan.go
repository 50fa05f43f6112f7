package cli

import (
	"errors"
	"math"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay/secrets"
	"example.com/assay/secrets/git"
)

func newScan(c *common) *cobra.Command {
	f := &scanFlags{common: c}
	var history bool
	var resume string
	cmd := &cobra.Command{
		Use:   "scan PATH…",
		Short: "Scan files and folders, or with --git the history of a repository",
		Args:  cobra.MinimumNArgs(1),
		RunE: run(func(cmd *cobra.Command, paths []string) error {
			switch {
			case history && len(paths) == 1:
				return f.scanHistory(cmd, paths[0], resume)
			case history:
				return usage(errors.New("--git takes one repository"))
			case resume != "":
				return usage(errors.New("--resume goes with --git"))
			}
			if err := f.checkFormat(); err != nil {
				return err
			}
			return f.scanFolders(cmd, paths)
		}),
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&history, "git", false, "read every version of every file in the repository's history")
	cmd.Flags().StringVar(&resume, "resume", "", "with --git: file that keeps what was read, so that the next scan goes on from there")
	return cmd
}

// historyGC is how much may be allocated between two collections while a history
// is read, in percent of what is kept.
const historyGC = 200

// scanHistory reads all blobs of a repository.
func (f *scanFlags) scanHistory(cmd *cobra.Command, dir, resume string) error {
	repo, err := git.Open(dir)
	if err != nil {
		return incomplete(err)
	}
	// What is known of a history grows with it. Under the limit that the program
	// sets for folders the collector would run without end.
	debug.SetMemoryLimit(math.MaxInt64)
	debug.SetGCPercent(historyGC)
	ctx := cmd.Context()
	_, err = f.scanGit(cmd, gitScan{
		load:   secrets.LoadRules,
		memory: func() (secrets.Memory, error) { return treeMemory(ctx, repo) },
		scan: func(s *secrets.Scanner) (*secrets.Result, error) {
			if resume == "" {
				return s.History(ctx, repo, nil)
			}
			progress, err := s.OpenProgress(resume)
			if err != nil {
				return nil, usage(err)
			}
			result, err := s.History(ctx, repo, progress)
			return result, errors.Join(err, progress.Close())
		}})
	return err
}

func (f *scanFlags) scanFolders(cmd *cobra.Command, paths []string) error {
	began := time.Now()
	top, err := secrets.Top(paths[0])
	if err != nil {
		return usage(err)
	}
	memory, err := secrets.FolderMemory(top)
	if err != nil && !f.noBaseline {
		return usage(err)
	}
	rules, refused := f.rules(cmd, secrets.LoadRules)
	if rules == nil {
		return usage(refused)
	}
	opts, err := f.options(rules, memory)
	if err != nil {
		return err
	}
	result, err := secrets.New(opts).Folders(cmd.Context(), top, paths...)
	if result == nil {
		return usage(err)
	}
	result.Duration = time.Since(began)
	return errors.Join(err, f.finish(cmd, result, rules, refused))
}
