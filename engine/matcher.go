package engine

import (
	"regexp"
	"regexp/syntax"
	"sync"
	"unicode/utf8"
)

// matcher finds the matches of an expression exactly as package regexp does,
// leftmost first, but quickly where there are few: one automaton tells whether a
// match may be ahead at all, a second one where it starts and ends, and a
// backtracker that runs only there tells its group. Texts on which that would
// take too long are left to package regexp.
type matcher struct {
	ahead *dfa // may there be a match at or after a place?
	exact func() *exact
	slow  func() *regexp.Regexp
	group int // the number of the group that is the span; 0 for all of a match
}

// exact is the part of a matcher that is made when a match may be there, which
// most expressions never see.
type exact struct {
	prog *syntax.Prog
	here *dfa // does a match start at a place, and where does it end?
}

// location is a match and the part of it that is the span: its capture group 1,
// or all of it.
type location struct {
	start, end         int
	spanStart, spanEnd int
}

// newMatcher returns a matcher of an expression; program compiles it.
func newMatcher(re *syntax.Regexp, program func() *syntax.Prog, group int, slow func() *regexp.Regexp) *matcher {
	m := &matcher{slow: slow, group: group, ahead: newAhead(re)}
	if m.ahead == nil {
		return m
	}
	m.exact = sync.OnceValue(func() *exact {
		if prog := program(); prog != nil {
			return &exact{prog, newDFA(prog, newAlphabet(prog), true)}
		}
		return nil
	})
	return m
}

// newAhead returns the automaton that tells whether a match of an expression may be
// ahead; nil where the expression is too large.
func newAhead(re *syntax.Regexp) *dfa {
	prog := compileTree(relaxed(re))
	if prog == nil {
		return nil
	}
	return newDFA(prog, newAlphabet(prog), false)
}

// fewRepeats is how many optional repeats an automaton counts.
const fewRepeats = 4

// relaxed returns an expression that matches wherever re does and may match
// elsewhere: of many optional repeats none is counted, so that its automaton
// has few states.
func relaxed(re *syntax.Regexp) *syntax.Regexp {
	if len(re.Sub) == 0 {
		return re
	}
	out := *re
	out.Sub = make([]*syntax.Regexp, len(re.Sub))
	for i, sub := range re.Sub {
		out.Sub[i] = relaxed(sub)
	}
	if out.Op == syntax.OpRepeat && out.Max-out.Min > fewRepeats {
		out.Max = -1
	}
	return &out
}

// shortWindow is the length in bytes up to which a text is searched at once.
const shortWindow = 64

// slowness is how many times longer package regexp takes for a byte.
const slowness = 50

// find calls emit for every match in text that is not empty, from left to right.
// What takes long is charged to the budget, in bytes, and left out when that does
// not suffice, which leaves a negative budget.
func (m *matcher) find(text []byte, t *tries, budget *int, emit func(location)) {
	if m.ahead == nil {
		m.findSlowly(text, 0, budget, emit)
		return
	}
	for at := 0; at <= len(text); {
		if at > 0 || len(text) > shortWindow { // the prefilter has asked about short ones
			if ahead, _ := m.ahead.run(text, at); ahead == no {
				return
			}
		}
		exact := m.exact()
		if exact == nil {
			m.findSlowly(text, at, budget, emit)
			return
		}
		start, end, ok := exact.next(text, at)
		if ok && start < 0 {
			return
		}
		loc := location{start, end, start, end}
		if ok && m.group > 0 {
			loc, ok = t.match(exact.prog, text, start)
		}
		if !ok {
			m.findSlowly(text, at, budget, emit)
			return
		}
		at = loc.end
		if loc.end > loc.start {
			emit(loc)
		} else {
			at += max(1, runeWidth(text, at))
		}
	}
}

// findSlowly leaves the text to package regexp, of whose matches those before at
// are known.
func (m *matcher) findSlowly(text []byte, at int, budget *int, emit func(location)) {
	if *budget -= slowness * len(text); *budget < 0 {
		return
	}
	for _, loc := range m.slow().FindAllSubmatchIndex(text, -1) {
		if loc[0] >= at && loc[0] < loc[1] {
			emit(location{loc[0], loc[1], loc[2*m.group], loc[2*m.group+1]})
		}
	}
}

// The characters that may be looked at to find where the next match starts.
const (
	freeSteps = 4096 // in any text
	maxSteps  = 8    // and so many per byte of it
)

