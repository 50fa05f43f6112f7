package s3_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/sources/s3"
)

// TestOddKeys holds that a key of any form comes back from its id.
func TestOddKeys(t *testing.T) {
	b := newBucket(t)
	keys := []string{"plain.txt", "with space.txt", "a+b&c=d?e#f%20g.txt", "ключ/日本語.txt", "quote\"'<>&.txt", "tab\tkey.txt", "a:b;c,d@e.txt", "semi;colon/%.txt"}
	for _, k := range keys {
		b.put(t, k, []byte("hello from "+k))
	}
	s := b.open(t, "")
	assets, errs := list(t, s)
	if len(errs) != 0 {
		t.Fatal(errs)
	}
	var got []string
	for _, a := range assets {
		values, _, err := sample(t.Context(), s, a, assay.Plan{})
		key := keyOf(t, a.ID)
		if want := "hello from " + key; err != nil || len(values["$"]) != 1 || values["$"][0] != want {
			t.Errorf("%s: %q, %v", a.ID, values, err)
		}
		got = append(got, key)
	}
	slices.Sort(keys)
	slices.Sort(got)
	if !slices.Equal(got, keys) {
		t.Errorf("listed %q, want %q", got, keys)
	}
}

func TestEmptyObject(t *testing.T) {
	b := newBucket(t)
	id := b.put(t, "empty.csv", nil)
	values, r, err := sample(t.Context(), b.open(t, ""), object(id), assay.Plan{})
	if err != nil || len(values) != 0 || len(r.Fields) != 1 || r.Fields[0].Status != assay.StatusScanned || r.Design.Method != assay.DesignCensus {
		t.Errorf("%v, %+v, %v", values, r, err)
	}
}

// TestVersioned holds that the current version is read, and that the older ones
// are reported as not read.
func TestVersioned(t *testing.T) {
	b := newBucket(t)
	_, err := b.PutBucketVersioning(t.Context(), &awss3.PutBucketVersioningInput{Bucket: &b.name,
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}})
	if err != nil {
		t.Fatal(err)
	}
	b.put(t, "a.txt", []byte("old"))
	id := b.put(t, "a.txt", []byte("new"))
	b.remove(t, b.put(t, "gone.txt", []byte("gone")))
	s := b.open(t, "")
	assets, errs := list(t, s)
	if len(assets) != 1 || assets[0].ID != id {
		t.Errorf("listed %v, want only %s", assets, id)
	}
	if err := errs[idOf(b.name, "")]; assay.Explain(err) != assay.ReasonUnsupported || !strings.Contains(err.Error(), "older versions") {
		t.Errorf("errors %v, want one about older versions", errs)
	}
	values, _, err := sample(t.Context(), s, object(id), assay.Plan{})
	if err != nil || !slices.Equal(values["$"], []string{"new"}) {
		t.Errorf("%v, %v", values, err)
	}
}

// TestReplaced replaces an object while it is read.
func TestReplaced(t *testing.T) {
	b := newBucket(t)
	lines := bytes.Repeat([]byte("a line of text that goes on\n"), 200_000)
	id := b.put(t, "big.txt", lines)
	s := b.open(t, "")
	replaced := false
	_, err := s.Sample(t.Context(), object(id), assay.Plan{Rows: 1000}, func(assay.Datum) error {
		if !replaced {
			replaced = true
			b.put(t, "big.txt", bytes.ToUpper(lines))
		}
		return nil
	})
	if assay.Explain(err) != assay.ReasonVanished {
		t.Errorf("sampling an object that is replaced meanwhile: %v", err)
	}
}

// TestSparse reads an object of 1 TiB that is a hole but for its beginning.
func TestSparse(t *testing.T) {
	b := newBucket(t)
	f, err := os.Create(filepath.Join(b.gateway.Root, b.name, "sparse.csv"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, "id,name\n"+strings.Repeat("1,somebody\n", 10_000))
	if err := f.Truncate(1 << 40); err != nil {
		t.Skip(err)
	}
	f.Close()
	s := b.open(t, "")
	assets, errs := list(t, s)
	if len(assets) != 1 || assets[0].Bytes != 1<<40 {
		t.Fatalf("listed %v, %v", assets, errs)
	}
	const limit = 1 << 20
	_, r, err := sample(t.Context(), s, assets[0], assay.Plan{Rows: 1000, Bytes: limit})
	if err != nil || r.Bytes > 2*limit || r.Design.Method == assay.DesignCensus {
		t.Errorf("%d bytes, %+v, %v", r.Bytes, r.Design, err)
	}
}

// TestAnswers plays what S3 answers where no test server can, in the words of
// the AWS documentation.
func TestAnswers(t *testing.T) {
	tests := []struct {
		name, code, message string
		status              int
		reason              assay.Reason
		hint                string
	}{
		{"no right to the key", "AccessDenied", "User: arn:aws:sts::111111111111:assumed-role/planted-role/planted-session is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:111111111111:key/1 because no identity-based policy allows the kms:Decrypt action",
			403, assay.ReasonDenied, "kms:Decrypt"},
		{"disabled key", "KMS.DisabledException", "arn:aws:kms:eu-west-1:111111111111:key/1 is disabled.", 400, assay.ReasonDenied, "kms:Decrypt"},
		{"key of the writer", "InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
			400, assay.ReasonEncrypted, "SSE-C"},
		{"requester pays", "AccessDenied", "Access Denied", 403, assay.ReasonDenied, "requester-pays=true"},
		{"archived", "InvalidObjectState", "The operation is not valid for the object's access tier", 403, assay.ReasonUnsupported, "restore"},
		{"unknown key of access", "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records: planted-role", 403, assay.ReasonDenied, "credentials"},
		{"something new", "BrandNewError", "planted-session", 409, assay.ReasonUnreadable, ""},
	}
	b := newBucket(t)
	id := b.put(t, "a.txt", []byte("text"))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCounter(t, b.gateway.Endpoint)
			c.fault = func(w http.ResponseWriter, r *http.Request) bool {
				w.Header().Set("Content-Type", "application/xml")
				w.WriteHeader(tt.status)
				fmt.Fprintf(w, "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>%s</Message></Error>", tt.code, tt.message)
				return true
			}
			s := open(t, "s3://"+b.name+"/?endpoint="+c.URL, s3.Options{})
			_, _, err := sample(t.Context(), s, object(id), assay.Plan{})
			if got := assay.Explain(err); got != tt.reason || !strings.Contains(fmt.Sprint(err), tt.hint) {
				t.Errorf("%v (%s), want %s with a hint about %q", err, got, tt.reason, tt.hint)
			}
			if strings.Contains(fmt.Sprint(err), "planted") {
				t.Errorf("the error repeats what the server quoted: %v", err)
			}
		})
	}
}

