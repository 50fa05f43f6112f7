package secrets

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Lines that a version does not share with the former one, beside the same line
// as there, are in a part that is judged, and counts.
func TestFreshHasEveryNewLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 3))
	set := newLineSet()
	for range 300 {
		var former []string
		for i := range rng.IntN(400) {
			former = append(former, fmt.Sprintf("%d %s", i%30, strings.Repeat("x", rng.IntN(60))))
		}
		lines := slices.Clone(former)
		for range rng.IntN(5) {
			at := rng.IntN(len(lines) + 1)
			switch rng.IntN(3) {
			case 0:
				lines = slices.Insert(lines, at, fmt.Sprintf("new %d", rng.Int()))
			case 1:
				lines = slices.Delete(lines, at, min(len(lines), at+3))
			case 2:
				lines = append(lines, "at the end")
			}
		}
		text := []byte(strings.Join(lines, "\n"))
		parts := set.fresh([]byte(strings.Join(former, "\n")), text)
		pairs := map[string]bool{}
		for i := range former {
			pairs[pair(former, i)] = true
		}
		at := 0
		for i, line := range lines {
			if !pairs[pair(lines, i)] && !counted(parts, at, at+len(line)) {
				t.Fatalf("line %d %q is in none of %v", i, line, parts)
			}
			at += len(line) + 1
		}
	}
}

func pair(lines []string, i int) string {
	if i == 0 {
		return "\x00" + lines[0]
	}
	return lines[i-1] + "\n" + lines[i]
}

// counted reports whether hits in the place would count.
func counted(parts []span, start, end int) bool {
	return slices.ContainsFunc(parts, func(p span) bool {
		return (p.start == 0 || p.start+pieceLead <= start) && end <= p.end
	})
}

func TestFreshIsSmall(t *testing.T) {
	var text []byte
	for i := range 20_000 {
		text = fmt.Appendf(text, "line %d of a long file\n", i)
	}
	next := bytes.Replace(text, []byte("line 3000 "), []byte("line three thousand "), 1)
	next = bytes.Replace(next, []byte("line 17000 "), []byte("line seventeen thousand "), 1)
	set := newLineSet()
	parts := set.fresh(text, next)
	if len(parts) != 2 {
		t.Fatalf("%d parts, want 2: %v", len(parts), parts)
	}
	for _, p := range parts {
		if p.end-p.start > aroundBefore+aroundAfter+200 {
			t.Errorf("%d bytes are judged for a line that changed", p.end-p.start)
		}
	}
	long := bytes.ReplaceAll(text, newline, []byte(" "))
	changed := bytes.Replace(long, []byte("line 3000 "), []byte("line three thousand "), 1)
	if parts := set.fresh(long, changed); len(parts) != 1 || parts[0].end-parts[0].start > aroundBefore+aroundAfter+200 {
		t.Errorf("of one long line %v are judged", parts)
	}
}
