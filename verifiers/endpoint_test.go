package verifiers_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
	"example.com/assay/verifiers"
)

// fake is a server whose answers to infer are the test's; what it tests are
// answers that no good server gives.
func fake(t *testing.T, infer http.HandlerFunc) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v2/models/m", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"name": "m", "inputs": [{"name": "text", "datatype": "BYTES", "shape": [-1]}]}`)
	})
	mux.HandleFunc("POST /v2/models/m/infer", infer)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func TestModelRefusesAnswers(t *testing.T) {
	spans := func(list string) string {
		quoted, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		return `{"outputs": [{"name": "spans", "datatype": "BYTES", "shape": [1], "data": [` + string(quoted) + `]}]}`
	}
	tests := []struct{ name, answer, want string }{
		{"nothing", ``, "not JSON"},
		{"page", `<html>secret value</html>`, "not JSON"},
		{"no tensor", `{"outputs": []}`, "neither spans nor score"},
		{"other shape", `{"outputs": [{"name": "spans", "shape": [2], "data": ["[]", "[]"]}]}`, "has the shape [2] for 1 values"},
		{"too few", `{"outputs": [{"name": "spans", "shape": [1], "data": []}]}`, "0 lists of spans for 1 values"},
		{"too many scores", `{"outputs": [{"name": "score", "shape": [1], "data": [0.1, 0.2]}]}`, "2 scores for 1 values"},
		{"score above 1", `{"outputs": [{"name": "score", "shape": [1], "data": [1.5]}]}`, "not between 0 and 1"},
		{"spans as numbers", `{"outputs": [{"name": "spans", "shape": [1], "data": [1]}]}`, "not a list of strings"},
		{"spans not JSON", spans(`{"start"`), "not a JSON list"},
		{"behind the end", spans(`[{"start":0,"end":99,"label":"X","score":1}]`), "span 0 to 99"},
		{"negative", spans(`[{"start":-1,"end":2,"label":"X","score":1}]`), "span -1 to 2"},
		{"empty span", spans(`[{"start":2,"end":2,"label":"X","score":1}]`), "span 2 to 2"},
		{"inside a character", spans(`[{"start":0,"end":2,"label":"X","score":1}]`), "span 0 to 2"},
		{"no probability", spans(`[{"start":0,"end":1,"label":"X","score":-1}]`), "score -1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := fake(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, tt.answer) })
			models := client(t, map[string]verifiers.Endpoint{"m": {URL: url}})
			_, err := models.Infer(t.Context(), "m", []verifiers.Input{{Value: []byte("häuser, secret value")}})
			if err == nil || !strings.Contains(err.Error(), tt.want) || assay.Explain(err) != assay.ReasonEndpoint {
				t.Fatalf("error is %v, want one with %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats sampled content: %v", err)
			}
			if u := models.Usage()["m"]; u.Requests != 1 || u.Failures != 1 {
				t.Errorf("an answer that is wrong was asked for again: %+v", u)
			}
		})
	}
}

func TestModelStatus(t *testing.T) {
	const good = `{"outputs": [{"name": "score", "shape": [1], "data": [0.5]}]}`
	tests := []struct {
		name     string
		statuses []int // of the requests, the last for all further ones
		requests int64
		ok       bool
	}{
		{"overloaded once", []int{503, 200}, 2, true},
		{"too many requests", []int{429, 200}, 2, true},
		{"broken", []int{500}, 3, false},
		{"refused", []int{400}, 1, false},
		{"not allowed", []int{401}, 1, false},
		{"sent elsewhere", []int{307}, 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var count atomic.Int64
			elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a value was sent elsewhere") }))
			defer elsewhere.Close()
			url := fake(t, func(w http.ResponseWriter, r *http.Request) {
				i := min(int(count.Add(1)), len(tt.statuses)) - 1
				w.Header().Set("Location", elsewhere.URL)
				w.WriteHeader(tt.statuses[i])
				if tt.statuses[i] == 200 {
					io.WriteString(w, good)
					return
				}
				io.Copy(w, r.Body) // as some servers repeat what they were sent
			})
			models := client(t, map[string]verifiers.Endpoint{"m": {URL: url}})
			_, err := models.Infer(t.Context(), "m", []verifiers.Input{{Value: []byte("secret value")}})
			if (err == nil) != tt.ok || count.Load() != tt.requests {
				t.Errorf("%d requests, error %v", count.Load(), err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats sampled content: %v", err)
			}
		})
	}
}

// An endpoint that fails again and again is left alone, and then tried once.
func TestModelBreaker(t *testing.T) {
	var count atomic.Int64
	var healthy atomic.Bool
	url := fake(t, func(w http.ResponseWriter, _ *http.Request) {
		count.Add(1)
		if !healthy.Load() {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		io.WriteString(w, `{"outputs": [{"name": "score", "shape": [1], "data": [0.5]}]}`)
	})
	const cooldown = 300 * time.Millisecond
	models := client(t, map[string]verifiers.Endpoint{"m": {URL: url, Cooldown: cooldown}})
	ask := func() error {
		_, err := models.Infer(t.Context(), "m", []verifiers.Input{{Value: []byte("x")}})
		return err
	}
	for range 10 {
		if ask() == nil {
			t.Fatal("no error")
		}
	}
	if count.Load() != 3 {
		t.Errorf("asked %d times, want 3", count.Load())
	}
	time.Sleep(cooldown)
	for range 2 {
		if ask() == nil {
			t.Fatal("no error")
		}
	}
	if count.Load() != 4 {
		t.Errorf("after the rest: asked %d times, want 4", count.Load())
	}
	healthy.Store(true)
	time.Sleep(cooldown)
	for range 3 {
		if err := ask(); err != nil {
			t.Errorf("the endpoint is well again: %v", err)
		}
	}
}

func TestModelTimeout(t *testing.T) {
	release := make(chan struct{})
	url := fake(t, func(w http.ResponseWriter, _ *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	models := client(t, map[string]verifiers.Endpoint{"m": {URL: url, Timeout: 50 * time.Millisecond, Tries: 2}})
	start := time.Now()
	_, err := models.Infer(t.Context(), "m", []verifiers.Input{{Value: []byte("x")}})
	if err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("after %v: error %v", time.Since(start), err)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := models.Infer(ctx, "m", []verifiers.Input{{Value: []byte("x")}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("stopped from outside: error %v", err)
	}
}

func TestModelByteCap(t *testing.T) {
	var sizes []int
	url := fake(t, func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Inputs []struct{ Data []string } }
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			t.Error(err)
		}
		n := len(q.Inputs[0].Data)
		sizes = append(sizes, n)
		fmt.Fprintf(w, `{"outputs": [{"name": "score", "shape": [%d], "data": [%s]}]}`, n, strings.TrimSuffix(strings.Repeat("0.5,", n), ","))
	})
	models := client(t, map[string]verifiers.Endpoint{"m": {URL: url, Bytes: 10}})
	inputs := []verifiers.Input{{Value: []byte("12345")}, {Value: []byte("12345")}, {Value: []byte("1")}, {Value: []byte("1234567890")}}
	answers, err := models.Infer(t.Context(), "m", inputs)
	if err != nil || len(answers) != 4 || answers[3].Value != 3 {
		t.Fatalf("answers %v, error %v", answers, err)
	}
	if diff := cmp.Diff([]int{2, 1, 1}, sizes); diff != "" {
		t.Errorf("values by request (-want +got):\n%s", diff)
	}
	if _, err := models.Infer(t.Context(), "m", []verifiers.Input{{Value: []byte("12345678901")}}); err == nil {
		t.Error("a value over the cap was sent")
	}
}
