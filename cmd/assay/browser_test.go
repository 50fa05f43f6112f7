package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"example.com/assay/internal/testserver"
)

// browser is a Chromium that notes what goes wrong in it.
type browser struct {
	*testing.T
	ctx context.Context
	url string

	mu       sync.Mutex
	problems []string
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	b := &browser{T: t, ctx: testserver.Chromium(t)}
	chromedp.ListenTarget(b.ctx, func(event any) {
		switch e := event.(type) {
		case *cdplog.EventEntryAdded: // the browser's own complaints, those about the policy among them
			b.note(e.Entry.Text)
		case *runtime.EventConsoleAPICalled, *runtime.EventExceptionThrown:
			b.note("a script ran")
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, b.url) && !strings.HasPrefix(e.Request.URL, "data:") {
				b.note("asks for " + e.Request.URL)
			}
		}
	})
	if err := chromedp.Run(b.ctx, cdplog.Enable(), network.Enable()); err != nil { // which starts it, for as long as the context
		t.Fatal(err)
	}
	return b
}

func (b *browser) note(problem string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, problem)
}

// patience is how long the browser may take for a few actions.
const patience = 30 * time.Second

func (b *browser) do(actions ...chromedp.Action) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		var at, text string
		told := chromedp.Run(b.ctx, chromedp.Location(&at), chromedp.Text("body", &text))
		b.Fatalf("%v at %s (%v): %.2000s", err, at, told, text)
	}
}

// check fails for what went wrong since the last check.
func (b *browser) check(page string) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		b.Errorf("%s: %s", page, p)
	}
	b.problems = nil
}

// faults is what a person would stumble over in a page: parts that stick out,
// text that is hard to read, fields and buttons without a name.
const faults = `(() => {
	const out = [];
	if (document.documentElement.scrollWidth > innerWidth + 1) {
		const wide = [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll"));
		out.push("is wider than the window: " + wide.map(e => e.tagName + "." + e.className).slice(0, 4).join(", "));
	}
	for (const e of document.querySelectorAll("input:not([type=hidden]), select, button, a"))
		if (!(e.textContent.trim() || e.ariaLabel || (e.labels && e.labels.length) || e.querySelector("img[alt]"))) out.push("no name: " + e.outerHTML.slice(0, 80));
	for (const t of document.querySelectorAll("table")) if (!t.querySelector("th[scope]")) out.push("table without headings");
	const rgb = c => c.match(/[\d.]+/g).map(Number);
	const light = c => { const [r, g, b] = rgb(c).map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor, p = rgb(c); if (p.length < 4 || p[3] > 0) return c; } return "rgb(255,255,255)"; };
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.data.trim() || !e.checkVisibility() || e.closest("svg, option")) continue;
		const a = light(getComputedStyle(e).color), b = light(ground(e));
		const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (contrast < 4.5) out.push("contrast " + contrast.toFixed(2) + " of " + walk.currentNode.data.trim().slice(0, 30) + " (" + e.className + ")");
	}
	return [...new Set(out)];
})()`

// TestPagesInBrowser looks at every page in Chromium: wide and narrow, light and
// dark. With ASSAY_SCREENSHOTS=1 it takes the pictures of the documentation anew.
func TestPagesInBrowser(t *testing.T) {
	b := newBrowser(t) // before the long part: it may not be installed
	s := newServed(t)
	s.start()
	s.scanned()
	b.url = s.url
	b.do(chromedp.Navigate(s.url+"/elements"), chromedp.WaitVisible("#token"))
	b.check("/login")
	b.do(chromedp.SendKeys("#token", s.token+"\n"), chromedp.WaitVisible("nav"))
	var at, finding, asset, verifier string
	b.do(chromedp.Location(&at))
	if at != s.url+"/elements" {
		t.Errorf("log in leads to %s", at)
	}
	b.do(chromedp.Navigate(s.url+"/findings?element=email_address&store=shop"), chromedp.AttributeValue("tbody th a", "href", &finding, nil),
		chromedp.AttributeValue(".tree .more a", "href", &asset, nil),
		chromedp.Navigate(s.url+"/verifiers?q=iban"), chromedp.AttributeValue("tbody th a", "href", &verifier, nil))
	pages := []string{"/", "/findings", "/findings?severity=critical", finding, "/elements", "/coverage", asset, "/verifiers", "/verifiers?q=active", verifier, "/tasks", "/audit", "/labels", "/findings?store=none"}
	for _, page := range pages {
		for _, view := range []struct {
			width  int64
			scheme string
		}{{1280, "light"}, {1280, "dark"}, {420, "light"}, {420, "dark"}} {
			var found []string
			b.do(chromedp.EmulateViewport(view.width, 800), testserver.Prefers(view.scheme), chromedp.Navigate(s.url+page), chromedp.Evaluate(faults, &found))
			for _, fault := range slices.Compact(found) {
				t.Errorf("%s, %d wide, %s: %s", page, view.width, view.scheme, fault)
			}
			b.check(page)
		}
	}
	b.keyboard()
	if os.Getenv("ASSAY_SCREENSHOTS") != "" {
		b.screenshot("overview", "light", "/")
		b.screenshot("overview", "dark", "/")
		b.screenshot("finding", "light", finding)
		b.screenshot("elements", "dark", "/elements")
	}
}

// keyboard reaches the navigation and the main part by the tabulator alone.
func (b *browser) keyboard() {
	b.Helper()
	var text string
	b.do(chromedp.EmulateViewport(1280, 800), chromedp.Navigate(b.url+"/"), chromedp.KeyEvent("\t"), chromedp.Evaluate(`document.activeElement.innerText`, &text))
	if text != "Skip to content" {
		b.Errorf("the first stop of the tabulator is %q", text)
	}
	b.do(chromedp.KeyEvent("\r"), chromedp.Evaluate(`document.activeElement.id || location.hash`, &text))
	if text != "main" && text != "#main" {
		b.Errorf("skipping leads to %q", text)
	}
	b.do(chromedp.Navigate(b.url+"/"), chromedp.KeyEvent("\t\t\t\t"), chromedp.Evaluate(`document.activeElement.innerText + getComputedStyle(document.activeElement).outlineStyle`, &text))
	if text != "Findingssolid" {
		b.Errorf("the fourth stop is %q, want the visibly focused link to the findings", text)
	}
}

// screenshot takes a picture for the documentation.
func (b *browser) screenshot(name, scheme, page string) {
	b.Helper()
	var png []byte
	b.do(chromedp.EmulateViewport(1280, 860), testserver.Prefers(scheme), chromedp.Navigate(b.url+page), chromedp.CaptureScreenshot(&png))
	if err := os.WriteFile(filepath.Join("..", "..", "docs", "images", name+"-"+scheme+".png"), png, 0o644); err != nil {
		b.Fatal(err)
	}
}
