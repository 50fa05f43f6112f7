package engine

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// numbers is the expressions whose only literals are digits, in two families:
// those with a method whose hits count on their own, and those whose hits mean
// nothing without a context word, most by far. The latter are looked for near
// such words only.
type numbers struct {
	open, inContext *family
	contexts        contextSet // of the members of inContext
	reach           int        // bytes between a digit and the context of a number that it belongs to, at most
	code            []int32    // finders, code that looks at every value with a digit
}

// minFamily is the number of members without letters for which families are
// worth having; fewer are found sooner each by its own literals.
const minFamily = 16

// newNumbers takes the finders that families can tell, unless they are few, and
// marks them.
func newNumbers(finders []*finder, methods []*method) numbers {
	n := numbers{open: newFamily(), inContext: newFamily()}
	members := 0
	for i, finder := range finders {
		if finder.isNumber() && !finder.hasLetters() {
			members++
		}
		if finder.find != nil && finder.needsDigit() {
			finder.inFamily = true
			n.code = append(n.code, int32(i))
		}
	}
	if members < minFamily {
		return n
	}
	for i, finder := range finders {
		if !finder.isNumber() {
			continue
		}
		counts := func(m int32) bool { return !methods[m].ContextOnly }
		if slices.ContainsFunc(finder.methods, counts) {
			n.open.add(int32(i), finder)
			continue
		}
		if finder.extent.maxLen <= maxMember {
			n.inContext.add(int32(i), finder)
			n.contexts.join(finder.contexts)
			n.reach = max(n.reach, finder.extent.maxLen+within(finder, methods))
		}
	}
	return n
}

// within returns how far from a hit of the finder a context may be, in bytes.
func within(f *finder, methods []*method) int {
	reach := 0
	for _, m := range f.methods {
		for i := range methods[m].Context {
			reach = max(reach, methods[m].Context[i].Within)
		}
	}
	return reach
}

// needsDigit reports whether all that is known of a text with a hit is that it
// has a digit.
func (f *finder) needsDigit() bool {
	return len(f.literals) > 0 && !slices.ContainsFunc(f.literals, func(l string) bool { return l != "0" })
}

// look adds candidates for the numbers of a block.
func (n *numbers) look(f *FieldScan, b *Block, c *candidates) {
	if slices.ContainsFunc(n.code, func(i int32) bool { return f.active[i] }) {
		n.lookAll(f, b, c)
	}
	if len(n.open.members) > 0 {
		n.scan(n.open, f, b, c, func(int) (int, bool) { return 0, true })
	}
	if len(n.inContext.members) > 0 {
		n.scan(n.inContext, f, b, c, func(at int) (int, bool) {
			if f.contextual {
				return 0, true
			}
			return f.eval.mentions.near(at, n.reach, n.contexts)
		})
	}
}

// lookAll adds candidates for the code that looks at every value with a digit.
func (n *numbers) lookAll(f *FieldScan, b *Block, c *candidates) {
	value := int32(0)
	for at := nextDigit(b.data, 0); at < len(b.data); at = nextDigit(b.data, int(b.spans[value].end)) {
		for int(b.spans[value].end) <= at {
			value++
		}
		for _, i := range n.code {
			if f.active[i] {
				c.wholeValue(f, b, value, i)
			}
		}
	}
}

// scan asks a family about every digit of the block for which ask allows it; where
// it does not, it tells which digit to go on with.
func (n *numbers) scan(family *family, f *FieldScan, b *Block, c *candidates, ask func(at int) (next int, ok bool)) {
	family.prepare(f.set.finders)
	value, read := int32(0), 0 // in the value: how far the family has read
	for at := nextDigit(b.data, 0); at < len(b.data); {
		if next, ok := ask(at); !ok {
			at = nextDigit(b.data, next)
			continue
		}
		for int(b.spans[value].end) <= at {
			value, read = value+1, 0
		}
		start, text := int(b.spans[value].start), b.Value(int(value))
		read = family.look(text, at-start, read, func(m *member, end int) { c.number(f, b, value, m, end) })
		at = nextDigit(b.data, max(at+1, start+read))
	}
}

// nextDigit returns where the next digit of ASCII is at or after a place: eight
// bytes in a step, of which those of a digit are 0x30 to 0x39.
func nextDigit(data []byte, at int) int {
	const ones = 0x0101010101010101
	for ; at+8 <= len(data); at += 8 {
		v := binary.LittleEndian.Uint64(data[at:]) ^ 0x30*ones              // a digit is 0 to 9 now
		if v = ^((v&(0x7F*ones) + 0x76*ones) | v) & (0x80 * ones); v != 0 { // its highest bit is set
			return at + bits.TrailingZeros64(v)/8
		}
	}
	for at < len(data) && (data[at] < '0' || '9' < data[at]) {
		at++
	}
	return at
}
