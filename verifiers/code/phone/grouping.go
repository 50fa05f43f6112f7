package phone

import (
	"bytes"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"example.com/assay/verifiers/code"
)

// phonePlanSet tells which of phoneRegions may have issued a number and write it
// in given groups of digits, so that libphonenumber, which takes ten microseconds
// a region, is asked about those alone. It may name a region too many, never one
// too few. A set of regions is a bit for each.
type phonePlanSet struct {
	shapes  map[shape]uint64 // regions by groups as they write them
	firsts  [32]uint64       // regions by the length of the first group
	numbers []*regexp.Regexp // by region: digits that can be dialled there; nil for any
}

// shape is the lengths of groups of digits, five bits each; the first group has
// the highest.
type shape uint64

func shapeOf(groups [][]byte) shape {
	s := shape(0)
	for _, g := range groups {
		s = s<<5 | shape(min(len(g), 31))
	}
	return s
}

// regions returns the regions that may write text, which holds these groups of
// digits, in these groups.
func (p *phonePlanSet) regions(text []byte, groups [][]byte) uint64 {
	set := p.shapes[shapeOf(groups)]
	if extended(text) { // an extension is a group behind the others
		set |= p.shapes[shapeOf(groups[:len(groups)-1])]
	}
	if text[0] == '0' && len(groups) > 1 {
		set |= p.firsts[min(len(groups[0]), 31)]
	}
	return set
}

// mayBeValid reports whether the digits of text can be a number of a region.
func (p *phonePlanSet) mayBeValid(region int, text []byte) bool {
	var digits [20]byte
	number := digits[:0]
	for _, b := range text {
		if isDigit(b) {
			number = append(number, b)
		}
	}
	return p.numbers[region] == nil || extended(text) || p.numbers[region].Match(number)
}

// extended reports whether a number has an extension.
func extended(text []byte) bool {
	return bytes.ContainsFunc(text, func(r rune) bool { return r == '#' || unicode.IsLetter(r) })
}

// trunkNotation reports whether text, which holds these groups of digits, is
// written as only telephone numbers are, whatever country issued it: an area code
// with its trunk prefix in brackets or before a gap, (0191) 4960594, 0115 496 0395;
// 8 (141) 098-33-34; 1-174-792-1819.
func trunkNotation(text []byte, groups [][]byte) bool {
	n := code.DigitCount(text)
	if len(groups) < 2 || extended(text) || bytes.IndexByte(text, '.') >= 0 {
		return false
	}
	first := len(groups[0])
	switch {
	case text[0] == '(':
		return groups[0][0] == '0' && first >= 2 && first <= 6 && text[first+1] == ')' && n >= 8 && n <= 12 && len(groups) <= 4
	case text[0] == '0' && text[1] != '0':
		return first >= 2 && first <= 5 && n >= 9 && n <= 11 && len(groups) <= 5 && longGroups(groups) && bytes.Count(text, []byte("-")) <= 1
	}
	shape := shapeOf(groups)
	return text[0] == '8' && shape == (((1<<5|3)<<5|3)<<5|2)<<5|2 && bytes.HasPrefix(text[1:], []byte(" (")) ||
		text[0] == '1' && shape == ((1<<5|3)<<5|3)<<5|4 && bytes.Count(text, []byte("-")) == 3
}

// longGroups reports whether every group has two digits or more.
func longGroups(groups [][]byte) bool {
	for _, g := range groups {
		if len(g) < 2 {
			return false
		}
	}
	return true
}

