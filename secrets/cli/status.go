package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/assay/secrets"
)

// statusContext is the name under which the check's status stands at a commit.
const statusContext = "assay/secrets"

const statusTimeout = 10 * time.Second

// commitStatus is the body of GitHub's API for commit statuses (REST API,
// "Create a commit status"), which GitHub Enterprise has too.
type commitStatus struct {
	State       string `json:"state"` // success, failure, error
	Context     string `json:"context"`
	Description string `json:"description"` // at most 140 characters
	TargetURL   string `json:"target_url,omitempty"`
}

func statusOf(r *secrets.Result) commitStatus {
	s := commitStatus{State: "success", Context: statusContext, Description: fmt.Sprintf("no secret in %d files", r.Files)}
	if n := len(r.Findings()); n > 0 {
		s.State, s.Description = "failure", fmt.Sprintf("%d secrets in %d places", r.Secrets(secrets.Found), n)
	}
	if n := len(r.Gaps); n > 0 {
		s.State, s.Description = "error", fmt.Sprintf("%d items could not be examined", n)
	}
	return s
}

// setStatus sets the status of a commit on the GitHub, or GitHub Enterprise, that
// runs the check.
func setStatus(ctx context.Context, r *secrets.Result, commit string, env func(string) string) error {
	api, repository, token := env("GITHUB_API_URL"), env("GITHUB_REPOSITORY"), env("GITHUB_TOKEN")
	if api == "" || strings.Count(repository, "/") != 1 || token == "" {
		return errors.New("--status needs GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN with the permission statuses: write")
	}
	status := statusOf(r)
	if server, run := env("GITHUB_SERVER_URL"), env("GITHUB_RUN_ID"); server != "" && run != "" {
		status.TargetURL = server + "/" + repository + "/actions/runs/" + run
	}
	body, err := json.Marshal(status)
	if err != nil {
		return err
	}
	target, err := url.JoinPath(api, "repos", repository, "statuses", commit)
	if err != nil {
		return fmt.Errorf("set commit status: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("set commit status: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/vnd.github+json")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("set commit status: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return fmt.Errorf("set commit status of %s: the server answered %s (the token needs statuses: write)", commit, resp.Status)
	}
	return nil
}
