package corpus

import (
	_ "embed"
	"fmt"
	"strings"
	"time"
)

//go:embed data/locales.txt
var localesText string

// Locale is what people's data look like in one country and language.
type Locale struct {
	Name     string // de-DE
	Country  string
	given    []string
	family   []string
	streets  []string
	cities   [][2]string // name, pattern of the postcode
	address  []string
	phones   []string
	dates    []string
	months   []string
	plates   []string
	order    string // "", family, or family-joined
	language string
}

// Language is the ISO 639-1 code.
func (l *Locale) Language() string { return l.language }

// country is the ISO 3166 code, in lower case.
func (l *Locale) country() string { return strings.ToLower(l.Name[len(l.Name)-2:]) }

func parseLocales(text string) ([]*Locale, error) {
	var all []*Locale
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '[' {
			name, country, _ := strings.Cut(line[1:], "] ")
			language, _, _ := strings.Cut(name, "-")
			all = append(all, &Locale{Name: name, Country: country, language: language})
			continue
		}
		key, rest, _ := strings.Cut(line, " ")
		if len(all) == 0 || !all[len(all)-1].set(key, rest) {
			return nil, fmt.Errorf("locales.txt:%d: unknown key %q", i+1, key)
		}
	}
	return all, nil
}

func (l *Locale) set(key, rest string) bool {
	switch key {
	case "order":
		l.order = rest
	case "given":
		l.given = strings.Split(rest, ",")
	case "family":
		l.family = strings.Split(rest, ",")
	case "street":
		l.streets = strings.Split(rest, ",")
	case "months":
		l.months = strings.Split(rest, ",")
	case "address":
		l.address = strings.Split(rest, "|")
	case "phone":
		l.phones = strings.Split(rest, "|")
	case "date":
		l.dates = strings.Split(rest, "|")
	case "plate":
		l.plates = strings.Split(rest, "|")
	case "city":
		for _, city := range strings.Split(rest, "|") {
			name, post, _ := strings.Cut(city, ";")
			l.cities = append(l.cities, [2]string{name, post})
		}
	default:
		return false
	}
	return true
}

// format writes a date in one of Go's layouts, the month's name in the locale's
// language.
func (l *Locale) format(layout string, t time.Time) string {
	before, after, found := strings.Cut(layout, "January")
	if !found || l.months == nil {
		return t.Format(layout)
	}
	return t.Format(before) + l.months[t.Month()-1] + t.Format(after)
}
