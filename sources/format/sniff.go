package format

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"example.com/assay"
)

// kind is a format of text.
type kind int

const (
	kindUnknown kind = iota
	kindText
	kindLog
	kindCSV
	kindJSON
	kindLines // JSON Lines
	kindSQL   // a dump of a database
)

func (k kind) String() string {
	return [...]string{"content", "text", "log", "csv", "json", "json lines", "sql"}[k]
}

// unit is what a record of the format is called.
func (k kind) unit() string {
	switch k {
	case kindText, kindLog:
		return "lines"
	case kindSQL:
		return "rows and lines"
	}
	return "records"
}

// sniff recognises the format of a text from its head; whole says that there is
// no more. The name only breaks ties.
func sniff(ctx context.Context, head []byte, whole bool, name string) (kind, dialect) {
	text := bytes.TrimLeft(head, " \t\r\n")
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		if isLines(head) {
			return kindLines, dialect{}
		}
		if isJSON(ctx, text, whole) {
			return kindJSON, dialect{}
		}
	}
	if isSQL(head) {
		return kindSQL, dialect{}
	}
	log := isLog(head)
	if d, ok := sniffCSV(head, whole, name); ok && (!log || d.header) {
		return kindCSV, d
	}
	if log {
		return kindLog, dialect{}
	}
	return kindText, dialect{}
}

// isLines reports whether most of the complete lines are JSON values of their
// own, and at least two.
func isLines(head []byte) bool {
	good, bad := 0, 0
	for line := range bytes.Lines(head) {
		t := bytes.TrimSpace(line)
		switch {
		case len(t) == 0:
		case (t[0] == '{' || t[0] == '[') && json.Valid(t):
			good++
		case line[len(line)-1] == '\n':
			bad++
		}
	}
	return good >= 2 && good > bad
}

// isJSON reports whether text begins like JSON, and goes on so.
func isJSON(ctx context.Context, text []byte, whole bool) bool {
	rec := newRecorder(ctx, func(assay.Datum) error { return nil })
	j := newJSON(rec, rec.root, false)
	s := sourceOf(text)
	for {
		err := j.record(s)
		switch {
		case err == nil:
		case errors.As(err, new(*syntaxError)):
			return false
		default:
			return !whole || err == io.EOF
		}
	}
}

// isLog reports whether most lines begin with a time; at least two.
func isLog(head []byte) bool {
	stamped, all := 0, 0
	for line := range bytes.Lines(head) {
		if len(bytes.TrimSpace(line)) == 0 || line[0] == ' ' || line[0] == '\t' {
			continue // stack traces are indented
		}
		if all++; isStamped(line[:min(len(line), stampReach)]) {
			stamped++
		}
		if all == 200 {
			break
		}
	}
	return stamped >= 2 && stamped*10 >= all*4
}

// magics are beginnings of content that no text method can read.
var magics = []struct {
	at     int
	magic  string
	reason assay.Reason
	what   string
}{
	{0, "SQLite format 3\x00", assay.ReasonBinary, "SQLite database"},
	{0, "Salted__", assay.ReasonEncrypted, "encrypted by openssl"},
	{0, "age-encryption.org/v1", assay.ReasonEncrypted, "encrypted by age"},
	{0, "-----BEGIN AGE ENCRYPTED FILE-----", assay.ReasonEncrypted, "encrypted by age"},
	{0, "-----BEGIN PGP MESSAGE-----", assay.ReasonEncrypted, "encrypted by OpenPGP"},
	{0, "$ANSIBLE_VAULT;", assay.ReasonEncrypted, "encrypted by ansible-vault"},
	{0, "LUKS\xBA\xBE", assay.ReasonEncrypted, "encrypted disk"},
	{0, "\x03\xD9\xA2\x9A", assay.ReasonEncrypted, "KeePass database"},
	{0, "%PDF-", assay.ReasonBinary, "PDF document"},
	{257, "ustar", assay.ReasonBinary, "tar archive"},
}

// gzipMagic begins what gzip compressed by deflate (RFC 1952).
const gzipMagic = "\x1F\x8B\x08"

// known returns the error for content that its first bytes tell to be no text.
func known(head []byte, name string) error {
	for _, m := range magics {
		if len(head) > m.at && bytes.HasPrefix(head[m.at:], []byte(m.magic)) {
			e := &assay.Error{Op: "read", Item: m.what, Reason: m.reason}
			if m.what == "SQLite database" {
				e.Hint = "scan it as sqlite:" + name
				if !filepath.IsAbs(name) { // it is no file of this machine
					e.Hint = "copy it to a disk and " + e.Hint
				}
			}
			return e
		}
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return zipError(head)
	}
	return nil
}

// binary returns the error for content that is no text.
func binary(head []byte) error {
	return &assay.Error{Op: "read", Item: mimetype.Detect(head).String(), Reason: assay.ReasonBinary}
}

// isKnownBinary reports whether content has the mark of a format that is no text.
func isKnownBinary(head []byte) bool {
	m := mimetype.Detect(head)
	return m.Parent() != nil && !strings.HasPrefix(m.String(), "text/")
}

// zipError tells an archive whose first member is encrypted (bit 0 of its
// flags, APPNOTE 4.4.4) from any other.
func zipError(head []byte) error {
	e := &assay.Error{Op: "read", Item: "zip archive", Reason: assay.ReasonBinary}
	if len(head) > 6 && head[6]&1 == 1 {
		e.Reason = assay.ReasonEncrypted
	}
	if m := mimetype.Detect(head); m.Parent() != nil { // a document that is an archive
		e.Item = m.String()
	}
	return e
}

// extension returns the lower-case end of a name, that of compression left out.
func extension(name string) string {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return filepath.Ext(name)
}
