package verifiers

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"example.com/assay"
)

// library is the definitions that assay comes with, one file an element, and
// the dictionaries that they name.
//
//go:embed library
var library embed.FS

// maxFile is the most bytes a definition's file may have.
const maxFile = 8 << 20

// libraryFiles returns the library's folder.
func libraryFiles() fs.FS {
	dir, err := fs.Sub(library, "library")
	if err != nil { // only for a path that is not valid
		return library
	}
	return dir
}

// Library returns the definitions that assay comes with, by element. Patterns
// are not compiled and examples are not run; the project's tests do both.
func Library() ([]Definition, error) {
	return load(libraryFiles(), "library", true)
}

// LibraryOf returns the definitions of these elements, as Library does.
func LibraryOf(elements ...assay.Element) ([]Definition, error) {
	files := libraryFiles()
	l, err := newLoader(files)
	if err != nil {
		return nil, err
	}
	l.trusted = true
	names := make([]string, len(elements))
	for i, e := range elements {
		names[i] = string(e) + ".json"
	}
	defs, err := l.loadAll(files, names, "library")
	slices.SortFunc(defs, byElement)
	return defs, err
}

// LoadDir returns the definitions in a folder, dir/*.json, by element. It
// returns those that are right also when the error, which joins the mistakes of
// those that are not, is not nil.
func LoadDir(dir string) ([]Definition, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		if err == nil {
			err = errors.New("not a folder")
		}
		return nil, &assay.Error{Op: "load verifiers", Item: dir, Err: err, Hint: "name a folder of .json files"}
	}
	return load(os.DirFS(dir), dir, false)
}

func load(files fs.FS, shown string, trusted bool) ([]Definition, error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", shown, err)
	}
	l, err := newLoader(files)
	if err != nil {
		return nil, err
	}
	l.trusted = trusted
	defs, err := l.loadAll(files, names, shown)
	defs, twice := oneEach(defs)
	return defs, errors.Join(err, twice)
}

// loadAll reads the files side by side and returns the definitions that are
// right, in the order of names, and the errors of the others.
func (l *loader) loadAll(files fs.FS, names []string, shown string) ([]Definition, error) {
	defs, errs := make([]Definition, len(names)), make([]error, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() error {
			defs[i], errs[i] = l.load(files, name, filepath.Join(shown, name))
			return nil
		})
	}
	group.Wait()
	defs = slices.DeleteFunc(defs, func(d Definition) bool { return d.Element == "" })
	return defs, errors.Join(errs...)
}

func (l *loader) load(files fs.FS, name, shown string) (Definition, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		return Definition{}, fmt.Errorf("%s: %w", shown, err)
	}
	if info.Size() > maxFile {
		return Definition{}, fmt.Errorf("%s: %d bytes are too many for a definition (put long lists into a dictionary file)", shown, info.Size())
	}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return Definition{}, fmt.Errorf("%s: %w", shown, err)
	}
	return l.parse(shown, data)
}

// oneEach keeps the first definition of each element, by element, and refuses
// the others: there is one active version of an element.
func oneEach(defs []Definition) ([]Definition, error) {
	slices.SortStableFunc(defs, byElement)
	var errs []error
	kept := defs[:0]
	for _, d := range defs {
		if n := len(kept); n > 0 && kept[n-1].Element == d.Element {
			errs = append(errs, fmt.Errorf("%s: $.element: %s is defined in %s already (keep one of them)", d.File, d.Element, kept[n-1].File))
			continue
		}
		kept = append(kept, d)
	}
	return kept, errors.Join(errs...)
}

// Override returns base with the definitions of over in place of those of the
// same element, and besides them, by element.
func Override(base, over []Definition) []Definition {
	merged := make(map[assay.Element]Definition, len(base)+len(over))
	for _, d := range slices.Concat(base, over) {
		merged[d.Element] = d
	}
	return slices.SortedFunc(maps.Values(merged), byElement)
}

func byElement(a, b Definition) int { return strings.Compare(string(a.Element), string(b.Element)) }

// stem is the name of a definition's file without folder and ending.
func (d Definition) stem() string {
	return strings.TrimSuffix(path.Base(filepath.ToSlash(d.File)), ".json")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
