package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/assay/secrets"
)

// githubRange reads the range of a push or a pull request from the event that
// started a workflow of GitHub Actions.
func githubRange(file string) (commitRange, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return commitRange{}, fmt.Errorf("read the event of GitHub Actions: %w", err)
	}
	var event struct {
		Before, After string
		PullRequest   struct {
			Base, Head struct{ SHA string }
		} `json:"pull_request"`
		MergeGroup struct {
			Base string `json:"base_sha"`
			Head string `json:"head_sha"`
		} `json:"merge_group"`
	}
	if err := json.Unmarshal(data, &event); err != nil {
		return commitRange{}, fmt.Errorf("read the event of GitHub Actions: %w", err)
	}
	switch {
	case event.PullRequest.Head.SHA != "":
		return commitRange{event.PullRequest.Base.SHA, event.PullRequest.Head.SHA}, nil
	case event.MergeGroup.Head != "":
		return commitRange{event.MergeGroup.Base, event.MergeGroup.Head}, nil
	case event.After != "":
		return commitRange{event.Before, event.After}, nil
	}
	return commitRange{}, fmt.Errorf("the event of GitHub Actions is neither a push nor a pull request (give --range A..B)")
}

// annotate tells the CI system what was found where: GitHub Actions shows lines
// of standard output beside the code, and a summary of the job. Standard output
// is left alone where it holds the result in another format.
func annotate(out io.Writer, free bool, r *secrets.Result, env func(string) string) error {
	if env("GITHUB_ACTIONS") != "true" {
		return nil
	}
	if free {
		for _, p := range r.Places {
			level := map[secrets.State]string{secrets.Found: "error", secrets.Older: "warning"}[p.State]
			if level == "" {
				continue
			}
			fmt.Fprintf(out, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", level, property(p.File), p.Line, p.Column,
				property("secret: "+string(p.Element)), data(p.Advice()))
		}
		for _, g := range r.Gaps {
			fmt.Fprintf(out, "::error file=%s,title=not examined::%s\n", property(g.File), data(string(g.Reason)+" "+g.Detail))
		}
	}
	name := env("GITHUB_STEP_SUMMARY")
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("write the job summary: %w", err)
	}
	_, err = io.WriteString(f, r.Markdown())
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// data and property escape the parts of a workflow command of GitHub Actions.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(strings.ToValidUTF8(s, "?"))
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s))
}
