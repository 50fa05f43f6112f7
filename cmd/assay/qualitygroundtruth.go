package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/quality/groundtruth"
	"example.com/assay/verifiers"
)

func newQualityGroundTruth(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "groundtruth",
		Short: "Have kept values labelled by people in AWS Ground Truth",
		Long: "start puts values, in the clear, into the bucket of quality.ground_truth and begins a labelling job;\n" +
			"poll takes every job as far as it goes: it keeps the labels of those that are finished, and then deletes\n" +
			"all that they left in the bucket, versions included. assay serve and assay quality keep poll by themselves.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newGroundTruthStart(std), newGroundTruthPoll(std), newGroundTruthList(std), newGroundTruthStop(std))
	return cmd
}

func newGroundTruthStart(std streams) *cobra.Command {
	var flags configFlags
	var element string
	var limit int
	cmd := &cobra.Command{
		Use:   "start",
		Short: "Begin a job with values of an element that nobody has labelled",
		Args:  cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			if element == "" || limit < 1 {
				return usageError(errors.New("start needs --element, and a --limit of at least 1"))
			}
			return withGroundTruth(cmd.Context(), std, &flags, func(b qualityBase, s *groundtruth.Service) error {
				job, err := b.startLabelling(cmd.Context(), s, assay.Element(element), limit)
				if job.Name != "" {
					err = errors.Join(err, printLabellings(std.out, "table", []assay.LabellingJob{job}))
				}
				return err
			})
		}),
	}
	flags.add(cmd)
	elementFlag(cmd, &element)
	cmd.Flags().IntVar(&limit, "limit", 200, "at most so many values")
	return cmd
}

func newGroundTruthPoll(std streams) *cobra.Command {
	var flags configFlags
	var format string
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "poll",
		Short: "Keep the labels of finished jobs, and delete what they left in the bucket",
		Args:  cobra.NoArgs,
	}
	check := formatFlag(cmd, &format)
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
		if err := check(); err != nil {
			return err
		}
		return withGroundTruth(cmd.Context(), std, &flags, func(b qualityBase, s *groundtruth.Service) error {
			jobs, err := s.Poll(cmd.Context(), b.instructions)
			for until := time.Now().Add(wait); err == nil && slices.ContainsFunc(jobs, isOpen) && time.Now().Before(until); {
				select {
				case <-cmd.Context().Done():
					return cmd.Context().Err()
				case <-time.After(min(30*time.Second, wait)):
				}
				jobs, err = s.Poll(cmd.Context(), b.instructions)
			}
			return errors.Join(err, printLabellings(std.out, format, jobs))
		})
	})
	flags.add(cmd)
	cmd.Flags().DurationVar(&wait, "wait", 0, "go on until no job is open, for at most so long")
	return cmd
}

func newGroundTruthList(std streams) *cobra.Command {
	var flags configFlags
	var format string
	cmd := &cobra.Command{Use: "list", Short: "Show the jobs, the newest first", Args: cobra.NoArgs}
	check := formatFlag(cmd, &format)
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
		if err := check(); err != nil {
			return err
		}
		return withVerifiers(cmd.Context(), &flags, func(b verifierBase) error {
			jobs, err := gather(b.Labellings(cmd.Context(), false))
			if err != nil {
				return err
			}
			return printLabellings(std.out, format, jobs)
		})
	})
	flags.add(cmd)
	return cmd
}

func newGroundTruthStop(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "stop JOB",
		Short: "Tell AWS to end a job; poll then keeps what was labelled by then",
		Args:  cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return withGroundTruth(cmd.Context(), std, &flags, func(_ qualityBase, s *groundtruth.Service) error {
				return s.Stop(cmd.Context(), args[0])
			})
		}),
	}
	flags.add(cmd)
	return cmd
}

func isOpen(job assay.LabellingJob) bool { return job.State != assay.LabellingDone }

// withGroundTruth is withQuality with the configured service.
func withGroundTruth(ctx context.Context, std streams, flags *configFlags, f func(qualityBase, *groundtruth.Service) error) error {
	return withQuality(ctx, flags, func(b qualityBase) error {
		if b.cfg.Quality.GroundTruth.Bucket == "" {
			return usageError(errors.New("quality.ground_truth.bucket is missing (see docs/quality.md)"))
		}
		s, err := b.groundTruth(ctx, newLog(std.err))
		if err != nil {
			return err
		}
		return f(b, s)
	})
}

