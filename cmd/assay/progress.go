package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// isTerminal reports whether a person is looking at w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// terminalWidth returns the width of the terminal behind w in columns; 0 where
// there is none.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// wantsColour follows the customs of NO_COLOR and CLICOLOR_FORCE.
func wantsColour(w io.Writer) bool {
	if os.Getenv("NO_COLOR") != "" {
		return false
	}
	if force := os.Getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return isTerminal(w)
}

// progress shows how far a scan is; nil shows nothing.
type progress struct{ bar *progressbar.ProgressBar }

// newProgress shows a bar on w if it is a terminal.
func newProgress(w io.Writer) *progress {
	if !isTerminal(w) {
		return nil
	}
	return &progress{progressbar.NewOptions(0,
		progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("scanning"), progressbar.OptionShowCount(),
		progressbar.OptionSetItsString("assets"), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))}
}

// at says that done of total assets have been scanned.
func (p *progress) at(done, total int) {
	if p == nil {
		return
	}
	if p.bar.GetMax() != total {
		p.bar.ChangeMax(total)
	}
	_ = p.bar.Set(done) // a bar that cannot be drawn is no reason to stop
}

// end takes the bar away.
func (p *progress) end() {
	if p != nil {
		_ = p.bar.Clear()
	}
}
