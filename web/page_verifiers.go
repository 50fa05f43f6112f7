package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"example.com/assay"
	"example.com/assay/report"
)

// verifiersPage lists every element with its version in use.
type verifiersPage struct {
	Now  time.Time
	Rows []verifierRow
}

type verifierRow struct {
	report.Element
	Current  assay.VerifierVersion // the active version, or else the latest
	Versions int
	Shadow   int // version that runs in shadow; 0 when none
}

func (s *Server) verifiersPage(r *http.Request) (view, title string, data any, err error) {
	p := verifiersPage{Now: s.Now()}
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	at := map[assay.Element]int{}
	for v, err := range s.Store.Verifiers(r.Context()) {
		if err != nil {
			return "", "", nil, err
		}
		i, ok := at[v.Element]
		if !ok {
			i, at[v.Element] = len(p.Rows), len(p.Rows)
			p.Rows = append(p.Rows, verifierRow{Element: describe(elements, v.Element), Current: v})
		}
		row := &p.Rows[i]
		row.Versions++
		if v.State == assay.StateShadow {
			row.Shadow = v.Version
		}
		if row.Current.State != assay.StateActive || v.State == assay.StateActive {
			row.Current = v
		}
	}
	slices.SortFunc(p.Rows, func(a, b verifierRow) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	return "verifiers", "Verifiers", p, nil
}

// verifierPage is one element's versions, the newest first.
type verifierPage struct {
	report.Element
	Versions []assay.VerifierVersion
}

func (s *Server) verifierPage(r *http.Request) (view, title string, data any, err error) {
	id := assay.Element(r.PathValue("element"))
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	p := verifierPage{Element: describe(elements, id)}
	for v, err := range s.Store.Verifiers(r.Context()) {
		if err != nil {
			return "", "", nil, err
		}
		if v.Element == id {
			p.Versions = append(p.Versions, v)
		}
	}
	if len(p.Versions) == 0 {
		return "", "", nil, fmt.Errorf("verifier %q: %w", id, assay.ErrNotFound)
	}
	slices.Reverse(p.Versions)
	return "verifier", p.Title, p, nil
}
