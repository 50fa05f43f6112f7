package web

import (
	"net/http"
	"slices"
	"time"

	"example.com/assay"
	"example.com/assay/report"
)

// coveragePage lists what was not, or not fully, examined.
type coveragePage struct {
	Store  string
	Stores []string
	Reason assay.Reason
	Rows   []assay.Coverage
	Next   string
}

func (s *Server) coveragePage(r *http.Request) (view, title string, data any, err error) {
	q := r.URL.Query()
	p := coveragePage{Store: q.Get("store"), Reason: assay.Reason(q.Get("reason"))}
	stores, err := s.storeCoverage(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	for _, store := range stores {
		p.Stores = append(p.Stores, store.Store)
	}
	assets, err := s.Store.AssetSummaries(r.Context(), assay.AssetFilter{Store: p.Store, Gaps: true, After: assay.AssetID(q.Get("after")), Limit: assetsShown + 1})
	if err != nil {
		return "", "", nil, err
	}
	if len(assets) > assetsShown {
		assets = assets[:assetsShown]
		p.Next = link("/coverage", "store", p.Store, "reason", p.Reason, "after", assets[assetsShown-1].Asset)
	}
	for _, asset := range assets {
		for c, err := range s.Store.Coverage(r.Context(), asset.Asset) {
			if err != nil {
				return "", "", nil, err
			}
			if c.Status != assay.StatusScanned && (p.Reason == "" || p.Reason == c.Reason) {
				p.Rows = append(p.Rows, c)
			}
		}
	}
	return "coverage", "Not examined", p, nil
}

// assetPage is every field of an asset.
type assetPage struct {
	assay.AssetSummary
	Now    time.Time
	Fields []fieldRow
	Whole  *assay.Coverage // a word on the asset as a whole, where there is one
}

type fieldRow struct {
	assay.Coverage
	Found  []Finding
	Proves string // only for a clean field
}

func (s *Server) assetPage(r *http.Request) (view, title string, data any, err error) {
	p := assetPage{Now: s.Now()}
	p.Asset = assay.AssetID(r.URL.Query().Get("id"))
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	found, err := s.foundIn(r, p.Asset, findingsForm{}, elements, nil)
	if err != nil {
		return "", "", nil, err
	}
	p.Findings = len(found)
	for c, err := range s.Store.Coverage(r.Context(), p.Asset) {
		if err != nil {
			return "", "", nil, err
		}
		if c.Field == "" {
			p.Whole = &c
			continue
		}
		row := fieldRow{Coverage: c}
		for _, f := range found {
			if f.Field == c.Field {
				row.Found = append(row.Found, f)
			}
		}
		if len(row.Found) == 0 && c.Status == assay.StatusScanned && c.Sampled > 0 {
			row.Proves = report.Proves(c.Design).Statement
		}
		p.Fields = append(p.Fields, row)
	}
	if p.Whole == nil && len(p.Fields) == 0 {
		return "", "", nil, &assay.Error{Op: "show", Item: string(p.Asset), Err: assay.ErrNotFound}
	}
	slices.SortStableFunc(p.Fields, func(a, b fieldRow) int { return min(1, len(b.Found)) - min(1, len(a.Found)) })
	return "asset", "Asset", p, nil
}
