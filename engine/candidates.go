package engine

// candidates are the finders that may match, per value of a block, and where in
// a long value they may: what the prefilter leaves over.
type candidates struct {
	set     *Set
	sights  [streams][]sighting
	list    []candidate
	spare   []candidate // the other half of a sort
	counts  []int32
	offsets []int32    // per value: where its candidates begin; one more at the end
	seen    []int32    // per finder: 1 + the last value that has it as a whole
	done    []progress // per finder
	covered []uint32   // per literal: how far in the block more of it tell nothing new
}

// candidate is a finder and the part of a value that it must look at.
type candidate struct {
	value, finder int32
	start, end    uint32 // in the value
	kind          candidateKind
}

// candidateKind is what a candidate asks for.
type candidateKind uint8

const (
	window         candidateKind = iota // look from start to end
	dictionaryWord                      // try the dictionary's entries that begin at start
	gateOpen                            // nothing; it allows the finder's others
)

// progress is how far a finder has looked in a value: no match goes beyond end.
type progress struct {
	value int32  // 1 + its index
	end   uint32 // in the value
}

// shortValue is the length up to which a value is looked at as a whole: a window
// would save nothing.
const shortValue = 192

func newCandidates(s *Set) candidates {
	return candidates{set: s, seen: make([]int32, len(s.finders)), done: make([]progress, len(s.finders)), covered: make([]uint32, len(s.targets))}
}

// collect runs the prefilter over the block.
func (c *candidates) collect(f *FieldScan, b *Block) {
	c.list = c.list[:0]
	clear(c.seen)
	clear(c.done)
	clear(c.covered)
	c.set.automaton.scan(b.data, &c.sights)
	first := uint32(c.set.automaton.firstMatch)
	value := int32(0)
	for _, part := range c.sights {
		for _, s := range part {
			for b.spans[value].end < s.end {
				value++
			}
			for _, literal := range c.set.automaton.outputs[uint32(s.state)-first] {
				if c.covered[literal] < s.end {
					c.sight(f, b, value, literal, s.end)
				}
			}
		}
	}
	c.set.numbers.look(f, b, c)
	c.set.tokens.look(f, b, c)
	c.set.lexicon.look(f, b, c)
	for _, i := range f.always {
		for v, span := range b.spans {
			c.list = append(c.list, candidate{value: int32(v), finder: i, end: span.end - span.start})
		}
	}
	c.order(len(b.spans))
}

// sight tells the finders of a literal that ends at an offset of the block.
func (c *candidates) sight(f *FieldScan, b *Block, value, literal int32, end uint32) {
	span := b.spans[value]
	covered := span.end
	for _, t := range c.set.targets[literal] {
		switch {
		case !f.active[t.finder]:
		case t.gate:
			c.list = append(c.list, candidate{value: value, finder: t.finder, kind: gateOpen})
		case c.seen[t.finder] == value+1:
		case c.wholeValue(f, b, value, t.finder):
		default:
			covered = min(covered, span.start+c.around(f, b, value, t, end-span.start))
		}
	}
	c.covered[literal] = covered
}

// number adds a candidate for a member of a family of which a match may end at
// end.
func (c *candidates) number(f *FieldScan, b *Block, value int32, m *member, end int) {
	if !f.active[m.finder] || c.seen[m.finder] == value+1 {
		return
	}
	if m.reach <= maxMember && !f.inContext(m.finder, b, value, max(0, end-m.reach), end) {
		return
	}
	if !c.wholeValue(f, b, value, m.finder) {
		c.around(f, b, value, target{finder: m.finder, length: 1, reach: m.reach}, uint32(max(1, end)))
	}
}

// inContext reports whether a match of the finder in a part of a value may count:
// on its own, or by a context word nearby.
func (f *FieldScan) inContext(finder int32, b *Block, value int32, start, end int) bool {
	if f.bare[finder] {
		return true
	}
	span := b.spans[value]
	from, to := max(0, start-ContextReach), min(end+ContextReach, int(span.end-span.start))
	return f.eval.mentions.may(int(span.start)+from, int(span.start)+to, f.set.finders[finder].contexts)
}

// wholeValue adds a value as a whole for a finder that must see it so, or where
// a window would save nothing, and reports whether that is so.
func (c *candidates) wholeValue(f *FieldScan, b *Block, value, index int32) bool {
	finder, text := c.set.finders[index], b.Value(int(value))
	if len(text) > shortValue && !finder.whole && len(text) <= finder.longest {
		return false
	}
	c.seen[index] = value + 1
	if len(text) > finder.longest || len(text) <= shortValue && !f.mayHit(index, b, value) {
		return true
	}
	c.list = append(c.list, candidate{value: value, finder: index, end: uint32(len(text))})
	return true
}

// mayHit reports whether the finder may have a hit that counts in a short value.
func (f *FieldScan) mayHit(index int32, b *Block, value int32) bool {
	finder, size := f.set.finders[index], len(b.Value(int(value)))
	return (finder.matcher == nil || finder.mayMatch(b.Value(int(value)), 0, size)) && f.inContext(index, b, value, 0, size)
}

// around adds the part of a value that holds every match around a literal, and
// returns how far in the value more of the literal would change nothing.
func (c *candidates) around(f *FieldScan, b *Block, value int32, t target, end uint32) uint32 {
	done := &c.done[t.finder]
	if done.value != value+1 {
		*done = progress{value: value + 1}
	} else if end <= done.end {
		return done.end
	}
	finder, text := c.set.finders[t.finder], b.Value(int(value))
	if f.eval.budget < 0 {
		return uint32(len(text))
	}
	start := finder.extent.earliest(text, int(end)-t.length, max(int(end)-t.reach, int(done.end)))
	may, stop := finder.around(text, start, int(end))
	if done.end = uint32(stop); len(text) > longValue {
		f.eval.budget -= stop - start
	}
	if may && f.inContext(t.finder, b, value, start, stop) {
		c.list = append(c.list, candidate{value: value, finder: t.finder, start: uint32(start), end: uint32(stop)})
	}
	return done.end
}

// earliest returns where a match around a literal at start can begin, not before
// least.
func (e *extent) earliest(text []byte, start, least int) int {
	from := min(start, len(text))
	for from > least && e.alphabet.Has(text[from-1]) {
		from--
	}
	return from
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
