package elasticsearch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/sources/elasticsearch"
	"example.com/assay/sources/sourcetest"
)

// cluster is the administrator's side of a test cluster.
type cluster struct {
	t       *testing.T
	address string // http://127.0.0.1:PORT
}

// doc is a JSON object.
type doc = map[string]any

func newCluster(t *testing.T) cluster {
	return cluster{t, testserver.Elasticsearch(t)}
}

// host is what stands in URIs.
func (c cluster) host() string { return strings.TrimPrefix(c.address, "http://") }

// do sends a request and returns the answer's JSON.
func (c cluster) do(method, path string, body []byte) doc {
	c.t.Helper()
	// Also called when the test is over.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.t.Context()), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, c.address+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Close = true // leave no connection open behind the test
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var out doc
	if err := json.Unmarshal(text, &out); err != nil || response.StatusCode >= 300 {
		c.t.Fatalf("%s %s: %s %.500s", method, path, response.Status, text)
	}
	return out
}

var indices atomic.Int64

// name makes a name that no other test uses, from a beginning. What begins so is
// removed when the test ends.
func (c cluster) name(beginning string) string {
	name := fmt.Sprintf("%s%d-%d", beginning, time.Now().UnixNano()%1e6, indices.Add(1))
	name = strings.Map(func(r rune) rune { // no end that looks like a number of an index
		if r >= '0' && r <= '9' {
			return 'a' + r - '0'
		}
		return r
	}, name)
	c.t.Cleanup(func() { c.do("DELETE", "/"+name+"*?expand_wildcards=all&ignore_unavailable=true", nil) })
	return name
}

// create makes an index of one shard with the properties of its mapping.
func (c cluster) create(index string, properties doc) {
	c.t.Helper()
	settings := doc{"number_of_shards": 1, "number_of_replicas": 0}
	body, err := json.Marshal(doc{"settings": settings, "mappings": doc{"properties": properties}})
	if err != nil {
		c.t.Fatal(err)
	}
	c.do("PUT", "/"+index, body)
}

// put adds documents to an index, 10,000 a request.
func (c cluster) put(index string, n int, make func(i int) doc) {
	c.t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for i := range n {
		b.WriteString(`{"create":{}}` + "\n")
		if err := enc.Encode(make(i)); err != nil {
			c.t.Fatal(err)
		}
		if (i+1)%10_000 == 0 || i+1 == n {
			if answer := c.do("POST", "/"+index+"/_bulk", b.Bytes()); answer["errors"] != false {
				c.t.Fatalf("bulk: %.1000v", answer)
			}
			b.Reset()
		}
	}
	c.do("POST", "/"+index+"/_refresh", nil)
}

func open(t *testing.T, uri string, o elasticsearch.Options) *elasticsearch.Source {
	t.Helper()
	s, err := elasticsearch.Open(t.Context(), uri, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// list returns the assets by id, and the errors about assets or, with an empty
// id, about the listing.
func list(t *testing.T, s assay.Source) (map[assay.AssetID]assay.Asset, map[assay.AssetID]error) {
	t.Helper()
	assets, errs := map[assay.AssetID]assay.Asset{}, map[assay.AssetID]error{}
	for a, err := range s.Assets(t.Context()) {
		if err != nil {
			errs[a.ID] = err
			continue
		}
		assets[a.ID] = a
	}
	return assets, errs
}

// sample samples an asset and returns the values by field.
func sample(t *testing.T, s assay.Source, id assay.AssetID, plan assay.Plan) (map[string][]string, assay.Reading, error) {
	t.Helper()
	values := map[string][]string{}
	r, err := s.Sample(t.Context(), assay.Asset{ID: id}, plan, func(d assay.Datum) error {
		values[d.Field.Path] = append(values[d.Field.Path], string(d.Value))
		return nil
	})
	return values, r, err
}

func distinct(values []string) int {
	return len(slices.Compact(slices.Sorted(slices.Values(values))))
}

// The credentials of the conformance suite.
const (
	testUser     = "planted-user"
	testPassword = "planted-pass-word/7"
)

func TestConformance(t *testing.T) {
	c := newCluster(t)
	g := newGate(t, c.address)
	beginning := c.name("conformance-")
	sourcetest.Run(t, sourcetest.Options{
		Open: func(t *testing.T) assay.Source {
			s, err := elasticsearch.Open(t.Context(), "es://planted-user:planted-pass-word%2F7@"+g.host()+"/?index="+beginning+"*", elasticsearch.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
		Put: func(t *testing.T, name string, records []sourcetest.Record) assay.AssetID {
			c := cluster{t, c.address}
			index := beginning + "-" + name
			c.create(index, doc{"id": doc{"type": "integer"}, "name": doc{"type": "keyword"}, "note": doc{"type": "text"}})
			c.put(index, len(records), func(i int) doc {
				r := records[i]
				if r.Note == "" {
					return doc{"id": r.ID, "name": r.Name}
				}
				return doc{"id": r.ID, "name": r.Name, "note": r.Note}
			})
			return assay.AssetID("es://" + g.host() + "/" + index + "/undated")
		},
		Remove: func(t *testing.T, id assay.AssetID) {
			cluster{t, c.address}.do("DELETE", "/"+strings.Split(string(id), "/")[3], nil)
		},
		Deny:    func(t *testing.T, id assay.AssetID) { g.deny(strings.Split(string(id), "/")[3]) },
		Secrets: []string{testUser, testPassword},
	})
	g.onlyRead(t)
}
