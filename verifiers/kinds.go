package verifiers

import "example.com/assay/engine"

// kinds lists the kinds of method. A new kind is a file kind_NAME.go and a row.
var kinds = []kind{
	regexKind,
	wordsKind,
	trieKind,
	codeKind,
	modelKind,
}

// kind is one kind of method.
type kind struct {
	key    string   // the JSON key that holds it
	on     []string // what it may look at; the first is the default, "" makes it compulsory
	refine bool     // its hits in content may be narrowed by check, except, context and keywords
	// read takes the kind's own keys from a node.
	read func(p *parser, o *object) Method
}

// Method is one way of looking at data, as a definition says it.
type Method interface {
	// Kind is the method's kind in evidence and in JSON.
	Kind() string
	// compile returns the leaf for a node that holds the method.
	compile(c *compiler, n Node) (engine.Node, error)
}
