package engine

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// family is the expressions whose only literals are digits: national numbers,
// cards, dates. There are hundreds of them and each could start at any digit, so
// they are told apart by one automaton for all: it reads the surroundings of a
// digit once and says which of them may match there.
//
// It is built like a dfa, but a state knows which expressions have just matched,
// and it sees the shape of the text only: all digits are alike, and all letters.
// That keeps its states few. What passes meets its own expression.
type family struct {
	finders []int32        // in Set.finders, by member
	progs   []*syntax.Prog // by member
	accepts [][]shapes     // by member and instruction: what it takes
	offset  []uint32       // of a member's instructions among all
	lead    int            // bytes; no match begins further before its first digit
	mu      sync.Mutex     // guards states
	states  map[string]*familyState
	starts  [kindOther + 1]*familyState
	full    atomic.Bool // too many states: every member may match everywhere
}

// familyState is one state.
type familyState struct {
	insts []uint32
	last  kind
	fired []int32 // members of which a match ends before the last character
	idle  bool    // no match has begun
	next  [shapeEnd + 1]atomic.Pointer[familyState]
}

// A shape is what the family sees of a character: a digit, a letter, one outside
// ASCII, or the ASCII character itself.
const (
	shapeDigit = '0'
	shapeAlpha = 'a'
	shapeHigh  = utf8.RuneSelf
	shapeEnd   = utf8.RuneSelf + 1 // the end of the text
)

// shapes is a set of shapes.
type shapes [3]uint64

func (s *shapes) add(shape uint8)      { s[shape>>6] |= 1 << (shape & 63) }
func (s *shapes) has(shape uint8) bool { return s[shape>>6]&(1<<(shape&63)) != 0 }

// shapeOf maps bytes to shapes.
var shapeOf = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c >= utf8.RuneSelf:
			t[c] = shapeHigh
		case '0' <= c && c <= '9':
			t[c] = shapeDigit
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			t[c] = shapeAlpha
		default:
			t[c] = uint8(c)
		}
	}
	return t
}()

// shapesOf returns the shapes of the characters that an instruction takes.
func shapesOf(inst *syntax.Inst) shapes {
	var s shapes
	switch inst.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
	default:
		return s
	}
	for c := range utf8.RuneSelf {
		if matchesRune(inst, rune(c)) {
			s.add(shapeOf[c])
		}
	}
	if len(inst.Rune) == 0 || inst.Rune[len(inst.Rune)-1] >= utf8.RuneSelf || syntax.Flags(inst.Arg)&syntax.FoldCase != 0 {
		s.add(shapeHigh)
	}
	return s
}

const (
	maxMember       = 128    // bytes of a member's longest match
	maxLead         = 24     // bytes of it before its first digit
	maxFamilyStates = 10_000 // about 16 MiB
	minFamily       = 16     // members without letters; fewer are found sooner each by its own literals
)

// newFamily takes the finders that it can tell, unless they are few.
func newFamily(finders []*finder) *family {
	f := &family{states: map[string]*familyState{}}
	members := 0
	for _, finder := range finders {
		if finder.isNumber() && !finder.hasLetters() {
			members++
		}
	}
	if members < minFamily {
		return f
	}
	for i, finder := range finders {
		if !finder.isNumber() {
			continue
		}
		prog, err := syntax.Compile(finder.tree.Simplify())
		if err != nil {
			continue
		}
		finder.inFamily = true
		f.finders = append(f.finders, int32(i))
		f.offset = append(f.offset, f.size())
		f.progs = append(f.progs, prog)
		before, _ := lead(finder.tree)
		f.lead = max(f.lead, before)
	}
	return f
}

// isNumber reports whether every literal of the expression has a digit in it.
func (f *finder) isNumber() bool {
	return f.tree != nil && !f.whole && f.extent.maxLen <= maxMember && f.longest == unbounded && !f.folds && len(f.literals) > 0 && f.leads() &&
		!slices.ContainsFunc(f.literals, func(l string) bool { return !strings.Contains(l, "0") })
}

// leads reports whether the first digit of a match is near its beginning.
func (f *finder) leads() bool {
	n, certain := lead(f.tree)
	return certain && n <= maxLead
}

// hasLetters reports whether every literal has a letter in it, which makes it a
// quick way to find the expression.
func (f *finder) hasLetters() bool {
	return !slices.ContainsFunc(f.literals, func(l string) bool { return !strings.ContainsFunc(l, unicode.IsLetter) })
}

