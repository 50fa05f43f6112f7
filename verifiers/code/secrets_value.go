package code

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"example.com/assay/engine"
)

// randomLeast is the randomBits from which on a text counts as drawn at random.
const randomLeast = 0.5

// judgePassword scores a value that is assigned to a password's name.
func judgePassword(c engine.Candidate) float64 {
	a := assignmentOf(c)
	if a.kind == generatedFile || !a.ofPassword() || standsFor(a) || minified(c) {
		return 0
	}
	if !a.quoted {
		return ok(barePassword(a) && !(len(a.key) == 1 && a.key[0] == "pass" && bytes.IndexByte(a.value, '/') >= 0))
	}
	switch strength := chosen(a.value); {
	case strength == strongChoice, strength == weakChoice && !a.call:
		return Yes
	}
	return ok(commonPassword(a) && !a.call)
}

// judgeConfigured scores a value behind a password's name in a line of its own.
// Prose has such lines too: what is no random draw counts in configuration only.
func judgeConfigured(c engine.Candidate) float64 {
	a := assignmentOf(c)
	a.key = nil
	if a.kind == generatedFile || a.kind == codeFile || standsFor(a) {
		return 0
	}
	strength := chosen(a.value)
	return ok(strength == strongChoice && DigitCount(a.value) > 0 || a.kind == configFile && strength == weakChoice)
}

// barePassword judges a value without quotes, which in code is a name.
func barePassword(a assignment) bool {
	marks := bytes.ContainsFunc(a.value, func(r rune) bool { return !strings.ContainsRune("_.-:/", r) && !wordByte(byte(r)) || r >= 0x80 })
	switch a.kind {
	case codeFile:
		return marks && classes(a.value) >= 3 && chosen(a.value) == strongChoice
	case configFile:
		return chosen(a.value) >= weakChoice || commonPassword(a)
	}
	tight := strings.HasSuffix(a.between, ":") || a.between == "=" || a.after != ',' && a.after != ';'
	return chosen(a.value) == strongChoice && (marks || DigitCount(a.value) > 0 || randomBits(a.value) > 1.5) ||
		chosen(a.value) == weakChoice && tight && DigitCount(a.value) > 1 || commonPassword(a)
}

// commonPasswords are chosen so often that they are no chance find. As they are
// words, they count only where configuration gives a value to a name in capitals
// or a file's name says that it is configuration.
var commonPasswords = wordSet(`admin root toor postgres mysql guest oracle sa letmein qwerty monkey dragon iloveyou welcome master superman trustno1 123456 1234567 12345678 123456789
	1234567890 12345 111111 123123 654321 000000 qwertyuiop abc123 qwerty123 1q2w3e4r 1qaz2wsx raspberry ubuntu vagrant alpine rabbitmq minioadmin minio123 elastic kibana jenkins tomcat`)

func commonPassword(a assignment) bool {
	return (a.kind == configFile || a.kind == unknownFile && !a.call && strings.HasPrefix(strings.TrimLeft(a.between, `"'`), "=") && !strings.Contains(a.between, " ")) &&
		commonPasswords[strings.ToLower(string(a.value))]
}

// strength is how much a text looks like one that somebody chose to be secret.
type strength int

const (
	wordyChoice  strength = iota // words, an identifier, a phrase
	weakChoice                   // a word with digits: summer2024
	strongChoice                 // drawn at random, or with marks amid letters and digits
)

// unpronounced is the randomBits from which on letters alone, assigned to the
// name of a password, are no word of any language.
const unpronounced = 0.8

// chosen judges a value by its characters alone.
func chosen(v []byte) strength {
	core := bytes.TrimRight(bytes.TrimLeft(v, "#.@:!?&~^-+=/*"), ":.?!…,;-=")
	var letters, digits, joints, marks int
	for _, b := range v {
		switch {
		case letterByte(b):
			letters++
		case digitByte(b):
			digits++
		case b == '_' || b == '-' || b == '.' || b == '/' || b == ':':
			joints++
		case b >= 0x80:
			return wordyChoice // of another language more often than secret
		default:
			marks++
		}
	}
	random := randomBits(v) > randomLeast && len(v) >= 5
	switch {
	case letters == 0:
		if digits >= 5 && joints == 0 && !counted(v) || digits >= 4 && marks > 0 {
			return weakChoice
		}
		return wordyChoice
	case digits == 0 && marks == 0:
		switch bits := randomBits(v); {
		case joints <= 1 && len(v) >= 5 && (bits > 1.5 || bits > 0.9 && vowelless(core)):
			return strongChoice
		case joints == 0 && len(v) >= 6 && bits > unpronounced:
			return weakChoice
		}
		return wordyChoice
	case marks > 0:
		return marked(v, core, digits, marks)
	case joints == 1 && len(v) >= 8 && classes(v) == 4 && digits > 1:
		return weakChoice // Silver-thunder57
	case joints > 0 && wordyParts(v):
		return wordyChoice
	case random:
		return strongChoice
	case joints > 0:
		return weakChoice
	case joints == 0 && len(v) >= 6 && !placeholderWords[strings.ToLower(string(bytes.TrimFunc(v, func(r rune) bool { return digitByte(byte(r)) })))] && !algorithmName.Match(v):
		return weakChoice
	}
	return wordyChoice
}