// next returns the next match that starts at or after at, or -1. It is not ok
// when to find it takes too many steps.
func (e *exact) next(text []byte, at int) (start, end int, ok bool) {
	steps := freeSteps + maxSteps*(len(text)-at)
	for i := at; i <= len(text); i += max(1, runeWidth(text, i)) {
		end, looked, ok := e.here.matchEnd(text, i)
		if !ok || end >= 0 {
			return i, end, ok
		}
		if steps -= looked + 1; steps < 0 {
			return 0, 0, false
		}
	}
	return -1, 0, true
}

// runeWidth returns the length of the character at a place; 0 at the end.
func runeWidth(text []byte, at int) int {
	if at < len(text) && text[at] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeRune(text[min(at, len(text)):])
	return size
}

// tries is the memory of a backtracker: which instruction it tried at which
// place. It is used again for every match; a stamp tells the tries of this one.
type tries struct {
	seen  []uint8
	stamp uint8
	stack []try
}

// try is an instruction still to be tried at a place, or, where restore is set,
// a group's edge to be put back.
type try struct {
	pc      uint32
	at      int
	restore int8 // 1 + index in the edges
}

// maxTries bounds the memory of a backtracker: 4 MiB.
const maxTries = 1 << 20

// match returns the match that starts at start, which an automaton has seen. It
// is not ok when the match is longer than the backtracker's memory reaches.
//
// (Cox: Regular Expression Matching: the Virtual Machine Approach, 2009; tries
// in order of preference, each once, give the leftmost-first match.)
func (t *tries) match(prog *syntax.Prog, text []byte, start int) (location, bool) {
	reach := min(len(text)-start, maxTries/len(prog.Inst)-1)
	t.reset(len(prog.Inst) * (reach + 1))
	edges := [2]int{-1, -1}
	t.stack = append(t.stack[:0], try{pc: uint32(prog.Start), at: start})
	for len(t.stack) > 0 {
		job := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		if job.restore > 0 {
			edges[job.restore-1] = job.at
			continue
		}
		end, matched := t.follow(prog, text, job, start, reach, &edges)
		if end > start+reach {
			return location{}, false
		}
		if matched {
			loc := location{start, end, start, end}
			if prog.NumCap > 2 {
				loc.spanStart, loc.spanEnd = edges[0], edges[1]
			}
			return loc, true
		}
	}
	return location{}, false
}

func (t *tries) reset(size int) {
	if len(t.seen) < size {
		t.seen, t.stamp = make([]uint8, size), 0
	}
	if t.stamp++; t.stamp == 0 {
		clear(t.seen)
		t.stamp = 1
	}
}

// follow goes on from one try until it matches or fails, and leaves the less
// preferred ways on the stack. A returned place beyond start+reach says that the
// memory ended.
func (t *tries) follow(prog *syntax.Prog, text []byte, job try, start, reach int, edges *[2]int) (int, bool) {
	pc, at := job.pc, job.at
	for {
		if at > start+reach {
			return at, false
		}
		if seen := &t.seen[(at-start)*len(prog.Inst)+int(pc)]; *seen == t.stamp {
			return at, false
		} else {
			*seen = t.stamp
		}
		inst := &prog.Inst[pc]
		switch inst.Op {
		case syntax.InstMatch:
			return at, true
		case syntax.InstFail:
			return at, false
		case syntax.InstAlt, syntax.InstAltMatch:
			t.stack = append(t.stack, try{pc: inst.Arg, at: at})
		case syntax.InstCapture:
			if inst.Arg == 2 || inst.Arg == 3 {
				edge := &edges[inst.Arg-2]
				t.stack = append(t.stack, try{at: *edge, restore: int8(inst.Arg - 1)})
				*edge = at
			}
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(inst.Arg)&^conditions(kindBefore(text, at), kindAt(text, at)) != 0 {
				return at, false
			}
		case syntax.InstNop:
		default:
			if at == len(text) {
				return at, false
			}
			r, size := utf8.DecodeRune(text[at:])
			if !matchesRune(inst, r) {
				return at, false
			}
			at += size
		}
		pc = inst.Out
	}
}

// kindBefore and kindAt return the kinds of the characters on both sides of a
// place.
func kindBefore(text []byte, at int) kind {
	if at == 0 {
		return kindEdge
	}
	r, _ := utf8.DecodeLastRune(text[:at])
	return kindOf(r)
}

func kindAt(text []byte, at int) kind {
	if at == len(text) {
		return kindEdge
	}
	r, _ := utf8.DecodeRune(text[at:])
	return kindOf(r)
}
