package secrets_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/assay/secrets"
	"example.com/assay/secrets/git"
)

// repoOfTest is a real repository.
type repoOfTest struct {
	t   testing.TB
	dir string
}

func newRepo(t testing.TB, options ...string) *repoOfTest {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("git is not installed (apt-get install git)")
	}
	t.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
	t.Setenv("GIT_CONFIG_SYSTEM", "/dev/null")
	for _, role := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+role+"_NAME", "Ada Example")
		t.Setenv("GIT_"+role+"_EMAIL", "ada@example.com")
	}
	r := &repoOfTest{t, t.TempDir()}
	r.git(append([]string{"init", "-q", "-b", "main"}, options...)...)
	return r
}

func (r *repoOfTest) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes files, removes those of empty content, and commits all.
func (r *repoOfTest) commit(files map[string]string) string {
	r.t.Helper()
	r.stage(files)
	r.git("commit", "-q", "-m", "change")
	return r.git("rev-parse", "HEAD")
}

func (r *repoOfTest) stage(files map[string]string) {
	r.t.Helper()
	for name, content := range files {
		if content == "" {
			os.Remove(filepath.Join(r.dir, name))
		} else {
			write(r.t, filepath.Join(r.dir, name), content)
		}
	}
	r.git("add", "-A")
}

