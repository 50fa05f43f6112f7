package format

import (
	"bytes"
	"testing"

	"example.com/assay"
)

// BenchmarkSample reads 8 MB of each format whole.
func BenchmarkSample(b *testing.B) {
	for _, c := range []struct{ name, record, head string }{
		{"csv", "17,Some Name,some.name@example.com,\"a note, quoted\",2024-01-02\n", "id,name,email,note,day\n"},
		{"json lines", `{"id":17,"name":"Some Name","contact":{"email":"some.name@example.com","tags":["a","b"]}}` + "\n", ""},
		{"json", `{"id":17,"name":"Some Name","contact":{"email":"some.name@example.com","tags":["a","b"]}},` + "\n", "["},
		{"log", "2024-01-02T10:00:00Z INFO request served to 192.0.2.1 in 17 ms\n", ""},
		{"text", "Some words of a letter that somebody wrote to somebody else, at length.\n", ""},
	} {
		text := []byte(c.head)
		text = append(text, bytes.Repeat([]byte(c.record), 8*mega/len(c.record))...)
		if c.head == "[" {
			text = append(text, "{}]"...)
		}
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Sample(b.Context(), content("", text), assay.Plan{}, func(assay.Datum) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
