package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/store/sqlstore"
	"example.com/assay/verifiers"
)

// The commands in this file add verifiers to the database, which running scanners
// read again and again.

// changeFlags are the flags of a command that changes verifiers.
type changeFlags struct {
	config configFlags
	by     verifiers.Change
}

func (c *changeFlags) add(cmd *cobra.Command) {
	c.config.add(cmd)
	cmd.Flags().StringVar(&c.by.Author, "author", "", "who makes the change")
	cmd.Flags().StringVar(&c.by.Reason, "reason", "", "why")
	for _, name := range []string{"author", "reason"} {
		if err := cmd.MarkFlagRequired(name); err != nil { // only for a flag that does not exist
			cmd.PrintErrln(err)
		}
	}
}

// addNow adds --now.
func (c *changeFlags) addNow(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&c.by.Now, "now", false, "put it into use at once, without the gate; the history says so")
}

// verifierBase is the database with its verifiers.
type verifierBase struct {
	*sqlstore.Store
	cfg *config.Config
}

// withVerifiers runs f on the configured database.
func withVerifiers(ctx context.Context, flags *configFlags, f func(verifierBase) error) error {
	cfg, err := flags.load()
	if err != nil {
		return err
	}
	store, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(f(verifierBase{store, cfg}), store.Close())
}

// versions returns an element's versions, oldest first; of all elements when
// none is named.
func (b verifierBase) versions(ctx context.Context, element assay.Element) ([]assay.VerifierVersion, error) {
	var versions []assay.VerifierVersion
	for v, err := range b.Verifiers(ctx) {
		if err != nil {
			return nil, err
		}
		if element == "" || v.Element == element {
			versions = append(versions, v)
		}
	}
	if len(versions) == 0 && element != "" {
		return nil, usageError(fmt.Errorf("verifier %s: %w in the database (see assay verifiers history)", element, assay.ErrNotFound))
	}
	return versions, nil
}

// publish adds a definition and says so.
func (b verifierBase) publish(ctx context.Context, out io.Writer, name string, definition []byte, by verifiers.Change) error {
	def, err := verifiers.Parse(name, definition)
	if err != nil {
		return usageError(err)
	}
	models, err := openModels(b.cfg)
	if err != nil {
		return err
	}
	v, err := verifiers.Publish(ctx, b, def, verifierOptions(models), models, by)
	if err != nil {
		return usageError(err)
	}
	next := ""
	if v.State == assay.StateShadow {
		next = fmt.Sprintf("; to put it into use: assay verifiers rollout %s@%d", v.Element, v.Version)
	}
	if _, err = fmt.Fprintf(out, "%s@%d is %s%s\n", v.Element, v.Version, v.State, next); err == nil && len(def.Columns()) > 0 {
		_, err = fmt.Fprintf(out, "it runs once its dictionary was read: assay verifiers snapshot %s\n", v.Element)
	}
	return err
}

func newVerifiersAdd(std streams) *cobra.Command {
	var flags changeFlags
	cmd := &cobra.Command{
		Use:   "add FILE…",
		Short: "Add definitions to the database, in shadow, after running their examples",
		Long: "add makes each definition the newest version of its element, in shadow: running scanners take\n" +
			"it up within their refresh period and run it beside the version in use, where there is one; its\n" +
			"findings have the state shadow and are only compared. assay verifiers rollout puts it into use\n" +
			"when its measured quality passes the gate. --now does so at once, unmeasured, which the history\n" +
			"keeps. A definition that is wrong or whose examples fail is refused, with file, JSON path and\n" +
			"reason.",
		Args: cobra.MinimumNArgs(1),
		RunE: action(func(cmd *cobra.Command, files []string) error {
			return withVerifiers(cmd.Context(), &flags.config, func(b verifierBase) error {
				var errs []error
				for _, file := range files {
					definition, err := os.ReadFile(file)
					if err != nil {
						errs = append(errs, usageError(err))
						continue
					}
					errs = append(errs, b.publish(cmd.Context(), std.out, file, definition, flags.by))
				}
				return errors.Join(errs...)
			})
		}),
	}
	flags.add(cmd)
	flags.addNow(cmd)
	return cmd
}

func newVerifiersEdit(std streams) *cobra.Command {
	var flags changeFlags
	cmd := &cobra.Command{
		Use:   "edit ELEMENT",
		Short: "Edit the newest definition of an element in $EDITOR, and add the result",
		Long: "edit is add for the text that the editor leaves behind. Where somebody has added another\n" +
			"version meanwhile, nothing is changed; the edited file is kept and named.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return withVerifiers(cmd.Context(), &flags.config, func(b verifierBase) error {
				versions, err := b.versions(cmd.Context(), assay.Element(args[0]))
				if err != nil {
					return err
				}
				return b.edit(cmd.Context(), std, versions[len(versions)-1], flags.by)
			})
		}),
	}
	flags.add(cmd)
	flags.addNow(cmd)
	return cmd
}

// edit has a version edited and publishes what comes of it.
func (b verifierBase) edit(ctx context.Context, std streams, v assay.VerifierVersion, by verifiers.Change) error {
	dir, err := os.MkdirTemp("", "assay-edit-")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, string(v.Element)+".json")
	if err := os.WriteFile(file, v.Definition, 0o600); err != nil {
		return err
	}
	editor := os.Getenv("EDITOR")
	if editor == "" {
		editor = "vi"
	}
	words := append(strings.Fields(editor), file)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = std.in, std.err, std.err
	if err := cmd.Run(); err != nil {
		return usageError(fmt.Errorf("run the editor %s: %w (set EDITOR)", words[0], err))
	}
	edited, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if bytes.Equal(edited, v.Definition) {
		_, err := fmt.Fprintln(std.out, "nothing was changed")
		return errors.Join(err, os.RemoveAll(dir))
	}
	by.Base = v.Version
	if err := b.publish(ctx, std.out, file, edited, by); err != nil {
		return errors.Join(err, usageError(fmt.Errorf("your text is kept in %s", file)))
	}
	return os.RemoveAll(dir)
}
