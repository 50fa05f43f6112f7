package groundtruth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/quality"
	"example.com/assay/quality/groundtruth"
	"example.com/assay/seal"
	"example.com/assay/store/sqlite"
)

// place is a versioned bucket of a real S3 server, and the double beside it.
type place struct {
	testing.TB
	gateway testserver.Gateway
	bucket  string
	s3      *s3.Client
	people  *testserver.SageMaker
}

func newPlace(t testing.TB, bucket string) *place {
	t.Helper()
	p := &place{TB: t, gateway: testserver.S3(t), bucket: bucket}
	p.s3 = p.client(http.DefaultTransport)
	if _, err := p.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.s3.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{Bucket: &bucket,
		VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled}}); err != nil {
		t.Fatal(err)
	}
	p.people = testserver.NewSageMaker(t, p.s3)
	return p
}

func (p *place) config(transport http.RoundTripper) aws.Config {
	return aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(p.gateway.Key, p.gateway.Secret, ""),
		HTTPClient: &http.Client{Transport: transport}, Retryer: func() aws.Retryer { return aws.NopRetryer{} }}
}

func (p *place) client(transport http.RoundTripper) *s3.Client {
	return s3.NewFromConfig(p.config(transport), func(o *s3.Options) { o.BaseEndpoint, o.UsePathStyle = &p.gateway.Endpoint, true })
}

// left lists every version of every object in the bucket.
func (p *place) left() (names []string) {
	p.Helper()
	out, err := p.s3.ListObjectVersions(p.Context(), &s3.ListObjectVersionsInput{Bucket: &p.bucket})
	if err != nil {
		p.Fatal(err)
	}
	for _, v := range out.Versions {
		names = append(names, *v.Key)
	}
	for _, m := range out.DeleteMarkers {
		names = append(names, *m.Key+" (deleted)")
	}
	return names
}

// base is a store with sealed items.
type base struct {
	*sqlite.Store
	sealer assay.Sealer
	items  []assay.Item
}

func newBase(t testing.TB, values ...string) *base {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "store.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	key := filepath.Join(dir, "key.json")
	if _, err := seal.CreateFile(key); err != nil {
		t.Fatal(err)
	}
	b := &base{Store: store}
	if b.sealer, err = seal.Open(t.Context(), "file:"+key); err != nil {
		t.Fatal(err)
	}
	maker, err := quality.NewMaker(t.Context(), store, b.sealer)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range values {
		item, err := maker.Make(t.Context(), assay.Item{Element: "badge_number", Asset: "mysql://h:3306/s/t", Field: "note",
			Origin: assay.OriginResult, Stratum: assay.StratumFlagged}, assay.ItemContent{Value: assay.Value(v)})
		if err != nil {
			t.Fatal(err)
		}
		b.items = append(b.items, item)
	}
	if _, err := store.AddItems(t.Context(), b.items...); err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	ada  = assay.Actor{Name: "ada", Role: assay.RoleOperator}
	how  = groundtruth.Instructions{Title: "Badge {{ secret }} <b>", Doc: "Numbers on badges.", Match: []string{"B-1"}, NoMatch: []string{"{% raw %}"}}
	hows = func(context.Context, assay.Element) (groundtruth.Instructions, error) { return how, nil }
)

func (p *place) service(store groundtruth.Store, sealer assay.Sealer, transport http.RoundTripper) *groundtruth.Service {
	return &groundtruth.Service{
		Store: store, Sealer: sealer, S3: p.client(transport), Log: slog.New(slog.DiscardHandler),
		Jobs: sagemaker.NewFromConfig(p.config(transport), func(o *sagemaker.Options) { o.BaseEndpoint = &p.people.Endpoint }),
		Settings: groundtruth.Settings{Bucket: p.bucket, Prefix: "labels/", Region: "us-east-1", Annotators: 2, Seconds: 60, Lifetime: 3600,
			Role: "arn:aws:iam::123456789012:role/labelling", Workteam: "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/ours"},
	}
}

// answer is what the people say: worker 1 does not see the third badge.
func answer(worker int, text string) string {
	switch {
	case strings.Contains(text, "B-3") && worker == 1:
		return "unsure"
	case strings.Contains(text, "B-"):
		return "present"
	}
	return "absent"
}

func (b *base) said(t testing.TB) (said []string) {
	t.Helper()
	for l, err := range b.Labels(t.Context(), assay.LabelFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(b.items, func(i assay.Item) bool { return i.ID == l.Item })
		said = append(said, fmt.Sprintf("%d %s %s %s %v", at, l.By, l.Verdict, l.Route, l.Model))
	}
	slices.Sort(said)
	return said
}

var bothSaid = []string{
	"0 ground_truth:private.us-east-1.0 present ground_truth false", "0 ground_truth:private.us-east-1.1 present ground_truth false",
	"1 ground_truth:private.us-east-1.0 absent ground_truth false", "1 ground_truth:private.us-east-1.1 absent ground_truth false",
	"2 ground_truth:private.us-east-1.0 present ground_truth false", "2 ground_truth:private.us-east-1.1 unsure ground_truth false",
}

