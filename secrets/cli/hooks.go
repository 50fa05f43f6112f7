package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay/secrets"
	"example.com/assay/secrets/git"
)

func newPreCommit(c *common) *cobra.Command {
	f := &scanFlags{common: c}
	cmd := &cobra.Command{
		Use:   "pre-commit",
		Short: "Check what is staged, as the hook does; blocks on 1, 2, 3 and 4",
		Args:  cobra.ArbitraryArgs, // the framework may pass names; the index decides
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			repo, err := git.Open("")
			if err != nil {
				return incomplete(err)
			}
			return blocked(cmd, f.staged(cmd, repo), "commit", "git commit --no-verify")
		}),
	}
	f.add(cmd)
	return cmd
}

// staged checks what is staged, with the rules that it needs: to load them all
// would take longer than all the rest.
func (f *scanFlags) staged(cmd *cobra.Command, repo *git.Repo) error {
	ctx := cmd.Context()
	var filter *secrets.PathFilter
	if !f.noPathFilter {
		filter = secrets.DefaultPathFilter()
	}
	var staged *secrets.Staged
	_, err := f.scanGit(cmd, gitScan{
		load: func(opts secrets.RuleOptions) (*secrets.Rules, error) {
			var err error
			if staged, err = secrets.ReadStaged(ctx, repo, filter); err != nil {
				return nil, incomplete(err)
			}
			if texts, all := staged.Texts(); all && f.format != "sarif" {
				return secrets.RulesFor(opts, texts)
			}
			return secrets.LoadRules(opts) // SARIF lists them all
		},
		memory: func() (secrets.Memory, error) { return treeMemory(ctx, repo) },
		scan:   func(s *secrets.Scanner) (*secrets.Result, error) { return s.Staged(ctx, repo, staged) },
	})
	return err
}

// blocked says on standard error that something was blocked, and what to do.
func blocked(cmd *cobra.Command, err error, what, past string) error {
	e := (*ExitError)(nil)
	if !errors.As(err, &e) {
		return err
	}
	out := cmd.ErrOrStderr()
	switch e.Code {
	case exitFindings:
		fmt.Fprintf(out, "assay: the %s is blocked: it adds a secret. Take it out and revoke it if it was ever shared.\n"+
			"assay: if it is none, say so in its line: assay:allow ELEMENT reason=\"…\"\n", what)
	case exitIncomplete:
		fmt.Fprintf(out, "assay: the %s is blocked: not all of it could be examined (%s goes past the check, and is seen in CI)\n", what, past)
	}
	return err
}

// treeMemory reads what is known from the work tree.
func treeMemory(ctx context.Context, repo *git.Repo) (secrets.Memory, error) {
	top, ok := repo.Top()
	if !ok {
		dirs, err := repo.Dirs(ctx)
		if err != nil {
			return secrets.Memory{}, err
		}
		top = cmp.Or(dirs.Top, dirs.Git)
	}
	return secrets.FolderMemory(top)
}

func newPrePush(c *common) *cobra.Command {
	f := &scanFlags{common: c}
	cmd := &cobra.Command{
		Use:   "pre-push [REMOTE [URL]]",
		Short: "Check what a push sends, as the hook does; reads git's lines from standard input",
		Args:  cobra.MaximumNArgs(2),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			remote := ""
			if len(args) > 0 {
				remote = args[0]
			}
			updates, err := readUpdates(cmd.InOrStdin(), 4)
			if err != nil {
				return usage(err)
			}
			return f.push(cmd, pushRevisions(updates, remote), "push", "git push --no-verify")
		}),
	}
	f.add(cmd)
	return cmd
}

func newPreReceive(c *common) *cobra.Command {
	f := &scanFlags{common: c}
	cmd := &cobra.Command{
		Use:   "pre-receive",
		Short: "Check what a push brings, on the server; reads git's lines from standard input",
		Args:  cobra.NoArgs,
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			updates, err := readUpdates(cmd.InOrStdin(), 3)
			if err != nil {
				return usage(err)
			}
			return f.push(cmd, receiveRevisions(updates), "push", "nothing")
		}),
	}
	f.add(cmd)
	return cmd
}

// push checks the commits of a push; there may be none.
func (f *scanFlags) push(cmd *cobra.Command, revisions []string, what, past string) error {
	if len(revisions) == 0 {
		return nil
	}
	repo, err := git.Open("")
	if err != nil {
		return incomplete(err)
	}
	ctx := cmd.Context()
	_, err = f.scanGit(cmd, gitScan{
		load:   secrets.LoadRules,
		memory: func() (secrets.Memory, error) { return commitMemory(ctx, repo, revisions[0]) },
		scan:   func(s *secrets.Scanner) (*secrets.Result, error) { return s.Range(ctx, repo, revisions...) },
	})
	return blocked(cmd, err, what, past)
}

// update is one ref that a push changes.
type update struct{ old, new string }

// readUpdates reads the lines that git gives a hook: LOCALREF NEW REMOTEREF OLD
// before a push, OLD NEW REF on the server.
func readUpdates(in io.Reader, fields int) ([]update, error) {
	var updates []update
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) == 0 {
			continue
		}
		if len(f) != fields {
			return nil, fmt.Errorf("%d words in a line of standard input, want %d (this is run by git as a hook)", len(f), fields)
		}
		u := update{f[0], f[1]}
		if fields == 4 {
			u = update{f[3], f[1]}
		}
		if !isID(u.old) || !isID(u.new) {
			return nil, errors.New("a line of standard input without ids of commits (this is run by git as a hook)")
		}
		updates = append(updates, u)
	}
	return updates, lines.Err()
}

func isID(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// pushRevisions names what the remote does not have: what is in none of its
// refs as far as they are known here. A forced push changes nothing of that.
func pushRevisions(updates []update, remote string) []string {
	revisions := newOnes(updates)
	if len(revisions) == 0 {
		return nil
	}
	known := "--remotes"
	if remote != "" && !strings.ContainsAny(remote, ":/*?[") {
		known += "=" + remote
	}
	return append(revisions, "--not", known)
}

// receiveRevisions names what no ref of the server has yet. The objects are in
// quarantine, where git looks by itself.
func receiveRevisions(updates []update) []string {
	revisions := newOnes(updates)
	if len(revisions) == 0 {
		return nil
	}
	return append(revisions, "--not", "--all")
}

// newOnes returns the new ids, without those of removed refs.
func newOnes(updates []update) []string {
	var ids []string
	for _, u := range updates {
		if !git.IsZero(u.new) {
			ids = append(ids, u.new)
		}
	}
	return ids
}
