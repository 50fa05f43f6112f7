package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/generated"
	"example.com/assay/quality"
)

func newQualityKeep(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "keep",
		Short: "See to what is to be labelled, once: made-up values, and labelling jobs",
		Long: "keep makes up values of the elements that have too few (quality.generated), and takes the labelling\n" +
			"jobs of AWS Ground Truth as far as they go. assay serve does so by itself every hour (quality.every); a\n" +
			"fleet has a cron job. It may run at any time, and beside itself.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			return withQuality(cmd.Context(), &flags, func(b qualityBase) error {
				return b.keep(cmd.Context(), newLog(std.err))
			})
		}),
	}
	flags.add(cmd)
	return cmd
}

// newKeeper returns what does keep again and again until its context ends; nothing
// where there is no key.
func newKeeper(ctx context.Context, s *service) (func(context.Context), error) {
	sealer, err := openSealer(ctx, s.cfg)
	if err != nil || sealer == nil {
		return func(context.Context) {}, err
	}
	b := qualityBase{verifierBase: verifierBase{s.database, s.cfg}, sealer: sealer}
	return func(ctx context.Context) {
		tick := time.NewTicker(s.cfg.Quality.Every)
		defer tick.Stop()
		for {
			if err := b.keep(ctx, s.log); err != nil && ctx.Err() == nil {
				s.log.Error("what is to be labelled was not seen to", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}, nil
}

// keep does all that there is to do, though a part of it fails.
func (b qualityBase) keep(ctx context.Context, log *slog.Logger) error {
	n, err := b.generate(ctx, "", b.cfg.Quality.Generated)
	if n > 0 {
		log.Info("values made up to measure on", "values", n)
	}
	if b.cfg.Quality.GroundTruth.Bucket == "" {
		return err
	}
	s, failed := b.groundTruth(ctx, log)
	if failed == nil {
		_, failed = s.Poll(ctx, b.instructions)
	}
	return errors.Join(err, failed)
}

// generatedSeed makes the made-up values: it is always the same, so that what is
// there is known again.
const generatedSeed = 20261122

// generate makes up values of an element, of all when it is empty, until there are
// each of them, and returns how many it made.
func (b qualityBase) generate(ctx context.Context, element assay.Element, each int) (int, error) {
	if each == 0 {
		return 0, nil
	}
	versions, err := b.running(ctx, "")
	if err != nil {
		return 0, err
	}
	var library []assay.Element
	for _, v := range versions {
		library = append(library, v.Element)
	}
	elements := library
	if element != "" {
		elements = []assay.Element{element}
	}
	source, err := generated.New(generatedSeed)
	if err != nil {
		return 0, err
	}
	maker, err := quality.NewMaker(ctx, b.Store, b.sealer)
	if err != nil {
		return 0, err
	}
	n, err := source.Fill(ctx, b.Store, maker, library, elements, each)
	if err != nil {
		return n, fmt.Errorf("make up values to measure on: %w", err)
	}
	return n, nil
}
