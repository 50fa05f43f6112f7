// Package s3 is the source of the objects of Amazon S3, and of servers that
// speak its protocol, in one account or several.
//
// Of each bucket a share of the keys is drawn at random (see draw.go), and of
// each object a share of the bytes: a small object is read whole by one request;
// of a larger one whose records can be found from anywhere, ranges at random
// offsets are read, each from the next record on. Package container recognises
// the format. No object is read further than the plan allows, and how many
// requests an object costs does not depend on its size.
//
// A bucket of another account than the scanner's is read through a role of that
// account (see accounts.go).
//
// The package imports the root package, sources/format and sources/container.
package s3

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"

	"example.com/assay"
)

// Scheme is the scheme of the URIs of this source and of its assets.
const Scheme = "s3"

// Options says where the objects are and how much of them to read. The zero
// value is good for the buckets of the account whose credentials are found where
// every AWS program finds them: environment, shared configuration, role of the
// machine or pod.
type Options struct {
	// Endpoint is the address of a server other than AWS; buckets are named in
	// the path of its URLs, and it is asked for roles too.
	Endpoint string
	// Region is used where a bucket's is not known; empty means that of the
	// configuration, or us-east-1.
	Region string

	// Accounts are the numbers of the accounts whose buckets are read; none
	// means the scanner's own.
	Accounts []string
	// Role is the role to assume in accounts that are not the scanner's: a name,
	// or an ARN with {account} in place of the number.
	Role string
	// ExternalID is sent when the role is assumed; empty means the value of the
	// environment variable ASSAY_S3_EXTERNAL_ID, and if that is empty, none.
	ExternalID string
	// Session is how long a session with a role lasts (0: 1 hour; AWS allows 15
	// minutes to the maximum of the role), and Renew how long before its end it
	// is replaced (0: 5 minutes).
	Session, Renew time.Duration

	// Percent of a bucket's keys are drawn, but at least MinKeys and at most
	// MaxKeys. Zeros mean 1 %, 100 and 1000.
	Percent          float64
	MinKeys, MaxKeys int
	// Seed makes the drawing of keys; the same seed draws the same keys of an
	// unchanged bucket.
	Seed uint64

	// Ranges is the number of random places of an object to read from, where
	// the plan does not say (Plan.Starts); 0 means 32.
	Ranges int
	// RangeBytes is the most to read from each of them. Ranges times RangeBytes
	// is what is read of an object where the plan does not say (Plan.Bytes); 0
	// means 128 KiB, together 4 MiB.
	RangeBytes int64

	// RequesterPays agrees to pay for reading buckets whose owner does not.
	RequesterPays bool
}

// withDefaults puts in what the zero values stand for.
func (o Options) withDefaults() Options {
	o.Session = cmp.Or(o.Session, time.Hour)
	o.Renew = cmp.Or(o.Renew, 5*time.Minute)
	o.Percent = cmp.Or(o.Percent, 1)
	o.MinKeys = cmp.Or(o.MinKeys, 100)
	o.MaxKeys = cmp.Or(o.MaxKeys, 1000)
	o.MinKeys = min(o.MinKeys, o.MaxKeys)
	o.Ranges = cmp.Or(o.Ranges, 32)
	o.RangeBytes = cmp.Or(o.RangeBytes, 128<<10)
	return o
}

// Source is the buckets of one or several accounts, or one bucket, or what is
// below a prefix in it; it implements assay.Source. Its methods may be called
// concurrently.
type Source struct {
	options   Options
	config    aws.Config
	transport *http.Transport
	bucket    string // empty for all
	prefix    string // of the keys

	mu      sync.Mutex
	own     string // the scanner's account, once it is known
	clients map[place]*client
	regions map[string]string // by bucket
}

var _ assay.Source = (*Source)(nil)

// Open prepares to read what a URI names; see parse for its options, which go
// before those in o. It makes no request. Its error is an *assay.Error.
//
//	s3://bucket/prefix?region=eu-west-1    the objects whose keys begin so
//	s3://                                  all buckets
func Open(ctx context.Context, uri string, o Options) (*Source, error) {
	s := &Source{options: o, clients: map[place]*client{}, regions: map[string]string{}}
	if err := s.parse(uri); err != nil {
		return nil, &assay.Error{Op: "open", Item: Scheme + " address", Reason: assay.ReasonUnsupported, Err: err,
			Hint: "write s3://bucket/prefix"}
	}
	s.options = s.options.withDefaults()
	var err error
	s.config, err = config.LoadDefaultConfig(ctx,
		config.WithLogger(logging.Nop{}), // errors are returned
		config.WithAppID("assay"))
	if err != nil {
		return nil, fail("open", s.target(), err)
	}
	s.transport = transportOf(s.config)
	s.config.HTTPClient = &http.Client{Transport: spared{s.transport}, CheckRedirect: asIs}
	s.config.Region = cmp.Or(s.options.Region, s.config.Region, "us-east-1")
	if s.options.Endpoint != "" {
		s.config.BaseEndpoint = &s.options.Endpoint
	}
	return s, nil
}

// transportOf returns a transport as the configuration wants it, with the
// certificates of AWS_CA_BUNDLE.
func transportOf(c aws.Config) *http.Transport {
	client, ok := c.HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		client = awshttp.NewBuildableClient()
	}
	t := client.GetTransport()
	t.ResponseHeaderTimeout = time.Minute
	return t
}

// spared waits for its turn ahead of each request (see assay.Request).
type spared struct{ transport http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (s spared) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := assay.Request(r.Context()); err != nil {
		return nil, err
	}
	return s.transport.RoundTrip(r)
}

// asIs leaves redirections to the SDK, which signs its requests for one host.
func asIs(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Close closes idle connections.
func (s *Source) Close() error {
	s.transport.CloseIdleConnections()
	return nil
}

// target returns what the source reads, for errors.
func (s *Source) target() string {
	if s.bucket == "" {
		return Scheme + "://"
	}
	return string(id(s.bucket, s.prefix))
}

// id returns the id of an object: s3://bucket/key. That of a bucket has an
// empty key.
func id(bucket, key string) assay.AssetID {
	u := url.URL{Scheme: Scheme, Host: bucket, Path: "/" + key}
	return assay.AssetID(u.String())
}

// locate returns the bucket and key that an id names, if they are the source's.
func (s *Source) locate(id assay.AssetID) (bucket, key string, err error) {
	u, err := url.Parse(string(id))
	if err != nil || u.Scheme != Scheme || u.Host == "" || len(u.Path) < 2 {
		return "", "", &assay.Error{Op: "locate", Reason: assay.ReasonUnsupported, Err: errors.New("not the id of an object")}
	}
	bucket, key = u.Host, u.Path[1:]
	if s.bucket != "" && bucket != s.bucket || !strings.HasPrefix(key, s.prefix) {
		return "", "", &assay.Error{Op: "locate", Reason: assay.ReasonDenied, Err: errors.New("the object is not below " + s.target())}
	}
	return bucket, key, nil
}
