package engine

import (
	"math/bits"
	"slices"
)

// automaton is an Aho–Corasick machine over the literals of all methods. Case
// and the value of digits are folded away in its byte classes; transitions are
// dense, in rows of a power of two, so that a step is one load of the class and
// one of the next state. States that end a literal have the highest numbers, so
// that one comparison tells them.
//
// (Aho, Corasick: Efficient string matching, CACM 18/6, 1975.)
type automaton struct {
	classes    [256]uint8
	shift      uint8    // a row has 1<<shift entries
	next       []uint16 // state<<shift | class → state
	firstMatch uint16   // states from here on end at least one literal
	outputs    [][]int32
	maxLen     int // bytes of the longest literal
}

// maxLiteral is how many bytes of a literal the automaton looks at. Longer ones
// are cut: what passes meets its expression anyway, and the table stays small.
const maxLiteral = 12

// maxStates is how many states 16 bits can number.
const maxStates = 1 << 16

// trieNode is a state while the automaton is built.
type trieNode struct {
	child   map[uint8]int
	fail    int
	outputs []int32
}

// newAutomaton builds the machine for literals in their folded form; a hit
// reports the index of the literal. Literals are cut further when there are so
// many that the states would not fit.
func newAutomaton(literals []string) *automaton {
	a := &automaton{}
	a.assignClasses(literals)
	for limit := maxLiteral; ; limit-- {
		nodes := a.buildTrie(literals, limit)
		if len(nodes) < maxStates || limit == 1 {
			a.flatten(nodes, linkFailures(nodes))
			return a
		}
	}
}

func (a *automaton) assignClasses(literals []string) {
	classes := 1 // class 0: bytes in no literal
	for _, lit := range literals {
		for _, c := range []byte(lit) {
			if a.classes[c] == 0 {
				a.classes[c] = uint8(classes)
				classes++
			}
		}
	}
	for c := byte('A'); c <= 'Z'; c++ {
		a.classes[c] = a.classes[c+'a'-'A']
	}
	for c := byte('1'); c <= '9'; c++ {
		a.classes[c] = a.classes['0']
	}
	a.shift = uint8(bits.Len(uint(classes - 1)))
}

func (a *automaton) buildTrie(literals []string, limit int) []trieNode {
	nodes := []trieNode{{child: map[uint8]int{}}}
	a.maxLen = 1
	for id, lit := range literals {
		lit = lit[:min(len(lit), limit)]
		a.maxLen = max(a.maxLen, len(lit))
		at := 0
		for _, c := range []byte(lit) {
			class := a.classes[c]
			to, ok := nodes[at].child[class]
			if !ok {
				to = len(nodes)
				nodes = append(nodes, trieNode{child: map[uint8]int{}})
				nodes[at].child[class] = to
			}
			at = to
		}
		nodes[at].outputs = append(nodes[at].outputs, int32(id))
	}
	return nodes
}

// linkFailures sets the failure links and merges their outputs; it returns the
// nodes in breadth-first order.
func linkFailures(nodes []trieNode) []int {
	order := []int{0}
	for i := 0; i < len(order); i++ {
		at := order[i]
		for _, class := range sortedClasses(nodes[at].child) {
			to := nodes[at].child[class]
			order = append(order, to)
			if at != 0 {
				f := nodes[at].fail
				for nodes[f].child[class] == 0 && f != 0 {
					f = nodes[f].fail
				}
				nodes[to].fail = nodes[f].child[class]
			}
			nodes[to].outputs = append(nodes[to].outputs, nodes[nodes[to].fail].outputs...)
		}
	}
	return order
}

