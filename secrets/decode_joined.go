package secrets

import (
	"bytes"
	"encoding/json"
)

// Values that are written over several lines are put together before they are
// judged: the cells of notebooks, which are lists of strings, and base64 that
// was wrapped.

// mark says where a part of a joined text comes from.
type mark struct{ at, from int } // offsets in the joined text and in the piece

// origin returns the offset in the piece of what is at an offset of the decoded
// text.
func (d decoded) origin(at int) int {
	from := d.start
	for _, m := range d.marks {
		if m.at > at {
			break
		}
		from = m.from
	}
	return from
}

const (
	maxJoined   = 64 << 10 // bytes of a text that is put together
	leastLines  = 2
	leastInLine = 40 // bytes of base64 in all lines but the last
)

// joinStrings returns the lists of strings of a notebook's cells, each as one
// text.
func joinStrings(text []byte) []decoded {
	var out []decoded
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(`"source"`))
		if i < 0 {
			return out
		}
		at += i + len(`"source"`)
		from := at + len(text[at:]) - len(bytes.TrimLeft(text[at:], " \t\r\n:"))
		if from == len(text) || text[from] != '[' {
			continue
		}
		if d, ok := joinList(text, from+1); ok {
			out = append(out, d)
		}
	}
}

// joinList puts the strings of a JSON list together whose first element begins
// behind start.
func joinList(text []byte, start int) (decoded, bool) {
	d := decoded{start: start, how: "notebook"}
	limit := text[:min(len(text), start+maxJoined)]
	for i := start; i < len(limit); {
		switch limit[i] {
		case ' ', '\t', '\r', '\n', ',':
			i++
			continue
		case '"':
		default: // ']' as it should be, or no list of strings
			d.end = i
			return d, len(d.marks) >= leastLines
		}
		end := i + 1
		for end < len(limit) && limit[end] != '"' {
			if limit[end] == '\\' {
				end++
			}
			end++
		}
		var s string
		if end >= len(limit) || json.Unmarshal(limit[i:end+1], &s) != nil {
			return d, false
		}
		d.marks = append(d.marks, mark{len(d.text), i})
		d.text = append(d.text, s...)
		i = end + 1
	}
	return d, false
}

// joinBase64 returns what wrapped base64 decodes to: lines beside each other
// that hold nothing but base64, and marks such as quotes and commas around it.
// runs are those of the text.
func joinBase64(text []byte, runs []span) []decoded {
	var out []decoded
	done := 0
	for _, r := range runs {
		if r.end-r.start < leastInLine || r.start < done {
			continue
		}
		end, run := lineRun(text, lineStart(text, r.start), leastInLine)
		if done = end; run.end == run.start {
			continue
		}
		block := []span{run}
		for next := end; next < len(text); {
			after, more := lineRun(text, next, 1)
			if more.end == more.start || next-r.start > maxJoined {
				break
			}
			block, next, done = append(block, more), after, after
			if more.end-more.start < run.end-run.start {
				break // the last line is shorter
			}
		}
		if len(block) >= leastLines {
			if d, ok := joinRuns(text, block); ok {
				out = append(out, d)
			}
		}
	}
	return out
}

// lineRun returns where the line at an offset ends and the base64 that it holds,
// which is empty when it holds anything else, or less than least bytes.
func lineRun(text []byte, at, least int) (end int, run span) {
	end = len(text)
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		end = at + i + 1
	}
	line := text[at:end]
	if len(line) < least {
		return end, span{}
	}
	start := len(line) - len(bytes.TrimLeft(line, " \t\"'`+"))
	body := bytes.TrimRight(line[start:], " \t\r\n\"'`+,;\\=")
	if len(body) < least || bytes.ContainsFunc(body, func(r rune) bool { return r >= 0x80 || !inRun.Has(byte(r)) }) {
		return end, span{}
	}
	return end, span{at + start, at + start + len(body)}
}

func joinRuns(text []byte, block []span) (decoded, bool) {
	d := decoded{start: block[0].start, end: block[len(block)-1].end, how: "base64"}
	var joined []byte
	for _, s := range block {
		d.marks = append(d.marks, mark{len(joined) / 4 * 3, s.start}) // four characters are three bytes
		joined = append(joined, text[s.start:s.end]...)
	}
	if len(joined) < minRun {
		return d, false
	}
	d.text = decodeBase64(joined)
	return d, len(d.text) >= minSecret
}
