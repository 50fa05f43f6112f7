package groundtruth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"example.com/assay"
)

// The objects of a job, below its place.
const (
	manifestName = "input.manifest"
	classesName  = "classes.json"
	pageName     = "page.liquid.html"
	outputName   = "output/"
)

// labelName is the member of a manifest's lines that has the label, and itemName
// the one that has the item's id, which the service hands through.
const (
	labelName = "assay-label"
	itemName  = "assay-item"
)

// classes are what people choose from. Their order makes the number of each the
// one that a function of one's own may answer with: 0 for no, 1 for yes.
var classes = []assay.Verdict{assay.Absent, assay.Present, assay.Unsure}

// send puts the objects of a job into the bucket and begins it, unless the service
// has it already.
func (s *Service) send(ctx context.Context, job assay.LabellingJob, how Instructions) (assay.LabellingJob, error) {
	if err := s.here(job); err != nil {
		return job, err
	}
	known, err := s.describe(ctx, job)
	if err != nil {
		return job, err
	}
	if known == nil {
		if err := s.putAll(ctx, job, how); err != nil {
			return job, err
		}
		refused, err := s.create(ctx, job, how)
		if err != nil {
			return job, err
		}
		if refused != "" {
			job.State, job.Reason = assay.LabellingKept, refused
			return job, nil
		}
	}
	job.State = assay.LabellingSent
	return job, nil
}

// describe returns what the service says of a job, nil when it has none.
func (s *Service) describe(ctx context.Context, job assay.LabellingJob) (*sagemaker.DescribeLabelingJobOutput, error) {
	out, err := s.Jobs.DescribeLabelingJob(ctx, &sagemaker.DescribeLabelingJobInput{LabelingJobName: aws.String(job.Name)})
	var none *types.ResourceNotFound
	if errors.As(err, &none) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("ask for the labelling job: %w", err)
	}
	return out, nil
}

func (s *Service) putAll(ctx context.Context, job assay.LabellingJob, how Instructions) error {
	manifest, err := s.manifest(ctx, job)
	if err != nil {
		return err
	}
	page, err := how.page()
	if err != nil {
		return err
	}
	for _, o := range []struct {
		name    string
		content []byte
	}{{manifestName, manifest}, {classesName, classList()}, {pageName, page}} {
		in := &s3.PutObjectInput{Bucket: &s.Settings.Bucket, Key: aws.String(s.key(job, o.name)), Body: bytes.NewReader(o.content)}
		if s.Settings.KMSKey != "" {
			in.ServerSideEncryption, in.SSEKMSKeyId = s3types.ServerSideEncryptionAwsKms, &s.Settings.KMSKey
		}
		if _, err := s.S3.PutObject(ctx, in); err != nil {
			return fmt.Errorf("put %s of the labelling job: %w", o.name, err)
		}
	}
	return nil
}

// manifest is the list of the items, one object of JSON a line, in the order of
// the job. An item that was purged meanwhile has an empty text: the order counts.
func (s *Service) manifest(ctx context.Context, job assay.LabellingJob) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	for _, id := range job.Items {
		text := "(no longer kept)"
		item, err := s.Store.Item(ctx, id)
		switch {
		case errors.Is(err, assay.ErrNotFound):
		case err != nil:
			return nil, err
		default:
			content, err := assay.OpenItem(ctx, s.Sealer, item)
			if err != nil {
				return nil, err
			}
			text = shown(content)
		}
		if err := enc.Encode(map[string]string{"source": text, itemName: id}); err != nil {
			return nil, fmt.Errorf("write the manifest of item %s: %w", id, err)
		}
	}
	return out.Bytes(), nil
}

// maxShown is how much of a value people see, in bytes: what stands around the hit.
const maxShown = 4000

func shown(c assay.ItemContent) string {
	value := string(c.Value)
	if len(value) > maxShown {
		from := min(max(0, c.Start-maxShown/2), len(value)-maxShown)
		value = value[from : from+maxShown]
	}
	return strings.ToValidUTF8(value, string(utf8.RuneError))
}

func classList() []byte {
	type label struct {
		Label assay.Verdict `json:"label"`
	}
	list := struct {
		Version string  `json:"document-version"`
		Labels  []label `json:"labels"`
	}{Version: "2018-11-28"}
	for _, c := range classes {
		list.Labels = append(list.Labels, label{c})
	}
	text, _ := json.Marshal(list) // strings only: it cannot fail
	return text
}

// create begins the job. That it is there already is no error; what the service
// says no to for good is returned as the reason.
func (s *Service) create(ctx context.Context, job assay.LabellingJob, how Instructions) (refused string, err error) {
	_, err = s.Jobs.CreateLabelingJob(ctx, s.request(job, how))
	var taken *types.ResourceInUse
	var no smithy.APIError
	var answered *smithyhttp.ResponseError
	switch {
	case err == nil, errors.As(err, &taken):
		return "", nil
	case errors.As(err, &no) && errors.As(err, &answered) && answered.HTTPStatusCode()/100 == 4 && !passing[no.ErrorCode()]:
		return fmt.Sprintf("AWS refuses it: %s: %s", no.ErrorCode(), no.ErrorMessage()), nil
	}
	return "", fmt.Errorf("begin the labelling job: %w", err)
}

// passing are refusals that a later try may not meet.
var passing = map[string]bool{
	"ThrottlingException": true, "Throttling": true, "RequestLimitExceeded": true, "TooManyRequestsException": true,
	"ExpiredTokenException": true, "RequestTimeout": true, "RequestTimeoutException": true,
}

func (s *Service) request(job assay.LabellingJob, how Instructions) *sagemaker.CreateLabelingJobInput {
	c := s.Settings
	in := &sagemaker.CreateLabelingJobInput{
		LabelingJobName: aws.String(job.Name), LabelAttributeName: aws.String(labelName), RoleArn: &c.Role,
		LabelCategoryConfigS3Uri: address(job, classesName),
		InputConfig: &types.LabelingJobInputConfig{DataSource: &types.LabelingJobDataSource{
			S3DataSource: &types.LabelingJobS3DataSource{ManifestS3Uri: address(job, manifestName)}}},
		OutputConfig: &types.LabelingJobOutputConfig{S3OutputPath: address(job, outputName)},
		HumanTaskConfig: &types.HumanTaskConfig{
			WorkteamArn: &c.Workteam, UiConfig: &types.UiConfig{UiTemplateS3Uri: address(job, pageName)},
			TaskTitle: aws.String(clip("Is this "+how.Title+"?", 128)), TaskDescription: aws.String(clip("Say of each text whether it holds: "+how.Title, 255)),
			NumberOfHumanWorkersPerDataObject: &c.Annotators, TaskTimeLimitInSeconds: &c.Seconds, TaskAvailabilityLifetimeInSeconds: &c.Lifetime,
			PreHumanTaskLambdaArn: aws.String(lambda(c.PreLambda, c.Region, "PRE-TextMultiClass")),
			AnnotationConsolidationConfig: &types.AnnotationConsolidationConfig{
				AnnotationConsolidationLambdaArn: aws.String(lambda(c.PostLambda, c.Region, "ACS-TextMultiClass"))},
		},
	}
	if c.KMSKey != "" {
		in.OutputConfig.KmsKeyId = &c.KMSKey
	}
	return in
}

// clip makes a line of at most n characters.
func clip(s string, n int) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	return string(runes[:min(n, len(runes))])
}
