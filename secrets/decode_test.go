package secrets_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestDecoded(t *testing.T) {
	secret := token()
	line := "the key = '" + secret + "' & more"
	b64 := base64.StdEncoding.EncodeToString([]byte(line))
	quoted, err := json.Marshal(map[string]string{"inner": strings.ReplaceAll(line, "tok_", "tok\u005f")})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, text, how string // empty how: not found
		column          int
	}{
		{"plain", line, "", 12},
		{"base64", "data: " + b64, "base64", 7},
		{"base64 url", "data=" + base64.RawURLEncoding.EncodeToString([]byte(line+"???>>>")), "base64", 6},
		{"base64 twice", base64.StdEncoding.EncodeToString([]byte("again: " + b64)), "base64, base64", 1},
		{"hex", "0x" + hex.EncodeToString([]byte(line)), "hex", 1},
		{"url", "GET /?q=a%3D%74ok_" + secret[4:] + "%26", "url", 5},
		{"escaped", strings.ReplaceAll(string(quoted), "tok_", `\u0074ok\x5f`), "escapes", 1},
		{"base64 in escapes", `{\"k\": \"` + b64 + `\"}`, "base64", 11},
	}
	scanner, rules := scannerOf(t, nil), rulesOfTest(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "file"), "first line\n"+tt.text+"\n")
			r := folder(t, scanner, dir)
			if len(r.Findings()) != 1 {
				t.Fatalf("%d places, want 1: %+v", len(r.Findings()), r.Findings())
			}
			p := r.Findings()[0]
			if p.Decoded != tt.how || p.Line != 2 || p.Column != tt.column {
				t.Errorf("decoded %q at %d:%d, want %q at 2:%d", p.Decoded, p.Line, p.Column, tt.how, tt.column)
			}
			assertNoLeak(t, r, rules, secret, b64)
		})
	}
}

// A value that is written over several lines is found once, in the line in which
// it begins.
func TestJoined(t *testing.T) {
	secret := token()
	wrapped := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("some text before it ", 6) + secret + strings.Repeat(" and after", 8)))
	var lines []string
	for len(wrapped) > 64 {
		lines, wrapped = append(lines, wrapped[:64]), wrapped[64:]
	}
	lines = append(lines, wrapped)
	tests := []struct {
		name, text, how string
		line            int
	}{
		{"base64", "data:\n  " + strings.Join(lines, "\n  ") + "\nend\n", "base64", 3},
		{"base64 in quotes", "x = (\"" + strings.Join(lines, "\"\n  \"") + "\")\n", "base64", 2},
		{"notebook", "{\"cells\": [{\"cell_type\": \"code\",\n\"source\": [\n\"import x\\n\",\n\"k = '" + secret[:12] + "\",\n\"" + secret[12:] + "'\\n\"\n]}]}", "notebook", 4},
		{"notebook, plain", "{\"cells\": [{\n\"source\": [\n\"import x\\n\",\n\"k = '" + secret + "'\\n\"\n]}]}", "", 4},
	}
	scanner, rules := scannerOf(t, nil), rulesOfTest(t)
	for _, tt := range tests {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "file"), tt.text)
		r := folder(t, scanner, dir)
		if len(r.Findings()) != 1 || r.Findings()[0].Decoded != tt.how || r.Findings()[0].Line < tt.line || r.Findings()[0].Line > tt.line+1 {
			t.Errorf("%s: %+v, want %q in line %d", tt.name, r.Findings(), tt.how, tt.line)
		}
		assertNoLeak(t, r, rules, secret)
	}
}

// TestDecodingIsBounded decodes what was made to be decoded for ever.
func TestDecodingIsBounded(t *testing.T) {
	text := token()
	for range 8 {
		text = base64.StdEncoding.EncodeToString([]byte(text))
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "deep"), text)
	write(t, filepath.Join(dir, "wide"), strings.Repeat(`\"\u0041%41%42%43`, 1<<18))
	write(t, filepath.Join(dir, "long"), base64.StdEncoding.EncodeToString([]byte(strings.Repeat(fmt.Sprintf("%s\n", strings.Repeat("x", 70)), 1<<16))))
	r := folder(t, scannerOf(t, nil), dir)
	if len(r.Findings()) != 0 || len(r.Gaps) != 0 {
		t.Errorf("places %v, gaps %v: eight layers are more than are undone", r.Findings(), r.Gaps)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{\"a\": \"YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo=\", "b": "%41%zz%4"} \u00 \x4`)
	scanner := scannerOf(f, nil)
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "file"), text)
		for _, p := range folder(t, scanner, dir).Places {
			if p.Line < 1 || p.Column < 1 || p.Fingerprint == "" {
				t.Fatalf("%+v", p)
			}
		}
	})
}
