package cli

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay/secrets"
	"example.com/assay/verifiers"
)

func newBundle() *cobra.Command {
	var key, output string
	var version int
	cmd := &cobra.Command{
		Use:   "bundle DIR",
		Short: "Make a signed bundle of a company's own rules",
		Long: "bundle puts the definitions of a folder into one file, and its signature beside it (.sig), to be\n" +
			"served at a URL that hooks and CI know as ASSAY_RULES_URL. The key is a file with the 32 bytes\n" +
			"of an ed25519 seed in base64; the public key for ASSAY_RULES_KEY is printed.",
		Args: cobra.ExactArgs(1),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			if key == "" || output == "" || version < 1 {
				return usage(errors.New("bundle needs --key, --version (from 1, greater than the last) and --output"))
			}
			private, err := readSeed(key)
			if err != nil {
				return usage(err)
			}
			defs, err := verifiers.LoadDir(args[0])
			if err != nil {
				return usage(err)
			}
			return writeBundle(cmd.OutOrStdout(), defs, version, output, private)
		}),
	}
	cmd.Flags().StringVar(&key, "key", "", "file with the seed of the signing key")
	cmd.Flags().StringVarP(&output, "output", "o", "", "file to write")
	cmd.Flags().IntVar(&version, "version", 0, "version of the bundle")
	return cmd
}

func readSeed(name string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read signing key: %w", err)
	}
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("read signing key %s: not 32 bytes in base64 (make one: head -c 32 /dev/urandom | base64)", name)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

func writeBundle(out io.Writer, defs []verifiers.Definition, version int, name string, key ed25519.PrivateKey) error {
	data, sig, err := secrets.SignBundle(defs, version, time.Now(), key)
	if err != nil {
		return err
	}
	for file, content := range map[string][]byte{name: data, name + ".sig": sig} {
		if err := replaceFile(file, 0o644, func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
			return err
		}
	}
	public := key.Public().(ed25519.PublicKey)
	_, err = fmt.Fprintf(out, "wrote %s: version %d, %d definitions\nASSAY_RULES_KEY=%s\n", name, version, len(defs), base64.StdEncoding.EncodeToString(public))
	return err
}
