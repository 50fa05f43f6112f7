package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.com/assay"
)

// isAPI reports whether a request wants JSON.
func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// refuse answers a request that may not be served: with a problem document (RFC
// 9457) in the API, otherwise with a page, or with the log-in page where that helps.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, why string) {
	switch {
	case isAPI(r):
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		problem(w, status, why)
	case status == http.StatusUnauthorized && r.Method == http.MethodGet:
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	default:
		s.show(w, r, status, "message", http.StatusText(status), why)
	}
}

func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// A client that has gone away is no failure of ours.
	_ = json.NewEncoder(w).Encode(huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail})
}

// fail answers a request that met an error: what the caller asked for is not
// there, or something of ours is broken, which the log tells and the answer not.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, why := s.statusOf(r.Context(), err)
	s.refuse(w, r, status, why)
}

// statusOf returns the status that an error stands for, and what to say of it.
func (s *Server) statusOf(ctx context.Context, err error) (status int, why string) {
	answer := huma.StatusError(nil)
	switch {
	case errors.As(err, &answer): // says itself what it is
		return answer.GetStatus(), answer.Error()
	case errors.Is(err, assay.ErrNotFound):
		return http.StatusNotFound, err.Error()
	case errors.Is(err, assay.ErrForbidden):
		return http.StatusForbidden, err.Error()
	case errors.Is(err, assay.ErrConflict):
		return http.StatusConflict, err.Error()
	case ctx.Err() != nil:
		return http.StatusServiceUnavailable, "the request was broken off"
	}
	s.Log.Error("request failed", "error", err)
	return http.StatusInternalServerError, "something is broken; the log of the server says what"
}
