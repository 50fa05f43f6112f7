package storetest

import (
	"errors"
	"time"

	"example.com/assay"
)

// token makes a token of a role; its hash is as long as the real ones.
func token(id string, role assay.Role, created time.Time) assay.Token {
	return assay.Token{ID: id, Name: "ci <of> the größte team", Role: role, Author: "ada", Created: created,
		Hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
}

func tokens(f *fixture) {
	old, young := token("a1", assay.RoleViewer, begin), token("b2", assay.RoleAdmin, begin.Add(time.Hour))
	young.Expires = begin.Add(1000 * time.Hour)
	for _, t := range []assay.Token{old, young} {
		if err := f.s.AddToken(f.Context(), t); err != nil {
			f.Fatal(err)
		}
	}
	f.same("tokens, the newest first", []assay.Token{young, old}, collect(f, f.s.Tokens(f.Context())))
	got, err := f.s.Token(f.Context(), "b2")
	if err != nil {
		f.Fatal(err)
	}
	f.same("token by id", young, got)
	f.revoke("a1")
	first := f.token("a1").Revoked
	if since := time.Since(first); since < -time.Minute || since > time.Minute {
		f.Errorf("revoked at %v, want now", first)
	}
	f.revoke("a1")
	f.same("revoked again", first, f.token("a1").Revoked)
	f.same("the other", young, f.token("b2"))
}

func tokenRefusals(f *fixture) {
	good := token("a1", assay.RoleViewer, begin)
	noRole, noHash, noID := good, good, good
	noRole.Role, noHash.Hash, noID.ID = "root", "", ""
	for _, t := range []assay.Token{noRole, noHash, noID} {
		if err := f.s.AddToken(f.Context(), t); err == nil {
			f.Errorf("token %+v was kept", t)
		}
	}
	if err := f.s.AddToken(f.Context(), good); err != nil {
		f.Fatal(err)
	}
	if err := f.s.AddToken(f.Context(), good); !errors.Is(err, assay.ErrConflict) {
		f.Errorf("the same id again: %v, want a conflict", err)
	}
	if _, err := f.s.Token(f.Context(), "zz"); !errors.Is(err, assay.ErrNotFound) {
		f.Errorf("an unknown token: %v, want not found", err)
	}
	if err := f.s.RevokeToken(f.Context(), "zz"); !errors.Is(err, assay.ErrNotFound) {
		f.Errorf("revoke an unknown token: %v, want not found", err)
	}
}

// sessions: they are not listed, and end with their token.
func sessions(f *fixture) {
	session, other := token("s1", assay.RoleAdmin, begin), token("s2", assay.RoleAdmin, begin)
	session.Parent, other.Parent = "a1", "b2"
	session.Expires, other.Expires = time.Now().Add(time.Hour), time.Now().Add(time.Hour)
	for _, t := range []assay.Token{token("a1", assay.RoleAdmin, begin), token("b2", assay.RoleAdmin, begin), session, other} {
		if err := f.s.AddToken(f.Context(), t); err != nil {
			f.Fatal(err)
		}
	}
	if got := collect(f, f.s.Tokens(f.Context())); len(got) != 2 {
		f.Errorf("%d tokens are listed, want the two that are no sessions", len(got))
	}
	f.revoke("a1")
	if got, err := f.s.Token(f.Context(), "s1"); err == nil && got.Live(time.Now()) {
		f.Error("the session outlives its token")
	}
	if got := f.token("s2"); !got.Live(time.Now()) {
		f.Error("the session of another token has ended too")
	}
}

func (f *fixture) revoke(id string) {
	f.Helper()
	if err := f.s.RevokeToken(f.Context(), id); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) token(id string) assay.Token {
	f.Helper()
	t, err := f.s.Token(f.Context(), id)
	if err != nil {
		f.Fatal(err)
	}
	return t
}
