package format

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"example.com/assay"
)

// endless is a content that exists only as it is read: head, then fill again and
// again, then tail; size bytes in all.
type endless struct {
	head, fill, tail string
	size             int64
}

func (e endless) ReadAt(p []byte, off int64) (int, error) {
	tail := e.size - int64(len(e.tail))
	n := 0
	for n < len(p) && off+int64(n) < e.size {
		switch at := off + int64(n); {
		case at < int64(len(e.head)):
			n += copy(p[n:], e.head[at:])
		case at >= tail:
			n += copy(p[n:], e.tail[at-tail:])
		default:
			part := e.fill[(at-int64(len(e.head)))%int64(len(e.fill)):]
			n += copy(p[n:], part[:min(int64(len(part)), tail-at)])
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (e endless) input() Input { return Input{At: e, Size: e.size} }

func named(name string, in Input) Input {
	in.Name = name
	return in
}

// watched samples and returns how far the heap grew at most meanwhile.
func watched(t *testing.T, in Input, plan assay.Plan) (r assay.Reading, values int, grown uint64, err error) {
	t.Helper()
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	size := func() uint64 {
		metrics.Read(heap)
		return heap[0].Value.Uint64()
	}
	runtime.GC()
	base := size()
	r, err = Sample(t.Context(), in, plan, func(assay.Datum) error {
		if values++; values%64 == 0 {
			if now := size(); now > base {
				grown = max(grown, now-base)
			}
		}
		return nil
	})
	if now := size(); now > base {
		grown = max(grown, now-base)
	}
	return r, values, grown, err
}

const mega = 1 << 20

// TestBoundedMemory reads content that would not fit into memory as a whole, or
// as one value, or as one table of fields.
func TestBoundedMemory(t *testing.T) {
	fill := strings.Repeat("0123456789 abcdef", 4096)
	columns := "1" + strings.Repeat(",1", 999_999) + "\n"
	members := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `{"k%s":{"m%s":1}}`+"\n", letters(i), letters(i))
		}
		return b.String()
	}
	for _, c := range []struct {
		name string
		in   Input
		plan assay.Plan
		max  uint64
		want assay.DesignMethod
	}{
		{"one line of text", endless{fill: fill, size: 256 * mega}.input(), assay.Plan{Bytes: 300 * mega}, 16 * mega, assay.DesignCensus},
		{"one line of text of 2 GB, default plan", endless{fill: fill, size: 2048 * mega}.input(), assay.Plan{}, 16 * mega, assay.DesignClusters},
		{"one value of csv", named("x.csv", endless{head: "id,note\n1,\"", fill: fill, tail: "\"\n", size: 256 * mega}.input()), assay.Plan{Bytes: 300 * mega}, 16 * mega, assay.DesignCensus},
		{"one string of json", endless{head: `{"a":"`, fill: fill, tail: `"}`, size: 256 * mega}.input(), assay.Plan{Bytes: 300 * mega}, 16 * mega, assay.DesignCensus},
		{"one number of json", endless{head: `{"a":`, fill: "1234567890", tail: `}`, size: 64 * mega}.input(), assay.Plan{}, 16 * mega, assay.DesignCensus},
		{"one name of json", endless{head: `{"`, fill: fill, tail: `":1}`, size: 64 * mega}.input(), assay.Plan{}, 16 * mega, assay.DesignCensus},
		{"a million columns of csv", content("", []byte("a,b\n"+strings.Repeat("1,2\n", 40_000)+strings.Repeat(columns, 3))), assay.Plan{}, 16 * mega, assay.DesignCensus},
		{"a million columns, first line", content("", []byte(columns+columns)), assay.Plan{}, 16 * mega, assay.DesignCensus},
		{"a million names of json", content("", []byte(members(1_000_000))), assay.Plan{}, 32 * mega, assay.DesignCensus},
		{"gzip bomb", content("", zeros(512*mega)), assay.Plan{}, 16 * mega, assay.DesignPrefix},
		{"json 100,000 deep", content("", []byte(strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000))), assay.Plan{}, 16 * mega, assay.DesignCensus},
		{"json 10,000,000 deep, not closed", content("", []byte(strings.Repeat(`{"a":`, 10_000_000))), assay.Plan{}, 16 * mega, assay.DesignPrefix},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			r, values, grown, err := watched(t, c.in, c.plan)
			t.Logf("%d MB in %v, %d values, heap grew by %d KB, %d fields, error %v",
				r.Bytes/mega, time.Since(start).Round(time.Millisecond), values, grown>>10, len(r.Fields), err)
			if grown > c.max {
				t.Errorf("heap grew by %d bytes, want at most %d", grown, c.max)
			}
			if r.Design.Method != c.want {
				t.Errorf("design is %s, want %s", r.Design.Method, c.want)
			}
			if len(r.Fields) > maxFields+1 {
				t.Errorf("%d fields", len(r.Fields))
			}
		})
	}
}

// letters writes a number without digits.
func letters(i int) string {
	var b []byte
	for ; i > 0; i /= 26 {
		b = append(b, byte('a'+i%26))
	}
	return string(b)
}

