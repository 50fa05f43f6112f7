package web

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzLocalPath: wherever a link to the log-in page says to go next, it is a path
// of this server.
func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/", "/findings?a=b", "//evil.example", "/\\evil.example", "https://evil.example", "/%2f/evil.example", "/..//evil.example", "/a\tb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, next string) {
		got := localPath(next)
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t") {
			t.Errorf("localPath(%q) = %q (%v)", next, got, err)
		}
	})
}
