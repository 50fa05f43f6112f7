package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/assay/internal/testserver"
	"example.com/assay/report"
)

// TestScanS3 scans a bucket of a real server: the seed of the scan draws the
// keys, and a hint can be followed from where the user stands.
func TestScanS3(t *testing.T) {
	server := testserver.S3(t)
	useState(t)
	t.Setenv("AWS_ACCESS_KEY_ID", server.Key)
	t.Setenv("AWS_SECRET_ACCESS_KEY", server.Secret)
	bucket := filepath.Join(server.Root, "scanned")
	for i := range 60 {
		write(t, filepath.Join(bucket, fmt.Sprintf("mails-%02d.txt", i)), fmt.Sprintf("write to user%d@company.com\n", i))
	}
	write(t, filepath.Join(bucket, "db", "shop.db"), "SQLite format 3\x00 and so on")
	address := "?endpoint=" + server.Endpoint
	drawn := func(seed string) []string {
		code, out, errs := runInProcess(t, "", "scan", "s3://scanned/mails"+address+"&max-keys=10", "--format", "jsonl", "--seed", seed, "--elements", "email_address")
		if code != report.ExitIncomplete { // the keys that were not drawn
			t.Fatalf("exit code %d\n%s", code, errs)
		}
		var keys []string
		for line := range strings.Lines(out) {
			var f struct{ Asset, Element string }
			if err := json.Unmarshal([]byte(line), &f); err != nil {
				t.Fatal(err)
			}
			if f.Element != "" {
				keys = append(keys, f.Asset)
			}
		}
		slices.Sort(keys)
		return keys
	}
	first := drawn("7")
	if len(first) != 10 || !slices.Equal(first, drawn("7")) || slices.Equal(first, drawn("8")) {
		t.Errorf("%d keys; the seed does not decide which", len(first))
	}
	_, out, errs := runInProcess(t, "", "scan", "s3://scanned/db"+address)
	if !strings.Contains(out+errs, "copy it to a disk and scan it as sqlite:shop.db") {
		t.Errorf("no hint that can be followed: %s%s", out, errs)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
