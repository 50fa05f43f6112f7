package engine

import "slices"

// lexicon is all dictionaries of a Set, probed together at the words of a block.
type lexicon struct {
	small  []entryOf // dictionaries that share the filter below
	filter *Dictionary
	large  []entryOf // dictionaries with a filter of their own
}

// entryOf is a dictionary and the methods that use it.
type entryOf struct {
	words   *Dictionary
	methods []int32
}

// smallDictionary is the number of entries up to which dictionaries share a
// filter, so that most words are told by one probe for all of them.
const smallDictionary = 4096

func newLexicon(methods []*method) lexicon {
	var l lexicon
	var entries []string
	add := func(list []entryOf, d *Dictionary, method int32) []entryOf {
		i := slices.IndexFunc(list, func(e entryOf) bool { return e.words == d })
		if i < 0 {
			i, list = len(list), append(list, entryOf{words: d})
		}
		list[i].methods = append(list[i].methods, method)
		return list
	}
	for i, m := range methods {
		switch {
		case m.Words == nil:
		case m.Words.Len() <= smallDictionary:
			entries = append(entries, m.Words.sorted()...)
			l.small = add(l.small, m.Words, int32(i))
		default:
			l.large = add(l.large, m.Words, int32(i))
		}
	}
	l.filter = NewDictionary(entries)
	return l
}

// look adds a candidate for every word of the block at which an entry of an
// active method's dictionary may start.
func (l *lexicon) look(f *FieldScan, b *Block, c *candidates) {
	small, large := l.wanted(f, l.small), l.wanted(f, l.large)
	if len(small)+len(large) == 0 {
		return
	}
	var w wordIterator
	value := int32(0)
	for w.next(b.data) {
		if len(small) > 0 && l.filter.starts(w.hash) {
			value = l.probe(small, f, b, c, &w, value)
		}
		if len(large) > 0 {
			value = l.probe(large, f, b, c, &w, value)
		}
	}
}

func (l *lexicon) wanted(f *FieldScan, list []entryOf) []entryOf {
	var out []entryOf
	for _, e := range list {
		if slices.ContainsFunc(e.methods, func(m int32) bool { return f.active[m] }) {
			out = append(out, e)
		}
	}
	return out
}

// probe asks each dictionary of the list about a word, and returns the word's
// value; value is that of the word before.
func (l *lexicon) probe(list []entryOf, f *FieldScan, b *Block, c *candidates, w *wordIterator, value int32) int32 {
	for _, e := range list {
		if !e.words.starts(w.hash) {
			continue
		}
		for b.spans[value].end < uint32(w.end) {
			value++
		}
		start := uint32(w.start) - b.spans[value].start
		for _, m := range e.methods {
			if f.active[m] {
				c.list = append(c.list, candidate{value: value, method: m, start: start, word: true})
			}
		}
	}
	return value
}
