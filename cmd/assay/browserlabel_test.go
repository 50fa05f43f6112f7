package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"example.com/assay"
)

// labelling is somebody who labels in Chromium, with the keyboard alone.
type labelling struct {
	*browser
	s *served
}

// tabTo presses the tabulator until it has reached what the selector names.
func (l labelling) tabTo(selector string) {
	l.Helper()
	quoted, _ := json.Marshal(selector)
	there := false
	for range 120 {
		if l.do(chromedp.Evaluate("document.activeElement.matches("+string(quoted)+")", &there)); there {
			return
		}
		l.do(chromedp.KeyEvent("\t"))
	}
	l.Fatalf("the tabulator does not reach %s", selector)
}

// item is the value on the page, and its id; both empty at the end.
func (l labelling) item() (id, value string) {
	l.Helper()
	l.do(chromedp.Evaluate(`document.querySelector("input[name=item]")?.value ?? ""`, &id), chromedp.Evaluate(`document.querySelector(".shape")?.innerText ?? ""`, &value))
	return id, value
}

// press presses a key and waits for the next page.
func (l labelling) press(key string) {
	l.Helper()
	l.do(chromedp.Evaluate(`document.body.dataset.old = "yes"`, nil), chromedp.KeyEvent(key))
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		var ready bool // while the page changes there is none to ask
		err := chromedp.Run(l.ctx, chromedp.Evaluate(`document.readyState === "complete" && !document.body.dataset.old`, &ready))
		if err == nil && ready {
			return
		}
	}
	l.Fatalf("no page follows %q", key)
}

// count is how many labels of the element there are, by verdict.
func (l labelling) count(verdict assay.Verdict) int {
	l.Helper()
	var page struct{ Items []assay.Label }
	l.s.decode("/api/v1/labels?element=email_address", &page)
	n := 0
	for _, label := range page.Items {
		if label.Verdict == verdict {
			n++
		}
	}
	return n
}

// label says yes or no of many values, by their keys, and returns how many of each.
func (l labelling) label(many int) map[assay.Verdict]int {
	l.Helper()
	want := map[assay.Verdict]int{}
	begun := time.Now()
	for range many {
		before, value := l.item()
		key, verdict := "n", assay.Absent
		if strings.Contains(value, "@") {
			key, verdict = "y", assay.Present
		}
		l.press(key)
		if after, _ := l.item(); after == before {
			l.Fatalf("after %q the page still asks for the same value", key)
		}
		want[verdict]++
	}
	l.Logf("%d labels in %v, of which a person would read most", many, time.Since(begun).Round(time.Millisecond))
	for verdict, n := range want {
		if got := l.count(verdict); got != n {
			l.Errorf("%d labels are %s, want %d", got, verdict, n)
		}
	}
	return want
}

// TestLabelInBrowser labels values in Chromium by the keyboard alone, from the log-in
// on: yes, no, unsure, skip, back and reveal, by their keys and by Tab and Enter.
func TestLabelInBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newServed(t)
	s.append("quality: {flagged: 1, near: 1, hint: 1, rest: 0, generated: 0, second: 0}\n")
	s.start()
	s.scanned()
	b.url = s.url
	l := labelling{b, s}
	b.do(chromedp.Navigate(s.url+"/labels"), chromedp.WaitVisible("#token"))
	l.tabTo("#token")
	b.do(chromedp.SendKeys("#token", s.token+"\n"), chromedp.WaitVisible("nav"))
	b.look("/labels")
	l.tabTo(`button[aria-label="Label E-mail address"]`)
	b.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(`[data-key="y"]`, chromedp.ByQuery))
	id, masked := l.item()
	if id == "" || strings.Contains(masked, "@") && !strings.Contains(masked, "x") {
		t.Fatalf("item %q shows %q", id, masked)
	}
	b.look("/label, masked")
	l.press("r")
	if again, value := l.item(); again != id || value == masked {
		t.Errorf("after it was revealed: item %q shows %q", again, value)
	}

	const many = 40
	want := l.label(many)
	id, _ = l.item()
	l.press("u")
	if got := l.count(assay.Unsure); got != 1 {
		t.Errorf("%d labels are unsure", got)
	}
	l.press("b") // and back
	if again, _ := l.item(); again != id || l.count(assay.Unsure) != 0 {
		t.Errorf("taken back: item %s, want %s", again, id)
	}
	l.press("s")
	if skipped, _ := l.item(); skipped == id || l.count(assay.Absent)+l.count(assay.Present) != many {
		t.Error("what is skipped stays, or is labelled")
	}
	l.tabTo(`[data-key="n"]`) // without its key
	l.press("\r")
	if got := l.count(assay.Absent); got != want[assay.Absent]+1 {
		t.Errorf("%d are absent after Tab and Enter, want %d", got, want[assay.Absent]+1)
	}
	b.look("/label, revealed")
}
