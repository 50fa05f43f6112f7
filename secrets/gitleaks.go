package secrets

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"example.com/assay"
	"example.com/assay/engine"
)

// Gitleaks is what a .gitleaks.toml says: rules beside assay's own, and what is
// allowed. What is allowed is skipped and recorded, not dropped.
type Gitleaks struct {
	rules []engine.Rule
	about []About
	allow []*allowlist
}

// gitleaksFile is the form of the file (gitleaks, README, "Configuration").
type gitleaksFile struct {
	Extend struct {
		Path          string
		URL           string
		DisabledRules []string `toml:"disabledRules"`
	}
	Rules      []gitleaksRule
	Allowlist  gitleaksAllow
	Allowlists []gitleaksAllow
}

type gitleaksRule struct {
	ID          string
	Description string
	Regex       string
	Path        string
	SecretGroup int `toml:"secretGroup"`
	Entropy     float64
	Keywords    []string
	Allowlist   gitleaksAllow
	Allowlists  []gitleaksAllow
}

type gitleaksAllow struct {
	Condition   string
	Commits     []string
	Paths       []string
	RegexTarget string `toml:"regexTarget"`
	Regexes     []string
	StopWords   []string `toml:"stopwords"`
	TargetRules []string `toml:"targetRules"`
}

// importedScore is the confidence of a hit of an imported rule, which gives none.
const importedScore = 0.8

// ReadGitleaks reads a .gitleaks.toml. The error joins what of it assay cannot
// do; the rest holds all the same.
func ReadGitleaks(in io.Reader) (*Gitleaks, error) {
	var file gitleaksFile
	if _, err := toml.NewDecoder(in).Decode(&file); err != nil {
		return nil, fmt.Errorf("not a configuration of gitleaks: %w", err)
	}
	g := &Gitleaks{}
	var errs []error
	if file.Extend.Path != "" || file.Extend.URL != "" {
		errs = append(errs, errors.New("extend: other files are not read (put their rules into this one)"))
	}
	if len(file.Extend.DisabledRules) > 0 {
		errs = append(errs, errors.New("extend.disabledRules: names rules that gitleaks comes with, which assay has not (use --elements)"))
	}
	for _, r := range file.Rules {
		errs = append(errs, g.addRule(r))
	}
	for _, a := range append(file.Allowlists, file.Allowlist) {
		var elements []assay.Element
		for _, id := range a.TargetRules {
			elements = append(elements, importedElement(id))
		}
		errs = append(errs, g.addAllow("allowlist", a, elements))
	}
	return g, errors.Join(errs...)
}

// importedElement returns the element of a rule: gitleaks_ and its id.
func importedElement(id string) assay.Element {
	plain := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(id), "_")
	return assay.Element("gitleaks_" + strings.Trim(plain, "_"))
}

func (g *Gitleaks) addRule(r gitleaksRule) error {
	element := importedElement(r.ID)
	wrong := func(err error) error { return fmt.Errorf("rule %q: %w", r.ID, err) }
	switch {
	case r.ID == "":
		return errors.New("a rule without id")
	case r.Regex == "":
		return wrong(errors.New("has no regex: rules about file names alone are not supported"))
	}
	pattern, err := onlyGroup(r.Regex, r.SecretGroup)
	if err != nil {
		return wrong(err)
	}
	file, err := regexp.Compile(r.Path)
	if err != nil {
		return wrong(err)
	}
	method := &engine.ContentMethod{Kind: "regex", Name: r.ID, Regexp: pattern, Check: func(c engine.Candidate) float64 {
		path := strings.TrimPrefix(string(c.Field.Asset.ID), "file:")
		if r.Path != "" && !file.MatchString(path) || shannon(c.Bytes()) <= r.Entropy && r.Entropy > 0 {
			return 0
		}
		return importedScore
	}}
	for _, k := range r.Keywords {
		method.Literals = append(method.Literals, strings.ToLower(k))
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %d %g %q", r.Regex, r.Path, r.SecretGroup, r.Entropy, r.Keywords))
	g.rules = append(g.rules, engine.Rule{Element: element, Verifier: string(element) + "@1", Hash: hex.EncodeToString(sum[:8]),
		Root: engine.Node{Op: engine.Content, Score: importedScore, Content: method}})
	g.about = append(g.about, About{Element: element, Title: r.ID, Doc: r.Description, Severity: "critical"})
	var errs []error
	for _, a := range append(r.Allowlists, r.Allowlist) {
		errs = append(errs, g.addAllow("rule "+r.ID+": allowlist", a, []assay.Element{element}))
	}
	return errors.Join(errs...)
}

// onlyGroup returns an expression whose only group is that of the secret: the
// engine reports the first. Group 0 stands for the first, where there is one.
func onlyGroup(pattern string, group int) (string, error) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", fmt.Errorf("%w (expressions are of RE2)", err)
	}
	if group > tree.MaxCap() {
		return "", fmt.Errorf("secretGroup is %d, but the expression has %d groups", group, tree.MaxCap())
	}
	if tree.MaxCap() == 0 {
		return pattern, nil
	}
	return dropGroups(tree, max(group, 1)).String(), nil
}

