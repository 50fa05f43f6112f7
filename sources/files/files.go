// Package files is the source of files: a folder with all that is below it, a
// single file, or standard input. What a file holds is recognised from its
// content by the packages container and format, which also draw the sample; see
// there for what the limits of a plan mean.
//
// It imports the root package, sources/format and sources/container only.
package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"example.com/assay"
)

// Stdin is the path that stands for Options.Stdin.
const Stdin = "-"

// StdinID is the id of the asset that standard input is.
const StdinID assay.AssetID = "stdin:"

// Options says how to read. The zero value serves folders and files.
type Options struct {
	// Stdin is read when the path is "-".
	Stdin io.Reader
	// Workers is how many folders are listed at the same time; 0 means 8.
	Workers int
	// GitObjects lists the files of git's object stores too. They are compressed
	// binaries; without this, one error for each store says how many were
	// left out.
	GitObjects bool
}

const defaultWorkers = 8

// Source is a folder, a file or standard input; it implements assay.Source.
// Its methods may be called concurrently.
type Source struct {
	path    string   // absolute, as ids show it; empty for standard input
	rel     string   // of the only file in root; empty for a folder
	root    *os.Root // nothing outside of it is ever opened
	options Options
	stdin   sync.Once
}

var _ assay.Source = (*Source)(nil)

// Open opens the folder or file at path, or standard input for "-".
func Open(_ context.Context, path string, o Options) (*Source, error) {
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	if path == Stdin {
		if o.Stdin == nil {
			return nil, &assay.Error{Op: "open", Item: string(StdinID), Reason: assay.ReasonUnavailable}
		}
		return &Source{options: o}, nil
	}
	s, err := open(path, o)
	if err != nil {
		return nil, &assay.Error{Op: "open", Item: path, Reason: assay.Explain(err), Hint: mend(err), Err: cause(err)}
	}
	return s, nil
}

func open(path string, o Options) (*Source, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	real, err := filepath.EvalSymlinks(path) // the user named the link, so it is followed
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(real)
	if err != nil {
		return nil, err
	}
	s := &Source{path: path, options: o}
	if !info.IsDir() {
		s.rel = filepath.Base(real)
		real = filepath.Dir(real)
	}
	s.root, err = os.OpenRoot(real)
	return s, err
}

// Close closes the folder.
func (s *Source) Close() error {
	if s.root == nil {
		return nil
	}
	return s.root.Close()
}

// Assets lists the regular files in the order of their paths. What is there but
// is not read — links out of the folder, pipes, devices, folders without the
// right to list them, object stores of git — comes with an error.
func (s *Source) Assets(ctx context.Context) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(assay.Asset{}, err)
			return
		}
		switch {
		case s.path == "":
			yield(assay.Asset{ID: StdinID, Kind: assay.KindText, Rows: -1, Bytes: -1}, nil)
		case s.rel != "":
			yield(s.file(s.rel))
		default:
			newWalk(ctx, s, yield).run()
		}
	}
}

// file returns the asset of the only file.
func (s *Source) file(rel string) (assay.Asset, error) {
	info, err := s.root.Stat(rel)
	if err != nil {
		return assay.Asset{ID: s.id("")}, s.fail("list", "", err)
	}
	return s.asset("", info)
}

// asset describes a file or says why it is not read.
func (s *Source) asset(rel string, info os.FileInfo) (assay.Asset, error) {
	a := assay.Asset{ID: s.id(rel), Kind: assay.KindFile, Rows: -1, Bytes: info.Size(), Modified: info.ModTime().UTC()}
	if !info.Mode().IsRegular() {
		a.Bytes = -1
		return a, &assay.Error{Op: "list", Item: string(a.ID), Reason: assay.ReasonUnsupported, Err: errSpecial}
	}
	return a, nil
}

// id returns the id of the file at a path below the folder.
func (s *Source) id(rel string) assay.AssetID {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(s.path, rel))}
	return assay.AssetID(u.String())
}

// fail returns the error of one file.
func (s *Source) fail(op, rel string, err error) error {
	return &assay.Error{Op: op, Item: string(s.id(rel)), Reason: assay.Explain(err), Hint: mend(err), Err: cause(err)}
}

// mend says what to do about an error of the file system.
func mend(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "check the path"
	case errors.Is(err, fs.ErrPermission):
		return "run assay as a user who may read it"
	}
	return ""
}
