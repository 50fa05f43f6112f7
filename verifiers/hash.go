package verifiers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
)

// hashDigits is the length of a definition's hash in hexadecimal digits.
const hashDigits = 16

// Hash identifies what the definition detects: a SHA-256 prefix over the
// canonical JSON (keys sorted, no blanks) of element, detect and column, and the
// dictionary files and tables of fakes that they name. Doc, title, aliases and
// examples do not change it. The error is that of reading a dictionary.
func (d Definition) Hash() (string, error) {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(d.detected); err != nil {
		return "", fmt.Errorf("%s: hash: %w", d.File, err)
	}
	fakes, err := loadFakes()
	if err != nil {
		return "", err
	}
	for n := range d.Detect.all() {
		if t, ok := n.Method.(Trie); ok && t.File != "" {
			data, err := fs.ReadFile(d.dir, t.File)
			if err != nil {
				return "", fmt.Errorf("%s: %s: read dictionary: %w", d.File, n.at, err)
			}
			fmt.Fprintf(h, "file %d ", len(data))
			h.Write(data)
		}
		for _, table := range n.Refine.Tables {
			fmt.Fprintf(h, "table %q %q ", fakes[table].exact, fakes[table].patterns)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:hashDigits], nil
}
