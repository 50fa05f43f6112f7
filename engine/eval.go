package engine

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// truth is what is known of a node for one value.
type truth uint8

const (
	no truth = iota
	yes
	unknown // waits for a deferred method
)

// span is a hit of one method in the value being judged.
type span struct {
	start, end int
	score      float64
	method     int32 // -1 for a deferred method, or the value as a whole
	context    int8
}

// evaluator runs methods on one value and judges rules by what they found.
type evaluator struct {
	field *FieldScan
	text  []byte
	base  int // where text begins in the block
	value int // index in the block, for the answers of deferred methods

	spans  [][2]int             // of the finder that runs
	emit   func(start, end int) // add, made once
	buf    entryBuffer
	tries  tries
	budget int        // bytes that expressions may still look at in this block; negative when it is spent
	found  []span     // of all methods run, by method
	ranges [][2]int32 // per method: its part of found
	ran    []int32    // methods with a hit
	hits   []span     // of the rule being judged
	rules  []int
	free   int // the end of the last dictionary entry found by the current method

	mentions mentions // of context words in the block
	named    []truth  // per context: the field's name or comment holds a word of it
}

func newEvaluator(f *FieldScan) evaluator {
	e := evaluator{field: f, ranges: make([][2]int32, len(f.set.methods)), mentions: mentions{contextWords: &f.set.contexts}}
	e.named = slices.Repeat([]truth{unknown}, len(f.set.contexts.lists))
	return e
}

// reset turns to another value, which begins at base in the block.
func (e *evaluator) reset(text []byte, base int) {
	for _, m := range e.ran {
		e.ranges[m] = [2]int32{}
	}
	e.text, e.base, e.found, e.ran = text, base, e.found[:0], e.ran[:0]
}

// run runs candidates, which are ordered by finder, on the value.
func (e *evaluator) run(cands []candidate) {
	for len(cands) > 0 {
		n := 1
		for n < len(cands) && cands[n].finder == cands[0].finder {
			n++
		}
		f := e.field.set.finders[cands[0].finder]
		if e.look(f, cands[:n]); len(e.spans) > 0 {
			e.tell(f)
		}
		cands = cands[n:]
	}
}

// look collects the spans that a finder finds at its candidates.
func (e *evaluator) look(f *finder, cands []candidate) {
	e.spans, e.free = e.spans[:0], 0
	if len(f.gates) > 0 && !slices.ContainsFunc(cands, func(c candidate) bool { return c.kind == gateOpen }) {
		return
	}
	for _, c := range cands {
		switch c.kind {
		case dictionaryWord:
			e.word(f.words, int(c.start))
		case window:
			e.find(f, int(c.start), int(c.end))
		}
	}
}

// tell hands what a finder found to the methods that use it.
func (e *evaluator) tell(f *finder) {
	for _, i := range f.methods {
		if !e.field.live[i] {
			continue
		}
		m := e.field.set.methods[i]
		first := len(e.found)
		for _, s := range e.spans {
			e.candidate(m, s[0], s[1])
		}
		if len(e.found) > first {
			e.ranges[i] = [2]int32{int32(first), int32(len(e.found))}
			e.ran = append(e.ran, i)
		}
	}
}

// word tries the entries of a dictionary at one place.
func (e *evaluator) word(d *Dictionary, start int) {
	if start < e.free {
		return
	}
	r, _ := utf8.DecodeRune(e.text[start:])
	if end := d.longest(e.text, start, isSpaceless(r), &e.buf); end > 0 {
		e.free = end
		e.spans = append(e.spans, [2]int{start, end})
	}
}

// find runs a finder on a window of the value.
func (e *evaluator) find(f *finder, from, to int) {
	switch {
	case f.matcher != nil:
		e.match(f, from, to)
	case f.words != nil:
		f.words.Find(e.text, func(start, end int) bool {
			e.spans = append(e.spans, [2]int{start, end})
			return true
		})
	default:
		f.find(e.text, e.emit)
	}
}

// add adds a span to those of the finder that runs.
func (e *evaluator) add(start, end int) { e.spans = append(e.spans, [2]int{start, end}) }

// match runs an expression on a window of the value.
func (e *evaluator) match(f *finder, from, to int) {
	window, base := withEdges(e.text, from, to)
	free := unbounded
	budget := &free
	if len(e.text) > longValue {
		if e.budget -= len(window); e.budget < 0 {
			return
		}
		budget = &e.budget
	}
	f.matcher().find(window, &e.tries, budget, func(l location) {
		// A match in the edges is another window's, or one that is there only
		// because the text seems to end.
		if l.spanStart < l.spanEnd && base+l.start >= from && base+l.end <= to {
			e.spans = append(e.spans, [2]int{base + l.spanStart, base + l.spanEnd})
		}
	})
}

// candidate adds a method's candidate to its hits unless its check or its table
// of known fakes refuses it.
func (e *evaluator) candidate(m *method, start, end int) {
	if len(m.Except) > 0 && m.Except[normalise(e.text[start:end])] {
		return
	}
	s := span{start: start, end: end, score: m.score, method: int32(m.index)}
	if m.ContextOnly && e.context(m, start, end) == 0 {
		return
	}
	if m.Check != nil {
		switch score := m.Check(Candidate{Text: e.text, Start: start, End: end, Field: &e.field.info}); {
		case score == 0:
			return
		case score > 0:
			s.score = score
		}
	}
	if i := e.context(m, start, end); i > 0 {
		s.score, s.context = m.Context[i-1].Score, int8(i)
	}
	e.found = append(e.found, s)
}

