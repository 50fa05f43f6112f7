package code

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"math"
	"strings"

	"example.com/assay/engine"
)

// secrets lists the checks of credentials.
var secrets = []Check{
	{
		Name:     "jwt",
		Doc:      "RFC 7519 token in compact form: a Base64url JSON header that names an algorithm, a JSON claims set, a signature",
		Regexp:   `eyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*`,
		Literals: []string{"eyj"},
		Valid:    validJWT,
	},
	{
		Name: "random",
		Doc:  "text that looks drawn at random rather than written: at least 3 bits a character and no placeholder",
		Valid: func(c engine.Candidate) float64 {
			return ok(!placeholder(c.Bytes()) && entropy(c.Bytes()) >= 3)
		},
	},
	{
		Name:  "secret_value",
		Doc:   "a value that somebody can have chosen as a password: no placeholder, variable, call or word of the language of configuration",
		Valid: func(c engine.Candidate) float64 { return ok(!placeholder(c.Bytes()) && !codeWord(c)) },
	},
	{
		Name:  "assigned_password",
		Doc:   "a value assigned to the name of a password: no placeholder, reference, call, identifier or word; in code only in quotes. A model of character pairs tells words from random text",
		Valid: judgePassword,
	},
	{
		Name:  "configured_password",
		Doc:   "a value that stands behind the name of a password in a line of a configuration, with nothing but a blank between: drawn at random, or a word with digits in a file of configuration",
		Valid: judgeConfigured,
	},
	{
		Name:  "assigned_token",
		Doc:   "a value drawn at random, assigned to the name of a token, key or secret that is not public and no hash",
		Valid: judgeToken,
	},
	{
		Name: "drawn",
		Doc:  "text drawn at random by a model of character pairs; no placeholder, UUID or hash of a lock file",
		Valid: func(c engine.Candidate) float64 {
			return ok(!standsFor(assignment{value: c.Bytes()}) && drawn(c.Bytes()))
		},
	},
	{
		Name: "chosen",
		Doc:  "a password by its place, such as behind IDENTIFIED BY: no placeholder, reference, call or plain word",
		Valid: func(c engine.Candidate) float64 {
			a := assignment{key: assignmentOf(c).key, value: c.Bytes()}
			return ok(!standsFor(a) && chosen(a.value) >= weakChoice)
		},
	},
	{
		Name:     "inserted_password",
		Doc:      "the value that an SQL INSERT gives to a column of passwords: no placeholder, plain word or hash",
		Find:     findInserted,
		Literals: []string{"insert into", "insert ignore into"},
		Valid:    judgeInserted,
	},
	{
		Name: "random_value",
		Doc:  "a whole value drawn at random, of 12 to 4,096 characters without blanks; needs a field that says what it is",
		Find: findWhole,
		Valid: func(c engine.Candidate) float64 {
			b := c.Bytes()
			return ok(len(b) >= 12 && len(b) <= 4096 && !hasBlank(b) && !placeholder(b) && randomText(b))
		},
	},
	{
		Name: "hash_value",
		Doc:  "a whole value that is an MD5, SHA-1, SHA-256 or SHA-512 digest in hexadecimal; needs a field that says of what",
		Find: findWhole,
		Valid: func(c engine.Candidate) float64 {
			raw, err := hex.DecodeString(string(c.Bytes()))
			return ok(err == nil && (len(raw) == 16 || len(raw) == 20 || len(raw) == 32 || len(raw) == 64))
		},
	},
	{
		Name: "key_body",
		Doc:  "refuses the armour of a key without a body, as it stands in code that looks for keys",
		Valid: func(c engine.Candidate) float64 {
			_, armour, _ := strings.Cut(string(c.Bytes()), "-----")
			_, body, _ := strings.Cut(armour, "-----")
			return ok(len(strings.TrimSpace(body)) >= 16)
		},
	},
	{
		Name:  "vendor_token",
		Doc:   "a value of a vendor's shape, assigned to a name with the vendor and a word such as key or token; drawn at random or a UUID, and no placeholder",
		Valid: judgeVendor,
	},
	{
		Name:  "basic_value",
		Doc:   "the Base64 of user:password, where the password is no placeholder or plain word",
		Valid: judgeBasicValue,
	},
	{
		Name:  "base64_private_key",
		Doc:   "the Base64 of a PEM text (RFC 7468) that begins a private key",
		Valid: judgeEncodedKey,
	},
	{
		Name:  "pgpass",
		Doc:   "the password of a line of a .pgpass file: no number, placeholder or plain word",
		Valid: judgePgpass,
	},
	{
		Name:  "no_vector",
		Doc:   "refuses what stands in files of test vectors of cryptography",
		Valid: func(c engine.Candidate) float64 { return ok(fileKindOf(c.Field) != generatedFile) },
	},
	{
		Name:  "aws_key_id",
		Doc:   "AWS key id: Base32 with an account's number of 12 digits within, as its API GetAccessKeyInfo tells; not of the documentation",
		Valid: judgeAccessKeyID,
	},
	{
		Name: "cookie_value",
		Doc:  "name=value of cookies, parted by semicolons, of which one value is drawn at random",
		Valid: func(c engine.Candidate) float64 {
			for pair := range bytes.SplitSeq(c.Bytes(), []byte(";")) {
				if _, value, _ := bytes.Cut(pair, []byte("=")); len(value) > 0 && !standsFor(assignment{value: value}) && drawn(value) {
					return Yes
				}
			}
			return 0
		},
	},
	{
		Name:  "url_secret",
		Doc:   "a URL whose password is no placeholder or reference and whose host is no example's; on the web no plain word either",
		Valid: judgeURL,
	},
	{
		Name:  "basic_auth",
		Doc:   "Basic and the Base64 of user:password (RFC 7617), where the password is no placeholder or plain word",
		Valid: judgeBasic,
	},
	{
		Name: "github_checksum",
		Doc:  "GitHub token of the format of 2021: prefix, 30 random characters, CRC-32 in six Base62 digits",
		Valid: func(c engine.Candidate) float64 {
			s := string(c.Bytes())
			i := strings.IndexByte(s, '_')
			return ok(len(s) > i+7 && base62(crc32.ChecksumIEEE([]byte(s[i+1:len(s)-6]))) == s[len(s)-6:])
		},
	},
}

