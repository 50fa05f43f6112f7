package engine

// Needs returns strings of which at least one is in every text in which the rule
// has a hit, and whether there are such strings at all; without, the rule must
// see every text. They are in the form that Fold gives. Parts of the rule that
// cannot hold for the field of the scan count for nothing.
//
// With it a program that reads little can find out which of many rules it needs
// before it compiles them.
func (f *FieldScan) Needs(rule int) (literals []string, ok bool) {
	return f.needs(&f.set.trees[rule])
}

func (f *FieldScan) needs(n *node) (literals []string, ok bool) {
	if !f.canHold(n) {
		return nil, true
	}
	switch n.op {
	case Any:
		for i := range n.nodes {
			below, ok := f.needs(&n.nodes[i])
			if !ok {
				return nil, false
			}
			literals = append(literals, below...)
		}
		return literals, true
	case All:
		found := false
		for i := range n.nodes {
			if !n.nodes[i].hasContent() {
				continue // has no hits of its own, and none that the others need
			}
			if below, ok := f.needs(&n.nodes[i]); ok && (!found || setFrequency(below) < setFrequency(literals)) {
				literals, found = below, true
			}
		}
		return literals, found
	case Content:
		return f.set.finders[f.set.methods[n.leaf].finder].needs()
	case Deferred:
		return nil, false
	}
	return nil, true // metadata and denials have no hits
}

// hasContent reports whether the node is, or has below it, a content method that
// must find something for the node to hold.
func (n *node) hasContent() bool {
	switch n.op {
	case Content:
		return true
	case Any, All:
		for i := range n.nodes {
			if n.nodes[i].hasContent() {
				return true
			}
		}
	}
	return false
}

// needs returns the literals of which one is in every text with a hit.
func (f *finder) needs() ([]string, bool) {
	literals := f.literals
	if len(f.gates) > 0 && setFrequency(f.gates) < setFrequency(literals) {
		literals = f.gates
	}
	if len(literals) == 0 || f.words != nil {
		return nil, false
	}
	if f.folds {
		literals = append(literals[:len(literals):len(literals)], foldsIntoASCII...)
	}
	return literals, true
}

// FoldByte returns a byte of a text as literals have it: letters of ASCII in
// lower case, and 0 for every digit.
func FoldByte(b byte) byte {
	switch {
	case 'A' <= b && b <= 'Z':
		return b + 'a' - 'A'
	case '0' <= b && b <= '9':
		return '0'
	}
	return b
}
