package engine

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// dfa answers one question quickly: does the expression match somewhere from a
// place of a text on; or, where it is fixed, does a match start at the place, and
// where does it end? It is built while it runs, a state when it is
// first reached, and shared by all goroutines: states are only ever added, and
// the links between them are atomic pointers.
//
// A state is the set of instructions that are about to look at the next
// character, before empty-width conditions such as \b are decided: these need
// the characters on both sides, of which the state remembers the kind of the
// last. For the same reason a match is known one character after its end. (Thompson: Regular expression search algorithm, CACM 11/6, 1968; Cox:
// Regular Expression Matching in the Wild, 2010, on building states when they
// are needed.)
type dfa struct {
	prog  *syntax.Prog
	fixed bool // a match must start where the text is entered; the states' instructions are in order of preference
	*alphabet
	starts [kindOther + 1]*dfaState // by the kind of the character before
	mu     sync.Mutex               // guards states
	states map[string]*dfaState
	gaveUp atomic.Bool // too many states: the answer is unknown
}

// dfaState is one state; links are filled in when first followed.
type dfaState struct {
	dfaParts
	idle    bool                       // no match is under way
	next    []atomic.Pointer[dfaState] // by class; the last one is the end of the text
	drained atomic.Pointer[dfaState]   // see dfa.drained
}

// dfaParts is what tells states apart.
type dfaParts struct {
	insts  []uint32
	last   kind
	fired  bool // a match ends before the last character
	drains bool // no new match begins
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

func newDFA(prog *syntax.Prog, classes *alphabet, fixed bool) *dfa {
	d := &dfa{prog: prog, alphabet: classes, fixed: fixed, states: map[string]*dfaState{}}
	for k := range d.starts {
		d.starts[k] = d.state(dfaParts{insts: []uint32{uint32(prog.Start)}, last: kind(k)})
	}
	return d
}

// run reports whether there is a match in text from a place on, and how many
// characters it looked at. The answer is unknown when there were too many states.
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
		if next.fired {
			return yes, looked
		}
		s = next
		i += size
	}
	return d.atEnd(s), looked
}

// matchEnd returns where the match ends that starts in text at a place, -1 when
// none does, and how many characters it looked at. The automaton must be fixed.
// It is not ok when there were too many states.
func (d *dfa) matchEnd(text []byte, at int) (end, looked int, ok bool) {
	if d.gaveUp.Load() {
		return 0, 0, false
	}
	s, end := d.starts[kindBefore(text, at)], -1
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
				return 0, looked, false
			}
		}
		s = next
		if s.fired {
			end = i
		}
		if len(s.insts) == 0 {
			return end, looked, true
		}
		i += size
	}
	switch d.atEnd(s) {
	case yes:
		end = len(text)
	case unknown:
		return 0, looked, false
	}
	return end, looked, true
}

// drainReach is how many bytes behind a place matches are followed alone, without
// those that begin there.
const drainReach = 32

// runAround reports whether there is a match in text that begins at from or later
// and contains the place before end, and where it stopped: no match that began
// before goes beyond it. Mostly the matches that are under way at end come to
// nothing soon, which draining states tell, that begin no new ones. Else it goes
// on until no match is under way.
func (d *dfa) runAround(text []byte, from, end int) (answer truth, done int) {
	if d.gaveUp.Load() {
		return unknown, len(text)
	}
	s := d.starts[kindBefore(text, from)]
	var full *dfaState // the state at end, once it has been drained
	for i := from; i < len(text); {
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
				return unknown, len(text)
			}
		}
		s = next
		if s.fired {
			answer = yes
		}
		if i += size; i < end {
			continue
		}
		switch {
		case s.drains && (s.fired || !s.idle && i >= end+drainReach):
			s, i = full, done
		case s.drains && s.idle:
			return no, done
		case s.idle:
			return answer, i
		case full == nil && answer == no:
			if full, done, s = s, i, d.drained(s); s == nil {
				return unknown, len(text)
			}
		}
	}
	return max(answer, d.atEnd(s)), len(text)
}

// drained returns the state like s that begins no new matches; nil when there are
// too many states.
func (d *dfa) drained(s *dfaState) *dfaState {
	drained := s.drained.Load()
	if drained == nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		if drained = d.state(dfaParts{insts: s.insts, last: s.last, drains: true}); drained == nil {
			d.gaveUp.Store(true)
			return nil
		}
		s.drained.Store(drained)
	}
	return drained
}

// atEnd returns the answer when the text ends in a state.
func (d *dfa) atEnd(s *dfaState) truth {
	next := s.next[len(d.example)].Load()
	if next == nil {
		next = d.follow(s, len(d.example))
	}
	switch {
	case next == nil:
		return unknown
	case next.fired:
		return yes
	}
	return no
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
	closed.ordered = d.fixed
	for _, pc := range s.insts {
		closed.add(pc)
	}
	if atEnd {
		return d.state(dfaParts{last: next, fired: closed.match})
	}
	var insts []uint32
	if !d.fixed && !s.drains {
		insts = append(insts, uint32(d.prog.Start)) // a match may start at any character
	}
	for _, pc := range closed.runes {
		if inst := &d.prog.Inst[pc]; matchesRune(inst, r) && !slices.Contains(insts, inst.Out) {
			insts = append(insts, inst.Out)
		}
	}
	if !d.fixed {
		slices.Sort(insts)
	}
	return d.state(dfaParts{insts, next, closed.match, s.drains})
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

// state returns the state with these parts; nil when there are too many.
func (d *dfa) state(parts dfaParts) *dfaState {
	key := make([]byte, 0, 4*len(parts.insts)+3)
	for _, pc := range parts.insts {
		key = binary.LittleEndian.AppendUint32(key, pc)
	}
	key = append(key, byte(parts.last), bit(parts.fired), bit(parts.drains))
	if s, ok := d.states[string(key)]; ok {
		return s
	}
	if len(d.states)*(len(d.example)+1) >= maxDFALinks {
		return nil
	}
	idle := !d.fixed && len(parts.insts) == 1 // the first instruction, which is always there
	if parts.drains {
		idle = len(parts.insts) == 0
	}
	s := &dfaState{dfaParts: parts, idle: idle, next: make([]atomic.Pointer[dfaState], len(d.example)+1)}
	d.states[string(key)] = s
	return s
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// closure follows the instructions that look at no character.
type closure struct {
	prog  *syntax.Prog
	cond  syntax.EmptyOp
	seen  []uint64 // bit set
	runes []uint32
	match bool
	// ordered says that instructions come in order of preference, so that those
	// after a match count for nothing.
	ordered bool
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
	if c.ordered && c.match {
		return
	}
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
