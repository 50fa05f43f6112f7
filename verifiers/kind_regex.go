package verifiers

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"example.com/assay/engine"
)

// Regex is a pattern in RE2 syntax, on content or metadata.
type Regex struct{ Pattern string }

var regexKind = kind{
	key:    "regex",
	on:     append([]string{onContent}, metadataTargets...),
	refine: true,
	read: func(p *parser, o *object) Method {
		m := Regex{Pattern: o.text("regex")}
		if !p.trusted && m.Pattern != "" {
			if err := checkPattern(m.Pattern); err != nil {
				o.failKey("regex", "%v", err)
			}
		}
		return m
	},
}

// Kind implements Method.
func (Regex) Kind() string { return "regex" }

func (m Regex) compile(c *compiler, n Node) (engine.Node, error) {
	if n.On != onContent {
		return metadataLeaf(engine.MetadataMethod{On: engine.Target(n.On), Regexp: m.Pattern}), nil
	}
	return c.contentLeaf(n, engine.ContentMethod{Kind: "regex", Regexp: m.Pattern})
}

// checkPattern says what is wrong with a pattern, and at which byte of it.
func checkPattern(pattern string) error {
	re, err := regexp.Compile(pattern)
	if bad := (*syntax.Error)(nil); errors.As(err, &bad) {
		at := strings.Index(pattern, bad.Expr)
		return fmt.Errorf("%s at byte %d: %q (patterns are in RE2 syntax: no look-around, no back-references)", bad.Code, max(at, 0), bad.Expr)
	}
	if err != nil {
		return err
	}
	if re.MatchString("") {
		return errors.New("the pattern matches an empty text, so it says nothing (make a part of it compulsory)")
	}
	return nil
}
