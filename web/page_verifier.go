package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rogpeppe/go-internal/diff"

	"example.com/assay"
	"example.com/assay/report"
	"example.com/assay/verifiers"
)

// verifierPage is one element's versions, the newest first, how good they were
// found to be, and how the one in shadow compares with the one in use.
type verifierPage struct {
	report.Element
	Versions []versionRow
	Active   *versionRow // nil where none is in use
	Shadow   *versionRow // nil where none runs in shadow
	Compared comparison  // of the findings of the two
	Gate     bool        // whether versions can be measured here
	Refused  *assay.Admission
	Percents []int
}

// versionRow is a version with its quality; nil where nobody measured it.
type versionRow struct {
	assay.VerifierVersion
	Quality *assay.Measure
}

// percents are the steps of a roll-out that the page proposes.
var percents = []int{5, 20, 50, 100}

func (s *Server) verifierPage(r *http.Request) (view, title string, data any, err error) {
	p, err := s.verifierOf(r.Context(), assay.Element(r.PathValue("element")))
	return "verifier", p.Title, p, err
}

func (s *Server) verifierOf(ctx context.Context, id assay.Element) (verifierPage, error) {
	elements, err := s.book.all(ctx)
	if err != nil {
		return verifierPage{}, err
	}
	p := verifierPage{Element: describe(elements, id), Gate: s.Gate != nil, Percents: percents}
	versions, err := verifiers.VersionsOf(ctx, s.Store, id)
	if err != nil {
		return p, err
	}
	qualities, err := report.LatestQualities(s.Store.Measures(ctx, id))
	if err != nil {
		return p, err
	}
	for _, v := range slices.Backward(versions) {
		row := versionRow{v, nil}
		if m, ok := qualities[v.Hash]; ok {
			row.Quality = &m
		}
		p.Versions = append(p.Versions, row)
		switch {
		case v.State == assay.StateActive:
			p.Active = &row
		case v.State == assay.StateShadow && (p.Shadow == nil || v.Share > 0):
			p.Shadow = &row
		}
	}
	if p.Shadow != nil {
		p.Compared, err = s.compareFindings(ctx, id, p.Shadow)
	}
	return p, err
}

// comparison is what the version in use and the one in shadow found.
type comparison struct {
	Both, OnlyActive, OnlyShadow int // fields
	Differ                       []differingField
}

// differingField is a field in which one of the two versions alone found the
// element.
type differingField struct {
	assay.Finding
	Shadow bool // the one in shadow found it
}

// shownDiffering is how many differing fields the page lists.
const shownDiffering = 25

// compareFindings compares the findings of an element by their states. Where a
// version is being rolled out, those of its share of the assets count as its own.
func (s *Server) compareFindings(ctx context.Context, element assay.Element, shadow *versionRow) (comparison, error) {
	fields := map[string][2]*assay.Finding{}
	for f, err := range s.Store.Findings(ctx, assay.FindingFilter{Element: element}) {
		if err != nil {
			return comparison{}, err
		}
		pair, at := fields[f.ID], 0
		if f.Verifier == fmt.Sprintf("%s@%d", element, shadow.Version) {
			at = 1
		}
		pair[at] = &f
		fields[f.ID] = pair
	}
	var c comparison
	for _, pair := range fields {
		switch {
		case pair[0] != nil && pair[1] != nil:
			c.Both++
		case pair[0] != nil:
			c.OnlyActive++
			c.Differ = append(c.Differ, differingField{*pair[0], false})
		default:
			c.OnlyShadow++
			c.Differ = append(c.Differ, differingField{*pair[1], true})
		}
	}
	slices.SortFunc(c.Differ, func(a, b differingField) int {
		return cmp.Or(cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Field, b.Field))
	})
	c.Differ = c.Differ[:min(shownDiffering, len(c.Differ))]
	return c, nil
}

