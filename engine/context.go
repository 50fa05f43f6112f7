package engine

import (
	"slices"
	"strings"
)

// contextWords is the words of all contexts of a Set, so that one look at a text
// finds them all.
type contextWords struct {
	words  *Dictionary
	most   map[uint64]int     // hash of the first word → words of the longest entry that it begins
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
	c.most = map[uint64]int{}
	for entry := range c.owners {
		hash := hashOf(hashStart, firstWord(entry))
		c.most[hash] = max(c.most[hash], strings.Count(entry, " ")+1)
	}
	c.all = nil
}

// mention is an occurrence of a context's word in a text.
type mention struct {
	start, end int
	owners     []int32
}

// mentions is the context words of a block, found part by part where a hit asks
// for them.
type mentions struct {
	*contextWords
	data  []byte
	parts []mentionPart
	buf   entryBuffer
}

type mentionPart struct {
	known  bool
	found  []mention // that start in the part, in order
	owners contextSet
}

// contextSet is a set of the numbers of contexts.
type contextSet []uint64

func (s *contextSet) add(context int32) {
	for int(context)>>6 >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[context>>6] |= 1 << (context & 63)
}

// join adds the members of another set.
func (s *contextSet) join(o contextSet) {
	for i, word := range o {
		if i == len(*s) {
			*s = append(*s, 0)
		}
		(*s)[i] |= word
	}
}

// meets reports whether the sets have a member in common.
func (s contextSet) meets(o contextSet) bool {
	for i := range min(len(s), len(o)) {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

const (
	partSize       = 256          // bytes of a part
	longestMention = ContextReach // bytes; a longer one reaches no hit
)

// reset turns to the data of another block.
func (m *mentions) reset(data []byte) {
	m.data = data
	n := len(data)/partSize + 1
	for len(m.parts) < n {
		m.parts = append(m.parts, mentionPart{})
	}
	for i := range m.parts[:n] {
		m.parts[i].known = false
	}
}

// each calls found for the context words that lie wholly in a range of the
// block, which must not go beyond one value, until found returns false.
func (m *mentions) each(from, to int, found func(w *mention) bool) {
	for i := from / partSize; i <= to/partSize; i++ {
		part := &m.parts[i]
		if !part.known {
			m.find(i)
		}
		for j := range part.found {
			if w := &part.found[j]; from <= w.start && w.end <= to && !found(w) {
				return
			}
		}
	}
}

// may reports whether a word of one of the contexts may lie in a range of the
// block. It looks at whole parts.
func (m *mentions) may(from, to int, contexts contextSet) bool {
	for i := from / partSize; i <= to/partSize; i++ {
		part := &m.parts[i]
		if !part.known {
			m.find(i)
		}
		if len(part.found) > 0 && part.owners.meets(contexts) {
			return true
		}
	}
	return false
}

// near reports whether a word of one of the contexts may lie within reach of a
// place of the block; where it may not, also the first place at which it may.
func (m *mentions) near(at, reach int, contexts contextSet) (next int, ok bool) {
	to := min(at+reach, len(m.data))
	if m.may(max(0, at-reach), to, contexts) {
		return at, true
	}
	return max(at+1, (to/partSize+1)*partSize-reach), false
}

// find finds the words that start in a part. It looks no further than a mention
// is long, so that one word of a megabyte is not read anew for every part of it.
func (m *mentions) find(i int) {
	part := &m.parts[i]
	part.known, part.found, part.owners = true, part.found[:0], part.owners[:0]
	first, last := i*partSize, min(len(m.data), (i+1)*partSize)
	text := m.data[:min(len(m.data), last+longestMention+1)]
	w := wordIterator{end: first}
	for w.end > max(0, first-longestMention) && !isBlank(text[w.end-1]) { // the part may begin inside a word
		w.end--
	}
	for w.next(text) && w.start < last {
		if w.start >= first && m.words.starts(w.hash) {
			m.words.each(text, w.start, w.spaceless, m.most[w.hash], &m.buf, func(entry []byte, end int) {
				owners := m.owners[string(entry)]
				part.found = append(part.found, mention{w.start, end, owners})
				for _, o := range owners {
					part.owners.add(o)
				}
			})
		}
	}
}

func isBlank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == blockGap
}
