package secrets

import (
	"cmp"
	"io"
	"time"
)

// gitlabTime is how GitLab's report writes a time: UTC without a zone.
const gitlabTime = "2006-01-02T15:04:05"

// noCommit stands for a commit where none is known; GitLab wants one.
const noCommit = "0000000"

// writeGitLab writes a secret detection report of GitLab, schema 15.
func (r *Result) writeGitLab(w io.Writer, o Output) error {
	found := []object{}
	seen := map[string]bool{}
	for _, p := range r.Findings() {
		id := gitlabID(p.Fingerprint)
		if seen[id] {
			continue // GitLab takes one place of a secret in a file
		}
		seen[id] = true
		about := o.Rules.About(p.Element)
		found = append(found, object{
			"id": id, "category": "secret_detection", "name": about.Title,
			"description":             cmp.Or(about.Doc, about.Title),
			"severity":                severities[cmp.Or(about.Severity, "critical")].gitlab,
			"scanner":                 object{"id": "assay", "name": "assay"},
			"raw_source_code_extract": p.Masked,
			"location": object{"file": validName(p.File), "start_line": p.Line, "end_line": p.Line,
				"commit": object{"sha": cmp.Or(p.Commit, noCommit), "author": validName(p.Author), "date": p.Date}},
			"identifiers": []object{{"type": "assay_rule_id", "name": about.Title, "value": p.Element}},
		})
	}
	tool := object{"id": "assay", "name": "assay", "version": o.Version, "vendor": object{"name": "assay"}}
	status := "success"
	if len(r.Gaps) > 0 {
		status = "failure"
	}
	end := time.Now().UTC()
	return writeIndented(w, object{
		"version": "15.2.1",
		"scan": object{"type": "secret_detection", "status": status, "analyzer": tool, "scanner": tool,
			"start_time": end.Add(-r.Duration).Format(gitlabTime), "end_time": end.Format(gitlabTime)},
		"vulnerabilities": found,
	})
}

// gitlabID writes an id of 32 digits as the UUID that GitLab wants.
func gitlabID(id string) string {
	if len(id) != 32 {
		return id
	}
	return id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:]
}
