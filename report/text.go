package report

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Printable makes a name of a column, a table or a file safe to show: whoever
// names them must not be able to steer a terminal or fake a line.
func Printable(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unprintable(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// unprintable reports control, format (such as right-to-left overrides) and
// undecodable characters.
func unprintable(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }

// align pads s to a width in columns of a terminal.
func align(s string, width int, right bool) string {
	pad := strings.Repeat(" ", max(0, width-text.StringWidth(s)))
	if right {
		return pad + s
	}
	return s + pad
}

// fitHead shortens s to a width and keeps its beginning.
func fitHead(s string, width int) string {
	if text.StringWidth(s) <= width {
		return s
	}
	return text.Trim(s, width-1) + "…"
}

// fitTail shortens s to a width and keeps its end, which tells more of a path.
func fitTail(s string, width int) string {
	if text.StringWidth(s) <= width {
		return s
	}
	runes := []rune(s)
	kept := 1
	i := len(runes)
	for i > 0 && kept+text.StringWidth(string(runes[i-1])) <= width {
		i--
		kept += text.StringWidth(string(runes[i]))
	}
	return "…" + string(runes[i:])
}
