package verifiers

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers/code"
)

// The values that some keys are limited to.
var (
	classes = []string{"contact", "identity", "government_id", "financial", "credential", "health", "demographic",
		"location", "network", "online_identifier", "vehicle", "special_category", "business"}
	regulations = []string{"gdpr", "gdpr_art9", "pci", "hipaa", "ccpa"}
	severities  = []string{"critical", "personal", "info"}
)

// DefaultSeverity is the severity of a definition that names none.
const DefaultSeverity = "personal"

// The defaults and limits of a context.
const (
	defaultWithin = 50
	maxWithin     = engine.ContextReach
)

// maxDepth limits how deep nodes may be nested.
const maxDepth = 20

var (
	elementPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	twoLetters     = regexp.MustCompile(`^[a-z]{2}$`)
)

// loader reads definitions.
type loader struct {
	dir    fs.FS // where the dictionary files are that definitions name
	checks map[string]code.Check
	fakes  map[string]fakeTable
	// trusted says that patterns were tested before they came here, as those of
	// the library are, so that loading need not compile them all.
	trusted bool
}

func newLoader(dir fs.FS) (*loader, error) {
	fakes, err := loadFakes()
	if err != nil {
		return nil, err
	}
	return &loader{dir: dir, checks: checkTable(), fakes: fakes}, nil
}

// checkTable returns package code's checks and others by name.
func checkTable(others ...code.Check) map[string]code.Check {
	checks := make(map[string]code.Check)
	for _, c := range slices.Concat(code.All(), others) {
		checks[c.Name] = c
	}
	return checks
}

// Parse reads one definition; name says in messages where it is from. The error
// joins one error for every mistake, each with name, JSON path, reason and mend.
// Dictionary files that the definition names are those of the library.
func Parse(name string, data []byte) (Definition, error) {
	l, err := newLoader(libraryFiles())
	if err != nil {
		return Definition{}, err
	}
	return l.parse(name, data)
}

// parser reads one definition.
type parser struct {
	*loader
	*reader
	depth int
}

func (l *loader) parse(name string, data []byte) (Definition, error) {
	p := &parser{loader: l, reader: &reader{file: name}}
	document := p.decode(data)
	if p.err() != nil {
		return Definition{}, p.err()
	}
	d := p.definition(document)
	if p.err() != nil {
		return Definition{}, p.err()
	}
	d.File, d.Version, d.JSON, d.dir = name, 1, data, l.dir
	return d, nil
}

func (p *parser) definition(document any) Definition {
	o := p.object(nil, document)
	d := Definition{
		Element:     assay.Element(o.need("element", "the element's id, lower_snake")),
		Title:       o.need("title", "the element's name for a person"),
		Class:       o.oneOf("class", "", classes),
		Doc:         o.need("doc", "say what it is and how it is recognised, with the source"),
		Aliases:     p.aliases(o),
		Regulations: o.texts("regulations"),
		Countries:   o.texts("countries"),
		Langs:       o.texts("langs"),
		Severity:    o.oneOf("severity", DefaultSeverity, severities),
		Off:         o.flag("off", false),
		Detect:      p.detect(o),
		Column:      p.column(o),
		Match:       p.examples(o, "match", "texts that the verifier must find"),
		NoMatch:     p.examples(o, "noMatch", "texts in which it must find nothing"),
	}
	o.close()
	p.vocabulary(o, d)
	d.detected = map[string]any{"element": o.members["element"], "detect": o.members["detect"], "column": o.members["column"]}
	return d
}

// vocabulary checks the values that must be of a certain form.
func (p *parser) vocabulary(o *object, d Definition) {
	if d.Element != "" && !elementPattern.MatchString(string(d.Element)) {
		o.failKey("element", "is %q, want lower_snake such as us_ssn", d.Element)
	}
	if !o.has("class") {
		o.failKey("class", "is missing (one of %s)", strings.Join(classes, ", "))
	}
	for _, r := range d.Regulations {
		if !slices.Contains(regulations, r) {
			o.failKey("regulations", "%q is not one of %s", r, strings.Join(regulations, ", "))
		}
	}
	for key, codes := range map[string][]string{"countries": d.Countries, "langs": d.Langs} {
		for _, c := range codes {
			if !twoLetters.MatchString(c) {
				o.failKey(key, "%q is not a code of two lower-case letters", c)
			}
		}
	}
	for i, e := range d.NoMatch {
		if e.Find != "" {
			p.fail(&place{parent: d.NoMatch[i].at, key: "find"}, "has no meaning in noMatch (leave it out)")
		}
	}
}

func (p *parser) aliases(o *object) Aliases {
	v, at, ok := o.take("aliases")
	if !ok {
		return Aliases{}
	}
	a := p.object(at, v)
	defer a.close()
	return Aliases{Macie: a.texts("macie"), Google: a.texts("google"), Presidio: a.texts("presidio")}
}

func (p *parser) column(o *object) Column {
	v, at, ok := o.take("column")
	if !ok {
		return Column{}
	}
	c := p.object(at, v)
	defer c.close()
	return Column{
		MinMatches:   c.count("minMatches", 0, 1, 1_000_000),
		MinShare:     c.probability("minShare", 0),
		MinShareText: c.probability("minShareText", 0),
		Chance:       c.probability("chance", 0),
		MetadataOnly: c.flag("metadataOnly", false),
	}
}

func (p *parser) examples(o *object, key, what string) []Example {
	if !o.has(key) {
		o.failKey(key, "is missing (give %s)", what)
	}
	items, at := o.list(key)
	examples := make([]Example, 0, len(items))
	for i, item := range items {
		examples = append(examples, p.example(&place{parent: at, index: i}, item))
	}
	return examples
}

func (p *parser) example(at *place, v any) Example {
	if s, ok := v.(string); ok {
		return Example{Text: p.textOf(at, s), at: at}
	}
	if _, ok := v.(map[string]any); !ok {
		p.fail(at, "is %s, want a string or an object with text", typeName(v))
		return Example{}
	}
	o := p.object(at, v)
	defer o.close()
	e := Example{
		Text:       o.need("text", "the value that is looked at"),
		Field:      o.text("field"),
		Type:       o.text("type"),
		Comment:    o.text("comment"),
		Asset:      o.text("asset"),
		Neighbours: o.texts("neighbours"),
		Find:       o.text("find"),
		at:         at,
	}
	if e.Find != "" && !strings.Contains(e.Text, e.Find) {
		o.failKey("find", "does not occur in text")
	}
	return e
}
