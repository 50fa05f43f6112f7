package groundtruth

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"strings"
)

// page is what people see, as a template of Liquid within HTML: the service fills
// in what stands in double braces.
func (i Instructions) page() ([]byte, error) {
	var out bytes.Buffer
	err := page.Execute(&out, map[string]any{"Title": literal(i.Title), "Doc": literal(i.Doc), "Match": literals(i.Match), "NoMatch": literals(i.NoMatch)})
	if err != nil {
		return nil, fmt.Errorf("write the page of a labelling job: %w", err)
	}
	return out.Bytes(), nil
}

// literal is a text in which nothing means anything to HTML or to Liquid.
func literal(s string) template.HTML {
	return template.HTML(strings.NewReplacer("{", "&#123;", "}", "&#125;", "%", "&#37;").Replace(html.EscapeString(s)))
}

func literals(all []string) (out []template.HTML) {
	for _, s := range all {
		out = append(out, literal(s))
	}
	return out
}

var page = template.Must(template.New("page").Delims("<<", ">>").Parse(`<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
  <crowd-classifier name="crowd-classifier" categories="{{ task.input.labels | to_json | escape }}" header="Does this text hold: << .Title >>?">
    <classification-target style="white-space: pre-wrap">{{ task.input.taskObject | escape }}</classification-target>
    <full-instructions header="<< .Title >>">
      <p><< .Doc >></p>
      <p><b>present</b>: it is there, somewhere in the text. <b>absent</b>: it is not. <b>unsure</b>: it cannot be told.</p>
      << if .Match >><p>For example:</p><ul><< range .Match >><li><code><< . >></code></li><< end >></ul><< end >>
      << if .NoMatch >><p>But not:</p><ul><< range .NoMatch >><li><code><< . >></code></li><< end >></ul><< end >>
    </full-instructions>
    <short-instructions><p><< .Doc >></p></short-instructions>
  </crowd-classifier>
</crowd-form>
`))
