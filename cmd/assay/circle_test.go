package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"example.com/assay"
	"example.com/assay/internal/corpus"
	"example.com/assay/internal/testserver"
	"example.com/assay/seal"
)

// circle is a service whose database and data are on real MariaDB and S3, with the
// double of SageMaker, and what is true of the data.
type circle struct {
	*served
	s3     *s3.Client
	people *testserver.SageMaker
	is     map[string]bool // values that are what is looked for
}

// The versions of the verifier: the one in use knows half of the countries, a bad
// one knows Germany only, a good one knows all.
const circleVersion = `{"element": "iban", "title": "Bank account (IBAN)", "class": "financial", "severity": "personal", "doc": "International bank account numbers.",
	"detect": {"regex": "\\b%s\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\\b", "score": 0.9}, "match": ["DE89 3704 0044 0532 0130 00"], "noMatch": ["account"]}`

func newCircle(t *testing.T) *circle {
	t.Helper()
	gateway, base, shop := testserver.S3(t), testserver.MariaDB(t), testserver.MariaDB(t)
	c := &circle{is: map[string]bool{}}
	c.s3 = s3.NewFromConfig(aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(gateway.Key, gateway.Secret, "")},
		func(o *s3.Options) { o.BaseEndpoint, o.UsePathStyle = &gateway.Endpoint, true })
	c.people = testserver.NewSageMaker(t, c.s3)
	useState(t)
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": gateway.Key, "AWS_SECRET_ACCESS_KEY": gateway.Secret, "AWS_ENDPOINT_URL_S3": gateway.Endpoint,
		"AWS_ENDPOINT_URL_SAGEMAKER": c.people.Endpoint, "ASSAY_DATABASE_PASSWORD": base.Password, "ASSAY_STORES_SHOP_PASSWORD": shop.Password,
	} {
		t.Setenv(name, value)
	}
	dir := t.TempDir()
	if _, err := seal.CreateFile(filepath.Join(dir, "key.json")); err != nil {
		t.Fatal(err)
	}
	c.served = &served{T: t, config: filepath.Join(dir, "assay.yaml")}
	c.plant(shop, gateway)
	write(t, c.config, fmt.Sprintf(`data: %[1]s
key: file:%[1]s/key.json
database: mysql://%[2]s@%[3]s/%[4]s
stores:
  shop: {uri: "mysql://%[5]s@%[6]s/%[7]s"}
  lake: {uri: "s3://circle-data?endpoint=%[8]s"}
scanner: {refresh: 300ms}
taskcreator: {interval: 1s, every: {positive: 2s, clean: 1h, gap: 1h, changed: 1h}}
quality:
  flagged: 1
  near: 1
  hint: 1
  rest: 0
  generated: 0
  second: 0
  bars: {iban: {precision: 0.85, recall: 0.8, labels: 100}}
  ground_truth:
    bucket: s3://circle-labels/of/assay
    region: us-east-1
    role: arn:aws:iam::123456789012:role/ground-truth
    workteam: arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/ours
    annotators: 2
`, dir, base.User, base.Addr, base.Name, shop.User, shop.Addr, shop.Name, gateway.Endpoint))
	return c
}

// plant fills eight tables and an object with numbers of accounts and with what is
// none, out of the corpus.
func (c *circle) plant(shop testserver.Database, gateway testserver.Gateway) {
	c.Helper()
	for _, bucket := range []string{"circle-data", "circle-labels"} {
		if _, err := c.s3.CreateBucket(c.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
			c.Fatal(err)
		}
	}
	if _, err := c.s3.PutBucketVersioning(c.Context(), &s3.PutBucketVersioningInput{Bucket: aws.String("circle-labels"),
		VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled}}); err != nil {
		c.Fatal(err)
	}
	made, err := corpus.New(99)
	if err != nil {
		c.Fatal(err)
	}
	var accounts, others []string
	for _, v := range made.Values(28) {
		if v.Kind == "iban" {
			accounts = append(accounts, v.Text)
			c.is[v.Text] = true
		}
	}
	for _, v := range made.Innocent(60) {
		if slices.Contains([]corpus.Kind{"uuid", "order_luhn", "tracking", "version"}, v.Kind) {
			others = append(others, v.Text)
		}
	}
	db := shop.Open(c)
	csv := "account\n"
	for table := range 9 {
		rows := append(slices.Clone(accounts[30*table:30*table+30]), others[20*table:20*table+20]...)
		if table == 8 {
			csv += strings.Join(rows, "\n") + "\n"
			continue
		}
		name := fmt.Sprintf("ledger_%d", table)
		if _, err := db.ExecContext(c.Context(), "CREATE TABLE "+name+" (id INTEGER PRIMARY KEY, account VARCHAR(60))"); err != nil {
			c.Fatal(err)
		}
		for i, v := range rows {
			if _, err := db.ExecContext(c.Context(), "INSERT INTO "+name+" VALUES (?, ?)", i+1, v); err != nil {
				c.Fatal(err)
			}
		}
	}
	write(c.T, filepath.Join(gateway.Root, "circle-data", "accounts.csv"), csv)
}

