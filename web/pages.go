package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"example.com/assay"
)

//go:embed view static
var files embed.FS

// pages are the templates and what they link to.
type pages struct {
	views  map[string]*template.Template // by the name of their file
	static map[string]staticFile         // by the name they are served under
}

// staticFile is served for good under a name that changes with its content.
type staticFile struct {
	kind    string
	content []byte
}

// kinds are the media types of static files.
var kinds = map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}

// loadPages reads the embedded files.
func loadPages() (*pages, error) {
	p := &pages{views: map[string]*template.Template{}, static: map[string]staticFile{}}
	names := map[string]string{} // of static files, as they are written and as they are served
	err := fs.WalkDir(files, "static", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := files.ReadFile(file)
		sum := sha256.Sum256(content)
		base, ext := path.Base(file), path.Ext(file)
		served := strings.TrimSuffix(base, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		names[base], p.static[served] = "/static/"+served, staticFile{kinds[ext], content}
		return err
	})
	if err != nil {
		return nil, err
	}
	views, err := fs.Glob(files, "view/*.html")
	for _, view := range views {
		if view == layout {
			continue
		}
		t, err := template.New("layout.html").Funcs(viewFuncs(names)).ParseFS(files, layout, view)
		if err != nil {
			return nil, err
		}
		p.views[strings.TrimSuffix(path.Base(view), ".html")] = t
	}
	return p, err
}

// layout is what all pages have in common.
const layout = "view/layout.html"

// frame is what the layout shows around a page.
type frame struct {
	Title   string
	View    string // the page's template, which the navigation marks
	Version string
	Caller  assay.Token
	Known   bool // whether Caller is anybody
	Page    any
}

// May reports whether the caller has a role.
func (f frame) May(role string) bool { return f.Known && f.Caller.Role.Allows(assay.Role(role)) }

// show answers with a page. A page that cannot be rendered is answered as an
// error, never in half.
func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, view, title string, page any) {
	caller, known := callerOf(r.Context())
	var out bytes.Buffer
	t := s.pages.views[view]
	err := fmt.Errorf("there is no view %q", view)
	if t != nil {
		err = t.Execute(&out, frame{title, view, s.Version, caller, known, page})
	}
	if err != nil {
		s.Log.Error("render page", "view", view, "error", err)
		http.Error(w, "this page cannot be shown; the log of the server says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // a client that has gone away is no failure of ours
}

// serveStatic serves the style sheet and the pictures.
func (s *Server) serveStatic(w http.ResponseWriter, r *http.Request) {
	file, ok := s.pages.static[r.PathValue("file")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", file.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(file.content)
}

// pageFunc returns the view of a page, its title and its data.
type pageFunc func(*http.Request) (view, title string, data any, err error)

// addPages adds the routes of the pages.
func (s *Server) addPages(mux *guardedMux) {
	mux.HandleFunc("GET /static/{file}", s.serveStatic)
	mux.HandleFunc("GET /login", s.showLogin)
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("POST /logout", s.logout)
	for route, page := range map[string]pageFunc{
		"GET /{$}":                       s.overviewPage,
		"GET /findings":                  s.findingsPage,
		"GET /findings/{id}":             s.findingPage,
		"GET /elements":                  s.elementsPage,
		"GET /coverage":                  s.coveragePage,
		"GET /asset":                     s.assetPage,
		"GET /verifiers":                 s.verifiersPage,
		"GET /verifiers/{element}":       s.verifierPage,
		"GET /verifiers/{element}/diff":  s.diffPage,
		"GET /editor":                    s.editorPage,
		"GET /quality":                   s.qualityPage,
		"GET /quality/{element}":         s.measuredPage,
		"GET /quality/{element}/samples": s.samplesPage,
		"GET /tasks":                     s.tasksPage,
		"GET /labels":                    s.labelsPage,
		"GET /audit":                     s.auditPage,
	} {
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			view, title, data, err := page(r)
			if err != nil {
				s.fail(w, r, err)
				return
			}
			s.show(w, r, http.StatusOK, view, title, data)
		})
	}
	mux.HandleFunc("POST /findings/{id}/reveal", s.revealForm)
	mux.HandleFunc("POST /findings/{id}/triage", s.triageForm)
	mux.HandleFunc("POST /label/{element}", s.labelForm)
	mux.HandleFunc("POST /labels/field", s.fieldLabelForm)
	mux.HandleFunc("POST /verifiers/{element}/rollout", s.rolloutForm)
	mux.HandleFunc("POST /verifiers/{element}/rollback", s.rollbackForm)
	mux.HandleFunc("POST /editor/try", s.tryForm)
	mux.HandleFunc("POST /editor/add", s.addForm)
	mux.HandleFunc("POST /quality/{element}/samples", s.sampleForm)
	mux.HandleFunc("POST /tasks/redrive", s.redriveForm)
	mux.HandleFunc("POST /tasks/drop", s.dropForm)
}
