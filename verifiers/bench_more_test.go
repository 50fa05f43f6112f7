//go:build unix

package verifiers_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

// BenchmarkNumberOfVerifiers scans the same text with 20 verifiers and with 1,000
// of the same mix; "times" is how much longer the many take.
func BenchmarkNumberOfVerifiers(b *testing.B) {
	rules := librarySet(b, isSpelledOrSecret).Rules()
	few := make([]engine.Rule, 0, 20)
	for i := range 20 {
		few = append(few, rules[i*len(rules)/20])
	}
	small, large := compileRules(b, few), compileRules(b, grown(rules, 1000))
	for _, text := range []struct {
		name string
		data []byte
	}{{"prose", prose(b)}, {"logs", logs()}, {"gosource", goSource(b)}} {
		b.Run(text.name, func(b *testing.B) {
			short, long := time.Hour, time.Hour
			scanText(b, small, text.data)
			scanText(b, large, text.data)
			for b.Loop() {
				short = min(short, timed(func() { scanText(b, small, text.data) }))
				long = min(long, timed(func() { scanText(b, large, text.data) }))
			}
			b.ReportMetric(float64(long)/float64(short), "times")
			b.ReportMetric(1.5, "goal")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// timed returns the processor time that a call takes.
func timed(call func()) time.Duration {
	start := cpuTime()
	call()
	return cpuTime() - start
}

func compileRules(tb testing.TB, rules []engine.Rule) *engine.Set {
	tb.Helper()
	set, err := engine.Compile(rules)
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// grown returns n rules: those given and as many more as are missing, made from
// them at random with expressions that no other shares.
func grown(rules []engine.Rule, n int) []engine.Rule {
	rng := rand.New(rand.NewPCG(11, 11))
	out := slices.Clone(rules)
	for i := len(out); i < n; i++ {
		r := rules[rng.IntN(len(rules))]
		r.Element = assay.Element(fmt.Sprint(r.Element, i))
		r.Root = withOwnExpressions(r.Root, i)
		out = append(out, r)
	}
	return out
}

func withOwnExpressions(n engine.Node, i int) engine.Node {
	n.Nodes = slices.Clone(n.Nodes)
	for k := range n.Nodes {
		n.Nodes[k] = withOwnExpressions(n.Nodes[k], i)
	}
	if n.Content != nil && n.Content.Regexp != "" {
		c := *n.Content
		c.Regexp += fmt.Sprintf("(?:%d{0})", i) // matches nothing, and is another expression
		n.Content = &c
	}
	return n
}

// BenchmarkCores scans on one goroutine and on two; "times" is how much more two
// of them do in the same processor time each.
func BenchmarkCores(b *testing.B) {
	text, set := prose(b), librarySet(b, isSpelledOrSecret)
	scanText(b, set, text)
	one, two := time.Hour, time.Hour
	for b.Loop() {
		one = min(one, timed(func() { scanText(b, set, text) }))
		two = min(two, timed(func() {
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() { scanText(b, set, text) })
			}
			wg.Wait()
		}))
	}
	b.ReportMetric(2*2*float64(one)/float64(two), "times")
	b.ReportMetric(1.9, "goal")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkHostile scans texts that are made to cost much; "times" is how much
// more processor time a byte of them takes than one of prose, "partial" is 1
// where the scan said that it gave up.
func BenchmarkHostile(b *testing.B) {
	set := librarySet(b, isSpelledOrSecret)
	text := prose(b)
	scanText(b, set, text)
	ordinary := time.Hour
	for range 5 {
		ordinary = min(ordinary, timed(func() { scanText(b, set, text) }))
	}
	perByte := float64(ordinary) / float64(len(text))
	rng := rand.New(rand.NewPCG(3, 3))
	token := make([]byte, 100<<20)
	for i := range token {
		token[i] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[rng.IntN(59)]
	}
	texts := map[string][]byte{"token-100MB": token, "digits-10MB": bytes.Repeat([]byte("1234567890"), 1<<20)}
	for _, s := range []string{"1", "1-", "A1", "12/", "a", "@", "key=", `password="`, "AKIA", "a@b.", "1.2:", "漢", "order number 12345678 "} {
		texts["repeat-"+s] = []byte(strings.Repeat(s, 256<<10/len(s)))
	}
	for _, name := range sortedKeys(texts) {
		b.Run(name, func(b *testing.B) {
			data, best, partial := texts[name], time.Hour, 0.0
			for b.Loop() {
				best = min(best, timed(func() {
					if scanWhole(b, set, data) {
						partial = 1
					}
				}))
			}
			b.ReportMetric(float64(best)/float64(len(data))/perByte, "times")
			b.ReportMetric(partial, "partial")
			b.ReportMetric(10, "goal")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func sortedKeys(m map[string][]byte) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// scanWhole scans data as one value and reports whether the budget was spent.
func scanWhole(tb testing.TB, set *engine.Set, data []byte) bool {
	var out engine.Result
	block := &engine.Block{}
	block.Append(data, 0, 0)
	if err := set.Field(engine.FieldInfo{}).Scan(tb.Context(), block, &out); err != nil {
		tb.Fatal(err)
	}
	return out.Spent
}

// BenchmarkLoad reads and compiles the library as a program does when it starts.
func BenchmarkLoad(b *testing.B) {
	least := time.Hour
	for b.Loop() {
		least = min(least, timed(func() {
			defs, err := verifiers.Library()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := verifiers.Compile(defs, verifiers.Options{Checks: phone.Checks()}); err != nil {
				b.Fatal(err)
			}
		}))
	}
	b.ReportMetric(float64(least.Microseconds())/1000, "ms")
	b.ReportMetric(50, "goal")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkDictionary builds a dictionary of a million made-up names, saves it,
// maps the file and scans prose with it beside the library.
func BenchmarkDictionary(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 5))
	words := make([]string, 1_000_000)
	for i := range words {
		words[i] = madeUpName(rng) + " " + madeUpName(rng)
		if i%2 == 0 {
			words[i] = madeUpName(rng)
		}
	}
	var d *engine.Dictionary
	seconds := time.Hour
	for b.Loop() {
		seconds = min(seconds, timed(func() { d = engine.NewDictionary(words) }))
	}
	blob, _ := d.MarshalBinary()
	file := filepath.Join(b.TempDir(), "names")
	if err := os.WriteFile(file, blob, 0o600); err != nil {
		b.Fatal(err)
	}
	opened := timed(func() { d = mapDictionary(b, file) })
	rule := engine.Rule{Element: "made_up", Root: engine.Node{Op: engine.Content, Content: &engine.ContentMethod{Kind: "trie", Words: d}}}
	text, set := prose(b), compileRules(b, []engine.Rule{rule})
	scanText(b, set, text)
	loop, scan := loopTime(text), time.Hour
	for range 5 {
		scan = min(scan, timed(func() { scanText(b, set, text) }))
	}
	runtime.KeepAlive(words)
	b.ReportMetric(seconds.Seconds(), "s-build")
	b.ReportMetric(float64(d.Len()), "entries")
	b.ReportMetric(float64(len(blob))/1e6, "MB")
	b.ReportMetric(opened.Seconds()*1e6, "µs-open")
	b.ReportMetric(float64(scan)/float64(loop), "loops")
	b.ReportMetric(0, "ns/op")
}

func madeUpName(rng *rand.Rand) string {
	var out []byte
	for range 2 + rng.IntN(3) {
		out = append(out, "bcdfghklmnprstvz"[rng.IntN(16)], "aeiou"[rng.IntN(5)], "lnrstm"[rng.IntN(6)])
	}
	return string(out)
}

// mapDictionary opens a dictionary's file without reading it.
func mapDictionary(tb testing.TB, file string) *engine.Dictionary {
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	blob, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = syscall.Munmap(blob) })
	d, err := engine.OpenDictionary(blob)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}
