package s3

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"example.com/assay"
)

// place is where a client's requests go.
type place struct {
	account string // empty for the scanner's own
	region  string
}

// client asks S3 in one account and region. The credentials of an account are
// shared by its clients of all regions, and by nobody else: the session with a
// role of account A is never used for account B. Besides, every request names
// the account that must own the bucket, so that S3 refuses one that went astray.
type client struct {
	*s3.Client
	credentials aws.CredentialsProvider
	owner       *string // the account that must own the bucket; nil where none was configured
	payer       types.RequestPayer
}

// client returns the client for an account and region. An account that was not
// configured is refused: a task must not decide whose role the scanner takes.
func (s *Source) client(ctx context.Context, account, region string) (*client, error) {
	if account != "" && !slices.Contains(s.options.Accounts, account) {
		return nil, &assay.Error{Op: "open", Item: "account " + account, Reason: assay.ReasonDenied,
			Err: errors.New("the account is not among those that this store is configured with")}
	}
	if account == "" && len(s.options.Accounts) == 1 {
		account = s.options.Accounts[0]
	}
	if account != "" {
		if err := s.whoAmI(ctx); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := place{account, cmp.Or(region, s.config.Region)}
	if c := s.clients[at]; c != nil {
		return c, nil
	}
	c := &client{credentials: s.credentials(account)}
	if c.credentials == nil {
		return nil, &assay.Error{Op: "open", Item: "account " + account, Reason: assay.ReasonDenied,
			Err: errors.New("it is not the scanner's account, and no role is configured"), Hint: "write ?role=NAME"}
	}
	if account != "" {
		c.owner = &account
	}
	if s.options.RequesterPays {
		c.payer = types.RequestPayerRequester
	}
	c.Client = s3.NewFromConfig(s.config, func(o *s3.Options) {
		o.Region, o.Credentials = at.region, c.credentials
		o.UsePathStyle = s.options.Endpoint != ""
		// A range has no checksum of its own to be held against.
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	})
	s.clients[at] = c
	return c, nil
}

// credentials returns those for an account, nil if there is no way into it.
func (s *Source) credentials(account string) aws.CredentialsProvider {
	if account == "" || account == s.own {
		return s.config.Credentials
	}
	for at, c := range s.clients {
		if at.account == account {
			return c.credentials
		}
	}
	if s.options.Role == "" {
		return nil
	}
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(s.config), roleOf(s.options.Role, account), func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName, o.Duration = "assay", s.options.Session
		if s.options.ExternalID != "" {
			o.ExternalID = &s.options.ExternalID
		}
	})
	return aws.NewCredentialsCache(provider, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = s.options.Renew })
}

// roleOf returns the ARN of the role in an account.
func roleOf(template, account string) string {
	if strings.HasPrefix(template, "arn:") {
		return strings.ReplaceAll(template, "{account}", account)
	}
	return fmt.Sprintf("arn:aws:iam::%s:role/%s", account, template)
}

// whoAmI finds out which account is the scanner's own. Everybody may ask that.
func (s *Source) whoAmI(ctx context.Context) error {
	s.mu.Lock()
	known := s.own != ""
	s.mu.Unlock()
	if known {
		return nil
	}
	out, err := sts.NewFromConfig(s.config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.own = aws.ToString(out.Account)
	s.mu.Unlock()
	return nil
}

// clientFor returns the client for a bucket, in the region where the bucket is.
func (s *Source) clientFor(ctx context.Context, account, bucket string) (*client, error) {
	c, err := s.client(ctx, account, "")
	if err != nil || s.options.Endpoint != "" {
		return c, err
	}
	s.mu.Lock()
	region := s.regions[bucket]
	s.mu.Unlock()
	if region == "" {
		if region, err = regionOf(ctx, c, bucket); err != nil {
			return nil, err
		}
		s.mu.Lock()
		s.regions[bucket] = region
		s.mu.Unlock()
	}
	return s.client(ctx, account, region)
}

// regionOf asks for the region of a bucket. S3 tells it even when it refuses
// the request, because it comes from the wrong region or has no right.
func regionOf(ctx context.Context, c *client, bucket string) (string, error) {
	out, err := c.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket, ExpectedBucketOwner: c.owner})
	if err == nil {
		return aws.ToString(out.BucketRegion), nil
	}
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) && answer.Response != nil {
		if region := answer.Response.Header.Get("X-Amz-Bucket-Region"); region != "" {
			return region, nil
		}
	}
	return "", err
}
