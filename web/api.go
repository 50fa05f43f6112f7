package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// apiPrefix begins every path of the API.
const apiPrefix = "/api/v1"

// The forms of the list and of the single answer: {"items": […], "next": "…"}
// with next where there is more, and the object itself.
type (
	listAnswer[T any] struct{ Body listBody[T] }
	oneAnswer[T any]  struct{ Body T }
)

// listBody is a page of a list.
type listBody[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"Ask again with this as after, to get what follows. Absent at the end."`
}

// listOf returns a page, which is never null.
func listOf[T any](items []T, next string) *listAnswer[T] {
	if items == nil {
		items = []T{}
	}
	return &listAnswer[T]{listBody[T]{items, next}}
}

// operation is one route of the API.
type operation struct {
	method, path, id, summary string
	register                  func(huma.API, huma.Operation)
}

// addAPI adds the routes of the API and their OpenAPI description.
func (s *Server) addAPI(mux *guardedMux) error {
	cfg := huma.DefaultConfig("assay", "1")
	// No pages that load scripts from elsewhere, and no links to schemas in answers.
	cfg.DocsPath, cfg.OpenAPIPath, cfg.SchemasPath, cfg.CreateHooks = "", "", "", nil
	cfg.Info.Description = "Findings, coverage, tasks, verifiers and tokens of assay. No answer but those of revealFinding and revealItem holds a sampled value."
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "A token made with `assay api token create`."},
		"session": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "The session of a browser."},
	}
	api := humago.New(mux, cfg)
	for _, op := range s.operations() {
		needs, _ := needsOf(op.method + " " + apiPrefix + op.path)
		op.register(api, huma.Operation{
			Method: op.method, Path: apiPrefix + op.path, OperationID: op.id, Summary: op.summary,
			Description: fmt.Sprintf("Needs the role %s.", needs), RejectUnknownQueryParameters: true, MaxBodyBytes: maxBody,
			Security: []map[string][]string{{"token": {}}, {"session": {}}},
			Errors:   []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests},
		})
	}
	spec, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
	if err != nil {
		return fmt.Errorf("describe the API: %w", err)
	}
	mux.HandleFunc("GET /api/v1/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(spec) // a client that has gone away is no failure of ours
	})
	return nil
}

// operations lists the routes of the API but for its description.
func (s *Server) operations() []operation {
	return []operation{
		{"GET", "/self", "getSelf", "Who the token is", handle(s, s.self)},
		{"GET", "/findings", "listFindings", "Findings, by asset and field", handle(s, s.listFindings)},
		{"GET", "/findings/{id}", "getFinding", "One finding, and how its field was sampled", handle(s, s.getFinding)},
		{"POST", "/findings/{id}/reveal", "revealFinding", "Show the kept matches of a finding; the audit log says who saw them", handle(s, s.revealFinding)},
		{"POST", "/findings/{id}/triage", "judgeFinding", "Judge a finding", handle(s, s.judgeFinding)},
		{"GET", "/coverage", "listCoverage", "How far every field was examined, by asset", handle(s, s.listCoverage)},
		{"GET", "/stores", "listStores", "How far every store was examined", handle(s, s.listStores)},
		{"GET", "/assets", "listAssets", "Assets with their counts", handle(s, s.listAssets)},
		{"GET", "/elements", "listElements", "In how many fields of which store each element was found", handle(s, s.listElements)},
		{"GET", "/verifiers", "listVerifiers", "Every version of every verifier", handle(s, s.listVerifiers)},
		{"POST", "/verifiers", "addVerifier", "Add a definition, after running its examples; scanners take it up", handle(s, s.addVerifier)},
		{"GET", "/verifiers/{element}", "getVerifier", "The versions of a verifier, and every change", handle(s, s.getVerifier)},
		{"POST", "/verifiers/{element}/disable", "disableVerifier", "Stop a version from running", handle(s, s.disableVerifier)},
		{"POST", "/verifiers/{element}/rollback", "rollbackVerifier", "Make another version the active one", handle(s, s.rollbackVerifier)},
		{"GET", "/tasks", "getDepth", "How many tasks are in which state", handle(s, s.getDepth)},
		{"GET", "/tasks/{state}", "listTasks", "Tasks in a state, the oldest first", handle(s, s.listTasks)},
		{"POST", "/tasks/redrive", "redriveTasks", "Make dead tasks wait again", handle(s, s.redriveTasks)},
		{"POST", "/tasks/drop", "dropTasks", "Remove tasks for good", handle(s, s.dropTasks)},
		{"GET", "/items", "listItems", "Values to be labelled, without what they are", handle(s, s.listItems)},
		{"POST", "/items/{id}/reveal", "revealItem", "Show a value to be labelled; the audit log says who saw it", handle(s, s.revealItem)},
		{"POST", "/items/{id}/label", "labelItem", "Say whether the element is in a value", handle(s, s.labelItem)},
		{"DELETE", "/items/{id}/label", "unlabelItem", "Take one's own label back", handle(s, s.unlabelItem)},
		{"GET", "/labels", "listLabels", "Who said what of values and fields", handle(s, s.listLabels)},
		{"POST", "/labels", "labelField", "Say whether the element is in a field as a whole", handle(s, s.labelField)},
		{"GET", "/audit", "listAudit", "Who did what, the newest first", handle(s, s.listAudit)},
		{"GET", "/tokens", "listTokens", "Tokens, the newest first", handle(s, s.listTokens)},
		{"POST", "/tokens", "createToken", "Make a token; its secret is in this answer only", handle(s, s.createToken)},
		{"DELETE", "/tokens/{id}", "revokeToken", "End a token and its sessions", handle(s, s.revokeToken)},
	}
}

// handle adapts a method of the server: an error that is no answer of its own
// becomes the one that it stands for.
func handle[I, O any](s *Server, do func(context.Context, *I) (*O, error)) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := do(ctx, in)
			if _, answered := err.(huma.StatusError); err != nil && !answered {
				status, why := s.statusOf(ctx, err)
				err = huma.NewError(status, why)
			}
			return out, err
		})
	}
}