func validJWT(c engine.Candidate) float64 {
	parts := strings.Split(string(c.Bytes()), ".")
	var header struct{ Alg string }
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || json.Unmarshal(raw, &header) != nil || header.Alg == "" {
		return 0
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	return ok(err == nil && json.Valid(claims))
}

// entropy returns the Shannon entropy of text in bits a byte.
func entropy(text []byte) float64 {
	var count [256]int
	for _, b := range text {
		count[b]++
	}
	bits := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(text))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// placeholders are what stands where a secret belongs in examples and templates.
var placeholders = []string{
	"xxxx", "****", "....", "____", "----", "your", "changeme", "change_me", "change-me", "example", "placeholder", "dummy",
	"redacted", "insert", "replace", "todo", "sample", "<", "${", "$(", "{{", "%(", "#{", "process.env", "os.environ", "getenv",
	"secrets.", "vault:", "env.", "config.", "settings.", "abcdefgh", "12345678901", "00000000", "fixme", "undefined",
}

// placeholder reports whether text stands for a secret rather than being one.
func placeholder(text []byte) bool {
	s := strings.ToLower(string(text))
	for _, p := range placeholders {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// codeWords are values of a password key that are no password.
const codeWords = " true false null none nil string str text varchar password passwd secret token required optional hidden input self this type value key name var let const return func function def class int bool boolean bytes object any undefined yes no empty field label user username enabled disabled "

// codeWord reports whether the candidate is a word of a language, a call or a
// reference: foo(), $HOME, self.password, user.password.
func codeWord(c engine.Candidate) bool {
	b := c.Bytes()
	if strings.Contains(codeWords, " "+strings.ToLower(string(b))+" ") || b[0] == '$' || b[0] == '%' || b[0] == '(' || b[0] == '[' || b[0] == '{' {
		return true
	}
	if c.End < len(c.Text) && (c.Text[c.End] == '(' || c.Text[c.End] == '[') || bytes.ContainsAny(b, "()") {
		return true
	}
	quoted := c.Start > 0 && (c.Text[c.Start-1] == '"' || c.Text[c.Start-1] == '\'')
	return !quoted && bytes.IndexByte(b, '.') > 0 && !bytes.ContainsAny(b, "0123456789!@#$%^&*")
}

// base62 writes v in six digits 0-9A-Za-z.
func base62(v uint32) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	out := []byte("000000")
	for i := len(out) - 1; i >= 0; i-- {
		out[i], v = alphabet[v%62], v/62
	}
	return string(out)
}

// classes counts the classes of characters in text: lower case, upper case,
// digits, others.
func classes(text []byte) int {
	var seen [4]int
	for _, b := range text {
		switch {
		case b >= 'a' && b <= 'z':
			seen[0] = 1
		case b >= 'A' && b <= 'Z':
			seen[1] = 1
		case digitByte(b):
			seen[2] = 1
		default:
			seen[3] = 1
		}
	}
	return seen[0] + seen[1] + seen[2] + seen[3]
}

// pathLike reports whether text is a path, a URL or an e-mail address.
func pathLike(text []byte) bool {
	return text[0] == '/' || text[0] == '.' || bytes.Contains(text, []byte("://")) || bytes.Contains(text, []byte("--"))
}

// randomText reports whether text has letters and digits in the disorder of a
// random draw, and is no run of words: at least one digit in eight characters.
func randomText(text []byte) bool {
	n := DigitCount(text)
	return 8*n >= len(text) && n < len(text) && entropy(text) >= 3 && !pathLike(text)
}
