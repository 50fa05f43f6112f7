package cli

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay/secrets"
)

func newScan(c *common) *cobra.Command {
	f := &scanFlags{common: c}
	cmd := &cobra.Command{
		Use:   "scan PATH…",
		Short: "Scan files and folders",
		Args:  cobra.MinimumNArgs(1),
		RunE: run(func(cmd *cobra.Command, paths []string) error {
			if err := f.checkFormat(); err != nil {
				return err
			}
			return f.scanFolders(cmd, paths)
		}),
	}
	f.add(cmd)
	return cmd
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
	rules, refused := f.rules()
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
