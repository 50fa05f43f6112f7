package secrets_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/secrets"
)

const gitleaksConfig = `
title = "ours"
[extend]
useDefault = true

[[rules]]
id = "corp-key"
description = "A key of ours"
regex = '''(?i)(corp|inc)[_-]key\s*=\s*"([a-z0-9]{16})"'''
secretGroup = 2
entropy = 2.5
keywords = ["Corp", "inc"]

  [[rules.allowlists]]
  stopwords = ["stopped"]

  [[rules.allowlists]]
  condition = "AND"
  regexTarget = "line"
  regexes = ['''fixture''']
  paths = ['''^docs/''']

[[rules]]
id = "only-yaml"
regex = '''pin: (\d{6})'''
path = '''\.ya?ml$'''

[[allowlists]]
paths = ['''^generated/''']
`

func TestGitleaksConfig(t *testing.T) {
	config, err := secrets.ReadGitleaks(strings.NewReader(gitleaksConfig))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := secrets.LoadRules(secrets.RuleOptions{Gitleaks: config, Elements: []assay.Element{"jwt"}})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string]string{
		"a.txt":           `corp_key = "k3x9q7w2z5v8b1n4"`,
		"weak.txt":        `corp_key = "aaaaaaaaaaaaaaa1"`,
		"stop.txt":        `corp_key = "stopped9x2w7q4z1"`,
		"docs/a.txt":      `corp_key = "k3x9q7w2z5v8b1n5" # fixture`,
		"docs/b.txt":      `corp_key = "k3x9q7w2z5v8b1n6"`,
		"other.txt":       `corp_key = "k3x9q7w2z5v8b1n7" # fixture`,
		"p.yml":           "pin: 482913",
		"p.txt":           "pin: 482913",
		"generated/p.yml": "pin: 482914",
	} {
		write(t, filepath.Join(dir, name), content)
	}
	s := scannerOf(t, func(o *secrets.Options) { o.Rules, o.Memory.Allow = rules, config })
	r := folder(t, s, dir)
	if got, want := places(r, secrets.Found), []string{"a.txt:1", "docs/b.txt:1", "other.txt:1", "p.yml:1"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if got, want := places(r, secrets.Skipped), []string{"docs/a.txt:1", "generated/p.yml:1", "stop.txt:1"}; !slices.Equal(got, want) {
		t.Errorf("skipped %q, want %q", got, want)
	}
	if p := r.Findings()[0]; p.Element != "gitleaks_corp_key" || p.Masked != "x9x9x9x9x9x9x9x9" {
		t.Errorf("%+v: want only the secret's group", p)
	}
	assertNoLeak(t, r, rules, "k3x9q7w2z5v8b1n4")
}

// What cannot be done is said, and the rest holds.
func TestGitleaksUnsupported(t *testing.T) {
	for text, want := range map[string]string{
		"[[rules]]\nid='a'\nregex='''(?<=x)y'''":             "RE2",
		"[[rules]]\nid='a'\npath='''id_rsa$'''":              "file names alone",
		"[[rules]]\nid='a'\nregex='''x(y)'''\nsecretGroup=3": "has 1 groups",
		"[extend]\npath='other.toml'":                        "other files are not read",
		"[extend]\ndisabledRules=['x']":                      "disabledRules",
		"[[allowlists]]\nregexes=['''(?!x)''']":              "RE2",
		"[[rules]]\nregex='x'":                               "without id",
		"not = [toml":                                        "not a configuration",
	} {
		full := text + "\n[[rules]]\nid='fine'\nregex='''fine_[a-z]{4}'''\n"
		_, err := secrets.ReadGitleaks(strings.NewReader(full))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
