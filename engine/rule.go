package engine

import (
	"bytes"
	"strings"

	"example.com/assay"
)

// Rule is one version of one verifier, compiled from its definition.
type Rule struct {
	Element  assay.Element
	Verifier string // element and version, for evidence: email_address@3
	Hash     string // of the definition
	Shadow   bool   // findings are marked assay.StateShadow
	Root     Node
	Column   Column
}

// Op is what a Node does.
type Op int

// The operations of a node. Any, All and Not combine; the others are leaves.
const (
	Any      Op = iota // holds where one of Nodes does
	All                // holds where all of Nodes do
	Not                // holds where Nodes[0] does not
	Content            // a method on the value itself
	Metadata           // a method on what is known about the field or asset
	Deferred           // a second-stage method (a model): not known while scanning
)

// Node is one node of a rule's combination of methods.
//
// A rule is judged value by value. Any is the union of its nodes' hits and has
// the greatest of their scores; All holds only when every node holds for the
// value, its hits are those of its content nodes, and its score is the least;
// Not has no hits. Metadata holds or does not for all values of a field.
type Node struct {
	Op    Op
	Nodes []Node
	// Score is the probability that the element is there when this node holds.
	// 0 means: derived from the nodes below (1 for a Metadata leaf).
	Score float64

	Content  *ContentMethod
	Metadata *MetadataMethod
	Deferred *DeferredMethod
}

// ContentMethod finds spans in a value. Exactly one of Regexp, Words and Find is
// set. The meaning is that of scanning each value on its own from left to right
// for non-overlapping spans; how the engine gets there is its own affair.
type ContentMethod struct {
	// Kind names the method in evidence: regex, trie, code.
	Kind string
	// Name says which one, for evidence: "iban".
	Name string

	// Regexp is a pattern in RE2 syntax. Its span is capture group 1 where the
	// pattern has one, else the whole match.
	Regexp string
	// Words is a dictionary: whole words or phrases, compared after case and
	// accent folding (see Fold). A word ends where the next character is neither
	// letter nor digit, or where the script has no blanks between words.
	Words *Dictionary
	// Find calls emit for each span that it finds in text, in order. It is
	// called only for values that hold one of Literals or a byte of Anchor.
	Find func(text []byte, emit func(start, end int))

	// Literals lists strings, in lower case, of which at least one is in every
	// text with a hit, ASCII case ignored. For a Regexp the engine derives them
	// itself, and takes these beside its own.
	Literals []string
	// Anchor is a set of bytes of which one is in every hit of Find.
	Anchor *ByteSet

	// Check looks at a candidate and returns its score: 0 refuses it, and a
	// negative score accepts it with the node's Score.
	Check func(c Candidate) float64
	// Except holds known fake or innocent values, lower case and without
	// blanks, dashes and dots: a candidate that is one of them is refused.
	Except map[string]bool
	// Context raises or lowers the score of hits near certain words.
	Context []Context
	// ContextOnly refuses every candidate to which no Context applies: digits
	// that mean nothing by themselves.
	ContextOnly bool
}

// Candidate is a possible hit as a Check sees it.
type Candidate struct {
	Text       []byte // the value, or a part of it with at least ContextReach bytes on both sides of the span
	Start, End int    // the span in Text
	Field      *FieldInfo
}

// Bytes returns the span's bytes.
func (c Candidate) Bytes() []byte { return c.Text[c.Start:c.End] }

// Alone reports whether nothing but characters of cutset stand before and after
// the span: whether the value as a whole is the candidate.
func (c Candidate) Alone(cutset string) bool {
	within := func(rest []byte) bool {
		return bytes.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune(cutset, r) }) < 0
	}
	return within(c.Text[:c.Start]) && within(c.Text[c.End:])
}

// ContextReach is how many bytes before and after a candidate a Check and a
// Context may look at.
const ContextReach = 128

// Context is words whose presence near a hit, or in its field's name, changes
// what the hit means.
type Context struct {
	// Words are compared as whole words after folding.
	Words []string
	// Within is the greatest number of bytes between word and hit, at most
	// ContextReach.
	Within int
	// Fields says that the words count in the field's name and comment too.
	Fields bool
	// Score replaces the hit's score. Of several contexts that apply, the
	// first in the list wins.
	Score float64
}

// Target is what a MetadataMethod looks at.
type Target string

// The targets of metadata methods.
const (
	OnAsset      Target = "asset"      // the asset's id and attributes
	OnField      Target = "field"      // the field's path
	OnType       Target = "type"       // the declared type
	OnComment    Target = "comment"    // the store's comment on the field
	OnKey        Target = "key"        // "key" when the field is part of a key
	OnNeighbours Target = "neighbours" // the other fields of the asset
)

// MetadataMethod matches text about the data rather than the data. Names are
// tried as they stand and as words (userBirth_date → "user birth date"), case
// ignored.
type MetadataMethod struct {
	On     Target
	Regexp string   // RE2; or
	Words  []string // whole words or phrases of the name's words form
}

// DeferredMethod stands for a method that needs more than the value, such as a
// model endpoint. Scan lists the values whose judgement depends on it as
// Pending; Settle completes them.
type DeferredMethod struct {
	// Name identifies the method to whoever settles it: values pending on the
	// same name are sent together.
	Name string
	// Labels are the labels of the answer that count for this rule.
	Labels []string
	// Threshold is the least score of an answer that counts.
	Threshold float64
}

// Column says how hits in values add up to a finding of the field.
type Column struct {
	// MinMatches is the least number of values with a hit; 0 means 1.
	MinMatches int
	// MinShare is the least share of the non-empty values, as the lower end of
	// its 95 % Wilson interval, in a column of plain values: one whose hits are
	// the whole value. 0 means 0.05.
	MinShare float64
	// MinShareText is the same where hits stand inside longer texts. 0 means
	// that MinMatches alone decides.
	MinShareText float64
	// Chance is the probability that an innocent value of the same shape passes
	// the rule's check: 0.1 for one check digit. With it, a column in which
	// nearly all values pass is a finding although one value alone proves
	// nothing. 0 means that the check proves nothing in number either.
	Chance float64
	// MetadataOnly says that the rule's metadata alone makes a finding, with
	// the root's score, when the values neither confirm nor refute.
	MetadataOnly bool
}