// breaker lets calls pass until one, which fails before it is done or after; all
// later ones fail, as if the process were dead.
type breaker struct {
	next  http.RoundTripper
	left  int // calls that pass; negative: all
	after bool
	calls int
	dead  bool
}

var errKilled = errors.New("killed")

func (b *breaker) do(call func() error) error {
	b.calls++
	if b.dead {
		return errKilled
	}
	if b.left >= 0 && b.calls > b.left {
		b.dead = true
		if b.after {
			_ = call() // nobody hears of it
		}
		return errKilled
	}
	return call()
}

func (b *breaker) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	var answered *http.Response
	err = b.do(func() error {
		answered, err = b.next.RoundTrip(r)
		return err
	})
	if err != nil && answered != nil {
		_, _ = io.Copy(io.Discard, answered.Body)
		answered.Body.Close()
		answered = nil
	}
	return answered, err
}

// mortal is a store whose calls count too.
type mortal struct {
	groundtruth.Store
	*breaker
}

func (m mortal) Audit(ctx context.Context, e assay.AuditEntry) error {
	return m.do(func() error { return m.Store.Audit(ctx, e) })
}

func (m mortal) AddLabelling(ctx context.Context, job assay.LabellingJob) error {
	return m.do(func() error { return m.Store.AddLabelling(ctx, job) })
}

func (m mortal) SetLabel(ctx context.Context, labels ...assay.Label) error {
	return m.do(func() error { return m.Store.SetLabel(ctx, labels...) })
}

func (m mortal) MoveLabelling(ctx context.Context, from assay.LabellingState, job assay.LabellingJob) (moved bool, err error) {
	err = m.do(func() error { moved, err = m.Store.MoveLabelling(ctx, from, job); return err })
	return moved, err
}

// round begins a job, lets people label it, and polls, with a process that may be
// killed, then with fresh ones until nothing is open. It returns the calls made.
func (p *place) round(b *base, kill *breaker) {
	p.Helper()
	s := p.service(mortal{b.Store, kill}, b.sealer, kill)
	_, _ = s.Start(p.Context(), ada, how, "badge_number", b.items)
	fresh := p.service(b.Store, b.sealer, http.DefaultTransport)
	if kill.dead { // the next process
		if _, err := fresh.Poll(p.Context(), hows); err != nil {
			p.Fatal(err)
		}
	}
	if len(p.people.Open()) == 0 { // killed before it was kept: whoever began it sees that it failed
		if _, err := fresh.Start(p.Context(), ada, how, "badge_number", b.items); err != nil {
			p.Fatal(err)
		}
	}
	for _, name := range p.people.Open() {
		p.people.Label(name, 2, false, false, answer)
	}
	_, _ = s.Poll(p.Context(), hows)
	if jobs, err := fresh.Poll(p.Context(), hows); err != nil || slices.ContainsFunc(jobs, func(j assay.LabellingJob) bool { return j.State != assay.LabellingDone }) {
		p.Fatalf("after the last poll: %+v, %v", jobs, err)
	}
}

// TestKilledBetweenAnyTwoCalls: wherever a process dies, all labels are there in the
// end, the people were asked once, and the bucket is empty, versions included.
func TestKilledBetweenAnyTwoCalls(t *testing.T) {
	p := newPlace(t, "killed")
	values := []string{"B-1 at the door", "nothing here", "B-3"}
	whole := &breaker{next: http.DefaultTransport, left: -1}
	b := newBase(t, values...)
	p.round(b, whole)
	if got := b.said(t); !slices.Equal(got, bothSaid) || whole.calls < 20 {
		t.Fatalf("without a kill, after %d calls: %s", whole.calls, strings.Join(got, "\n"))
	}
	begun := p.people.Begun()
	for at := range whole.calls {
		for _, after := range []bool{false, true} {
			b := newBase(t, values...)
			p.round(b, &breaker{next: http.DefaultTransport, left: at, after: after})
			if got := b.said(t); !slices.Equal(got, bothSaid) {
				t.Errorf("killed at call %d (done: %v), the labels are\n%s", at+1, after, strings.Join(got, "\n"))
			}
			if left := p.left(); len(left) > 0 {
				t.Errorf("killed at call %d (done: %v), there is left %v", at+1, after, left)
			}
			if begun++; p.people.Begun() != begun {
				t.Errorf("killed at call %d (done: %v), the people were asked %d times", at+1, after, p.people.Begun()-begun+1)
				begun = p.people.Begun()
			}
		}
	}
	t.Logf("killed at each of %d calls, before and after it was done", whole.calls)
}

