package code

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/assay/engine"
)

// benchText is text of 64 KiB, as long as a source yields it in one piece.
const benchText = 64 << 10

// goRoot returns the folder of the Go distribution.
func goRoot(tb testing.TB) string {
	tb.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Skipf("go env GOROOT: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// englishText returns English text that comes with Go.
func englishText(tb testing.TB) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(goRoot(tb), "src/testdata/Isaac.Newton-Opticks.txt"))
	if err != nil || len(text) < benchText {
		tb.Skip("this Go distribution has no test texts")
	}
	return text[:benchText]
}

// logLines returns lines as services write them.
func logLines(testing.TB) []byte {
	r := rand.New(rand.NewPCG(7, 7))
	var out bytes.Buffer
	for out.Len() < benchText {
		fmt.Fprintf(&out, "2023-11-14 22:%02d:%02d,%03d INFO [worker-%d] c.e.shop.OrderService - order %08x took %d ms, build 1.%d.%d, peer 10.0.%d.%d, %d of %d rows\n",
			r.IntN(60), r.IntN(60), r.IntN(1000), r.IntN(16), r.Uint32(), r.IntN(900), r.IntN(30), r.IntN(200), r.IntN(256), r.IntN(256), r.IntN(1e6), r.IntN(1e8))
	}
	return out.Bytes()[:benchText]
}

// numberTable returns columns of numbers that are no telephone numbers.
func numberTable(testing.TB) []byte {
	r := rand.New(rand.NewPCG(8, 8))
	var out bytes.Buffer
	for out.Len() < benchText {
		fmt.Fprintf(&out, "%s %s-%s-%s | %s-%s | 0%s.%s | %s\n", randomDigits(r, 4), randomDigits(r, 3), randomDigits(r, 2), randomDigits(r, 4),
			randomDigits(r, 5), randomDigits(r, 7), randomDigits(r, 3), randomDigits(r, 6), randomDigits(r, 12))
	}
	return out.Bytes()[:benchText]
}

// BenchmarkChecks runs single checks on a text as a whole. Where an expression
// finds the candidates, finding them is not counted. "loops" is how many times
// longer the fastest run took than a look-up in a table for every byte.
func BenchmarkChecks(b *testing.B) {
	texts := []struct {
		name string
		make func(testing.TB) []byte
	}{{"prose", englishText}, {"logs", logLines}, {"numbers", numberTable}}
	for _, name := range []string{"person_name", "name_value", "city_value", "gender_value", "amount_value", "token_value"} {
		c := checkTable()[name]
		for _, text := range texts {
			b.Run(name+"/"+text.name, func(b *testing.B) { benchCheck(b, c, text.make(b)) })
		}
	}
}

func benchCheck(b *testing.B, c Check, text []byte) {
	var spans [][]int
	var field engine.FieldInfo
	judge := func(start, end int) {
		c.Valid(engine.Candidate{Text: text, Start: start, End: end, Field: &field})
	}
	if c.Find == nil {
		spans = compiled(c.Regexp).FindAllIndex(text, -1)
	} else {
		c.Find(text, judge) // read the lists
	}
	run := func() {
		if c.Find != nil {
			c.Find(text, judge)
			return
		}
		for _, s := range spans {
			judge(s[0], s[1])
		}
	}
	b.ReportAllocs()
	best, loop := time.Hour, loopTime(text)
	for b.Loop() {
		start := time.Now()
		run()
		best = min(best, time.Since(start))
	}
	loop = min(loop, loopTime(text))
	b.ReportMetric(float64(best)/float64(loop), "loops")
}

// loopTime returns the time of the fastest of some loops over text.
func loopTime(text []byte) time.Duration {
	best := time.Hour
	for range 20 {
		start, n := time.Now(), byteKind(0)
		for _, c := range text {
			n += byteKinds[c]
		}
		runtime.KeepAlive(n)
		best = min(best, time.Since(start))
	}
	return best
}
