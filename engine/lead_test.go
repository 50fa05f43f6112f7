package engine

import (
	"regexp/syntax"
	"testing"
)

func TestLead(t *testing.T) {
	tests := []struct {
		expr    string
		bytes   int
		certain bool
	}{
		{`\d{9}`, 0, true},
		{`\b(?:CY ?)?[0-5]\d{7}[A-Z]\b`, 3, true},
		{`ab1`, 2, true},
		{`[A-Z]{2,4}-?\d`, 5, true},
		{`[A-Z0-9]{3}\d`, 3, true}, // the first digit may be the last character
		{`(?:é\d|\d)`, 2, true},
		{`(?i)s\d`, 2, true}, // the long s
		{`(?:x|\d)y`, 2, false},
		{`a*\d`, unbounded, true},
		{`(?:a\d){2}`, 1, true},
		{`(?:a\d)?b`, 3, false}, // no digit is certain
	}
	for _, test := range tests {
		re, err := syntax.Parse(test.expr, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if n, certain := lead(re); n != test.bytes || certain != test.certain {
			t.Errorf("lead(%s) = %d, %v; want %d, %v", test.expr, n, certain, test.bytes, test.certain)
		}
	}
}
