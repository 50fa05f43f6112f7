package groundtruth

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"example.com/assay"
	"example.com/assay/quality"
)

// byNobody is who said what the service consolidated, where it does not tell who
// answered what.
const byNobody = "ground_truth"

// collect keeps the labels of a job that has come to its end.
func (s *Service) collect(ctx context.Context, job assay.LabellingJob) (assay.LabellingJob, error) {
	if err := s.here(job); err != nil {
		return job, err
	}
	found, err := s.describe(ctx, job)
	if err != nil {
		return job, err
	}
	if found == nil { // what it brought may still be there
		found = &sagemaker.DescribeLabelingJobOutput{LabelingJobStatus: types.LabelingJobStatusFailed, FailureReason: aws.String("AWS knows it no longer")}
	}
	switch found.LabelingJobStatus {
	case types.LabelingJobStatusCompleted:
	case types.LabelingJobStatusFailed, types.LabelingJobStatusStopped:
		job.Reason = clip(string(found.LabelingJobStatus)+": "+aws.ToString(found.FailureReason), 500)
	default:
		return job, nil // people are at it
	}
	labels, err := s.read(ctx, job, found.LabelingJobOutput)
	var none *s3types.NoSuchKey
	if err != nil && !(errors.As(err, &none) && job.Reason != "") {
		return job, err // nothing is deleted that was not read
	}
	if err := s.Store.SetLabel(ctx, labels...); err != nil {
		return job, err
	}
	job.State, job.Labels = assay.LabellingKept, len(labels)
	return job, nil
}

// read returns the labels in the output of a job: everybody's answers, and the
// consolidated label where there are none.
func (s *Service) read(ctx context.Context, job assay.LabellingJob, output *types.LabelingJobOutput) ([]assay.Label, error) {
	key := s.key(job, outputName+job.Name+"/manifests/output/output.manifest")
	if output != nil && aws.ToString(output.OutputDatasetS3Uri) != "" {
		var ok bool
		if key, ok = strings.CutPrefix(*output.OutputDatasetS3Uri, "s3://"+s.Settings.Bucket+"/"); !ok {
			return nil, fmt.Errorf("its output is at %s, outside of its bucket", *output.OutputDatasetS3Uri)
		}
	}
	text, err := s.get(ctx, key)
	if err != nil {
		return nil, err
	}
	lines, err := parseManifest(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	answers, err := s.answers(ctx, job)
	if err != nil {
		return nil, err
	}
	var labels []assay.Label
	for at, id := range job.Items {
		base := s.label(ctx, job, id)
		for _, a := range answers[at] {
			base.By, base.Verdict = byNobody+":"+a.who, a.verdict
			labels = append(labels, base)
		}
		if line, ok := lines[id]; ok && len(answers[at]) == 0 {
			base.By, base.Verdict, base.Model = byNobody, line.verdict, line.model
			labels = append(labels, base)
		}
	}
	return labels, nil
}

// label is a label on an item without its verdict. That the item was purged
// meanwhile does not matter.
func (s *Service) label(ctx context.Context, job assay.LabellingJob, id string) assay.Label {
	l := assay.Label{Item: id, Element: job.Element, Route: quality.RouteGroundTruth}
	if item, err := s.Store.Item(ctx, id); err == nil {
		l.Asset, l.Field = item.Asset, item.Field
	}
	return l
}

// consolidated is the label of a line of the output.
type consolidated struct {
	verdict assay.Verdict
	model   bool // no person looked at it
}

// parseManifest returns the labels of an output by the ids of their items. Lines
// that could not be labelled have none.
func parseManifest(text []byte) (map[string]consolidated, error) {
	out := map[string]consolidated{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var line struct {
			Item  string          `json:"assay-item"`
			Label json.RawMessage `json:"assay-label"`
			About struct {
				Class   string `json:"class-name"`
				Human   string `json:"human-annotated"`
				Failure string `json:"failure-reason"`
			} `json:"assay-label-metadata"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.Item == "" {
			return nil, fmt.Errorf("line %d is no object with %s", n, itemName) // the error of JSON may quote it
		}
		if line.About.Failure != "" || len(line.Label) == 0 {
			continue
		}
		verdict, ok := verdictOf(cmp.Or(line.About.Class, string(line.Label)))
		if !ok {
			return nil, fmt.Errorf("line %d has a class that is none of %v", n, classes)
		}
		out[line.Item] = consolidated{verdict, line.About.Human == "no"}
	}
	return out, lines.Err()
}

// verdictOf reads a class: its name, or its number in classes, quoted or not.
func verdictOf(class string) (assay.Verdict, bool) {
	class = strings.ToLower(strings.Trim(strings.TrimSpace(class), `"`))
	if n, err := strconv.Atoi(class); err == nil {
		if n < 0 || n >= len(classes) {
			return "", false
		}
		return classes[n], true
	}
	switch class {
	case "true", "yes":
		return assay.Present, true
	case "false", "no":
		return assay.Absent, true
	}
	return assay.Verdict(class), slices.Contains(classes, assay.Verdict(class))
}

// answer is what one person said of an item.
type answer struct {
	who     string
	verdict assay.Verdict
}

// answers returns everybody's answers by the place of their item in the job.
func (s *Service) answers(ctx context.Context, job assay.LabellingJob) (map[int][]answer, error) {
	prefix := s.key(job, outputName+job.Name+"/annotations/worker-response/")
	out := map[int][]answer{}
	pages := s3.NewListObjectsV2Paginator(s.S3, &s3.ListObjectsV2Input{Bucket: &s.Settings.Bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the answers of the labelling job: %w", err)
		}
		for _, o := range page.Contents {
			at, ok := placeOf(strings.TrimPrefix(aws.ToString(o.Key), prefix))
			if !ok || at >= len(job.Items) {
				continue
			}
			text, err := s.get(ctx, *o.Key)
			if err != nil {
				return nil, err
			}
			said, err := parseAnswers(text)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", *o.Key, err)
			}
			out[at] = append(out[at], said...)
		}
	}
	return out, nil
}

// placeOf reads iteration-1/PLACE/TIME.json.
func placeOf(key string) (int, bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 || !strings.HasSuffix(parts[2], ".json") {
		return 0, false
	}
	at, err := strconv.Atoi(parts[1])
	return at, err == nil && at >= 0
}

func parseAnswers(text []byte) ([]answer, error) {
	var file struct {
		Answers []struct {
			Worker  string          `json:"workerId"`
			Content json.RawMessage `json:"answerContent"`
		} `json:"answers"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, errors.New("no object with answers")
	}
	var out []answer
	for _, a := range file.Answers {
		var parts map[string]struct {
			Label any `json:"label"`
		}
		if err := json.Unmarshal(a.Content, &parts); err != nil || a.Worker == "" {
			return nil, errors.New("an answer without a worker or a label")
		}
		for _, part := range parts {
			verdict, ok := verdictOf(fmt.Sprint(part.Label))
			if !ok {
				return nil, fmt.Errorf("an answer has a class that is none of %v", classes)
			}
			out = append(out, answer{a.Worker, verdict})
		}
	}
	return out, nil
}

func (s *Service) get(ctx context.Context, key string) ([]byte, error) {
	out, err := s.S3.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.Settings.Bucket, Key: &key})
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", key, err)
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", key, err)
	}
	return text, nil
}
