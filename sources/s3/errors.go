package s3

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"example.com/assay"
)

// causes says what the codes of S3 and STS mean here
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
var causes = map[string]struct {
	reason assay.Reason
	hint   string
}{
	"AccessDenied":          {assay.ReasonDenied, "grant s3:GetObject and s3:ListBucket; if the bucket is requester-pays, write ?requester-pays=true"},
	"AllAccessDisabled":     {assay.ReasonDenied, "the owner of the bucket has disabled all access"},
	"ExpiredToken":          {assay.ReasonDenied, "the credentials have expired; renew them"},
	"InvalidAccessKeyId":    {assay.ReasonDenied, "check the credentials"},
	"InvalidClientTokenId":  {assay.ReasonDenied, "check the credentials"},
	"InvalidToken":          {assay.ReasonDenied, "check the credentials"},
	"SignatureDoesNotMatch": {assay.ReasonDenied, "check the credentials"},
	"AccountProblem":        {assay.ReasonDenied, "AWS has a problem with the account"},
	"NoSuchKey":             {assay.ReasonVanished, ""},
	"NoSuchBucket":          {assay.ReasonVanished, "check the name of the bucket"},
	"NoSuchVersion":         {assay.ReasonVanished, ""},
	"PreconditionFailed":    {assay.ReasonVanished, "the object was replaced while it was read; scan it again"},
	"InvalidObjectState":    {assay.ReasonUnsupported, "the object is archived; restore it and scan it again"},
	"PermanentRedirect":     {assay.ReasonUnavailable, "the bucket is in another region; write ?region="},
	"SlowDown":              {assay.ReasonUnavailable, "S3 asks for fewer requests; scan it later"},
	"ServiceUnavailable":    {assay.ReasonUnavailable, "scan it later"},
	"InternalError":         {assay.ReasonUnavailable, "scan it later"},
	"RequestTimeout":        {assay.ReasonUnavailable, "scan it later"},
	"NotImplemented":        {assay.ReasonUnsupported, ""},
}

// statuses is causes for answers without a code that is known: those to HEAD
// requests have no body.
var statuses = map[int]string{
	http.StatusForbidden:           "AccessDenied",
	http.StatusUnauthorized:        "AccessDenied",
	http.StatusNotFound:            "NoSuchKey",
	http.StatusPreconditionFailed:  "PreconditionFailed",
	http.StatusMovedPermanently:    "PermanentRedirect",
	http.StatusTooManyRequests:     "SlowDown",
	http.StatusServiceUnavailable:  "ServiceUnavailable",
	http.StatusInternalServerError: "InternalError",
}

// fail returns err as an *assay.Error about item, with the reason and the mend
// that follow from what S3 or the network says. What S3 says is not repeated
// word for word: it quotes access keys and role sessions.
func fail(op, item string, err error) error {
	if err == nil {
		return nil
	}
	out := &assay.Error{Op: op, Item: item, Reason: assay.Explain(err), Err: err}
	var known *assay.Error
	var answer smithy.APIError
	var unknown *net.DNSError
	var network *net.OpError
	switch {
	case errors.Is(err, context.Canceled):
		out.Err = context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		out.Err = context.DeadlineExceeded
	case errors.As(err, &known):
		out.Hint, out.Err = known.Hint, known.Err
		if known.Err == nil {
			out.Err = errors.New(cmp.Or(known.Item, string(known.Reason)))
		}
	case errors.As(err, &answer):
		explain(out, answer)
	case errors.As(err, &unknown):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "check the endpoint and the region", unknown
	case errors.As(err, &network):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "may this host reach it?", network
	case strings.Contains(err.Error(), "get credentials"):
		out.Reason, out.Err = assay.ReasonDenied, errors.New("no credentials found")
		out.Hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
	}
	return out
}

// explain fills in what an answer of S3 or STS means.
func explain(out *assay.Error, answer smithy.APIError) {
	code, status := answer.ErrorCode(), statusOf(out.Err)
	cause, ok := causes[code]
	if !ok {
		cause, ok = causes[statuses[status]]
	}
	if !ok {
		cause.reason = assay.ReasonUnreadable
	}
	role := isRole(out.Err)
	switch {
	case role && cause.reason == assay.ReasonDenied:
		cause.hint = "the role must exist, trust the scanner and ask for this external id, and the scanner must be allowed sts:AssumeRole on it"
	case strings.HasPrefix(code, "KMS."), strings.Contains(answer.ErrorMessage(), "kms:"):
		cause.reason, cause.hint = assay.ReasonDenied, "grant kms:Decrypt on the key that encrypts the object, and see that the key is enabled"
	case code == "InvalidRequest" && strings.Contains(answer.ErrorMessage(), "Server Side Encryption"):
		cause.reason, cause.hint = assay.ReasonEncrypted, "the object is encrypted by a key that its writer keeps (SSE-C)"
	}
	out.Reason, out.Hint = cause.reason, cause.hint
	service := "S3"
	if role {
		service = "STS"
	}
	out.Err = fmt.Errorf("%s answers %s (status %d)", service, code, status)
}

// isRole reports whether an error is of STS, whose requests can be part of those
// to S3.
func isRole(err error) bool {
	for operation := (*smithy.OperationError)(nil); errors.As(err, &operation); err = operation.Err {
		if operation.ServiceID == sts.ServiceID {
			return true
		}
	}
	return false
}

// statusOf returns the status of the HTTP answer in an error, 0 if there is none.
func statusOf(err error) int {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}
