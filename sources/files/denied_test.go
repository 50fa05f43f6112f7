package files_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.com/assay/sources/files"
)

// nobody is a user without rights.
const nobody = 65534

// TestDeniedAsNobody runs the tests of what may not be read as another user,
// because root may read everything.
func TestDeniedAsNobody(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not root: the tests themselves check it")
	}
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	program, tmp := filepath.Join(dir, "files.test"), filepath.Join(dir, "tmp")
	write(t, program, binary)
	for _, err := range []error{os.Chmod(program, 0o755), os.Mkdir(tmp, 0o755), os.Chown(tmp, nobody, nobody)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	child := exec.CommandContext(t.Context(), program, "-test.v", "-test.run=^(TestConformance|TestDeniedFolder)$/./denied_asset")
	child.Dir, child.Env = tmp, append(os.Environ(), "TMPDIR="+tmp)
	child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := child.CombinedOutput()
	if err != nil || strings.Contains(string(out), "SKIP") || !strings.Contains(string(out), "PASS: TestConformance/csv/denied_asset") {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
}

// TestDeniedFolder lists a folder beside one that may not be listed.
func TestDeniedFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything: see TestDeniedAsNobody")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "closed/a"), []byte("x"))
	write(t, filepath.Join(dir, "open/a"), []byte("x"))
	if err := os.Chmod(filepath.Join(dir, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(dir, "closed"), 0o700)
	got := strings.Join(listing(t, openPath(t, dir, files.Options{}), dir), ", ")
	if got != "closed: denied, open/a" {
		t.Errorf("listing %q", got)
	}
}
