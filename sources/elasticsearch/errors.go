package elasticsearch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"

	"example.com/assay"
)

// answer is an answer of the server that is an error.
type answer struct {
	status int
	kind   string // index_not_found_exception
}

func (a *answer) Error() string {
	if a.kind == "" {
		return fmt.Sprintf("the server answered with status %d", a.status)
	}
	return fmt.Sprintf("the server answered with status %d, %s", a.status, a.kind)
}

// kindForm is what a kind of error looks like. Reasons, which are sentences, are
// not repeated: they quote queries and content.
var kindForm = regexp.MustCompile(`^[a-z_]{1,64}$`)

// cause is what an answer means here.
type cause struct {
	reason assay.Reason
	hint   string
}

// kinds says what kinds of error mean, statuses what the other answers do.
var kinds = map[string]cause{
	"index_not_found_exception":        {assay.ReasonVanished, "check the name of the index"},
	"index_closed_exception":           {assay.ReasonUnsupported, "the index is closed; open it and scan it again"},
	"cluster_block_exception":          {assay.ReasonDenied, "the index, or the cluster, is blocked for reading"},
	"circuit_breaking_exception":       {assay.ReasonUnavailable, "the cluster has no memory left for the search; scan it later"},
	"es_rejected_execution_exception":  {assay.ReasonUnavailable, "the cluster is busy; scan it later"},
	"search_context_missing_exception": {assay.ReasonUnavailable, "the cluster has dropped the point in time of the scan; scan it again"},
	"too_many_buckets_exception":       {assay.ReasonUnsupported, "the cluster allows fewer buckets (search.max_buckets) than a page has"},
}

var statuses = map[int]cause{
	http.StatusUnauthorized:        {assay.ReasonDenied, "check user and password, ASSAY_ES_PASSWORD, or ASSAY_ES_API_KEY"},
	http.StatusForbidden:           {assay.ReasonDenied, "grant the privileges read and view_index_metadata on the indices"},
	http.StatusNotFound:            {assay.ReasonVanished, "is this an Elasticsearch server?"},
	http.StatusMethodNotAllowed:    {assay.ReasonUnsupported, "is this an Elasticsearch server, version 7.12 or later?"},
	http.StatusBadRequest:          {assay.ReasonUnsupported, "is this an Elasticsearch server, version 7.12 or later?"},
	http.StatusRequestTimeout:      {assay.ReasonTimeout, ""},
	http.StatusTooManyRequests:     {assay.ReasonUnavailable, "the cluster asks for fewer requests; scan it later"},
	http.StatusInternalServerError: {assay.ReasonUnavailable, "scan it later"},
	http.StatusBadGateway:          {assay.ReasonUnavailable, "scan it later"},
	http.StatusServiceUnavailable:  {assay.ReasonUnavailable, "not all shards answer; scan it later"},
	http.StatusGatewayTimeout:      {assay.ReasonUnavailable, "scan it later"},
}

// fail returns err as an *assay.Error about item, with the reason and the mend
// that follow from what the server or the network says.
func (s *Source) fail(op, item string, err error) error {
	if err == nil {
		return nil
	}
	out := &assay.Error{Op: op, Item: item, Reason: assay.Explain(err), Err: err}
	var known *assay.Error
	var said *answer
	var unknown *net.DNSError
	var network *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.Canceled):
		out.Err = context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		out.Err = context.DeadlineExceeded
	case errors.As(err, &known):
		out.Hint, out.Err = known.Hint, known.Err
	case errors.As(err, &said):
		c, ok := kinds[said.kind]
		if !ok {
			c = statuses[said.status]
		}
		out.Err, out.Hint = said, c.hint
		if c.reason != "" {
			out.Reason = c.reason
		}
	case errors.As(err, &unknown):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "check the name of the host", unknown
	case errors.As(err, &certificate):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "name the file of its authority by ?ca=", errors.New("the server's certificate cannot be verified")
	case errors.As(err, &network):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "is the server running, and may this host reach it?", network
	default:
		transportFailure(out, err)
	}
	return out
}

// transportFailure fills in what goes wrong where one side speaks TLS and the
// other does not, or the connection ends.
func transportFailure(out *assay.Error, err error) {
	switch text := err.Error(); {
	case strings.Contains(text, "gave HTTP response to HTTPS"), strings.Contains(text, "first record does not look like a TLS"):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "write ?tls=false if that is meant", errors.New("the server does not speak TLS")
	case strings.Contains(text, "malformed HTTP"):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "write ?tls=true if it speaks TLS", errors.New("the server does not speak HTTP")
	case strings.HasSuffix(text, "EOF"), strings.Contains(text, "connection reset"):
		out.Reason, out.Hint = assay.ReasonUnavailable, "the server closed the connection; if it speaks TLS, write ?tls=true"
		out.Err = errors.New("the connection ended")
	}
}
