// Package sqlite is the source of the tables and views of a SQLite file. Package
// sqlsample draws the sample; see there for what the limits of a plan mean.
//
// The file is opened read-only for each listing and each sample, and nothing is
// written beside it: a file in WAL mode that nobody else has open (it has no
// -wal file) is opened as immutable, since SQLite would make that file even to
// read. If somebody begins to write to it at that very time, the sample may end
// with an error that calls the file malformed.
//
// The package imports the root package and sources/sqlsample only.
package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"example.com/assay"
	"example.com/assay/sources/sqlsample"
)

// Scheme is the scheme of the ids of this source's assets.
const Scheme = "sqlite"

// Source is one SQLite file; it implements assay.Source. Its methods may be
// called concurrently.
type Source struct {
	path string // absolute
}

var _ assay.Source = (*Source)(nil)

// Open checks that the file at path is a SQLite database that can be read. An
// error is an *assay.Error.
func Open(ctx context.Context, path string) (*Source, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, &assay.Error{Op: "open", Item: path, Reason: assay.ReasonUnreadable, Err: err}
	}
	s := &Source{path: abs}
	db, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	return s, db.Close()
}

// Close does nothing: between calls nothing is open.
func (s *Source) Close() error { return nil }

// connect opens the file for one call.
func (s *Source) connect(ctx context.Context) (*sql.DB, error) {
	h, err := readHeader(s.path)
	if err != nil {
		return nil, s.fail("open", err)
	}
	wal, err := os.Stat(s.path + "-wal")
	inUse := err == nil && wal.Size() > 0
	if err := h.check(inUse); err != nil {
		return nil, s.fail("open", err)
	}
	query := url.Values{"mode": {"ro"}, "_pragma": {"query_only(1)", "trusted_schema(0)", "busy_timeout(5000)"}}
	if h.wal() && !inUse {
		query.Set("immutable", "1")
	}
	uri := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(s.path), RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", uri.String())
	if err != nil {
		return nil, s.fail("open", err)
	}
	db.SetMaxOpenConns(1)
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(new(int)); err != nil {
		db.Close()
		return nil, s.fail("open", err)
	}
	return db, nil
}

// header is the beginning of a SQLite file
// (https://sqlite.org/fileformat2.html#the_database_header).
type header struct {
	bytes []byte
	size  int64 // of the file
}

// magic is how every SQLite file begins.
const magic = "SQLite format 3\x00"

func readHeader(path string) (header, error) {
	f, err := os.Open(path)
	if err != nil {
		return header{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return header{}, err
	}
	if !info.Mode().IsRegular() {
		return header{}, &assay.Error{Reason: assay.ReasonUnsupported, Err: errors.New("not a file")}
	}
	h := header{bytes: make([]byte, 64<<10), size: info.Size()}
	n, err := io.ReadFull(f, h.bytes)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return header{}, err
	}
	h.bytes = h.bytes[:n]
	return h, nil
}

// wal reports whether the file is in WAL mode.
func (h header) wal() bool { return len(h.bytes) > 18 && h.bytes[18] == 2 }

// check says what is wrong with the file, as far as its beginning tells. The
// size of a file that is in use may lag behind.
func (h header) check(inUse bool) error {
	switch {
	case len(h.bytes) == 0:
		return nil // a database without tables
	case !strings.HasPrefix(string(h.bytes), magic):
		if sqlsample.LooksEncrypted(h.bytes) {
			return &assay.Error{Reason: assay.ReasonEncrypted, Err: errors.New("not a SQLite database; it looks encrypted"),
				Hint: "SQLCipher and the like: export a decrypted copy and scan that"}
		}
		return &assay.Error{Reason: assay.ReasonUnreadable, Err: errors.New("not a SQLite database"),
			Hint: "scan it as a file, without " + Scheme + ":"}
	case len(h.bytes) < 100:
		return &assay.Error{Reason: assay.ReasonUnreadable, Err: errors.New("truncated in its header"), Hint: "restore the file from a backup"}
	}
	if want := h.wantSize(); h.size < want && !inUse {
		return &assay.Error{Reason: assay.ReasonUnreadable, Err: fmt.Errorf("truncated: %d of %d bytes are there", h.size, want),
			Hint: "restore the file from a backup, or salvage it with sqlite3's .recover"}
	}
	return nil
}

// wantSize returns the size that the file says it has; 0 if it does not say.
func (h header) wantSize() int64 {
	if string(h.bytes[24:28]) != string(h.bytes[92:96]) {
		return 0 // last written by a version that did not keep the size
	}
	pageSize := int64(binary.BigEndian.Uint16(h.bytes[16:]))
	if pageSize == 1 {
		pageSize = 1 << 16
	}
	return pageSize * int64(binary.BigEndian.Uint32(h.bytes[28:]))
}