// phonePlans is read from libphonenumber's metadata.
var phonePlans = sync.OnceValue(func() *phonePlanSet {
	p := &phonePlanSet{shapes: map[shape]uint64{}, numbers: make([]*regexp.Regexp, len(phoneRegions))}
	all, err := phonenumbers.MetadataCollection()
	if err != nil { // it is part of the program
		return p
	}
	byRegion := map[string]*phonenumbers.PhoneMetadata{}
	for _, m := range all.GetMetadata() {
		byRegion[m.GetId()] = m
	}
	for i, region := range phoneRegions {
		plan := byRegion[region]
		for _, format := range plan.GetNumberFormat() {
			p.addFormat(1<<i, format)
		}
		for _, n := range plan.GetGeneralDesc().GetPossibleLength() { // without any format
			p.add(1<<i, bytes.Repeat([]byte("0"), int(n)))
		}
		p.numbers[i] = dialled(plan)
	}
	return p
})

// dialled returns an expression for a number of a plan with any prefixes before
// it, or nil where the plan says that a prefix changes the number.
func dialled(plan *phonenumbers.PhoneMetadata) *regexp.Regexp {
	if plan.GetNationalPrefixTransformRule() != "" {
		return nil
	}
	return regexp.MustCompile(fmt.Sprintf(`^(?:(?:%s)?%d)?(?:%s)?(?:%s)$`, plan.GetInternationalPrefix(), plan.GetCountryCode(),
		plan.GetNationalPrefixForParsing(), plan.GetGeneralDesc().GetNationalNumberPattern()))
}

// firstGroup is the reference to the first group written in a format, in which
// the national prefix goes.
var firstGroup = regexp.MustCompile(`\$\d`)

// addFormat adds the groups that a format makes of every number that it takes.
func (p *phonePlanSet) addFormat(region uint64, format *phonenumbers.NumberFormat) {
	re := regexp.MustCompile(format.GetPattern())
	tree, err := syntax.Parse(format.GetPattern(), syntax.Perl)
	if err != nil {
		return
	}
	template := format.GetFormat()
	if rule := format.GetNationalPrefixFormattingRule(); rule != "" {
		first := firstGroup.FindStringIndex(template)
		template = template[:first[0]] + rule + template[first[1]:]
	}
	eachLength(captures(tree), []int{0, 0}, func(match []int) {
		digits := strings.Repeat("0", match[len(match)-1])
		match[1] = len(digits)
		p.add(region, re.ExpandString(nil, template, digits, match))
	})
}

// add adds the groups of digits in a number as it is written.
func (p *phonePlanSet) add(region uint64, written []byte) {
	groups := code.DigitGroups(written)
	p.shapes[shapeOf(groups)] |= region
	p.firsts[min(len(groups[0]), 31)] |= region
}

// captures returns the capture groups of an expression in which each stands for
// itself.
func captures(re *syntax.Regexp) []*syntax.Regexp {
	if re.Op == syntax.OpCapture {
		return []*syntax.Regexp{re.Sub[0]}
	}
	var out []*syntax.Regexp
	for _, sub := range re.Sub {
		out = append(out, captures(sub)...)
	}
	return out
}

// eachLength calls visit with the places of the groups' matches, which follow
// each other, for every combination of lengths. match holds those of the groups
// before.
func eachLength(groups []*syntax.Regexp, match []int, visit func(match []int)) {
	if len(groups) == 0 {
		visit(match)
		return
	}
	least, most := lengths(groups[0])
	at := match[len(match)-1]
	for n := least; n <= most; n++ {
		eachLength(groups[1:], append(match, at, at+n), visit)
	}
}

// lengths returns the least and the greatest number of characters that an
// expression of a numbering plan matches.
func lengths(re *syntax.Regexp) (least, most int) {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune), len(re.Rune)
	case syntax.OpCharClass:
		return 1, 1
	case syntax.OpQuest:
		_, most = lengths(re.Sub[0])
		return 0, most
	case syntax.OpRepeat:
		least, most = lengths(re.Sub[0])
		return least * re.Min, most * re.Max
	case syntax.OpAlternate:
		least, most = lengths(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			l, m := lengths(sub)
			least, most = min(least, l), max(most, m)
		}
		return least, most
	}
	for _, sub := range re.Sub {
		l, m := lengths(sub)
		least, most = least+l, most+m
	}
	return least, most
}
