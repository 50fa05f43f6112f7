package web

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"example.com/assay"
)

// actorOf is who calls, as the audit log names them.
func actorOf(ctx context.Context) assay.Actor {
	caller, _ := callerOf(ctx)
	id := caller.ID
	if caller.Parent != "" { // a session stands for the token it was begun with
		id = caller.Parent
	}
	return assay.Actor{Name: caller.Name + " (" + id + ")", Role: caller.Role}
}

// audit notes what the caller did.
func (s *Server) audit(ctx context.Context, action, object, reason, detail string) error {
	who := actorOf(ctx)
	return s.Store.Audit(ctx, assay.AuditEntry{Actor: who.Name, Role: who.Role, Action: action, Object: object, Reason: reason, Detail: detail})
}

// revealed is one piece of matched content, in the clear. This is the only answer
// of the server that holds what was found.
type revealed struct {
	Content string `json:"content" doc:"As text, where it is text."`
	Bytes   string `json:"bytes,omitempty" doc:"In base64, where it is no text."`
	Row     string `json:"row,omitempty" doc:"The row's key."`
	Line    int    `json:"line,omitempty"`
	File    string `json:"file,omitempty" doc:"Inside an archive."`
}

// reveal opens the kept matches of a finding, after it is audited who asked.
func (s *Server) reveal(ctx context.Context, id, reason string) ([]revealed, error) {
	if s.Sealer == nil {
		return nil, huma.NewError(http.StatusNotFound, "no matched content is kept here: no key is configured")
	}
	if strings.TrimSpace(reason) == "" {
		return nil, huma.NewError(http.StatusUnprocessableEntity, "say why you need to see it, for the audit log")
	}
	f, err := s.Store.Finding(ctx, id)
	if err != nil {
		return nil, err
	}
	matched, err := assay.Reveal(ctx, s.Store, s.Sealer, actorOf(ctx), f.ID, reason)
	if err != nil {
		return nil, err
	}
	out := make([]revealed, 0, len(matched))
	for _, m := range matched {
		out = append(out, shown(m))
	}
	return out, nil
}

// shown is the one place of the server where content leaves its mask.
func shown(m assay.Matched) revealed {
	r := revealed{Row: strings.ToValidUTF8(string([]byte(m.Place.Row)), "\uFFFD"), Line: m.Place.Line, File: m.Place.File}
	if text := string([]byte(m.Content)); utf8.ValidString(text) && strings.IndexFunc(text, unicode.IsControl) < 0 {
		r.Content = text
	} else {
		r.Bytes = base64.StdEncoding.EncodeToString([]byte(m.Content))
	}
	return r
}

// triageOf returns the judgement on a finding: open when nobody judged it.
func (s *Server) triageOf(ctx context.Context, id string) (assay.Triage, error) {
	for t, err := range s.Store.Triages(ctx, id) {
		return t, err
	}
	return assay.Triage{Finding: id, Status: assay.TriageOpen}, nil
}

// judge gives a finding a person's judgement.
func (s *Server) judge(ctx context.Context, id, status, reason string) error {
	f, err := s.Store.Finding(ctx, id)
	if err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return huma.NewError(http.StatusUnprocessableEntity, "say why, for those who come after you")
	}
	who := actorOf(ctx)
	return s.Store.SetTriage(ctx, who, assay.Triage{Finding: f.ID, Status: assay.TriageStatus(status), Author: who.Name, Reason: reason})
}
