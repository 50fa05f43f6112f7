//go:build unix

package verifiers_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

// The benchmarks report "loops": how many times more processor time the scan
// takes than the least that can be done with every byte, a look-up in a table,
// measured beside it in the same process; the least of the runs on both sides, so
// that other work on the machine counts little.

const corpusSize = 1 << 20

func byteLoop(text []byte, table *[256]uint8) (n uint8) {
	for _, c := range text {
		n += table[c]
	}
	return n
}

// loopTime returns the time of a byte loop over text, the best of a few.
func loopTime(text []byte) time.Duration {
	table := [256]uint8{'q': 1}
	best := time.Hour
	for range 20 {
		start := cpuTime()
		runtime.KeepAlive(byteLoop(text, &table))
		best = min(best, cpuTime()-start)
	}
	return best
}

// cpuTime returns the processor time that the process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// goSource returns the Go standard library's source, up to corpusSize bytes.
func goSource(tb testing.TB) []byte {
	return readTree(tb, filepath.Join(goRoot(tb), "src"), ".go")
}

func goRoot(tb testing.TB) string {
	tb.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Skipf("go env GOROOT: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// prose returns English text that comes with Go.
func prose(tb testing.TB) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(goRoot(tb), "src/testdata/Isaac.Newton-Opticks.txt"))
	if err != nil {
		tb.Skip("this Go distribution has no test texts")
	}
	return bytes.Repeat(text, corpusSize/len(text)+1)[:corpusSize]
}

// logs returns lines as services write them, without personal data.
func logs() []byte {
	rng := rand.New(rand.NewPCG(7, 7))
	var out bytes.Buffer
	for at := time.Unix(1_700_000_000, 0); out.Len() < corpusSize; at = at.Add(time.Duration(rng.IntN(1e9))) {
		fmt.Fprintf(&out, "%s INFO  [worker-%d] c.e.shop.OrderService - order %08x processed in %d ms, status=%d retries=%d queue=%s\n",
			at.UTC().Format(time.RFC3339Nano), rng.IntN(16), rng.Uint32(), rng.IntN(900), 200+rng.IntN(4)*100, rng.IntN(3),
			[]string{"default", "mail", "billing"}[rng.IntN(3)])
	}
	return out.Bytes()[:corpusSize]
}

func readTree(tb testing.TB, root, suffix string) []byte {
	tb.Helper()
	var out []byte
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, suffix) || len(out) >= corpusSize {
			return err
		}
		b, err := os.ReadFile(path)
		out = append(out, b...)
		return err
	})
	if err != nil || len(out) < corpusSize {
		tb.Skipf("no source below %s", root)
	}
	return out[:corpusSize]
}

func librarySet(tb testing.TB, keep func(verifiers.Definition) bool) *engine.Set {
	tb.Helper()
	defs, err := verifiers.Library()
	if err != nil {
		tb.Fatal(err)
	}
	defs = slices.DeleteFunc(defs, func(d verifiers.Definition) bool { return !keep(d) })
	set, err := verifiers.Compile(defs, verifiers.Options{Checks: phone.Checks()})
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

func isSecret(d verifiers.Definition) bool { return d.Class == "credential" }

// gazetteers are the elements that need dictionaries of names and places.
var gazetteers = []assay.Element{"person_name", "first_name", "last_name", "street_address", "city", "state", "country"}

func isSpelled(d verifiers.Definition) bool {
	return !isSecret(d) && !slices.Contains(gazetteers, d.Element)
}

func BenchmarkScan(b *testing.B) {
	everything := func(verifiers.Definition) bool { return true }
	for _, bm := range []struct {
		name string
		text func(testing.TB) []byte
		keep func(verifiers.Definition) bool
		goal float64 // loops
	}{
		{"gosource/secrets", goSource, isSecret, 4},
		{"prose/personal", prose, isSpelled, 8},
		{"logs/personal", func(testing.TB) []byte { return logs() }, isSpelled, 8},
		{"prose/all", prose, everything, 20},
		{"logs/all", func(testing.TB) []byte { return logs() }, everything, 20},
	} {
		b.Run(bm.name, func(b *testing.B) {
			text, set := bm.text(b), librarySet(b, bm.keep)
			scanText(b, set, text) // compile what is needed
			spent, loop := pieceTimes(b, set, text)
			b.ReportMetric(float64(spent)/float64(loop), "loops")
			b.ReportMetric(bm.goal, "goal")
			b.ReportMetric(float64(len(text))/spent.Seconds()/1e6, "MB/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func isSpelledOrSecret(d verifiers.Definition) bool { return isSpelled(d) || isSecret(d) }

// pieceTimes returns how long a scan of text takes and a byte loop over it: the
// sums of the least times of each piece, which other work on the machine is least
// likely to have been in.
func pieceTimes(b *testing.B, set *engine.Set, text []byte) (scan, loop time.Duration) {
	table := [256]uint8{'q': 1}
	scans, loops := map[int]time.Duration{}, map[int]time.Duration{}
	f, block := set.Field(engine.FieldInfo{Field: assay.Field{Path: assay.WholeText}}), &engine.Block{}
	var out engine.Result
	for b.Loop() {
		for at := 0; at < len(text); at += pieceSize {
			piece := text[at:min(len(text), at+pieceSize)]
			began := time.Now()
			block.Reset()
			block.Append(piece, 0, 0)
			if err := f.Scan(context.Background(), block, &out); err != nil {
				b.Fatal(err)
			}
			middle := time.Now()
			runtime.KeepAlive(byteLoop(piece, &table))
			keepLeast(scans, at, middle.Sub(began))
			keepLeast(loops, at, time.Since(middle))
		}
	}
	for at := range scans {
		scan, loop = scan+scans[at], loop+loops[at]
	}
	return scan, loop
}

func keepLeast(times map[int]time.Duration, at int, t time.Duration) {
	if known, ok := times[at]; !ok || t < known {
		times[at] = t
	}
}

// pieceSize is how much of a text is scanned as one block.
const pieceSize = 64 << 10

// scanText scans text in pieces, as the sources yield it.
func scanText(tb testing.TB, set *engine.Set, text []byte) (hits int) {
	f := set.Field(engine.FieldInfo{Field: assay.Field{Path: assay.WholeText}})
	var out engine.Result
	block := &engine.Block{}
	for len(text) > 0 {
		piece := text[:min(len(text), pieceSize)]
		text = text[len(piece):]
		block.Reset()
		block.Append(piece, 0, 0)
		if err := f.Scan(context.Background(), block, &out); err != nil {
			tb.Fatal(err)
		}
		hits += len(out.Hits)
	}
	return hits
}

// BenchmarkShortValues scans a column of words in which nothing matches.
func BenchmarkShortValues(b *testing.B) {
	set := librarySet(b, isSpelledOrSecret)
	words := []string{"processing", "shipped to depot", "pending review", "cancelled by system", "awaiting stock", "done"}
	f := set.Field(engine.FieldInfo{Field: assay.Field{Path: "state_text"}})
	block := &engine.Block{}
	var out engine.Result
	const values = 100_000
	spent := time.Hour
	for b.Loop() {
		start := cpuTime()
		for i := 0; i < values; {
			block.Reset()
			for ; i < values && block.Append([]byte(words[i%len(words)]), 0, 0); i++ {
			}
			if err := f.Scan(context.Background(), block, &out); err != nil {
				b.Fatal(err)
			}
		}
		spent = min(spent, cpuTime()-start)
	}
	b.ReportMetric(values/spent.Seconds()/1e6, "Mvalues/s")
	b.ReportMetric(10, "goal")
	b.ReportMetric(0, "ns/op")
}
