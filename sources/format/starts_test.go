package format

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/assay"
)

// table returns n records of a format, each with its number in it, and the field
// that holds the number.
func table(format string, n int) (text, field string) {
	var b strings.Builder
	random := rand.New(rand.NewPCG(1, 1))
	if format == "csv" {
		b.WriteString("id,note\n")
	}
	for i := range n {
		fill := strings.Repeat("x ", random.IntN(20))
		switch format {
		case "csv":
			fmt.Fprintf(&b, "r%05d,\"%s\nsecond line, with \"\"quotes\"\"\"\n", i, fill)
		case "json lines":
			fmt.Fprintf(&b, `{"id":"r%05d","note":"%s"}`+"\n", i, fill)
		case "log":
			fmt.Fprintf(&b, "2024-01-02T10:00:00Z r%05d %s\n", i, fill)
		}
	}
	return b.String(), map[string]string{"csv": "id", "json lines": "$.id", "log": "$"}[format]
}

// numbers returns the numbers of the records that a sample holds.
func numbers(t *testing.T, g got, field string) []int {
	t.Helper()
	var out []int
	for _, d := range g.data {
		if d.Field.Path != field {
			continue
		}
		_, number, ok := strings.Cut(string(d.Value), "r0")
		var n int
		if _, err := fmt.Sscanf(strings.TrimLeft(number, "0")+" ", "%d", &n); !ok || err != nil && strings.Trim(number[:4], "0") != "" {
			t.Fatalf("%q is no whole record", []byte(d.Value))
		}
		out = append(out, n)
	}
	return out
}

func TestClusters(t *testing.T) {
	const n = 2000
	for _, format := range []string{"csv", "json lines", "log"} {
		t.Run(format, func(t *testing.T) {
			text, field := table(format, n)
			seen := map[int]int{}
			for seed := range uint64(300) {
				g := read(t.Context(), content("", []byte(text)), assay.Plan{Seed: seed, Rows: 60, Starts: 6})
				if g.err != nil {
					t.Fatal(g.err)
				}
				d := g.reading.Design
				if d.Method != assay.DesignClusters || d.Starts != 6 || d.Units == 0 || d.Units > 60 {
					t.Fatalf("seed %d: design %+v", seed, d)
				}
				once := map[int]bool{}
				for _, i := range numbers(t, g, field) {
					if once[i] {
						t.Fatalf("seed %d: record %d came twice", seed, i)
					}
					once[i] = true
					seen[i]++
				}
			}
			for i := range n {
				if seen[i] == 0 {
					t.Errorf("record %d was in none of 300 samples", i)
				}
			}
		})
	}
}

// TestClustersMeet asks for more than there is: what the runs cover together
// must come once.
func TestClustersMeet(t *testing.T) {
	text, field := table("csv", 100)
	for seed := range uint64(50) {
		g := read(t.Context(), content("", []byte(text)), assay.Plan{Seed: seed, Rows: 90, Starts: 45})
		once := map[int]bool{}
		for _, i := range numbers(t, g, field) {
			if once[i] {
				t.Fatalf("seed %d: record %d came twice", seed, i)
			}
			once[i] = true
		}
		if len(once) > 90 || int64(len(once)) != g.reading.Design.Units {
			t.Errorf("seed %d: %d records, %+v", seed, len(once), g.reading.Design)
		}
	}
}

// TestBound checks what a clean sample claims: an element in at least the share
// that Design.Bound names would have been seen in 95 of 100 samples. The file is
// sorted, so that all records with the element are neighbours: the worst case.
func TestBound(t *testing.T) {
	const n, samples = 5000, 400
	text, field := table("json lines", n)
	for _, starts := range []int{10, 40} {
		plan := assay.Plan{Rows: 200, Starts: starts}
		bound, ok := assay.Design{Method: assay.DesignClusters, Starts: starts}.Bound()
		if !ok {
			t.Fatal("no bound")
		}
		first := n/2 - int(bound*n)/2
		last := first + int(bound*n)
		hits := 0
		for seed := range uint64(samples) {
			plan.Seed = seed
			for _, i := range numbers(t, read(t.Context(), content("", []byte(text)), plan), field) {
				if i >= first && i < last {
					hits++
					break
				}
			}
		}
		t.Logf("%d starts: a share of %.3f was seen in %d of %d samples", starts, bound, hits, samples)
		if hits < samples*93/100 { // 95 % less two standard errors
			t.Errorf("%d starts: a share of %.3f was seen in %d of %d samples only", starts, bound, hits, samples)
		}
	}
}

