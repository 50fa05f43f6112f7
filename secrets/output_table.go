package secrets

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// writeTable writes for a person: each secret once, with all its places.
func (r *Result) writeTable(w io.Writer, o Output) error {
	groups, order := map[string][]Place{}, []string{}
	for _, p := range r.written(o) {
		if groups[p.group] == nil {
			order = append(order, p.group)
		}
		groups[p.group] = append(groups[p.group], p)
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, g := range order {
		first := groups[g][0]
		fmt.Fprintf(out, "%s  %s\n", o.Rules.About(first.Element).Title, printable(first.Masked))
		for _, p := range groups[g] {
			fmt.Fprintf(out, "  %s\t%s\t%.2f\t%s\t%s\n", p.where(), p.Element, p.Confidence, p.Fingerprint, p.remark())
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, r.Summary())
	return err
}

// where is the place as editors understand it.
func (p Place) where() string {
	return fmt.Sprintf("%s:%d:%d", printable(cmp.Or(p.shown, p.File)), p.Line, p.Column)
}

// remark is what else there is to say of a place.
func (p Place) remark() string {
	var words []string
	if p.State != Found {
		words = append(words, string(p.State))
	}
	if p.Note != "" {
		words = append(words, printable(p.Note))
	}
	if p.Decoded != "" {
		words = append(words, "in "+p.Decoded)
	}
	if p.Commit != "" {
		words = append(words, p.Commit[:min(len(p.Commit), 12)])
	}
	if p.Author != "" {
		words = append(words, printable(p.Author))
	}
	return strings.Join(words, ", ")
}

// Summary says in some lines what was found, left out and not examined.
func (r *Result) Summary() string {
	var b strings.Builder
	found := len(r.Findings())
	fmt.Fprintf(&b, "%s (%s) in %s, %s", plural(found, "place"), plural(r.Secrets(Found), "secret"), plural(r.Files, "file"), size(r.Bytes))
	if r.Commits > 0 {
		fmt.Fprintf(&b, " of %s", plural(r.Commits, "commit"))
	}
	if r.Duration > 0 {
		fmt.Fprintf(&b, ", %v", r.Duration.Round(time.Millisecond))
	}
	b.WriteString("\n")
	for _, s := range []struct {
		state State
		says  string
	}{{Skipped, "allowed by comments"}, {Baselined, "known from a baseline"}, {Older, "there before the change"}} {
		if n := len(r.in(s.state)); n > 0 {
			fmt.Fprintf(&b, "%s %s\n", plural(n, "place"), s.says)
		}
	}
	r.summariseLeftOut(&b)
	for _, g := range r.Gaps {
		at := printable(g.File)
		if g.Commit != "" {
			at += " of " + g.Commit[:min(len(g.Commit), 12)]
		}
		fmt.Fprintf(&b, "not examined: %s: %s\n", at, printable(cmp.Or(g.Detail, string(g.Reason))))
	}
	return b.String()
}

func (r *Result) summariseLeftOut(b *strings.Builder) {
	if len(r.Excluded) > 0 {
		var kinds []string
		for _, k := range slices.Sorted(maps.Keys(r.Excluded)) {
			kinds = append(kinds, fmt.Sprintf("%s %d", k, r.Excluded[k]))
		}
		fmt.Fprintf(b, "left out by the path filter (--no-path-filter reads them): %s\n", strings.Join(kinds, ", "))
	}
	if r.Binary > 0 {
		fmt.Fprintf(b, "%s no text\n", plural(r.Binary, "file"))
	}
	if r.Links > 0 {
		fmt.Fprintf(b, "%s not followed\n", plural(r.Links, "symbolic link"))
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return plural(int(n), "byte")
}
