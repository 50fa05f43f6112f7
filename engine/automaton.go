package engine

import "slices"

// automaton is an Aho–Corasick machine over the literals of all methods, ASCII
// case folded into its byte classes, with dense transitions. Matching states
// have the highest numbers, so that one comparison tells them.
//
// (Aho, Corasick: Efficient string matching, CACM 18/6, 1975.)
type automaton struct {
	classes    [256]uint8
	numClasses int
	next       []uint32 // state*numClasses + class → state
	firstMatch uint32   // states from here on end at least one literal
	outputs    [][]int32
}

// trieNode is a state while the automaton is built.
type trieNode struct {
	child   map[uint8]int
	fail    int
	outputs []int32
}

// newAutomaton builds the machine for literals in lower case; a hit reports the
// index of the literal.
func newAutomaton(literals []string) *automaton {
	a := &automaton{}
	a.assignClasses(literals)
	nodes := a.buildTrie(literals)
	order := linkFailures(nodes)
	a.flatten(nodes, order)
	return a
}

func (a *automaton) assignClasses(literals []string) {
	a.numClasses = 1 // class 0: bytes in no literal
	for _, lit := range literals {
		for _, c := range []byte(lit) {
			if a.classes[c] == 0 {
				a.classes[c] = uint8(a.numClasses)
				a.numClasses++
			}
		}
	}
	for c := byte('A'); c <= 'Z'; c++ {
		a.classes[c] = a.classes[c+'a'-'A']
	}
}

func (a *automaton) buildTrie(literals []string) []trieNode {
	nodes := []trieNode{{child: map[uint8]int{}}}
	for id, lit := range literals {
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
	number := make([]uint32, len(nodes))
	id := uint32(0)
	for _, matching := range []bool{false, true} {
		if matching {
			a.firstMatch = id
		}
		for _, n := range order {
			if (len(nodes[n].outputs) > 0) == matching {
				number[n] = id
				id++
			}
		}
	}
	a.next = make([]uint32, len(nodes)*a.numClasses)
	a.outputs = make([][]int32, len(nodes)-int(a.firstMatch))
	for _, n := range order {
		row := a.next[int(number[n])*a.numClasses:][:a.numClasses]
		if n != 0 {
			copy(row, a.next[int(number[nodes[n].fail])*a.numClasses:][:a.numClasses])
		}
		for class, to := range nodes[n].child {
			row[class] = number[to]
		}
		if out := nodes[n].outputs; len(out) > 0 {
			a.outputs[number[n]-a.firstMatch] = out
		}
	}
}

// scan calls found for every literal that ends in data, with the offset after it.
func (a *automaton) scan(data []byte, found func(literal int32, end int)) {
	state := uint32(0)
	for i, c := range data {
		state = a.next[int(state)*a.numClasses+int(a.classes[c])]
		if state >= a.firstMatch {
			for _, literal := range a.outputs[state-a.firstMatch] {
				found(literal, i+1)
			}
		}
	}
}
