package verifiers_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/internal/testserver"
	"example.com/assay/verifiers"
)

func client(t *testing.T, endpoints map[string]verifiers.Endpoint) *verifiers.Models {
	t.Helper()
	m, err := verifiers.NewModels(endpoints, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// person is a verifier that asks the real model.
const person = `{
	"element": "person_by_model", "title": "Person", "class": "identity", "doc": "A person's name, by a model.",
	"detect": {"model": "pii", "labels": ["GIVEN_NAME", "SURNAME"], "threshold": 0.6},
	"match": [
		"my colleague Margaret Thompson will call you back",
		{"text": "Señora López, aquí vive Margaret", "find": "Margaret"},
		{"text": "Margaret Thompson", "field": "contact"}
	],
	"noMatch": ["the shipment leaves the harbour at noon", {"text": "4711", "field": "qty"}]
}`

func TestModelExamples(t *testing.T) {
	def, err := verifiers.Parse("person_by_model.json", []byte(person))
	if err != nil {
		t.Fatal(err)
	}
	models := client(t, map[string]verifiers.Endpoint{"pii": {URL: testserver.Models(t)}})
	set := compile(t, []verifiers.Definition{def}, verifiers.Options{Models: models.Names()})
	failures, err := verifiers.Test(t.Context(), def, set, models)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failures {
		// The model reads a window of its own: a half of a text may look different
		// to it than the whole.
		if f.Where != "across the edge of a block" {
			t.Error(f)
		}
	}
	if u := models.Usage()["pii"]; u.Requests == 0 || u.Values == 0 || u.Bytes == 0 || u.Failures != 0 {
		t.Errorf("usage %+v", u)
	}
}

// The hits of a model become a finding of the field, with bytes as offsets.
func TestModelFinding(t *testing.T) {
	def, err := verifiers.Parse("person_by_model.json", []byte(person))
	if err != nil {
		t.Fatal(err)
	}
	models := client(t, map[string]verifiers.Endpoint{"pii": {URL: testserver.Models(t), Values: 2}})
	set := compile(t, []verifiers.Definition{def}, verifiers.Options{Models: models.Names()})
	field := set.Field(engine.FieldInfo{Field: assay.Field{Path: "note"}})
	var block engine.Block
	values := []string{"größe 12, bought by Margaret Thompson", "blue, large", "returned by Robert Miller in May", "no reason given", "express"}
	for _, v := range values {
		block.Append([]byte(v), 0, 0)
	}
	var result engine.Result
	if err := field.Scan(t.Context(), &block, &result); err != nil {
		t.Fatal(err)
	}
	if len(result.Pending) != len(values) {
		t.Fatalf("%d values are pending, want %d", len(result.Pending), len(values))
	}
	if down, err := models.Settle(t.Context(), field, &block, &result); err != nil || len(down) > 0 {
		t.Fatalf("down %v, error %v", down, err)
	}
	var names []string
	for _, h := range result.Hits {
		names = append(names, string(block.Value(h.Value)[h.Start:h.End]))
	}
	if diff := cmp.Diff([]string{"Margaret", "Thompson", "Robert", "Miller"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	field.Add(&block, &result)
	findings := field.Findings()
	if len(findings) != 1 || findings[0].Matched != 2 || findings[0].Sampled != len(values) {
		t.Errorf("findings: %+v", findings)
	}
	if u := models.Usage()["pii"]; u.Requests != 3 || u.Values != 5 {
		t.Errorf("5 values at 2 a request: %+v", u)
	}
}

// A rule asks the model only about the values that its cheap methods leave open.
func TestModelAsksOnlyWhatIsOpen(t *testing.T) {
	def := parse(t, "detect", `{"all": [{"regex": "\\bfrom\\b"}, {"model": "pii", "labels": ["GIVEN_NAME"]}]}`)
	models := client(t, map[string]verifiers.Endpoint{"pii": {URL: testserver.Models(t)}})
	set := compile(t, []verifiers.Definition{def}, verifiers.Options{Models: models.Names()})
	field := set.Field(engine.FieldInfo{Field: assay.Field{Path: "note"}})
	var block engine.Block
	for i := range 20 {
		block.Append(fmt.Appendf(nil, "parcel number %d", i), 0, 0)
	}
	block.Append([]byte("a parcel from Margaret"), 0, 0)
	var result engine.Result
	if err := field.Scan(t.Context(), &block, &result); err != nil {
		t.Fatal(err)
	}
	if _, err := models.Settle(t.Context(), field, &block, &result); err != nil {
		t.Fatal(err)
	}
	if u := models.Usage()["pii"]; u.Values != 1 {
		t.Errorf("sent %d values, want 1", u.Values)
	}
	if len(result.Hits) == 0 {
		t.Error("found nothing")
	}
}

func TestModelNames(t *testing.T) {
	models := client(t, map[string]verifiers.Endpoint{"named": {URL: testserver.Models(t)}})
	answers, err := models.Infer(t.Context(), "named", []verifiers.Input{
		{Value: []byte("nickname"), Field: "user.nickname", Asset: "mysql://h/shop"},
		{Value: []byte("shop stock"), Field: "x", Asset: "mysql://h/shop"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []engine.Answer{{Value: 0, Score: 1}, {Value: 1, Score: 0.5}}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestModelBytes(t *testing.T) {
	models := client(t, map[string]verifiers.Endpoint{"media": {URL: testserver.Models(t)}, "pii": {URL: testserver.Models(t)}})
	image := verifiers.Input{Value: []byte("\x89PNG\r\n\x1a\n\x00\xff"), MediaType: "image/png"}
	answers, err := models.Infer(t.Context(), "media", []verifiers.Input{{Value: []byte("GIF8"), MediaType: "image/png"}, image})
	if err != nil {
		t.Fatal(err)
	}
	want := []engine.Answer{{Value: 1, Label: "MAGIC", End: 4, Score: 1}}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if _, err := models.Infer(t.Context(), "pii", []verifiers.Input{image}); err == nil || assay.Explain(err) != assay.ReasonEndpoint {
		t.Errorf("an image for a model of text: error %v", err)
	}
}

// Bytes that are no UTF-8 do not move the offsets of what comes after them.
func TestModelInvalidText(t *testing.T) {
	models := client(t, map[string]verifiers.Endpoint{"pii": {URL: testserver.Models(t)}})
	value := []byte("\xff\xfe\xff signed by Margaret Thompson")
	answers, err := models.Infer(t.Context(), "pii", []verifiers.Input{{Value: value}})
	if err != nil {
		t.Fatal(err)
	}
	if len(answers) == 0 || string(value[answers[0].Start:answers[0].End]) != "Margaret" {
		t.Errorf("answers %+v", answers)
	}
}

func TestModelServerGoesDown(t *testing.T) {
	url, stop := testserver.ModelsUntil(t)
	def, err := verifiers.Parse("person_by_model.json", []byte(person))
	if err != nil {
		t.Fatal(err)
	}
	models := client(t, map[string]verifiers.Endpoint{"pii": {URL: url, Tries: 2}})
	set := compile(t, []verifiers.Definition{def}, verifiers.Options{Models: models.Names()})
	settle := func() (int, []string) {
		t.Helper()
		field := set.Field(engine.FieldInfo{Field: assay.Field{Path: "note"}})
		var block engine.Block
		block.Append([]byte("ask Margaret Thompson"), 0, 0)
		var result engine.Result
		if err := field.Scan(t.Context(), &block, &result); err != nil {
			t.Fatal(err)
		}
		down, err := models.Settle(t.Context(), field, &block, &result)
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Pending) > 0 {
			t.Errorf("%d judgements still wait", len(result.Pending))
		}
		return len(result.Hits), down
	}
	if hits, down := settle(); hits == 0 || len(down) > 0 {
		t.Fatalf("before: %d hits, down %v", hits, down)
	}
	stop()
	if hits, down := settle(); hits != 0 || len(down) != 1 || down[0] != "pii" {
		t.Errorf("after: %d hits, down %v", hits, down)
	}
	if u := models.Usage()["pii"]; u.Failures != 2 || u.LastErr == nil || strings.Contains(u.LastErr.Error(), "Margaret") {
		t.Errorf("usage %+v", u)
	}
}

func TestModelConcurrently(t *testing.T) {
	models := client(t, map[string]verifiers.Endpoint{"named": {URL: testserver.Models(t)}})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			name := fmt.Sprintf("column%d", i)
			for range 10 {
				answers, err := models.Infer(t.Context(), "named", []verifiers.Input{{Value: []byte(name), Field: name}, {Value: []byte("else"), Field: name}})
				if err != nil || len(answers) != 2 || answers[0].Score != 1 || answers[1].Score != 0 {
					t.Errorf("answers %v, error %v", answers, err)
				}
			}
		})
	}
	group.Wait()
	if u := models.Usage()["named"]; u.Requests != 80 || u.Values != 160 {
		t.Errorf("usage %+v", u)
	}
}

func TestNewModelsRefuses(t *testing.T) {
	for _, url := range []string{"", "localhost:8080", "ftp://h/", "http://user:hunter2@h/", "http://h/?token=hunter2", "http:///x"} {
		_, err := verifiers.NewModels(map[string]verifiers.Endpoint{"m": {URL: url}}, nil)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error %v", url, err)
		}
	}
}

func TestModelNotConfigured(t *testing.T) {
	def, err := verifiers.Parse("person_by_model.json", []byte(person))
	if err != nil {
		t.Fatal(err)
	}
	set, err := verifiers.Compile([]verifiers.Definition{def, parse(t, "off", "false")}, verifiers.Options{})
	if err == nil || !strings.Contains(err.Error(), `$.detect: no model is called "pii"`) {
		t.Errorf("error %v", err)
	}
	if len(set.Rules()) != 1 {
		t.Errorf("%d rules, want that of the definition that is right", len(set.Rules()))
	}
}
