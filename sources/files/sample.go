package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"example.com/assay"
	"example.com/assay/sources/container"
	"example.com/assay/sources/format"
)

// Sample reads a sample of a file; see container.Sample.
func (s *Source) Sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	var yieldErr error
	keep := func(d assay.Datum) error {
		yieldErr = yield(d)
		return yieldErr
	}
	reading, err := s.sample(ctx, asset, plan, keep)
	if err == nil || err == yieldErr {
		return reading, err
	}
	return reading, &assay.Error{Op: "sample", Item: string(asset.ID), Reason: assay.Explain(err), Hint: mend(err), Err: cause(err)}
}

func (s *Source) sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	if s.path == "" {
		return s.sampleStdin(ctx, asset, plan, yield)
	}
	rel, err := s.locate(asset.ID)
	if err != nil {
		return assay.Reading{}, err
	}
	f, size, err := s.openFile(rel)
	if err != nil {
		return assay.Reading{}, err
	}
	defer f.Close()
	return container.Sample(ctx, format.Input{At: f, Size: size, Name: s.name(rel)}, plan, yield)
}

// locate returns the path of an asset below root.
func (s *Source) locate(id assay.AssetID) (string, error) {
	u, err := url.Parse(string(id))
	if err != nil || u.Scheme != "file" {
		return "", &assay.Error{Op: "locate", Reason: assay.ReasonUnsupported, Err: errors.New("the asset is not a file")}
	}
	path := filepath.FromSlash(u.Path)
	if s.rel != "" && path == s.path {
		return s.rel, nil
	}
	rel, err := filepath.Rel(s.path, path)
	if s.rel != "" || err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", &assay.Error{Op: "locate", Reason: assay.ReasonDenied, Err: fmt.Errorf("the file is not below %s", s.path)}
	}
	return rel, nil
}

// name returns the path of a file in root as a person finds it.
func (s *Source) name(rel string) string {
	if s.rel != "" {
		return s.path
	}
	return filepath.Join(s.path, rel)
}

// openFile opens a regular file. It does not wait for what is not one: a pipe
// may have taken the place of a file since the listing.
func (s *Source) openFile(rel string) (*os.File, int64, error) {
	f, err := s.root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &assay.Error{Op: "open", Reason: assay.ReasonUnsupported, Err: errSpecial}
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// sampleStdin reads standard input, which is possible only once.
func (s *Source) sampleStdin(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	if asset.ID != StdinID {
		return assay.Reading{}, &assay.Error{Op: "locate", Reason: assay.ReasonUnsupported, Err: errors.New("the asset is not standard input")}
	}
	var in io.Reader
	s.stdin.Do(func() { in = s.options.Stdin })
	if in == nil {
		return assay.Reading{}, &assay.Error{Op: "read", Reason: assay.ReasonVanished, Err: errors.New("standard input was read already")}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return container.Sample(ctx, format.Input{Reader: &patient{ctx: ctx, r: in}, Size: -1}, plan, yield)
}

// cause returns what an error says beyond the operation and the path, which the
// error that it goes into names itself.
func cause(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
