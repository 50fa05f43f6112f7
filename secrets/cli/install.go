package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay/secrets/baseline"
	"example.com/assay/secrets/git"
)

func newInstall(*common) *cobra.Command {
	var hooks []string
	var gitleaks string
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Put the hook in place that blocks commits with secrets",
		Long: "install writes the hooks pre-commit and pre-merge-commit of the repository in the current\n" +
			"folder, which run " + small + " by its absolute path, and the merge driver of the baseline.\n" +
			"A hook that is there already is kept beside, as NAME.local, and runs first.",
		Args: cobra.NoArgs,
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			self, err := program()
			if err != nil {
				return usage(err)
			}
			repo, err := git.Open("")
			if err != nil {
				return usage(err)
			}
			flags, err := hookFlags(gitleaks)
			if err != nil {
				return usage(err)
			}
			dir, err := repo.HooksDir(cmd.Context())
			if err != nil {
				return usage(err)
			}
			for _, hook := range hooks {
				if err := installHook(dir, hook, self, flags); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "installed %s\n", filepath.Join(dir, hook))
			}
			return installMergeDriver(cmd, repo, self)
		}),
	}
	cmd.Flags().StringSliceVar(&hooks, "hook", []string{"pre-commit", "pre-merge-commit"}, "hooks to install; pre-push and pre-receive are others")
	cmd.Flags().StringVar(&gitleaks, "gitleaks", "", "configuration of gitleaks (.gitleaks.toml) that the hooks use")
	return cmd
}

// hookFlags returns what the hooks give to the program, as the shell reads it. A
// configuration of gitleaks is named by its absolute path: that which is in the
// folder at commit may be another.
func hookFlags(gitleaks string) (string, error) {
	if gitleaks == "" {
		return "", nil
	}
	if _, err := readGitleaks(gitleaks); err != nil {
		return "", err
	}
	path, err := filepath.Abs(gitleaks)
	return " --gitleaks " + shellQuote(path), err
}

// subcommands are what each hook runs.
var subcommands = map[string]string{
	"pre-commit":       "pre-commit",
	"pre-merge-commit": "pre-commit",
	"pre-push":         `pre-push "$@"`,
	"pre-receive":      "pre-receive",
}

// hookMark is in every hook that install wrote.
const hookMark = "# Installed by assay secrets install."

func installHook(dir, hook, self, flags string) error {
	sub, ok := subcommands[hook]
	if !ok {
		return usage(fmt.Errorf("no hook %q (pre-commit, pre-merge-commit, pre-push, pre-receive)", hook))
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("install hook: %w", err)
	}
	name := filepath.Join(dir, hook)
	local := name + ".local"
	old, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("install hook: %w", err)
	case !bytes.Contains(old, []byte(hookMark)):
		if _, err := os.Lstat(local); err == nil {
			return usage(fmt.Errorf("%s and %s are both there already (remove one of them)", name, local))
		}
		if err := os.Rename(name, local); err != nil {
			return fmt.Errorf("install hook: %w", err)
		}
	}
	script := hookScript(hook, sub+flags, self)
	return replaceFile(name, 0o755, func(w io.Writer) error { _, err := io.WriteString(w, script); return err })
}

// hookScript is the hook. It blocks, and says so, when the program is gone: a
// hook that checks nothing is worse than none. What git says on standard input
// is read once, and so is kept for both where there is a hook before it.
func hookScript(hook, sub, self string) string {
	what, past := "commit", "git commit --no-verify"
	switch hook {
	case "pre-push":
		what, past = "push", "git push --no-verify"
	case "pre-receive":
		what, past = "push", "nothing"
	case "pre-merge-commit":
		what, past = "merge", "git merge --no-verify"
	}
	reads := hook == "pre-push" || hook == "pre-receive"
	before := "\"$0.local\" \"$@\" || exit $?\n"
	last := "exec \"$assay\" " + sub + "\n"
	if reads {
		before = "lines=$(cat)\n  printf '%s\\n' \"$lines\" | \"$0.local\" \"$@\" || exit $?\n  printf '%s\\n' \"$lines\" | \"$assay\" " + sub + "\n  exit $?\n"
	}
	return "#!/bin/sh\n" + hookMark + "\n" +
		"assay=" + shellQuote(self) + "\n" +
		"if [ ! -x \"$assay\" ]; then\n" +
		"  echo \"assay: $assay is gone, so nothing was checked and the " + what + " is blocked.\" >&2\n" +
		"  echo 'assay: put it back, or run assay secrets install again (" + past + " goes past the check, and is seen in CI).' >&2\n" +
		"  exit 1\nfi\n" +
		"if [ -x \"$0.local\" ]; then\n  " + before + "fi\n" + last
}

func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// installMergeDriver makes git merge the baseline entry by entry, in this clone.
func installMergeDriver(cmd *cobra.Command, repo *git.Repo, self string) error {
	driver := shellQuote(self) + " baseline merge %O %A %B"
	if err := repo.SetConfig(cmd.Context(), "merge.assay-baseline.name", "entries of assay's baseline"); err != nil {
		return err
	}
	if err := repo.SetConfig(cmd.Context(), "merge.assay-baseline.driver", driver); err != nil {
		return err
	}
	dirs, err := repo.Dirs(cmd.Context())
	if err != nil {
		return err
	}
	name := filepath.Join(dirs.Common, "info", "attributes")
	line := baseline.Name + " merge=assay-baseline\n" + baseline.AuditName + " merge=union\n"
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("install merge driver: %w", err)
	}
	if bytes.Contains(old, []byte(line)) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("install merge driver: %w", err)
	}
	if len(old) > 0 && !bytes.HasSuffix(old, []byte("\n")) {
		old = append(old, '\n')
	}
	return replaceFile(name, 0o644, func(w io.Writer) error { _, err := w.Write(append(old, line...)); return err })
}
