package web

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"example.com/assay"
	"example.com/assay/report"
)

// qualityPage is how good the versions that run were found to be.
type qualityPage struct {
	Rows       []qualityRow
	Unmeasured int // elements in use that nobody measured
	Now        time.Time
}

// qualityRow is a version that runs, with its latest measure.
type qualityRow struct {
	report.Element
	State   assay.State
	Share   int
	Measure assay.Measure
}

func (s *Server) qualityPage(r *http.Request) (view, title string, data any, err error) {
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	qualities, err := report.LatestQualities(s.Store.Measures(r.Context(), ""))
	if err != nil {
		return "", "", nil, err
	}
	p := qualityPage{Now: s.Now()}
	for v, err := range s.Store.Verifiers(r.Context()) {
		if err != nil {
			return "", "", nil, err
		}
		m, ok := qualities[v.Hash]
		switch {
		case v.State == assay.StateDisabled:
		case ok:
			p.Rows = append(p.Rows, qualityRow{describe(elements, v.Element), v.State, v.Share, m})
		case v.State == assay.StateActive:
			p.Unmeasured++
		}
	}
	slices.SortFunc(p.Rows, func(a, b qualityRow) int {
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Measure.Version, b.Measure.Version))
	})
	return "quality", "Quality", p, nil
}

// measuredPage is the history of one version's quality.
type measuredPage struct {
	report.Element
	Version  int
	Versions []int // that were measured, the newest first
	Latest   []partOf
	Chart    chart
	History  []assay.Measure // over all stores and languages, the newest first
}

// partOf is the latest measure of one level, store and language.
type partOf struct{ confusion }

// Name says which part of the labelled values the measure is of.
func (p partOf) Name() string {
	switch {
	case p.Level == assay.LevelColumn:
		return "Columns"
	case p.Store != "":
		return "Values of " + p.Store
	case p.Language != "":
		return "Values in " + p.Language
	}
	return "All values"
}

// Samples is the page of the labelled values behind a count.
func (p partOf) Samples(outcome assay.Outcome) string {
	return link("/quality/"+string(p.Element)+"/samples", "version", p.Version, "outcome", outcome, "level", p.Level, "store", p.Store, "language", p.Language)
}

func (s *Server) measuredPage(r *http.Request) (view, title string, data any, err error) {
	id := assay.Element(r.PathValue("element"))
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	p := measuredPage{Element: describe(elements, id)}
	p.Version, _ = strconv.Atoi(r.URL.Query().Get("version"))
	if p.Version == 0 {
		if p.Version, err = s.versionInUse(r, id); err != nil {
			return "", "", nil, err
		}
	}
	versions := map[int]bool{}
	latest := map[partKey]partOf{}
	for m, err := range s.Store.Measures(r.Context(), id) {
		if err != nil {
			return "", "", nil, err
		}
		versions[m.Version] = true
		if m.Version != p.Version {
			continue
		}
		if _, ok := latest[partKey{m.Level, m.Store, m.Language}]; !ok {
			latest[partKey{m.Level, m.Store, m.Language}] = partOf{confusion{m}}
		}
		if m.Level == assay.LevelValue && m.Store == "" && m.Language == "" {
			p.History = append(p.History, m)
		}
	}
	if len(versions) == 0 {
		return "", "", nil, fmt.Errorf("quality of %q: nobody measured it: %w", id, assay.ErrNotFound)
	}
	p.Versions = slices.SortedFunc(maps.Keys(versions), func(a, b int) int { return b - a })
	p.Latest = slices.SortedFunc(maps.Values(latest), func(a, b partOf) int {
		return cmp.Or(-cmp.Compare(a.Level, b.Level), byPart(a.Measure, b.Measure))
	})
	p.Chart = newChart(p.History)
	return "measured", "Quality of " + p.Title, p, nil
}

// partKey is a part that is measured for itself.
type partKey struct {
	level           assay.Level
	store, language string
}

// versionInUse returns the active version of an element, or the newest.
func (s *Server) versionInUse(r *http.Request, id assay.Element) (version int, err error) {
	for v, err := range s.Store.Verifiers(r.Context()) {
		if err != nil {
			return 0, err
		}
		if v.Element == id {
			version = v.Version
			if v.State == assay.StateActive {
				return version, nil
			}
		}
	}
	return version, nil
}
