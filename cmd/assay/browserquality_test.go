package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/assay/internal/testserver"
)

// TestQualityInBrowser takes a verifier through its life in Chromium: it is
// measured, changed in the editor, compared in shadow, refused by the gate, and its
// figures lead to their samples. Every page is looked at, wide and narrow, light
// and dark.
func TestQualityInBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServed(t)
	s.append("quality: {flagged: 1, near: 1, rest: 1, bar: {labels: 50}}\n")
	s.start()
	s.scanned()
	b.url = s.url
	labels := s.waiting("email_address")
	if len(labels) < 60 {
		t.Fatalf("%d values are kept to be labelled", len(labels))
	}
	for part := range slices.Chunk(labels, len(labels)/4+1) {
		s.label(part)
		s.assay("quality", "measure", "--element", "email_address")
	}
	b.do(chromedp.Navigate(s.url+"/editor?element=email_address"), chromedp.WaitVisible("#token"), chromedp.SendKeys("#token", s.token+"\n"), chromedp.WaitVisible("#definition"))
	var definition string
	b.do(chromedp.Value("#definition", &definition))
	b.do(chromedp.SetValue("#definition", worseEmail), chromedp.SendKeys("#text", "Write to ada@mail.example or to bob@post.example, but not to me at home."),
		chromedp.Click(`main button[type=submit]:not([formaction])`), chromedp.WaitVisible("mark", chromedp.ByQuery))
	var marked, check string
	b.do(chromedp.Text("mark", &marked, chromedp.ByQuery), chromedp.Text("#check", &check))
	if marked != "ada@mail.example" || check != "It is right" || !strings.Contains(definition, `"email_address"`) {
		t.Errorf("the editor marks %q and says %q", marked, check)
	}
	b.look("/editor, with a text")
	shots := os.Getenv("ASSAY_SCREENSHOTS") != ""
	if shots {
		b.picture("editor", "light")
	}
	b.do(chromedp.SendKeys("#reason", "only the first half"), chromedp.Click(`button[formaction="/editor/add"]`), chromedp.WaitVisible("#rollout-reason"))
	s.assay("quality", "measure", "--element", "email_address")
	b.do(chromedp.Navigate(s.url+"/verifiers/email_address"), chromedp.SendKeys("#rollout-reason", "please\n"), chromedp.WaitVisible("#refused"))
	b.forget() // that the answer's status is 409
	if shots {
		b.picture("rollout", "dark")
	}
	var samples string
	b.do(chromedp.Navigate(s.url+"/quality/email_address?version=2"), chromedp.AttributeValue(`a[href*="outcome=fn"]`, "href", &samples, nil))
	for _, page := range []string{"/verifiers", "/verifiers?q=mail", "/verifiers/email_address", "/verifiers/email_address/diff", "/editor?element=badge", "/quality",
		"/quality/email_address", "/quality/email_address?version=2", samples, "/findings?element=email_address"} {
		b.visit(page)
	}
	b.do(chromedp.Navigate(s.url+samples), chromedp.Click("td summary", chromedp.ByQuery), chromedp.SendKeys(`td input[name="reason"]`, "to see why\n", chromedp.ByQuery), chromedp.WaitVisible("td.secret", chromedp.ByQuery))
	var secret string
	if b.do(chromedp.Text("td.secret", &secret, chromedp.ByQuery)); !strings.Contains(secret, "@") {
		t.Errorf("revealed %q", secret)
	}
	b.check("a revealed sample")
	if shots {
		b.screenshot("quality", "light", "/quality/email_address")
	}
}

// worseEmail finds addresses of one made-up domain alone.
const worseEmail = `{
  "element": "email_address",
  "title": "E-mail address",
  "class": "contact",
  "severity": "personal",
  "doc": "Finds next to nothing, for a test.",
  "detect": {"regex": "\\b[a-z]+@mail\\.example\\b"},
  "match": ["ada@mail.example"],
  "noMatch": ["bob@post.example"]
}`

// append adds to the configuration.
func (s *served) append(text string) {
	s.Helper()
	file, err := os.OpenFile(s.config, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		s.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		s.Fatal(err)
	}
}

// assay runs another command on the same configuration.
func (s *served) assay(args ...string) string {
	s.Helper()
	code, out, errs := runInProcess(s.T, "", append(args, "--config", s.config)...)
	if code != 0 {
		s.Fatalf("assay %s: exit code %d: %s", strings.Join(args, " "), code, errs)
	}
	return out
}

// waiting labels what waits for an element: an @ makes an address.
func (s *served) waiting(element string) (labels []string) {
	s.Helper()
	lines := bufio.NewScanner(strings.NewReader(s.assay("quality", "label", "export", "--element", element, "--reveal")))
	for lines.Scan() {
		var item struct{ Item string }
		if err := json.Unmarshal(lines.Bytes(), &item); err != nil {
			s.Fatal(err)
		}
		verdict := "absent"
		if bytes.ContainsRune(lines.Bytes(), '@') {
			verdict = "present"
		}
		labels = append(labels, fmt.Sprintf(`{"item": %q, "verdict": %q, "by": "ada"}`, item.Item, verdict))
	}
	return labels
}

// label keeps labels.
func (s *served) label(lines []string) {
	s.Helper()
	file := filepath.Join(s.TempDir(), "labels.jsonl")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		s.Fatal(err)
	}
	s.assay("quality", "label", "import", file)
}

// forget drops what the browser complained of.
func (b *browser) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = nil
}

// visit looks at a page in every way.
func (b *browser) visit(page string) {
	b.Helper()
	b.do(chromedp.Navigate(b.url + page))
	b.look(page)
}

// look looks at the page that is open, wide and narrow, light and dark.
func (b *browser) look(page string) {
	b.Helper()
	for _, width := range []int64{1280, 420} {
		for _, scheme := range []string{"light", "dark"} {
			var found []string
			b.do(chromedp.EmulateViewport(width, 800), testserver.Prefers(scheme), chromedp.Evaluate(faults, &found))
			for _, fault := range slices.Compact(found) {
				b.Errorf("%s, %d wide, %s: %s", page, width, scheme, fault)
			}
		}
	}
	b.check(page)
}

// picture takes one of the page that is open.
func (b *browser) picture(name, scheme string) {
	b.Helper()
	var png []byte
	b.do(chromedp.EmulateViewport(1280, 860), testserver.Prefers(scheme), chromedp.CaptureScreenshot(&png))
	if err := os.WriteFile(filepath.Join("..", "..", "docs", "images", name+"-"+scheme+".png"), png, 0o644); err != nil {
		b.Fatal(err)
	}
}
