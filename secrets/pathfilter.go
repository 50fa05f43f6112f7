package secrets

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"example.com/assay/secrets/baseline"
)

// PathFilter leaves out files whose secrets are none that matter: of tests, of
// staging, of others (vendored), and templates. Whatever it leaves out is
// counted by kind and shown.
type PathFilter struct{ rows []pathRow }

// pathRow is one kind of file that is left out.
type pathRow struct {
	kind  string
	dirs  []string       // names of folders, anywhere in the path
	names *regexp.Regexp // of the file itself; may be nil
}

// DefaultPathFilter returns the filter that is on unless it is turned off.
func DefaultPathFilter() *PathFilter {
	return &PathFilter{rows: []pathRow{
		{kind: "vendored", dirs: []string{"vendor", "node_modules", "bower_components", "third_party", "third-party",
			"site-packages", ".venv", "venv", ".tox", ".yarn", ".pnpm-store", "Pods", "Carthage"}},
		{kind: "lock file", names: regexp.MustCompile(`^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|go\.sum|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|composer\.lock|Gemfile\.lock|Podfile\.lock|mix\.lock|pubspec\.lock|flake\.lock|gradle\.lockfile|packages\.lock\.json|deno\.lock)$`)},
		{kind: "test", dirs: []string{"test", "tests", "testing", "testdata", "test-data", "test_data", "__tests__", "__mocks__",
			"__snapshots__", "spec", "specs", "fixtures", "fixture", "mocks", "e2e", "testutil", "testutils", "androidTest"},
			names: regexp.MustCompile(`(?i)(?:_test\.go|[._-](?:test|spec|e2e)\.[cm]?[jt]sx?|^test_.*\.py|_test\.(?:py|rb|dart|exs|cc|cpp|c)|_spec\.rb|^conftest\.py)$|(?:Test|Tests|TestCase|IT)\.(?:java|kt|cs|scala|groovy|php|swift)$|Spec\.(?:scala|groovy|kt|hs)$`)},
		{kind: "staging", dirs: []string{"staging", "stage", "sandbox"},
			names: regexp.MustCompile(`(?i)(?:^|[._-])(?:staging|stage|sandbox)(?:[._-]|$)`)},
		{kind: "placeholder", dirs: []string{"example", "examples", "sample", "samples"},
			names: regexp.MustCompile(`(?i)(?:\.|-|_|^)(?:example|sample|template|tmpl|dist|default|placeholder)s?(?:\.[a-z0-9]{1,10})?$`)},
	}}
}

// Excludes returns the kind by which a path is left out; empty when it is not.
// The path is relative to what is scanned, with slashes.
// The files that hold identities of secrets are left out always: a hash looks
// like a secret.
func (f *PathFilter) Excludes(file string) string {
	dir, name := path.Split(file)
	switch name {
	case baseline.Name, baseline.AuditName, baseline.DetectSecretsName, baseline.GitleaksIgnoreName:
		return "baseline"
	}
	if f == nil {
		return ""
	}
	parts := strings.Split(dir, "/")
	for _, row := range f.rows {
		if slices.ContainsFunc(row.dirs, func(d string) bool { return slices.Contains(parts, d) }) ||
			row.names != nil && row.names.MatchString(name) {
			return row.kind
		}
	}
	return ""
}
