package secrets

import (
	"context"
	"fmt"
	"time"

	"example.com/assay"
	"example.com/assay/secrets/baseline"
	"example.com/assay/secrets/git"
)

// SkipRecord is one place that a comment or a baseline lets pass, as a reviewer
// sees it.
type SkipRecord struct {
	File        string           `json:"file"`
	Line        int              `json:"line"`
	Element     assay.Element    `json:"element"`
	Fingerprint string           `json:"fingerprint"`
	Masked      string           `json:"masked"`
	By          string           `json:"by"` // the comment's spelling, or the file that knows the place
	Reason      string           `json:"reason,omitempty"`
	Until       string           `json:"until,omitempty"`
	Commit      string           `json:"commit,omitempty"`
	Author      string           `json:"author,omitempty"`
	Review      baseline.Verdict `json:"review,omitempty"`
}

// SkipRecords lists what is skipped and known. Commit and author are those who
// wrote the line, where a commit holds it.
func (r *Result) SkipRecords(ctx context.Context, repo *git.Repo, decisions baseline.Decisions) []SkipRecord {
	records := []SkipRecord{}
	for _, p := range r.Places {
		if p.State != Skipped && p.State != Baselined {
			continue
		}
		s := SkipRecord{File: validName(p.File), Line: p.Line, Element: p.Element, Fingerprint: p.Fingerprint, Masked: p.Masked,
			By: p.Note, Review: decisions[p.Fingerprint].Verdict}
		if p.skip != nil {
			s.Reason = p.skip.Reason
			if !p.skip.Until.IsZero() {
				s.Until = p.skip.Until.Format(time.DateOnly)
			}
		}
		// A line that is in no commit yet has no author.
		if b, err := repo.Blame(ctx, p.File, p.Line); err == nil {
			s.Commit, s.Author = b.ID, b.Author
		}
		records = append(records, s)
	}
	return records
}

// Row is the record as a row of a table, its cells separated by tabs.
func (s SkipRecord) Row() string {
	review := string(s.Review)
	if review == "" {
		review = "open"
	}
	return fmt.Sprintf("%s\t%s:%d\t%s\t%s\t%s\t%s\t%s\t%s", s.Fingerprint, printable(s.File), s.Line, s.Element,
		printable(s.By), printable(s.Reason), s.Until, printable(s.Author), review)
}
