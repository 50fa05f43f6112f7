package web

import (
	"fmt"
	"net/http"

	"example.com/assay"
)

// public is the role of routes that need none.
const public assay.Role = ""

// access says which role each route needs: this, or one that may do more. It is
// the only place that says so; a route without a row is not served.
var access = []struct {
	route string
	needs assay.Role
}{
	// Probes, and what a browser needs before its user has logged in.
	{"GET /livez", public},
	{"GET /readyz", public},
	{"GET /startupz", public},
	{"GET /static/{file}", public},
	{"GET /login", public},
	{"POST /login", public},
	{"POST /logout", public},
	{"GET /api/v1/openapi.json", public},

	// Pages.
	{"GET /{$}", assay.RoleViewer},
	{"GET /findings", assay.RoleViewer},
	{"GET /findings/{id}", assay.RoleViewer},
	{"POST /findings/{id}/reveal", assay.RoleLabeller},
	{"GET /labels", assay.RoleViewer},
	{"POST /label/{element}", assay.RoleLabeller},
	{"POST /labels/field", assay.RoleLabeller},
	{"POST /findings/{id}/triage", assay.RoleOperator},
	{"GET /elements", assay.RoleViewer},
	{"GET /coverage", assay.RoleViewer},
	{"GET /asset", assay.RoleViewer},
	{"GET /verifiers", assay.RoleViewer},
	{"GET /verifiers/{element}", assay.RoleViewer},
	{"GET /verifiers/{element}/diff", assay.RoleViewer},
	{"POST /verifiers/{element}/rollout", assay.RoleOperator},
	{"POST /verifiers/{element}/rollback", assay.RoleOperator},
	{"GET /editor", assay.RoleOperator},
	{"POST /editor/try", assay.RoleOperator},
	{"POST /editor/add", assay.RoleAdmin},
	{"GET /quality", assay.RoleViewer},
	{"GET /quality/{element}", assay.RoleViewer},
	{"GET /quality/{element}/samples", assay.RoleViewer},
	{"POST /quality/{element}/samples", assay.RoleLabeller},
	{"GET /tasks", assay.RoleViewer},
	{"POST /tasks/redrive", assay.RoleOperator},
	{"POST /tasks/drop", assay.RoleOperator},
	{"GET /audit", assay.RoleAdmin},

	// The API.
	{"GET /api/v1/self", assay.RoleViewer},
	{"GET /api/v1/findings", assay.RoleViewer},
	{"GET /api/v1/findings/{id}", assay.RoleViewer},
	{"POST /api/v1/findings/{id}/reveal", assay.RoleLabeller},
	{"POST /api/v1/findings/{id}/triage", assay.RoleOperator},
	{"GET /api/v1/coverage", assay.RoleViewer},
	{"GET /api/v1/stores", assay.RoleViewer},
	{"GET /api/v1/assets", assay.RoleViewer},
	{"GET /api/v1/elements", assay.RoleViewer},
	{"GET /api/v1/verifiers", assay.RoleViewer},
	{"POST /api/v1/verifiers", assay.RoleAdmin},
	{"GET /api/v1/verifiers/{element}", assay.RoleViewer},
	{"POST /api/v1/verifiers/{element}/disable", assay.RoleOperator},
	{"POST /api/v1/verifiers/{element}/rollback", assay.RoleOperator},
	{"GET /api/v1/tasks", assay.RoleViewer},
	{"GET /api/v1/tasks/{state}", assay.RoleViewer},
	{"POST /api/v1/tasks/redrive", assay.RoleOperator},
	{"POST /api/v1/tasks/drop", assay.RoleOperator},
	{"GET /api/v1/items", assay.RoleViewer},
	{"POST /api/v1/items/{id}/reveal", assay.RoleLabeller},
	{"POST /api/v1/items/{id}/label", assay.RoleLabeller},
	{"DELETE /api/v1/items/{id}/label", assay.RoleLabeller},
	{"GET /api/v1/labels", assay.RoleViewer},
	{"POST /api/v1/labels", assay.RoleLabeller},
	{"GET /api/v1/audit", assay.RoleAdmin},
	{"GET /api/v1/tokens", assay.RoleAdmin},
	{"POST /api/v1/tokens", assay.RoleAdmin},
	{"DELETE /api/v1/tokens/{id}", assay.RoleAdmin},
}

// needsOf returns the role that a route needs.
func needsOf(route string) (assay.Role, bool) {
	for _, row := range access {
		if row.route == route {
			return row.needs, true
		}
	}
	return "", false
}

// guardedMux takes routes that have a row in access only, and lets those through
// whose role suffices.
type guardedMux struct {
	server   *Server
	mux      *http.ServeMux
	patterns []string
	err      error // the first route that was refused
}

// HandleFunc adds a route.
func (g *guardedMux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	needs, ok := needsOf(pattern)
	if !ok {
		if g.err == nil {
			g.err = fmt.Errorf("route %q has no row in the table of access", pattern)
		}
		return
	}
	g.patterns = append(g.patterns, pattern)
	g.mux.HandleFunc(pattern, g.server.guard(needs, handler))
}

// ServeHTTP implements http.Handler.
func (g *guardedMux) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.mux.ServeHTTP(w, r) }

// guard lets a request through whose caller has the role.
func (s *Server) guard(needs assay.Role, next http.HandlerFunc) http.HandlerFunc {
	if needs == public {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := callerOf(r.Context())
		switch {
		case !ok:
			s.refuse(w, r, http.StatusUnauthorized, "log in, or send a token as Authorization: Bearer …")
		case !token.Role.Allows(needs):
			s.refuse(w, r, http.StatusForbidden, fmt.Sprintf("this needs the role %s; yours is %s", needs, token.Role))
		default:
			next(w, r)
		}
	}
}
