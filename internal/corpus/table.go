package corpus

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed data/schemas.txt
var schemasText string

// schema is the tables of one application.
type schema struct {
	name    string
	locales []string
	tables  []tableShape
}

type tableShape struct {
	name    string
	columns [][2]string // name and kind
}

func parseSchemas(text string) ([]schema, error) {
	var all []schema
	for i, line := range strings.Split(text, "\n") {
		parts := strings.Fields(line)
		switch {
		case len(parts) == 0 || parts[0] == "#" || strings.HasPrefix(line, "#"):
			continue
		case parts[0] == "app":
			all = append(all, schema{name: parts[1], locales: parts[2:]})
			continue
		case len(all) == 0:
			return nil, fmt.Errorf("schemas.txt:%d: a table before the first app", i+1)
		}
		shape := tableShape{name: parts[0]}
		for _, column := range parts[1:] {
			name, kind, ok := strings.Cut(strings.TrimSuffix(column, "!"), ":")
			if _, known := makers[Kind(kind)]; !ok || !known && !isRowKind(kind) {
				return nil, fmt.Errorf("schemas.txt:%d: column %q is of no known kind", i+1, column)
			}
			shape.columns = append(shape.columns, [2]string{name, kind})
		}
		last := &all[len(all)-1]
		last.tables = append(last.tables, shape)
	}
	return all, nil
}

// Tables makes every table of every schema with a number of rows.
func (c *Corpus) Tables(rows int) ([]Table, error) {
	var all []Table
	for _, s := range c.schemas {
		for i, shape := range s.tables {
			locale := s.locales[i%len(s.locales)]
			at := slices.IndexFunc(c.locales, func(l *Locale) bool { return l.Name == locale })
			if at < 0 {
				return nil, fmt.Errorf("schemas.txt: app %s: no locale %s", s.name, locale)
			}
			t := Table{Schema: s.name, Name: shape.name, Locale: locale, Held: held("schema " + s.name)}
			for _, column := range shape.columns {
				m := c.maker(c.locales[at], "column "+s.name+" "+shape.name+" "+column[0])
				filled, err := c.column(m, column[0], column[1], rows)
				if err != nil {
					return nil, err
				}
				t.Columns = append(t.Columns, filled)
			}
			all = append(all, t)
		}
	}
	return all, nil
}

// isRowKind tells the kinds of column that need more than a maker.
func isRowKind(kind string) bool {
	switch kind {
	case "auto", "note", "json", "json_tech":
		return true
	}
	return false
}

func (c *Corpus) column(m *maker, name, kind string, rows int) (Column, error) {
	column := Column{Name: name, Type: typeOf(kind), Key: kind == "auto" || kind == "fk"}
	if kind == "note" || kind == "json" || kind == "json_tech" {
		return c.textColumn(m, column, kind, rows)
	}
	first := m.between(1, 90_000)
	for i := range rows {
		if kind == "auto" {
			column.Values = append(column.Values, strconv.Itoa(first+i))
			continue
		}
		column.Values = append(column.Values, makers[Kind(kind)](m))
	}
	column.Kinds = []Kind{Kind(kind)}
	if alias, ok := columnAlias[kind]; ok {
		column.Kinds = []Kind{alias}
	}
	return column, nil
}

// textShare is the part of a column of texts that holds something.
const textShare = 0.3

// textColumn fills a column with texts in the locale's language or with JSON
// documents. What stands in one row only is not listed as held: a scan need not
// see it.
func (c *Corpus) textColumn(m *maker, column Column, kind string, rows int) (Column, error) {
	language := m.locale.language
	if kind != "note" {
		language = "json"
	}
	var with, without []template
	for _, t := range c.templates {
		if t.language != strings.Replace(language, "nb", "no", 1) {
			continue
		}
		if isTechnical(t) {
			without = append(without, t)
		} else {
			with = append(with, t)
		}
	}
	if kind == "json_tech" {
		with = without
	}
	with = with[:min(3, len(with))]
	count := map[Kind]int{}
	for range rows {
		if kind == "note" && !m.chance(textShare) {
			column.Values = append(column.Values, one(m, words["sentence"]...))
			continue
		}
		text, err := m.text(one(m, with...))
		if err != nil {
			return column, err
		}
		column.Values = append(column.Values, text.Text)
		for _, s := range text.Spans {
			count[s.Kind]++
		}
	}
	for kind, n := range count {
		if n > 1 {
			column.Kinds = append(column.Kinds, kind)
		}
	}
	slices.Sort(column.Kinds)
	return column, nil
}

// isTechnical tells a template with nothing in it to find.
func isTechnical(t template) bool {
	for _, at := range place.FindAllStringSubmatch(t.text, -1) {
		is := func(k made) bool { return string(k.kind) == at[1] }
		if !slices.ContainsFunc(technicalKinds, is) && !slices.ContainsFunc(thingKinds, is) {
			return false
		}
	}
	return true
}