// marked judges a value with marks such as ! or $ in it.
func marked(v, core []byte, digits, marks int) strength {
	switch {
	case codeLike.Match(v):
		return wordyChoice
	case digits == 0 && !bytes.ContainsFunc(core, func(r rune) bool { return !letterByte(byte(r)) && r != '_' && r != '-' && r != '.' }):
		if len(core) >= 6 && randomBits(core) > unpronounced {
			return weakChoice // qzvkwtr!
		}
		return wordyChoice // :password, #login, Password!
	case digits == 0 && randomBits(core) < randomLeast && classes(v) < 3:
		return wordyChoice
	case len(v) < 5:
		return wordyChoice
	}
	return strongChoice
}

// codeLike are calls, formats, expressions and mark-up.
var codeLike = lazily(`^[\w.>:-]+\(.*\)|\(\)|%[sdvq](?:$|\W)|%\(\w+\)|^%\w+%$|\{[\w.:-]*\}|\[[\w-]*\]|\\[dwsnrtbux.]|^\^|\.[*+]|[*+]\)|\(\?|://|&\w+;|^</?\w|=>|->|==|!=|&&|\|\||::|^[#.@:?]\w*$|^--|^\w+=[^=]|\\$|^\$\w+$|^\$\{?\w|\$\(|\w@\w[\w-]*\.\w|,.*,|^[*#.xX•?]+$`)

// algorithmName are names of algorithms, encodings and formats.
var algorithmName = lazily(`(?i)^(?:base(?:16|32|58|64)|sha\d+|md[245]|aes\d*|rsa\d*|des3?|utf\d+|pkcs\d+|x509|oauth\d?|pbkdf\d|hs\d+|rs\d+|es\d+|ntlmv\d|v\d+|http\d?|ed25519|hmac\w*|scram\w*|sha\d*\w{0,6}\d*|ipv\d|mysql\d|sqlite\d|h2|http2|bcrypt\d*|argon2\w*|crypt\d*)$`)

// vowelless reports whether letters are no name that a person could say: for a
// text of letters alone the model's word is not enough.
func vowelless(v []byte) bool {
	run, longest := 0, 0
	for _, b := range bytes.ToLower(v) {
		if run++; bytes.IndexByte([]byte("aeiouy"), b) >= 0 || !letterByte(b) {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest >= 4
}

// wordyParts reports whether the parts between a text's joints are all words,
// numbers or short.
func wordyParts(v []byte) bool {
	for _, part := range bytes.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune("_-./: ", r) }) {
		if n := DigitCount(part); n == len(part) && n < 9 || len(part) <= 3 {
			continue
		}
		if randomBits(part) > randomLeast || len(part) >= 5 && digitWithin(part) {
			return false
		}
	}
	return true
}

// digitWithin reports whether a letter follows a digit, as in st4ple.
func digitWithin(v []byte) bool {
	for i := 1; i < len(v); i++ {
		if digitByte(v[i-1]) && letterByte(v[i]) {
			return true
		}
	}
	return false
}

// standsFor reports whether a value is no secret whatever its characters: a
// placeholder, a reference, the name itself, a word of the language.
func standsFor(a assignment) bool {
	v := a.value
	lower := strings.ToLower(string(v))
	switch {
	case placeholder(v), strings.Contains(codeWords, " "+lower+" "), repeats(v):
		return true
	case v[0] == '$' && (len(v) < 2 || letterByte(v[1]) && DigitCount(v) == 0 || v[1] == '{' || v[1] == '(') || v[0] == '%' && v[len(v)-1] == '%' || v[0] == '{' || v[0] == '[' || v[0] == '<' || v[0] == '(':
		return true
	case a.after == '(' || a.after == '[', numberText.Match(v):
		return true
	case a.call && strings.Contains(a.between, ",") && !strings.ContainsAny(a.between[:1], `"'`+"`"):
		return true // an argument after a variable
	case bytes.HasSuffix(v, []byte("...")), bytes.Contains(v, []byte("…")), saysSo(v):
		return true
	case uuidText.Match(v), hashText.Match(v), dateText.Match(v), mimeText.Match(v):
		return true
	case pathLike(v) && !bytes.ContainsAny(v, "+="):
		return true
	}
	plain := strings.Trim(lower, "0123456789_-.!@#$%*'")
	return placeholderWords[plain] || placeholderWords[leet.Replace(plain)] || sameWords(a.key, v)
}

