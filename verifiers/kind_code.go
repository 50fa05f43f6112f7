package verifiers

import (
	"fmt"

	"example.com/assay/engine"
	"example.com/assay/verifiers/code"
)

// Code is a named Go check that finds its own candidates.
type Code struct{ Name string }

var codeKind = kind{
	key:    "code",
	on:     []string{onContent},
	refine: true,
	read: func(p *parser, o *object) Method {
		m := Code{Name: o.text("code")}
		p.knownCheck(o, "code", m.Name)
		if c, ok := p.checks[m.Name]; ok && c.Regexp == "" && c.Find == nil {
			o.failKey("code", "%q finds no candidates of its own (name it as the check of a regex)", m.Name)
		}
		return m
	},
}

// Kind implements Method.
func (Code) Kind() string { return "code" }

func (m Code) compile(c *compiler, n Node) (engine.Node, error) {
	check, ok := c.checks[m.Name]
	if !ok {
		return engine.Node{}, fmt.Errorf("%s: %s: this program has no check called %q%s", c.def.File, n.at, m.Name, missing(m.Name))
	}
	return c.contentLeaf(n, engine.ContentMethod{
		Kind:     "code",
		Name:     m.Name,
		Regexp:   check.Regexp,
		Find:     check.Find,
		Literals: check.Literals,
		Anchor:   check.Anchor,
		Check:    check.Valid,
	})
}

// missing says where a check is that a program does not have.
func missing(name string) string {
	if folder := code.Elsewhere[name]; folder != "" {
		return " (it is in " + folder + ": give its checks in Options.Checks)"
	}
	return ""
}
