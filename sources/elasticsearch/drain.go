package elasticsearch

import (
	"strings"
	"unicode"
)

// This file clusters messages into the templates of the statements that logged
// them, by Drain: a tree of fixed depth leads from the number of a message's
// words and its first words to a few templates, of which it joins the most
// similar; words in which the two differ become wildcards. (P. He, J. Zhu,
// Z. Zheng, M. R. Lyu: Drain: An Online Log Parsing Approach with Fixed Depth
// Tree. IEEE ICWS 2017, pp. 33–40.)

// What Drain is tuned by; the first three as in the paper.
const (
	drainWords      = 2   // words that the tree looks at
	drainChildren   = 100 // of a node of the tree; further words go the way of the wildcard
	drainSimilarity = 0.5 // least share of equal words to join a template
	drainLongest    = 100 // words of a message that count
	drainTemplates  = 5000
)

// wildcard is a word of a template that differs from message to message.
const wildcard = "<*>"

// templates is the tree. The zero value is empty.
type templates struct {
	root  map[int]*drainNode // by number of words
	count int
}

type drainNode struct {
	children map[string]*drainNode
	leaves   []*template
}

type template struct {
	id    int
	words []string
}

// add returns the number of the template that a message is of, from 0; a message
// that is like none becomes a template itself. When there are too many, the
// message gets the number after the last.
func (t *templates) add(message string) int {
	words := wordsOf(message)
	leaf := t.leaf(words)
	best, score := leaf.best(words)
	if best == nil || score < drainSimilarity {
		if t.count == drainTemplates {
			return drainTemplates
		}
		best = &template{id: t.count, words: words}
		t.count++
		leaf.leaves = append(leaf.leaves, best)
		return best.id
	}
	for i, w := range words {
		if best.words[i] != w {
			best.words[i] = wildcard
		}
	}
	return best.id
}

// wordsOf splits the first line of a message into words. Words with a digit are
// wildcards at once: the paper finds them by the user's regular expressions.
func wordsOf(message string) []string {
	message = strings.TrimSpace(message)
	if i := strings.IndexByte(message, '\n'); i >= 0 {
		message = message[:i]
	}
	var out []string
	for w := range strings.FieldsSeq(message) {
		if len(out) == drainLongest {
			break
		}
		if strings.ContainsFunc(w, unicode.IsDigit) {
			w = wildcard
		}
		out = append(out, strings.Clone(w))
	}
	return out
}

// leaf goes down the tree, and makes the way where there is none.
func (t *templates) leaf(words []string) *drainNode {
	if t.root == nil {
		t.root = map[int]*drainNode{}
	}
	n := t.root[len(words)]
	if n == nil {
		n = &drainNode{}
		t.root[len(words)] = n
	}
	for _, w := range words[:min(drainWords, len(words))] {
		n = n.child(w)
	}
	return n
}

func (n *drainNode) child(word string) *drainNode {
	if c := n.children[word]; c != nil {
		return c
	}
	if n.children == nil {
		n.children = map[string]*drainNode{}
	}
	if len(n.children) >= drainChildren {
		word = wildcard
	}
	c := n.children[word]
	if c == nil {
		c = &drainNode{}
		n.children[word] = c
	}
	return c
}

// best returns the template that has most words in common with a message of as
// many, of several the one with more words of its own, and the share of them.
func (n *drainNode) best(words []string) (best *template, score float64) {
	own := -1
	for _, t := range n.leaves {
		same, fixed := 0, 0
		for i, w := range t.words {
			if w == words[i] {
				same++
			}
			if w != wildcard {
				fixed++
			}
		}
		share := 1.0
		if len(words) > 0 {
			share = float64(same) / float64(len(words))
		}
		if best == nil || share > score || share == score && fixed > own {
			best, score, own = t, share, fixed
		}
	}
	return best, score
}
