package code

import (
	"bytes"
	"path"
	"strings"

	"example.com/assay/engine"
)

// assignment is a value with what stands around it: password = "value".
type assignment struct {
	key     []string // words of the name that it is assigned to, lower case
	between string   // from that name to the value
	value   []byte
	quoted  bool
	call    bool // an argument or a list's next item rather than an assignment
	after   byte // the byte behind the value, 0 at the end of the text
	kind    fileKind
}

// keyParts are what a name has in it that stands before a secret.
var keyParts = []string{
	"pass", "pwd", "pw", "psw", "secret", "token", "key", "auth", "cred", "salt", "wort", "woord", "mdp", "contrase", "clave", "senha", "has", "losen",
	"lösen", "passord", "kode", "salasana", "heslo", "sifre", "şifre", "parol", "пароль", "κωδ", "jelsz", "パス", "密", "비밀", "암호", "كلمة", "סיסמה", "khau", "khẩu", "sandi",
}

// assignmentOf reads backwards from the candidate to the name that it is
// assigned to. That is nearly always in its line.
func assignmentOf(c engine.Candidate) assignment {
	a := assignment{value: c.Bytes(), kind: fileKindOf(c.Field)}
	left := c.Text[max(0, c.Start-engine.ContextReach):c.Start]
	if c.End < len(c.Text) {
		a.after = c.Text[c.End]
	}
	if n := len(left); n > 0 {
		a.quoted = left[n-1] == '"' || left[n-1] == '\'' || left[n-1] == '`'
	}
	end := len(left)
	for end > 0 {
		for end > 0 && !nameByte(left[end-1]) {
			end--
		}
		start := end
		for start > 0 && nameByte(left[start-1]) {
			start--
		}
		if name := strings.ToLower(string(left[start:end])); containsAny(name, keyParts) {
			a.key, a.between = nameWords(left[start:end]), string(left[end:])
			break
		}
		end = start
	}
	// put("password", "x") names it as plainly as an assignment does.
	a.call = strings.ContainsAny(a.between, ",(") && !named(a.between)
	return a
}

// named reports whether a name in quotes is followed by a value in quotes.
func named(between string) bool {
	return len(between) > 2 && (between[0] == '"' || between[0] == '\'') && strings.Trim(between[1:], ` \"'`) == ","
}

// nameByte reports whether b can stand in the name of a variable or a key.
func nameByte(b byte) bool {
	return wordByte(b) || b == '-' || b == '.' || b >= 0x80
}

func containsAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// nameWords splits a name into its words in lower case: dbPassword → db password.
func nameWords(name []byte) []string {
	var words []string
	start := 0
	cut := func(end int) {
		if end > start {
			words = append(words, strings.ToLower(string(name[start:end])))
		}
		start = end
	}
	for i, b := range name {
		switch {
		case b == '_' || b == '-' || b == '.':
			cut(i)
			start = i + 1
		case isUpper(b) && i > start && (!isUpper(name[i-1]) || i+1 < len(name) && isLower(name[i+1])):
			cut(i)
		}
	}
	cut(len(name))
	return words
}

func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }
func isLower(b byte) bool { return b >= 'a' && b <= 'z' }

// fileKind says what a file's name tells of the text in it.
type fileKind int

const (
	unknownFile   fileKind = iota
	codeFile               // strings stand in quotes, all else is code
	configFile             // values need no quotes
	generatedFile          // full of hashes and code that nobody wrote
)

