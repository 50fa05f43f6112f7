package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/assay/secrets"
)

func TestSetStatus(t *testing.T) {
	found := secrets.Place{State: secrets.Found, Fingerprint: "f"}
	tests := []struct {
		name   string
		result secrets.Result
		state  string
	}{
		{"clean", secrets.Result{Files: 3}, "success"},
		{"found", secrets.Result{Places: []secrets.Place{found}}, "failure"},
		{"incomplete", secrets.Result{Places: []secrets.Place{found}, Gaps: []secrets.Gap{{File: "a"}}}, "error"},
	}
	for _, tt := range tests {
		var got commitStatus
		var path, auth string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			path, auth = r.URL.Path, r.Header.Get("Authorization")
			if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
				t.Error(err)
			}
			w.WriteHeader(http.StatusCreated)
		}))
		env := map[string]string{"GITHUB_API_URL": server.URL + "/api/v3", "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": "tok",
			"GITHUB_SERVER_URL": "https://github.internal", "GITHUB_RUN_ID": "7"}
		err := setStatus(t.Context(), &tt.result, "c0ffee", func(name string) string { return env[name] })
		server.Close()
		if err != nil || got.State != tt.state || got.Context != statusContext || path != "/api/v3/repos/o/r/statuses/c0ffee" || auth != "Bearer tok" ||
			got.TargetURL != "https://github.internal/o/r/actions/runs/7" {
			t.Errorf("%s: %v; %s %+v", tt.name, err, path, got)
		}
	}
}

func TestSetStatusFails(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	env := map[string]string{"GITHUB_API_URL": server.URL, "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": "tok"}
	for _, missing := range []string{"", "GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN"} {
		err := setStatus(t.Context(), &secrets.Result{}, "c0ffee", func(name string) string {
			if name == missing {
				return ""
			}
			return env[name]
		})
		if err == nil {
			t.Errorf("without %q: no error", missing)
		}
	}
}
