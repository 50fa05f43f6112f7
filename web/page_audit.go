package web

import (
	"net/http"

	"example.com/assay"
)

// entriesShown is how many entries of the audit log a page lists.
const entriesShown = 200

// auditPage is the newest part of the audit log.
type auditPage struct {
	Object  string
	Entries []assay.AuditEntry
	More    bool
}

func (s *Server) auditPage(r *http.Request) (view, title string, data any, err error) {
	p := auditPage{Object: r.URL.Query().Get("object")}
	if p.Entries, err = s.lastEntries(r.Context(), p.Object, entriesShown+1); err != nil {
		return "", "", nil, err
	}
	if p.More = len(p.Entries) > entriesShown; p.More {
		p.Entries = p.Entries[:entriesShown]
	}
	return "audit", "Audit log", p, nil
}