// fileKindOf returns the kind of file that a field was read from.
func fileKindOf(info *engine.FieldInfo) fileKind {
	if info == nil || info.Asset == nil {
		return unknownFile
	}
	id := strings.ToLower(string(info.Asset.ID))
	name := id[strings.LastIndexAny(id, `/:\`)+1:]
	switch {
	case strings.Contains(id, "testvectors") || strings.Contains(id, "test_vectors") || strings.Contains(id, "wycheproof"):
		return generatedFile
	case generatedNames[name] || strings.Contains(name, ".min.") || strings.HasSuffix(name, ".map") || strings.HasSuffix(name, ".svg") || strings.HasSuffix(name, ".lock"):
		return generatedFile
	case strings.HasPrefix(name, ".env") || strings.HasPrefix(name, "dockerfile"):
		return configFile
	}
	switch ext := strings.TrimPrefix(path.Ext(name), "."); {
	case codeExtensions[ext]:
		return codeFile
	case configExtensions[ext]:
		return configFile
	}
	return unknownFile
}

var (
	generatedNames = wordSet(`package-lock.json npm-shrinkwrap.json pnpm-lock.yaml go.sum packages.lock.json deno.lock gradle.lockfile`)

	codeExtensions = wordSet(`go java js jsx ts tsx mjs cjs py rb rs c h cc cpp cxx hpp hh cs kt kts swift scala php m mm dart groovy lua pl pm r jl vb fs
		fsx ex exs erl hs clj cljs elm ml pas d nim zig sol vue svelte proto thrift gradle`)

	configExtensions = wordSet(`env ini cfg conf config properties yml yaml toml cnf tfvars netrc pgpass npmrc pypirc envrc secrets credentials plist reg rc`)
)

// endsInName are the last words of names of things about a secret, such as its
// place, its length or the label of the field that asks for it.
var endsInName = wordSet(`field fields label name names placeholder hint path paths file filename files dir folder directory url uri urls endpoint href link route
	type types kind class length len size min max minimum maximum count number policy policies regex regexp pattern format formatter validator validation valid invalid
	validate error errors err message messages msg title description desc help prompt header headers param params parameter parameters prefix suffix column columns selector
	input form button btn page screen view template reset forgot forgotten change changed confirm confirmation repeat again verify expiry expires expired expiration expire ttl age date time
	at strength required enabled disabled enable mode algorithm alg algo encoder encoding provider manager service store storage location env var variable ref reference
	version index position pos offset status state rule rules info attribute attr property element xpath css locator visible visibility toggle icon image tooltip text
	mismatch match matches matching incorrect wrong failed failure success missing empty strategy handler helper util utils factory resolver callback fn func
	function method event events action actions grant flow request response body schema model table entity row collection list map set array
	option options arg args flag flags usage example sample id ids ident identifier issuer audience scope scopes realm domain host hostname port region zone
	usages permission permissions role roles user username owner group account plugin module package lib library import export char chars character characters
	extension ext algorithmid oid alias mask masked hidden show display tab section panel dialog modal box style color width height screenlock keyboard keycode
	limit limits rate delay timeout retries retry interval period duration test tests spec case suite mock stub fake dummy bundle parser lexer kinds
	sha sha1 sha256 sha512 md5 checksum digest integrity fingerprint thumbprint hash commit etag revision rev sum crc hex`)

// aboutSomethingElse reports whether a name is that of a thing about a secret
// rather than of the secret.
func (a assignment) aboutSomethingElse() bool {
	return len(a.key) == 0 || endsInName[strings.TrimRight(a.key[len(a.key)-1], "0123456789")]
}

// hasWord reports whether one of the key's words is in set.
func (a assignment) hasWord(set map[string]bool) bool {
	for _, w := range a.key {
		if set[w] {
			return true
		}
	}
	return false
}

// passwordNames are words that are a password's name; passwordEnds end one that
// is written as one word: dbpassword.
var (
	passwordNames = wordSet(`pass passe passes pw pswd psw passwords passwds pwds secretanswer clave has haslo haslo senha mdp parola parol parool kode adgangskode losenord losenord passord`)
	passwordEnds  = []string{
		"password", "passwd", "passphrase", "passcode", "pwd", "passwort", "kennwort", "wachtwoord", "motdepasse", "contraseña", "contrasena", "contrasenia", "senha", "haslo",
		"hasło", "salasana", "heslo", "sifre", "şifre", "пароль", "κωδικός", "jelszo", "jelszó", "パスワード", "密码", "密碼", "비밀번호", "암호", "sandi", "khau", "khẩu", "سر", "סיסמה", "pswd",
	}
	noPassword = wordSet(`bypass compass encompass surpass trespass overpass underpass boarding bus season ski errcode err error invalid wrong`)
)

// ofPassword reports whether the name is that of a password.
func (a assignment) ofPassword() bool {
	if a.aboutSomethingElse() || a.hasWord(noPassword) {
		return false
	}
	for _, w := range a.key {
		w = strings.TrimRight(w, "0123456789")
		if passwordNames[w] || strings.HasSuffix(w, "pass") || hasAnySuffix(w, passwordEnds) {
			return true
		}
	}
	return false
}

func hasAnySuffix(s string, ends []string) bool {
	for _, e := range ends {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

// Words of names of tokens and keys.
var (
	// secretWords say of a name that its value is secret.
	secretWords = wordSet(`secret secrets apikey apikeys appkey apisecret appsecret clientsecret secretkey accesstoken authtoken credential credentials cred creds authkey accesskey
		privatekey masterkey signingkey encryptionkey token tokens bearer authorization`)
	// keyWords make a key secret when they stand with it.
	keyWords = wordSet(`api app application access secret private priv auth authentication authorization encryption encrypt crypto cipher aes des hmac signing sign signature master
		shared account storage service client consumer server license licence subscription instrumentation session jwt cookie admin root deploy publish write rest web
		bot user integration webhook maps google aws azure data database db`)
	saltWords   = wordSet(`salt salts seed`)
	sharedWords = wordSet(`shared sharedsecret premaster`)
	// publicWords say that a key or token is none to be kept.
	publicWords = wordSet(`public pub publishable primary foreign sort partition cache hot row column page next previous prev continuation continue pagination cursor
		csrf xsrf site sitekey recaptcha cancellation lexer parse tokenizer idempotency dedup deduplication object registry translation i18n locale shortcut index hash
		sha sha1 sha256 sha512 md5 checksum digest integrity commit fingerprint etag revision storagekey anon verify verification known host image docs schema exporter raw num syntax`)
)

// ofToken reports whether the name is that of a token, key or secret.
func (a assignment) ofToken() bool {
	if a.aboutSomethingElse() || a.hasWord(publicWords) {
		return false
	}
	if a.hasWord(secretWords) {
		// Vectors of key agreement in the tests of cryptography.
		return !(len(a.value) >= 64 && a.hasWord(sharedWords) && alphabetSize(a.value) == 16)
	}
	for _, w := range a.key {
		if strings.HasSuffix(w, "secret") || strings.HasSuffix(w, "token") || strings.HasSuffix(w, "apikey") {
			return true
		}
	}
	if a.hasWord(saltWords) {
		return alphabetSize(a.value) != 16 && (len(a.key) > 1 || len(a.value) >= 16)
	}
	last := a.key[len(a.key)-1]
	if last != "key" && last != "keys" && last != "auth" {
		return false
	}
	// Of whatever key it is: letters of both cases and digits in disorder are no
	// name of anything.
	return a.hasWord(keyWords) || a.quoted && len(a.value) >= 20 && len(a.value) <= 128 && classes(a.value) == 3 && DigitCount(a.value) >= 3 && wordBytes(a.value)
}

// wordBytes reports whether text is of letters and digits only.
func wordBytes(text []byte) bool {
	return !bytes.ContainsFunc(text, func(r rune) bool { return !letterByte(byte(r)) && !digitByte(byte(r)) || r >= 0x80 })
}

// minified reports whether the candidate stands in code without blanks.
func minified(c engine.Candidate) bool {
	around := c.Text[max(0, c.Start-100):min(len(c.Text), c.End+100)]
	return len(around) >= 200 && bytes.ContainsAny(around, ";{}") && !bytes.ContainsAny(around, " \n\t")
}
