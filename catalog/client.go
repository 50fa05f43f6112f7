package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"example.com/assay"

	"github.com/cenkalti/backoff/v5"
)

const (
	maxPage    = 16 << 20         // bytes of one answer
	askTries   = 5                // of one request
	askTimeout = 60 * time.Second // of one try
	longestAsk = 2 * time.Minute  // that a server may let us wait before the next try
)

// client asks a server for JSON.
type client struct {
	base  *url.URL
	token string
	http  *http.Client
}

// newClient returns a client for addresses below base. Redirects are not
// followed: the token is for that server.
func newClient(base, token string) (*client, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, errors.New("the catalogue's address is not of the form https://host/path")
	case u.User != nil:
		return nil, errors.New("the catalogue's address holds a user (set its token instead)")
	}
	u.RawQuery, u.Fragment = "", ""
	return &client{base: u, token: token, http: &http.Client{
		Timeout:       askTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// answer is what a server said.
type answer struct {
	etag      string
	unchanged bool // 304: there is no body
}

// get asks for base/path?query and reads the JSON of the answer into out. It asks
// again when the server is busy, or could not be reached.
func (c *client) get(ctx context.Context, path []string, query url.Values, have string, out any) (answer, error) {
	u := c.base.JoinPath(path...)
	u.RawQuery = query.Encode()
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = 200 * time.Millisecond
	e := (*assay.Error)(nil)
	a, err := backoff.Retry(ctx, func() (answer, error) {
		a, err := c.once(ctx, u, have, out)
		if err == nil {
			return a, nil
		}
		if errors.As(err, &e) && e.Reason != assay.ReasonUnavailable {
			return a, backoff.Permanent(err)
		}
		return a, err
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(askTries))
	if errors.As(err, &e) {
		return a, e // without what was meant for Retry
	}
	return a, err
}

func (c *client) once(ctx context.Context, u *url.URL, have string, out any) (a answer, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return a, c.fail(u, assay.ReasonUnsupported, err, "")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "assay")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if have != "" {
		req.Header.Set("If-None-Match", have)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return a, c.fail(u, reach(ctx), err, "")
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && have != "" {
		return answer{have, true}, nil
	}
	if resp.StatusCode != http.StatusOK {
		return a, c.status(u, resp)
	}
	body := &io.LimitedReader{R: resp.Body, N: maxPage + 1}
	decoder := json.NewDecoder(body)
	if err := decoder.Decode(out); err != nil {
		return a, c.undecoded(ctx, u, body, err)
	}
	return answer{etag: resp.Header.Get("ETag")}, nil
}

// reach is why a server was not reached.
func reach(ctx context.Context) assay.Reason {
	if ctx.Err() != nil {
		return assay.Explain(ctx.Err())
	}
	return assay.ReasonUnavailable
}

// undecoded is the error of a body that could not be read.
func (c *client) undecoded(ctx context.Context, u *url.URL, body *io.LimitedReader, err error) error {
	syntax, wrong := (*json.SyntaxError)(nil), (*json.UnmarshalTypeError)(nil)
	switch {
	case body.N == 0:
		return c.fail(u, assay.ReasonUnreadable, fmt.Errorf("the answer is longer than %d MiB", maxPage>>20), "answer in smaller pages")
	case errors.As(err, &wrong):
		return c.fail(u, assay.ReasonUnreadable, fmt.Errorf("%s is a JSON %s, want %s", wrong.Field, wrong.Value, wrong.Type), "see docs/catalog.md")
	case errors.As(err, &syntax):
		return c.fail(u, assay.ReasonUnreadable, errors.New("the answer is not JSON"), "is this the address of the catalogue?")
	}
	return c.fail(u, reach(ctx), err, "")
}

// status is the error of an answer that is none.
func (c *client) status(u *url.URL, resp *http.Response) error {
	cause := errors.New(resp.Status)
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return c.fail(u, assay.ReasonDenied, cause, "set the catalogue's token")
	case http.StatusNotFound, http.StatusGone:
		return c.fail(u, assay.ReasonVanished, cause, "")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		err := c.fail(u, assay.ReasonUnavailable, cause, "")
		if s, bad := strconv.Atoi(resp.Header.Get("Retry-After")); bad == nil && s > 0 && time.Duration(s)*time.Second <= longestAsk {
			return errors.Join(err, backoff.RetryAfter(s))
		}
		return err
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		return c.fail(u, assay.ReasonUnavailable, cause, "")
	}
	return c.fail(u, assay.ReasonUnsupported, cause, "is this the address of the catalogue?")
}

// fail is an error without the query, which may be long.
func (c *client) fail(u *url.URL, reason assay.Reason, err error, hint string) error {
	shown := *u
	shown.RawQuery = ""
	if e := (*url.Error)(nil); errors.As(err, &e) {
		err = e.Err
	}
	return &assay.Error{Op: "ask catalogue", Item: shown.String(), Reason: reason, Err: err, Hint: hint}
}
