package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Line is a line of code or configuration that assigns something to a name.
type Line struct {
	Template string // what it was made from
	Path     string // of the file it could stand in
	Text     string
	// Secret is the credential in Text; empty when there is none.
	Secret string
	Style  string // of the value: chosen, random, hex, placeholder, reference …
	Held   bool
}

// Assignments returns n lines, half of them with a password, token or key. What
// a third of the templates make is held back, and with it the names that are in
// those lines.
func Assignments(seed uint64, n int) []Line {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 0x5ec4e7))}
	lines := make([]Line, n)
	for i := range lines {
		lines[i] = m.assignment(i%2 == 0)
	}
	return lines
}

// assignmentTemplates are ways to write NAME and VALUE down, by the name of a
// file. "bare" ones have no quotes.
var assignmentTemplates = []struct{ path, text string }{
	{"src/main.go", "\tNAME := \"VALUE\""},
	{"config/db.go", "\tNAME: \"VALUE\","},
	{"app/settings.py", "NAME = 'VALUE'"},
	{"app/client.py", "    client = Client(host, NAME=\"VALUE\")"},
	{"web/api.js", "const NAME = 'VALUE';"},
	{"web/conf.ts", "export const NAME: string = \"VALUE\";"},
	{"web/conf.json", "  \"NAME\": \"VALUE\","},
	{"src/App.java", "    private static final String NAME = \"VALUE\";"},
	{"src/Db.java", "    props.setProperty(\"NAME\", \"VALUE\");"},
	{"src/Db.cs", "        var NAME = @\"VALUE\";"},
	{"App.config", "<add key=\"NAME\" value=\"VALUE\" />"},
	{"pom.xml", "      <NAME>VALUE</NAME>"},
	{"lib/conf.rb", "  config.NAME = \"VALUE\""},
	{"lib/seed.rb", "  :NAME => 'VALUE',"},
	{"www/config.php", "define('NAME', 'VALUE');"},
	{"www/db.php", "$NAME = \"VALUE\";"},
	{"www/db2.php", "    'NAME' => 'VALUE',"},
	{"src/main.rs", "let NAME: &str = \"VALUE\";"},
	{"src/conf.kt", "val NAME = \"VALUE\""},
	{"src/conf.swift", "let NAME: String = \"VALUE\""},
	{"src/main.c", "#define NAME \"VALUE\""},
	{"src/main.cpp", "std::string NAME(\"VALUE\");"},
	{"deploy.sh", "export NAME=VALUE"},
	{"deploy2.sh", "NAME='VALUE'"},
	{"deploy.ps1", "$NAME = \"VALUE\""},
	{".env", "NAME=VALUE"},
	{"app.properties", "spring.NAME=VALUE"},
	{"app.ini", "NAME = VALUE"},
	{"app.yml", "  NAME: VALUE"},
	{"app2.yaml", "  NAME: \"VALUE\""},
	{"k8s.yaml", "        - name: NAME\n          value: \"VALUE\""},
	{"main.tf", "  NAME = \"VALUE\""},
	{"app.toml", "NAME = \"VALUE\""},
	{"Dockerfile", "ENV NAME=VALUE"},
	{"ci.yml", "      run: ./deploy --NAME=VALUE"},
	{"notes.md", "NAME: VALUE"},
	{"q.sql", "SET NAME = 'VALUE';"},
	{"test.http", "{\"user\": \"svc\", \"NAME\": \"VALUE\"}"},
}

var (
	passwordKeys = strings.Fields(`password passwd pwd db_password dbPassword DB_PASSWORD MYSQL_ROOT_PASSWORD adminPassword smtp_password user_pass rootPass
		ftp_pwd keystorePassword PASSPHRASE passwort senha contrasena mot_de_passe ldapPassword REDIS_PASSWORD`)
	tokenKeys = strings.Fields(`api_key apiKey API_KEY secret client_secret clientSecret SECRET_KEY access_token accessToken AUTH_TOKEN auth_token encryption_key
		jwtSecret signingKey private_token refreshToken webhook_secret app_secret token session_secret`)
	innocentKeys = strings.Fields(`password_field passwordLabel token_type tokenUrl secret_name keyPath public_key primaryKey cache_key password_length
		csrf_token next_page_token tokenizer password_reset_url commit_sha api_key_header secretRef key_id passwordHint auth_type`)
)