// assay runs a command on the service's configuration.
func (c *circle) assay(want int, args ...string) string {
	c.Helper()
	code, out, errs := runInProcess(c.T, "", append(args, "--config", c.config)...)
	if code != want {
		c.Fatalf("%v: exit code %d, want %d\n%s%s", args, code, want, out, errs)
	}
	return out
}

// add brings a version of the verifier into the database.
func (c *circle) add(countries string, flags ...string) {
	c.Helper()
	file := filepath.Join(c.TempDir(), "version.json")
	write(c.T, file, fmt.Sprintf(circleVersion, countries))
	c.assay(0, append([]string{"verifiers", "add", file, "--author", "ada", "--reason", "test"}, flags...)...)
}

// post sends a form as the administrator, and returns the page.
func (c *circle) post(path string, form url.Values) string {
	c.Helper()
	req, err := http.NewRequestWithContext(c.Context(), "POST", c.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		c.Fatalf("POST %s: %d, %v: %s", path, resp.StatusCode, err, body)
	}
	return string(body)
}

var (
	pageItem  = regexp.MustCompile(`name="item" value="([0-9a-f]+)"`)
	pageValue = regexp.MustCompile(`<p class="shape secret">(.*?)</p>`)
	pageMark  = regexp.MustCompile(`</?mark>`)
)

// labelByPage labels all that waits at the page, as somebody who knows, and returns
// how many that were.
func (c *circle) labelByPage() (labelled int) {
	c.Helper()
	form := url.Values{"do": {"reveal"}, "reveal": {"yes"}}
	for {
		page := c.post("/label/iban", form)
		item, value := pageItem.FindStringSubmatch(page), pageValue.FindStringSubmatch(page)
		if item == nil || value == nil {
			return labelled
		}
		verdict := assay.Absent
		if c.is[pageMark.ReplaceAllString(value[1], "")] {
			verdict = assay.Present
		}
		form = url.Values{"do": {string(verdict)}, "item": {item[1]}, "reveal": {"yes"}}
		labelled++
	}
}

// found returns the findings of the element.
func (c *circle) found() (list []struct {
	ID, Verifier string
	Matched      int
	Quality      *assay.Measure
}) {
	c.Helper()
	var page struct {
		Items json.RawMessage
	}
	c.decode("/api/v1/findings?element=iban&limit=1000", &page)
	if err := json.Unmarshal(page.Items, &list); err != nil {
		c.Fatal(err)
	}
	return list
}

// labelByBothRoutes labels 80 values in AWS Ground Truth, and all others at the page.
func (c *circle) labelByBothRoutes() {
	c.Helper()
	c.assay(0, "quality", "label", "groundtruth", "start", "--element", "iban", "--limit", "80")
	for _, job := range c.people.Open() {
		c.people.Label(job, 2, false, false, func(_ int, text string) string {
			if c.is[text] {
				return "present"
			}
			return "absent"
		})
	}
	if out := c.assay(0, "quality", "label", "groundtruth", "poll"); !regexp.MustCompile(`done +80 +160`).MatchString(out) {
		c.Errorf("the labelling job: %s", out)
	}
	left, err := c.s3.ListObjectVersions(c.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String("circle-labels")})
	if err != nil || len(left.Versions)+len(left.DeleteMarkers) > 0 {
		c.Errorf("left in S3: %+v, %v", left, err)
	}
	if n := c.labelByPage(); n < 60 {
		c.Errorf("%d values were labelled at the page", n)
	}
}

