package secrets_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/secrets"
)

// zipOf returns a zip archive of files.
func zipOf(t testing.TB, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// tarGz returns a compressed tar of files.
func tarGz(t testing.TB, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	g := gzip.NewWriter(&out)
	w := tar.NewWriter(g)
	for name, content := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestArchives(t *testing.T) {
	secret := token()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"app.jar":    zipOf(t, map[string]string{"conf/app.yml": "a: 1\nkey: " + secret, "clean": "x"}),
		"old.tar.gz": tarGz(t, map[string]string{"srv/key": secret, "in.zip": zipOf(t, map[string]string{"deep": secret})}),
		"broken.zip": zipOf(t, map[string]string{"a": secret})[:60],
		"four.zip":   zipOf(t, map[string]string{"3": zipOf(t, map[string]string{"2": zipOf(t, map[string]string{"1": zipOf(t, map[string]string{"0": secret})})})}),
	} {
		write(t, filepath.Join(dir, name), content)
	}
	r := folder(t, scannerOf(t, nil), dir)
	want := []string{"app.jar!/conf/app.yml:2", "old.tar.gz!/in.zip!/deep:1", "old.tar.gz!/old.tar!/srv/key:1"}
	got := places(r, secrets.Found)
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], "old.tar!/in.zip", "in.zip")
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if len(r.Gaps) != 1 || filepath.Base(r.Gaps[0].File) != "broken.zip" || r.Gaps[0].Reason != assay.ReasonUnreadable {
		t.Errorf("gaps %+v, want one of broken.zip", r.Gaps)
	}
	assertNoLeak(t, r, rulesOfTest(t), secret)
}

// A few bytes that stand for very many are not followed to their end, and not
// called clean.
func TestArchiveBombIsAGap(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "bomb.tar.gz"), tarGz(t, map[string]string{"zeros": strings.Repeat("no secret here\n", 40<<20/15)}))
	many := map[string]string{}
	for i := range 20_001 {
		many[strings.Repeat("d/", i%7)+string(rune('a'+i%26))+strings.Repeat("x", i/200)+string(rune('0'+i%10))+string(rune(0x4e00+i))] = "x"
	}
	write(t, filepath.Join(dir, "many.zip"), zipOf(t, many))
	r := folder(t, scannerOf(t, nil), dir)
	if len(r.Gaps) != 1 || r.Gaps[0].Reason != assay.ReasonBudget {
		t.Errorf("gaps %+v, want one: more entries than are read", r.Gaps)
	}
}

func TestArchiveInACommit(t *testing.T) {
	repo := newRepo(t)
	repo.commit(map[string]string{"a": "x"})
	repo.stage(map[string]string{"lib.zip": zipOf(t, map[string]string{"x": "one\n" + token()})})
	r, err := staged(t, scannerOf(t, nil), repo.open())
	if err != nil {
		t.Fatal(err)
	}
	if got := places(r, secrets.Found); !slices.Equal(got, []string{"lib.zip!/x:2"}) {
		t.Errorf("found %q", got)
	}
}
