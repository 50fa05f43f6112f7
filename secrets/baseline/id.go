// Package baseline holds the identities of found secrets and the files that
// remember them: assay's own baseline, the decisions of an audit, and the files
// of other tools that people come with. None of them holds a secret, a line
// number, a commit or a time.
//
// It imports the root package only.
package baseline

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/argon2"

	"example.com/assay"
)

// Salt is a repository's own, written in its baseline. Place ids of different
// repositories cannot be compared, and none can be looked up in a table.
type Salt string

// NewSalt returns a random salt.
func NewSalt() Salt {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return Salt(hex.EncodeToString(b[:]))
}

// noSalt is used where there is no baseline yet.
const noSalt Salt = "assay"

// The cost of a place id. It is a slow hash because a baseline is committed, and
// what it remembers may be a short password: at 4 MiB and some milliseconds a
// guess, trying is dear.
const (
	hashPasses = 1
	hashKiB    = 4 << 10
	hashLen    = 16
)

// PlaceID names a secret in a file, for baseline and skips: the same on every
// machine, and after any change of the file that leaves the secret in it.
func PlaceID(salt Salt, element assay.Element, path string, secret assay.Value) string {
	if salt == "" {
		salt = noSalt
	}
	sum := argon2.IDKey(joined(string(element), path, Normalise(secret)), []byte("assay place "+salt), hashPasses, hashKiB, 1, hashLen)
	return hex.EncodeToString(sum)
}

// SecretID names a secret wherever it stands, for tickets. It is made where the
// service's key is.
func SecretID(key []byte, element assay.Element, secret assay.Value) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(joined(string(element), Normalise(secret)))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// SHA1 is how detect-secrets names a secret in its baseline. It is quick to
// compute, and so is guessing what it stands for.
func SHA1(secret assay.Value) string {
	sum := sha1.Sum(secret)
	return hex.EncodeToString(sum[:])
}

// Normalise is the form of a secret that identities are made of: without quotes
// around it, and without white space or escaped line ends in it, so that a key
// in one line and the same key wrapped are one secret.
func Normalise(secret assay.Value) string {
	s := strings.Trim(string(secret), "\"'` \t\r\n")
	s = strings.NewReplacer(`\r`, "", `\n`, "", "\r", "", "\n", "", "\t", "", " ", "").Replace(s)
	return s
}

// joined puts parts together so that no two lists of them collide.
func joined(parts ...string) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}
