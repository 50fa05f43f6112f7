package corpus

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

//go:embed data/texts.txt
var textsText string

// template is a text with places to fill.
type template struct {
	language string
	name     string // language and number: de/4
	text     string
}

func parseTemplates(text string) ([]template, error) {
	var all []template
	language, number := "", 0
	for i, line := range strings.Split(text, "\n") {
		switch {
		case line == "" || line[0] == '#' && language == "":
			continue
		case line[0] == '[' && strings.HasSuffix(line, "]") && len(line) < 8:
			language, number = line[1:len(line)-1], 0
			continue
		case language == "":
			return nil, fmt.Errorf("texts.txt:%d: a template before the first language", i+1)
		}
		number++
		line = strings.ReplaceAll(line, `\n`, "\n")
		all = append(all, template{language, language + "/" + strconv.Itoa(number), line})
	}
	return all, nil
}

// place is where a template is filled.
var place = regexp.MustCompile(`\{([a-z_0-9]+)\}`)

// Texts makes n texts of every template: in each of its language's locales in
// turn, and where it has none in all of them.
func (c *Corpus) Texts(n int) ([]Text, error) {
	var all []Text
	for _, t := range c.templates {
		locales := c.inLanguage(t.language)
		for i := range n {
			l := locales[(i*7+int(hash(t.name)%97))%len(locales)]
			text, err := c.maker(l, fmt.Sprint("text ", t.name, " ", i)).text(t)
			if err != nil {
				return nil, err
			}
			all = append(all, text)
		}
	}
	return all, nil
}

// inLanguage returns the locales of a language, all of them when there is none.
func (c *Corpus) inLanguage(language string) []*Locale {
	language = strings.Replace(language, "no", "nb", 1) // Norwegian, as its people write it
	var found []*Locale
	for _, l := range c.locales {
		if l.language == language {
			found = append(found, l)
		}
	}
	if found == nil {
		return c.locales
	}
	return found
}

// text fills a template.
func (m *maker) text(t template) (Text, error) {
	out := Text{Language: t.language, Template: t.name, Held: held("text " + t.name)}
	national := m.national()
	var b strings.Builder
	last := 0
	for _, at := range place.FindAllStringSubmatchIndex(t.text, -1) {
		b.WriteString(t.text[last:at[0]])
		last = at[1]
		kind := Kind(t.text[at[2]:at[3]])
		if kind == "idname" {
			b.WriteString(one(m, national.names...))
			continue
		}
		produce := national.make
		if kind == "id" {
			kind = national.kind
		} else if produce = makers[kind]; produce == nil {
			return Text{}, fmt.Errorf("texts.txt: template %s: unknown kind %q", t.name, kind)
		}
		start := b.Len()
		b.WriteString(produce(m))
		out.Spans = append(out.Spans, Span{kind, start, b.Len()})
	}
	b.WriteString(t.text[last:])
	out.Text = b.String()
	return out, nil
}

// national picks one of the numbers of the locale's country; where it has none,
// that of a neighbour.
func (m *maker) national() id {
	var own []id
	for _, n := range nationalIDs() {
		if n.country == m.locale.country() {
			own = append(own, n)
		}
	}
	if own == nil {
		own = anglophoneIDs
	}
	return one(m, own...)
}