func (r *repoOfTest) open() *git.Repo {
	r.t.Helper()
	repo, err := git.Open(r.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	return repo
}

// places returns the places of a state, as FILE:LINE, sorted.
func places(r *secrets.Result, state secrets.State) []string {
	var list []string
	for _, p := range r.Places {
		if p.State == state {
			list = append(list, p.File+":"+string(rune('0'+p.Line)))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// staged checks what is staged.
func staged(t *testing.T, s *secrets.Scanner, repo *git.Repo) (*secrets.Result, error) {
	t.Helper()
	what, err := secrets.ReadStaged(t.Context(), repo, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.Staged(t.Context(), repo, what)
}

func TestStaged(t *testing.T) {
	old, fresh := token(), token()
	tests := []struct {
		name         string
		prepare      func(r *repoOfTest)
		found, older []string
	}{
		{"first commit", func(r *repoOfTest) {
			r.stage(map[string]string{"a": fresh})
		}, []string{"a:1"}, nil},
		{"only added lines decide", func(r *repoOfTest) {
			r.commit(map[string]string{"a": old + "\nx\n"})
			r.stage(map[string]string{"a": "x\n" + old + "\nx\n" + fresh + "\n"})
		}, []string{"a:4"}, []string{"a:2"}},
		{"the index, not the work tree", func(r *repoOfTest) {
			r.stage(map[string]string{"a": fresh, "b": "nothing"})
			write(r.t, filepath.Join(r.dir, "a"), "nothing")
			write(r.t, filepath.Join(r.dir, "b"), fresh)
		}, []string{"a:1"}, nil},
		{"moved", func(r *repoOfTest) {
			r.commit(map[string]string{"a": old + "\nx\n"})
			r.git("mv", "a", "b")
		}, nil, nil},
		{"moved and changed", func(r *repoOfTest) {
			lines := strings.Repeat("a line that stays\n", 30)
			r.commit(map[string]string{"a": old + "\n" + lines})
			r.stage(map[string]string{"a": "", "b": old + "\n" + fresh + "\n" + lines})
		}, []string{"b:2"}, []string{"b:1"}},
		{"removed", func(r *repoOfTest) {
			r.commit(map[string]string{"a": old, "b": "x"})
			r.stage(map[string]string{"a": ""})
		}, nil, nil},
		{"mode and type changes", func(r *repoOfTest) {
			r.commit(map[string]string{"a": old, "b": "b"})
			os.Remove(filepath.Join(r.dir, "b"))
			os.Symlink(fresh, filepath.Join(r.dir, "b"))
			os.Chmod(filepath.Join(r.dir, "a"), 0o755)
			r.git("add", "-A")
		}, nil, nil},
		{"odd names", func(r *repoOfTest) {
			r.stage(map[string]string{"new\nline": fresh, "-dash": fresh, "sp ace": fresh, "bad\xff": fresh})
		}, []string{"-dash:1", "bad\xff:1", "new\nline:1", "sp ace:1"}, nil},
		{"merge: theirs is not new", func(r *repoOfTest) {
			r.commit(map[string]string{"base": "x\n"})
			r.git("checkout", "-q", "-b", "other")
			r.commit(map[string]string{"theirs": old})
			r.git("checkout", "-q", "main")
			r.commit(map[string]string{"ours": "x\n"})
			r.git("merge", "-q", "--no-commit", "--no-ff", "other")
			r.stage(map[string]string{"merged": fresh})
		}, []string{"merged:1"}, nil},
		{"sparse checkout", func(r *repoOfTest) {
			r.commit(map[string]string{"a": "x\n", "far/b": old + "\nx\n"})
			r.git("sparse-checkout", "set", "near")
			r.stage(map[string]string{"a": "x\n" + fresh})
		}, []string{"a:2"}, nil},
		{"submodule", func(r *repoOfTest) {
			id := r.commit(map[string]string{"a": "x"})
			r.git("update-index", "--add", "--cacheinfo", "160000,"+id+",sub")
			r.stage(nil)
			r.git("update-index", "--add", "--cacheinfo", "160000,"+id+",sub")
		}, nil, nil},
	}
	for _, tt := range tests {
		for _, format := range []string{"sha1", "sha256"} {
			t.Run(tt.name+" "+format, func(t *testing.T) {
				repo := newRepo(t, "--object-format="+format)
				tt.prepare(repo)
				r, err := staged(t, scannerOf(t, nil), repo.open())
				if err != nil {
					t.Fatal(err)
				}
				if got := places(r, secrets.Found); !slices.Equal(got, tt.found) {
					t.Errorf("found %q, want %q", got, tt.found)
				}
				if got := places(r, secrets.Older); !slices.Equal(got, tt.older) {
					t.Errorf("older %q, want %q", got, tt.older)
				}
				assertNoLeak(t, r, rulesOfTest(t), old, fresh)
			})
		}
	}
}

func TestStagedInWorktree(t *testing.T) {
	repo := newRepo(t)
	repo.commit(map[string]string{"a": "x"})
	other := filepath.Join(t.TempDir(), "tree")
	repo.git("worktree", "add", "-q", other, "-b", "side")
	tree := &repoOfTest{t, other}
	tree.stage(map[string]string{"b": token()})
	r, err := staged(t, scannerOf(t, nil), tree.open())
	if err != nil || len(r.Findings()) != 1 {
		t.Fatalf("%v, %v", r, err)
	}
}

func TestRange(t *testing.T) {
	repo := newRepo(t)
	old, middle, merged := token(), token(), token()
	first := repo.commit(map[string]string{"touched": old + "\nx\n", "left": token()})
	second := repo.commit(map[string]string{"touched": old + "\ny\n", "gone": middle})
	repo.commit(map[string]string{"gone": ""})
	repo.git("checkout", "-q", "-b", "side", first)
	repo.commit(map[string]string{"side": "x"})
	repo.git("checkout", "-q", "main")
	repo.git("merge", "-q", "--no-commit", "side")
	repo.commit(map[string]string{"evil": merged})
	r, err := scannerOf(t, nil).Range(t.Context(), repo.open(), "HEAD", "^"+first)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := places(r, secrets.Found), []string{"evil:1", "gone:1"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q: the secret of a middle commit and that of the merge itself", got, want)
	}
	if got, want := places(r, secrets.Older), []string{"touched:1"}; !slices.Equal(got, want) {
		t.Errorf("older %q, want %q", got, want)
	}
	for _, p := range r.Findings() {
		if p.File == "gone" && (p.Commit != second || p.Author != "Ada Example") {
			t.Errorf("brought by %s of %s, want %s of Ada Example", p.Commit, p.Author, second)
		}
	}
	assertNoLeak(t, r, rulesOfTest(t), old, middle, merged)
}

func TestShallowCloneIsNotClean(t *testing.T) {
	repo := newRepo(t)
	repo.commit(map[string]string{"a": "1"})
	repo.commit(map[string]string{"a": "2"})
	repo.commit(map[string]string{"a": "3"})
	clone := &repoOfTest{t, t.TempDir()}
	clone.git("clone", "-q", "--depth", "2", "file://"+repo.dir, ".")
	r, err := scannerOf(t, nil).Range(t.Context(), clone.open(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Gaps) != 1 {
		t.Errorf("gaps %v, want the commit at which the clone ends", r.Gaps)
	}
	r, err = scannerOf(t, nil).Range(t.Context(), clone.open(), "HEAD", "^HEAD~1")
	if err != nil || len(r.Gaps) != 0 {
		t.Errorf("a range within the clone: gaps %v, %v", r.Gaps, err)
	}
}

func TestPartialCloneIsNotClean(t *testing.T) {
	repo := newRepo(t)
	repo.commit(map[string]string{"a": token()})
	repo.commit(map[string]string{"a": "gone now"})
	repo.git("config", "uploadpack.allowFilter", "true")
	clone := &repoOfTest{t, t.TempDir()}
	clone.git("clone", "-q", "--filter=blob:none", "file://"+repo.dir, ".")
	r, err := scannerOf(t, nil).History(t.Context(), clone.open(), nil)
	if err == nil && len(r.Gaps) == 0 {
		t.Errorf("a clone without its blobs is called clean: %+v", r)
	}
}

func TestHistory(t *testing.T) {
	repo := newRepo(t)
	gone, moved := token(), token()
	filler := strings.Repeat("a line of many that stay as they are\n", 1000)
	first := repo.commit(map[string]string{"a": filler + gone + "\n" + filler})
	repo.commit(map[string]string{"a": filler + "nothing\n" + filler})
	second := repo.commit(map[string]string{"a": "a new line\n" + filler + "key = \"" + moved + "\"\n" + filler})
	repo.commit(map[string]string{"a": "", "b": "a new line\n" + filler + "key = \"" + moved + "\"\n" + filler})
	repo.git("branch", "other", first)
	scanner := scannerOf(t, nil)
	progress := filepath.Join(t.TempDir(), "progress")
	for _, run := range []string{"without", "first", "resumed"} {
		t.Run(run, func(t *testing.T) {
			var done *secrets.Progress
			if run != "without" {
				var err error
				if done, err = scanner.OpenProgress(progress); err != nil {
					t.Fatal(err)
				}
			}
			r, err := scanner.History(t.Context(), repo.open(), done)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, p := range r.Findings() {
				got[p.Commit] += p.File
			}
			if len(r.Places) != 2 || got[first] != "a" || got[second] != "a" || r.Places[0].Author != "Ada Example" {
				t.Errorf("places %+v, want one of %s and one of %s", r.Places, first, second)
			}
			if r.Places[1].Line != 1002 {
				t.Errorf("line %d, want 1002", r.Places[1].Line)
			}
			assertNoLeak(t, r, rulesOfTest(t), gone, moved)
			if done == nil {
				return
			}
			if (run == "resumed") != (r.Bytes == 0) {
				t.Errorf("%d bytes read", r.Bytes)
			}
			if err := done.Close(); err != nil {
				t.Fatal(err)
			}
			kept, err := os.ReadFile(progress)
			if err != nil || strings.Contains(string(kept), gone) {
				t.Errorf("the progress holds a secret, or %v", err)
			}
		})
	}
}

// TestMaliciousRepository plants everything that makes git run a program.
func TestMaliciousRepository(t *testing.T) {
	repo := newRepo(t)
	secret := token()
	repo.commit(map[string]string{".gitattributes": "* diff=evil filter=evil\n", "a": "1\n"})
	base := repo.commit(map[string]string{"a": "2\n"})
	repo.commit(map[string]string{"a": "3\n" + secret})
	proof := filepath.Join(t.TempDir(), "proof")
	evil := filepath.Join(t.TempDir(), "evil")
	if err := os.WriteFile(evil, []byte("#!/bin/sh\necho \"$0 $@\" >> "+proof+"\ncat\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	repo.stage(map[string]string{"b": secret})
	for _, key := range []string{"core.fsmonitor", "core.pager", "pager.log", "pager.diff", "diff.external", "diff.evil.command", "diff.evil.textconv",
		"core.sshCommand", "core.editor", "core.askPass", "gpg.program", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process",
		"core.alternateRefsCommand", "credential.helper", "alias.log", "alias.diff", "alias.cat-file", "uploadpack.packObjectsHook"} {
		repo.git("config", key, evil)
	}
	repo.git("config", "log.showSignature", "true")
	hooks := filepath.Join(repo.dir, ".git", "hooks")
	os.MkdirAll(hooks, 0o755)
	for _, hook := range []string{"post-index-change", "pre-commit", "post-checkout", "reference-transaction", "fsmonitor-watchman"} {
		data, _ := os.ReadFile(evil)
		os.WriteFile(filepath.Join(hooks, hook), data, 0o755)
	}
	t.Setenv("GIT_EXTERNAL_DIFF", evil)
	t.Setenv("GIT_PAGER", evil)
	s, r := scannerOf(t, nil), repo.open()
	staged, err := staged(t, s, r)
	if err != nil || len(staged.Findings()) != 1 {
		t.Errorf("staged: %v", err)
	}
	if ranged, err := s.Range(t.Context(), r, "HEAD", "^"+base); err != nil || len(ranged.Findings()) != 1 {
		t.Errorf("range: %v", err)
	}
	if history, err := s.History(t.Context(), r, nil); err != nil || len(history.Findings()) != 1 {
		t.Errorf("history: %v", err)
	}
	if _, err := r.Blame(t.Context(), "a", 2); err != nil {
		t.Errorf("blame: %v", err)
	}
	if ran, err := os.ReadFile(proof); err == nil {
		t.Errorf("the repository ran a program:\n%s", ran)
	}
}
