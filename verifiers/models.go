package verifiers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"example.com/assay"
	"example.com/assay/engine"
)

// Endpoint is a model behind the Open Inference Protocol v2
// (https://github.com/kserve/open-inference-protocol), as the configuration
// names it. Sampled values are sent to it and nowhere else: redirects are not
// followed. Zero limits stand for the defaults.
//
// The model's metadata says which tensors it takes. All are BYTES of shape [N],
// one element a value: text, or data (base64) with media_type; and field and
// asset for the names. It answers with one tensor of shape [N]: spans, BYTES,
// each a JSON list of {"start","end","label","score"} with offsets in bytes of
// UTF-8; or score, FP32, a probability for the value as a whole.
type Endpoint struct {
	URL      string        // of the server: http://127.0.0.1:8080
	Model    string        // its name there; empty: the name in definitions
	Header   http.Header   // sent with each request, such as Authorization
	Timeout  time.Duration // of one request; default 10 s
	Tries    int           // of one request; default 3
	Values   int           // the most values in one request; default 64
	Bytes    int           // the most bytes of values in one request; default 1 MiB. A longer value is not sent.
	Cooldown time.Duration // how long an endpoint that failed again and again is left alone; default 30 s
}

// The defaults of an Endpoint.
const (
	defaultTimeout  = 10 * time.Second
	defaultTries    = 3
	defaultValues   = 64
	defaultBytes    = 1 << 20
	defaultCooldown = 30 * time.Second
)

// Models asks model endpoints about values. It is safe for concurrent use and
// implements Settler.
type Models struct {
	endpoints map[string]*endpoint
}

// Usage counts what was sent to an endpoint.
type Usage struct {
	Requests int64 // answered or not, each try
	Values   int64 // sent, each try
	Bytes    int64 // of these values
	Failures int64 // requests that brought no answer that could be used
	LastErr  error // of the latest failure; holds no sampled content
}

// Input is one value to be judged.
type Input struct {
	Value     []byte
	MediaType string // empty: text
	Field     string // its path
	Asset     assay.AssetID
}

// NewModels returns the client of the endpoints, by the names that definitions
// give them. The client's transport is used as it is; nil stands for that of
// http.DefaultClient.
func NewModels(endpoints map[string]Endpoint, client *http.Client) (*Models, error) {
	if client == nil {
		client = http.DefaultClient
	}
	straight := *client
	straight.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	m := &Models{endpoints: make(map[string]*endpoint, len(endpoints))}
	var errs []error
	for _, name := range sortedKeys(endpoints) {
		e, err := newEndpoint(name, endpoints[name], &straight)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		m.endpoints[name] = e
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return m, nil
}

func newEndpoint(name string, e Endpoint, client *http.Client) (*endpoint, error) {
	u, err := url.Parse(e.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" {
		// Not the URL itself: a password may be in it.
		return nil, fmt.Errorf("model %s: the url is not http(s)://HOST/PATH without user and query (put credentials into a header)", name)
	}
	if e.Model == "" {
		e.Model = name
	}
	e.Timeout = orDefault(e.Timeout, defaultTimeout)
	e.Tries = orDefault(e.Tries, defaultTries)
	e.Values = orDefault(e.Values, defaultValues)
	e.Bytes = orDefault(e.Bytes, defaultBytes)
	e.Cooldown = orDefault(e.Cooldown, defaultCooldown)
	return &endpoint{
		Endpoint: e, name: name, client: client,
		base: u.JoinPath("v2", "models", e.Model), breaker: breaker{cooldown: e.Cooldown},
	}, nil
}

func orDefault[T int | time.Duration](v, fallback T) T {
	if v <= 0 {
		return fallback
	}
	return v
}

// Names returns the names of the endpoints, sorted, for Options.Models.
func (m *Models) Names() []string { return slices.Sorted(maps.Keys(m.endpoints)) }

// Usage returns what was sent to each endpoint since the start.
func (m *Models) Usage() map[string]Usage {
	usage := make(map[string]Usage, len(m.endpoints))
	for name, e := range m.endpoints {
		usage[name] = e.usage.read()
	}
	return usage
}

// usage is a Usage under a lock.
type usage struct {
	mu sync.Mutex
	u  Usage
}

func (c *usage) read() Usage {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.u
}

func (c *usage) add(inputs []Input, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.u.Requests++
	c.u.Values += int64(len(inputs))
	for _, in := range inputs {
		c.u.Bytes += int64(len(in.Value))
	}
	if err != nil {
		c.u.Failures++
		c.u.LastErr = err
	}
}

// Settle implements Settler: it asks the models for every value that is pending
// in out. Of a model that fails on any of them the values stay unjudged.
func (m *Models) Settle(ctx context.Context, field *engine.FieldScan, b *engine.Block, out *engine.Result) (down []string, err error) {
	asked := make(map[string]bool)
	for len(out.Pending) > 0 {
		name := out.Pending[0].Method.Name
		if asked[name] {
			return down, fmt.Errorf("model %s: judgements still wait for it after its answers", name)
		}
		asked[name] = true
		answers, err := m.ask(ctx, name, field.Info(), b, out.Pending)
		switch {
		case ctx.Err() != nil:
			return down, ctx.Err()
		case err != nil:
			field.Unsettled(name, out)
			down = append(down, name)
		default:
			field.Settle(b, out, name, answers)
		}
	}
	return down, nil
}

// ask sends each value that waits for a model to it, once.
func (m *Models) ask(ctx context.Context, name string, info engine.FieldInfo, b *engine.Block, pending []engine.Pending) ([]engine.Answer, error) {
	var values []int
	for _, p := range pending {
		if p.Method.Name == name {
			values = append(values, p.Value)
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)
	inputs := make([]Input, len(values))
	for i, v := range values {
		inputs[i] = Input{Value: b.Value(v), Field: info.Field.Path}
		if info.Asset != nil {
			inputs[i].Asset = info.Asset.ID
		}
	}
	answers, err := m.Infer(ctx, name, inputs)
	for i := range answers {
		answers[i].Value = values[answers[i].Value]
	}
	return answers, err
}

// Infer asks a model about values, in as many requests as its limits want. The
// answers' Value is the index of the input. An error means that some input got
// no answer; it carries assay.ReasonEndpoint and holds no sampled content.
func (m *Models) Infer(ctx context.Context, name string, inputs []Input) ([]engine.Answer, error) {
	e, ok := m.endpoints[name]
	if !ok {
		return nil, &assay.Error{Op: "ask model", Item: name, Reason: assay.ReasonEndpoint, Err: assay.ErrNotFound, Hint: "name it in the configuration"}
	}
	var all []engine.Answer
	for first := 0; first < len(inputs); {
		n, err := e.batch(inputs[first:])
		if err != nil {
			return nil, e.fail(err)
		}
		answers, err := e.infer(ctx, inputs[first:first+n])
		if err != nil {
			return nil, e.fail(err)
		}
		for _, a := range answers {
			a.Value += first
			all = append(all, a)
		}
		first += n
	}
	return all, nil
}
