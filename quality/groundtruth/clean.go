package groundtruth

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"example.com/assay"
)

// cleanRounds bounds how often clean lists what is left: what somebody writes while
// it deletes.
const cleanRounds = 100

// clean deletes all versions of all objects of a job, the marks of deletion too,
// and is done when a listing is empty.
func (s *Service) clean(ctx context.Context, job assay.LabellingJob) (assay.LabellingJob, error) {
	if err := s.here(job); err != nil {
		return job, err
	}
	prefix := s.key(job, "")
	for range cleanRounds {
		page, err := s.S3.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: &s.Settings.Bucket, Prefix: &prefix})
		if err != nil {
			return job, fmt.Errorf("list what is left of the labelling job: %w", err)
		}
		var left []s3types.ObjectIdentifier
		for _, v := range page.Versions {
			left = append(left, s3types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		}
		for _, m := range page.DeleteMarkers {
			left = append(left, s3types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
		if len(left) == 0 && !aws.ToBool(page.IsTruncated) {
			job.State = assay.LabellingDone
			return job, nil
		}
		if err := s.remove(ctx, left); err != nil {
			return job, err
		}
	}
	return job, errors.New("there is always more of the labelling job to delete: somebody still writes it")
}

func (s *Service) remove(ctx context.Context, left []s3types.ObjectIdentifier) error {
	if len(left) == 0 {
		return nil
	}
	out, err := s.S3.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &s.Settings.Bucket, Delete: &s3types.Delete{Objects: left, Quiet: aws.Bool(true)}})
	if err != nil {
		return fmt.Errorf("delete the objects of the labelling job: %w", err)
	}
	for _, e := range out.Errors {
		return fmt.Errorf("delete %s: %s: %s", aws.ToString(e.Key), aws.ToString(e.Code), aws.ToString(e.Message))
	}
	return nil
}
