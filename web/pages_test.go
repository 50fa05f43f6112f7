package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"example.com/assay"
)

// pagesToSee are all pages, as links.
var pagesToSee = []string{
	"/", "/findings", "/findings?element=iban&severity=critical&store=shop&confidence=0.5", "/findings?store=none", "/findings/{finding}",
	"/elements", "/coverage", "/coverage?reason=binary", "/asset?id={asset}", "/verifiers", "/verifiers?q=IBAN", "/verifiers?q=nothing", "/verifiers/iban", "/audit", "/tasks", "/tasks?state=waiting", "/tasks?state=leased",
}

var (
	inline   = regexp.MustCompile(`(?i)<script|<style|\sstyle=|\son[a-z]+=|javascript:`)
	external = regexp.MustCompile(`(?i)(?:src|href|action)="(?:[a-z]+:)?//`)
	labelled = regexp.MustCompile(`<h1[ >]`)
)

// TestPages: all pages are shown, whether there is anything to show or not,
// escape what they show, and need nothing that their policy forbids.
func TestPages(t *testing.T) {
	for _, filled := range []bool{false, true} {
		f := newFixture(t)
		if filled {
			f.fill()
			f.dead(2)
		}
		cookie := f.login(assay.RoleAdmin)
		for _, page := range pagesToSee {
			path := strings.NewReplacer("{finding}", assay.FindingID("mysql://db:3306/shop/"+hostile, "contact", "iban"),
				"{asset}", url.QueryEscape("mysql://db:3306/shop/"+hostile)).Replace(page)
			got := f.do("GET", path, public, "", "Cookie", cookie)
			want := http.StatusOK
			if !filled && (strings.Contains(page, "{") || page == "/verifiers/iban") {
				want = http.StatusNotFound
			}
			if got.status != want {
				t.Errorf("%s (filled %v): status %d", page, filled, got.status)
			}
			if found := inline.FindString(got.body); found != "" {
				t.Errorf("%s: holds %q", page, found)
			}
			if found := external.FindString(got.body); found != "" {
				t.Errorf("%s: points elsewhere: %q", page, found)
			}
			if !labelled.MatchString(got.body) || !strings.Contains(got.body, `<html lang="en">`) || !strings.Contains(got.body, `id="main"`) {
				t.Errorf("%s: no heading, language or main part", page)
			}
			csp := got.header.Get("Content-Security-Policy")
			if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: headers %v", page, got.header)
			}
		}
	}
}

func TestTasksPage(t *testing.T) {
	f := newFixture(t)
	ids := f.dead(3)
	operator, viewer := f.login(assay.RoleOperator), f.login(assay.RoleViewer)
	page := func(cookie string) string { return f.do("GET", "/tasks", public, "", "Cookie", cookie).body }
	if got := page(operator); !strings.Contains(got, ids[0]) || !strings.Contains(got, "access denied") || !strings.Contains(got, "/tasks/drop") {
		t.Error("an operator is not offered the dead tasks with their reasons")
	}
	if got := page(viewer); !strings.Contains(got, "access denied") || strings.Contains(got, "/tasks/drop") {
		t.Error("a viewer does not see the reasons, or is offered what is refused")
	}
	done := func(path string, values url.Values, status int, text string) {
		t.Helper()
		got := f.form(path, operator, values)
		if got.status == http.StatusSeeOther {
			got.body = f.do("GET", got.header.Get("Location"), public, "", "Cookie", operator).body
		}
		if got.status != status || !strings.Contains(got.body, text) {
			t.Errorf("%s %v: %d without %q", path, values, got.status, text)
		}
	}
	done("/tasks/drop", nil, 422, "No task was chosen")
	done("/tasks/redrive", nil, 422, "No task was chosen")
	done("/tasks/drop", url.Values{"all": {"yes"}}, 422, "No task was chosen")
	done("/tasks/drop", url.Values{"id": ids[:1]}, 303, "1 task dropped")
	done("/tasks/redrive", url.Values{"id": ids[1:2]}, 303, "1 task will be tried again")
	done("/tasks/redrive", url.Values{"all": {"yes"}}, 303, "1 task will be tried again")
	if got := f.depth(); got.Waiting != 2 || got.Dead != 0 {
		t.Errorf("depth %+v", got)
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		part, whole int
		want        string
	}{{0, 0, "–"}, {0, 5, "0 %"}, {1, 1000, "< 1 %"}, {999, 1000, "> 99 %"}, {1000, 1000, "100 %"}, {1, 2, "50 %"}} {
		if got := percent(c.part, c.whole); got != c.want {
			t.Errorf("percent(%d, %d) = %q, want %q", c.part, c.whole, got, c.want)
		}
	}
}
