package files_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"example.com/assay"
	"example.com/assay/sources/files"
)

func openPath(t *testing.T, path string, o files.Options) *files.Source {
	t.Helper()
	s, err := files.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// listing returns "path" or "path: reason" for each asset, relative to dir.
func listing(t *testing.T, s assay.Source, dir string) []string {
	t.Helper()
	var out []string
	for a, err := range s.Assets(t.Context()) {
		line := strings.TrimPrefix(pathOf(a.ID), dir+"/")
		if err != nil {
			line += ": " + string(assay.Explain(err))
			if !strings.Contains(err.Error(), string(a.ID)) {
				t.Errorf("the error does not name its asset: %v", err)
			}
		}
		out = append(out, line)
	}
	return out
}

// TestWalk lists a folder with everything in it that is not a plain file.
func TestWalk(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	for _, name := range []string{"b.txt", "a/x.csv", "a/deep/er/y", "c d/ä#%.txt", "repo/.git/config", "repo/.git/objects/ab/cdef", "repo/.git/objects/pack/p", "repo/main.go", ".hidden"} {
		write(t, filepath.Join(dir, name), []byte("x"))
	}
	write(t, filepath.Join(outside, "secret"), []byte("x"))
	for link, target := range map[string]string{
		"inside": "b.txt", "folder": "a", "broken": "nowhere", "loop": "loop",
		"outside": filepath.Join(outside, "secret"), "outside_folder": outside, "up": "../",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", filepath.Join(dir, "sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()

	want := []string{
		".hidden", "a/deep/er/y", "a/x.csv", "b.txt", "c%20d/%C3%A4%23%25.txt",
		"loop: unsupported", "outside: unsupported", "outside_folder: unsupported", "pipe: unsupported",
		"repo/.git/config", "repo/.git/objects: binary", "repo/main.go", "sock: unsupported", "up: unsupported",
	}
	for _, workers := range []int{1, 2, 50} {
		if diff := cmp.Diff(want, listing(t, openPath(t, dir, files.Options{Workers: workers}), dir)); diff != "" {
			t.Errorf("%d workers (-want +got):\n%s", workers, diff)
		}
	}
	all := listing(t, openPath(t, dir, files.Options{GitObjects: true}), dir)
	if !strings.Contains(strings.Join(all, " "), "repo/.git/objects/pack/p") {
		t.Errorf("objects of git are not listed: %q", all)
	}
}

func TestWalkMany(t *testing.T) {
	dir := t.TempDir()
	for _, a := range "abcdefghij" {
		for _, b := range "abcdefghij" {
			for _, c := range "abc" {
				write(t, filepath.Join(dir, string(a), string(b), string(c)), nil)
			}
		}
	}
	before := goleak.IgnoreCurrent()
	s := openPath(t, dir, files.Options{Workers: 4})
	n := 0
	for _, err := range s.Assets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 300 {
		t.Errorf("%d files, want 300", n)
	}
	for range s.Assets(t.Context()) {
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range s.Assets(ctx) {
		cancel()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("a cancelled listing ended with %v", last)
	}
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}

func sampleAll(ctx context.Context, s assay.Source, a assay.Asset) (values []string, r assay.Reading, err error) {
	r, err = s.Sample(ctx, a, assay.Plan{}, func(d assay.Datum) error {
		values = append(values, d.Field.Path+"="+string(d.Value))
		return nil
	})
	return values, r, err
}

func TestSingleFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b.txt")
	write(t, path, []byte("hello\n"))
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, link} {
		s := openPath(t, p, files.Options{})
		for a, err := range s.Assets(t.Context()) {
			values, _, sampleErr := sampleAll(t.Context(), s, a)
			if err != nil || sampleErr != nil || a.ID != idOf(p) || a.Bytes != 6 || !cmp.Equal(values, []string{"$=hello\n"}) {
				t.Errorf("%+v, %v: %q, %v", a, err, values, sampleErr)
			}
		}
	}
}

// TestOutside asks for what the source must not read, as a forged task would.
func TestOutside(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "in/a"), []byte("x"))
	write(t, filepath.Join(dir, "secret"), []byte("secret"))
	if err := os.Symlink("../secret", filepath.Join(dir, "in/link")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "in/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder, file := openPath(t, filepath.Join(dir, "in"), files.Options{}), openPath(t, filepath.Join(dir, "in/a"), files.Options{})
	for _, c := range []struct {
		s  assay.Source
		id assay.AssetID
	}{
		{folder, idOf(dir + "/secret")}, {folder, idOf(dir + "/in/../secret")}, {folder, idOf(dir + "/in/link")},
		{folder, "file:///etc/passwd"}, {folder, "s3://bucket/key"}, {folder, "file:///%zz"}, {folder, ""}, {folder, idOf(dir + "/in")},
		{folder, idOf(dir + "/in/pipe")}, {file, idOf(dir + "/secret")}, {file, idOf(dir + "/in/pipe")},
	} {
		values, r, err := sampleAll(t.Context(), c.s, assay.Asset{ID: c.id})
		if err == nil || len(values) > 0 || len(r.Fields) > 0 {
			t.Errorf("%s gave %d values, %v", c.id, len(values), err)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	_, err := files.Open(t.Context(), filepath.Join(t.TempDir(), "nothing"), files.Options{})
	if assay.Explain(err) != assay.ReasonVanished || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("a missing path: %v", err)
	}
	if _, err := files.Open(t.Context(), files.Stdin, files.Options{}); err == nil {
		t.Error("standard input that is not there was opened")
	}
}

func TestStdin(t *testing.T) {
	s := openPath(t, files.Stdin, files.Options{Stdin: strings.NewReader("id,n\n1,x\n2,y\n")})
	var assets []assay.Asset
	for a, err := range s.Assets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		assets = append(assets, a)
	}
	if len(assets) != 1 || assets[0].ID != files.StdinID {
		t.Fatalf("assets %+v", assets)
	}
	values, r, err := sampleAll(t.Context(), s, assets[0])
	if err != nil || !cmp.Equal(values, []string{"id=1", "n=x", "id=2", "n=y"}) || r.Design.Method != assay.DesignCensus {
		t.Errorf("%q, %+v, %v", values, r.Design, err)
	}
	if _, _, err := sampleAll(t.Context(), s, assets[0]); err == nil {
		t.Error("standard input was read twice")
	}
}

// TestStdinCancelled waits for input that never comes.
func TestStdinCancelled(t *testing.T) {
	in, feed := io.Pipe()
	defer feed.Close()
	s := openPath(t, files.Stdin, files.Options{Stdin: in})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, _, err := sampleAll(ctx, s, assay.Asset{ID: files.StdinID})
	if assay.Explain(err) != assay.ReasonTimeout || time.Since(start) > 10*time.Second { // far more than it takes; the pipe would wait for ever
		t.Errorf("after %v: %v", time.Since(start), err)
	}
}
