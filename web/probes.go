package web

import (
	"io"
	"net/http"
)

// addProbes adds what an orchestrator asks: whether the process runs, and
// whether it can work.
func (s *Server) addProbes(mux *guardedMux) {
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") })
	for _, route := range []string{"GET /readyz", "GET /startupz"} {
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			if err := s.Ready(r.Context()); err != nil {
				s.Log.Warn("not ready", "error", err)
				plain(w, http.StatusServiceUnavailable, "not ready; the log says why\n")
				return
			}
			plain(w, http.StatusOK, "ok\n")
		})
	}
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // a client that has gone away is no failure of ours
}
