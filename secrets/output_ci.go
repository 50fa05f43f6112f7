package secrets

import (
	"fmt"
	"strings"
)

// Pushed marks the result of a check of a push: what was found there went past
// the hook. With strict, what was there before counts too.
func (r *Result) Pushed(strict bool) {
	for i := range r.Places {
		p := &r.Places[i]
		switch {
		case p.State == Found:
			p.Bypass = true
		case p.State == Older && strict:
			p.State = Found
		}
	}
}

// Advice is what to tell whoever brought the place.
func (p Place) Advice() string {
	s := fmt.Sprintf("%s %s (%.2f), fingerprint %s.", p.Element, p.Masked, p.Confidence, p.Fingerprint)
	if p.State == Older {
		return s + " It was there before."
	}
	if p.Commit != "" {
		s += " Brought by commit " + p.Commit[:min(len(p.Commit), 12)] + "."
	}
	if p.Bypass {
		s += " The pre-commit hook would have blocked it."
	}
	return s + " Revoke it: it has been shared."
}

// Markdown is a summary of a check for the page of a CI job.
func (r *Result) Markdown() string {
	var b strings.Builder
	b.WriteString("## Secrets\n\n")
	shown := append(r.Findings(), r.in(Older)...)
	if len(shown) > 0 {
		b.WriteString("| | place | element | confidence | commit | fingerprint |\n|---|---|---|---|---|---|\n")
		for _, p := range shown {
			fmt.Fprintf(&b, "| %s | `%s` | %s | %.2f | %s | `%s` |\n", p.State, markdownCode(p.where()), p.Element, p.Confidence,
				p.Commit[:min(len(p.Commit), 12)], p.Fingerprint)
		}
		b.WriteString("\n")
	}
	b.WriteString("```\n" + strings.ReplaceAll(r.Summary(), "```", "'''") + "```\n")
	return b.String()
}

// markdownCode keeps a name from ending the code or the cell it stands in.
func markdownCode(s string) string {
	return strings.NewReplacer("`", "'", "|", `\|`).Replace(s)
}
