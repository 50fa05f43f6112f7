package main

import (
	"runtime/debug"
	"slices"
	"testing"
)

// linked are the modules that the program may link, and those of its tests. A
// client of a cloud, a cluster or a data store would slow the start of every
// hook, and has no place in it.
var linked = []string{
	"example.com/assay",
	"github.com/BurntSushi/toml",
	"github.com/cenkalti/backoff/v5",
	"github.com/rogpeppe/go-internal", // of the tests
	"github.com/spf13/cobra",
	"github.com/spf13/pflag",
	"golang.org/x/crypto",
	"golang.org/x/mod", // of the tests
	"golang.org/x/sync",
	"golang.org/x/sys",
	"golang.org/x/text",
	"golang.org/x/tools", // of the tests
	"sigs.k8s.io/json",
}

func TestLinksNoClients(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok || len(info.Deps) == 0 {
		t.Fatal("the test knows nothing of the modules it is made of")
	}
	for _, m := range info.Deps {
		if !slices.Contains(linked, m.Path) {
			t.Errorf("%s is linked; if hooks need it, put it on the list", m.Path)
		}
	}
}
