package sqlite

import (
	"errors"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"example.com/assay"
)

// causes says what SQLite's primary result codes mean here.
var causes = map[int]struct {
	reason assay.Reason
	hint   string
}{
	sqlite3.SQLITE_CORRUPT:   {assay.ReasonUnreadable, "restore the file from a backup, or salvage it with sqlite3's .recover"},
	sqlite3.SQLITE_NOTADB:    {assay.ReasonUnreadable, "is it encrypted, or damaged?"},
	sqlite3.SQLITE_IOERR:     {assay.ReasonUnreadable, "the file cannot be read; is its disk full or damaged?"},
	sqlite3.SQLITE_ERROR:     {assay.ReasonUnsupported, "is it a view of what is gone, or a virtual table of an extension?"},
	sqlite3.SQLITE_CANTOPEN:  {assay.ReasonVanished, "the file or one beside it (-wal, -shm) cannot be opened"},
	sqlite3.SQLITE_PERM:      {assay.ReasonDenied, "allow reading the file"},
	sqlite3.SQLITE_AUTH:      {assay.ReasonDenied, ""},
	sqlite3.SQLITE_BUSY:      {assay.ReasonUnavailable, "another program has locked the file; scan it later"},
	sqlite3.SQLITE_LOCKED:    {assay.ReasonUnavailable, "another program has locked the file; scan it later"},
	sqlite3.SQLITE_READONLY:  {assay.ReasonUnavailable, "a program ended while it wrote to the file; open and close it once with sqlite3, which mends that"},
	sqlite3.SQLITE_INTERRUPT: {assay.ReasonCancelled, ""},
	sqlite3.SQLITE_TOOBIG:    {assay.ReasonUnsupported, ""},
}

// fail returns err as an *assay.Error about the file.
func (s *Source) fail(op string, err error) error { return describe(op, s.path, err) }

// describe returns err as an *assay.Error about item, with the reason and the
// mend that follow from what SQLite or the operating system says.
func describe(op, item string, err error) error {
	out := &assay.Error{Op: op, Item: item, Reason: assay.Explain(err), Err: err}
	var known *assay.Error
	var answer *sqlite.Error
	var path *fs.PathError
	switch {
	case errors.As(err, &known):
		out.Hint, out.Err = known.Hint, known.Err
	case errors.As(err, &answer):
		cause, ok := causes[answer.Code()&0xff]
		out.Reason, out.Hint = cause.reason, cause.hint
		if !ok {
			out.Reason = assay.ReasonUnreadable
		}
	case errors.As(err, &path):
		out.Err = path.Err // the path is the item
		switch out.Reason {
		case assay.ReasonVanished:
			out.Hint = "check the path"
		case assay.ReasonDenied:
			out.Hint = "run assay as a user who may read it"
		}
	}
	return out
}
