package secrets

import (
	"cmp"
	"slices"
	"time"

	"example.com/assay"
	"example.com/assay/secrets/skip"
)

// State is what a place counts for.
type State string

// The states of a place. Only a finding fails a check.
const (
	Found     State = "finding"
	Skipped   State = "skipped"   // a comment allows it
	Baselined State = "baselined" // a baseline knows it
	Older     State = "older"     // it was there before the change that is checked
)

// Place is one occurrence of a secret. It holds nothing of the secret but its
// shape.
type Place struct {
	File        string        `json:"file"`
	Line        int           `json:"line"`
	Column      int           `json:"column"`
	Element     assay.Element `json:"element"`
	Confidence  float64       `json:"confidence"`
	Fingerprint string        `json:"fingerprint"` // the place id
	Masked      string        `json:"masked"`
	// SecretID names the secret across files, where the service's key is known.
	SecretID string `json:"secret_id,omitempty"`
	State    State  `json:"state,omitempty"`
	// Commit, Author, Email and Date are of the commit that brought it, where
	// commits are read.
	Commit string `json:"commit,omitempty"`
	Author string `json:"author,omitempty"`
	Email  string `json:"email,omitempty"`
	Date   string `json:"date,omitempty"` // RFC 3339
	// Bypass says that the pre-commit hook would have blocked it.
	Bypass bool `json:"bypass,omitempty"`
	// Decoded says how the secret was written: base64, url, …; empty when plainly.
	Decoded string `json:"decoded,omitempty"`
	// Note says why a skip does not hold, or which one does.
	Note string `json:"note,omitempty"`

	last   int    // the line in which it ends
	inside bool   // of an archive, of which a diff tells no lines
	shown  string // the file as it was asked for, where that differs from its path
	skip   *skip.Skip
	sha1   string // for the baseline of detect-secrets; set when asked for
	group  string // equal for equal secrets of one run
}

// Gap is something that was not, or not fully, examined.
type Gap struct {
	File   string       `json:"file"`
	Commit string       `json:"commit,omitempty"`
	Reason assay.Reason `json:"reason"`
	Detail string       `json:"detail,omitempty"`
}

// Result is what one run found, left out, and could not read.
type Result struct {
	Places   []Place
	Gaps     []Gap
	Excluded map[string]int // by kind of the path filter
	Binary   int            // files that are no text
	Links    int            // symbolic links, which are not followed
	Files    int            // that were read as text, or blobs
	Bytes    int64
	Commits  int
	Duration time.Duration
}

// Findings returns the places that count.
func (r *Result) Findings() []Place { return r.in(Found) }

func (r *Result) in(state State) []Place {
	places := []Place{}
	for _, p := range r.Places {
		if p.State == state {
			places = append(places, p)
		}
	}
	return places
}

// Secrets counts the different secrets among places of a state.
func (r *Result) Secrets(state State) int {
	seen := map[string]bool{}
	for _, p := range r.Places {
		if p.State == state {
			seen[cmp.Or(p.group, p.Fingerprint)] = true
		}
	}
	return len(seen)
}

// sort puts the result into the order of file, line and column.
func (r *Result) sort() {
	slices.SortFunc(r.Places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Element, b.Element), cmp.Compare(a.Commit, b.Commit))
	})
	slices.SortFunc(r.Gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Commit, b.Commit))
	})
}

// add joins what one worker found.
func (r *Result) add(o *Result) {
	r.Places = append(r.Places, o.Places...)
	r.Gaps = append(r.Gaps, o.Gaps...)
	for kind, n := range o.Excluded {
		r.exclude(kind, n)
	}
	r.Binary += o.Binary
	r.Links += o.Links
	r.Files += o.Files
	r.Bytes += o.Bytes
	r.Commits += o.Commits
}

func (r *Result) exclude(kind string, n int) {
	if r.Excluded == nil {
		r.Excluded = map[string]int{}
	}
	r.Excluded[kind] += n
}

// note records why a text was not judged to its end.
func (r *Result) note(file, commit string, err error) {
	reason := assay.Explain(err)
	if reason == assay.ReasonBinary {
		r.Binary++
		return
	}
	r.Gaps = append(r.Gaps, Gap{File: file, Commit: commit, Reason: reason, Detail: err.Error()})
}
