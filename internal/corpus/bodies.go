package corpus

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed data/bodies.txt
var bodiesText string

// bodies are the rows of bodies.txt by language.
var bodies = func() map[string][]string {
	all := map[string][]string{}
	for line := range strings.Lines(bodiesText) {
		if parts := strings.Split(strings.TrimSpace(line), "|"); len(parts) == 4 {
			all[parts[0]] = parts[1:]
		}
	}
	return all
}()

// Bodies makes, in each locale, a table of people with height and weight, and a
// text about each of them: what is rare in the other tables.
func (c *Corpus) Bodies(rows int) (tables []Table, texts []Text) {
	for _, l := range c.locales {
		words := bodies[l.language]
		m := c.maker(l, "bodies "+l.Name)
		t := Table{Schema: "bodies", Name: "people", Locale: l.Name, Held: held("locale " + l.Name), Columns: []Column{
			{Name: "name", Type: "varchar(120)", Kinds: []Kind{"name"}}, {Name: "birth_date", Type: "date", Kinds: []Kind{"birthdate"}},
			{Name: words[0], Type: "varchar(10)", Kinds: []Kind{"height"}}, {Name: words[1], Type: "varchar(10)", Kinds: []Kind{"weight"}},
			{Name: "last_order", Type: "varchar(20)", Kinds: []Kind{"order_luhn"}},
		}}
		for range rows {
			name, height, weight := m.name(), m.bodyHeight(), m.bodyWeight()
			for i, v := range []string{name, m.born().Format("2006-01-02"), height, weight, makers["order_luhn"](m)} {
				t.Columns[i].Values = append(t.Columns[i].Values, v)
			}
			text := Text{Language: l.language, Template: "bodies/" + l.Name, Held: t.Held}
			text.fill(words[2], map[string]string{"name": name, "height": height, "weight": weight})
			texts = append(texts, text)
		}
		tables = append(tables, t)
	}
	return tables, texts
}

// fill writes the text of a template whose places are named by their kinds.
func (t *Text) fill(template string, values map[string]string) {
	for template != "" {
		before, rest, found := strings.Cut(template, "{")
		t.Text += before
		if !found {
			return
		}
		kind, after, _ := strings.Cut(rest, "}")
		t.Spans = append(t.Spans, Span{Kind(kind), len(t.Text), len(t.Text) + len(values[kind])})
		t.Text += values[kind]
		template = after
	}
}

// comma tells whether the locale writes decimals with a comma.
func (l *Locale) comma() bool {
	switch l.language {
	case "en", "ja", "zh", "ko", "he", "hi", "th", "ar":
		return false
	}
	return l.Name != "de-CH" && l.Name != "es-MX"
}

func (m *maker) decimal(s string) string {
	if m.locale.comma() {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

func (m *maker) bodyHeight() string {
	if m.locale.Name == "en-US" {
		return fmt.Sprintf("%d'%d\"", m.between(4, 6), m.between(0, 11))
	}
	return one(m, fmt.Sprintf("%d cm", m.between(146, 203)), m.decimal(fmt.Sprintf("1.%02d m", m.between(46, 99))))
}

func (m *maker) bodyWeight() string {
	if m.locale.Name == "en-US" {
		return fmt.Sprintf("%d lb", m.between(95, 290))
	}
	return one(m, fmt.Sprintf("%d kg", m.between(43, 135)), m.decimal(fmt.Sprintf("%d.%d kg", m.between(43, 135), m.IntN(10))))
}
