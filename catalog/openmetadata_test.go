package catalog

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/catalog/catalogtest"
	"example.com/assay/internal/testserver"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// omWorld is the fixture: entities by their lists.
type omWorld struct {
	Services  []json.RawMessage `json:"services"`
	Databases []json.RawMessage `json:"databases"`
	Tables    []json.RawMessage `json:"tables"`
}

func omFixture(t *testing.T) (w omWorld) {
	t.Helper()
	text, err := os.ReadFile("testdata/openmetadata.json")
	if err == nil {
		err = json.Unmarshal(text, &w)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// The fixture is what a server could answer: OpenMetadata's own schemas say so.
func TestOpenMetadataFixture(t *testing.T) {
	folder := testserver.OpenMetadataSchemas(t)
	w := omFixture(t)
	for schema, entities := range map[string][]json.RawMessage{"DatabaseService": w.Services, "Database": w.Databases, "Table": w.Tables} {
		compiled, err := jsonschema.NewCompiler().Compile(filepath.Join(folder, schema+".json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entities {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(e)))
			if err == nil {
				err = compiled.Validate(value)
			}
			if err != nil {
				t.Errorf("%s: %v\n%s", schema, err, e)
			}
		}
		if err := compiled.Validate(map[string]any{"name": "no id"}); err == nil {
			t.Errorf("the schema of %s accepts anything", schema)
		}
	}
}

// omServer is a double of OpenMetadata: it answers from the fixture, one entity a
// page, to requests as its documentation has them.
func omServer(t *testing.T, w omWorld) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/services/databaseServices", omList(w.Services, "", ""))
	mux.HandleFunc("GET /api/v1/services/databaseServices/name/{name}", func(out http.ResponseWriter, r *http.Request) {
		for _, s := range w.Services {
			if strings.Contains(string(s), `"fullyQualifiedName": "`+r.PathValue("name")+`"`) {
				_, _ = out.Write(s)
				return
			}
		}
		http.NotFound(out, r)
	})
	mux.HandleFunc("GET /api/v1/databases", omList(w.Databases, "service", "shop"))
	mux.HandleFunc("GET /api/v1/tables", omList(w.Tables, "database", "shop.default"))
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer jwt" {
			http.Error(out, "no token", http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(out, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/api"
}

// omList answers with pages of one entity, to those who ask with this filter.
func omList(entities []json.RawMessage, filter, value string) http.HandlerFunc {
	return func(out http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		list := entities
		if filter != "" && q.Get(filter) != value {
			list = nil
		}
		page := map[string]any{"data": []json.RawMessage{}, "paging": map[string]any{"total": len(list)}}
		at := len(q.Get("after"))
		if at < len(list) {
			page["data"] = list[at : at+1]
		}
		if at+1 < len(list) {
			page["paging"].(map[string]any)["after"] = strings.Repeat("x", at+1)
		}
		_ = json.NewEncoder(out).Encode(page)
	}
}

func openOM(t *testing.T, w omWorld, options OpenMetadataOptions) *OpenMetadata {
	t.Helper()
	c, err := NewOpenMetadata(omServer(t, w), "jwt", options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.client.http.CloseIdleConnections)
	return c
}

func TestOpenMetadata(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) assay.Catalogue {
		return openOM(t, omFixture(t), OpenMetadataOptions{Elements: map[string]assay.Element{"PII.Email": "email_address"}})
	})
}

func TestOpenMetadataAssets(t *testing.T) {
	w := omWorld{
		Services: []json.RawMessage{[]byte(`{"name": "shop", "fullyQualifiedName": "shop", "serviceType": "Postgres", "connection": {"config": {"hostPort": "inside:1"}}}`),
			[]byte(`{"name": "lake", "fullyQualifiedName": "lake", "serviceType": "Snowflake"}`),
			[]byte(`{"name": "secret", "fullyQualifiedName": "secret", "serviceType": "Mysql"}`)},
		Databases: []json.RawMessage{[]byte(`{"name": "crm", "fullyQualifiedName": "shop.default"}`)},
		Tables: []json.RawMessage{[]byte(`{"name": "a/b", "tableType": "View", "database": {"name": "crm"}, "databaseSchema": {"name": "public"},
			"tags": [{"tagFQN": "PersonalData.Personal", "state": "Confirmed"}, {"tagFQN": "Internal"}],
			"columns": [{"name": "payload", "children": [{"name": "user", "children": [{"name": "mail", "tags": [{"tagFQN": "PII.Email"}]}]}]}]}`)},
	}
	o := openOM(t, w, OpenMetadataOptions{
		Elements: map[string]assay.Element{"Internal": ""},
		Address:  func(string) string { return "db.example.com" },
	})
	want := []assay.Asset{{ID: "postgres://db.example.com:5432/crm/public/a%2Fb", Kind: assay.KindView, Rows: -1, Bytes: -1,
		Declared: map[string][]assay.Element{"": {"personaldata_personal"}, "payload.$.user.mail": {"pii_email"}}}}
	if diff := cmp.Diff(want, assetsOf(t, o, "shop")); diff != "" {
		t.Errorf("assets (-want +got):\n%s", diff)
	}
	o.options.Address = nil
	reasons := map[string]assay.Reason{}
	for s, err := range o.Stores(t.Context()) {
		if err != nil {
			reasons[s.Name] = assay.Explain(err)
		}
	}
	if diff := cmp.Diff(map[string]assay.Reason{"lake": assay.ReasonUnsupported, "secret": assay.ReasonDenied}, reasons); diff != "" {
		t.Errorf("stores that cannot be scanned (-want +got):\n%s", diff)
	}
}

func TestOpenMetadataDenied(t *testing.T) {
	c, err := NewOpenMetadata(omServer(t, omWorld{})+"/v1/", "wrong", OpenMetadataOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stores(t, c); assay.Explain(err) != assay.ReasonDenied {
		t.Errorf("got %v", err)
	}
}
