package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay/secrets"
	"example.com/assay/secrets/git"
)

// incomplete marks an error that left something unexamined.
func incomplete(err error) error {
	if e := (*ExitError)(nil); err == nil || errors.As(err, &e) {
		return err
	}
	return &ExitError{exitIncomplete, err}
}

// loading is rules being loaded while git runs.
type loading struct {
	done    chan struct{}
	rules   *secrets.Rules
	refused error
}

func (f *scanFlags) load(cmd *cobra.Command, load ruleLoader) *loading {
	l := &loading{done: make(chan struct{})}
	go func() {
		defer close(l.done)
		l.rules, l.refused = f.rules(cmd, load)
	}()
	return l
}

func (l *loading) wait() (*secrets.Rules, error) {
	<-l.done
	return l.rules, l.refused
}

// gitScan is the parts of a command that reads a repository. load and memory run
// at the same time.
type gitScan struct {
	load   ruleLoader
	memory func() (secrets.Memory, error)
	scan   func(*secrets.Scanner) (*secrets.Result, error)
}

// scanGit loads rules and memory, scans, and writes the result.
func (f *scanFlags) scanGit(cmd *cobra.Command, g gitScan) (*secrets.Result, error) {
	began := time.Now()
	if err := f.checkFormat(); err != nil {
		return nil, err
	}
	load := f.load(cmd, g.load)
	known, err := g.memory()
	rules, refused := load.wait()
	if rules == nil {
		return nil, usage(refused)
	}
	if err != nil && !f.noBaseline {
		return nil, usage(err)
	}
	opts, err := f.options(rules, known)
	if err != nil {
		return nil, err
	}
	result, err := g.scan(secrets.New(opts))
	if result == nil {
		return nil, incomplete(err)
	}
	result.Duration = time.Since(began)
	ended := f.finish(cmd, result, rules, refused)
	if err != nil {
		return result, incomplete(errors.Join(err, ended))
	}
	return result, ended
}

// commitMemory reads what is known from the files of a commit, so that a check
// of a push does not hang on what is checked out.
func commitMemory(ctx context.Context, repo *git.Repo, commit string) (secrets.Memory, error) {
	m, err := secrets.LoadMemory(func(name string) (io.ReadCloser, error) {
		data, err := repo.File(ctx, commit, name)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(bytes.NewReader(data)), nil
	})
	m.Gone = func(file string) bool {
		_, err := repo.File(ctx, commit, file)
		return errors.Is(err, fs.ErrNotExist)
	}
	return m, err
}

// program returns the path of assay-secrets: this program, or the one beside it.
func program() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return "", err
	}
	if filepath.Base(self) == small || filepath.Base(self) == small+".exe" {
		return self, nil
	}
	beside := filepath.Join(filepath.Dir(self), small)
	if _, err := os.Stat(beside); err != nil {
		return "", fmt.Errorf("no %s beside %s (build it: go build ./cmd/%s)", small, self, small)
	}
	return beside, nil
}

// small is the name of the program that hooks run.
const small = "assay-secrets"
