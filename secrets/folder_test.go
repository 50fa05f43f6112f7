package secrets_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"example.com/assay/secrets"
)

func TestPlaces(t *testing.T) {
	secret := token()
	utf16le := "\xff\xfe"
	for _, u := range utf16.Encode([]rune("a\nkey = " + secret + "\n")) {
		utf16le += string([]byte{byte(u), byte(u >> 8)})
	}
	// A file of several pieces, with secrets at odd places: around the edges.
	var long strings.Builder
	var want []string
	for i := 0; long.Len() < 3<<20; i++ {
		fmt.Fprintf(&long, "line %d ", i)
		if i%1000 == 7 {
			want = append(want, fmt.Sprintf("%d:%d", i+1, len(fmt.Sprintf("line %d ", i))+1))
			long.WriteString(secret)
		}
		long.WriteString(strings.Repeat(" .", i%97) + "\n")
	}
	tests := []struct {
		name, content string
		want          []string
	}{
		{"plain", "x\ny = \"" + secret + "\"\n", []string{"2:6"}},
		{"first byte", secret, []string{"1:1"}},
		{"crlf", "a\r\n" + secret + "\r\n", []string{"2:1"}},
		{"utf-16", utf16le, []string{"2:7"}},
		{"two in a line", secret + " " + token(), []string{"1:1", "1:30"}},
		{"one long line", strings.Repeat("a,", 1<<20) + secret, []string{fmt.Sprintf("1:%d", 2<<20+1)}},
		{"after a long line", "b\n" + strings.Repeat("a,", 1<<20) + secret + "\n" + secret, []string{fmt.Sprintf("2:%d", 2<<20+1), "3:1"}},
		{"bad utf-8", "\xff\xfe\xff\n" + secret, []string{"2:1"}},
		{"many pieces", long.String(), want},
		{"nothing", "nothing here", nil},
		{"empty", "", nil},
	}
	scanner := scannerOf(t, nil)
	for _, tt := range tests {
		if tt.name == "bad utf-8" {
			tt.content = "x" + tt.content // without what would be a byte order mark
		}
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "file"), tt.content)
			r := folder(t, scanner, dir)
			var got []string
			for _, p := range r.Findings() {
				got = append(got, fmt.Sprintf("%d:%d", p.Line, p.Column))
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) || len(r.Gaps) > 0 {
				t.Errorf("got %v, want %v, gaps %v", got, tt.want, r.Gaps)
			}
			assertNoLeak(t, r, rulesOfTest(t), secret)
		})
	}
}

func TestFolderLeavesOut(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	secret := token()
	write(t, filepath.Join(outside, "elsewhere"), secret)
	for _, name := range []string{"a.txt", ".git/config", "vendor/v.go", "x_test.go", "node_modules/a/b.js", "deploy/staging/v.yaml", ".env.example", "go.sum", "sub/tests/t.py"} {
		write(t, filepath.Join(dir, name), secret)
	}
	write(t, filepath.Join(dir, "image"), "\x00\x01"+secret)
	write(t, filepath.Join(dir, "odd\n\x1b[31mname\xff"), secret)
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	rules := rulesOfTest(t)
	r := folder(t, scannerOf(t, func(o *secrets.Options) { o.Filter = secrets.DefaultPathFilter() }), dir)
	if n := len(r.Findings()); n != 2 {
		t.Errorf("%d places found, want those of a.txt and of the odd name: %v", n, r.Findings())
	}
	if r.Binary != 1 || r.Links != 1 {
		t.Errorf("%d binary files and %d links, want 1 and 1", r.Binary, r.Links)
	}
	want := map[string]int{"vendored": 2, "test": 2, "staging": 1, "placeholder": 1, "lock file": 1}
	if fmt.Sprint(r.Excluded) != fmt.Sprint(want) {
		t.Errorf("left out %v, want %v", r.Excluded, want)
	}
	if s := r.Summary(); !strings.Contains(s, "staging 1") {
		t.Errorf("the summary does not say what was left out:\n%s", s)
	}
	var out strings.Builder
	if err := r.Write(&out, secrets.Output{Format: "table", Rules: rules}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "\x1b") || strings.Contains(out.String(), "\xff") {
		t.Errorf("a file's name steers the terminal: %q", out.String())
	}
	if n := len(folder(t, scannerOf(t, nil), dir).Findings()); n != 9 {
		t.Errorf("%d places without the path filter, want 9", n)
	}
}

func TestUnreadableIsNotClean(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads everything")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "closed"), token())
	if err := os.Chmod(filepath.Join(dir, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	if r := folder(t, scannerOf(t, nil), dir); len(r.Gaps) != 1 {
		t.Errorf("gaps %v, want one", r.Gaps)
	}
}

func TestOneSecretManyPlaces(t *testing.T) {
	dir, secret := t.TempDir(), token()
	write(t, filepath.Join(dir, "a"), secret+"\n"+secret)
	write(t, filepath.Join(dir, "b"), secret)
	r := folder(t, scannerOf(t, nil), dir)
	if len(r.Findings()) != 3 || r.Secrets(secrets.Found) != 1 {
		t.Errorf("%d places of %d secrets, want 3 of 1", len(r.Findings()), r.Secrets(secrets.Found))
	}
	if a, b := r.Places[0].Fingerprint, r.Places[2].Fingerprint; a != r.Places[1].Fingerprint || a == b {
		t.Errorf("fingerprints %s and %s: want one a file", a, b)
	}
}

// TestMemoryIsBounded scans a file much larger than what may be kept of it.
func TestMemoryIsBounded(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "big"))
	if err != nil {
		t.Fatal(err)
	}
	line := []byte(strings.Repeat("{\"key\": \"value\"},", 1<<12))
	for range 200 << 20 / len(line) {
		if _, err := f.Write(line); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := folder(t, scannerOf(t, nil), dir)
	runtime.ReadMemStats(&after)
	if r.Bytes < 190<<20 {
		t.Fatalf("%d bytes read", r.Bytes)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
		t.Errorf("%d MiB allocated for a file of 200 MiB in one line", used>>20)
	}
}
