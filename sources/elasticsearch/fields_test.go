package elasticsearch_test

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
	"example.com/assay/sources/elasticsearch"
)

func TestFields(t *testing.T) {
	c := newCluster(t)
	index := c.name("fields-")
	text := doc{"type": "text", "fields": doc{"keyword": doc{"type": "keyword", "ignore_above": 256}}}
	c.create(index, doc{
		"message": text, "user": doc{"properties": doc{"email": doc{"type": "keyword"}}},
		"orders": doc{"type": "nested", "properties": doc{"card": doc{"type": "keyword"}}},
		"labels": doc{"type": "flattened"}, "picture": doc{"type": "binary"}, "at": doc{"type": "geo_point"},
		"off": doc{"type": "object", "enabled": false}, "never": doc{"type": "ip"}, "count": doc{"type": "long"},
	})
	docs := []doc{
		{"message": `{"who":"a@example.com","list":[1,{"x":"y"}]}`, "user": doc{"email": "b@example.com"},
			"orders": []doc{{"card": "1"}, {"card": "2"}}, "labels": doc{"team": "red", "deep": doc{"er": "blue"}},
			"picture": base64.StdEncoding.EncodeToString([]byte("picture")), "at": doc{"lat": 1.5, "lon": 2}, "off": doc{"hidden": "h"}, "count": 12345678901234567},
		{"message": "plain", "user.email": "c@example.com", "orders": doc{"card": "3"}, "labels": doc{"d@example.com": "green"},
			"count": nil, "new": true, "user2": []string{"", "x"}},
		{"message": strings.Repeat("é", 50_000)},
	}
	c.put(index, len(docs), func(i int) doc { return docs[i] })
	s := open(t, "es://"+c.host()+"/?index="+index, elasticsearch.Options{})
	stem := strings.TrimSuffix(index, "-")
	values, r, err := sample(t, s, assay.AssetID("es://"+c.host()+"/"+stem+"/undated"), assay.Plan{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	long := values["message"]
	values["message"] = nil
	for _, v := range long {
		if len(v) > 64<<10 {
			t.Errorf("a value of %d bytes came", len(v))
		}
		values["message"] = append(values["message"], v[:min(5, len(v))])
	}
	want := map[string][]string{
		"message": {"plain", "éé\xc3"}, "message.$.who": {"a@example.com"}, "message.$.list[*]": {"1"}, "message.$.list[*].x": {"y"},
		"user.email": {"b@example.com", "c@example.com"}, "orders.card": {"1", "2", "3"}, "labels.team": {"red"}, "labels.deep.er": {"blue"},
		"labels.*~": {"d@example.com"}, "labels.*": {"green"}, "at.lat": {"1.5"}, "at.lon": {"2"}, "off.hidden": {"h"},
		"count": {"12345678901234567"}, "new": {"true"}, "user2": {"x"},
	}
	for _, v := range values {
		slices.Sort(v)
	}
	for _, v := range want {
		slices.Sort(v)
	}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	readings := map[string]assay.FieldReading{}
	for _, f := range r.Fields {
		readings[f.Field.Path] = f
	}
	for path, want := range map[string]assay.FieldReading{
		"never":      {Field: assay.Field{Path: "never", Type: "ip"}, Empty: 3, Status: assay.StatusScanned},
		"user.email": {Field: assay.Field{Path: "user.email", Type: "keyword"}, Sampled: 2, Empty: 1, Status: assay.StatusScanned},
		"picture": {Field: assay.Field{Path: "picture", Type: "binary"}, Empty: 2, Status: assay.StatusNotExamined, Reason: assay.ReasonBinary,
			Detail: "values of type binary are not read"},
		"message": {Field: assay.Field{Path: "message", Type: "text"}, Sampled: 2, Status: assay.StatusPartial, Reason: assay.ReasonBudget,
			Detail: "of 1 values only the first 65536 bytes were read"},
	} {
		if diff := cmp.Diff(want, readings[path]); diff != "" {
			t.Errorf("reading of %s (-want +got):\n%s", path, diff)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(readings)) {
		if strings.Contains(path, "@") || strings.Contains(path, "keyword") {
			t.Errorf("there is a field %s", path)
		}
	}
}

// TestNoSource is about an index that keeps no documents, only what was indexed.
func TestNoSource(t *testing.T) {
	c := newCluster(t)
	index := c.name("nosource")
	c.do("PUT", "/"+index, []byte(`{"mappings":{"_source":{"enabled":false}}}`))
	c.put(index, 1, func(int) doc { return doc{"message": "x"} })
	s := open(t, "es://"+c.host()+"/?index="+index, elasticsearch.Options{})
	_, r, err := sample(t, s, assay.AssetID("es://"+c.host()+"/"+index+"/undated"), assay.Plan{})
	if assay.Explain(err) != assay.ReasonUnsupported || r.Design.Method == assay.DesignCensus {
		t.Errorf("%+v, %v", r.Design, err)
	}
	for _, f := range r.Fields {
		if f.Status == assay.StatusScanned {
			t.Errorf("%s is %s", f.Field.Path, f.Status)
		}
	}
}
