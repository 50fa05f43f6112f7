package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay/report"
)

// Exit codes beside those of a report: 0 nothing found, 1 findings, 3 incomplete.
const (
	exitUsage    = 2 // the command line or the configuration is wrong
	exitInternal = 4 // assay itself failed
)

// exitError ends the process with a code. Err is nil where everything has been
// said already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usageError marks an error as one of the command line or the configuration.
func usageError(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{exitUsage, err}
}

// exitWith ends the process with a code and no further word.
func exitWith(code int) error {
	if code == report.ExitClean {
		return nil
	}
	return &exitError{code: code}
}

// action adapts a command's function: an error of its own is an internal one
// unless it says otherwise. What cobra reports before that is wrong usage.
func action(f func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := f(cmd, args)
		if e := (*exitError)(nil); err == nil || errors.As(err, &e) {
			return err
		}
		return &exitError{exitInternal, err}
	}
}

// exitCode returns the exit code that an error of a command stands for.
func exitCode(err error) int {
	if err == nil {
		return report.ExitClean
	}
	if e := (*exitError)(nil); errors.As(err, &e) {
		return e.code
	}
	return exitUsage
}

// errorText returns what to print of an error, one problem a line.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(err.Error(), "\n", "\nassay: "))
}
