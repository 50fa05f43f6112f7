package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"
)

// editorPage is a definition that is being written, and what it does with a text.
type editorPage struct {
	Element    string
	Base       int // the version it began from; 0 for a new element
	Definition string
	Text       string // to try it on; it is kept nowhere
	Reason     string

	Checked  bool
	Errors   []string // why it is refused
	Warnings []string
	Examples int // that turned out as they should
	Tried    bool
	Hits     []triedHit
	Pieces   []piece // the text, with its hits marked
}

// triedHit is what the definition finds in the text.
type triedHit struct {
	Found      string
	Start, End int // in bytes
	Score      float64
	Flagged    bool // the score suffices
}

// piece is a part of the text.
type piece struct {
	Text string
	Hit  bool
}

// blank is what the editor of a new element begins with.
const blank = `{
  "element": %q,
  "title": "",
  "class": "",
  "severity": "personal",
  "doc": "",
  "detect": {"regex": "", "score": 0.9},
  "match": [""],
  "noMatch": [""]
}`

func (s *Server) editorPage(r *http.Request) (view, title string, data any, err error) {
	p := editorPage{Element: strings.TrimSpace(r.URL.Query().Get("element"))}
	p.Definition = fmt.Sprintf(blank, p.Element)
	for v, err := range s.Store.Verifiers(r.Context()) {
		if err != nil {
			return "", "", nil, err
		}
		if string(v.Element) == p.Element {
			p.Base, p.Definition = v.Version, pretty(v.Definition)
		}
	}
	return "editor", p.title(), p, nil
}

func (p *editorPage) title() string {
	if p.Base == 0 {
		return "New verifier"
	}
	return "Editing " + p.Element
}

// formOf reads what the editor sends.
func formOf(r *http.Request) *editorPage {
	base, _ := strconv.Atoi(r.PostFormValue("base"))
	return &editorPage{Element: r.PostFormValue("element"), Base: base, Definition: strings.ReplaceAll(r.PostFormValue("definition"), "\r\n", "\n"),
		Text: strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"), Reason: r.PostFormValue("reason")}
}

// tryTime bounds the work that one definition may make.
const tryTime = 10 * time.Second

// tryForm answers with the editor and what lint, examples and the text say.
func (s *Server) tryForm(w http.ResponseWriter, r *http.Request) {
	p := formOf(r)
	ctx, cancel := context.WithTimeout(r.Context(), tryTime)
	defer cancel()
	if _, err := s.try(ctx, p); err != nil {
		s.fail(w, r, err)
		return
	}
	s.show(w, r, http.StatusOK, "editor", p.title(), *p)
}

// addForm adds the definition, in shadow.
func (s *Server) addForm(w http.ResponseWriter, r *http.Request) {
	p := formOf(r)
	ctx, cancel := context.WithTimeout(r.Context(), tryTime)
	defer cancel()
	def, err := s.try(ctx, p)
	if err == nil && len(p.Errors) == 0 && strings.TrimSpace(p.Reason) == "" {
		p.Errors = []string{"Say why, for those who come after you."}
	}
	if err == nil && len(p.Errors) == 0 {
		by := s.changeBy(ctx, p.Reason)
		by.Base = p.Base
		var v assay.VerifierVersion
		if v, err = verifiers.Publish(ctx, s.Store, def, s.Verifiers, s.Models, by); err == nil {
			s.logChange(ctx, "verifier added", "verifier", v.Element, "version", v.Version, "state", v.State)
			http.Redirect(w, r, "/verifiers/"+string(v.Element), http.StatusSeeOther)
			return
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.show(w, r, http.StatusUnprocessableEntity, "editor", p.title(), *p)
}

// try checks the definition, runs its examples and lets it look at the text. What
// is wrong with it is put on the page; the error is that of the server.
func (s *Server) try(ctx context.Context, p *editorPage) (verifiers.Definition, error) {
	p.Checked = true
	def, err := verifiers.Parse(cmp.Or(p.Element, "definition")+".json", []byte(p.Definition))
	if err != nil {
		p.Errors = splitLines(err.Error())
		return def, nil
	}
	for _, warning := range verifiers.Lint(def) {
		p.Warnings = append(p.Warnings, warning.String())
	}
	if err := verifiers.Prove(ctx, def, s.Verifiers, s.Models); err != nil {
		p.Errors = splitLines(err.Error())
	} else {
		p.Examples = len(def.Match) + len(def.NoMatch)
	}
	if p.Text == "" {
		return def, ctx.Err()
	}
	opts := s.Verifiers
	opts.Elements = []assay.Element{def.Element}
	set, err := verifiers.Compile([]verifiers.Definition{def}, opts)
	if err != nil {
		return def, ctx.Err() // said above
	}
	p.Tried = true
	return def, p.scan(ctx, set, s.Models)
}

// scan puts the hits in the text on the page.
func (p *editorPage) scan(ctx context.Context, set *engine.Set, models verifiers.Settler) error {
	field := set.Field(engine.FieldInfo{Asset: &assay.Asset{Kind: assay.KindText}, Field: assay.Field{Path: assay.WholeText}})
	var block engine.Block
	var out engine.Result
	block.Append([]byte(p.Text), 0, 0)
	if err := field.Scan(ctx, &block, &out); err != nil {
		return err
	}
	if len(out.Pending) > 0 && models != nil {
		if _, err := models.Settle(ctx, field, &block, &out); err != nil {
			return err
		}
	}
	for _, h := range out.Hits {
		p.Hits = append(p.Hits, triedHit{strings.ToValidUTF8(p.Text[h.Start:h.End], "\uFFFD"), h.Start, h.End, h.Score, h.Score >= engine.FlagScore})
	}
	slices.SortFunc(p.Hits, func(a, b triedHit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	at := 0
	for _, h := range p.Hits {
		if h.Start < at || !utf8.ValidString(p.Text[h.Start:h.End]) {
			continue
		}
		p.Pieces = append(p.Pieces, piece{p.Text[at:h.Start], false}, piece{p.Text[h.Start:h.End], true})
		at = h.End
	}
	p.Pieces = append(p.Pieces, piece{p.Text[at:], false})
	return nil
}

func splitLines(text string) []string { return strings.Split(strings.TrimRight(text, "\n"), "\n") }
