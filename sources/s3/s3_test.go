package s3_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/sources/s3"
	"example.com/assay/sources/sourcetest"
)

// admin is the test's own client, not that of the source.
func admin(endpoint, key, secret, token string) *awss3.Client {
	return awss3.New(awss3.Options{
		BaseEndpoint: &endpoint, Region: "us-east-1", UsePathStyle: true,
		Credentials:                credentials.NewStaticCredentialsProvider(key, secret, token),
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	})
}

// as makes the credentials those that the source finds.
func as(t *testing.T, key, secret, token string) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", key)
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	t.Setenv("AWS_SESSION_TOKEN", token)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
}

var buckets atomic.Int64

// bucket is a bucket of the test's own.
type bucket struct {
	*awss3.Client
	gateway testserver.Gateway
	name    string
}

func newBucket(t *testing.T) bucket {
	t.Helper()
	g := testserver.S3(t)
	b := bucket{admin(g.Endpoint, g.Key, g.Secret, ""), g, fmt.Sprintf("bucket-%d", buckets.Add(1))}
	if _, err := b.CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: &b.name}); err != nil {
		t.Fatal(err)
	}
	as(t, g.Key, g.Secret, "")
	return b
}

func (b bucket) put(t *testing.T, key string, content []byte, options ...func(*awss3.PutObjectInput)) assay.AssetID {
	t.Helper()
	in := &awss3.PutObjectInput{Bucket: &b.name, Key: &key, Body: bytes.NewReader(content)}
	for _, o := range options {
		o(in)
	}
	if _, err := b.PutObject(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	return idOf(b.name, key)
}

func idOf(bucket, key string) assay.AssetID {
	return assay.AssetID((&url.URL{Scheme: "s3", Host: bucket, Path: "/" + key}).String())
}

func keyOf(t *testing.T, id assay.AssetID) string {
	t.Helper()
	u, err := url.Parse(string(id))
	if err != nil {
		t.Fatal(err)
	}
	return u.Path[1:]
}

// open opens the bucket's source, with more options as in a URI.
func (b bucket) open(t *testing.T, options string) *s3.Source {
	t.Helper()
	return open(t, "s3://"+b.name+"/?endpoint="+b.gateway.Endpoint+options, s3.Options{})
}

func open(t *testing.T, uri string, o s3.Options) *s3.Source {
	t.Helper()
	s, err := s3.Open(t.Context(), uri, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// list returns the assets, and the errors by asset.
func list(t *testing.T, s assay.Source) (assets []assay.Asset, errs map[assay.AssetID]error) {
	t.Helper()
	errs = map[assay.AssetID]error{}
	for a, err := range s.Assets(t.Context()) {
		if err != nil {
			errs[a.ID] = err
			continue
		}
		assets = append(assets, a)
	}
	return assets, errs
}

// sample returns the values by field.
func sample(ctx context.Context, s assay.Source, a assay.Asset, p assay.Plan) (map[string][]string, assay.Reading, error) {
	values := map[string][]string{}
	r, err := s.Sample(ctx, a, p, func(d assay.Datum) error {
		values[d.Field.Path] = append(values[d.Field.Path], string(d.Value))
		return nil
	})
	return values, r, err
}

func object(id assay.AssetID) assay.Asset {
	return assay.Asset{ID: id, Kind: assay.KindObject, Rows: -1, Bytes: -1}
}

// writers write the suite's records in one format.
var writers = map[string]func(records []sourcetest.Record) []byte{
	"csv": func(records []sourcetest.Record) []byte {
		var b bytes.Buffer
		b.WriteString("id,name,note\n")
		for _, r := range records {
			fmt.Fprintf(&b, "%d,%s,%q\n", r.ID, r.Name, r.Note)
		}
		return b.Bytes()
	},
	"jsonl": func(records []sourcetest.Record) []byte {
		var b bytes.Buffer
		for _, r := range records {
			line, _ := json.Marshal(map[string]any{"id": r.ID, "name": r.Name, "note": r.Note})
			b.Write(append(line, '\n'))
		}
		return b.Bytes()
	},
}

func TestConformance(t *testing.T) {
	for format, o := range map[string]sourcetest.Options{
		"csv":   {},
		"jsonl": {Fields: [3]string{"$.id", "$.name", "$.note"}, NoSchema: true},
	} {
		t.Run(format, func(t *testing.T) {
			b := newBucket(t)
			o.Secrets = []string{"planted-user-" + format, "planted-password-" + format}
			b.gateway.AddUser(t, o.Secrets[0], o.Secrets[1])
			b.policy(t, o.Secrets[0])
			o.Open = func(t *testing.T) assay.Source {
				as(t, o.Secrets[0], o.Secrets[1], "")
				s, err := s3.Open(t.Context(), "s3://"+b.name+"/?endpoint="+b.gateway.Endpoint, s3.Options{})
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			o.Put = func(t *testing.T, name string, records []sourcetest.Record) assay.AssetID {
				return b.put(t, name+"."+format, writers[format](records))
			}
			o.Remove = func(t *testing.T, id assay.AssetID) { b.remove(t, id) }
			o.Deny = func(t *testing.T, id assay.AssetID) { b.policy(t, o.Secrets[0], keyOf(t, id)) }
			sourcetest.Run(t, o)
		})
	}
}

func (b bucket) remove(t *testing.T, id assay.AssetID) {
	t.Helper()
	if _, err := b.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: &b.name, Key: aws.String(keyOf(t, id))}); err != nil {
		t.Fatal(err)
	}
}

// policy lets a user read the bucket, except some keys.
func (b bucket) policy(t *testing.T, user string, except ...string) {
	t.Helper()
	statement := func(effect string, actions []string, resources ...string) map[string]any {
		for i, r := range resources {
			resources[i] = "arn:aws:s3:::" + b.name + r
		}
		return map[string]any{"Effect": effect, "Principal": map[string]any{"AWS": []string{user}}, "Action": actions, "Resource": resources}
	}
	object := []string{"s3:GetObject", "s3:GetObjectTagging"}
	statements := []any{
		statement("Allow", []string{"s3:ListBucket", "s3:GetBucketVersioning"}, ""),
		statement("Allow", object, "/*"),
	}
	for _, key := range except {
		statements = append(statements, statement("Deny", object, "/"+key))
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: &b.name, Policy: aws.String(string(text))})
	if err != nil {
		t.Fatal(err)
	}
}
