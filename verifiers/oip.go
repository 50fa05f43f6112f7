package verifiers

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"example.com/assay/engine"
)

// The wire form of the Open Inference Protocol v2, as far as it is needed here.

// tensor is a named list of values; Data is one of a few Go types.
type tensor struct {
	Name       string            `json:"name"`
	Datatype   string            `json:"datatype"`
	Shape      []int             `json:"shape"`
	Parameters map[string]string `json:"parameters,omitempty"`
	Data       []string          `json:"data"`
}

// tensors is the inputs that a model takes.
type tensors struct{ names []string }

// decodeTensors reads a model's metadata.
func decodeTensors(metadata []byte) (*tensors, error) {
	var m struct {
		Inputs []struct{ Name, Datatype string }
	}
	if err := json.Unmarshal(metadata, &m); err != nil {
		return nil, errors.New("the model's metadata is not JSON as the protocol has it")
	}
	t := &tensors{}
	content := 0
	for _, in := range m.Inputs {
		switch in.Name {
		case "text", "data":
			content++
		case "media_type", "field", "asset":
		default:
			return nil, fmt.Errorf("the model wants an input %q (known: text, data, media_type, field, asset)", in.Name)
		}
		if in.Datatype != "BYTES" {
			return nil, fmt.Errorf("the model's input %s is %s, want BYTES", in.Name, in.Datatype)
		}
		t.names = append(t.names, in.Name)
	}
	if content != 1 {
		return nil, errors.New("the model takes neither text nor data, or both")
	}
	return t, nil
}

// encode returns the request for the inputs.
func (t *tensors) encode(inputs []Input) ([]byte, error) {
	var request struct {
		Inputs []tensor `json:"inputs"`
	}
	for _, name := range t.names {
		out := tensor{Name: name, Datatype: "BYTES", Shape: []int{len(inputs)}, Data: make([]string, len(inputs))}
		if name == "data" {
			out.Parameters = map[string]string{"content_type": "base64"}
		}
		for i, in := range inputs {
			element, err := in.element(name)
			if err != nil {
				return nil, err
			}
			out.Data[i] = element
		}
		request.Inputs = append(request.Inputs, out)
	}
	return json.Marshal(request)
}

// element returns what an input holds for a tensor.
func (in Input) element(name string) (string, error) {
	switch name {
	case "field":
		return in.Field, nil
	case "asset":
		return string(in.Asset), nil
	case "media_type":
		if in.MediaType == "" {
			return "text/plain", nil
		}
		return in.MediaType, nil
	case "data":
		return base64.StdEncoding.EncodeToString(in.Value), nil
	}
	if in.MediaType != "" && !strings.HasPrefix(in.MediaType, "text/") {
		return "", fmt.Errorf("the model takes text, not %s", in.MediaType)
	}
	return validText(in.Value), nil
}

// validText returns a value with a question mark for each byte that is no UTF-8,
// which JSON cannot carry: offsets stay what they are.
func validText(value []byte) string {
	if utf8.Valid(value) {
		return string(value)
	}
	out := bytes.Clone(value)
	for i := 0; i < len(out); {
		r, size := utf8.DecodeRune(out[i:])
		if r == utf8.RuneError && size == 1 {
			out[i] = '?'
		}
		i += size
	}
	return string(out)
}

// decodeAnswers reads and checks the answer to a request for the inputs.
func decodeAnswers(answer []byte, inputs []Input) ([]engine.Answer, error) {
	var response struct {
		Outputs []struct {
			Name  string
			Shape []int
			Data  json.RawMessage
		}
	}
	if err := json.Unmarshal(answer, &response); err != nil {
		return nil, errors.New("the answer is not JSON as the protocol has it")
	}
	for _, out := range response.Outputs {
		if out.Name != "spans" && out.Name != "score" {
			continue
		}
		if size(out.Shape) != len(inputs) {
			return nil, fmt.Errorf("the tensor %s has the shape %v for %d values", out.Name, out.Shape, len(inputs))
		}
		if out.Name == "score" {
			return decodeScores(out.Data, len(inputs))
		}
		return decodeSpans(out.Data, inputs)
	}
	return nil, errors.New("the answer has neither spans nor score")
}

func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// decodeScores reads one score for each value as a whole.
func decodeScores(data []byte, n int) ([]engine.Answer, error) {
	var scores []float64
	if err := json.Unmarshal(data, &scores); err != nil {
		return nil, errors.New("the tensor score is not a list of numbers")
	}
	if len(scores) != n {
		return nil, fmt.Errorf("the answer has %d scores for %d values", len(scores), n)
	}
	answers := make([]engine.Answer, n)
	for i, s := range scores {
		if !isProbability(s) {
			return nil, fmt.Errorf("score %d is %v, not between 0 and 1", i, s)
		}
		answers[i] = engine.Answer{Value: i, Score: s}
	}
	return answers, nil
}

// decodeSpans reads a list of spans for each value.
func decodeSpans(data []byte, inputs []Input) ([]engine.Answer, error) {
	var lists []string
	if err := json.Unmarshal(data, &lists); err != nil {
		return nil, errors.New("the tensor spans is not a list of strings")
	}
	if len(lists) != len(inputs) {
		return nil, fmt.Errorf("the answer has %d lists of spans for %d values", len(lists), len(inputs))
	}
	var answers []engine.Answer
	for i, list := range lists {
		var spans []struct {
			Start, End int
			Label      string
			Score      float64
		}
		if err := json.Unmarshal([]byte(list), &spans); err != nil {
			return nil, fmt.Errorf("the spans of value %d are not a JSON list of start, end, label and score", i)
		}
		for _, s := range spans {
			if !isSpan(s.Start, s.End, inputs[i].Value) || !isProbability(s.Score) {
				return nil, fmt.Errorf("value %d of %d bytes: span %d to %d with the score %v is none", i, len(inputs[i].Value), s.Start, s.End, s.Score)
			}
			answers = append(answers, engine.Answer{Value: i, Label: s.Label, Start: s.Start, End: s.End, Score: s.Score})
		}
	}
	return answers, nil
}

func isProbability(f float64) bool { return !math.IsNaN(f) && f >= 0 && f <= 1 }

// isSpan reports whether start and end lie in the value, in order, and in a text
// not inside a character.
func isSpan(start, end int, value []byte) bool {
	if start < 0 || start >= end || end > len(value) {
		return false
	}
	return !utf8.Valid(value) || utf8.RuneStart(value[start]) && (end == len(value) || utf8.RuneStart(value[end]))
}

func bodyReader(body []byte) io.Reader {
	if body == nil {
		return nil
	}
	return bytes.NewReader(body)
}
