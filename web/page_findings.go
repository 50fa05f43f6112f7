package web

import (
	"net/http"
	"slices"
	"strconv"

	"example.com/assay"
	"example.com/assay/report"
)

// assetsShown is how many assets a page lists, and assetsOpen of how many it
// shows the findings without being asked.
const assetsShown, assetsOpen = 40, 8

// findingsPage is the findings by store, asset and field.
type findingsPage struct {
	Query    findingsForm
	Stores   []string
	Elements []report.Element // that were found
	Groups   []storeGroup
	Next     string // link to what follows; empty at the end
	Filtered bool
}

// findingsForm is what the page's form asks for.
type findingsForm struct {
	Store, Element, Severity, After string
	Confidence                      string
}

type storeGroup struct {
	Store  string
	Assets []assetGroup
}

type assetGroup struct {
	assay.AssetSummary
	Found []Finding
	Open  bool // whether its findings are shown at once
}

// Severities returns those of the findings, the gravest first.
func (g assetGroup) Severities() (all []report.Severity) {
	for _, severity := range severities {
		if slices.ContainsFunc(g.Found, func(f Finding) bool { return f.Severity == severity }) {
			all = append(all, severity)
		}
	}
	return all
}

func (s *Server) findingsPage(r *http.Request) (view, title string, data any, err error) {
	q := r.URL.Query()
	p := findingsPage{Query: findingsForm{q.Get("store"), q.Get("element"), q.Get("severity"), q.Get("after"), q.Get("confidence")}}
	p.Filtered = p.Query.Store+p.Query.Element+p.Query.Severity+p.Query.Confidence != ""
	counts, err := s.Store.ElementCounts(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	elements, err := s.book.all(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	for _, row := range elementRows(counts, elements) {
		p.Elements = append(p.Elements, row.Element)
	}
	for _, c := range counts {
		if !slices.Contains(p.Stores, c.Store) {
			p.Stores = append(p.Stores, c.Store)
		}
	}
	slices.Sort(p.Stores)
	assets, err := s.Store.AssetSummaries(r.Context(), assay.AssetFilter{Store: p.Query.Store, Element: assay.Element(p.Query.Element),
		Found: true, After: assay.AssetID(p.Query.After), Limit: assetsShown + 1})
	if err != nil {
		return "", "", nil, err
	}
	if len(assets) > assetsShown {
		assets = assets[:assetsShown]
		p.Next = link("/findings", "store", p.Query.Store, "element", p.Query.Element, "severity", p.Query.Severity,
			"confidence", p.Query.Confidence, "after", assets[assetsShown-1].Asset)
	}
	qualities, err := report.LatestQualities(s.Store.Measures(r.Context(), ""))
	if err != nil {
		return "", "", nil, err
	}
	for _, asset := range assets {
		found, err := s.foundIn(r, asset.Asset, p.Query, elements, qualities)
		if err != nil {
			return "", "", nil, err
		}
		p.add(asset, found, p.Filtered || len(assets) <= assetsOpen)
	}
	return "findings", "Findings", p, nil
}

// add puts an asset with its findings into its store's group.
func (p *findingsPage) add(asset assay.AssetSummary, found []Finding, open bool) {
	if len(found) == 0 {
		return
	}
	i := slices.IndexFunc(p.Groups, func(g storeGroup) bool { return g.Store == asset.Store })
	if i < 0 {
		i = len(p.Groups)
		p.Groups = append(p.Groups, storeGroup{Store: asset.Store})
	}
	p.Groups[i].Assets = append(p.Groups[i].Assets, assetGroup{asset, found, open})
}

// foundIn returns the findings of an asset that the form asks for.
func (s *Server) foundIn(r *http.Request, asset assay.AssetID, q findingsForm, elements map[assay.Element]report.Element, qualities report.Qualities) (found []Finding, err error) {
	least, _ := strconv.ParseFloat(q.Confidence, 64) // what is no number restricts nothing
	filter := assay.FindingFilter{Asset: asset, Element: assay.Element(q.Element), State: assay.StateActive}
	for f, err := range s.Store.Findings(r.Context(), filter) {
		if err != nil {
			return nil, err
		}
		told := tell(f, elements, qualities)
		if f.Confidence >= least && (q.Severity == "" || told.Severity.Reaches(report.Severity(q.Severity))) {
			found = append(found, told)
		}
	}
	return found, nil
}