// TestBrokenAnswer cuts an answer short: the rest is asked for.
func TestBrokenAnswer(t *testing.T) {
	b := newBucket(t)
	content := []byte(`["` + strings.Repeat("a long text ", 300_000) + `"]`)
	id := b.put(t, "one.json", content)
	c := newCounter(t, b.gateway.Endpoint)
	cut := 0
	c.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Range") != "bytes=131072-262143" || cut > 0 {
			return false
		}
		cut++
		w.Header().Set("Content-Range", fmt.Sprintf("bytes 131072-262143/%d", len(content)))
		w.Header().Set("Content-Length", "131072")
		w.WriteHeader(http.StatusPartialContent)
		w.Write(content[131072 : 131072+1000])
		return true
	}
	s := open(t, "s3://"+b.name+"/?endpoint="+c.URL, s3.Options{})
	var got bytes.Buffer
	_, err := s.Sample(t.Context(), object(id), assay.Plan{Bytes: 1 << 30}, func(d assay.Datum) error {
		got.Write(d.Value[d.Lead : len(d.Value)-d.Trail])
		return nil
	})
	if err != nil || cut != 1 || got.Len() != len(content)-4 {
		t.Errorf("%d of %d bytes came, %d answers were cut: %v", got.Len(), len(content)-4, cut, err)
	}
}

func TestRequesterPays(t *testing.T) {
	b := newBucket(t)
	b.put(t, "a.txt", []byte("text"))
	c := newCounter(t, b.gateway.Endpoint)
	s := open(t, "s3://"+b.name+"/?requester-pays=true&endpoint="+c.URL, s3.Options{})
	assets, errs := list(t, s)
	if len(assets) != 1 {
		t.Fatal(errs)
	}
	if _, _, err := sample(t.Context(), s, assets[0], assay.Plan{}); err != nil {
		t.Error(err)
	}
	for _, r := range c.all() {
		if r.payer != "requester" && !strings.Contains(r.query, "versioning") {
			t.Errorf("%s %s?%s does not agree to pay", r.method, r.path, r.query)
		}
	}
}

// TestEncryptedBeforehand reads an object with the marks of a client that
// encrypts.
func TestEncryptedBeforehand(t *testing.T) {
	b := newBucket(t)
	id := b.put(t, "a.txt", []byte("cipher"), func(in *awss3.PutObjectInput) { in.Metadata = map[string]string{"x-amz-key-v2": "wrapped"} })
	_, _, err := sample(t.Context(), b.open(t, ""), object(id), assay.Plan{})
	if assay.Explain(err) != assay.ReasonEncrypted {
		t.Errorf("%v, want encrypted", err)
	}
}

// TestArchived reads an object of a storage class that has to be restored first.
func TestArchived(t *testing.T) {
	m := testserver.Moto(t)
	as(t, "anybody", "anything", "")
	client := admin(m.Endpoint, "anybody", "anything", "")
	name := fmt.Sprintf("archive-%d", buckets.Add(1))
	if _, err := client.CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	_, err := client.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: &name, Key: aws.String("a.txt"), Body: strings.NewReader("text"),
		StorageClass: types.StorageClassDeepArchive})
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, "s3://"+name+"/?endpoint="+m.Endpoint, s3.Options{})
	assets, errs := list(t, s)
	if len(assets) != 1 || assets[0].Attributes["storage_class"] != "DEEP_ARCHIVE" {
		t.Fatalf("listed %v, %v", assets, errs)
	}
	_, _, err = sample(t.Context(), s, assets[0], assay.Plan{})
	if assay.Explain(err) != assay.ReasonUnsupported || !strings.Contains(fmt.Sprint(err), "restore") {
		t.Errorf("%v, want unsupported with the hint to restore it", err)
	}
}

func TestUnreachable(t *testing.T) {
	as(t, "anybody", "anything", "")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	s := open(t, "s3://bucket/?endpoint=http://127.0.0.1:1", s3.Options{})
	_, errs := list(t, s)
	if err := errs[idOf("bucket", "")]; assay.Explain(err) != assay.ReasonUnavailable {
		t.Errorf("%v, want unavailable", errs)
	}
}

func TestNoCredentials(t *testing.T) {
	as(t, "", "", "")
	s := open(t, "s3://bucket/?endpoint=http://127.0.0.1:1", s3.Options{})
	_, _, err := sample(t.Context(), s, object(idOf("bucket", "key")), assay.Plan{})
	if assay.Explain(err) != assay.ReasonDenied || !strings.Contains(fmt.Sprint(err), "AWS_ACCESS_KEY_ID") {
		t.Errorf("%v, want denied with a hint", err)
	}
}
