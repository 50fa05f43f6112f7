package elasticsearch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/elastic/go-elasticsearch/v8/esapi"

	"example.com/assay"
)

// object is a JSON object of a request.
type object = map[string]any

// transport sends the requests of esapi to the cluster.
type transport struct{ *Source }

// Perform implements esapi.Transport.
func (s transport) Perform(r *http.Request) (*http.Response, error) {
	if err := assay.Request(r.Context()); err != nil {
		return nil, err
	}
	r.URL.Scheme, r.URL.Host = s.base.Scheme, s.base.Host
	switch {
	case s.options.APIKey != "":
		r.Header.Set("Authorization", "ApiKey "+s.options.APIKey)
	case s.options.User != "":
		r.SetBasicAuth(s.options.User, s.options.Password)
	}
	r.Header.Set("User-Agent", "assay")
	return s.client.Do(r)
}

// meter counts the bytes of answers, and where it has a limit ends the reading
// of one that goes beyond.
type meter struct {
	read, limit int64 // limit 0 is none
}

// errBudget ends the reading when the plan's bytes are spent.
var errBudget = errors.New("byte budget spent")

// metered is an answer's body under a meter.
type metered struct {
	body io.Reader
	m    *meter
	hard bool // end at the limit
}

func (b *metered) Read(p []byte) (int, error) {
	if b.hard && b.m.limit > 0 {
		if b.m.read >= b.m.limit {
			return 0, errBudget
		}
		p = p[:min(int64(len(p)), b.m.limit-b.m.read)]
	}
	n, err := b.body.Read(p)
	b.m.read += int64(n)
	return n, err
}

// call sends a request and decodes its answer into out, where that is not nil.
func (s *Source) call(ctx context.Context, m *meter, r esapi.Request, out any) error {
	body, err := s.ask(ctx, r)
	if err != nil {
		return err
	}
	defer body.Close()
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(&metered{body: body, m: m}).Decode(out); err != nil {
		return decoding(ctx, err)
	}
	return nil
}

// ask sends a request and returns the body of its answer if that is none of an
// error.
func (s *Source) ask(ctx context.Context, r esapi.Request) (io.ReadCloser, error) {
	response, err := r.Do(ctx, transport{s})
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	if response.IsError() {
		defer response.Body.Close()
		return nil, answerOf(response)
	}
	if response.Header.Get("X-Elastic-Product") != "Elasticsearch" {
		response.Body.Close()
		return nil, &assay.Error{Reason: assay.ReasonUnsupported, Err: errors.New("the server does not say that it is Elasticsearch"),
			Hint: "this source is for Elasticsearch 7.14 and later"}
	}
	return response.Body, nil
}

// longestError is how much of an answer that is an error is read.
const longestError = 64 << 10

func answerOf(response *esapi.Response) error {
	out := &answer{status: response.StatusCode}
	var said struct {
		Error struct {
			Type      string `json:"type"`
			RootCause []struct {
				Type string `json:"type"`
			} `json:"root_cause"`
		} `json:"error"`
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, longestError))
	if err != nil || json.Unmarshal(text, &said) != nil {
		return out // the status says enough
	}
	out.kind = said.Error.Type
	if _, known := kinds[out.kind]; !known && len(said.Error.RootCause) > 0 {
		out.kind = said.Error.RootCause[0].Type
	}
	if !kindForm.MatchString(out.kind) {
		out.kind = ""
	}
	return out
}

// decoding is the error of an answer that could not be read to its end.
func decoding(ctx context.Context, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &assay.Error{Reason: assay.ReasonUnavailable, Err: errors.New("the server's answer ended early"), Hint: "scan it later"}
	case errors.As(err, &syntax), errors.As(err, &kind): // these quote the answer
		return &assay.Error{Reason: assay.ReasonUnreadable, Err: errors.New("the server's answer cannot be understood"), Hint: "is this an Elasticsearch server?"}
	}
	return err
}

// body makes the body of a request.
func body(v object) io.Reader {
	b, err := json.Marshal(v)
	if err != nil { // nothing in a request can have it fail
		return failing{err}
	}
	return bytes.NewReader(b)
}

// failing is a reader that fails.
type failing struct{ error }

func (e failing) Read([]byte) (int, error) { return 0, e.error }

// search sends a search and hands over the elements of the array at path in its
// answer one by one, so that the answer is never held as a whole. rest gets the
// members of the answer beside the path.
func (s *Source) search(ctx context.Context, m *meter, r esapi.SearchRequest, path []string, element func(*json.Decoder) error) (rest map[string]json.RawMessage, err error) {
	answer, err := s.ask(ctx, r)
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	w := walk{dec: json.NewDecoder(&metered{body: answer, m: m, hard: true}), element: element, rest: map[string]json.RawMessage{}}
	w.dec.UseNumber()
	if err := w.object(path, ""); err != nil {
		return w.rest, decoding(ctx, err)
	}
	if slices.Equal(w.rest["timed_out"], []byte("true")) {
		return w.rest, &assay.Error{Reason: assay.ReasonTimeout, Err: errors.New("the search ended at its time limit"), Hint: "allow a longer timeout"}
	}
	return w.rest, nil
}

// walk goes through one answer.
type walk struct {
	dec     *json.Decoder
	element func(*json.Decoder) error
	rest    map[string]json.RawMessage // by path, such as aggregations.points.after_key
}

// object reads an object whose member path[0] leads to the array.
func (w *walk) object(path []string, at string) error {
	if err := w.expect('{'); err != nil {
		return err
	}
	for w.dec.More() {
		token, err := w.dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		switch {
		case name != path[0]:
			var v json.RawMessage
			if err = w.dec.Decode(&v); err == nil {
				w.rest[at+name] = v
			}
		case len(path) == 1:
			err = w.array()
		default:
			err = w.object(path[1:], at+name+".")
		}
		if err != nil {
			return err
		}
	}
	return w.expect('}')
}

func (w *walk) array() error {
	if err := w.expect('['); err != nil {
		return err
	}
	for w.dec.More() {
		if err := w.element(w.dec); err != nil {
			return err
		}
	}
	return w.expect(']')
}

func (w *walk) expect(want json.Delim) error {
	token, err := w.dec.Token()
	if err != nil {
		return err
	}
	if token != want {
		return &assay.Error{Reason: assay.ReasonUnreadable, Err: fmt.Errorf("the server's answer has no %v where one belongs", want)}
	}
	return nil
}