func (m *maker) assignment(secret bool) Line {
	t := assignmentTemplates[m.IntN(len(assignmentTemplates))]
	line := Line{Template: t.path + " " + t.text, Path: t.path}
	line.Held = held(line.Template)
	key, value := "", ""
	switch {
	case secret && m.chance(0.5):
		key = one(m, passwordKeys...)
		line.Style, value = m.passwordValue()
		line.Secret = value
	case secret:
		key = one(m, tokenKeys...)
		line.Style, value = m.tokenValue()
		line.Secret = value
	case m.chance(0.6):
		key = one(m, append(passwordKeys, tokenKeys...)...)
		line.Style, value = m.noSecret(key)
	default:
		key = one(m, innocentKeys...)
		line.Style, value = m.aboutSecret()
	}
	line.Text = strings.NewReplacer("NAME", key, "VALUE", value).Replace(t.text)
	return line
}

// passwordValue returns a password as people and generators make them. Marks that
// end a value in some of the templates are left out.
func (m *maker) passwordValue() (style, value string) {
	words := strings.Fields(`river copper maple falcon winter silver orchid thunder velvet marble harbor cobalt lantern meadow saffron glacier`)
	w, v := one(m, words...), one(m, words...)
	switch m.IntN(6) {
	case 0:
		return "word and number", w + m.from(digits, m.between(2, 4))
	case 1:
		return "words and marks", strings.ToUpper(w[:1]) + w[1:] + one(m, "!", "@", "%", "_", "-", "+") + v + m.from(digits, 2)
	case 2:
		return "leet", strings.NewReplacer("e", "3", "o", "0", "a", "4").Replace(w) + strings.ToUpper(v[:1]) + v[1:] + m.from(digits, 1)
	case 3:
		return "random letters", m.from(lower, m.between(6, 10))
	case 4:
		return "random", m.from(alphanum, m.between(8, 20))
	}
	return "random with marks", m.from(alphanum, 5) + m.from("!@%_+.-", 1) + m.from(alphanum+"!@%_+", m.between(4, 12))
}

func (m *maker) tokenValue() (style, value string) {
	switch m.IntN(5) {
	case 0:
		return "hex", m.from(hexLower, one(m, 16, 20, 32, 40, 64))
	case 1:
		return "base62", m.from(alphanum, m.between(16, 48))
	case 2:
		return "base64", m.from(base64ch, 43) + "="
	case 3:
		return "lower", m.from(lower+digits, m.between(12, 40))
	}
	return "url-safe", m.from(urlSafe, m.between(20, 43))
}

// noSecret returns what stands where a secret belongs but is none.
func (m *maker) noSecret(key string) (style, value string) {
	switch m.IntN(5) {
	case 0:
		return "placeholder", one(m, "changeme", "xxxxxxxx", "<password>", "your-secret-here", "********", "CHANGE_ME", "TODO", "dummy", "redacted", "example", "REPLACE_WITH_KEY")
	case 1:
		return "reference", one(m, "${DB_PASSWORD}", "{{ vault_password }}", "$(cat /run/secrets/db)", "%DB_PASS%", "#{password}", "$PASSWORD", "@Value", "env:DB_PASS", "ref+vault://kv/db#pw")
	case 2:
		return "name", one(m, key, "my_"+key, strings.ToLower(key)+"_value", "default"+key)
	case 3:
		return "word", one(m, "none", "required", "string", "true", "null", "optional", "hidden", "disabled", "undefined", "inherit", "password", "secret")
	}
	return "path", one(m, "/run/secrets/db", "/etc/app/secret.key", "./keys/server.pem", "https://vault.internal/v1/kv", "kv/data/app")
}

// aboutSecret returns a value of a thing about secrets.
func (m *maker) aboutSecret() (style, value string) {
	switch m.IntN(5) {
	case 0:
		return "identifier", one(m, "loginPassword", "accessTokenInput", "user-password-field", "my-tls-secret-2", "db-credentials", "X-Api-Key", "authorization_code")
	case 1:
		return "digest", m.from(hexLower, one(m, 40, 64))
	case 2:
		return "uuid", fmt.Sprintf("%s-%s-4%s-a%s-%s", m.from(hexLower, 8), m.from(hexLower, 4), m.from(hexLower, 3), m.from(hexLower, 3), m.from(hexLower, 12))
	case 3:
		return "number", m.from(digits, m.between(1, 3))
	}
	return "path", one(m, "/api/v1/token", "https://id.internal/oauth2/token", "keys/id_rsa.pub", "reset-password.html")
}
