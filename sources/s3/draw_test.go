package s3

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func drawOf(o Options, names ...string) *draw {
	d := newDraw(o.withDefaults())
	for _, n := range names {
		d.add(key{name: n})
	}
	return d
}

func namesOf(keys []key) []string {
	var out []string
	for _, k := range keys {
		out = append(out, k.name)
	}
	return out
}

func numbered(format string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(format, i))
	}
	return out
}

func TestDrawnAmount(t *testing.T) {
	tests := []struct {
		name string
		o    Options
		keys int
		want int
	}{
		{"fewer than the least", Options{}, 60, 60},
		{"the least", Options{}, 5000, 100},
		{"one percent", Options{}, 50_000, 500},
		{"the most", Options{}, 200_000, 1000},
		{"all", Options{Percent: 100, MaxKeys: 10_000}, 7000, 7000},
		{"five", Options{MaxKeys: 5}, 7000, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := drawOf(tt.o, numbered("data/part-%06d.csv", tt.keys)...)
			if got := d.drawn(); len(got) != tt.want {
				t.Errorf("%d of %d keys drawn, want %d", len(got), tt.keys, tt.want)
			}
		})
	}
}

// TestDrawRare holds that a rare folder or type of file is in the sample.
func TestDrawRare(t *testing.T) {
	names := numbered("logs/2026-01-%06d/app.log.gz", 50_000)
	names = append(names, "exports/customers.csv", "logs/2026-01-000000/dump.sql")
	for seed := range uint64(20) {
		got := namesOf(drawOf(Options{Seed: seed}, names...).drawn())
		for _, rare := range names[50_000:] {
			if !slices.Contains(got, rare) {
				t.Errorf("seed %d: %s was not drawn", seed, rare)
			}
		}
	}
}

// TestDrawSeed holds that the seed alone decides, whatever the order.
func TestDrawSeed(t *testing.T) {
	names := numbered("a/%d.csv", 20_000)
	first := namesOf(drawOf(Options{Seed: 1}, names...).drawn())
	slices.Reverse(names)
	if !slices.Equal(first, namesOf(drawOf(Options{Seed: 1}, names...).drawn())) {
		t.Error("the order of the listing changed the sample")
	}
	if slices.Equal(first, namesOf(drawOf(Options{Seed: 2}, names...).drawn())) {
		t.Error("another seed gave the same sample")
	}
}

// TestDrawUniform draws 100 of 1000 keys 2000 times: every key must come about
// 200 times. The bounds are five standard deviations (13.4) off, which for 1000
// keys happens by chance less than once in 1000 runs of the test; it has no
// chance, since the seeds are fixed.
func TestDrawUniform(t *testing.T) {
	names := numbered("a/%d.csv", 1000)
	times := map[string]int{}
	for seed := range uint64(2000) {
		for _, n := range namesOf(drawOf(Options{Seed: seed, Percent: 10, MinKeys: 1}, names...).drawn()) {
			times[n]++
		}
	}
	for _, n := range names {
		if times[n] < 133 || times[n] > 267 {
			t.Errorf("%s was drawn %d times, want about 200", n, times[n])
		}
	}
}

// TestDrawMemory draws from a million keys of as many folders.
func TestDrawMemory(t *testing.T) {
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var d *draw
	grown := func(n int) uint64 {
		d = nil
		before := heap()
		d = newDraw(Options{}.withDefaults())
		for i := range n {
			d.add(key{name: strings.Repeat("x", 100) + fmt.Sprintf("/%c%c%c%c/%d.csv", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26, 'a'+i/17576%26, i)})
		}
		used := heap() - before
		runtime.KeepAlive(d)
		return used
	}
	small, large := grown(10_000), grown(1_000_000)
	t.Logf("10,000 keys: %d KiB; 1,000,000 keys: %d KiB", small>>10, large>>10)
	if large > 4<<20 || d.seen != 1_000_000 {
		t.Errorf("%d KiB for 1,000,000 keys, %d KiB for 10,000", large>>10, small>>10)
	}
}

func TestStratum(t *testing.T) {
	alike := [][2]string{
		{"logs/2026/01/02/a.log", "logs/2025/12/31/b.log"},
		{"dt=2026-01-02/part-0001.parquet", "dt=2026-01-03/part-0002.parquet"},
		{"users/7f3d9a1b2c3d4e5f/photo.JPG", "users/0a1b2c3d4e5f6a7b/photo.jpg"},
		{"backup.csv.gz", "other.csv.gz"},
	}
	for _, p := range alike {
		if stratum(p[0]) != stratum(p[1]) {
			t.Errorf("%s and %s are in different strata", p[0], p[1])
		}
	}
	different := [][2]string{
		{"logs/a.log", "exports/a.log"},
		{"a.csv", "a.json"},
		{"a.csv.gz", "a.json.gz"},
		{"a", "a.txt"},
	}
	for _, p := range different {
		if stratum(p[0]) == stratum(p[1]) {
			t.Errorf("%s and %s are in the same stratum", p[0], p[1])
		}
	}
}

func TestOptions(t *testing.T) {
	tests := []struct{ uri, want string }{
		{"s3://bucket", ""},
		{"s3://bucket/a/b?region=eu-west-1&percent=0.5&min-keys=1&max-keys=9&seed=4&ranges=3&range-bytes=1000&requester-pays=true", ""},
		{"s3://?accounts=111111111111,222222222222&role=reader", ""},
		{"s3://key:planted@bucket", "credentials"},
		{"s3:bucket", "s3://bucket"},
		{"s3:///key", "names a key"},
		{"s3://bucket?colour=red", "colour"},
		{"s3://bucket?percent=lots", "percent"},
		{"s3://bucket?percent=200", "percent"},
		{"s3://bucket?ranges=-1", "negative"},
		{"s3://?accounts=12", "12 digits"},
		{"s3://bucket?accounts=111111111111,222222222222", "one account"},
		{"s3://bucket?endpoint=ftp://host", "endpoint"},
		{"s3://buck et", "not a URI"},
	}
	for _, tt := range tests {
		s, err := Open(t.Context(), tt.uri, Options{})
		switch {
		case err == nil:
			s.Close()
			if tt.want != "" {
				t.Errorf("%s was opened", tt.uri)
			}
		case tt.want == "" || !strings.Contains(err.Error(), tt.want):
			t.Errorf("%s: %v, want %q", tt.uri, err, tt.want)
		case strings.Contains(err.Error(), "planted"):
			t.Errorf("%v shows a password", err)
		}
	}
}

func TestRoleOf(t *testing.T) {
	for template, want := range map[string]string{
		"reader": "arn:aws:iam::123456789012:role/reader",
		"arn:aws-cn:iam::{account}:role/team/reader": "arn:aws-cn:iam::123456789012:role/team/reader",
	} {
		if got := roleOf(template, "123456789012"); got != want {
			t.Errorf("%s: %s, want %s", template, got, want)
		}
	}
}

func FuzzID(f *testing.F) {
	for _, k := range []string{"a/b.txt", "//", "../x", "%2F", "a?b#c", "\x00\xff", " "} {
		f.Add(k)
	}
	s := &Source{}
	f.Fuzz(func(t *testing.T, name string) {
		if name == "" {
			return
		}
		bucket, got, err := s.locate(id("bucket", name))
		if err != nil || bucket != "bucket" || got != name {
			t.Errorf("%q became %q: %v", name, got, err)
		}
	})
}
