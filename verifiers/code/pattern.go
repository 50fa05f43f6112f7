package code

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first needed: a
// hook lives for milliseconds, in which it needs few of them.
type pattern func() *regexp.Regexp

func lazily(expression string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

func (p pattern) Match(text []byte) bool           { return p().Match(text) }
func (p pattern) MatchString(text string) bool     { return p().MatchString(text) }
func (p pattern) FindIndex(text []byte) []int      { return p().FindIndex(text) }
func (p pattern) FindSubmatchIndex(b []byte) []int { return p().FindSubmatchIndex(b) }
