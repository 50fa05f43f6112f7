package secrets

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/assay"
)

// Folders scans the files of folders and single files. Paths in reports are as
// asked for; top is the folder to which ids are relative. Symbolic links are
// counted and not followed; so are .git folders, whose content is history. A
// file that is named itself is read whatever the path filter says.
func (s *Scanner) Folders(ctx context.Context, top string, paths ...string) (*Result, error) {
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			return nil, &assay.Error{Op: "scan", Item: p, Reason: assay.Explain(err), Err: errors.Unwrap(err), Hint: "name a file or a folder"}
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	texts := make(chan text, 4*s.opts.Workers)
	walk := &walker{scanner: s, top: top, texts: texts}
	walked := make(chan struct{})
	go func() {
		defer close(walked)
		defer close(texts)
		for _, p := range paths {
			walk.root(ctx, p)
		}
	}()
	result := s.parallel(s.opts.Workers, func(_ int, w *worker) {
		for t := range texts {
			w.file(ctx, t)
		}
	})
	<-walked
	result.add(&walk.result)
	result.sort()
	return result, ctx.Err()
}

// file judges one file.
func (w *worker) file(ctx context.Context, t text) {
	f, err := os.Open(t.shown)
	if err != nil {
		w.result.note(t.shown, "", err)
		return
	}
	defer f.Close()
	w.read(ctx, t, f, func(p Place) { w.result.Places = append(w.result.Places, p) })
}

// walker lists files for the workers.
type walker struct {
	scanner *Scanner
	top     string
	texts   chan<- text
	result  Result
}

func (k *walker) root(ctx context.Context, root string) {
	if info, err := os.Stat(root); err == nil && info.Mode().IsRegular() {
		k.send(ctx, root)
		return
	}
	// A link that is named itself is meant; WalkDir does not follow it.
	start := root
	if real, err := filepath.EvalSymlinks(root); err == nil && real != filepath.Clean(root) {
		start = root + string(filepath.Separator)
	}
	err := filepath.WalkDir(start, func(path string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			k.result.note(path, "", err)
			return nil
		}
		return k.visit(ctx, root, path, entry)
	})
	if err != nil && ctx.Err() == nil {
		k.result.note(root, "", err)
	}
}

func (k *walker) visit(ctx context.Context, root, path string, entry fs.DirEntry) error {
	switch {
	case entry.IsDir():
		if entry.Name() == ".git" {
			return filepath.SkipDir
		}
		return nil
	case entry.Type()&fs.ModeSymlink != 0:
		k.result.Links++
		return nil
	case !entry.Type().IsRegular():
		k.result.exclude("no regular file", 1)
		return nil
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		rel = path
	}
	if kind := k.scanner.opts.Filter.Excludes(filepath.ToSlash(rel)); kind != "" {
		k.result.exclude(kind, 1)
		return nil
	}
	k.send(ctx, path)
	return nil
}

func (k *walker) send(ctx context.Context, path string) {
	select {
	case k.texts <- text{path: relativeTo(k.top, path), shown: path}:
	case <-ctx.Done():
	}
}

// relativeTo returns a path relative to top, with slashes; as it is when it lies
// elsewhere.
func relativeTo(top, path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	rel, err := filepath.Rel(top, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}

// Top returns the folder to which ids of the files below path are relative: that
// of the git repository it lies in, or else the folder itself. It is absolute.
func Top(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return "", &assay.Error{Op: "scan", Item: path, Reason: assay.Explain(err), Err: errors.Unwrap(err), Hint: "name a file or a folder"}
	}
	if !info.IsDir() {
		abs = filepath.Dir(abs)
	}
	for dir := abs; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return abs, nil
		}
	}
}
