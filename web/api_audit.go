package web

import (
	"context"

	"example.com/assay"
)

// reasoned is a request that must say why.
type reasoned struct {
	ByID
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"2000" doc:"Why, for the audit log."`
	}
}

func (s *Server) revealFinding(ctx context.Context, in *reasoned) (*listAnswer[revealed], error) {
	matches, err := s.reveal(ctx, in.ID, in.Body.Reason)
	return listOf(matches, ""), err
}

// judgement is a request to judge a finding.
type judgement struct {
	ByID
	Body struct {
		Status string `json:"status" enum:"open,ack,false_positive"`
		Reason string `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

func (s *Server) judgeFinding(ctx context.Context, in *judgement) (*oneAnswer[assay.Triage], error) {
	if err := s.judge(ctx, in.ID, in.Body.Status, in.Body.Reason); err != nil {
		return nil, err
	}
	f, err := s.Store.Finding(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	triage, err := s.triageOf(ctx, f.ID)
	return &oneAnswer[assay.Triage]{triage}, err
}

type auditQuery struct {
	Object string `query:"object" maxLength:"128" doc:"Only what was done to this: the id of a finding or a token."`
	Limit  int    `query:"limit" minimum:"1" maximum:"10000" default:"100"`
}

func (s *Server) listAudit(ctx context.Context, q *auditQuery) (*listAnswer[assay.AuditEntry], error) {
	entries, err := s.lastEntries(ctx, q.Object, q.Limit)
	return listOf(entries, ""), err
}

// lastEntries returns the newest entries of the audit log.
func (s *Server) lastEntries(ctx context.Context, object string, limit int) (entries []assay.AuditEntry, err error) {
	for e, err := range s.Store.AuditEntries(ctx, object) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
		if len(entries) == limit {
			break
		}
	}
	return entries, nil
}
