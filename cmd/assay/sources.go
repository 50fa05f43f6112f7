package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"regexp"
	"strings"

	"example.com/assay"
	"example.com/assay/sources/elasticsearch"
	"example.com/assay/sources/files"
	"example.com/assay/sources/hive"
	"example.com/assay/sources/mysql"
	"example.com/assay/sources/postgres"
	"example.com/assay/sources/s3"
	"example.com/assay/sources/sqlite"
)

// store is a kind of data store that assay can read.
type store struct {
	scheme  string
	example string
	open    func(ctx context.Context, target string, run scanRun) (assay.Source, error)
	// ownRows says that the store's default for the rows of an asset goes before
	// that of --sample: what is enough for a table misses most kinds of log lines.
	ownRows bool
}

// scanRun is what of a scan concerns the opening of its targets.
type scanRun struct {
	stdin io.Reader
	seed  uint64 // of what a store draws when it is listed
}

// stores is the only list of data stores. A new one is a package in sources/ and
// a row here. A target without a scheme is a file.
var stores = []store{
	{scheme: "file", example: "./folder, data.csv, - for standard input", open: openFile},
	{scheme: elasticsearch.Scheme, example: "es://user@host:9200/service", open: openElasticsearch, ownRows: true},
	{scheme: hive.Scheme, example: "hive://user@host:10000/database", open: openHive},
	{scheme: mysql.Scheme, example: "mysql://user:password@host:3306/database", open: openMySQL},
	{scheme: postgres.Scheme, example: "postgres://user:password@host:5432/database", open: openPostgres},
	{scheme: s3.Scheme, example: "s3://bucket/prefix", open: openS3},
	{scheme: sqlite.Scheme, example: "sqlite:shop.db", open: openSQLite},
}

func openFile(ctx context.Context, target string, run scanRun) (assay.Source, error) {
	return sourceOrError(files.Open(ctx, pathOf(target), files.Options{Stdin: run.stdin}))
}

func openElasticsearch(ctx context.Context, target string, _ scanRun) (assay.Source, error) {
	return sourceOrError(elasticsearch.Open(ctx, target, elasticsearch.Options{}))
}

func openHive(ctx context.Context, target string, _ scanRun) (assay.Source, error) {
	return sourceOrError(hive.Open(ctx, target, hive.Options{}))
}

func openMySQL(ctx context.Context, target string, _ scanRun) (assay.Source, error) {
	return sourceOrError(mysql.Open(ctx, target, mysql.Options{}))
}

func openPostgres(ctx context.Context, target string, _ scanRun) (assay.Source, error) {
	return sourceOrError(postgres.Open(ctx, target, postgres.Options{}))
}

func openS3(ctx context.Context, target string, run scanRun) (assay.Source, error) {
	return sourceOrError(s3.Open(ctx, target, s3.Options{Seed: run.seed}))
}

func openSQLite(ctx context.Context, target string, _ scanRun) (assay.Source, error) {
	return sourceOrError(sqlite.Open(ctx, pathOf(target)))
}

// pathOf returns the path in a target that names a file: shop.db, sqlite:shop.db,
// sqlite:///srv/shop.db, file:///srv/a%20b.csv. Only the form with slashes is a
// URI with its escapes.
func pathOf(target string) string {
	if _, err := os.Lstat(target); err == nil {
		return target
	}
	_, rest, ok := strings.Cut(target, ":")
	if !ok || !schemeForm.MatchString(target) {
		return target
	}
	if path, ok := strings.CutPrefix(rest, "//"); ok {
		if decoded, err := url.PathUnescape(path); err == nil {
			return decoded
		}
		return path
	}
	return rest
}

// sourceOrError keeps a nil pointer of a concrete type from becoming a Source
// that is not nil.
func sourceOrError[S assay.Source](s S, err error) (assay.Source, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// schemeForm is what looks like a URI's scheme; one letter is a Windows drive.
var schemeForm = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]+):`)

// storeOf returns the kind of store that a target names. A file that exists is a
// file, whatever its name looks like, and a SQLite file needs no scheme.
func storeOf(target string) (store, error) {
	if target == "" { // an unset variable of a shell, which must not mean the working folder
		return store{}, errors.New("an empty target (name a folder, a file or a URI; . is the working folder)")
	}
	if isSQLite(target) {
		return store{scheme: sqlite.Scheme, open: openSQLite}, nil
	}
	scheme := "file"
	if m := schemeForm.FindStringSubmatch(target); m != nil {
		scheme = strings.ToLower(m[1])
	}
	if scheme == "postgresql" { // the other name of it
		scheme = postgres.Scheme
	}
	for _, s := range stores {
		if s.scheme == scheme {
			return s, nil
		}
	}
	if _, err := os.Lstat(target); err == nil {
		return stores[0], nil
	}
	return store{}, fmt.Errorf("scan %s: unknown scheme %q (known: %s)", shownTarget(target), scheme, knownStores())
}

// isSQLite reports whether the target is a file that begins as SQLite's do.
func isSQLite(target string) bool {
	file, err := os.Open(target)
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, 16)
	_, err = io.ReadFull(file, head)
	return err == nil && string(head) == "SQLite format 3\x00"
}

func knownStores() string {
	examples := make([]string, len(stores))
	for i, s := range stores {
		examples[i] = s.example
	}
	return strings.Join(examples, "; ")
}

// shownTarget is a target as it may be printed: without credentials, options and
// fragment. What cannot be parsed may hide a password anywhere, so only its
// scheme is shown.
func shownTarget(target string) string {
	m := schemeForm.FindStringSubmatch(target)
	if m == nil || m[1] == "sqlite" || m[1] == "file" {
		return target
	}
	u, err := url.Parse(target)
	if err != nil {
		return m[1] + ":…"
	}
	if u.Opaque != "" {
		return m[1] + ":…"
	}
	u.User, u.RawQuery, u.Fragment, u.ForceQuery = nil, "", "", false
	return u.String()
}

// passwordsOf returns the passwords in a target, as written and decoded. Nothing
// that is printed may hold them.
func passwordsOf(target string) []string {
	m := schemeForm.FindStringSubmatch(target)
	if m == nil {
		return nil
	}
	rest := strings.TrimPrefix(target[len(m[0]):], "//")
	at := strings.LastIndexByte(rest, '@')
	if at < 0 {
		return nil
	}
	_, written, ok := strings.Cut(rest[:at], ":")
	if !ok || written == "" {
		return nil
	}
	passwords := []string{written}
	if decoded, err := url.PathUnescape(written); err == nil && decoded != written {
		passwords = append(passwords, decoded)
	}
	return passwords
}

// redact removes the passwords of the targets from a message. Sources leave them
// out themselves; this is the second lock.
func redact(message string, targets []string) string {
	for _, target := range targets {
		for _, password := range passwordsOf(target) {
			message = strings.ReplaceAll(message, password, "…")
		}
	}
	return message
}