// size returns how many instructions the members have together.
func (f *family) size() uint32 {
	if len(f.progs) == 0 {
		return 0
	}
	return f.offset[len(f.offset)-1] + uint32(len(f.progs[len(f.progs)-1].Inst))
}

// prepare makes what the automaton needs before its first use.
func (f *family) prepare() {
	for _, prog := range f.progs {
		accepts := make([]shapes, len(prog.Inst))
		for i := range prog.Inst {
			accepts[i] = shapesOf(&prog.Inst[i])
		}
		f.accepts = append(f.accepts, accepts)
	}
	for k := range f.starts {
		f.starts[k] = f.state(f.entries(nil), kind(k), nil, true)
	}
}

// entries appends the first instruction of every member.
func (f *family) entries(out []uint32) []uint32 {
	for i, prog := range f.progs {
		out = append(out, f.offset[i]+uint32(prog.Start))
	}
	return out
}

// look reads text from as far before the digit at as a match of which it is the
// first digit can begin, but not before read, where an earlier look stopped, until
// after at no match is under way any more. It calls matched for every member and place at which a match of it ends,
// and returns where it stopped.
func (f *family) look(text []byte, at, read int, matched func(member int32, end int)) int {
	i := max(read, at-f.lead)
	s := f.starts[kindBefore(text, i)]
	for i < len(text) {
		shape, size := shapeOf[text[i]], 1
		if shape == shapeHigh {
			_, size = utf8.DecodeRune(text[i:])
		}
		if s = f.after(s, shape); s == nil {
			return f.all(text, at, matched)
		}
		for _, m := range s.fired {
			matched(m, i)
		}
		if i += size; s.idle && i > at {
			return i
		}
	}
	if s = f.after(s, shapeEnd); s == nil {
		return f.all(text, at, matched)
	}
	for _, m := range s.fired {
		matched(m, len(text))
	}
	return len(text)
}

// all says that every member may match around at.
func (f *family) all(text []byte, at int, matched func(member int32, end int)) int {
	for m := range f.finders {
		matched(int32(m), at+1)
	}
	return min(len(text), at+1)
}

// after returns the state after s and a shape; nil when there are too many.
func (f *family) after(s *familyState, shape uint8) *familyState {
	next := s.next[shape].Load()
	if next == nil && !f.full.Load() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if next = f.step(s, shape); next == nil {
			f.full.Store(true)
		} else {
			s.next[shape].Store(next)
		}
	}
	return next
}

func (f *family) step(s *familyState, shape uint8) *familyState {
	next := kindOther
	switch {
	case shape == shapeEnd:
		next = kindEdge
	case shape < utf8.RuneSelf:
		next = kindOf(rune(shape))
	}
	cond := conditions(s.last, next)
	var fired []int32
	var insts []uint32
	var closed closure
	rest := s.insts
	for member, prog := range f.progs {
		low, high := f.offset[member], f.offset[member]+uint32(len(prog.Inst))
		closed = newClosure(prog, cond, &closed)
		for ; len(rest) > 0 && rest[0] < high; rest = rest[1:] {
			closed.add(rest[0] - low)
		}
		if closed.match {
			fired = append(fired, int32(member))
		}
		for _, pc := range closed.runes {
			if f.accepts[member][pc].has(shape) {
				insts = append(insts, low+prog.Inst[pc].Out)
			}
		}
	}
	idle := len(insts) == 0
	insts = f.entries(insts)
	slices.Sort(insts)
	return f.state(slices.Compact(insts), next, fired, idle)
}

// state returns the state with these parts; nil when there are too many.
func (f *family) state(insts []uint32, last kind, fired []int32, idle bool) *familyState {
	key := make([]byte, 0, 4*len(insts)+4*len(fired)+2)
	for _, pc := range insts {
		key = binary.LittleEndian.AppendUint32(key, pc)
	}
	key = append(key, 0xFF, byte(last))
	for _, m := range fired {
		key = binary.LittleEndian.AppendUint32(key, uint32(m))
	}
	if s, ok := f.states[string(key)]; ok {
		return s
	}
	if len(f.states) >= maxFamilyStates {
		return nil
	}
	s := &familyState{insts: insts, last: last, fired: fired, idle: idle}
	f.states[string(key)] = s
	return s
}
