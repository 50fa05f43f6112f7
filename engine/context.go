package engine

import (
	"slices"
	"strings"
)

// contextWords is the words of all contexts of a Set, so that one look at a text
// finds them all.
type contextWords struct {
	words  *Dictionary
	owners map[string][]int32 // folded word or phrase → the contexts that name it
	lists  map[string]int32   // a context's words → its number
	all    []string
}

// add returns the number of the context with these words; contexts with the same
// words share one.
func (c *contextWords) add(words []string) int32 {
	key := strings.Join(words, "\x00")
	if id, ok := c.lists[key]; ok {
		return id
	}
	if c.lists == nil {
		c.lists, c.owners = map[string]int32{}, map[string][]int32{}
	}
	id := int32(len(c.lists))
	c.lists[key] = id
	for _, w := range words {
		folded := phrase(Fold([]byte(w)))
		if !slices.Contains(c.owners[folded], id) {
			c.owners[folded] = append(c.owners[folded], id)
		}
	}
	c.all = append(c.all, words...)
	return id
}

// finish builds the dictionary when all contexts are known.
func (c *contextWords) finish() {
	c.words = NewDictionary(c.all)
	c.all = nil
}

// mention is an occurrence of a context's word in a text.
type mention struct {
	start, end int
	owners     []int32
}

// mentions is the context words of one value, found part by part where a hit
// asks for them.
type mentions struct {
	*contextWords
	parts []mentionPart
}

type mentionPart struct {
	known bool
	found []mention // that start in the part, in order
}

const (
	partSize    = 1 << 10 // bytes of a part
	longestWord = 1 << 10 // bytes beyond which no word is a context word
)

// reset forgets the former value.
func (m *mentions) reset(size int) {
	n := size/partSize + 1
	for len(m.parts) < n {
		m.parts = append(m.parts, mentionPart{})
	}
	for i := range m.parts[:n] {
		m.parts[i].known = false
	}
}

// near reports whether a word of a context lies wholly within so many bytes
// before start or after end.
func (m *mentions) near(text []byte, context int32, start, end, within int) bool {
	from, to := max(0, start-within), min(len(text), end+within)
	for i := from / partSize; i <= to/partSize; i++ {
		part := &m.parts[i]
		if !part.known {
			m.find(text, i)
		}
		for _, w := range part.found {
			inside := from <= w.start && w.end <= start || end <= w.start && w.end <= to
			if inside && slices.Contains(w.owners, context) {
				return true
			}
		}
	}
	return false
}

// find finds the words that start in a part.
func (m *mentions) find(text []byte, i int) {
	part := &m.parts[i]
	part.known, part.found = true, part.found[:0]
	first, last := i*partSize, min(len(text), (i+1)*partSize)
	w := wordIterator{end: first}
	for w.end > max(0, first-longestWord) && !isBlank(text[w.end-1]) { // the part may begin inside a word
		w.end--
	}
	for w.next(text) && w.start < last {
		if w.start >= first && m.words.starts(w.hash) {
			m.words.each(text, w.start, w.spaceless, func(entry []byte, end int) {
				part.found = append(part.found, mention{w.start, end, m.owners[string(entry)]})
			})
		}
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
