package engine

// candidates are the finders that may match, per value of a block, and where in
// a long value they may: what the prefilter leaves over.
type candidates struct {
	set     *Set
	sights  [streams][]sighting
	list    []candidate
	spare   []candidate // the other half of a sort
	counts  []int32
	offsets []int32 // per value: where its candidates begin; one more at the end
	seen    []int32 // per finder: 1 + the last value that has it as a whole
	last    []int32 // per finder: 1 + its last candidate in list
}

// candidate is a finder and the part of a value that it must look at.
type candidate struct {
	value, finder int32
	start, end    uint32 // in the value
	word          bool   // only a dictionary's entry that begins at start counts
}

// shortValue is the length up to which a value is looked at as a whole: a window
// would save nothing.
const shortValue = 192

func newCandidates(s *Set) candidates {
	return candidates{set: s, seen: make([]int32, len(s.finders)), last: make([]int32, len(s.finders))}
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
				if f.active[t.finder] && c.seen[t.finder] != value+1 {
					c.sight(b, value, t, s.end-b.spans[value].start)
				}
			}
		}
	}
	c.set.lexicon.look(f, b, c)
	for _, i := range f.always {
		for v, span := range b.spans {
			c.list = append(c.list, candidate{value: int32(v), finder: i, end: span.end - span.start})
		}
	}
	c.order(len(b.spans))
}

// sight notes that a literal of a finder ends at an offset of a value.
func (c *candidates) sight(b *Block, value int32, t target, end uint32) {
	span := b.spans[value]
	size := span.end - span.start
	f := c.set.finders[t.finder]
	if size <= shortValue || f.whole || size > uint32(f.longest) {
		c.seen[t.finder] = value + 1
		if size <= uint32(f.longest) {
			c.list = append(c.list, candidate{value: value, finder: t.finder, end: size})
		}
		return
	}
	var known *candidate
	if i := c.last[t.finder]; i > 0 && c.list[i-1].value == value {
		known = &c.list[i-1]
	}
	text := b.data[span.start:span.end]
	start, stop := f.extent.window(text, int(end)-t.length, int(end), known)
	if known != nil && start <= int(known.end) {
		known.end = max(known.end, uint32(stop))
		return
	}
	c.list = append(c.list, candidate{value: value, finder: t.finder, start: uint32(start), end: uint32(stop)})
	c.last[t.finder] = int32(len(c.list))
}

// window returns the part of text that holds every match around the literal at
// start to end. Bytes that the known window before it covers are not looked at
// again.
func (e *extent) window(text []byte, start, end int, known *candidate) (from, to int) {
	floor, ahead := 0, end
	if known != nil {
		floor, ahead = int(known.end), max(end, int(known.end))
	}
	least, most := 0, len(text)
	if e.maxLen < unbounded {
		least, most = max(0, end-e.maxLen), min(len(text), start+e.maxLen)
	}
	from, to = min(start, len(text)), min(ahead, max(most, end))
	for from > max(least, floor) && e.alphabet.Has(text[from-1]) {
		from--
	}
	for to < most && e.alphabet.Has(text[to]) {
		to++
	}
	return from, to
}

// order sorts the candidates by value and finder, and leaves those of one finder
// in the order of their starts, in which they came: two stable counting sorts.
func (c *candidates) order(values int) {
	c.sortBy(len(c.set.finders), func(x *candidate) int32 { return x.finder })
	c.sortBy(values, func(x *candidate) int32 { return x.value })
	c.offsets = append(c.offsets[:0], c.counts...)
}

// sortBy sorts by a key below keys and leaves where each key begins in counts.
func (c *candidates) sortBy(keys int, key func(*candidate) int32) {
	if cap(c.counts) < keys+1 {
		c.counts = make([]int32, keys+1)
	}
	c.counts = c.counts[:keys+1]
	clear(c.counts)
	for i := range c.list {
		c.counts[key(&c.list[i])]++
	}
	total := int32(0)
	for k, n := range c.counts {
		c.counts[k] = total
		total += n
	}
	c.spare = append(c.spare[:0], c.list...)
	for i := range c.list {
		k := key(&c.list[i])
		c.spare[c.counts[k]] = c.list[i]
		c.counts[k]++
	}
	copy(c.counts[1:], c.counts) // each count has moved to where the next key begins
	c.counts[0] = 0
	c.list, c.spare = c.spare, c.list
}

// of returns the candidates of a value, by finder and start.
func (c *candidates) of(value int) []candidate {
	return c.list[c.offsets[value]:c.offsets[value+1]]
}
