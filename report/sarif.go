package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"example.com/assay"
)

// The types below are the part of SARIF 2.1.0 that assay writes (OASIS, Static
// Analysis Results Interchange Format Version 2.1.0).

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Automation  sarifID           `json:"automationDetails"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name            string      `json:"name"`
	SemanticVersion string      `json:"semanticVersion,omitempty"`
	Rules           []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string         `json:"id"`
	Name             string         `json:"name"`
	ShortDescription sarifText      `json:"shortDescription"`
	FullDescription  sarifText      `json:"fullDescription"`
	Default          sarifLevel     `json:"defaultConfiguration"`
	Properties       map[string]any `json:"properties"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifID struct {
	ID string `json:"id"`
}

type sarifInvocation struct {
	ExecutionSuccessful bool                `json:"executionSuccessful"`
	ExitCode            int                 `json:"exitCode"`
	ExitCodeDescription string              `json:"exitCodeDescription"`
	Notifications       []sarifNotification `json:"toolExecutionNotifications"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Properties   map[string]any    `json:"properties"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
}

type sarifArtifact struct {
	URI       string `json:"uri"`
	URIBaseID string `json:"uriBaseId,omitempty"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

// sarifSeverity maps a severity to SARIF's level and to the number by which
// code scanning services sort.
var sarifSeverity = map[Severity]struct{ level, number string }{
	Critical: {"error", "9.0"},
	Personal: {"warning", "6.0"},
	Info:     {"note", "2.0"},
}

func (r *Report) writeSARIF(w io.Writer) error {
	rules, index := r.sarifRules()
	summary := r.Summary()
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{"assay", semantic(r.Version), rules}},
		Automation: sarifID{"assay/scan/"},
		Invocations: []sarifInvocation{{
			ExecutionSuccessful: summary.Gaps == 0,
			ExitCode:            summary.Exit,
			ExitCodeDescription: summary.Why,
			Notifications:       r.sarifNotifications(),
		}},
		Results: []sarifResult{},
	}
	for _, f := range r.shown() {
		run.Results = append(run.Results, r.sarifResult(f, index[f.Element]))
	}
	return writeIndented(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

// sarifRules returns a rule for each element, each once, and where it stands.
// An element of a finding that is not among Elements gets a rule too.
func (r *Report) sarifRules() ([]sarifRule, map[assay.Element]int) {
	elements := slices.Clone(r.Elements)
	for _, f := range r.shown() {
		elements = append(elements, Element{ID: f.Element, Title: string(f.Element), Severity: Personal})
	}
	rules := []sarifRule{}
	index := map[assay.Element]int{}
	for _, e := range elements {
		if _, ok := index[e.ID]; ok {
			continue
		}
		index[e.ID] = len(rules)
		severity := sarifSeverity[r.severity(e.ID)]
		title := cmp.Or(e.Title, string(e.ID))
		rules = append(rules, sarifRule{
			ID: string(e.ID), Name: title,
			ShortDescription: sarifText{title}, FullDescription: sarifText{cmp.Or(e.Doc, title)},
			Default:    sarifLevel{severity.level},
			Properties: map[string]any{"tags": []string{"security", "privacy"}, "security-severity": severity.number},
		})
	}
	return rules, index
}

func (r *Report) sarifResult(f assay.Finding, rule int) sarifResult {
	return sarifResult{
		RuleID: string(f.Element), RuleIndex: rule,
		Level: sarifSeverity[r.severity(f.Element)].level,
		Message: sarifText{fmt.Sprintf("%s holds %s: %d of %d values, confidence %s.",
			cmp.Or(f.Field, string(f.Asset)), f.Element, f.Matched, f.Sampled, confidence(f.Confidence))},
		Locations:    r.sarifLocations(f.Asset, f.Field),
		Fingerprints: map[string]string{"assayFinding/v1": f.ID},
		Properties: map[string]any{"confidence": f.Confidence, "matched": f.Matched, "sampled": f.Sampled,
			"verifier": f.Verifier, "hash": f.Hash, "preview": f.Preview},
	}
}

// sarifNotifications reports what was not fully examined.
func (r *Report) sarifNotifications() []sarifNotification {
	notes := []sarifNotification{}
	for _, c := range r.gaps() {
		message := fmt.Sprintf("%s: %s", strings.ReplaceAll(string(c.Status), "_", " "), c.Reason)
		if c.Detail != "" {
			message += ": " + c.Detail
		}
		notes = append(notes, sarifNotification{"warning", sarifText{message}, r.sarifLocations(c.Asset, c.Field)})
	}
	return notes
}

func (r *Report) sarifLocations(asset assay.AssetID, field string) []sarifLocation {
	location := sarifLocation{Physical: &sarifPhysical{r.sarifArtifact(asset)}}
	if field != "" {
		location.Logical = []sarifLogical{{string(asset) + "#" + field, "member"}}
	}
	return []sarifLocation{location}
}

// sarifArtifact names an asset: files below Base by their path in it, as code
// scanning services want it, everything else by its URI.
func (r *Report) sarifArtifact(id assay.AssetID) sarifArtifact {
	if r.Base != "" {
		base := "file://" + (&url.URL{Path: path.Clean(r.Base)}).EscapedPath() + "/"
		if rel, ok := strings.CutPrefix(string(id), base); ok && rel != "" {
			return sarifArtifact{rel, "%SRCROOT%"}
		}
	}
	if _, err := url.Parse(string(id)); err != nil {
		return sarifArtifact{URI: url.PathEscape(string(id))}
	}
	return sarifArtifact{URI: string(id)}
}

// semantic returns a version only where it is one by semver.
func semantic(version string) string {
	if strings.Count(version, ".") == 2 {
		return strings.TrimPrefix(version, "v")
	}
	return ""
}
