package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/assay"
	"example.com/assay/report"
)

// verifiersPage lists elements with their versions in use, by class.
type verifiersPage struct {
	Now    time.Time
	Search string
	All    int
	Groups []classGroup
}

type classGroup struct {
	Class string
	Rows  []verifierRow
}

type verifierRow struct {
	report.Element
	Current  assay.VerifierVersion // the active version, or else the latest
	Versions int
	Shadow   int            // version that runs in shadow; 0 when none
	Share    int            // percentage of the assets for which it is in use
	Quality  *assay.Measure // of the current version; nil where nobody measured it
}

func (s *Server) verifiersPage(r *http.Request) (view, title string, data any, err error) {
	p := verifiersPage{Now: s.Now(), Search: r.URL.Query().Get("q")}
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	qualities, err := report.LatestQualities(s.Store.Measures(r.Context(), ""))
	if err != nil {
		return "", "", nil, err
	}
	var rows []verifierRow
	at := map[assay.Element]int{}
	for v, err := range s.Store.Verifiers(r.Context()) {
		if err != nil {
			return "", "", nil, err
		}
		i, ok := at[v.Element]
		if !ok {
			i, at[v.Element] = len(rows), len(rows)
			rows = append(rows, verifierRow{Element: describe(elements, v.Element), Current: v})
		}
		row := &rows[i]
		row.Versions++
		if v.State == assay.StateShadow {
			row.Shadow, row.Share = v.Version, v.Share
		}
		if row.Current.State != assay.StateActive || v.State == assay.StateActive {
			row.Current = v
		}
	}
	slices.SortFunc(rows, func(a, b verifierRow) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	p.All = len(rows)
	for _, row := range rows {
		if !row.matches(p.Search) {
			continue
		}
		if m, ok := qualities[row.Current.Hash]; ok {
			row.Quality = &m
		}
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Class != row.Class {
			p.Groups = append(p.Groups, classGroup{Class: row.Class})
		}
		group := &p.Groups[len(p.Groups)-1]
		group.Rows = append(group.Rows, row)
	}
	return "verifiers", "Verifiers", p, nil
}

// matches reports whether the row is what somebody searches for.
func (v verifierRow) matches(search string) bool {
	text := strings.ToLower(strings.Join([]string{v.Title, string(v.ID), v.Class, string(v.Current.State)}, " "))
	return strings.Contains(text, strings.ToLower(strings.TrimSpace(search)))
}
