package code

import (
	"net/url"
	"strings"

	"example.com/assay/engine"
)

// exampleHost are hosts that stand for others: those reserved by RFC 2606, and
// templates.
var exampleHost = lazily(`(?i)(?:^|[.@])(?:(?:example|foo|bar|foobar|domain|yourdomain|mydomain|test|acme)\.(?:com|org|net|io|edu)|[\w-]+\.(?:example|invalid|test|faketld))(?::\d+)?(?:/|$)|^(?:host|hostname|server|example|your[\w-]*|my-?host|proxy|domain|foo|bar)(?::\w+)?(?:/|$)|[<>{}$%*]`)

// judgeURL scores a URL with user and password.
func judgeURL(c engine.Candidate) float64 {
	scheme, rest, _ := strings.Cut(string(c.Bytes()), "://")
	authority, _, _ := strings.Cut(rest, "/")
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return 0
	}
	user, password, _ := strings.Cut(authority[:at], ":")
	if plain, err := url.PathUnescape(password); err == nil {
		password = plain
	}
	a := assignment{value: []byte(password)}
	if password == "" || exampleHost.MatchString(rest[at+1:]) || standsFor(a) || strings.ContainsAny(user, "<>{}$*") || strings.ContainsAny(password, "<>{}() *") {
		return 0
	}
	strength := chosen(a.value)
	if strings.HasPrefix(strings.ToLower(scheme), "http") {
		return ok(strength >= weakChoice)
	}
	local := strings.HasPrefix(rest[at+1:], "localhost") || strings.HasPrefix(rest[at+1:], "127.0.0.1") || strings.Contains(rest[at+1:], "somehost")
	return ok(strength >= weakChoice || !local && len(password) >= 5 && !strings.EqualFold(user, password))
}

// judgeBasic scores the credentials of HTTP's Basic scheme.
func judgeBasic(c engine.Candidate) float64 {
	_, code, _ := strings.Cut(string(c.Bytes()), " ")
	return ok(basicCredentials([]byte(code)))
}