// zeros returns the gzip form of n blanks.
func zeros(n int) []byte {
	var b bytes.Buffer
	z := gzipWriter(&b)
	blank := bytes.Repeat([]byte{' '}, mega)
	for range n / mega {
		z.Write(blank)
	}
	z.Close()
	return b.Bytes()
}

// TestDamaged reads what is broken: what can be read is, and the rest is told.
func TestDamaged(t *testing.T) {
	rows := "id,note\n" + strings.Repeat("1,some note that is there\n", 20_000)
	for _, c := range []struct {
		name, text string
		values     int          // at least
		reason     assay.Reason // of the fields
		err        assay.Reason // of the asset; empty for none
		says       string
	}{
		{"gzip cut off", string(zipped([]byte(rows))[:500]), 1, assay.ReasonUnreadable, assay.ReasonUnreadable, "unexpected EOF"},
		{"gzip with a wrong sum", flip(string(zipped([]byte(rows))), -6), 40_000, assay.ReasonUnreadable, assay.ReasonUnreadable, "checksum"},
		{"csv quote not closed", "id,note\n1,x\n2,\"y\n3,z\n", 3, assay.ReasonUnreadable, "", "not closed"},
		{"json cut off", `{"a":1,"b":[1` + strings.Repeat(",2", bufferSize), 3, assay.ReasonUnreadable, assay.ReasonUnreadable, "unexpected EOF"},
		{"json broken far inside", `[` + strings.Repeat(`{"a":1},`, 20_000) + `{"a":oops}]`, 20_000, assay.ReasonUnreadable, assay.ReasonUnreadable, "not JSON at byte 160006"},
		{"json too deep", `{"a":"x","b":` + strings.Repeat("[", 300) + `"lost"` + strings.Repeat("]", 300) + `,"c":"y"}`, 2, assay.ReasonUnreadable, "", "deeper than 256"},
		{"json lines with bad lines", strings.Repeat("{\"a\":1}\n", 5) + "{\"a\":\n{\"a\":2}\n{\"a\":3} x\nnonsense\n{\"a\":4}\n", 7, assay.ReasonUnreadable, "", "3 of "},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := readText(t, "", c.text)
			if len(g.values) < c.values {
				t.Errorf("%d values, want at least %d", len(g.values), c.values)
			}
			if c.err != "" && (g.err == nil || assay.Explain(g.err) != c.err) || c.err == "" && g.err != nil {
				t.Errorf("error %v, want reason %q", g.err, c.err)
			}
			for _, f := range g.reading.Fields {
				if f.Status != assay.StatusPartial || f.Reason != c.reason || !strings.Contains(f.Detail, c.says) {
					t.Errorf("field %s is %s, %s: %q; want %s that says %q", f.Field.Path, f.Status, f.Reason, f.Detail, c.reason, c.says)
				}
			}
		})
	}
}

// flip changes one byte, counted from the end.
func flip(s string, i int) string {
	b := []byte(s)
	b[len(b)+i] ^= 0xFF
	return string(b)
}

// TestBrokenTextIsRead feeds what begins like JSON or CSV but is not: all of it
// must come out as text.
func TestBrokenTextIsRead(t *testing.T) {
	for _, text := range []string{`{"a":1,, "secret"`, "[not json] secret", "{{template}} secret", `{"a" secret`} {
		if g := readText(t, "x.json", text); g.err != nil || !strings.Contains(strings.Join(g.values, ""), "secret") {
			t.Errorf("%q gave %q, %v", text, g.values, g.err)
		}
	}
}

// TestManyFields judges the fields beyond the limit together.
func TestManyFields(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		for k := range 40 {
			fmt.Fprintf(&b, `{"a%s":{"b%s":%d}}`+"\n", letters(i+1), letters(k+1), k)
		}
	}
	g := readText(t, "", b.String())
	if len(g.values) != 8000 {
		t.Errorf("%d values, want all 8000", len(g.values))
	}
	rest := g.field(t, restPath)
	if rest.Status != assay.StatusPartial || rest.Reason != assay.ReasonBudget || rest.Sampled != 3000 {
		t.Errorf("the rest is %+v", rest)
	}
}

// slow is a store that takes its time.
type slow struct{ io.ReaderAt }

func (s slow) ReadAt(p []byte, off int64) (int, error) {
	time.Sleep(20 * time.Millisecond)
	return s.ReaderAt.ReadAt(p, off)
}

func TestSlowStore(t *testing.T) {
	in := endless{fill: "some words of a text\n", size: 64 * mega}.input()
	in.At = slow{in.At}
	g := read(t.Context(), in, assay.Plan{Timeout: 200 * time.Millisecond})
	if assay.Explain(g.err) != assay.ReasonTimeout {
		t.Errorf("error %v, want a timeout", g.err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	if g := read(ctx, in, assay.Plan{}); assay.Explain(g.err) != assay.ReasonCancelled {
		t.Errorf("error %v, want cancelled", g.err)
	}
}
