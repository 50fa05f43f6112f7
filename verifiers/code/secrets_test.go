package code

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
	"example.com/assay/engine"
)

// The model must tell random draws from identifiers, of any usual alphabet.
func TestRandomBits(t *testing.T) {
	for _, word := range []string{
		"refreshTokenExpiry", "client_secret_basic", "kubernetes.io/service-account-token", "MinPasswordLength",
		"correcthorse", "iloveyou", "x509certificate", "Passwort", "letmein", "getUserByName",
	} {
		if bits := randomBits([]byte(word)); bits > 0.2 {
			t.Errorf("%s reads like a random draw: %.2f bits", word, bits)
		}
	}
	const lower, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
	r := rand.New(rand.NewPCG(1, 2))
	for _, alphabet := range []string{lower, lower + digits, lower + digits + "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdef" + digits} {
		missed := 0
		for range 1000 {
			text := make([]byte, 16)
			for i := range text {
				text[i] = alphabet[r.IntN(len(alphabet))]
			}
			if randomBits(text) < randomLeast {
				missed++
			}
		}
		if missed > 30 {
			t.Errorf("%d of 1000 draws of %d characters read like words", missed, len(alphabet))
		}
	}
}

func TestNameWords(t *testing.T) {
	for name, want := range map[string][]string{
		"dbPassword":                 {"db", "password"},
		"DB_PASSWORD":                {"db", "password"},
		"spring.datasource.password": {"spring", "datasource", "password"},
		"XAPIKey":                    {"xapi", "key"},
		"--user-token":               {"user", "token"},
		"":                           nil,
	} {
		if diff := cmp.Diff(want, nameWords([]byte(name))); diff != "" {
			t.Errorf("%q: %s", name, diff)
		}
	}
}

// candidate returns value's place in text, in a file.
func candidate(t *testing.T, file, text, value string) engine.Candidate {
	t.Helper()
	at := strings.Index(text, value)
	if at < 0 {
		t.Fatalf("%q has no %q", text, value)
	}
	info := &engine.FieldInfo{}
	if file != "" {
		info.Asset = &assay.Asset{ID: assay.AssetID("file:" + file)}
	}
	return engine.Candidate{Text: []byte(text), Start: at, End: at + len(value), Field: info}
}

func TestJudgeAssignments(t *testing.T) {
	for _, c := range []struct {
		judge             func(engine.Candidate) float64
		file, text, value string
		want              bool
	}{
		{judgePassword, "", `password = "plum7Kite"`, "plum7Kite", true},
		{judgePassword, "a.go", `password = plum7Kite`, "plum7Kite", false}, // a name
		{judgePassword, ".env", `PASSWORD=plum7Kite`, "plum7Kite", true},
		{judgePassword, ".env", `MYSQL_PASSWORD=postgres`, "postgres", true},
		{judgePassword, "a.py", `password="postgres"`, "postgres", false},
		{judgePassword, "", `put("password", "plum7Kite")`, "plum7Kite", true},
		{judgePassword, "", `check(password, "plum7Kite")`, "plum7Kite", false},
		{judgePassword, "package-lock.json", `"password": "qZ7vk29x"`, "qZ7vk29x", false},
		{judgePassword, "", `bypass = "qZ7vk29x"`, "qZ7vk29x", false},
		{judgePassword, "", `passwordField = "qZ7vk29x"`, "qZ7vk29x", false},
		{judgePassword, "", `"password": "Passwort"`, "Passwort", false},
		{judgePassword, "", `password = "s3cr3t"`, "s3cr3t", false},
		{judgeToken, "", `api_key = "9f8e1c7ab2d35e60c4f1"`, "9f8e1c7ab2d35e60c4f1", true},
		{judgeToken, "", `public_key = "9f8e1c7ab2d35e60c4f1"`, "9f8e1c7ab2d35e60c4f1", false},
		{judgeToken, "", `keyboard = "9f8e1c7ab2d35e60c4f1"`, "9f8e1c7ab2d35e60c4f1", false},
		{judgeToken, "", `token = "refreshTokenExpiry"`, "refreshTokenExpiry", false},
		{judgeToken, "", `token = "dGhpcyBpcyBub3QgYSByZWFsIHZhbHVl"`, "dGhpcyBpcyBub3QgYSByZWFsIHZhbHVl", false},
		{judgeToken, "", `token = "1.5e300"`, "1.5e300", false},
	} {
		if got := c.judge(candidate(t, c.file, c.text, c.value)) != 0; got != c.want {
			t.Errorf("%s %s: %v, want %v", c.file, c.text, got, c.want)
		}
	}
}

func TestJudgeAccessKeyID(t *testing.T) {
	for id, want := range map[string]bool{
		"AKIAIFAKE2345XQZWLMN": true,
		"AKIAFAKE2345XQZWLMNP": true,
		"AKIAIOSFODNN7EXAMPLE": false,
		"AKIAFAKE0189XQZWLMNP": false, // no Base32
		"AKIA777777777777777A": false, // an account of 13 digits
	} {
		if got := judgeAccessKeyID(candidate(t, "", id, id)) != 0; got != want {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
}

// A judge sees any text, whatever is around it.
func FuzzJudges(f *testing.F) {
	f.Add(`password = "plum7Kite"`, 12, 9)
	f.Add("token: \xff\x00=", 7, 2)
	f.Fuzz(func(t *testing.T, text string, start, length int) {
		if start < 0 || length < 1 || start > len(text) || length > len(text)-start {
			return
		}
		c := engine.Candidate{Text: []byte(text), Start: start, End: start + length, Field: &engine.FieldInfo{}}
		for _, check := range secrets {
			if check.Find == nil && check.Regexp == "" {
				check.Valid(c)
			}
		}
	})
}

func TestInserted(t *testing.T) {
	secret := "qZ7v" + "k29x"
	tests := []struct {
		name, text string
		want       int
	}{
		{"rows", "INSERT INTO t (id, password) VALUES (1, '" + secret + "'),\n(2, '" + secret + "');", 2},
		{"two statements", "insert into t (pwd) values ('" + secret + "'); insert into a.t (x, pwd) values (f(1, 2), '" + secret + "')", 2},
		{"quotes within", `insert into t (n, pwd) values ('it''s, (', '` + secret + `'), ('a\', b', '` + secret + `')`, 2},
		{"in a function", "insert into t (password) values (sha1('" + secret + "'))", 0},
		{"another column", "insert into t (password, name) values (?, '" + secret + "')", 0},
		{"no end", "insert into t (password) values ('" + secret, 0},
		{"no values", "insert into t (password) select password from u", 0},
	}
	for _, tt := range tests {
		n := 0
		findInserted([]byte(tt.text), func(start, end int) {
			if n++; tt.text[start:end] != secret {
				t.Errorf("%s: %q", tt.name, tt.text[start:end])
			}
		})
		if n != tt.want {
			t.Errorf("%s: %d values, want %d", tt.name, n, tt.want)
		}
	}
}

func FuzzInserted(f *testing.F) {
	f.Add("insert into t (id, password) values (1, 'a''b'), (f(2), 'c');")
	f.Fuzz(func(t *testing.T, text string) {
		findInserted([]byte(text), func(start, end int) {
			if start < 0 || end > len(text) || start > end {
				t.Errorf("%d to %d of %d bytes", start, end, len(text))
			}
		})
	})
}