// TestWholeCircle: scan → sample → label by both routes → measure → the gate refuses
// a bad change and passes a good one → the finding's page shows the new figures. On
// real MariaDB and S3; SageMaker is a double.
func TestWholeCircle(t *testing.T) {
	c := newCircle(t)
	c.assay(0, "migrate")
	c.add("[A-K][A-Z]", "--now") // iban@2, in use
	c.start()
	c.wait("nine findings", func() bool { return len(c.found()) == 9 })
	finding := c.found()[0]
	if page := c.get("/findings/" + finding.ID); finding.Verifier != "iban@2" || !strings.Contains(page, "not measured") {
		t.Errorf("before anything is labelled: %+v", finding)
	}

	var samples []sampleCount
	if err := json.Unmarshal([]byte(c.assay(0, "quality", "sample", "--element", "iban", "--format", "json")), &samples); err != nil || len(samples) != 1 {
		t.Fatalf("%+v, %v", samples, err)
	}
	if s := samples[0].Strata; s[assay.StratumFlagged] < 100 || s[assay.StratumHint] < 40 || samples[0].Labelled != 0 {
		t.Fatalf("kept to be labelled: %+v", samples)
	}

	c.labelByBothRoutes()
	c.assay(0, "quality", "measure", "--element", "iban")
	old := c.measured()
	if old.Version != 2 || old.Precision.Low < 0.85 || old.Recall.High > 0.8 || old.Recall.Low < 0.3 {
		t.Errorf("the version in use: %+v", old)
	}

	c.add("DE") // iban@3
	if out := c.assay(1, "verifiers", "rollout", "iban@3", "--author", "ada", "--reason", "fewer countries"); !strings.Contains(out, "is refused") || !strings.Contains(out, "recall") || !strings.Contains(out, "worse than version 2") {
		t.Errorf("a bad change: %s", out)
	}
	c.add("[A-Z][A-Z]") // iban@4
	if out := c.assay(0, "verifiers", "rollout", "iban@4", "--author", "ada", "--reason", "all countries"); !strings.Contains(out, "passes") {
		t.Errorf("a good change: %s", out)
	}
	c.assay(0, "quality", "measure", "--element", "iban")
	now := c.measured()
	if now.Version != 4 || now.Recall.Low < 0.8 || now.FN != 0 {
		t.Errorf("the version in use now: %+v", now)
	}
	c.wait("findings of the new version with its figures", func() bool {
		for _, f := range c.found() {
			if f.Verifier != "iban@4" || f.Quality == nil || f.Quality.Version != 4 || f.Matched != 30 {
				return false
			}
		}
		return true
	})
	want := fmt.Sprintf("%.3f", now.Recall.Low)
	if page := c.get("/findings/" + finding.ID); !strings.Contains(page, want) || strings.Contains(page, "not measured") {
		t.Errorf("the finding's page does not show a recall of at least %s", want)
	}
	t.Logf("recall %.3f (%.3f–%.3f) before, %.3f (%.3f–%.3f) after", old.Recall.Value, old.Recall.Low, old.Recall.High, now.Recall.Value, now.Recall.Low, now.Recall.High)
	c.secret()
}

// measured returns the latest measure of the version in use.
func (c *circle) measured() assay.Measure {
	c.Helper()
	var measures []assay.Measure
	if err := json.Unmarshal([]byte(c.assay(0, "quality", "report", "--element", "iban", "--format", "json")), &measures); err != nil {
		c.Fatal(err)
	}
	best := assay.Measure{}
	for _, m := range measures {
		if m.Level == assay.LevelValue && m.Store == "" && m.Language == "" && (best.Version == 0 || m.Version == c.inUse()) {
			best = m
		}
	}
	return best
}

func (c *circle) inUse() int {
	c.Helper()
	var versions struct{ Items []assay.VerifierVersion }
	c.decode("/api/v1/verifiers", &versions)
	for _, v := range versions.Items {
		if v.Element == "iban" && v.State == assay.StateActive {
			return v.Version
		}
	}
	c.Fatal("no version of iban is in use")
	return 0
}

// secret fails where a value stands in the log or the data folder in the clear.
func (c *circle) secret() {
	c.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(c.config), "*"))
	if err != nil {
		c.Fatal(err)
	}
	shown := c.log.String()
	for _, f := range files {
		if text, err := os.ReadFile(f); err == nil {
			shown += string(text)
		}
	}
	for v := range c.is {
		if strings.Contains(shown, v) {
			c.Errorf("a value of %d characters stands in the clear", len(v))
		}
	}
}
