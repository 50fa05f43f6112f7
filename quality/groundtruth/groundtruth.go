// Package groundtruth lets people label items in AWS Ground Truth: one of the
// routes by which labels come.
//
//	planned ─ objects to S3, CreateLabelingJob ─▶ sent ─ DescribeLabelingJob, output read, labels kept ─▶ kept ─ all versions of all objects deleted ─▶ done
//
// A job is in the store before anything of it leaves, with the place of its
// objects, and every step may be done again: a process that is killed between any
// two calls loses no label and leaves nothing behind that the next one does not
// find. Any number of processes may poll at the same time.
//
// It imports the root package, and package quality for the names of routes.
package groundtruth

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"example.com/assay"
)

// Store is what a Service asks of the store.
type Store interface {
	assay.ItemStore
	assay.LabelStore
	assay.LabellingStore
	assay.AuditLog
}

// Settings are those of every job.
type Settings struct {
	Bucket   string // keeps the objects of jobs, in the region of the clients
	Prefix   string // of their keys; empty, or ending in a slash
	Region   string
	Role     string // ARN of the role by which AWS reads and writes the bucket
	Workteam string // ARN of the people; Mechanical Turk is refused
	KMSKey   string // encrypts the objects; empty leaves it to the bucket
	// Annotators is how many people label each item, 1 to 9.
	Annotators int32
	// Seconds is how long one may take for an item, and Lifetime how long items
	// wait for somebody, in seconds.
	Seconds, Lifetime int32
	// PreLambda and PostLambda are the functions that prepare items and consolidate
	// answers; empty means those that AWS has for texts in the region.
	PreLambda, PostLambda string
}

// Instructions tell people what to look for.
type Instructions struct {
	Title          string // of the element
	Doc            string
	Match, NoMatch []string // examples, made up
}

// Service begins jobs and sees them to their end.
type Service struct {
	Store    Store
	Sealer   assay.Sealer
	S3       *s3.Client
	Jobs     *sagemaker.Client
	Settings Settings
	Log      *slog.Logger
}

// Start sends items of one element to be labelled. Their values leave the process
// in the clear: that is in the audit log first. If sending fails midway the job is
// kept all the same, and Poll goes on with it.
func (s *Service) Start(ctx context.Context, who assay.Actor, how Instructions, element assay.Element, items []assay.Item) (assay.LabellingJob, error) {
	if len(items) == 0 {
		return assay.LabellingJob{}, errors.New("nothing waits to be labelled")
	}
	name, err := newName(element)
	if err != nil {
		return assay.LabellingJob{}, err
	}
	job := assay.LabellingJob{Name: name, Element: element, State: assay.LabellingPlanned, By: who.Name,
		Place: "s3://" + s.Settings.Bucket + "/" + s.Settings.Prefix + name + "/"}
	for _, item := range items {
		job.Items = append(job.Items, item.ID)
	}
	err = s.Store.Audit(ctx, assay.AuditEntry{Actor: who.Name, Role: who.Role, Action: assay.ActionReveal, Object: "items of " + string(element),
		Reason: "labelled in AWS Ground Truth", Detail: fmt.Sprintf("%d values to %s", len(items), job.Place)})
	if err != nil {
		return job, fmt.Errorf("nothing is shown that is not audited: %w", err)
	}
	if err := s.Store.AddLabelling(ctx, job); err != nil {
		return job, err
	}
	return s.advance(ctx, job, how)
}

// Poll takes every open job as far as it goes, and returns them as they then are.
// how gives the instructions of an element. One that fails does not hold up the
// others.
func (s *Service) Poll(ctx context.Context, how func(context.Context, assay.Element) (Instructions, error)) (jobs []assay.LabellingJob, err error) {
	var open []assay.LabellingJob
	for job, err := range s.Store.Labellings(ctx, true) {
		if err != nil {
			return nil, err
		}
		open = append(open, job)
	}
	for _, job := range open {
		words, failed := how(ctx, job.Element)
		if failed == nil {
			job, failed = s.advance(ctx, job, words)
		}
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("labelling job %s: %w", job.Name, failed))
		}
		jobs = append(jobs, job)
	}
	return jobs, err
}

// Stop tells the service to end a job. What was labelled by then is read by a
// later Poll.
func (s *Service) Stop(ctx context.Context, name string) error {
	_, err := s.Jobs.StopLabelingJob(ctx, &sagemaker.StopLabelingJobInput{LabelingJobName: aws.String(name)})
	if err != nil {
		return fmt.Errorf("stop labelling job %s: %w", name, err)
	}
	return nil
}

// advance does one step after the other until the job waits for people, or is
// done.
func (s *Service) advance(ctx context.Context, job assay.LabellingJob, how Instructions) (assay.LabellingJob, error) {
	for job.State != assay.LabellingDone {
		next, err := s.step(ctx, job, how)
		if err != nil || next.State == job.State {
			return job, err
		}
		moved, err := s.Store.MoveLabelling(ctx, job.State, next)
		if err != nil {
			return job, err
		}
		s.Log.Info("labelling job", "job", job.Name, "element", job.Element, "state", next.State, "labels", next.Labels, "reason", next.Reason)
		if job = next; !moved {
			return job, nil // another process is at it
		}
	}
	return job, nil
}

// step returns the job as it is after its next step, unchanged while it waits.
func (s *Service) step(ctx context.Context, job assay.LabellingJob, how Instructions) (assay.LabellingJob, error) {
	switch job.State {
	case assay.LabellingPlanned:
		return s.send(ctx, job, how)
	case assay.LabellingSent:
		return s.collect(ctx, job)
	case assay.LabellingKept:
		return s.clean(ctx, job)
	}
	return job, fmt.Errorf("it is in the state %q, which this version does not know", job.State)
}

// newName makes up a name that the service takes: letters, digits and hyphens, at
// most 63.
func newName(element assay.Element) (string, error) {
	random := make([]byte, 8)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("name a labelling job: %w", err)
	}
	word := strings.ReplaceAll(string(element), "_", "-")
	return "assay-" + strings.Trim(word[:min(len(word), 36)], "-") + "-" + hex.EncodeToString(random), nil
}

// key returns the key of a job's object, and address its URI.
func (s *Service) key(job assay.LabellingJob, name string) string {
	return strings.TrimPrefix(job.Place, "s3://"+s.Settings.Bucket+"/") + name
}

func address(job assay.LabellingJob, name string) *string { return aws.String(job.Place + name) }

// here refuses a job whose objects are in another bucket than the configured one.
func (s *Service) here(job assay.LabellingJob) error {
	if !strings.HasPrefix(job.Place, "s3://"+s.Settings.Bucket+"/") {
		return fmt.Errorf("its objects are at %s, and quality.ground_truth.bucket is now %s (set it back until the job is done)", job.Place, s.Settings.Bucket)
	}
	return nil
}
