package engine

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// The reference says what a rule means in the plainest way there is: one rule,
// one value, one method at a time, by the standard library's regexp over the
// whole value. It shares no prefilter, window, fold or evaluation code with the
// engine, and the engine must agree with it on every input.

type refHit struct {
	start, end int
	score      float64
}

// refRule returns the hits of a rule in a value of a field.
func refRule(r *Rule, fieldPath string, value []byte) []refHit {
	holds, score, hits := refNode(&r.Root, fieldPath, value)
	if !holds {
		return nil
	}
	if len(hits) == 0 {
		if score == 1 {
			score = 0.9
		}
		return []refHit{{0, len(value), score}}
	}
	best := map[[2]int]float64{}
	for _, h := range hits {
		k := [2]int{h.start, h.end}
		best[k] = max(best[k], h.score)
	}
	var out []refHit
	for k, s := range best {
		out = append(out, refHit{k[0], k[1], s})
	}
	slices.SortFunc(out, func(a, b refHit) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	return out
}

func refNode(n *Node, fieldPath string, value []byte) (bool, float64, []refHit) {
	var hits []refHit
	score := 0.0
	switch n.Op {
	case Content:
		hits = refContent(n, fieldPath, value)
		for _, h := range hits {
			score = max(score, h.score)
		}
		return len(hits) > 0, score, hits
	case Metadata:
		words := strings.ToLower(strings.ReplaceAll(fieldPath, "_", " "))
		re := regexp.MustCompile("(?i)" + n.Metadata.Regexp)
		if !re.MatchString(fieldPath) && !re.MatchString(words) {
			return false, 0, nil
		}
		score = 1
	case Not:
		if holds, _, _ := refNode(&n.Nodes[0], fieldPath, value); holds {
			return false, 0, nil
		}
		score = 1
	case Any:
		any := false
		for i := range n.Nodes {
			holds, s, h := refNode(&n.Nodes[i], fieldPath, value)
			if holds {
				any, score, hits = true, max(score, s), append(hits, h...)
			}
		}
		if !any {
			return false, 0, nil
		}
	case All:
		score = 1
		for i := range n.Nodes {
			holds, s, h := refNode(&n.Nodes[i], fieldPath, value)
			if !holds {
				return false, 0, nil
			}
			score, hits = min(score, s), append(hits, h...)
		}
		for i := range hits {
			hits[i].score = min(hits[i].score, score)
		}
	}
	if n.Score > 0 {
		score = n.Score
		for i := range hits {
			hits[i].score = score
		}
	}
	return true, score, hits
}

func refContent(n *Node, fieldPath string, value []byte) []refHit {
	c := n.Content
	var spans [][2]int
	switch {
	case c.Regexp != "":
		re := regexp.MustCompile(c.Regexp)
		for _, m := range re.FindAllSubmatchIndex(value, -1) {
			if re.NumSubexp() > 0 {
				m = m[2:]
			}
			if m[0] < m[1] {
				spans = append(spans, [2]int{m[0], m[1]})
			}
		}
	case c.Words != nil:
		spans = refWords(c.Words.sorted(), value)
	default:
		c.Find(value, func(start, end int) { spans = append(spans, [2]int{start, end}) })
	}
	var out []refHit
	for _, s := range spans {
		score := n.Score
		if score == 0 {
			score = 0.9
		}
		if c.Except[strings.ToLower(strings.NewReplacer(" ", "", "-", "", ".", "").Replace(string(value[s[0]:s[1]])))] {
			continue
		}
		if c.Check != nil {
			v := c.Check(Candidate{Text: value, Start: s[0], End: s[1]})
			if v == 0 {
				continue
			}
			if v > 0 {
				score = v
			}
		}
		i := slices.IndexFunc(c.Context, func(ctx Context) bool { return refNear(&ctx, fieldPath, value, s) })
		if i < 0 && c.ContextOnly {
			continue
		}
		if i >= 0 {
			score = c.Context[i].Score
		}
		out = append(out, refHit{s[0], s[1], score})
	}
	return out
}

func refNear(ctx *Context, fieldPath string, value []byte, s [2]int) bool {
	if ctx.Fields && len(refWords(ctx.Words, []byte(strings.ReplaceAll(fieldPath, "_", " ")))) > 0 {
		return true
	}
	for _, word := range ctx.Words {
		for _, w := range refEach(word, value) {
			if s[0]-ctx.Within <= w[0] && w[1] <= s[0] || s[1] <= w[0] && w[1] <= s[1]+ctx.Within {
				return true
			}
		}
	}
	return false
}

// refEach finds every occurrence of one word or phrase, also overlapping ones.
func refEach(word string, value []byte) [][2]int {
	var out [][2]int
	for from := 0; from < len(value); {
		found := refWords([]string{word}, value[from:])
		if len(found) == 0 {
			break
		}
		out = append(out, [2]int{from + found[0][0], from + found[0][1]})
		from += found[0][1]
	}
	return out
}

var refAccents = transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)

// refFold folds Latin text; the fuzzed dictionaries hold nothing else.
func refFold(s string) string {
	out, _, err := transform.String(refAccents, s)
	if err != nil {
		return s
	}
	return strings.ReplaceAll(strings.ToLower(out), "ß", "ss")
}

var (
	refWord    = regexp.MustCompile(`[\pL\p{Nd}\pM]+(?:['’][\pL\p{Nd}\pM]+)*`)
	refScripts = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]`)
	refGap     = regexp.MustCompile(`^[ \t\r\n_-]+$`)
)

// refWords finds the words and phrases, the longest first, by trying each one at
// each place.
func refWords(words []string, value []byte) [][2]int {
	type token struct{ start, end int }
	var tokens []token
	cut := refScripts.ReplaceAllFunc(value, func(m []byte) []byte { return bytes.Repeat([]byte{'\x00'}, len(m)) })
	for _, m := range refWord.FindAllIndex(cut, -1) {
		tokens = append(tokens, token{m[0], m[1]})
	}
	var phrases [][]string
	for _, w := range words {
		phrases = append(phrases, strings.FieldsFunc(refFold(w), func(r rune) bool { return strings.ContainsRune(" \t\r\n_-", r) }))
	}
	var out [][2]int
	for i := 0; i < len(tokens); i++ {
		best := 0
		for _, p := range phrases {
			n := 0
			for n < len(p) && i+n < len(tokens) &&
				strings.ReplaceAll(refFold(string(value[tokens[i+n].start:tokens[i+n].end])), "’", "'") == p[n] &&
				(n == 0 || refGap.Match(value[tokens[i+n-1].end:tokens[i+n].start])) {
				n++
			}
			if n == len(p) {
				best = max(best, n)
			}
		}
		if best > 0 {
			out = append(out, [2]int{tokens[i].start, tokens[i+best-1].end})
			i += best - 1
		}
	}
	return out
}
