package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/assay"
)

// sessionCookie holds the secret of a browser's session, a token of its own
// that ends with the one it was begun with. Scripts cannot read it, and other
// sites' pages do not send it with what they post.
const sessionCookie = "assay_session"

func (s *Server) cookie(value string, expires time.Time) *http.Cookie {
	return &http.Cookie{Name: sessionCookie, Value: value, Path: "/", Expires: expires,
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
}

func (s *Server) endCookie(w http.ResponseWriter) {
	c := s.cookie("", time.Time{})
	c.MaxAge = -1
	http.SetCookie(w, c)
}

// loginPage is the form for a token.
type loginPage struct {
	Next string // where to go afterwards
	Err  string
}

func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, http.StatusOK, "login", "Log in", loginPage{Next: localPath(r.URL.Query().Get("next"))})
}

// login begins a session with a token.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	next := localPath(r.PostFormValue("next"))
	if !s.limits.mayTry(addressOf(r)) {
		s.refuse(w, r, http.StatusTooManyRequests, "too many wrong tokens")
		return
	}
	token, err := s.tokenOf(r.Context(), strings.TrimSpace(r.PostFormValue("token")))
	if err == nil && token.Parent != "" {
		err = errNoToken // a session cannot begin another, which would outlive it
	}
	if errors.Is(err, errNoToken) {
		s.limits.failed(addressOf(r))
		s.show(w, r, http.StatusUnauthorized, "login", "Log in", loginPage{next, "This token is unknown, expired or revoked."})
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	session, secret := NewToken(token.Name, token.Role, token.ID, s.Now(), s.Session)
	session.Parent = token.ID
	if !token.Expires.IsZero() && token.Expires.Before(session.Expires) {
		session.Expires = token.Expires
	}
	if err := s.Store.AddToken(r.Context(), session); err != nil {
		s.fail(w, r, err)
		return
	}
	s.Log.Info("session begun", "token", token.ID, "name", token.Name, "role", token.Role)
	http.SetCookie(w, s.cookie(secret, session.Expires))
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// logout ends the session.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	if token, ok := callerOf(r.Context()); ok && token.Parent != "" {
		if err := s.Store.RevokeToken(r.Context(), token.ID); err != nil && !errors.Is(err, assay.ErrNotFound) {
			s.fail(w, r, err)
			return
		}
	}
	s.endCookie(w)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// localPath keeps a path of this server, and makes / of anything else, so that
// nobody is led to another site by a link to the log-in page.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(next, "\\\x00\r\n\t") {
		return "/"
	}
	return u.RequestURI()
}
