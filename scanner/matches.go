package scanner

import (
	"context"
	"slices"

	"example.com/assay"
	"example.com/assay/engine"
)

// What is kept of the content that matched, where there is a key to seal it
// with: enough for a person to see what a finding is about, and no more.
const (
	maxMatches = 5    // different ones, of each verifier in each field
	maxMatched = 1024 // bytes of each
)

// match is one hit with its content, on the way to being sealed.
type match struct {
	assay.Matched
	score float64
}

// collect keeps a few of the block's hits for each rule. The sample is random,
// so that the first ones are as good as any.
func (s *scan) collect(f *field) {
	if s.Sealer == nil {
		return
	}
	for _, h := range s.out.Hits {
		kept := f.matches[h.Rule]
		if h.Score < engine.FlagScore || len(kept) == maxMatches {
			continue
		}
		content := assay.Value(f.block.Value(h.Value)[h.Start:h.End])
		content = content[:min(len(content), maxMatched)]
		if slices.ContainsFunc(kept, func(m match) bool { return slices.Equal(m.Content, content) }) {
			continue
		}
		if f.matches == nil {
			f.matches = map[int][]match{}
		}
		f.matches[h.Rule] = append(kept, match{assay.Matched{Content: slices.Clone(content), Place: f.data[h.Value].Place}, h.Score})
	}
}

// sealMatches seals what was kept for the findings, and forgets the rest: a
// field's hits are no finding when another element explains them better. When
// the key cannot be reached the task is tried again later.
func (s *scan) sealMatches(ctx context.Context, findings []assay.Finding) ([]assay.SealedMatch, error) {
	if s.Sealer == nil {
		return nil, nil
	}
	var out []assay.SealedMatch
	for _, found := range findings {
		for _, m := range s.matchesOf(found) {
			sealed, err := assay.SealMatch(ctx, s.Sealer, assay.SealedMatch{
				Finding: found.ID, Asset: found.Asset, Field: found.Field, Element: found.Element,
				Verifier: found.Verifier, Hash: found.Hash, Score: m.score,
			}, m.Matched)
			if err != nil {
				return nil, &assay.Error{Op: "keep matches of", Item: string(s.task.Asset.ID), Reason: assay.ReasonUnavailable, Err: err}
			}
			out = append(out, sealed)
		}
	}
	return out, nil
}

// matchesOf returns what was kept of the hits of a finding.
func (s *scan) matchesOf(found assay.Finding) []match {
	f := s.fields[found.Field]
	if f == nil {
		return nil
	}
	for i, rule := range s.set.Rules() {
		if rule.Element == found.Element && rule.Hash == found.Hash && rule.Shadow == (found.State == assay.StateShadow) {
			return f.matches[i]
		}
	}
	return nil
}
