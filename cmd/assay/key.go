package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay/internal/config"
	"example.com/assay/seal"
)

func newKey(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make and change the key that seals matched content",
		Long: "The key seals the few matches that are kept of each finding. It is a file that only its owner\n" +
			"can read (key: file:PATH, or key.json in the data folder) or a key of AWS KMS (key: aws-kms:ARN).\n" +
			"Without a key no matched content is kept.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newKeyCommand(std, "create", "Make a key file", "create makes the configured key file, or key.json in the data folder. An existing one is refused.", createKey),
		newKeyCommand(std, "rotate", "Add a new key to the key file, with which is sealed from now on",
			"rotate adds a key. The older ones still open what they sealed: rewrap moves that to the new key,\nand retire then removes them. Running processes use the new key at once. A key of AWS KMS\nis rotated by KMS itself, or by naming a new one under key and the former one under old_keys.", rotateKey),
		newKeyCommand(std, "rewrap", "Move all that is sealed to the newest key",
			"rewrap encrypts the data keys of all that is sealed with the key that is first now. The content\nis not decrypted.", rewrapKey),
		newKeyCommand(std, "retire", "Remove keys from the key file that nothing is sealed with",
			"retire removes the keys that are neither the newest nor needed by anything in the database.\nWait after rotate until the tasks at work then are done, and rewrap before.", retireKey),
	)
	return cmd
}

// newKeyCommand returns one command of the group.
func newKeyCommand(std streams, name, short, long string, run func(context.Context, streams, *config.Config) error) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use: name, Short: short, Long: long, Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			return run(cmd.Context(), std, cfg)
		}),
	}
	flags.add(cmd)
	return cmd
}

// keyPath returns the path of the key file.
func keyPath(cfg *config.Config) (string, error) {
	if path, ok := strings.CutPrefix(cfg.Key, "file:"); ok {
		return path, nil
	}
	if cfg.Key != "" {
		return "", usageError(fmt.Errorf("the key %s is not a file: AWS makes and rotates it", cfg.Key))
	}
	return filepath.Join(cfg.Data, keyFile), nil
}

func createKey(_ context.Context, std streams, cfg *config.Config) error {
	path, err := keyPath(cfg)
	if err != nil {
		return err
	}
	if cfg.Key == "" {
		if _, err := dataDir(cfg); err != nil {
			return err
		}
	}
	key, err := seal.CreateFile(path)
	if err != nil {
		return usageError(err)
	}
	_, err = fmt.Fprintf(std.out, "%s holds the key %s (keep a copy where the database is not: without it nothing that is sealed can be read)\n", path, key.ID())
	return err
}

func rotateKey(_ context.Context, std streams, cfg *config.Config) error {
	path, err := keyPath(cfg)
	if err != nil {
		return err
	}
	id, err := seal.RotateFile(path)
	if err != nil {
		return usageError(err)
	}
	_, err = fmt.Fprintf(std.out, "%s seals with the new key %s (assay key rewrap moves to it what older ones sealed)\n", path, id)
	return err
}

func rewrapKey(ctx context.Context, std streams, cfg *config.Config) (err error) {
	sealer, err := needSealer(ctx, cfg)
	if err != nil {
		return err
	}
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	all, moved, err := database.Reseal(ctx, func(ctx context.Context, sealed []byte) ([]byte, error) {
		fresh, changed, err := sealer.Rewrap(ctx, sealed)
		if err != nil || !changed {
			return nil, err
		}
		return fresh, nil
	})
	if err != nil {
		return fmt.Errorf("%w (%d of %d were moved)", err, moved, all)
	}
	_, err = fmt.Fprintf(std.out, "%d sealed contents, %d moved to the newest key\n", all, moved)
	return err
}

func retireKey(ctx context.Context, std streams, cfg *config.Config) (err error) {
	path, err := keyPath(cfg)
	if err != nil {
		return err
	}
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	inUse := map[string]bool{}
	_, _, err = database.Reseal(ctx, func(_ context.Context, sealed []byte) ([]byte, error) {
		id, err := seal.KeyOf(sealed)
		inUse[id] = true
		return nil, err
	})
	if err != nil {
		return err
	}
	retired, err := seal.RetireFile(path, slices.Collect(maps.Keys(inUse)))
	if err != nil {
		return usageError(err)
	}
	_, err = fmt.Fprintf(std.out, "%d keys removed\n", len(retired))
	return err
}
