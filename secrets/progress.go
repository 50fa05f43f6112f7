package secrets

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
)

// Progress keeps what a scan of a history has read in a file, so that the next
// one goes on from there. It holds places, and no secret. A file that was
// written with other rules, settings or baseline is begun anew.
type Progress struct {
	mu   sync.Mutex
	file *os.File
	out  *bufio.Writer
	done map[string]doneFile // by path
}

// doneFile is one line: a path all of whose versions were read.
type doneFile struct {
	Path   string  `json:"path"`
	Blobs  int     `json:"blobs"`
	Last   string  `json:"last"` // the newest of them
	Places []Place `json:"places"`
}

type progressHead struct {
	History int    `json:"assay_history"`
	Key     string `json:"key"`
}

// OpenProgress opens the file, or makes it, for the scanner.
func (s *Scanner) OpenProgress(name string) (*Progress, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open progress: %w", err)
	}
	p := &Progress{file: f, done: map[string]doneFile{}}
	key := s.key()
	end := p.read(key)
	if err := f.Truncate(end); err != nil {
		return nil, errors.Join(fmt.Errorf("open progress: %w", err), f.Close())
	}
	if _, err := f.Seek(end, 0); err != nil {
		return nil, errors.Join(fmt.Errorf("open progress: %w", err), f.Close())
	}
	p.out = bufio.NewWriter(f)
	if end == 0 {
		err = json.NewEncoder(p.out).Encode(progressHead{1, key})
	}
	return p, err
}

// read takes what is there of the same key, and returns where it ends: a line
// that was cut off is written anew.
func (p *Progress) read(key string) (end int64) {
	in := bufio.NewReader(p.file)
	for first := true; ; first = false {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return end
		}
		if first {
			var h progressHead
			if json.Unmarshal(line, &h) != nil || h.Key != key {
				return 0
			}
		} else {
			var d doneFile
			if json.Unmarshal(line, &d) != nil {
				return end
			}
			p.done[d.Path] = d
		}
		end += int64(len(line))
	}
}

// has returns the places of a file whose versions were all read.
func (p *Progress) has(v *versions) ([]Place, bool) {
	if p == nil {
		return nil, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	d, ok := p.done[v.path]
	if !ok || d.Blobs != len(v.list) || d.Last != v.list[len(v.list)-1].id {
		return nil, false
	}
	return d.Places, true
}

// add keeps that all versions of a file were read.
func (p *Progress) add(v *versions, places []Place) error {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return json.NewEncoder(p.out).Encode(doneFile{v.path, len(v.list), v.list[len(v.list)-1].id, places})
}

// Close writes what is left.
func (p *Progress) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return errors.Join(p.out.Flush(), p.file.Close())
}

// key names everything on which the places of a text depend.
func (s *Scanner) key() string {
	h := sha256.New()
	fmt.Fprintln(h, s.opts.Rules.Hash, s.opts.Least, s.opts.Filter != nil, s.opts.SHA1, s.opts.Memory.digest, len(s.opts.Key))
	h.Write(s.opts.Key)
	return hex.EncodeToString(h.Sum(nil)[:16])
}
