package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/user"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/store/sqlstore"
	"example.com/assay/web"
)

func newAPI(std streams) *cobra.Command {
	group := func(use, short string, commands ...*cobra.Command) *cobra.Command {
		cmd := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
		cmd.AddCommand(commands...)
		return cmd
	}
	return group("api", "Manage access to the API and the pages",
		group("token", "Make, list and revoke tokens", newTokenCreate(std), newTokenList(std), newTokenRevoke(std)))
}

func newTokenCreate(std streams) *cobra.Command {
	var flags configFlags
	var role string
	var ttl time.Duration
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: "Make a token and print it; only its hash is kept",
		Long: "create makes a token for somebody or something called NAME and prints it, this once.\n" +
			"Roles, each of which may do what those before it may: viewer reads findings, coverage, tasks\n" +
			"and verifiers; labeller also sees matched values, one by one and audited; operator also\n" +
			"handles tasks and judges findings; admin also manages tokens and reads the audit log.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			if r := assay.Role(role); !r.Allows(r) || args[0] == "" || ttl < 0 {
				return usageError(fmt.Errorf("api token create: want a name, one of the roles %v, and no negative --ttl", assay.Roles()))
			}
			return withTokens(cmd.Context(), &flags, func(tokens *sqlstore.Store) error {
				token, secret := web.NewToken(args[0], assay.Role(role), whoAmI(), time.Now(), ttl)
				if err := tokens.AddToken(cmd.Context(), token); err != nil {
					return err
				}
				_, err := fmt.Fprintln(std.out, secret)
				return err
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&role, "role", string(assay.RoleViewer), "viewer, labeller, operator or admin")
	cmd.Flags().DurationVar(&ttl, "ttl", 0, "how long it is in force, such as 720h; 0: until it is revoked")
	return cmd
}

func newTokenList(std streams) *cobra.Command {
	var flags configFlags
	var format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List tokens, the newest first",
		Args:  cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			if format != "table" && format != "json" {
				return usageError(fmt.Errorf("unknown format %q (table or json)", format))
			}
			return withTokens(cmd.Context(), &flags, func(tokens *sqlstore.Store) error {
				all := []assay.Token{}
				for t, err := range tokens.Tokens(cmd.Context()) {
					if err != nil {
						return err
					}
					all = append(all, t)
				}
				return printTokens(std.out, all, format)
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	return cmd
}

func printTokens(w io.Writer, tokens []assay.Token, format string) error {
	if format == "json" {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(tokens)
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "ID\tROLE\tNAME\tCREATED\tSTATE")
	for _, t := range tokens {
		fmt.Fprintf(out, "%s\t%s\t%q\t%s\t%s\n", t.ID, t.Role, t.Name, t.Created.Format(time.DateOnly), tokenState(t))
	}
	return out.Flush()
}

func tokenState(t assay.Token) string {
	switch {
	case !t.Revoked.IsZero():
		return "revoked " + t.Revoked.Format(time.DateOnly)
	case !t.Live(time.Now()):
		return "expired " + t.Expires.Format(time.DateOnly)
	case !t.Expires.IsZero():
		return "until " + t.Expires.Format(time.DateOnly)
	}
	return "in force"
}

func newTokenRevoke(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: "End a token, and the sessions that were begun with it",
		Args:  cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return withTokens(cmd.Context(), &flags, func(tokens *sqlstore.Store) error {
				err := tokens.RevokeToken(cmd.Context(), args[0])
				if errors.Is(err, assay.ErrNotFound) {
					return usageError(err)
				}
				if err == nil {
					_, err = fmt.Fprintf(std.err, "token %s is revoked\n", args[0])
				}
				return err
			})
		}),
	}
	flags.add(cmd)
	return cmd
}

// withTokens opens the database of the configuration for f.
func withTokens(ctx context.Context, flags *configFlags, f func(*sqlstore.Store) error) error {
	cfg, err := flags.load()
	if err != nil {
		return err
	}
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(f(database), database.Close())
}

// whoAmI is the user of the machine, as the author of what this process makes.
func whoAmI() string {
	me, err := user.Current()
	if err != nil {
		return "unknown"
	}
	return me.Username
}
