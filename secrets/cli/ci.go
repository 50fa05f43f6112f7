package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay/secrets"
	"example.com/assay/secrets/git"
)

func newCI(c *common) *cobra.Command {
	f := &scanFlags{common: c}
	var from string
	var strict, status bool
	cmd := &cobra.Command{
		Use:   "ci",
		Short: "Check a push or a pull request: every commit of it must be free of secrets",
		Long: "ci reads every file that a commit of the range adds or modifies. A secret on a line that one\n" +
			"of the commits adds fails the check, also when a later one removes it. One that was there\n" +
			"before is reported; --strict makes it fail too. What could not be examined fails the check.\n\n" +
			"Without --range the range is that of the push or pull request, as GitHub Actions, GitLab and\n" +
			"Jenkins tell it.",
		Args: cobra.NoArgs,
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			repo, err := git.Open("")
			if err != nil {
				return incomplete(err)
			}
			r, err := findRange(from, os.Getenv)
			if err != nil {
				return usage(err)
			}
			return f.checkRange(cmd, repo, r, strict, status)
		}),
	}
	f.add(cmd)
	cmd.Flags().StringVar(&from, "range", "", "commits to check, as A..B")
	cmd.Flags().BoolVar(&strict, "strict", false, "a secret that was there before fails the check too")
	cmd.Flags().BoolVar(&status, "status", false, "set the status of the newest commit, in GitHub Actions and GitHub Enterprise (needs GITHUB_TOKEN)")
	return cmd
}

func (f *scanFlags) checkRange(cmd *cobra.Command, repo *git.Repo, r commitRange, strict, status bool) error {
	ctx := cmd.Context()
	revisions, err := r.revisions(ctx, repo)
	if err != nil {
		return incomplete(err)
	}
	result, err := f.scanGit(cmd, gitScan{
		load:   secrets.LoadRules,
		memory: func() (secrets.Memory, error) { return commitMemory(ctx, repo, revisions[0]) },
		scan: func(s *secrets.Scanner) (*secrets.Result, error) {
			result, err := s.Range(ctx, repo, revisions...)
			if result != nil {
				result.Pushed(strict)
			}
			return result, err
		}})
	if result == nil {
		return err
	}
	if status {
		if failed := setStatus(ctx, result, revisions[0], os.Getenv); failed != nil {
			return incomplete(errors.Join(failed, err))
		}
	}
	if failed := annotate(cmd.OutOrStdout(), f.format == "table" || f.output != "", result, os.Getenv); failed != nil {
		return errors.Join(failed, err)
	}
	return err
}

// commitRange is what to check: what is in new and not in old.
type commitRange struct{ old, new string }

// findRange returns the range asked for, or that of the CI system that runs
// this.
func findRange(asked string, env func(string) string) (commitRange, error) {
	if asked != "" {
		old, new, ok := strings.Cut(asked, "..")
		if !ok || new == "" || strings.HasPrefix(new, ".") {
			return commitRange{}, fmt.Errorf("--range %s: not a range A..B", asked)
		}
		return commitRange{old, new}, nil
	}
	switch {
	case env("GITHUB_EVENT_PATH") != "":
		return githubRange(env("GITHUB_EVENT_PATH"))
	case env("CI_COMMIT_SHA") != "" && env("CI_MERGE_REQUEST_DIFF_BASE_SHA") != "":
		return commitRange{env("CI_MERGE_REQUEST_DIFF_BASE_SHA"), env("CI_COMMIT_SHA")}, nil
	case env("CI_COMMIT_SHA") != "":
		return commitRange{env("CI_COMMIT_BEFORE_SHA"), env("CI_COMMIT_SHA")}, nil
	case env("JENKINS_URL") != "" && env("CHANGE_TARGET") != "":
		return commitRange{"origin/" + env("CHANGE_TARGET"), "HEAD"}, nil
	case env("JENKINS_URL") != "":
		return commitRange{env("GIT_PREVIOUS_SUCCESSFUL_COMMIT"), env("GIT_COMMIT")}, nil
	}
	return commitRange{}, errors.New("no range: neither GitHub Actions, GitLab nor Jenkins says what was pushed (give --range A..B)")
}

// revisions resolves the range for git rev-list. Where nothing is known of what
// was there before (a new branch, the first build), all that other branches do
// not have is checked.
func (r commitRange) revisions(ctx context.Context, repo *git.Repo) ([]string, error) {
	tip, err := repo.Resolve(ctx, r.new)
	if err != nil {
		return nil, err
	}
	if r.old != "" && !git.IsZero(r.old) {
		old, err := repo.Resolve(ctx, r.old)
		if err != nil {
			return nil, err
		}
		return []string{tip, "^" + old}, nil
	}
	if main, err := repo.Resolve(ctx, "refs/remotes/origin/HEAD"); err == nil && main != tip {
		return []string{tip, "^" + main}, nil
	}
	return []string{tip}, nil
}
