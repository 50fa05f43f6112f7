package engine

import "slices"

// lexicon is all dictionaries of a Set, probed together at the words of a block.
type lexicon struct {
	small  []entryOf // dictionaries that share the filter below
	filter *Dictionary
	large  []entryOf // dictionaries with a filter of their own
}

// entryOf is a dictionary and the finders that use it.
type entryOf struct {
	words   *Dictionary
	finders []int32
}

// smallDictionary is the number of entries up to which dictionaries share a
// filter, so that most words are told by one probe for all of them.
const smallDictionary = 4096

func newLexicon(finders []*finder) lexicon {
	var l lexicon
	var entries []string
	add := func(list []entryOf, d *Dictionary, finder int32) []entryOf {
		i := slices.IndexFunc(list, func(e entryOf) bool { return e.words == d })
		if i < 0 {
			i, list = len(list), append(list, entryOf{words: d})
		}
		list[i].finders = append(list[i].finders, finder)
		return list
	}
	for i, f := range finders {
		switch {
		case f.words == nil:
		case f.words.Len() <= smallDictionary:
			entries = append(entries, f.words.sorted()...)
			l.small = add(l.small, f.words, int32(i))
		default:
			l.large = add(l.large, f.words, int32(i))
		}
	}
	l.filter = NewDictionary(entries)
	return l
}

// look adds a candidate for every word of the block at which an entry of an
// active dictionary may start.
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
		if slices.ContainsFunc(e.finders, func(i int32) bool { return f.active[i] }) {
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
		for _, i := range e.finders {
			if f.active[i] {
				c.list = append(c.list, candidate{value: value, finder: i, start: start, kind: dictionaryWord})
			}
		}
	}
	return value
}
