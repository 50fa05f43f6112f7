// Package verifiers turns verifier definitions, the JSON files described in
// docs/verifiers.md, into rules of package engine. It holds the library of
// definitions that assay comes with, runs their examples, and asks model
// endpoints about the values that rules leave open.
//
// A definition is refused as a whole when anything in it is wrong or unknown,
// and takes no other down with it.
//
// It imports package engine and the root package, and its own folder code, where
// the Go checks are that definitions name.
package verifiers

import (
	"io/fs"
	"slices"
	"strconv"

	"example.com/assay"
)

// Definition is one verifier: what a data element is and how it is detected.
// Definitions come from Parse, which fills in the defaults; the keys are
// explained in docs/verifiers.md.
type Definition struct {
	Element     assay.Element
	Title       string
	Class       string
	Doc         string
	Aliases     Aliases
	Regulations []string
	Countries   []string
	Langs       []string
	Severity    string // critical, personal or info
	Off         bool   // not active unless asked for by name
	Detect      Node
	Column      Column
	Match       []Example
	NoMatch     []Example

	// File is where the definition was read from, for messages.
	File string
	// Version counts the versions of the element's definition in a store; a
	// definition that was read from a file is version 1.
	Version int
	// JSON is the definition as it was written.
	JSON []byte

	dir      fs.FS // where dictionary files are
	detected any   // the JSON values of what Hash covers
}

// Name returns element and version, as findings name their verifier:
// email_address@3.
func (d Definition) Name() string { return string(d.Element) + "@" + strconv.Itoa(d.Version) }

// Aliases are the names that other systems give an element.
type Aliases struct {
	Macie    []string `json:"macie,omitempty"`    // AWS Macie's managed data identifiers
	Google   []string `json:"google,omitempty"`   // infoTypes of Google Sensitive Data Protection
	Presidio []string `json:"presidio,omitempty"` // entities of Microsoft Presidio
}

// Column says how hits in values add up to a finding of a field; 0 stands for
// the default of engine.Column.
type Column struct {
	MinMatches   int
	MinShare     float64
	MinShareText float64
	Chance       float64
	MetadataOnly bool
}

// Node is one method or a combination of nodes. One of Any, All, Not and Method
// is set.
type Node struct {
	Any, All []Node
	Not      *Node
	Method   Method

	// Score is the probability that the element is there when the node holds; 0
	// where the definition leaves it to the nodes below.
	Score float64
	// On is what a method looks at: content, or an engine.Target.
	On string
	// Deny turns a method into its opposite.
	Deny bool
	// Refine narrows the hits of a content method.
	Refine Refine

	at *place
}

// Refine is what narrows or judges the hits of a content method.
type Refine struct {
	Check    string   // a check of package code that a hit must pass
	Except   []string // known fake values
	Tables   []string // the tables of fakes.json that are excepted too
	Context  []Context
	Keywords []string // lower case; one of them must be in the text
}

// Context is words near a hit, or in its field's name, that change its score.
type Context struct {
	Words  []string
	Within int  // bytes
	Fields bool // the words count in the field's name and comment too
	Score  float64
}

// Example is a value that a verifier must find, or must not.
type Example struct {
	Text       string
	Field      string
	Type       string
	Comment    string
	Asset      string
	Neighbours []string
	// Find is the exact text of a hit that must be among those found; empty
	// where any hit will do.
	Find string

	at *place
}

// hasMetadata reports whether more than the text is given, so that the example
// stands for a column's value and is not tried inside longer text.
func (e Example) hasMetadata() bool {
	return e.Field != "" || e.Type != "" || e.Comment != "" || e.Asset != "" || len(e.Neighbours) > 0
}

// Models returns the names of the models that the definition asks, sorted.
func (d Definition) Models() []string {
	var names []string
	for n := range d.Detect.all() {
		if m, ok := n.Method.(Model); ok {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Methods returns the kinds of method that the definition uses, sorted.
func (d Definition) Methods() []string {
	var kinds []string
	for n := range d.Detect.all() {
		if n.Method != nil {
			kinds = append(kinds, n.Method.Kind())
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}
