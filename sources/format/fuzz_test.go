package format

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
)

// drain reads all records of a reader from text and returns the values.
func drain(t *testing.T, text []byte, of func(*recorder) reader) (*recorder, []string, error) {
	t.Helper()
	var values []string
	rec := newRecorder(t.Context(), func(d assay.Datum) error {
		values = append(values, string(d.Value))
		return nil
	})
	rd, s := of(rec), sourceOf(text)
	err := rd.start(s)
	for err == nil {
		err = rd.record(s)
	}
	if e := rd.flush(); e != nil {
		t.Fatal(e)
	}
	return rec, values, err
}

// FuzzCSV compares with encoding/csv on what that reads without complaint.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"x\ny\",\"\"\"\"\r\n,\n", "a\n\n\nb", "\" \",\t\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) || bytes.Contains(text, []byte(`\N`)) || bytes.Contains(bytes.ReplaceAll(text, []byte("\r\n"), nil), []byte("\r")) {
			return
		}
		rows, err := newCSVReader(text, ',').ReadAll()
		_, got, e := drain(t, text, func(r *recorder) reader {
			c := newCSV(r, dialect{comma: ','})
			c.sink.sub = nil // JSON stays as it is
			return c
		})
		if e != io.EOF {
			t.Fatalf("ended with %v", e)
		}
		onlyTheirs := func(r rune) bool { return unicode.IsSpace(r) && !strings.ContainsRune(" \r\n", r) }
		if err != nil || bytes.ContainsFunc(text, onlyTheirs) { // blanks that only encoding/csv trims
			return
		}
		var want []string
		for _, row := range rows {
			for _, v := range row {
				if v != "" {
					want = append(want, v)
				}
			}
		}
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], "\r\n", "\n")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-encoding/csv +ours):\n%s", diff)
		}
	})
}

// FuzzJSON compares with encoding/json on valid documents.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,true,false,null,"x\u00e9\ud83d\ude00\ud83dx"],"b":{}}`, `[[],[""],{"a":{"a":1}}]`, `"x"`, `1 2 3`, `{"a":1,"a":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rec, got, err := drain(t, text, func(r *recorder) reader { return newJSON(r, r.root, false) })
		if !utf8.Valid(text) || !json.Valid(text) || rec.reason != "" || rec.root.hasData() {
			return
		}
		if err != io.EOF {
			t.Fatalf("a valid document ended with %v", err)
		}
		if want := leaves(t, text); !cmp.Equal(want, got) {
			t.Errorf("(-encoding/json +ours):\n%s", cmp.Diff(want, got))
		}
	})
}

// hasData reports whether member names were yielded as values below n.
func (n *node) hasData() bool {
	if n == nil {
		return false
	}
	for _, m := range n.members {
		if m.hasData() {
			return true
		}
	}
	return n.any != nil || n.items.hasData()
}

// leaves returns the strings, numbers and booleans of a valid document.
func leaves(t *testing.T, text []byte) []string {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var out []string
	var walk func()
	walk = func() {
		tok, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch v := tok.(type) {
		case json.Delim:
			for dec.More() {
				if v == '{' {
					if _, err := dec.Token(); err != nil {
						t.Fatal(err)
					}
				}
				walk()
			}
			if _, err := dec.Token(); err != nil {
				t.Fatal(err)
			}
		case string:
			if v != "" {
				out = append(out, v)
			}
		case json.Number:
			out = append(out, v.String())
		case bool:
			out = append(out, map[bool]string{true: "true", false: "false"}[v])
		}
	}
	walk()
	return out
}

// FuzzLines checks that the pieces of a text, without their context, are the
// text again, and that JSON Lines never lose a line to the one before it.
func FuzzLines(f *testing.F) {
	f.Add([]byte("one line\nand another\n"), uint16(4000))
	f.Add([]byte("語彙 without a line end"), uint16(9000))
	f.Fuzz(func(t *testing.T, unit []byte, n uint16) {
		if len(unit) > 1000 || !utf8.Valid(unit) {
			return
		}
		text := bytes.Repeat(unit, min(int(n), 400_000/(len(unit)+1)))
		var whole []byte
		rec := newRecorder(t.Context(), func(d assay.Datum) error {
			if len(d.Value) > pieceSize {
				t.Errorf("a piece of %d bytes", len(d.Value))
			}
			whole = append(whole, d.Value[d.Lead:len(d.Value)-d.Trail]...)
			return nil
		})
		rd, s := newLines(rec, false), sourceOf(text)
		for rd.record(s) == nil {
		}
		if err := rd.flush(); err != nil || !bytes.Equal(whole, text) {
			t.Errorf("%d bytes came out of %d, %v", len(whole), len(text), err)
		}
		unit = bytes.ReplaceAll(unit, []byte("\n"), nil)
		lines := append(append([]byte("{\"a\":1}\n"), unit...), "\n{\"a\":\"the last\"}\n"...)
		_, got, _ := drain(t, lines, func(r *recorder) reader { return newJSON(r, r.root, true) })
		if len(got) < 2 || got[len(got)-1] != "the last" {
			t.Errorf("the line after %q was lost: %q", unit, got)
		}
	})
}

// FuzzSample reads anything, also compressed, and checks what holds for all.
func FuzzSample(f *testing.F) {
	for _, seed := range []string{"", "a,b\n1,2\n3,4\n", "{\"a\":1}\n{\"a\":2}\n", "[1,{\"b\":\"[2]\"}]", "text\n", "\xFF\xFEa\x00", "PK\x03\x04", "2024-01-02 10:00:00 x\n2024-01-02 10:00:01 y\n"} {
		f.Add([]byte(seed), uint64(1), uint8(0), false)
		f.Add([]byte(seed), uint64(2), uint8(2), false)
		f.Add([]byte(seed), uint64(3), uint8(0), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, seed uint64, rows uint8, compressed bool) {
		if compressed {
			text = zipped(text)
		}
		counts := map[*assay.Field]int{}
		r, err := Sample(t.Context(), content("x", text), assay.Plan{Seed: seed, Rows: int(rows)}, func(d assay.Datum) error {
			if len(d.Value) == 0 || !utf8.Valid(d.Value) || d.Lead < 0 || d.Trail < 0 || d.Lead+d.Trail >= len(d.Value) {
				t.Errorf("a value of %d bytes, lead %d, trail %d", len(d.Value), d.Lead, d.Trail)
			}
			counts[d.Field]++
			return nil
		})
		if err == nil && len(r.Fields) == 0 {
			t.Error("no fields and no error")
		}
		byPath := map[string]int{}
		for field, n := range counts {
			byPath[field.Path] += n
		}
		for _, field := range r.Fields {
			if byPath[field.Field.Path] != field.Sampled {
				t.Errorf("field %q: %d values, %d counted", field.Field.Path, byPath[field.Field.Path], field.Sampled)
			}
		}
		if rows > 0 && r.Design.Units > int64(rows) {
			t.Errorf("%d units of %d", r.Design.Units, rows)
		}
	})
}
