package code

import (
	"bytes"

	"example.com/assay/engine"
)

// judgeToken scores a value that is assigned to the name of a token, key or
// secret: drawn at random, and long enough not to be so by chance.
func judgeToken(c engine.Candidate) float64 {
	a := assignmentOf(c)
	if a.kind == generatedFile || !a.ofToken() || minified(c) || !a.quoted && a.kind == codeFile {
		return 0
	}
	if uuidText.Match(a.value) {
		return ok(a.takesUUID() && randomUUID(a.value))
	}
	if punctuated(a.value) && a.quoted {
		return Yes
	}
	if standsFor(a) {
		return 0
	}
	if left := c.Text[max(0, c.Start-engine.ContextReach):c.Start]; bytes.Contains(left, []byte("badge")) || bytes.Contains(left, []byte("shields.io")) {
		return 0 // a badge's token only shows the badge
	}
	return ok(drawn(a.value) && encodedText(a.value) == nil)
}

// drawn reports whether text was drawn at random: 8 characters or more, of
// letters and digits, or of letters in a disorder that no word has.
func drawn(v []byte) bool {
	if len(v) < 8 || codeLike.Match(v) || entropy(v) < 2.5 || bytes.ContainsFunc(v, func(r rune) bool { return r >= 0x80 }) {
		return false
	}
	bits, digits := randomBits(v), DigitCount(v)
	switch {
	case bits < randomLeast, digits == len(v), wordyParts(v):
		return false
	case digits == 0:
		return bits > 1 && (len(v) >= 16 || vowelless(v)) && classes(v) >= 2 || bits > 1.5 && len(v) >= 10 || bits > 1.1 && len(v) >= 14
	case len(v) < 12:
		return bits > 0.8 && digits >= 2 || bits > 1.2
	}
	return true
}

// punctuated reports whether text is long and has all kinds of characters in
// disorder, as the keys have that web frameworks make: no rule about what looks
// like code says anything of it.
func punctuated(v []byte) bool {
	return len(v) >= 40 && classes(v) == 4 && DigitCount(v) >= 3 && randomBits(v) > 1 && bytes.IndexByte(v, '/') < 0 && !placeholder(v)
}

// uuidSecrets are words of names whose values are secret also where they are
// UUIDs; elsewhere a UUID only names a thing.
var (
	uuidSecrets = wordSet(`secret secrets apikey apikeys appkey apisecret appsecret clientsecret secretkey accesstoken authtoken accesskey privatekey masterkey`)
	uuidOwners  = wordSet(`api access auth private personal bot deploy subscription license licence app service`)
)

// takesUUID reports whether a UUID assigned to the name would be a secret.
func (a assignment) takesUUID() bool {
	last := a.key[len(a.key)-1]
	return a.hasWord(uuidSecrets) || (last == "key" || last == "token") && a.hasWord(uuidOwners)
}

// randomUUID reports whether a UUID was drawn at random (RFC 9562, version 4) and
// is not the one that all documentation has.
func randomUUID(v []byte) bool {
	v = bytes.Trim(v, "{}")
	return v[14] == '4' && entropy(v) > 3 && !bytes.HasPrefix(v, []byte("550e8400-"))
}
