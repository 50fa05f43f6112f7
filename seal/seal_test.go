package seal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/assay"
	"example.com/assay/seal"
)

// place is what the tests bind content to: an asset, a field, a verifier.
var place = []string{"mysql://db:3306/shop/users", "email", "email_address@3"}

const content = "content of nobody 4711"

func newFile(t testing.TB) (*seal.File, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys", "key.json")
	key, err := seal.CreateFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return key, path
}

func newSealer(t testing.TB, keys ...seal.Key) *seal.Sealer {
	t.Helper()
	s, err := seal.New(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sealOne(t testing.TB, s *seal.Sealer) []byte {
	t.Helper()
	sealed, err := s.Seal(t.Context(), assay.Value(content), place...)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func wantOpen(t testing.TB, s *seal.Sealer, sealed []byte) {
	t.Helper()
	got, err := s.Open(t.Context(), sealed, place...)
	if err != nil {
		t.Fatal(err)
	}
	if string([]byte(got)) != content {
		t.Errorf("opened %d bytes, which are not the content", len(got))
	}
}

func TestSealAndOpen(t *testing.T) {
	key, path := newFile(t)
	s := newSealer(t, key)
	first, second := sealOne(t, s), sealOne(t, s)
	if bytes.Equal(first, second) {
		t.Error("the same content is sealed to the same bytes, which tells that it is the same")
	}
	for _, word := range append(slices.Clone(place), content) {
		if bytes.Contains(first, []byte(word)) {
			t.Errorf("%q can be read in what is sealed", word)
		}
	}
	wantOpen(t, s, first)
	again, err := seal.Open(t.Context(), "file:"+path) // another process
	if err != nil {
		t.Fatal(err)
	}
	wantOpen(t, again, second)
	if empty, err := s.Seal(t.Context(), nil); err != nil {
		t.Error(err)
	} else if got, err := s.Open(t.Context(), empty); err != nil || len(got) != 0 {
		t.Errorf("empty content opened as %d bytes, %v", len(got), err)
	}
}

// What is sealed for one place opens in no other: not with another asset, field
// or verifier, nor with the same words cut elsewhere.
func TestBoundToItsPlace(t *testing.T) {
	key, _ := newFile(t)
	s := newSealer(t, key)
	sealed := sealOne(t, s)
	others := [][]string{nil, place[:2], append(slices.Clone(place), "")}
	for i := range place {
		other := slices.Clone(place)
		other[i] += "2"
		others = append(others, other)
	}
	others = append(others, []string{place[0] + place[1], "", place[2]}, []string{place[1], place[0], place[2]})
	for _, other := range others {
		if _, err := s.Open(t.Context(), sealed, other...); err == nil {
			t.Errorf("opened for %q", other)
		}
	}
}

// Any changed byte is noticed, and no changed bytes panic.
func TestChanged(t *testing.T) {
	key, _ := newFile(t)
	s := newSealer(t, key)
	sealed := sealOne(t, s)
	for i := range sealed {
		changed := slices.Clone(sealed)
		changed[i] ^= 1
		if got, err := s.Open(t.Context(), changed, place...); err == nil && string([]byte(got)) != content {
			t.Errorf("opened to something else with byte %d changed", i)
		}
		if _, err := s.Open(t.Context(), sealed[:i], place...); err == nil {
			t.Errorf("opened when cut off at %d", i)
		}
	}
}

func TestOtherKey(t *testing.T) {
	first, _ := newFile(t)
	second, _ := newFile(t)
	sealed := sealOne(t, newSealer(t, first))
	if _, err := newSealer(t, second).Open(t.Context(), sealed, place...); err == nil || !strings.Contains(err.Error(), first.ID()) {
		t.Errorf("got %v, want the name of the key that is missing", err)
	}
	wantOpen(t, newSealer(t, second, first), sealed)
}

// TestRotation: the old content opens, new content is written with the new key,
// and after Rewrap the old key can go.
func TestRotation(t *testing.T) {
	key, path := newFile(t)
	old := key.ID()
	sealed := sealOne(t, newSealer(t, key))
	running := newSealer(t, key) // a process that has the file open all the while
	sealOne(t, running)
	id, err := seal.RotateFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := seal.Open(t.Context(), "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	fresh := sealOne(t, s)
	if got, err := seal.KeyOf(fresh); err != nil || got != id || got == old {
		t.Errorf("new content is sealed with %s, %v; want %s", got, err, id)
	}
	wantOpen(t, s, sealed)
	wantOpen(t, running, fresh)
	if got, err := seal.KeyOf(sealOne(t, running)); err != nil || got != id {
		t.Errorf("a running process seals with %s, %v, after the rotation; want %s", got, err, id)
	}

	moved, changed, err := s.Rewrap(t.Context(), sealed)
	if err != nil || !changed {
		t.Fatalf("rewrapped: %v, %v", changed, err)
	}
	if same, changed, err := s.Rewrap(t.Context(), moved); err != nil || changed || !bytes.Equal(same, moved) {
		t.Errorf("rewrapped again: %v, %v", changed, err)
	}
	if kept, err := seal.RetireFile(path, []string{old}); err != nil || len(kept) != 0 {
		t.Errorf("retired %q, %v, although it is in use", kept, err)
	}
	if gone, err := seal.RetireFile(path, []string{id}); err != nil || !slices.Equal(gone, []string{old}) {
		t.Errorf("retired %q, %v; want %s", gone, err, old)
	}
	if s, err = seal.Open(t.Context(), "file:"+path); err != nil {
		t.Fatal(err)
	}
	wantOpen(t, s, moved)
	if _, err := s.Open(t.Context(), sealed, place...); err == nil {
		t.Error("what was sealed with a retired key opens")
	}
}

func TestKeyFile(t *testing.T) {
	_, path := newFile(t)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	if _, err := seal.CreateFile(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("created over an existing key: %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("%d files beside the key, %v", len(entries)-1, err)
	}
	lock := path + ".lock"
	if err := os.WriteFile(lock, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.RotateFile(path); err == nil || !strings.Contains(err.Error(), lock) {
		t.Errorf("rotated while another did: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.OpenFile(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("opened a key that others may read: %v", err)
	}
}

func TestRefuses(t *testing.T) {
	junk := filepath.Join(t.TempDir(), "junk")
	if err := os.WriteFile(junk, []byte(`{"key": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, uri := range []string{"", "key.json", "file:" + junk, "file:" + junk + "2", "aws-kms:key", "aws-kms:arn:aws:s3:::bucket"} {
		if _, err := seal.Open(t.Context(), uri); err == nil {
			t.Errorf("opened %q", uri)
		}
	}
	if _, err := seal.New(); err == nil {
		t.Error("sealed without a key")
	}
}

// broken is a key in a place that cannot be reached.
type broken struct{ *seal.File }

func (broken) EncryptWithContext(context.Context, []byte, []byte) ([]byte, error) {
	return nil, errors.New("no route to host")
}

func TestKeyOutOfReach(t *testing.T) {
	key, _ := newFile(t)
	if _, err := newSealer(t, broken{key}).Seal(t.Context(), assay.Value(content), place...); err == nil || strings.Contains(err.Error(), content) {
		t.Errorf("got %v", err)
	}
}

// counted counts how often the key is asked.
type counted struct {
	*seal.File
	mu             sync.Mutex
	wraps, unwraps int
}

func (c *counted) EncryptWithContext(ctx context.Context, plain, associated []byte) ([]byte, error) {
	c.mu.Lock()
	c.wraps++
	c.mu.Unlock()
	return c.File.EncryptWithContext(ctx, plain, associated)
}

func (c *counted) DecryptWithContext(ctx context.Context, cipher, associated []byte) ([]byte, error) {
	c.mu.Lock()
	c.unwraps++
	c.mu.Unlock()
	return c.File.DecryptWithContext(ctx, cipher, associated)
}

// A scanner that seals much asks the key once.
func TestFewCalls(t *testing.T) {
	file, _ := newFile(t)
	key := &counted{File: file}
	s := newSealer(t, key)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 250 {
				text := fmt.Sprint("content ", w, i)
				sealed, err := s.Seal(t.Context(), assay.Value(text), place...)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := s.Open(t.Context(), sealed, place...); err != nil || string([]byte(got)) != text {
					t.Errorf("opened to something else, %v", err)
				}
			}
		})
	}
	wg.Wait()
	if key.wraps != 1 || key.unwraps > 4 {
		t.Errorf("the key was asked %d times to encrypt and %d to decrypt 1000 values", key.wraps, key.unwraps)
	}
}

func FuzzOpen(f *testing.F) {
	path := filepath.Join(f.TempDir(), "key.json")
	key, err := seal.CreateFile(path)
	if err != nil {
		f.Fatal(err)
	}
	s := newSealer(f, key)
	sealed, err := s.Seal(f.Context(), assay.Value(content), place...)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte{1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := s.Open(t.Context(), data, place...)
		if err == nil && string([]byte(got)) != content {
			t.Error("forged content was opened")
		}
	})
}
