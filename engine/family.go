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

// family is expressions whose only literals are digits: national numbers, cards,
// dates. There are hundreds of them and each could start at any digit, so they
// are told apart by one automaton for all: it reads the surroundings of a digit
// once and says which of them may match there.
//
// It is built like a dfa, but a state knows which expressions have just matched,
// and it sees the shape of the text only: all digits are alike, and all letters.
// That keeps its states few. What passes meets its own expression.
type family struct {
	members []member
	lead    int        // bytes; no match begins further before its first digit
	once    sync.Once  // makes what the automaton needs before its first use
	mu      sync.Mutex // guards states
	states  map[string]*familyState
	starts  [kindOther + 1]*familyState
	full    atomic.Bool // too many states: every member may match everywhere
}

// member is an expression of a family.
type member struct {
	finder  int32 // in Set.finders
	reach   int   // bytes of its longest match
	prog    *syntax.Prog
	offset  uint32   // of its instructions among those of all
	accepts []shapes // by instruction: what it takes
}

// familyState is one state.
type familyState struct {
	insts []uint32
	last  kind
	fired []*member // those of which a match ends before the last character
	idle  bool      // no match has begun
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
	maxMember       = 192    // bytes of a member's longest match
	maxLead         = 24     // bytes of it before its first digit
	longNumber      = 32     // bytes of its shortest match; longer ones would make states of long histories
	maxFamilyStates = 10_000 // about 16 MiB

	frequentLiterals = 0.0005 // of bytes; rarer ones are the better filter
)

func newFamily() *family { return &family{states: map[string]*familyState{}} }

// add makes a finder a member.
func (f *family) add(index int32, finder *finder) {
	finder.inFamily = true
	before, _ := lead(finder.tree)
	f.lead = max(f.lead, before)
	f.members = append(f.members, member{finder: index, reach: finder.extent.maxLen})
}

// isNumber reports whether every match of the expression has a digit near its
// beginning that is a better way to find it than its literals.
func (f *finder) isNumber() bool {
	if f.tree == nil || f.whole || f.longest < unbounded || f.extent.minLen > longNumber || len(f.literals) == 0 || !f.leads() {
		return false
	}
	return !f.hasLetters() || setFrequency(f.literals) > frequentLiterals
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

// prepare makes what the automaton needs before its first use.
func (f *family) prepare(finders []*finder) {
	f.once.Do(func() {
		f.members = slices.DeleteFunc(f.members, func(m member) bool { return finders[m.finder].program() == nil })
		offset := uint32(0)
		for i := range f.members {
			m := &f.members[i]
			m.prog, m.offset = finders[m.finder].program(), offset
			for i := range m.prog.Inst {
				m.accepts = append(m.accepts, shapesOf(&m.prog.Inst[i]))
			}
			offset += uint32(len(m.prog.Inst))
		}
		for k := range f.starts {
			f.starts[k] = f.state(f.entries(nil), kind(k), nil, true)
		}
	})
}

// entries appends the first instruction of every member.
func (f *family) entries(out []uint32) []uint32 {
	for i := range f.members {
		out = append(out, f.members[i].offset+uint32(f.members[i].prog.Start))
	}
	return out
}

// look reads text from as far before the digit at as a match of which it is the
// first digit can begin, but not before read, where an earlier look stopped, until
// after at no match is under way any more. It calls matched for every member and place at which a match of it ends,
// and returns where it stopped.
func (f *family) look(text []byte, at, read int, matched func(m *member, end int)) int {
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
func (f *family) all(text []byte, at int, matched func(m *member, end int)) int {
	for i := range f.members {
		matched(&f.members[i], at+1)
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
	var fired []*member
	var insts []uint32
	var closed closure
	rest := s.insts
	for i := range f.members {
		m := &f.members[i]
		low, high := m.offset, m.offset+uint32(len(m.prog.Inst))
		closed = newClosure(m.prog, cond, &closed)
		for ; len(rest) > 0 && rest[0] < high; rest = rest[1:] {
			closed.add(rest[0] - low)
		}
		if closed.match {
			fired = append(fired, m)
		}
		for _, pc := range closed.runes {
			if m.accepts[pc].has(shape) {
				insts = append(insts, low+m.prog.Inst[pc].Out)
			}
		}
	}
	idle := len(insts) == 0
	insts = f.entries(insts)
	slices.Sort(insts)
	return f.state(slices.Compact(insts), next, fired, idle)
}

// state returns the state with these parts; nil when there are too many.
func (f *family) state(insts []uint32, last kind, fired []*member, idle bool) *familyState {
	key := make([]byte, 0, 4*len(insts)+4*len(fired)+2)
	for _, pc := range insts {
		key = binary.LittleEndian.AppendUint32(key, pc)
	}
	key = append(key, 0xFF, byte(last))
	for _, m := range fired {
		key = binary.LittleEndian.AppendUint32(key, m.offset)
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