// normalise is the form in which known fakes are compared.
func normalise(b []byte) string {
	out := make([]byte, 0, len(b))
	for _, c := range b {
		if c != ' ' && c != '-' && c != '.' {
			out = append(out, lowerASCII(c))
		}
	}
	return string(out)
}

// context returns 1 + the first context of the method that applies to a hit, 0
// for none.
func (e *evaluator) context(m *method, start, end int) int {
	for i := range m.Context {
		if m.Context[i].Fields && e.inField(m.contexts[i]) || e.near(m.contexts[i], start, end, m.Context[i].Within) {
			return i + 1
		}
	}
	return 0
}

// near reports whether a word of a context lies wholly within so many bytes
// before start or after end.
func (e *evaluator) near(context int32, start, end, within int) bool {
	from, to := max(0, start-within)+e.base, min(len(e.text), end+within)+e.base
	start, end = start+e.base, end+e.base
	isNear := false
	e.mentions.each(from, to, func(w *mention) bool {
		isNear = (w.end <= start || end <= w.start) && slices.Contains(w.owners, context)
		return !isNear
	})
	return isNear
}

// inField reports whether the field's name or comment holds a word of a context.
func (e *evaluator) inField(context int32) bool {
	known := &e.named[context]
	if *known == unknown {
		*known = no
		if e.field.text.mentions(&e.field.set.contexts, context) {
			*known = yes
		}
	}
	return *known == yes
}

// touched returns the rules of the methods with a hit and the standing ones,
// each once.
func (e *evaluator) touched(standing []int) []int {
	e.rules = append(e.rules[:0], standing...)
	for _, m := range e.ran {
		e.rules = append(e.rules, e.field.set.methods[m].rule)
	}
	slices.Sort(e.rules)
	e.rules = slices.Compact(e.rules)
	return e.rules
}

// judge evaluates a rule's tree on the value; its hits are in e.hits.
func (e *evaluator) judge(tree *node) (truth, float64) {
	e.hits = e.hits[:0]
	return e.evalNode(tree)
}

func (e *evaluator) evalNode(n *node) (truth, float64) {
	mark := len(e.hits)
	t, score := e.evalOp(n)
	if t != yes {
		e.hits = e.hits[:mark]
		return t, 0
	}
	if n.score > 0 && n.op != Content {
		score = n.score
		for i := mark; i < len(e.hits); i++ {
			e.hits[i].score = score
		}
	}
	return yes, score
}

func (e *evaluator) evalOp(n *node) (truth, float64) {
	switch n.op {
	case Any:
		return e.evalAny(n)
	case All:
		return e.evalAll(n)
	case Not:
		t, _ := e.evalNode(&n.nodes[0])
		return [...]truth{no: yes, yes: no, unknown: unknown}[t], 1
	case Metadata:
		if e.field.meta[n.leaf] {
			return yes, 1
		}
		return no, 0
	case Deferred:
		return e.evalDeferred(n.deferred)
	}
	return e.evalContent(n.leaf)
}

func (e *evaluator) evalAny(n *node) (truth, float64) {
	result, best := no, 0.0
	for i := range n.nodes {
		t, score := e.evalNode(&n.nodes[i])
		switch {
		case t == yes:
			result, best = yes, max(best, score)
		case t == unknown && result == no:
			result = unknown
		}
	}
	return result, best
}

func (e *evaluator) evalAll(n *node) (truth, float64) {
	mark := len(e.hits)
	result, least := yes, 1.0
	for i := range n.nodes {
		t, score := e.evalNode(&n.nodes[i])
		switch t {
		case no:
			return no, 0
		case unknown:
			result = unknown
		case yes:
			least = min(least, score)
		}
	}
	for i := mark; i < len(e.hits); i++ {
		e.hits[i].score = min(e.hits[i].score, least)
	}
	return result, least
}

func (e *evaluator) evalContent(leaf int) (truth, float64) {
	r := e.ranges[leaf]
	if r[0] == r[1] {
		return no, 0
	}
	best := 0.0
	for _, s := range e.found[r[0]:r[1]] {
		best = max(best, s.score)
	}
	e.hits = append(e.hits, e.found[r[0]:r[1]]...)
	return yes, best
}

func (e *evaluator) evalDeferred(d *DeferredMethod) (truth, float64) {
	answers, known := e.field.answers[d.Name]
	if !known {
		return unknown, 0
	}
	best := 0.0
	i, _ := slices.BinarySearchFunc(answers, e.value, func(a Answer, v int) int { return cmp.Compare(a.Value, v) })
	for ; i < len(answers) && answers[i].Value == e.value; i++ {
		a := answers[i]
		if a.Score < d.Threshold || !slices.Contains(d.Labels, a.Label) {
			continue
		}
		if a.Start == 0 && a.End == 0 {
			a.End = len(e.text)
		}
		best = max(best, a.Score)
		e.hits = append(e.hits, span{start: a.Start, end: a.End, score: a.Score, method: -1})
	}
	if best == 0 {
		return no, 0
	}
	return yes, best
}

// uniqueHits returns the hits of the rule just judged, each span once with its
// best score; the whole value where the rule holds without a span.
func (e *evaluator) uniqueHits(score float64) []span {
	if len(e.hits) == 0 {
		if score == 1 {
			score = defaultScore
		}
		e.hits = append(e.hits, span{end: len(e.text), score: score, method: -1})
	}
	slices.SortFunc(e.hits, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(b.score, a.score))
	})
	return slices.CompactFunc(e.hits, func(a, b span) bool { return a.start == b.start && a.end == b.end })
}
