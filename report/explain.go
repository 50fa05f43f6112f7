package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"example.com/assay"
)

// maxEvidence is how much of one piece of evidence Explain shows; the JSON has
// all of it.
const maxEvidence = 120

// WriteFinding writes one finding as the JSON object of the jsonl format, with
// how good its verifier was found to be: null where nobody measured it.
func WriteFinding(w io.Writer, f assay.Finding, quality *assay.Measure) error {
	if f.Evidence == nil {
		f.Evidence = []assay.Evidence{}
	}
	return writeIndented(w, struct {
		findingLine
		Quality *assay.Measure `json:"quality"`
	}{findingOf(f), quality})
}

// Explain writes for a person why something was found: the finding, how its
// field was sampled, its element, whether its verifier is still that in use,
// whose hash is current (empty when none is), and how good that verifier was
// found to be (nil when nobody measured it).
func Explain(w io.Writer, f assay.Finding, c assay.Coverage, e Element, current string, quality *assay.Measure) error {
	out := bufio.NewWriter(w)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(out, "  %-11s %s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(out, "%s in %s, field %s\n", f.Element, Printable(string(f.Asset)), Printable(f.Field))
	line("finding", "%s", f.ID)
	if e.Title != "" {
		line("element", "%s (%s, %s)", e.Title, e.Class, e.Severity)
	}
	line("confidence", "%s", confidence(f.Confidence))
	line("matched", "%s of %s values, %s%s", number(f.Matched), number(f.Sampled), count(f.Hits, "hit"), standing(f))
	if f.Preview != "" {
		line("preview", "%s   (its shape only)", Printable(f.Preview))
	}
	line("verifier", "%s, definition %s%s", f.Verifier, f.Hash, inUse(f.Hash, current))
	line("quality", "%s", Quality(quality))
	for i, e := range f.Evidence {
		line([]string{"because", ""}[min(i, 1)], "%s%s", fitHead(Printable(e.Text), maxEvidence), weight(e))
	}
	if c.Status != "" {
		line("sample", "%s", sampled(c))
	}
	if e.Doc != "" {
		line("about", "%s", strings.ReplaceAll(e.Doc, "\n", " "))
	}
	return out.Flush()
}

// standing says where the hits stand.
func standing(f assay.Finding) string {
	if f.FreeText {
		return ", inside longer texts"
	}
	return ""
}

func inUse(hash, current string) string {
	switch current {
	case hash:
		return " (the one in use)"
	case "":
		return " (no longer in use)"
	}
	return " (another one is in use now: scan again)"
}

// weight shows how a piece of evidence moved the confidence.
func weight(e assay.Evidence) string {
	if e.Weight == 0 {
		return fmt.Sprintf(" (%s)", e.Kind)
	}
	return fmt.Sprintf(" (%s, %+.1f)", e.Kind, e.Weight)
}

// sampled says how far the field was examined.
func sampled(c assay.Coverage) string {
	s := fmt.Sprintf("%s: %s read, %s empty", strings.ReplaceAll(string(c.Status), "_", " "), count(c.Sampled, "value"), number(c.Empty))
	if c.Reason != "" {
		s += ", " + strings.ReplaceAll(string(c.Reason), "_", " ")
	}
	if c.Design.Population != "" {
		s += "; drawn from " + Printable(c.Design.Population)
	}
	return s
}
