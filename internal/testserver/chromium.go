package testserver

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// chromiumNames are the names that the browser goes by.
var chromiumNames = []string{"chromium", "chromium-browser", "google-chrome"}

// Chromium starts a browser without a window and with a new profile, and returns
// a context for chromedp that ends with the test. It reaches loopback addresses
// only: a page that needs another host breaks.
func Chromium(t testing.TB) context.Context {
	t.Helper()
	path, err := "", error(nil)
	for _, name := range chromiumNames {
		if path, err = find("chromium", name); err == nil {
			break
		}
	}
	need(t, err)
	dir, err := os.MkdirTemp("", "assay-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	ctx, stopAllocator := chromedp.NewExecAllocator(ctx, options...)
	ctx, stopBrowser := chromedp.NewContext(ctx, chromedp.WithErrorf(func(format string, args ...any) {
		// The library does not know every event of a newer browser.
		if !strings.Contains(format, "unmarshal") {
			t.Logf("chromium: "+format, args...)
		}
	}))
	t.Cleanup(func() {
		stopBrowser()
		stopAllocator()
		stop()
		_ = os.RemoveAll(dir) // the browser may still be writing; the folder for temporary files is not ours alone
	})
	return ctx
}

// Prefers returns an action that makes pages light or dark.
func Prefers(scheme string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}})
}
