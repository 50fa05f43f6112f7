// Package skip reads the comments by which people say that something is no
// secret, or one that may stay: assay's own, and those of other tools. A skip is
// never silent: whoever applies it records it for review.
//
// It imports the root package only.
package skip

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/assay"
)

// Scope is what a skip speaks of.
type Scope string

// The scopes.
const (
	Line Scope = "line" // the line that the comment is in
	Next Scope = "next" // the line below
	File Scope = "file" // the whole file
)

// Skip is one comment.
type Skip struct {
	Spelling string          // as the comment says it: assay:allow, gitleaks:allow
	Scope    Scope           //
	Elements []assay.Element // that it speaks of; empty means all
	Reason   string          // in the comment's own words; may be empty
	Until    time.Time       // the last day on which it holds; zero means for ever
	Bad      string          // why the comment is not understood; it then holds for nothing
}

// Covers reports whether the skip holds for an element on a day.
func (s Skip) Covers(element assay.Element, now time.Time) bool {
	if s.Bad != "" || s.Expired(now) {
		return false
	}
	return len(s.Elements) == 0 || slices.Contains(s.Elements, element)
}

// Expired reports whether the skip's last day is over, in UTC.
func (s Skip) Expired(now time.Time) bool {
	return !s.Until.IsZero() && !now.UTC().Before(s.Until.AddDate(0, 0, 1))
}

// spelling is how a tool writes its comment.
type spelling struct {
	pattern *regexp.Regexp
	scope   Scope
}

// marks are words of which one is in every comment that is understood, so that most lines need no
// regular expression.
var marks = []string{"allow", "ignore", "secret", "NOSONAR", "noqa"}

// peers are the comments of other tools, the more exact before the less. All
// expressions are compiled when first needed: a hook mostly needs none.
var peers = sync.OnceValue(func() []spelling {
	return []spelling{
		{regexp.MustCompile(`(?i)pragma:? ?(?:allow|white)list[ -]nextline[ -]secret`), Next},
		{regexp.MustCompile(`(?i)pragma:? ?(?:allow|white)list[ -]secret`), Line},
		{regexp.MustCompile(`secretlint-disable-next-line`), Next},
		{regexp.MustCompile(`secretlint-disable-line`), Line},
		{regexp.MustCompile(`(?:gitleaks|betterleaks):allow`), Line},
		{regexp.MustCompile(`trufflehog:ignore`), Line},
		{regexp.MustCompile(`\bggignore\b`), Line},
		{regexp.MustCompile(`kingfisher:(?:ignore|allow)`), Line},
		{regexp.MustCompile(`\bNOSONAR\b`), Line},
		{regexp.MustCompile(`kics-scan ignore-line`), Next},
		{regexp.MustCompile(`(?i)(?:#|//|/\*|--|<!--)\s*nosecrets?\b`), Line},
		{regexp.MustCompile(`(?i)\bnoqa: ?secrets?\b`), Line},
	}
})

var own = lazily(`assay:allow(-next-line|-file)?(?:[ \t]+([a-z0-9_]+(?:,[a-z0-9_]+)*)(?:[^=\w]|$))?`)

func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// parameters of an own comment.
var (
	reason = lazily(`\breason=(?:"([^"\n]*)"|'([^'\n]*)'|(\S+))`)
	until  = lazily(`\buntil=(\S+)`)
)

// Find returns the skips that a line holds.
func Find(line []byte) []Skip {
	text := string(line)
	if !slices.ContainsFunc(marks, func(m string) bool { return strings.Contains(text, m) }) &&
		!strings.Contains(strings.ToLower(text), "secret") {
		return nil
	}
	var found []Skip
	if at := own().FindStringSubmatchIndex(text); at != nil {
		found = append(found, parseOwn(text, at))
	}
	for _, p := range peers() {
		if at := p.pattern.FindStringIndex(text); at != nil {
			found = append(found, Skip{Spelling: text[at[0]:at[1]], Scope: p.scope})
			break
		}
	}
	return found
}

func parseOwn(text string, at []int) Skip {
	s := Skip{Spelling: "assay:allow", Scope: Line}
	if at[2] >= 0 {
		s.Spelling += text[at[2]:at[3]]
		s.Scope = map[string]Scope{"-next-line": Next, "-file": File}[text[at[2]:at[3]]]
	}
	if at[4] >= 0 {
		for e := range strings.SplitSeq(text[at[4]:at[5]], ",") {
			s.Elements = append(s.Elements, assay.Element(e))
		}
	}
	rest := text[at[0]:]
	if m := reason().FindStringSubmatch(rest); m != nil {
		s.Reason = m[1] + m[2] + m[3]
	}
	if m := until().FindStringSubmatch(rest); m != nil {
		day, err := time.Parse(time.DateOnly, strings.TrimRight(m[1], `*/->"')`))
		if err != nil {
			s.Bad = "until is not a date like 2027-01-31"
		}
		s.Until = day
	}
	return s
}
