package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"example.com/assay"
)

// viewFuncs are the words of the templates. What they return is text, which the
// templates escape.
func viewFuncs(static map[string]string) template.FuncMap {
	return template.FuncMap{
		"static":  func(name string) string { return static[name] },
		"count":   func(n int) string { return humanize.Comma(int64(n)) },
		"plural":  plural,
		"percent": percent,
		"share":   func(p float64) string { return strconv.FormatFloat(p, 'f', 2, 64) },
		"when":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") },
		"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"ago":     ago,
		"words":   func(s any) string { return strings.ReplaceAll(fmt.Sprint(s), "_", " ") },
		"why":     func(r assay.Reason) string { return whyText[r] },
		"detail":  func(c assay.Coverage) string { return strings.TrimPrefix(c.Detail, "sample "+string(c.Asset)+": ") },
		"place":   func(id assay.AssetID) string { place, _ := splitAsset(id); return place },
		"name":    func(id assay.AssetID) string { _, name := splitAsset(id); return name },
		"link":    link,
		"short":   func(s string, n int) string { return s[:min(n, len(s))] },
		"pretty":  pretty,
		"age": func(d time.Duration) string {
			return strings.TrimSuffix(ago(time.Time{}.Add(d+1), time.Time{}.Add(1)), " ago")
		},
		"has":     func(list, word string) bool { return slices.Contains(strings.Fields(list), word) },
		"list":    func(items ...string) []string { return items },
		"dict":    dict,
		"rate":    func(p float64) string { return strconv.FormatFloat(p, 'f', 3, 64) },
		"at":      func(p float64) float64 { return 99 * p },
		"width":   func(low, high float64) float64 { return 99*(high-low) + 1 },
		"of":      func(m assay.Measure) *assay.Measure { return &m },
		"total":   func(m *assay.Measure) int { return m.TP + m.FP + m.FN + m.TN },
		"reasons": func() []assay.Reason { return slices.Sorted(maps.Keys(whyText)) },
	}
}

// whyText says what a reason means.
var whyText = map[assay.Reason]string{
	assay.ReasonUnreadable:  "corrupt, cut off, or of a format that is not understood",
	assay.ReasonDenied:      "the store refuses access",
	assay.ReasonEncrypted:   "the content is encrypted",
	assay.ReasonBinary:      "not text, and no method reads it",
	assay.ReasonTimeout:     "the time limit ended",
	assay.ReasonUnavailable: "the store could not be reached",
	assay.ReasonEndpoint:    "a model endpoint gave no answer",
	assay.ReasonBudget:      "the budget of bytes or of work ended",
	assay.ReasonVanished:    "gone between listing and reading",
	assay.ReasonNoSample:    "nothing came back although the store says there is content",
	assay.ReasonUnsupported: "of a type that cannot be read",
	assay.ReasonCancelled:   "stopped from outside",
}

// plural writes a count with its noun.
func plural(n int, noun string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(noun, "ch"):
		noun += "es"
	default:
		noun += "s"
	}
	return humanize.Comma(int64(n)) + " " + noun
}

// percent writes a part of a whole; what is not all is never shown as 100 %, and
// what is something never as 0 %.
func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	p := int(math.Round(100 * float64(part) / float64(whole)))
	switch {
	case p == 100 && part < whole:
		return "> 99 %"
	case p == 0 && part > 0:
		return "< 1 %"
	}
	return strconv.Itoa(p) + " %"
}

// ago says how long ago something was.
func ago(now, t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	switch d := now.Sub(t); {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return plural(int(d.Minutes()), "minute") + " ago"
	case d < 48*time.Hour:
		return plural(int(d.Hours()), "hour") + " ago"
	default:
		return plural(int(d.Hours()/24), "day") + " ago"
	}
}

// splitAsset cuts an asset's id before its last part.
func splitAsset(id assay.AssetID) (place, name string) {
	s := string(id)
	i := strings.LastIndexByte(strings.TrimSuffix(s, "/"), '/')
	return s[:i+1], s[i+1:]
}

// link makes a path with a query of the given names and values, the empty ones
// left out.
func link(path string, pairs ...any) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := fmt.Sprint(pairs[i+1]); v != "" {
			q.Set(fmt.Sprint(pairs[i]), v)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// pretty writes JSON with indents.
func pretty(raw json.RawMessage) string {
	out, err := json.MarshalIndent(raw, "", "  ")
	if err != nil {
		return string(raw)
	}
	return string(out)
}

// dict makes the argument of a template from names and values in turn.
func dict(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m
}
