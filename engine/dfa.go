package engine

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// dfa answers one question quickly: does the expression match at a place of a
// text, or somewhere after it? It is built while it runs, a state when it is
// first reached, and shared by all goroutines: states are only ever added, and
// the links between them are atomic pointers.
//
// A state is the set of instructions that are about to look at the next
// character, before empty-width conditions such as \b are decided: these need
// the characters on both sides, of which the state remembers the kind of the
// last. (Thompson: Regular expression search algorithm, CACM 11/6, 1968; Cox:
// Regular Expression Matching in the Wild, 2010, on building states when they
// are needed.)
type dfa struct {
	prog  *syntax.Prog
	fixed bool // a match must start where the text is entered
	*alphabet
	starts [kindOther + 1]*dfaState // by the kind of the character before
	dead   *dfaState                // no match any more
	mu     sync.Mutex               // guards states
	states map[string]*dfaState
	gaveUp atomic.Bool // too many states: the answer is unknown
}

// dfaState is one state; links are filled in when first followed.
type dfaState struct {
	insts []uint32
	last  kind
	next  []atomic.Pointer[dfaState] // by class; the last one is the end of the text
}

// kind is what empty-width conditions see of a neighbouring character.
type kind uint8

const (
	kindEdge    kind = iota // begin or end of the text
	kindNewline             // \n
	kindWord                // [0-9A-Za-z_]
	kindOther
)

// maxDFALinks bounds the memory of one expression's states: 1 MiB.
const maxDFALinks = 1 << 17

// matched is the state in which the answer is yes.
var matched = &dfaState{}

func newDFA(prog *syntax.Prog, classes *alphabet, fixed bool) *dfa {
	d := &dfa{prog: prog, alphabet: classes, fixed: fixed, states: map[string]*dfaState{}, dead: &dfaState{}}
	for k := range d.starts {
		d.starts[k] = d.state([]uint32{uint32(prog.Start)}, kind(k))
	}
	return d
}

// run reports whether the expression matches in text at a place, or, unless the
// automaton is fixed, somewhere after it; and how many characters it looked at.
// The answer is unknown when there were too many states.
func (d *dfa) run(text []byte, at int) (answer truth, looked int) {
	if d.gaveUp.Load() {
		return unknown, 0
	}
	s := d.starts[kindBefore(text, at)]
	for i := at; i < len(text); looked++ {
		class, size := uint16(0), 1
		if c := text[i]; c < utf8.RuneSelf {
			class = d.ascii[c]
		} else {
			var r rune
			r, size = utf8.DecodeRune(text[i:])
			class = d.classOf(r)
		}
		next := s.next[class].Load()
		if next == nil {
			if next = d.follow(s, int(class)); next == nil {
				return unknown, looked
			}
		}
		if next == matched {
			return yes, looked
		}
		if next == d.dead {
			return no, looked
		}
		s = next
		i += size
	}
	end := s.next[len(d.example)].Load()
	if end == nil {
		end = d.follow(s, len(d.example))
	}
	switch end {
	case nil:
		return unknown, looked
	case matched:
		return yes, looked
	}
	return no, looked
}

// follow builds the state after s and a character of the class; nil when there
// are too many states.
func (d *dfa) follow(s *dfaState, class int) *dfaState {
	d.mu.Lock()
	defer d.mu.Unlock()
	to := d.step(s, class)
	if to == nil {
		d.gaveUp.Store(true)
		return nil
	}
	s.next[class].Store(to)
	return to
}

func (d *dfa) step(s *dfaState, class int) *dfaState {
	atEnd := class == len(d.example)
	r, next := rune(-1), kindEdge
	if !atEnd {
		r = d.example[class]
		next = kindOf(r)
	}
	cond := conditions(s.last, next)
	closed := newClosure(d.prog, cond, nil)
	for _, pc := range s.insts {
		closed.add(pc)
	}
	if closed.match {
		return matched
	}
	if atEnd {
		return d.dead
	}
	var insts []uint32
	if !d.fixed {
		insts = append(insts, uint32(d.prog.Start)) // a match may start at any character
	}
	for _, pc := range closed.runes {
		if inst := &d.prog.Inst[pc]; matchesRune(inst, r) {
			insts = append(insts, inst.Out)
		}
	}
	if len(insts) == 0 {
		return d.dead
	}
	slices.Sort(insts)
	return d.state(slices.Compact(insts), next)
}

func matchesRune(inst *syntax.Inst, r rune) bool {
	switch inst.Op {
	case syntax.InstRuneAny:
		return true
	case syntax.InstRuneAnyNotNL:
		return r != '\n'
	}
	return inst.MatchRune(r)
}

// state returns the state of a sorted set of instructions; nil when there are
// too many.
func (d *dfa) state(insts []uint32, last kind) *dfaState {
	key := make([]byte, 0, 4*len(insts)+1)
	for _, pc := range insts {
		key = binary.LittleEndian.AppendUint32(key, pc)
	}
	key = append(key, byte(last))
	if s, ok := d.states[string(key)]; ok {
		return s
	}
	if len(d.states)*(len(d.example)+1) >= maxDFALinks {
		return nil
	}
	s := &dfaState{insts: insts, last: last, next: make([]atomic.Pointer[dfaState], len(d.example)+1)}
	d.states[string(key)] = s
	return s
}

// closure follows the instructions that look at no character.
type closure struct {
	prog  *syntax.Prog
	cond  syntax.EmptyOp
	seen  []uint64 // bit set
	runes []uint32
	match bool
}

// newClosure begins a closure; it uses the memory of a former one.
func newClosure(prog *syntax.Prog, cond syntax.EmptyOp, former *closure) closure {
	if former == nil {
		former = &closure{}
	}
	size := len(prog.Inst)/64 + 1
	c := closure{prog: prog, cond: cond, seen: slices.Grow(former.seen[:0], size)[:size], runes: former.runes[:0]}
	clear(c.seen)
	return c
}

func (c *closure) add(pc uint32) {
	if word, bit := &c.seen[pc>>6], uint64(1)<<(pc&63); *word&bit != 0 {
		return
	} else {
		*word |= bit
	}
	inst := &c.prog.Inst[pc]
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		c.add(inst.Out)
		c.add(inst.Arg)
	case syntax.InstCapture, syntax.InstNop:
		c.add(inst.Out)
	case syntax.InstEmptyWidth:
		if syntax.EmptyOp(inst.Arg)&^c.cond == 0 {
			c.add(inst.Out)
		}
	case syntax.InstMatch:
		c.match = true
	case syntax.InstFail:
	default:
		c.runes = append(c.runes, pc)
	}
}

func kindOf(r rune) kind {
	switch {
	case r == '\n':
		return kindNewline
	case syntax.IsWordChar(r):
		return kindWord
	}
	return kindOther
}

// conditions returns the empty-width conditions that hold between two characters.
func conditions(before, after kind) syntax.EmptyOp {
	var cond syntax.EmptyOp
	if before == kindEdge {
		cond |= syntax.EmptyBeginText | syntax.EmptyBeginLine
	}
	if before == kindNewline {
		cond |= syntax.EmptyBeginLine
	}
	if after == kindEdge {
		cond |= syntax.EmptyEndText | syntax.EmptyEndLine
	}
	if after == kindNewline {
		cond |= syntax.EmptyEndLine
	}
	if (before == kindWord) != (after == kindWord) {
		return cond | syntax.EmptyWordBoundary
	}
	return cond | syntax.EmptyNoWordBoundary
}
