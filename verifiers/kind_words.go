package verifiers

import "example.com/assay/engine"

// Words is whole words or phrases of metadata.
type Words struct{ List []string }

var wordsKind = kind{
	key: "words",
	on:  append([]string{""}, metadataTargets...),
	read: func(_ *parser, o *object) Method {
		return Words{List: o.texts("words")}
	},
}

// Kind implements Method.
func (Words) Kind() string { return "words" }

func (m Words) compile(_ *compiler, n Node) (engine.Node, error) {
	return metadataLeaf(engine.MetadataMethod{On: engine.Target(n.On), Words: m.List}), nil
}
