package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/assay/internal/config"
)

// configFlags are the flags of a command that reads assay.yaml.
type configFlags struct {
	file  string
	set   map[string]string // --set KEY=VALUE
	keys  map[string]string // flag → key of the configuration
	flags *pflag.FlagSet
}

// add gives the command --config and --set.
func (c *configFlags) add(cmd *cobra.Command) {
	c.flags, c.keys = cmd.Flags(), map[string]string{}
	c.flags.StringVar(&c.file, "config", "", "configuration file (default ./assay.yaml, then $XDG_CONFIG_HOME/assay/assay.yaml)")
	c.flags.StringToStringVar(&c.set, "set", nil, "set a key of the configuration, such as scanner.pool=8; may be repeated")
}

// bind gives the command a flag for a key of the configuration.
func (c *configFlags) bind(flag, key, usage string) {
	c.flags.String(flag, "", usage+" ("+key+")")
	c.keys[flag] = key
}

// load returns the configuration of file, environment and flags.
func (c *configFlags) load() (*config.Config, error) {
	values := make(map[string]string, len(c.set))
	for key, value := range c.set {
		values[key] = value
	}
	c.flags.Visit(func(f *pflag.Flag) {
		if key, ok := c.keys[f.Name]; ok {
			values[key] = f.Value.String()
		}
	})
	cfg, err := config.Load(config.Sources{File: c.file, Flags: values})
	return cfg, usageError(err)
}

func newConfig(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the configuration of the service",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigShow(std))
	return cmd
}

func newConfigShow(std streams) *cobra.Command {
	var flags configFlags
	var origin bool
	var format string
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print every value of the configuration, and where it comes from",
		Long: "show prints the configuration as the service's processes see it: flags, over environment\n" +
			"variables (ASSAY_SCANNER_POOL is scanner.pool), over assay.yaml, over the defaults. Secrets\n" +
			"only say whether they are set.",
		Args: cobra.NoArgs,
		RunE: action(func(*cobra.Command, []string) error {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			switch format {
			case "table":
				return printConfig(std.out, cfg.Entries(), origin)
			case "json":
				out := json.NewEncoder(std.out)
				out.SetEscapeHTML(false)
				out.SetIndent("", "  ")
				return out.Encode(cfg.Entries())
			}
			return usageError(fmt.Errorf("unknown format %q (table or json)", format))
		}),
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&origin, "origin", false, "say where each value comes from")
	cmd.Flags().StringVar(&format, "format", "table", "table or json; json always holds the origin")
	return cmd
}

func printConfig(w io.Writer, entries []config.Entry, origin bool) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, e := range entries {
		if origin {
			fmt.Fprintf(out, "%s\t%v\t%s\n", e.Key, e.Value, e.Origin)
		} else {
			fmt.Fprintf(out, "%s\t%v\n", e.Key, e.Value)
		}
	}
	return out.Flush()
}
