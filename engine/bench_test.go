package engine

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/assay"
)

// goSource returns n bytes of the Go standard library's source.
func goSource(tb testing.TB, n int) []byte {
	tb.Helper()
	var out []byte
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Skipf("go env GOROOT: %v", err)
	}
	root := filepath.Join(strings.TrimSpace(string(goroot)), "src")
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || len(out) >= n || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		b, err := os.ReadFile(path)
		out = append(out, b...)
		return err
	})
	if err != nil || len(out) < n {
		tb.Skipf("no Go source below %s", root)
	}
	return out[:n]
}

// tokenRules makes n rules of the shape that most secrets have: a fixed prefix
// and a body.
func tokenRules(n int) []Rule {
	rng := rand.New(rand.NewPCG(1, 2))
	var rules []Rule
	for i := range n {
		prefix := ""
		for range 3 + rng.IntN(4) {
			prefix += string(rune('a' + rng.IntN(26)))
		}
		rules = append(rules, rule(assay.Element(fmt.Sprint("t", i)), regex(`\b`+prefix+`_[0-9A-Za-z]{20,40}\b`)))
	}
	return rules
}

func BenchmarkByteLoop(b *testing.B) {
	text := goSource(b, 16<<20)
	table := [256]uint8{}
	table['q'] = 1
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		sink = byteLoop(text, &table)
	}
}

var sink uint8

// byteLoop is the least that can be done with every byte.
func byteLoop(text []byte, table *[256]uint8) uint8 {
	n := uint8(0)
	for _, c := range text {
		n += table[c]
	}
	return n
}

func BenchmarkTokens(b *testing.B) {
	text := goSource(b, 16<<20)
	for _, n := range []int{20, 250, 1000} {
		set := mustCompile(b, tokenRules(n)...)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := set.Field(FieldInfo{})
			var out Result
			block := &Block{}
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				for rest := text; len(rest) > 0; {
					piece := rest[:min(len(rest), 256<<10)]
					rest = rest[len(piece):]
					block.Reset()
					block.Append(piece, 0, 0)
					if err := f.Scan(context.Background(), block, &out); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
