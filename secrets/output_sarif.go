package secrets

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"example.com/assay"
)

// object is a JSON object of SARIF or of GitLab's report.
type object = map[string]any

// severities maps a severity to SARIF's level, to the number by which code
// scanning services sort, and to GitLab's word.
var severities = map[string]struct{ level, number, gitlab string }{
	"critical": {"error", "9.0", "Critical"},
	"personal": {"warning", "6.0", "Medium"},
	"info":     {"note", "2.0", "Info"},
}

// writeSARIF writes SARIF 2.1.0 as code scanning services take it: rules once
// each, paths relative to the repository, what is skipped as suppressed, what
// was not examined as notifications.
func (r *Result) writeSARIF(w io.Writer, o Output) error {
	rules, index := sarifRules(o.Rules)
	results := []object{}
	for _, p := range r.Places {
		if p.State == Older && !o.All {
			continue
		}
		results = append(results, p.sarif(o.Rules, index[p.Element]))
	}
	notes := []object{}
	for _, g := range r.Gaps {
		notes = append(notes, object{
			"level":     "warning",
			"message":   object{"text": "not examined: " + printable(cmp.Or(g.Detail, string(g.Reason)))},
			"locations": []object{{"physicalLocation": object{"artifactLocation": sarifArtifact(g.File)}}},
		})
	}
	driver := object{"name": "assay", "informationUri": "https://example.com/assay", "rules": rules}
	if strings.Count(o.Version, ".") == 2 {
		driver["semanticVersion"] = o.Version
	}
	return writeIndented(w, object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"version": "2.1.0",
		"runs": []object{{
			"tool":              object{"driver": driver},
			"automationDetails": object{"id": "assay/secrets/" + o.Label},
			"invocations":       []object{{"executionSuccessful": len(r.Gaps) == 0, "toolExecutionNotifications": notes}},
			"results":           results,
		}},
	})
}

func sarifRules(rules *Rules) ([]object, map[assay.Element]int) {
	list, index := []object{}, map[assay.Element]int{}
	for i, id := range rules.Elements() {
		index[id] = i
		about := rules.About(id)
		s := severities[cmp.Or(about.Severity, "critical")]
		list = append(list, object{
			"id": id, "name": about.Title,
			"shortDescription":     object{"text": about.Title},
			"fullDescription":      object{"text": cmp.Or(about.Doc, about.Title)},
			"help":                 object{"text": "Revoke the secret, then remove it. See docs/secrets.md for what may stay."},
			"defaultConfiguration": object{"level": s.level},
			"properties":           object{"tags": []string{"security", "secret"}, "precision": "high", "security-severity": s.number},
		})
	}
	return list, index
}

func (p Place) sarif(rules *Rules, rule int) object {
	about := rules.About(p.Element)
	result := object{
		"ruleId": p.Element, "ruleIndex": rule, "level": severities[cmp.Or(about.Severity, "critical")].level,
		"message": object{"text": fmt.Sprintf("%s, confidence %.2f: %s", about.Title, p.Confidence, p.Masked)},
		"locations": []object{{"physicalLocation": object{
			"artifactLocation": sarifArtifact(p.File),
			"region":           object{"startLine": p.Line, "startColumn": p.Column},
		}}},
		"partialFingerprints": object{"assayPlace/v1": p.Fingerprint},
		"properties":          object{"confidence": p.Confidence, "state": p.State},
	}
	if p.Commit != "" {
		result["properties"].(object)["commit"] = p.Commit
	}
	switch p.State {
	case Skipped:
		result["suppressions"] = []object{{"kind": "inSource", "justification": validName(p.justification())}}
	case Baselined:
		result["suppressions"] = []object{{"kind": "external", "justification": p.Note}}
	}
	return result
}

// justification is the reason that a comment gives, or its spelling.
func (p Place) justification() string {
	if p.skip != nil && p.skip.Reason != "" {
		return p.skip.Reason
	}
	return p.Note
}

func sarifArtifact(file string) object {
	return object{"uri": (&url.URL{Path: strings.TrimPrefix(file, "/")}).EscapedPath(), "uriBaseId": "%SRCROOT%"}
}

func writeIndented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
