package seal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// File is a key in a file: a Tink keyset in its JSON form, not encrypted, which
// only the service's user may read. The file may hold several keys, of which the
// primary one encrypts and all decrypt. It is read again when it has changed, so
// that a rotation needs no restart.
type File struct {
	path string

	mu     sync.Mutex
	info   fs.FileInfo // as of the last reading
	handle *keyset.Handle
	aead   tink.AEAD
}

var _ Key = (*File)(nil)

// keyMode lets the owner alone read a key file.
const keyMode fs.FileMode = 0o600

// CreateFile makes a key file, readable by its owner only. A file that exists
// is never overwritten: with it, all that it sealed would be lost.
func CreateFile(path string) (*File, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("create key %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create key: %w", err)
	}
	temp, err := writeTemp(path, handle)
	if err != nil {
		return nil, fmt.Errorf("create key %s: %w", path, err)
	}
	// A link fails when the name is taken, and never shows half a file.
	if err := errors.Join(os.Link(temp, path), os.Remove(temp)); err != nil {
		return nil, fmt.Errorf("create key: %w", err)
	}
	return OpenFile(path)
}

// OpenFile opens a key file. One that others may read is refused.
func OpenFile(path string) (*File, error) {
	f := &File{path: path}
	if err := f.load(); err != nil {
		return nil, fmt.Errorf("open key: %w", err)
	}
	return f, nil
}

// load reads the file where it has changed since.
func (f *File) load() error {
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	if f.info != nil && os.SameFile(info, f.info) && info.ModTime().Equal(f.info.ModTime()) {
		return nil
	}
	const others = 0o027 // the group may read: that is how a cluster hands out files
	if mode := info.Mode().Perm(); mode&others != 0 {
		return fmt.Errorf("%s has mode %#o (chmod 600: who reads it can read all that was sealed)", f.path, mode)
	}
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer file.Close()
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(file))
	if err != nil {
		return fmt.Errorf("%s holds no key: %w", f.path, err)
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	f.info, f.handle, f.aead = info, handle, primitive
	return nil
}

// refresh reads the file again where it has changed. While it cannot be read,
// what was read before stays in use.
func (f *File) refresh() { _ = f.load() }

// ID implements Key.
func (f *File) ID() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refresh()
	return fileKeyID(f.handle.KeysetInfo().GetPrimaryKeyId())
}

// Opens implements Key.
func (f *File) Opens(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.holds(id) {
		return true
	}
	f.refresh()
	return f.holds(id)
}

func (f *File) holds(id string) bool {
	for _, k := range f.handle.KeysetInfo().GetKeyInfo() {
		if fileKeyID(k.GetKeyId()) == id {
			return true
		}
	}
	return false
}

func (f *File) primitive() tink.AEAD {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.aead
}

// EncryptWithContext encrypts with the primary key.
func (f *File) EncryptWithContext(_ context.Context, plaintext, associated []byte) ([]byte, error) {
	return f.primitive().Encrypt(plaintext, associated)
}

// DecryptWithContext decrypts with any key of the file.
func (f *File) DecryptWithContext(_ context.Context, ciphertext, associated []byte) ([]byte, error) {
	return f.primitive().Decrypt(ciphertext, associated)
}

// fileKeyID is the name of a key of a file. Tink draws the numbers at random.
func fileKeyID(number uint32) string { return "file:" + strconv.FormatUint(uint64(number), 16) }

// writeTemp writes a keyset beside the file that it is to become.
func writeTemp(path string, handle *keyset.Handle) (string, error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return "", err
	}
	err = errors.Join(insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(file)), file.Chmod(keyMode), file.Sync(), file.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}
