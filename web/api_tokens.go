package web

import (
	"context"
	"fmt"
	"time"

	"example.com/assay"
)

func (s *Server) self(ctx context.Context, _ *none) (*oneAnswer[assay.Token], error) {
	caller, _ := callerOf(ctx)
	return &oneAnswer[assay.Token]{caller}, nil
}

func (s *Server) listTokens(ctx context.Context, _ *none) (*listAnswer[assay.Token], error) {
	var items []assay.Token
	for t, err := range s.Store.Tokens(ctx) {
		if err != nil {
			return nil, err
		}
		items = append(items, t)
	}
	return listOf(items, ""), nil
}

type newToken struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"200" doc:"Whose it is, for a person."`
		Role string `json:"role" enum:"viewer,labeller,operator,admin"`
		Days int    `json:"days,omitempty" minimum:"1" maximum:"3650" doc:"How long it is in force; absent: until it is revoked."`
	}
}

// madeToken is a token together with its secret.
type madeToken struct {
	assay.Token
	Secret string `json:"secret" doc:"Shown here only."`
}

func (s *Server) createToken(ctx context.Context, in *newToken) (*oneAnswer[madeToken], error) {
	caller, _ := callerOf(ctx)
	ttl := time.Duration(in.Body.Days) * 24 * time.Hour
	token, secret := NewToken(in.Body.Name, assay.Role(in.Body.Role), caller.Name, s.Now(), ttl)
	if err := s.Store.AddToken(ctx, token); err != nil {
		return nil, err
	}
	if err := s.audit(ctx, assay.ActionTokenCreate, token.ID, "", fmt.Sprintf("%s for %q", token.Role, token.Name)); err != nil {
		return nil, err
	}
	s.logChange(ctx, "token made", "made", token.ID, "role", token.Role)
	return &oneAnswer[madeToken]{madeToken{token, secret}}, nil
}

func (s *Server) revokeToken(ctx context.Context, in *ByID) (*none, error) {
	if err := s.Store.RevokeToken(ctx, in.ID); err != nil {
		return nil, err
	}
	if err := s.audit(ctx, assay.ActionTokenRevoke, in.ID, "", ""); err != nil {
		return nil, err
	}
	s.logChange(ctx, "token revoked", "revoked", in.ID)
	return nil, nil
}
