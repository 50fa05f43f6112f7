package corpus

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// makers has every kind that templates and schemas may name.
var makers = func() map[Kind]func(*maker) string {
	all := map[Kind]func(*maker) string{
		"given_name":  (*maker).given,
		"family_name": (*maker).family,
		"username":    (*maker).username,
		"postcode":    (*maker).postcode,
		"city":        (*maker).city,
		"mailhost":    func(m *maker) string { return one(m, mailHosts...) },
		"plate":       (*maker).plate,
		"colour":      word("colour"),
	}
	for _, list := range [][]made{personKinds, worldKinds, wordedKinds, secretKinds, technicalKinds, thingKinds} {
		for _, k := range list {
			all[k.kind] = k.make
		}
	}
	for _, n := range nationalIDs() {
		all[n.kind] = n.make
	}
	maps.Copy(all, columnMakers)
	return all
}()

// Kinds lists every kind that can occur in what is made.
func Kinds() []Kind {
	all := slices.Collect(maps.Keys(makers))
	slices.Sort(all)
	return all
}

// Values makes single values: of what depends on the locale n in each, of
// everything else 10 n. Kinds that only words around them tell are left out.
func (c *Corpus) Values(n int) []Value {
	var all []Value
	for _, k := range personKinds {
		for _, l := range c.locales {
			all = c.values(all, k.kind, l, k.make, n)
		}
	}
	for _, list := range [][]made{worldKinds, secretKinds} {
		for _, k := range list {
			if k.kind != "password" && k.kind != "aws_secret" {
				all = c.values(all, k.kind, nil, k.make, 10*n)
			}
		}
	}
	for _, number := range nationalIDs() {
		from := len(all)
		all = c.values(all, number.kind, nil, number.make, 10*n)
		for i, v := range all[from:] {
			all[from+i].Bare = strings.Trim(v.Text, digits+" ") == ""
		}
	}
	return all
}

// Innocent makes n values of every technical kind in which there is nothing to
// find: identifiers, numbers, logs, code.
func (c *Corpus) Innocent(n int) []Value { return c.innocent(technicalKinds, n) }

// Things makes n values of every kind of names of things and of plain words.
// Spelling alone does not always tell a brand from a person.
func (c *Corpus) Things(n int) []Value { return c.innocent(thingKinds, n) }

func (c *Corpus) innocent(kinds []made, n int) []Value {
	var all []Value
	for _, k := range kinds {
		from := len(all)
		all = c.values(all, k.kind, nil, k.make, n)
		for i := range all[from:] {
			all[from+i].Innocent = true
		}
	}
	return all
}

// Digits makes n random bare numbers of a length. Nothing can be known of them.
func (c *Corpus) Digits(length, n int) []Value {
	return c.values(nil, Kind(fmt.Sprintf("digits_%d", length)), nil, func(m *maker) string {
		return randomDigits(m, length)
	}, n)
}

func (c *Corpus) values(all []Value, kind Kind, l *Locale, produce func(*maker) string, n int) []Value {
	name := fmt.Sprint("value ", kind)
	v := Value{Kind: kind}
	if l != nil {
		v.Locale = l.Name
		name += " " + l.Name
		v.Held = held("locale " + l.Name)
	} else {
		l = c.locales[0]
	}
	m := c.maker(l, name)
	for range n {
		v.Text = produce(m)
		v.Bare = v.IsBareDigits()
		if v.Locale == "" {
			v.Held = held("value " + v.Text)
		}
		all = append(all, v)
	}
	return all
}

// IsBareDigits tells whether a value is nothing but digits.
func (v Value) IsBareDigits() bool { return strings.Trim(v.Text, digits) == "" }