func TestLargerThanBytes(t *testing.T) {
	for _, c := range []struct {
		name   string
		in     endless
		status assay.Status
	}{
		{"text", endless{fill: "some words of a text that goes on\n", size: 300 * mega}, assay.StatusScanned},
		{"log", endless{fill: "2024-01-02T10:00:00Z some event happened\n", size: 300 * mega}, assay.StatusScanned},
		{"csv", endless{head: "id,note\n", fill: "17,some note\n", size: 300 * mega}, assay.StatusScanned},
		{"json lines", endless{fill: "{\"id\":17}\n", size: 300 * mega}, assay.StatusScanned},
		{"one line", endless{fill: "words without any end ", size: 300 * mega}, assay.StatusPartial},
		{"lines longer than a run", endless{fill: strings.Repeat("words ", 10*mega/6) + "\n", size: 300 * mega}, assay.StatusPartial},
		{"one long line among others", endless{head: "words\n", fill: strings.Repeat("words ", 200*mega/6) + strings.Repeat("words\n", 100*mega/6), size: 300 * mega}, assay.StatusPartial},
		{"log of a long line", endless{head: strings.Repeat("2024-01-02T10:00:00Z some event\n", 9), fill: strings.Repeat("x ", mega), size: 300 * mega}, assay.StatusNotExamined},
		{"csv of a long record", endless{head: "id,note\n" + strings.Repeat("17,some note\n", 9), fill: strings.Repeat("x ", mega), size: 300 * mega}, assay.StatusNotExamined},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := assay.Plan{Bytes: 4 * mega, Seed: 3}
			g := read(t.Context(), c.in.input(), plan)
			d := g.reading.Design
			if g.err != nil || d.Method != assay.DesignClusters || d.Starts != DefaultStarts {
				t.Errorf("design %+v, error %v", d, g.err)
			}
			if g.reading.Bytes > plan.Bytes || g.reading.Bytes < plan.Bytes/2 {
				t.Errorf("%d bytes were read of %d allowed", g.reading.Bytes, plan.Bytes)
			}
			for _, f := range g.reading.Fields {
				if f.Status != c.status {
					t.Errorf("field %s is %s (%s), want %s", f.Field.Path, f.Status, f.Detail, c.status)
				}
			}
		})
	}
}

// TestRestOfALine enters lines so long that a start finds no line end near it:
// the rest of a line is read, but only whole ones count.
func TestRestOfALine(t *testing.T) {
	line := strings.Repeat("words ", 10_000) + "\n"
	g := read(t.Context(), endless{fill: line, size: 300 * mega}.input(), assay.Plan{Rows: 50, Starts: 50, Bytes: 64 * mega})
	read := 0
	for _, d := range g.data {
		read += len(d.Value) - d.Lead
	}
	if d := g.reading.Design; g.err != nil || d.Units != 50 || read < 50*len(line) || g.reading.Fields[0].Status != assay.StatusScanned {
		t.Errorf("%d bytes, want 50 lines of %d and more; design %+v, %+v, error %v", read, len(line), d, g.reading.Fields, g.err)
	}
}

// TestPrefix reads what has no random access up to the limits.
func TestPrefix(t *testing.T) {
	text, _ := table("csv", 5000)
	stream := Input{Reader: io.LimitReader(strings.NewReader(text), int64(len(text))), Size: -1}
	for _, c := range []struct {
		name string
		in   Input
		plan assay.Plan
	}{
		{"stream, rows", stream, assay.Plan{Rows: 10}},
		{"gzip, bytes", content("", zipped([]byte(text))), assay.Plan{Bytes: 64 << 10}},
		{"utf-16, bytes", content("", []byte("\xFF\xFE"+wideText(text, 0))), assay.Plan{Bytes: 64 << 10}},
		{"json, rows", content("", []byte(`[`+strings.Repeat(`{"a":1},`, 5000)+`{"a":1}]`)), assay.Plan{Rows: 10}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := read(t.Context(), c.in, c.plan)
			d := g.reading.Design
			if g.err != nil || d.Method != assay.DesignPrefix || d.Units == 0 || c.plan.Rows > 0 && d.Units != int64(c.plan.Rows) {
				t.Errorf("design %+v, error %v", d, g.err)
			}
			for _, f := range g.reading.Fields {
				if f.Status != assay.StatusPartial || f.Reason != assay.ReasonBudget {
					t.Errorf("field %s is %s, %s", f.Field.Path, f.Status, f.Reason)
				}
			}
		})
	}
}
