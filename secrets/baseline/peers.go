package baseline

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"example.com/assay"
)

// The names under which other tools keep what they know.
const (
	DetectSecretsName  = ".secrets.baseline"
	GitleaksIgnoreName = ".gitleaksignore"
)

// DetectSecrets is the baseline of Yelp/detect-secrets.
type DetectSecrets struct {
	Version string                      `json:"version"`
	Plugins []map[string]any            `json:"plugins_used"`
	Filters []map[string]any            `json:"filters_used"`
	Results map[string][]DetectedSecret `json:"results"`
	// Generated is kept out when written: it makes every two baselines differ.
	Generated string `json:"generated_at,omitempty"`

	known map[string]bool
}

// DetectedSecret is one entry of such a baseline. IsSecret is a person's label:
// true, false, or none.
type DetectedSecret struct {
	Type         string `json:"type"`
	Filename     string `json:"filename"`
	HashedSecret string `json:"hashed_secret"`
	IsVerified   bool   `json:"is_verified"`
	LineNumber   int    `json:"line_number,omitempty"`
	IsSecret     *bool  `json:"is_secret,omitempty"`
}

// ReadDetectSecrets reads a .secrets.baseline.
func ReadDetectSecrets(in io.Reader) (*DetectSecrets, error) {
	var d DetectSecrets
	if err := json.NewDecoder(in).Decode(&d); err != nil {
		return nil, fmt.Errorf("read %s: not a baseline of detect-secrets", DetectSecretsName)
	}
	d.known = map[string]bool{}
	for file, entries := range d.Results {
		for _, e := range entries {
			d.known[cmp.Or(e.Filename, file)+"\x00"+e.HashedSecret] = true
		}
	}
	return &d, nil
}

// Has reports whether a secret, by its SHA1, is known in a file. The type is not
// compared: each tool has its own names.
func (d *DetectSecrets) Has(file, sha1 string) bool { return d != nil && d.known[file+"\x00"+sha1] }

// Write writes the baseline as detect-secrets does with --slim, sorted; lines,
// where given, are kept for its audit.
func (d *DetectSecrets) Write(w io.Writer) error {
	if d.Plugins == nil {
		d.Plugins = []map[string]any{}
	}
	if d.Filters == nil {
		d.Filters = []map[string]any{}
	}
	for _, entries := range d.Results {
		slices.SortFunc(entries, func(a, b DetectedSecret) int {
			return cmp.Or(cmp.Compare(a.LineNumber, b.LineNumber), cmp.Compare(a.HashedSecret, b.HashedSecret), cmp.Compare(a.Type, b.Type))
		})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

// detectSecretsTypes are the names that detect-secrets gives what both find.
var detectSecretsTypes = map[assay.Element]string{
	"aws_access_key_id":     "AWS Access Key",
	"aws_secret_access_key": "AWS Access Key",
	"azure_key":             "Azure Storage Account access key",
	"basic_auth_header":     "Basic Auth Credentials",
	"url_with_credentials":  "Basic Auth Credentials",
	"github_token":          "GitHub Token",
	"jwt":                   "JSON Web Token",
	"private_key":           "Private Key",
	"slack_token":           "Slack Token",
	"stripe_key":            "Stripe Access Key",
	"password":              "Secret Keyword",
	"generic_api_key":       "Secret Keyword",
}

// DetectSecretsType returns the name that detect-secrets gives an element; its
// title where detect-secrets knows none.
func DetectSecretsType(element assay.Element, title string) string {
	return cmp.Or(detectSecretsTypes[element], title, string(element))
}

// GitleaksIgnore is a .gitleaksignore: fingerprints commit:file:rule:line, or
// without the commit. Rules are not compared: each tool has its own names.
type GitleaksIgnore map[string]bool

// ReadGitleaksIgnore reads a .gitleaksignore.
func ReadGitleaksIgnore(in io.Reader) (GitleaksIgnore, error) {
	g := GitleaksIgnore{}
	err := eachLine(in, func(_ int, raw []byte) error {
		line := string(raw)
		if line[0] == '#' {
			return nil
		}
		// From the right, because a file name may hold colons.
		rest, number, ok := cutLast(line)
		if _, err := strconv.Atoi(number); !ok || err != nil {
			return nil
		}
		rest, _, ok = cutLast(rest)
		if !ok {
			return nil
		}
		commit := ""
		if head, tail, ok := strings.Cut(rest, ":"); ok && isHex(head) {
			commit, rest = head, tail
		}
		g[gitleaksKey(commit, rest, number)] = true
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", GitleaksIgnoreName, err)
	}
	return g, nil
}

// Has reports whether the line of a file, in a commit where one is given, is
// ignored.
func (g GitleaksIgnore) Has(commit, file string, line int) bool {
	n := strconv.Itoa(line)
	return g[gitleaksKey("", file, n)] || commit != "" && g[gitleaksKey(commit, file, n)]
}

func gitleaksKey(commit, file, line string) string { return commit + "\x00" + file + "\x00" + line }

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// isHex reports whether s looks like a commit's id.
func isHex(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// KeepLabels takes over what people said of entries in a former baseline.
func (d *DetectSecrets) KeepLabels(former *DetectSecrets) {
	if former == nil {
		return
	}
	labels := map[string]*bool{}
	for file, entries := range former.Results {
		for _, e := range entries {
			labels[cmp.Or(e.Filename, file)+"\x00"+e.HashedSecret] = e.IsSecret
		}
	}
	d.Plugins, d.Filters = former.Plugins, former.Filters
	for file, entries := range d.Results {
		for i := range entries {
			entries[i].IsSecret = labels[file+"\x00"+entries[i].HashedSecret]
		}
	}
}