// groundTruth returns the configured service. AWS_ENDPOINT_URL_S3 and
// AWS_ENDPOINT_URL_SAGEMAKER lead it elsewhere.
func (b qualityBase) groundTruth(ctx context.Context, log *slog.Logger) (*groundtruth.Service, error) {
	settings := groundTruthSettings(b.cfg.Quality.GroundTruth)
	if err := settings.Check(); err != nil {
		return nil, usageError(err)
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(settings.Region))
	if err != nil {
		return nil, usageError(fmt.Errorf("credentials of AWS: %w", err))
	}
	return &groundtruth.Service{
		Store: b.Store, Sealer: b.sealer, Settings: settings, Log: log, Jobs: sagemaker.NewFromConfig(cfg),
		S3: s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = aws.ToString(o.BaseEndpoint) != "" }),
	}, nil
}

func groundTruthSettings(g config.GroundTruth) groundtruth.Settings {
	bucket, prefix, _ := strings.Cut(strings.TrimPrefix(g.Bucket, "s3://"), "/")
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		prefix += "/"
	}
	seconds := func(d time.Duration) int32 { return int32(min(d/time.Second, math.MaxInt32)) }
	return groundtruth.Settings{
		Bucket: bucket, Prefix: prefix, Region: g.Region, Role: g.Role, Workteam: g.Workteam, KMSKey: g.KMSKey,
		Annotators: int32(min(max(g.Annotators, 0), 10)), Seconds: seconds(g.Time), Lifetime: seconds(g.Lifetime),
		PreLambda: g.PreLambda, PostLambda: g.PostLambda,
	}
}

// startLabelling begins a job with values that nobody has labelled and that no open
// job has.
func (b qualityBase) startLabelling(ctx context.Context, s *groundtruth.Service, element assay.Element, limit int) (assay.LabellingJob, error) {
	who, err := localOperator()
	if err != nil {
		return assay.LabellingJob{}, err
	}
	how, err := b.instructions(ctx, element)
	if err != nil {
		return assay.LabellingJob{}, err
	}
	out := map[string]bool{}
	for job, err := range b.Labellings(ctx, true) {
		if err != nil {
			return job, err
		}
		for _, id := range job.Items {
			out[id] = true
		}
	}
	items, err := gather(b.Items(ctx, assay.ItemFilter{Element: element, Unlabelled: true}))
	if err != nil {
		return assay.LabellingJob{}, err
	}
	items = slices.DeleteFunc(items, func(i assay.Item) bool { return out[i.ID] })
	return s.Start(ctx, who, how, element, items[:min(limit, len(items))])
}

// instructions are those of the version in use of an element.
func (b qualityBase) instructions(ctx context.Context, element assay.Element) (groundtruth.Instructions, error) {
	versions, err := b.versions(ctx, element)
	if err != nil {
		return groundtruth.Instructions{}, err
	}
	at := verifiers.Active(versions)
	if at < 0 {
		at = newestOf(versions)
	}
	def, err := verifiers.Parse(string(element), versions[at].Definition)
	if err != nil {
		return groundtruth.Instructions{}, usageError(err)
	}
	how := groundtruth.Instructions{Title: def.Title, Doc: def.Doc}
	for _, e := range def.Match[:min(3, len(def.Match))] {
		how.Match = append(how.Match, e.Text)
	}
	for _, e := range def.NoMatch[:min(3, len(def.NoMatch))] {
		how.NoMatch = append(how.NoMatch, e.Text)
	}
	return how, nil
}

func printLabellings(out io.Writer, format string, jobs []assay.LabellingJob) error {
	if format == "json" {
		return printJSON(out, append([]assay.LabellingJob{}, jobs...))
	}
	if len(jobs) == 0 {
		_, err := fmt.Fprintln(out, "No labelling job is open.")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "JOB\tELEMENT\tSTATE\tVALUES\tLABELS\tREASON")
	for _, j := range jobs {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%s\n", j.Name, j.Element, j.State, len(j.Items), j.Labels, j.Reason)
	}
	return table.Flush()
}