// TestClasses: a class may be a number, who answered may stay unknown, and what
// nobody answered has no label.
func TestClasses(t *testing.T) {
	p := newPlace(t, "classes")
	b := newBase(t, "B-1", "nothing", "silent")
	s := p.service(b.Store, b.sealer, http.DefaultTransport)
	job, err := s.Start(t.Context(), ada, how, "badge_number", b.items)
	if err != nil || job.State != assay.LabellingSent {
		t.Fatalf("%+v, %v", job, err)
	}
	page := p.object("labels/" + job.Name + "/page.liquid.html")
	if strings.Contains(page, "{{ secret }}") || strings.Contains(page, "{% raw") || strings.Contains(page, "<b>,") || !strings.Contains(page, "{{ task.input.taskObject | escape }}") {
		t.Errorf("the instructions steer the page:\n%s", page)
	}
	if jobs, err := s.Poll(t.Context(), hows); err != nil || jobs[0].State != assay.LabellingSent {
		t.Errorf("while people are at it: %+v, %v", jobs, err)
	}
	p.people.Label(job.Name, 1, true, true, func(_ int, text string) string {
		if text == "silent" {
			return ""
		}
		return answer(0, text)
	})
	if _, err := s.Poll(t.Context(), hows); err != nil {
		t.Fatal(err)
	}
	want := []string{"0 ground_truth present ground_truth false", "1 ground_truth absent ground_truth false"}
	if got := b.said(t); !slices.Equal(got, want) || len(p.left()) > 0 {
		t.Errorf("labels %v, left %v", got, p.left())
	}
	audited := 0
	for e, err := range b.AuditEntries(t.Context(), "items of badge_number") {
		if err != nil || e.Actor != "ada" || e.Action != assay.ActionReveal {
			t.Errorf("audit %+v, %v", e, err)
		}
		audited++
	}
	if audited != 1 {
		t.Errorf("%d entries in the audit log", audited)
	}
}

// TestRefusedAndFailed: a job that AWS refuses, or that fails there, leaves nothing
// behind and says why; one that fails to be read is not deleted.
func TestRefusedAndFailed(t *testing.T) {
	p := newPlace(t, "refused")
	b := newBase(t, "B-1")
	s := p.service(b.Store, b.sealer, http.DefaultTransport)
	job, err := s.Start(t.Context(), ada, how, "badge_number", b.items)
	if err != nil {
		t.Fatal(err)
	}
	p.people.End(job.Name, "Completed", "")
	if _, err := s.Poll(t.Context(), hows); err == nil || len(p.left()) == 0 {
		t.Errorf("an output that is not there: %v, left %v; want an error, and nothing deleted", err, p.left())
	}
	p.people.End(job.Name, "Failed", "the role may not read the bucket")
	jobs, err := s.Poll(t.Context(), hows)
	if err != nil || jobs[0].State != assay.LabellingDone || !strings.Contains(jobs[0].Reason, "may not read") || len(p.left()) > 0 {
		t.Errorf("failed: %+v, %v, left %v", jobs, err, p.left())
	}
	if err := s.Stop(t.Context(), "nobody"); err == nil {
		t.Error("a job that there is not was stopped")
	}
	refuses := testserver.NewSageMaker(untold{t}, p.s3)
	p.people = refuses
	s = p.service(b.Store, b.sealer, http.DefaultTransport)
	s.Settings.Role = "no role"
	job, err = s.Start(t.Context(), ada, how, "badge_number", b.items)
	if err != nil || job.State != assay.LabellingDone || !strings.Contains(job.Reason, "RoleArn") || len(p.left()) > 0 {
		t.Errorf("refused: %+v, %v, left %v", job, err, p.left())
	}
}

// untold is a test that a double's complaint does not fail.
type untold struct{ testing.TB }

func (untold) Errorf(string, ...any) {}

func (p *place) object(key string) string {
	p.Helper()
	out, err := p.s3.GetObject(p.Context(), &s3.GetObjectInput{Bucket: &p.bucket, Key: &key})
	if err != nil {
		p.Fatal(err)
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		p.Fatal(err)
	}
	return string(text)
}

func TestSettings(t *testing.T) {
	good := groundtruth.Settings{Bucket: "b", Region: "us-east-1", Role: "r", Workteam: "w", Annotators: 3}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for want, spoil := range map[string]func(*groundtruth.Settings){
		"bucket is missing": func(s *groundtruth.Settings) { s.Bucket = "" },
		"the public one": func(s *groundtruth.Settings) {
			s.Workteam = "arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default"
		},
		"1 to 9":                   func(s *groundtruth.Settings) { s.Annotators = 10 },
		"no labelling of texts in": func(s *groundtruth.Settings) { s.Region = "eu-north-1" },
	} {
		bad := good
		if spoil(&bad); bad.Check() == nil || !strings.Contains(bad.Check().Error(), want) {
			t.Errorf("got %v, want a word on %s", bad.Check(), want)
		}
	}
}