func sortedClasses(child map[uint8]int) []uint8 {
	out := make([]uint8, 0, len(child))
	for c := range child {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// flatten writes the transitions, the root as state 0 and matching states last.
func (a *automaton) flatten(nodes []trieNode, order []int) {
	number := make([]int, len(nodes))
	id, firstMatch := 0, 0
	for _, matching := range []bool{false, true} {
		if matching {
			firstMatch = id
		}
		for _, n := range order {
			if (len(nodes[n].outputs) > 0) == matching {
				number[n] = id
				id++
			}
		}
	}
	width := 1 << a.shift
	a.firstMatch = uint16(min(firstMatch, maxStates-1))
	a.next = make([]uint16, len(nodes)*width)
	a.outputs = make([][]int32, len(nodes)-firstMatch)
	for _, n := range order {
		row := a.next[number[n]*width:][:width]
		if n != 0 {
			copy(row, a.next[number[nodes[n].fail]*width:][:width])
		}
		for class, to := range nodes[n].child {
			row[class] = uint16(number[to])
		}
		if out := nodes[n].outputs; len(out) > 0 {
			a.outputs[number[n]-firstMatch] = out
		}
	}
}

// sighting is a matching state and the offset in the data after its literals.
type sighting struct {
	end   uint32
	state uint16
}

// streams is how many parts of a block are scanned at the same time. Each step
// waits for a load that depends on the step before; steps of independent parts
// hide each other's wait.
const streams = 4

// minInterleaved is the least data for which interleaving is worth its set-up.
const minInterleaved = 4096

// scan appends a sighting for every literal's end in data, in order, to buf's
// parts and returns them.
func (a *automaton) scan(data []byte, buf *[streams][]sighting) {
	for i := range buf {
		buf[i] = buf[i][:0]
	}
	if len(a.outputs) == 0 {
		return
	}
	if len(data) < minInterleaved {
		buf[0], _ = a.scanOne(data, 0, 0, 0, buf[0])
		return
	}
	a.scanFour(data, buf)
}

// scanOne scans data from an offset and state on, recording sightings that end
// after the offset report.
func (a *automaton) scanOne(data []byte, from int, state uint16, report int, out []sighting) ([]sighting, uint16) {
	next, shift, firstMatch := a.next, a.shift&15, a.firstMatch
	for i := from; i < len(data); i++ {
		state = next[uint(state)<<shift|uint(a.classes[data[i]])]
		if state >= firstMatch && i >= report {
			out = append(out, sighting{uint32(i + 1), state})
		}
	}
	return out, state
}

// scanFour scans four quarters of data in step. A quarter begins with the bytes
// before it that a literal may share with it.
func (a *automaton) scanFour(data []byte, buf *[streams][]sighting) {
	quarter := len(data) / streams
	var state [streams]uint16
	for k := 1; k < streams; k++ {
		_, state[k] = a.scanOne(data[:k*quarter], k*quarter-min(k*quarter, a.maxLen), 0, len(data), nil)
	}
	d0, d1, d2, d3 := data[:quarter], data[quarter:2*quarter], data[2*quarter:3*quarter], data[3*quarter:4*quarter]
	b0, b1, b2, b3 := buf[0], buf[1], buf[2], buf[3]
	s0, s1, s2, s3 := state[0], state[1], state[2], state[3]
	next, shift, firstMatch, classes := a.next, a.shift&15, a.firstMatch, &a.classes
	d1, d2, d3 = d1[:len(d0)], d2[:len(d0)], d3[:len(d0)]
	for i := range d0 {
		s0 = next[uint(s0)<<shift|uint(classes[d0[i]])]
		s1 = next[uint(s1)<<shift|uint(classes[d1[i]])]
		s2 = next[uint(s2)<<shift|uint(classes[d2[i]])]
		s3 = next[uint(s3)<<shift|uint(classes[d3[i]])]
		if max(s0, s1, s2, s3) < firstMatch {
			continue
		}
		if s0 >= firstMatch {
			b0 = append(b0, sighting{uint32(i + 1), s0})
		}
		if s1 >= firstMatch {
			b1 = append(b1, sighting{uint32(quarter + i + 1), s1})
		}
		if s2 >= firstMatch {
			b2 = append(b2, sighting{uint32(2*quarter + i + 1), s2})
		}
		if s3 >= firstMatch {
			b3 = append(b3, sighting{uint32(3*quarter + i + 1), s3})
		}
	}
	b3, _ = a.scanOne(data, streams*quarter, s3, 0, b3)
	buf[0], buf[1], buf[2], buf[3] = b0, b1, b2, b3
}
