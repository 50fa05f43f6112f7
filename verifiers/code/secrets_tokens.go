package code

import (
	"bytes"
	"encoding/base64"
	"strings"

	"example.com/assay/engine"
)

// judgeVendor scores a value of a vendor's shape that is assigned to a name
// with the vendor in it: MAILBOX_API_KEY. The name must also speak of a key, and
// the value must be no placeholder; it may be a UUID.
func judgeVendor(c engine.Candidate) float64 {
	a := assignmentOf(c)
	if a.kind == generatedFile || a.aboutSomethingElse() || a.hasWord(publicWords) {
		return 0
	}
	if placeholder(a.value) || repeats(a.value) || entropy(a.value) < 2.5 || sameWords(a.key, a.value) {
		return 0
	}
	return ok(uuidText.Match(a.value) || randomBits(a.value) > randomLeast && !wordyParts(a.value))
}

// judgeBasicValue scores the Base64 of user:password.
func judgeBasicValue(c engine.Candidate) float64 {
	return ok(basicCredentials(c.Bytes()))
}

// basicCredentials reports whether text is the Base64 of a user and a password
// that is no placeholder.
func basicCredentials(text []byte) bool {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(string(text), "="))
	user, password, found := bytes.Cut(raw, []byte(":"))
	if err != nil || !found || len(password) < 3 || bytes.EqualFold(user, password) || bytes.ContainsFunc(raw, func(r rune) bool { return r < ' ' }) {
		return false
	}
	return !standsFor(assignment{value: password}) && chosen(password) >= weakChoice
}

// judgeEncodedKey scores the Base64 of a PEM text: only a private key counts.
func judgeEncodedKey(c engine.Candidate) float64 {
	head := c.Bytes()[:min(c.End-c.Start, 80)/4*4]
	raw, err := base64.StdEncoding.DecodeString(string(head))
	return ok(err == nil && bytes.Contains(raw, []byte("PRIVATE KEY")))
}

// judgePgpass scores the last part of a line of a .pgpass file.
func judgePgpass(c engine.Candidate) float64 {
	a := assignment{value: c.Bytes()}
	return ok(!standsFor(a) && chosen(a.value) >= weakChoice && letterByte(a.value[0]) && DigitCount(a.value) < len(a.value))
}

// judgeAccessKeyID scores an AWS key id. Its 16 characters are Base32; in those
// that AWS made since 2019 the first five bytes hold the account's number, which
// has 12 digits. The ids of AWS's documentation end in EXAMPLE.
func judgeAccessKeyID(c engine.Candidate) float64 {
	id := c.Bytes()
	if len(id) != 20 || !standsAlone(c) || bytes.HasSuffix(id, []byte("EXAMPLE")) || repeats(id[4:]) {
		return 0
	}
	body := id[4:]
	value := uint64(0)
	for _, b := range body[:10] {
		d := bytes.IndexByte([]byte("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), b)
		if d < 0 {
			return 0
		}
		value = value<<5 | uint64(d)
	}
	if bytes.ContainsAny(body, "0189") {
		return 0
	}
	// Of ten characters, 50 bits, the number takes 40 from the second bit on.
	const accounts = 1_000_000_000_000
	return ok(body[0] == 'I' || body[0] == 'J' || value>>9&(1<<40-1) < accounts)
}
