package code

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"example.com/assay/engine"
)

var checkTable = sync.OnceValue(func() map[string]Check {
	table := map[string]Check{}
	for _, c := range All() {
		table[c.Name] = c
	}
	return table
})

// found returns what a check finds in text with a score of at least least; a
// score left to the definition counts as 0.9.
func found(t testing.TB, name, text string, least float64) []string {
	t.Helper()
	c, known := checkTable()[name]
	if !known {
		t.Fatalf("no check is called %q", name)
	}
	var out []string
	judge := func(start, end int) {
		score := c.Valid(engine.Candidate{Text: []byte(text), Start: start, End: end, Field: &engine.FieldInfo{}})
		if score < 0 {
			score = 0.9
		}
		if score >= least {
			out = append(out, text[start:end])
		}
	}
	if c.Find != nil {
		c.Find([]byte(text), judge)
		return out
	}
	for _, m := range compiled(c.Regexp).FindAllStringIndex(text, -1) {
		judge(m[0], m[1])
	}
	return out
}

// randomDigits returns n random digits.
func randomDigits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + r.IntN(10))
	}
	return string(b)
}

// withLuhn appends the digit of the Luhn algorithm, computed apart from number.luhn.
func withLuhn(s string) string {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return s + fmt.Sprint((10-sum%10)%10)
}

func TestChecksAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range All() {
		if seen[c.Name] || c.Name == "" || c.Doc == "" || c.Valid == nil {
			t.Errorf("check %q is a second one of its name, or lacks a doc or a rule", c.Name)
		}
		seen[c.Name] = true
	}
}

// Whatever the text, no check may panic or point outside of it.
func TestChecksOnAnyText(t *testing.T) {
	checks := All()
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.OneOf(
			rapid.String(),
			rapid.StringMatching(`[A-Z0-9 .@:+()-]{0,60}`),
			rapid.StringOf(rapid.SampledFrom([]rune("0129 .-/+()@:ABab'éÉ田中김ال"))),
		).Draw(t, "text"))
		for _, c := range checks {
			judge := func(start, end int) {
				if start < 0 || start >= end || end > len(text) {
					t.Fatalf("%s: span %d..%d of %d bytes", c.Name, start, end, len(text))
				}
				c.Valid(engine.Candidate{Text: text, Start: start, End: end, Field: &engine.FieldInfo{}})
			}
			switch {
			case c.Find != nil:
				c.Find(text, judge)
			case c.Regexp != "":
				for _, m := range compiled(c.Regexp).FindAllIndex(text, -1) {
					judge(m[0], m[1])
				}
			}
		}
	})
}

var patterns = map[string]*regexp.Regexp{}

// compiled compiles a pattern once.
func compiled(pattern string) *regexp.Regexp {
	if patterns[pattern] == nil {
		patterns[pattern] = regexp.MustCompile(pattern)
	}
	return patterns[pattern]
}

// A bare number needs context, or a structure that random digits pass in fewer
// than one in a thousand.
func TestBareDigitsSeldomPass(t *testing.T) {
	const draws = 20_000
	r := rand.New(rand.NewPCG(1, 2))
	passed := map[string]int{}
	for range draws {
		s := randomDigits(r, 6+r.IntN(15))
		for _, name := range []string{"coordinates", "person_name", "ipv4", "email", "iban", "vin", "credit_card", "monero", "bitcoin", "city_value"} {
			if len(found(t, name, s, 0.5)) > 0 {
				passed[name]++
			}
		}
	}
	for name, n := range passed {
		t.Errorf("%s: %d of %d random numbers pass", name, n, draws)
	}
}

func TestCreditCard(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, prefix := range []string{"400012", "520012", "222145", "620012", "601134", "353012"} {
		card := withLuhn(prefix + randomDigits(r, 9))
		for _, text := range []string{card, card[:4] + " " + card[4:8] + " " + card[8:12] + " " + card[12:]} {
			if got := found(t, "credit_card", "pay "+text+" now", 0.4); !slices.Equal(got, []string{text}) {
				t.Errorf("found %q in %q", got, text)
			}
		}
		for i := range card { // every wrong digit is noticed
			wrong := card[:i] + string('0'+(card[i]-'0'+1)%10) + card[i+1:]
			if compact([]byte(wrong)).luhn() {
				t.Errorf("%s passes", wrong)
			}
		}
		for _, text := range []string{"0" + card, "x" + card, "0." + card, card + "-12"} {
			if got := found(t, "credit_card", text, 0.4); len(got) > 0 {
				t.Errorf("found %q in %q", got, text)
			}
		}
	}
}

// ibanOf makes a valid IBAN from a country's shape, with its check digits
// computed apart from number.mod.
func ibanOf(r *rand.Rand, country, shape string) string {
	var bban strings.Builder
	run := 0
	for i := range len(shape) {
		if digitByte(shape[i]) {
			run = run*10 + int(shape[i]-'0')
			continue
		}
		alphabet := map[byte]string{'n': "0123456789", 'a': "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 'c': "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}[shape[i]]
		for ; run > 0; run-- {
			bban.WriteByte(alphabet[r.IntN(len(alphabet))])
		}
	}
	rest := 0
	for _, c := range bban.String() + country + "00" {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return fmt.Sprintf("%s%02d%s", country, 98-rest, bban.String())
}

func TestIBAN(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for country, shape := range ibanShapes {
		iban := ibanOf(r, country, shape)
		var grouped strings.Builder
		for i, c := range iban {
			if i > 0 && i%4 == 0 {
				grouped.WriteByte(' ')
			}
			grouped.WriteRune(c)
		}
		for _, text := range []string{iban, grouped.String(), strings.ToLower(iban)} {
			if got := found(t, "iban", "to "+text+".", 0.5); !slices.Equal(got, []string{text}) {
				t.Errorf("found %q, want %q", got, text)
			}
		}
		i := 2 // a check digit
		wrong := iban[:i] + string('0'+(iban[i]-'0'+1)%10) + iban[i+1:]
		if got := found(t, "iban", wrong, 0.5); len(got) > 0 {
			t.Errorf("found %q, made from %q", got, iban)
		}
	}
}
