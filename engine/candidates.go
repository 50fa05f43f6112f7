package engine

import (
	"cmp"
	"slices"
)

// candidates are the methods that may match, per value of a block, and where in
// a long value they may: what the prefilter leaves over.
type candidates struct {
	set     *Set
	sights  [streams][]sighting
	list    []candidate
	offsets []int32 // per value: where its candidates begin; one more at the end
	seen    []int32 // per method: 1 + the last value that has it as a whole
	last    []int32 // per method: 1 + its last candidate in list
}

// candidate is a method and the part of a value that it must look at.
type candidate struct {
	value, method int32
	start, end    uint32 // in the value
	word          bool   // only an entry of the method's dictionary that begins at start counts
}

// shortValue is the length up to which a value is looked at as a whole: a window
// would save nothing.
const shortValue = 192

func newCandidates(s *Set) candidates {
	return candidates{set: s, seen: make([]int32, len(s.methods)), last: make([]int32, len(s.methods))}
}

// collect runs the prefilter over the block.
func (c *candidates) collect(f *FieldScan, b *Block) {
	c.list = c.list[:0]
	clear(c.seen)
	clear(c.last)
	c.set.automaton.scan(b.data, &c.sights)
	first := uint32(c.set.automaton.firstMatch)
	value := int32(0)
	for _, part := range c.sights {
		for _, s := range part {
			for b.spans[value].end < s.end {
				value++
			}
			for _, t := range c.set.targets[uint32(s.state)-first] {
				if f.active[t.method] && c.seen[t.method] != value+1 {
					c.sight(b, value, t, s.end-b.spans[value].start)
				}
			}
		}
	}
	c.set.lexicon.look(f, b, c)
	c.index(f, b)
}

// sight notes that a literal of a method ends at an offset of a value.
func (c *candidates) sight(b *Block, value int32, t target, end uint32) {
	span := b.spans[value]
	size := span.end - span.start
	if size <= shortValue || t.whole {
		c.seen[t.method] = value + 1
		c.list = append(c.list, candidate{value: value, method: t.method, end: size})
		return
	}
	var known *candidate
	if i := c.last[t.method]; i > 0 && c.list[i-1].value == value {
		known = &c.list[i-1]
	}
	text := b.data[span.start:span.end]
	start, stop := c.set.methods[t.method].window(text, int(end)-t.length, int(end), known)
	if known != nil && start <= int(known.end) {
		known.end = max(known.end, uint32(stop))
		return
	}
	c.list = append(c.list, candidate{value: value, method: t.method, start: uint32(start), end: uint32(stop)})
	c.last[t.method] = int32(len(c.list))
}

// window returns the part of text that holds every match around the literal at
// start to end. Bytes that the known window before it covers are not looked at
// again.
func (m *method) window(text []byte, start, end int, known *candidate) (from, to int) {
	floor, ahead := 0, end
	if known != nil {
		floor, ahead = int(known.end), max(end, int(known.end))
	}
	least, most := 0, len(text)
	if m.extent.maxLen < unbounded {
		least, most = max(0, end-m.extent.maxLen), min(len(text), start+m.extent.maxLen)
	}
	from, to = min(start, len(text)), min(ahead, max(most, end))
	for from > max(least, floor) && m.extent.alphabet.Has(text[from-1]) {
		from--
	}
	for to < most && m.extent.alphabet.Has(text[to]) {
		to++
	}
	return from, to
}

// index orders the candidates by value and adds the methods without a literal.
func (c *candidates) index(f *FieldScan, b *Block) {
	c.offsets = c.offsets[:0]
	if len(f.always) > 0 {
		for v, span := range b.spans {
			for _, m := range f.always {
				c.list = append(c.list, candidate{value: int32(v), method: m, end: span.end - span.start})
			}
		}
	}
	slices.SortFunc(c.list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.method, b.method), cmp.Compare(a.start, b.start))
	})
	i := 0
	for v := range b.spans {
		c.offsets = append(c.offsets, int32(i))
		for i < len(c.list) && int(c.list[i].value) == v {
			i++
		}
	}
	c.offsets = append(c.offsets, int32(i))
}

// of returns the candidates of a value, by method and start.
func (c *candidates) of(value int) []candidate {
	return c.list[c.offsets[value]:c.offsets[value+1]]
}
