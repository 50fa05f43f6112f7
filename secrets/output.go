package secrets

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/assay/secrets/baseline"
)

// Formats lists the names that Write understands.
var Formats = []string{"table", "jsonl", "sarif", "gitlab", "detect-secrets"}

// Output says how a result is written.
type Output struct {
	Format  string // one of Formats
	Version string // of assay
	Rules   *Rules
	// All shows what does not count too: skipped, known and old places.
	All bool
	// Label names the places of what was scanned in the identity of a SARIF run.
	Label string
}

// Write writes a result.
func (r *Result) Write(w io.Writer, o Output) error {
	out := bufio.NewWriter(w)
	var err error
	switch o.Format {
	case "table":
		err = r.writeTable(out, o)
	case "jsonl":
		err = r.writeJSONL(out, o)
	case "sarif":
		err = r.writeSARIF(out, o)
	case "gitlab":
		err = r.writeGitLab(out, o)
	case "detect-secrets":
		err = r.DetectSecrets(o.Rules, true).Write(out)
	default:
		return fmt.Errorf("unknown format %q (one of %s)", o.Format, strings.Join(Formats, ", "))
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

// written returns the places that an output shows.
func (r *Result) written(o Output) []Place {
	if o.All {
		return r.Places
	}
	return r.Findings()
}

// writeJSONL writes one object a place. A finding has no state of its own.
func (r *Result) writeJSONL(w io.Writer, o Output) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, p := range r.written(o) {
		p.File = validName(cmp.Or(p.shown, p.File))
		p.Author, p.Email = validName(p.Author), validName(p.Email)
		if p.State == Found {
			p.State = ""
		}
		if err := enc.Encode(p); err != nil {
			return err
		}
	}
	return nil
}

// DetectSecrets returns the findings as a baseline of detect-secrets; lines says
// whether its entries have line numbers.
func (r *Result) DetectSecrets(rules *Rules, lines bool) *baseline.DetectSecrets {
	out := &baseline.DetectSecrets{Version: "1.5.0", Results: map[string][]baseline.DetectedSecret{}}
	seen := map[string]bool{}
	for _, p := range r.Places {
		kind := baseline.DetectSecretsType(p.Element, rules.About(p.Element).Title)
		key := p.File + "\x00" + kind + "\x00" + p.sha1
		if p.State == Skipped || p.State == Older || seen[key] {
			continue
		}
		seen[key] = true
		entry := baseline.DetectedSecret{Type: kind, Filename: validName(p.File), HashedSecret: p.sha1}
		if lines {
			entry.LineNumber = p.Line
		}
		out.Results[entry.Filename] = append(out.Results[entry.Filename], entry)
	}
	return out
}

// validName returns a name as text: bytes that are no UTF-8 are written \xNN.
func validName(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[i])
		} else {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// printable makes a name safe to show on a terminal: whoever names a file must
// not be able to steer it, or to fake a line.
func printable(s string) string {
	s = validName(s)
	if strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return b.String()
}
