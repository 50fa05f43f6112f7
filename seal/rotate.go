package seal

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// RotateFile adds a new key to a key file and makes it the one that encrypts.
// The older ones still decrypt. It returns the new key's id.
func RotateFile(path string) (id string, err error) {
	err = changeFile(path, func(m *keyset.Manager, _ *keyset.Handle) error {
		number, err := m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		id = fileKeyID(number)
		return m.SetPrimary(number)
	})
	if err != nil {
		return "", fmt.Errorf("rotate key %s: %w", path, err)
	}
	return id, nil
}

// RetireFile removes the keys of a key file that are neither the primary one nor
// among inUse (see KeyOf), and returns their ids. What they sealed and is not
// named there can never be opened again.
func RetireFile(path string, inUse []string) (retired []string, err error) {
	err = changeFile(path, func(m *keyset.Manager, h *keyset.Handle) error {
		for _, k := range h.KeysetInfo().GetKeyInfo() {
			id := fileKeyID(k.GetKeyId())
			if k.GetKeyId() == h.KeysetInfo().GetPrimaryKeyId() || slices.Contains(inUse, id) {
				continue
			}
			if err := m.Delete(k.GetKeyId()); err != nil {
				return err
			}
			retired = append(retired, id)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("retire keys of %s: %w", path, err)
	}
	return retired, nil
}

// changeFile changes the keys of a file, which is replaced as a whole. Two
// changes at a time would lose a key, so that one of them is refused.
func changeFile(path string, change func(*keyset.Manager, *keyset.Handle) error) (err error) {
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_EXCL, keyMode)
	if err != nil {
		return fmt.Errorf("%w (another command changes the key; remove the file if none does)", err)
	}
	defer func() { err = errors.Join(err, lock.Close(), os.Remove(lock.Name())) }()
	f, err := OpenFile(path)
	if err != nil {
		return err
	}
	manager := keyset.NewManagerFromHandle(f.handle)
	if err := change(manager, f.handle); err != nil {
		return err
	}
	handle, err := manager.Handle()
	if err != nil {
		return err
	}
	temp, err := writeTemp(path, handle)
	if err != nil {
		return err
	}
	return os.Rename(temp, path)
}
