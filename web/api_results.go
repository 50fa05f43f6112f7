package web

import (
	"cmp"
	"context"
	"time"

	"example.com/assay"
	"example.com/assay/report"
)

// Finding is a finding as the API and the pages tell it. Like Paging it is
// exported for the library that describes answers.
type Finding struct {
	assay.Finding
	Title    string          `json:"title" doc:"The element's name for a person."`
	Class    string          `json:"class"`
	Severity report.Severity `json:"severity" doc:"critical, personal or info"`
	Quality  *assay.Measure  `json:"quality,omitempty" doc:"How good its verifier was found to be on labelled values; absent where nobody measured it."`
}

// tell adds to a finding what is known of its element and its verifier.
func tell(f assay.Finding, elements map[assay.Element]report.Element, qualities report.Qualities) Finding {
	if f.Evidence == nil {
		f.Evidence = []assay.Evidence{}
	}
	e := describe(elements, f.Element)
	return Finding{f, e.Title, e.Class, e.Severity, qualities.Of(f)}
}

// describe returns what is known of an element; one whose verifier is no longer
// in use has its id for a name.
func describe(elements map[assay.Element]report.Element, id assay.Element) report.Element {
	e := elements[id]
	e.ID, e.Title, e.Severity = id, cmp.Or(e.Title, string(id)), cmp.Or(e.Severity, report.Personal)
	return e
}

// Paging is how a caller asks for a part of a list. It is exported for the
// library that reads requests, which does not look into other embedded types.
type Paging struct {
	After string `query:"after" maxLength:"4096" doc:"The next of the part before."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"About how many to return: the part ends with an asset."`
}

type findingsQuery struct {
	Paging
	Asset         string  `query:"asset" maxLength:"4096" doc:"Only findings of this asset."`
	Element       string  `query:"element" maxLength:"128"`
	State         string  `query:"state" enum:"active,shadow" default:"active"`
	Severity      string  `query:"severity" enum:"critical,personal,info" doc:"Only findings of this severity or a higher one."`
	MinConfidence float64 `query:"min_confidence" minimum:"0" maximum:"1"`
	Gone          bool    `query:"gone" doc:"Also findings that the latest scan no longer saw."`
}

func (s *Server) listFindings(ctx context.Context, q *findingsQuery) (*listAnswer[Finding], error) {
	filter := assay.FindingFilter{Asset: assay.AssetID(q.Asset), Element: assay.Element(q.Element), State: assay.State(q.State),
		Gone: q.Gone, After: assay.AssetID(q.After)}
	elements, err := s.book.all(ctx)
	if err != nil {
		return nil, err
	}
	qualities, err := report.LatestQualities(s.Store.Measures(ctx, filter.Element))
	if err != nil {
		return nil, err
	}
	var items []Finding
	for f, err := range s.Store.Findings(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if n := len(items); n >= q.Limit && items[n-1].Asset != f.Asset {
			return listOf(items, string(items[n-1].Asset)), nil
		}
		told := tell(f, elements, qualities)
		if f.Confidence >= q.MinConfidence && (q.Severity == "" || told.Severity.Reaches(report.Severity(q.Severity))) {
			items = append(items, told)
		}
	}
	return listOf(items, ""), nil
}

// ByID names a finding or a token in the path. Like Paging it is exported for the
// library that reads requests.
type ByID struct {
	ID string `path:"id" maxLength:"64"`
}

// findingAnswer is one finding with what its sample proves.
type findingAnswer struct {
	Finding
	Coverage *assay.Coverage `json:"coverage,omitempty" doc:"How far the finding's field was examined."`
	Triage   assay.Triage    `json:"triage" doc:"What a person made of it."`
	Proves   string          `json:"proves,omitempty" doc:"What the way of sampling proves about fields where nothing was found."`
}

