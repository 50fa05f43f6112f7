package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/quality"
	"example.com/assay/store/sqlstore"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

func newQuality(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "quality",
		Short: "Label samples, measure verifiers on them, and gate their changes",
		Long: "Scanners keep, sealed, a share of the values that they judge (see quality in docs/service.md).\n" +
			"label says of each whether the element is there; measure runs the verifiers on what is labelled\n" +
			"and keeps precision and recall with their 95 % intervals; gate is the condition for a change.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newQualitySample(std), newQualityLabel(std), newQualityMeasure(std), newQualityReport(std),
		newQualityCompare(std), newQualityTune(std), newQualityGate(std), newQualityRun(std), newQualityKeep(std))
	return cmd
}

// qualityBase is the database with what measures it.
type qualityBase struct {
	verifierBase
	sealer assay.Sealer
	bench  *quality.Bench
}

// withQuality runs f on the configured database and key.
func withQuality(ctx context.Context, flags *configFlags, f func(qualityBase) error) error {
	return withVerifiers(ctx, flags, func(b verifierBase) error {
		sealer, err := needSealer(ctx, b.cfg)
		if err != nil {
			return err
		}
		bench, err := newBench(b.cfg, b.Store, sealer)
		if err != nil {
			return err
		}
		return f(qualityBase{b, sealer, bench})
	})
}

// newBench returns what measures the verifiers of a database.
func newBench(cfg *config.Config, store *sqlstore.Store, sealer assay.Sealer) (*quality.Bench, error) {
	models, err := openModels(cfg)
	if err != nil {
		return nil, err
	}
	return &quality.Bench{
		Store: store, Sealer: sealer, Settler: models, Options: verifiers.Options{Models: models.Names(), Checks: phone.Checks()},
		Bar: func(element assay.Element) assay.Bar { return barOf(cfg, element) },
	}, nil
}

// newCollector returns what keeps a share of the judged values to be labelled;
// nil where there is no key, or no share.
func newCollector(ctx context.Context, cfg *config.Config, store qualityStore, sealer assay.Sealer) (assay.Observer, error) {
	q := cfg.Quality
	if sealer == nil || q.Flagged+q.Near+q.Hint+q.Rest == 0 {
		return nil, nil
	}
	maker, err := quality.NewMaker(ctx, store, sealer)
	if err != nil {
		return nil, err
	}
	c := &quality.Collector{Items: store, Labels: store, Maker: maker, Shares: quality.Shares{Flagged: q.Flagged, Near: q.Near, Hint: q.Hint, Rest: q.Rest}}
	for _, name := range slices.Sorted(maps.Keys(q.Columns)) {
		k := q.Columns[name]
		c.Known = append(c.Known, quality.KnownColumn{Asset: k.Asset, Field: k.Field, Element: assay.Element(k.Element), Holds: k.Holds})
	}
	return c, nil
}

// qualityStore is what the collector needs of a store.
type qualityStore interface {
	assay.ItemStore
	assay.LabelStore
}

// barOf returns the bar of an element.
func barOf(cfg *config.Config, element assay.Element) assay.Bar {
	if bar, ok := cfg.Quality.Bars[string(element)]; ok {
		return assay.Bar(bar)
	}
	return assay.Bar(cfg.Quality.Bar)
}

// gather returns what an iterator yields, up to its first error.
func gather[T any](seq func(yield func(T, error) bool)) ([]T, error) {
	var all []T
	for v, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// version returns the version that ELEMENT or ELEMENT@VERSION names; without a
// version, the one that choose picks.
func (b verifierBase) version(ctx context.Context, name string, choose func([]assay.VerifierVersion) int) (assay.VerifierVersion, error) {
	element, number, numbered := strings.Cut(name, "@")
	versions, err := b.versions(ctx, assay.Element(element))
	if err != nil {
		return assay.VerifierVersion{}, err
	}
	at := -1
	if numbered {
		n, err := strconv.Atoi(number)
		if err != nil {
			return assay.VerifierVersion{}, usageError(fmt.Errorf("%s: want ELEMENT@VERSION with a number", name))
		}
		at = slices.IndexFunc(versions, func(v assay.VerifierVersion) bool { return v.Version == n })
	} else {
		at = choose(versions)
	}
	if at < 0 {
		return assay.VerifierVersion{}, usageError(fmt.Errorf("verifier %s: no such version (see assay verifiers history %s)", name, element))
	}
	return versions[at], nil
}

// newestOf returns the index of the newest version.
func newestOf(versions []assay.VerifierVersion) int { return len(versions) - 1 }

// elementFlag adds --element.
func elementFlag(cmd *cobra.Command, element *string) {
	cmd.Flags().StringVar(element, "element", "", "only this element")
}

// formatFlag adds --format, and returns a function that refuses an unknown one.
func formatFlag(cmd *cobra.Command, format *string) func() error {
	cmd.Flags().StringVar(format, "format", "table", "table or json")
	return func() error {
		if *format != "table" && *format != "json" {
			return usageError(fmt.Errorf("unknown --format %q (table or json)", *format))
		}
		return nil
	}
}

// byElement orders versions, active before shadow.
func byElement(a, b assay.VerifierVersion) int {
	return cmp.Or(cmp.Compare(a.Element, b.Element), cmp.Compare(a.Version, b.Version))
}

// running returns the versions that run, in use or in shadow; of one element
// where it is named.
func (b qualityBase) running(ctx context.Context, element assay.Element) ([]assay.VerifierVersion, error) {
	versions, err := b.versions(ctx, element)
	if err != nil {
		return nil, err
	}
	versions = slices.DeleteFunc(versions, func(v assay.VerifierVersion) bool {
		return v.State != assay.StateActive && v.State != assay.StateShadow
	})
	slices.SortFunc(versions, byElement)
	return versions, nil
}

var errGate = errors.New("the gate is closed")
