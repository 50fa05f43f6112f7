package verifiers

import (
	"fmt"
	"slices"
	"strings"

	"example.com/assay/engine"
)

// Model is a model endpoint of the configuration, asked after the other methods
// (see Models).
type Model struct {
	Name      string
	Labels    []string // the labels of its answers that count; none: answers without a label
	Threshold float64  // the least score that counts
}

// defaultThreshold is the least score of a model's answer that counts, where a
// definition does not say.
const defaultThreshold = 0.5

var modelKind = kind{
	key: "model",
	on:  []string{onContent},
	read: func(_ *parser, o *object) Method {
		return Model{
			Name:      o.text("model"),
			Labels:    o.texts("labels"),
			Threshold: o.probability("threshold", defaultThreshold),
		}
	},
}

// Kind implements Method.
func (Model) Kind() string { return "model" }

func (m Model) compile(c *compiler, n Node) (engine.Node, error) {
	if !slices.Contains(c.models, m.Name) {
		known := "none"
		if len(c.models) > 0 {
			known = strings.Join(c.models, ", ")
		}
		return engine.Node{}, fmt.Errorf("%s: %s: no model is called %q (configured: %s)", c.def.File, n.at, m.Name, known)
	}
	labels := m.Labels
	if len(labels) == 0 {
		labels = []string{""}
	}
	return engine.Node{Op: engine.Deferred, Deferred: &engine.DeferredMethod{
		Name: m.Name, Labels: labels, Threshold: m.Threshold,
	}}, nil
}
