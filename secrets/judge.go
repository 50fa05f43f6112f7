package secrets

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"path"
	"sync"
	"time"

	"example.com/assay"
	"example.com/assay/secrets/baseline"
	"example.com/assay/secrets/skip"
)

// Memory is what a repository already knows of its secrets; all of it may be
// missing.
type Memory struct {
	Baseline      *baseline.Baseline
	Decisions     baseline.Decisions
	DetectSecrets *baseline.DetectSecrets
	Gitleaks      baseline.GitleaksIgnore
	// Allow is what a configuration of gitleaks allows.
	Allow *Gitleaks
	// Gone reports that a file of the baseline is no longer there, so that it
	// may have moved. Nil means that none is.
	Gone func(file string) bool

	digest string // of the files it was read from
}

// judge turns hits into places: it makes their identities and says what they
// count for. It is safe for concurrent use.
type judge struct {
	memory Memory
	key    []byte // of the service, for secret ids; may be empty
	now    time.Time
	sha1   bool // keep the SHA1 that detect-secrets uses
	run    []byte

	mu  sync.Mutex
	ids map[idKey]string
}

// idKey finds an id that was made already, by a keyed hash of what it is of: a
// place id is slow to make, and secrets repeat.
type idKey [sha256.Size]byte

// maxIDs bounds the ids that are remembered.
const maxIDs = 1 << 16

func newJudge(m Memory, key []byte, now time.Time, sha1 bool) *judge {
	run := make([]byte, 32)
	rand.Read(run) // never fails: crypto/rand ends the program instead
	return &judge{memory: m, key: key, now: now, sha1: sha1, run: run, ids: map[idKey]string{}}
}

// place makes the place of a hit in a file, known by its path in the repository
// and, after a rename, by the path it came from.
func (j *judge) place(h hit, file, from, commit string) Place {
	p := Place{
		File: file, Line: h.line, Column: h.column, Element: h.element, Confidence: h.confidence,
		Masked: h.secret.Mask(), State: Found, Commit: commit, last: h.last, Decoded: h.decoded,
	}
	p.group = string(j.keyed(string(h.element), baseline.Normalise(h.secret)))
	p.Fingerprint = j.placeID(j.memory.Baseline.Salt(), h.element, file, h.secret)
	if len(j.key) > 0 {
		p.SecretID = baseline.SecretID(j.key, h.element, h.secret)
	}
	sum := ""
	if j.sha1 || j.memory.DetectSecrets != nil {
		sum = baseline.SHA1(h.secret)
	}
	if j.sha1 {
		p.sha1 = sum
	}
	j.decide(&p, h, from, sum)
	return p
}

// decide says what a place counts for. A reviewer's rejection beats every skip.
func (j *judge) decide(p *Place, h hit, from, sum string) {
	if j.memory.Decisions.Rejected(p.Fingerprint) {
		p.Note = "its skip was rejected: " + j.memory.Decisions[p.Fingerprint].Reason
		return
	}
	if s := j.covering(h.skips, h.element); s != nil {
		p.State, p.skip, p.Note = Skipped, s, s.Spelling
		return
	}
	if len(h.skips) > 0 {
		p.Note = whyNot(h.skips[0], h.element, j.now)
	}
	switch {
	case j.memory.Allow.allows(h, p.File, p.Commit):
		p.State, p.Note = Skipped, "allowlist of gitleaks"
	case j.known(p, h, from):
		p.State, p.Note = Baselined, baseline.Name
	case j.memory.DetectSecrets.Has(p.File, sum):
		p.State, p.Note = Baselined, baseline.DetectSecretsName
	case j.memory.Gitleaks.Has(p.Commit, p.File, p.Line):
		p.State, p.Note = Baselined, baseline.GitleaksIgnoreName
	}
}

func (j *judge) covering(skips []skip.Skip, element assay.Element) *skip.Skip {
	for i := range skips {
		if skips[i].Covers(element, j.now) {
			return &skips[i]
		}
	}
	return nil
}

// whyNot says why a comment does not help.
func whyNot(s skip.Skip, element assay.Element, now time.Time) string {
	switch {
	case s.Bad != "":
		return s.Spelling + ": " + s.Bad
	case s.Expired(now):
		return s.Spelling + " ended on " + s.Until.Format(time.DateOnly)
	}
	return s.Spelling + " does not name " + string(element)
}

// known reports whether the baseline knows the place, under any of its salts, or
// under the path from which the file moved.
func (j *judge) known(p *Place, h hit, from string) bool {
	b := j.memory.Baseline
	if b == nil || len(b.Entries) == 0 {
		return false
	}
	if b.Has(p.Fingerprint) {
		return true
	}
	for i, salt := range b.Salts {
		if i > 0 && b.Has(j.placeID(salt, h.element, p.File, h.secret)) {
			return true
		}
		for _, old := range j.formerPaths(p, from) {
			if b.Has(j.placeID(salt, h.element, old, h.secret)) {
				return true
			}
		}
	}
	return false
}

// maxFormerPaths bounds how many paths are tried for a file that may have moved.
const maxFormerPaths = 32

// formerPaths returns the paths under which a file may have been known: where it
// was renamed from, and the files of the baseline that are gone, those of the
// same name first.
func (j *judge) formerPaths(p *Place, from string) []string {
	var paths, others []string
	if from != "" {
		paths = append(paths, from)
	}
	if j.memory.Gone == nil {
		return paths
	}
	for _, f := range j.memory.Baseline.Paths(p.Element) {
		switch {
		case f == p.File || f == from || !j.memory.Gone(f):
		case path.Base(f) == path.Base(p.File):
			paths = append(paths, f)
		default:
			others = append(others, f)
		}
	}
	paths = append(paths, others...)
	return paths[:min(len(paths), maxFormerPaths)]
}

func (j *judge) placeID(salt baseline.Salt, element assay.Element, file string, secret assay.Value) string {
	key := idKey(j.keyed(string(salt), string(element), file, baseline.Normalise(secret)))
	j.mu.Lock()
	id, ok := j.ids[key]
	j.mu.Unlock()
	if ok {
		return id
	}
	id = baseline.PlaceID(salt, element, file, secret)
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.ids) < maxIDs {
		j.ids[key] = id
	}
	return id
}

// keyed hashes parts under a key that only this run has.
func (j *judge) keyed(parts ...string) []byte {
	mac := hmac.New(sha256.New, j.run)
	for _, p := range parts {
		sum := sha256.Sum256([]byte(p))
		mac.Write(sum[:])
	}
	return mac.Sum(nil)
}