func dropGroups(re *syntax.Regexp, keep int) *syntax.Regexp {
	for i, sub := range re.Sub {
		re.Sub[i] = dropGroups(sub, keep)
	}
	if re.Op == syntax.OpCapture && re.Cap != keep {
		return re.Sub[0]
	}
	return re
}

// shannon returns the entropy of text in bits a byte.
func shannon(text []byte) float64 {
	var count [256]int
	for _, b := range text {
		count[b]++
	}
	bits := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(text))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// allowlist is one list of what may stay.
type allowlist struct {
	elements []assay.Element // that it speaks of; empty means all
	all      bool            // all of its parts must hold, not one
	commits  []string
	paths    []*regexp.Regexp
	regexes  []*regexp.Regexp
	onLine   bool // they look at the line rather than at the secret
	words    []string
}

func (g *Gitleaks) addAllow(where string, a gitleaksAllow, elements []assay.Element) error {
	out := &allowlist{elements: elements, all: strings.EqualFold(a.Condition, "AND"), commits: a.Commits,
		onLine: a.RegexTarget == "line" || a.RegexTarget == "match"}
	for _, w := range a.StopWords {
		out.words = append(out.words, strings.ToLower(w))
	}
	for _, list := range []struct {
		from []string
		to   *[]*regexp.Regexp
	}{{a.Paths, &out.paths}, {a.Regexes, &out.regexes}} {
		for _, pattern := range list.from {
			re, err := regexp.Compile(pattern)
			if err != nil {
				return fmt.Errorf("%s: %w (expressions are of RE2)", where, err)
			}
			*list.to = append(*list.to, re)
		}
	}
	if len(out.commits)+len(out.paths)+len(out.regexes)+len(out.words) > 0 {
		g.allow = append(g.allow, out)
	}
	return nil
}

// allows reports whether one of the lists lets a hit pass.
func (g *Gitleaks) allows(h hit, file, commit string) bool {
	return g != nil && slices.ContainsFunc(g.allow, func(a *allowlist) bool { return a.allows(h, file, commit) })
}

func (a *allowlist) allows(h hit, file, commit string) bool {
	if len(a.elements) > 0 && !slices.Contains(a.elements, h.element) {
		return false
	}
	target := []byte(h.secret)
	if a.onLine {
		target = h.text
	}
	parts := []struct{ asked, holds bool }{
		{len(a.commits) > 0, commit != "" && slices.Contains(a.commits, commit)},
		{len(a.paths) > 0, matchesOne(a.paths, []byte(file))},
		{len(a.regexes) > 0, matchesOne(a.regexes, target)},
		{len(a.words) > 0, slices.ContainsFunc(a.words, func(w string) bool { return strings.Contains(strings.ToLower(string(h.secret)), w) })},
	}
	for _, p := range parts {
		if p.asked && p.holds != a.all {
			return p.holds // one that holds is enough, or one that does not is too many
		}
	}
	return a.all
}

func matchesOne(list []*regexp.Regexp, text []byte) bool {
	return slices.ContainsFunc(list, func(re *regexp.Regexp) bool { return re.Match(text) })
}