// rolloutForm puts a version into use where the gate lets it, and else says why not.
func (s *Server) rolloutForm(w http.ResponseWriter, r *http.Request) {
	ctx, element := r.Context(), assay.Element(r.PathValue("element"))
	refused, err := s.rollOut(ctx, element, r.PostFormValue("version"), r.PostFormValue("percent"), r.PostFormValue("reason"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if refused == nil {
		http.Redirect(w, r, "/verifiers/"+string(element), http.StatusSeeOther)
		return
	}
	p, err := s.verifierOf(ctx, element)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	p.Refused = refused
	s.show(w, r, http.StatusConflict, "verifier", p.Title, p)
}

// rollOut returns what the gate says of a version that it refuses.
func (s *Server) rollOut(ctx context.Context, element assay.Element, version, percent, reason string) (*assay.Admission, error) {
	n, badVersion := strconv.Atoi(version)
	share, badShare := strconv.Atoi(percent)
	switch {
	case s.Gate == nil:
		return nil, huma.NewError(http.StatusNotFound, "nothing is measured here: no key is configured")
	case badVersion != nil || badShare != nil || share < 1 || share > 100:
		return nil, huma.NewError(http.StatusUnprocessableEntity, "name a version, and a percentage from 1 to 100")
	case reason == "":
		return nil, huma.NewError(http.StatusUnprocessableEntity, "say why, for those who come after you")
	}
	d, err := s.Gate.RollOut(ctx, element, n, share, actorOf(ctx).Name, reason)
	if err != nil {
		return nil, err
	}
	if !d.Pass {
		return &d, nil
	}
	s.logChange(ctx, "verifier rolled out", "verifier", element, "version", n, "percent", share)
	return nil, nil
}

// rollbackForm ends a roll-out, or makes the former version active again.
func (s *Server) rollbackForm(w http.ResponseWriter, r *http.Request) {
	ctx, element := r.Context(), assay.Element(r.PathValue("element"))
	n, state, err := verifiers.Rollback(ctx, s.Store, element, 0, s.changeBy(ctx, r.PostFormValue("reason")))
	if _, err = s.wasChanged(ctx, string(element), n, state, err); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/verifiers/"+string(element), http.StatusSeeOther)
}

// diffPage is what differs between two versions.
type diffPage struct {
	report.Element
	From, To assay.VerifierVersion
	Versions []assay.VerifierVersion
	Lines    []diffLine
}

// diffLine is a line of a difference: with its mark, a blank, + or -.
type diffLine struct{ Mark, Text string }

// Class is the line's, for the style sheet.
func (l diffLine) Class() string {
	return map[string]string{"+": "plus", "-": "minus", "@": "place"}[l.Mark]
}

func (s *Server) diffPage(r *http.Request) (view, title string, data any, err error) {
	id := assay.Element(r.PathValue("element"))
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	p := diffPage{Element: describe(elements, id)}
	if p.Versions, err = verifiers.VersionsOf(r.Context(), s.Store, id); err != nil {
		return "", "", nil, err
	}
	p.choose(r.URL.Query().Get("from"), r.URL.Query().Get("to"))
	texts := [2]string{pretty(p.From.Definition) + "\n", pretty(p.To.Definition) + "\n"}
	for i, line := range splitLines(string(diff.Diff("from", []byte(texts[0]), "to", []byte(texts[1])))) {
		if i > 2 && line != "" { // the heads name the versions, which the page does
			p.Lines = append(p.Lines, diffLine{line[:1], line[1:]})
		}
	}
	return "diff", "Changes of " + p.Title, p, nil
}

// choose takes the versions that are asked for: by default the active one, and
// the newest other.
func (p *diffPage) choose(from, to string) {
	named := func(text string, fallback int) assay.VerifierVersion {
		n, _ := strconv.Atoi(text)
		for _, v := range p.Versions {
			if v.Version == n {
				return v
			}
		}
		return p.Versions[fallback]
	}
	newest := len(p.Versions) - 1
	active := verifiers.Active(p.Versions)
	if active < 0 || active == newest {
		active = max(0, newest-1)
	}
	p.From, p.To = named(from, active), named(to, newest)
}