// saysSo reports whether a text of letters names what it stands for, as in
// somepassword, or is the Base64 of words.
func saysSo(v []byte) bool {
	lower := strings.ToLower(string(v))
	if classes(v) <= 2 && DigitCount(v) == 0 && containsAny(lower, saying) {
		return true
	}
	if len(v) < 12 || len(bytes.TrimRight(v, "="))%4 == 1 {
		return false
	}
	raw := encodedText(v)
	return raw != nil && (raw[0] == '{' || bytes.IndexByte(raw, ' ') > 0 || chosen(raw) == wordyChoice)
}

// encodedText returns the text of which v is the Base64; nil when it is of none,
// as what was drawn at random nearly never is.
func encodedText(v []byte) []byte {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(string(v), "="))
	if err != nil || len(raw) == 0 || bytes.ContainsFunc(raw, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil
	}
	return raw
}

var saying = []string{"password", "passwd", "passwort", "passphrase", "secret", "credential"}

// leet undoes the usual digits for letters: s3cr3t is a placeholder too.
var leet = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s")

var (
	uuidText   = lazily(`(?i)^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$`)
	hashText   = lazily(`(?i)^sha\d{1,3}[-:]|^md5[-:]|^data:|^urn:|^arn:aws|^projects/`)
	dateText   = lazily(`^\d{4}-\d\d-\d\d|^\d{1,2}:\d\d(?::\d\d)?$|^\d+(?:\.\d+){1,3}$|^\d+(?:ms|s|m|h|d|px|em|rem|%|kb|mb|gb)$`)
	numberText = lazily(`(?i)^[+-]?[\d_]*\.?[\d_]*e[+-]?[\d_]+i?$|^[+-]?0x[\da-f_.]*p[+-]?[\d_]+i?$|^0[xob][\da-f_]{1,16}$`)
	mimeText   = lazily(`^(?:text|application|image|audio|video|multipart)/[\w.+-]+$`)
)

// placeholderWords stand where a secret belongs.
var placeholderWords = wordSet(`password passwd pass passwort pwd pw passphrase secret secrets test testing tests tester example demo foo foobar bar baz qux quux user username admin_password
	mypassword mypass mypwd mysecret mytoken mykey your yours yourpassword thepassword newpassword oldpassword new old current confirm db dbpass dbpassword userpass
	userpassword rootpassword adminpassword somepassword anypassword testpassword testpass testsecret testtoken testkey passtest pass_word password_test
	changeme changeit change replace replaceme fixme todo tbd none null nil undefined empty blank default unknown optional required string text value key token auth
	true false yes no on off invalid valid wrong bad good correct incorrect random hidden masked redacted removed censored dummy fake mock stub placeholder sample
	xxx yyy zzz abc abcd abcde abcdef abcdefg asdf asdfasdf hello helloworld world lorem ipsum something anything whatever here insert enter provide
	login logon signin hunter hunter2 swordfish correcthorsebatterystaple letmein topsecret supersecret verysecret secretpassword sekret sekrit shhh
	plaintext plain encrypted hashed env file vault kms ssm aws azure gcp inherit encoded decoded basic bearer digest`)

// repeats reports whether text is made of few characters over and over, or of a
// run such as abcdefgh or 12345678.
func repeats(text []byte) bool {
	if len(text) < 8 {
		return false
	}
	if raw, err := hex.DecodeString(string(text)); err == nil && countsUp(raw) {
		return true
	}
	var seen [256]bool
	kinds, steps := 0, 0
	for i, b := range text {
		if !seen[b] {
			seen[b] = true
			kinds++
		}
		if i > 0 && (b == text[i-1]+1 || b == text[i-1]) {
			steps++
		}
	}
	return kinds <= 3 || 2*steps > len(text)+2 && DigitCount(text) < len(text)
}

// countsUp reports whether each byte is the one before and one more, as in the
// keys of examples.
func countsUp(raw []byte) bool {
	for i := 1; i < len(raw); i++ {
		if raw[i] != raw[i-1]+1 {
			return false
		}
	}
	return true
}

// counted reports whether digits are all alike or in a row: 000000, 12345.
func counted(digits []byte) bool {
	for i := 2; i < len(digits); i++ {
		if digits[i]-digits[i-1] != digits[1]-digits[0] {
			return false
		}
	}
	return true
}

// sameWords reports whether a value only repeats words of the name that it is
// assigned to: api_key = "my-api-key".
func sameWords(key []string, v []byte) bool {
	words := nameWords(bytes.TrimFunc(v, func(r rune) bool { return !letterByte(byte(r)) && !digitByte(byte(r)) }))
	if len(words) == 0 || DigitCount(v) == len(v) {
		return len(words) == 0
	}
	known := map[string]bool{"my": true, "the": true, "your": true, "some": true, "a": true, "test": true, "new": true, "old": true}
	for _, w := range key {
		known[w] = true
	}
	for _, w := range words {
		w = strings.Trim(w, "0123456789@#$:!?%&*()<>{}[]=")
		if w != "" && !known[w] && !placeholderWords[w] {
			return false
		}
	}
	return true
}
