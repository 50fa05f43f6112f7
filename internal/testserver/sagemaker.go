package testserver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// SageMaker is a double of the labelling jobs of Amazon SageMaker. It is no server
// of theirs: it checks every request and each of its own answers against the model
// that AWS publishes for its SDKs, keeps jobs, and reads and writes their objects in
// a real S3 server, where Label plays the people.
type SageMaker struct {
	Endpoint string

	t     testing.TB
	model *awsModel
	s3    *s3.Client
	mu    sync.Mutex
	jobs  map[string]*LabelingJob
}

// LabelingJob is a job as it was asked for.
type LabelingJob struct {
	Request map[string]any
	Status  string // Initializing, InProgress, Completed, Failed, Stopping, Stopped
	Failure string
	begun   time.Time
}

// NewSageMaker starts a double that keeps its objects by the client.
func NewSageMaker(t testing.TB, client *s3.Client) *SageMaker {
	t.Helper()
	model, err := loadAWSModel("sagemaker")
	need(t, err)
	d := &SageMaker{t: t, model: model, s3: client, jobs: map[string]*LabelingJob{}}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	d.Endpoint = server.URL
	return d
}

// ServeHTTP implements http.Handler: the protocol JSON 1.1 of AWS.
func (d *SageMaker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), d.model.Metadata.TargetPrefix+".")
	known, ok := d.model.Operations[operation]
	var in map[string]any
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	switch {
	case !ok:
		refuse(w, "UnknownOperationException", operation)
		return
	case err != nil:
		refuse(w, "SerializationException", err.Error())
		return
	case !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "):
		refuse(w, "MissingAuthenticationTokenException", "no signature")
		return
	}
	if problems := d.model.check("", known.Input.Shape, in); len(problems) > 0 {
		d.t.Errorf("%s: %s", operation, strings.Join(problems, "; "))
		refuse(w, "ValidationException", strings.Join(problems, "; "))
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	out, code, why := d.answer(r.Context(), operation, in)
	if code != "" {
		refuse(w, code, why)
		return
	}
	if known.Output.Shape != "" {
		for _, problem := range d.model.check("", known.Output.Shape, out) {
			d.t.Errorf("the double's own answer to %s: %s", operation, problem)
		}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(out)
}

func refuse(w http.ResponseWriter, code, why string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": why})
}

func (d *SageMaker) answer(ctx context.Context, operation string, in map[string]any) (out map[string]any, code, why string) {
	name, _ := in["LabelingJobName"].(string)
	job := d.jobs[name]
	if job == nil && operation != "CreateLabelingJob" {
		return nil, "ResourceNotFound", "no labeling job " + name
	}
	switch operation {
	case "CreateLabelingJob":
		if job != nil {
			return nil, "ResourceInUse", "there is a labeling job " + name
		}
		if err := d.inputs(ctx, in); err != nil {
			return nil, "ValidationException", err.Error()
		}
		d.jobs[name] = &LabelingJob{Request: in, Status: "InProgress", begun: time.Now()}
		return map[string]any{"LabelingJobArn": arnOf(name)}, "", ""
	case "DescribeLabelingJob":
		return job.describe(name), "", ""
	case "StopLabelingJob":
		job.Status = "Stopping"
		return map[string]any{}, "", ""
	}
	return nil, "UnknownOperationException", operation
}

func arnOf(name string) string {
	return "arn:aws:sagemaker:us-east-1:123456789012:labeling-job/" + name
}

func (j *LabelingJob) describe(name string) map[string]any {
	out := map[string]any{
		"LabelingJobStatus": j.Status, "LabelCounters": map[string]any{"TotalLabeled": 0.0, "Unlabeled": 0.0},
		"CreationTime": float64(j.begun.Unix()), "LastModifiedTime": float64(time.Now().Unix()),
		"JobReferenceCode": "double", "LabelingJobArn": arnOf(name),
	}
	for _, same := range []string{"LabelingJobName", "LabelAttributeName", "InputConfig", "OutputConfig", "RoleArn", "HumanTaskConfig", "LabelCategoryConfigS3Uri"} {
		out[same] = j.Request[same]
	}
	if j.Failure != "" {
		out["FailureReason"] = j.Failure
	}
	if j.Status == "Completed" {
		out["LabelingJobOutput"] = map[string]any{"OutputDatasetS3Uri": j.path("OutputConfig", "S3OutputPath") + name + "/manifests/output/output.manifest"}
	}
	return out
}

// path follows members of the request.
func (j *LabelingJob) path(names ...string) string {
	var at any = j.Request
	for _, name := range names {
		object, _ := at.(map[string]any)
		at = object[name]
	}
	text, _ := at.(string)
	return text
}

// inputs refuses a job whose objects are not there.
func (d *SageMaker) inputs(ctx context.Context, in map[string]any) error {
	job := LabelingJob{Request: in}
	for _, uri := range []string{
		job.path("InputConfig", "DataSource", "S3DataSource", "ManifestS3Uri"),
		job.path("LabelCategoryConfigS3Uri"), job.path("HumanTaskConfig", "UiConfig", "UiTemplateS3Uri"),
	} {
		if _, err := d.get(ctx, uri); err != nil {
			return fmt.Errorf("%s: %w", uri, err)
		}
	}
	return nil
}

func (d *SageMaker) get(ctx context.Context, uri string) ([]byte, error) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/")
	out, err := d.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}

