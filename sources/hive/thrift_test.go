package hive

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// dialogue is a connection whose other side has said all beforehand.
type dialogue struct {
	io.Reader
	bytes.Buffer
}

func (d *dialogue) Read(p []byte) (int, error) { return d.Reader.Read(p) }

func TestLogin(t *testing.T) {
	s := &Source{user: "u", options: Options{Password: "p"}}
	for _, tt := range []struct {
		name, answer string
		want         error
	}{
		{"accepted", "\x05\x00\x00\x00\x00", nil},
		{"accepted with a message", "\x05\x00\x00\x00\x02hi", nil},
		{"refused", "\x04\x00\x00\x00\x02no", errLogin},
		{"asked on", "\x02\x00\x00\x00\x00", errLogin},
		{"HTTP", "HTTP/1.1 400 Bad Request", errHandshake},
		{"far too long", "\x05\x7f\xff\xff\xff", errHandshake},
		{"cut short", "\x05\x00", io.ErrUnexpectedEOF},
		{"nothing", "", io.EOF},
	} {
		d := &dialogue{Reader: bytes.NewReader([]byte(tt.answer))}
		if err := s.login(d); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if got := d.String(); got != "\x01\x00\x00\x00\x05PLAIN\x02\x00\x00\x00\x04\x00u\x00p" {
			t.Errorf("%s: sent %q", tt.name, got)
		}
	}
}
