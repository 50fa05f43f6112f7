package web

import (
	"net/http"

	"example.com/assay"
	"example.com/assay/report"
)

// findingPage is one finding with why, and what its sample proves.
type findingPage struct {
	Finding
	Element  report.Element
	Coverage assay.Coverage
	Proves   string
	Scales   []evidenceRow
	Triage   assay.Triage
	Kept     int        // matches that could be revealed
	Revealed []revealed // set in the answer to who asked for them
	Asked    bool
}

// evidenceRow is a piece of evidence with its weight drawn from the middle of a
// bar of 100.
type evidenceRow struct {
	assay.Evidence
	Start, Part float64
	Against     bool
}

func (s *Server) findingPage(r *http.Request) (view, title string, data any, err error) {
	answer, err := s.getFinding(r.Context(), &ByID{r.PathValue("id")})
	if err != nil {
		return "", "", nil, err
	}
	p := findingPage{Finding: answer.Body.Finding, Proves: answer.Body.Proves, Triage: answer.Body.Triage}
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	p.Element = describe(elements, p.Finding.Element)
	if answer.Body.Coverage != nil {
		p.Coverage = *answer.Body.Coverage
	}
	if s.Sealer != nil {
		for _, err := range s.Store.Matches(r.Context(), p.ID) {
			if err != nil {
				return "", "", nil, err
			}
			p.Kept++
		}
	}
	for _, e := range p.Evidence {
		p.Scales = append(p.Scales, scaleOf(e))
	}
	return "finding", p.Title, p, nil
}

// heaviest is the weight that fills half of the bar.
const heaviest = 8

func scaleOf(e assay.Evidence) evidenceRow {
	part := 50 * min(1, max(-1, e.Weight/heaviest))
	return evidenceRow{e, 50 + min(0, part), max(part, -part), e.Weight < 0}
}

// revealForm answers with the finding's page and its kept matches on it.
func (s *Server) revealForm(w http.ResponseWriter, r *http.Request) {
	matches, err := s.reveal(r.Context(), r.PathValue("id"), r.PostFormValue("reason"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	view, title, data, err := s.findingPage(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := data.(findingPage)
	page.Revealed, page.Asked = matches, true
	s.show(w, r, http.StatusOK, view, title, page)
}

// triageForm judges a finding.
func (s *Server) triageForm(w http.ResponseWriter, r *http.Request) {
	if err := s.judge(r.Context(), r.PathValue("id"), r.PostFormValue("status"), r.PostFormValue("reason")); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/findings/"+r.PathValue("id"), http.StatusSeeOther)
}