func (d *SageMaker) put(uri string, content []byte) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/")
	if _, err := d.s3.PutObject(d.t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(content)}); err != nil {
		d.t.Errorf("the double cannot write: %v", err)
	}
}

// Open returns the names of the jobs that wait for people.
func (d *SageMaker) Open() (names []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for name, job := range d.jobs {
		if job.Status == "InProgress" {
			names = append(names, name)
		}
	}
	return names
}

// Begun is how many jobs there ever were.
func (d *SageMaker) Begun() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.jobs)
}

// End sets how a job ended without labels: Failed or Stopped.
func (d *SageMaker) End(name, status, why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.jobs[name].Status, d.jobs[name].Failure = status, why
}

// Label plays the people: each of the workers answers each text of a job, "" being
// none. The consolidated label is the first answer, written as a class's number
// where number is set, and is the only one when private is.
func (d *SageMaker) Label(name string, workers int, number, private bool, answer func(worker int, text string) string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	job := d.jobs[name]
	manifest, err := d.get(d.t.Context(), job.path("InputConfig", "DataSource", "S3DataSource", "ManifestS3Uri"))
	if err != nil {
		d.t.Errorf("the double cannot read the manifest: %v", err)
		return
	}
	root, attribute := job.path("OutputConfig", "S3OutputPath")+name+"/", job.path("LabelAttributeName")
	var output bytes.Buffer
	at := 0
	for text := range bytes.Lines(manifest) {
		var line map[string]any
		if err := json.Unmarshal(text, &line); err != nil {
			d.t.Errorf("line %d of the manifest: %v", at+1, err)
		}
		source, _ := line["source"].(string)
		first := ""
		for w := range workers {
			class := answer(w, source)
			if first == "" {
				first = class
			}
			if class != "" && !private {
				d.put(fmt.Sprintf("%sannotations/worker-response/iteration-1/%d/2026-11-22_10:00:%02d.json", root, at, w), response(w, class))
			}
		}
		consolidate(line, attribute, name, first, number)
		_ = json.NewEncoder(&output).Encode(line)
		at++
	}
	d.put(root+"manifests/output/output.manifest", output.Bytes())
	job.Status = "Completed"
}

// response is one worker's answer, as the service keeps it.
func response(worker int, class string) []byte {
	said, _ := json.Marshal(map[string]any{"version": "1.0", "answers": []any{map[string]any{
		"workerId": fmt.Sprintf("private.us-east-1.%d", worker), "submissionTime": "2026-11-22T10:00:00Z",
		"answerContent": map[string]any{"crowd-classifier": map[string]any{"label": class}}}}})
	return said
}

// consolidate adds the label to a line of the manifest, or why there is none.
func consolidate(line map[string]any, attribute, job, class string, number bool) {
	about := map[string]any{"type": "groundtruth/text-classification", "job-name": "labeling-job/" + job, "human-annotated": "yes", "creation-date": "2026-11-22T10:00:00.000000"}
	switch {
	case class == "":
		about["failure-reason"] = "nobody answered"
	case number:
		line[attribute] = map[string]int{"absent": 0, "present": 1, "unsure": 2}[class]
	default:
		line[attribute], about["class-name"] = class, class
	}
	line[attribute+"-metadata"] = about
}
