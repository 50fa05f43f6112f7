package verifiers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"example.com/assay"
	"example.com/assay/engine"
)

// endpoint is one model endpoint with what is known of it.
type endpoint struct {
	Endpoint
	name    string
	client  *http.Client
	base    *url.URL // …/v2/models/NAME
	breaker breaker
	usage   usage
	takes   atomic.Pointer[tensors] // from the model's metadata, once it has answered
}

func (e *endpoint) fail(err error) error {
	return &assay.Error{Op: "ask model", Item: e.name, Reason: assay.ReasonEndpoint, Err: err}
}

// batch returns how many of the inputs go into the next request.
func (e *endpoint) batch(inputs []Input) (int, error) {
	bytes := 0
	for i, in := range inputs {
		bytes += len(in.Value)
		if bytes > e.Bytes || i == e.Values {
			if i == 0 {
				return 0, fmt.Errorf("a value of %d bytes is over the limit of %d", bytes, e.Bytes)
			}
			return i, nil
		}
	}
	return len(inputs), nil
}

// infer asks about one batch: again after failures that may pass, and not at all
// while the endpoint is left alone.
func (e *endpoint) infer(ctx context.Context, inputs []Input) ([]engine.Answer, error) {
	if err := e.breaker.enter(time.Now()); err != nil {
		return nil, err
	}
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = firstWait, longestWait
	answers, err := backoff.Retry(ctx, func() ([]engine.Answer, error) {
		return e.try(ctx, inputs)
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(uint(e.Tries)))
	e.breaker.leave(time.Now(), err == nil, ctx.Err() != nil)
	if permanent := (*backoff.PermanentError)(nil); errors.As(err, &permanent) {
		err = permanent.Unwrap()
	}
	return answers, err
}

// The waits between two tries.
const (
	firstWait   = 200 * time.Millisecond
	longestWait = 5 * time.Second
)

func (e *endpoint) try(ctx context.Context, inputs []Input) ([]engine.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	takes, err := e.tensors(ctx)
	if err != nil {
		return nil, err
	}
	body, err := takes.encode(inputs)
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	answer, err := e.do(ctx, http.MethodPost, e.base.JoinPath("infer"), body)
	if err != nil {
		e.usage.add(inputs, err)
		return nil, err
	}
	answers, err := decodeAnswers(answer, inputs)
	e.usage.add(inputs, err)
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	return answers, nil
}

// tensors asks the model's metadata which tensors it takes, until it answers.
func (e *endpoint) tensors(ctx context.Context) (*tensors, error) {
	if t := e.takes.Load(); t != nil {
		return t, nil
	}
	answer, err := e.do(ctx, http.MethodGet, e.base, nil)
	if err != nil {
		e.usage.add(nil, err)
		return nil, err
	}
	t, err := decodeTensors(answer)
	if err != nil {
		e.usage.add(nil, err)
		return nil, backoff.Permanent(err)
	}
	e.takes.Store(t)
	return t, nil
}

// maxAnswer is the most bytes of an answer.
const maxAnswer = 64 << 20

// do sends one request and returns the body of a good answer. Errors say nothing
// of the body of a bad one, which may repeat sampled content.
func (e *endpoint) do(ctx context.Context, method string, u *url.URL, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, u.String(), bodyReader(body))
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	for key, values := range e.Header {
		request.Header[http.CanonicalHeaderKey(key)] = values
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := e.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, judgeStatus(response)
	}
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if len(answer) > maxAnswer {
		return nil, backoff.Permanent(fmt.Errorf("the answer is longer than %d bytes", maxAnswer))
	}
	return answer, nil
}

// judgeStatus returns the error of an answer that is not OK: one that may pass
// when the server is overloaded or broken, else a permanent one.
func judgeStatus(response *http.Response) error {
	err := fmt.Errorf("the server answers %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	if response.StatusCode != http.StatusTooManyRequests && response.StatusCode < 500 {
		return backoff.Permanent(err)
	}
	seconds, bad := strconv.Atoi(response.Header.Get("Retry-After"))
	if bad != nil || seconds <= 0 {
		return err
	}
	if wait := time.Duration(seconds) * time.Second; wait > longestWait {
		return backoff.Permanent(fmt.Errorf("%w and wants %v of rest", err, wait))
	}
	return fmt.Errorf("%w (%w)", err, backoff.RetryAfter(seconds))
}

// breaker keeps a failing endpoint from being asked: after maxFailures in a row
// it refuses for the cooldown, then lets one call through to try.
type breaker struct {
	cooldown time.Duration

	mu       sync.Mutex
	failures int
	until    time.Time // when it may be tried again
	trying   bool
}

const maxFailures = 3

var errLeftAlone = errors.New("the endpoint failed again and again and is left alone for a while")

func (b *breaker) enter(now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < maxFailures {
		return nil
	}
	if b.trying || now.Before(b.until) {
		return errLeftAlone
	}
	b.trying = true
	return nil
}

// leave notes how a call ended; one that was stopped from outside says nothing.
func (b *breaker) leave(now time.Time, ok, stopped bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trying = false
	switch {
	case ok:
		b.failures = 0
	case !stopped:
		b.failures++
		b.until = now.Add(b.cooldown)
	}
}