func (s *Server) getFinding(ctx context.Context, in *ByID) (*oneAnswer[findingAnswer], error) {
	f, err := s.Store.Finding(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	elements, err := s.book.all(ctx)
	if err != nil {
		return nil, err
	}
	qualities, err := report.LatestQualities(s.Store.Measures(ctx, f.Element))
	if err != nil {
		return nil, err
	}
	answer := findingAnswer{Finding: tell(f, elements, qualities)}
	if answer.Triage, err = s.triageOf(ctx, f.ID); err != nil {
		return nil, err
	}
	for c, err := range s.Store.Coverage(ctx, f.Asset) {
		if err != nil {
			return nil, err
		}
		if c.Field == f.Field {
			answer.Coverage, answer.Proves = &c, report.Proves(c.Design).Statement
		}
	}
	return &oneAnswer[findingAnswer]{answer}, nil
}

type coverageQuery struct {
	Paging
	Asset string `query:"asset" maxLength:"4096" doc:"Only fields of this asset."`
	Gaps  bool   `query:"gaps" doc:"Only what was not, or not fully, examined."`
}

func (s *Server) listCoverage(ctx context.Context, q *coverageQuery) (*listAnswer[assay.Coverage], error) {
	assets := []assay.AssetSummary{{Asset: assay.AssetID(q.Asset)}}
	if q.Asset == "" {
		var err error
		if assets, err = s.Store.AssetSummaries(ctx, assay.AssetFilter{Gaps: q.Gaps, After: assay.AssetID(q.After), Limit: q.Limit + 1}); err != nil {
			return nil, err
		}
	}
	var items []assay.Coverage
	for _, asset := range assets {
		if n := len(items); n >= q.Limit {
			return listOf(items, string(items[n-1].Asset)), nil
		}
		for c, err := range s.Store.Coverage(ctx, asset.Asset) {
			if err != nil {
				return nil, err
			}
			if !q.Gaps || c.Status != assay.StatusScanned {
				items = append(items, c)
			}
		}
	}
	return listOf(items, ""), nil
}

type none struct{}

func (s *Server) listStores(ctx context.Context, _ *none) (*listAnswer[assay.StoreCoverage], error) {
	stores, err := s.Store.StoreCoverage(ctx)
	return listOf(stores, ""), err
}

type assetsQuery struct {
	Paging
	Store   string `query:"store" maxLength:"1024"`
	Element string `query:"element" maxLength:"128" doc:"Only assets with a finding of this element."`
	Found   bool   `query:"found" doc:"Only assets with a finding."`
	Gaps    bool   `query:"gaps" doc:"Only assets that are not fully examined."`
}

func (s *Server) listAssets(ctx context.Context, q *assetsQuery) (*listAnswer[assay.AssetSummary], error) {
	filter := assay.AssetFilter{Store: q.Store, Element: assay.Element(q.Element), Found: q.Found, Gaps: q.Gaps,
		After: assay.AssetID(q.After), Limit: q.Limit + 1}
	assets, err := s.Store.AssetSummaries(ctx, filter)
	if err != nil || len(assets) <= q.Limit {
		return listOf(assets, ""), err
	}
	assets = assets[:q.Limit]
	return listOf(assets, string(assets[q.Limit-1].Asset)), nil
}

func (s *Server) listElements(ctx context.Context, _ *none) (*listAnswer[assay.ElementCount], error) {
	counts, err := s.Store.ElementCounts(ctx)
	return listOf(counts, ""), err
}

// version is a version of a verifier as the API tells it.
type version struct {
	Element    assay.Element  `json:"element"`
	Version    int            `json:"version"`
	Hash       string         `json:"hash"`
	State      assay.State    `json:"state"`
	Author     string         `json:"author"`
	Reason     string         `json:"reason"`
	Created    time.Time      `json:"created"`
	Definition map[string]any `json:"definition,omitempty" doc:"Given when one element is asked for."`
}

type verifiersQuery struct {
	Element string `query:"element" maxLength:"128"`
}

func (s *Server) listVerifiers(ctx context.Context, q *verifiersQuery) (*listAnswer[version], error) {
	var items []version
	for v, err := range s.Store.Verifiers(ctx) {
		if err != nil {
			return nil, err
		}
		if q.Element != "" && q.Element != string(v.Element) {
			continue
		}
		told, err := tellVersion(v, q.Element != "")
		if err != nil {
			return nil, err
		}
		items = append(items, told)
	}
	return listOf(items, ""), nil
}
