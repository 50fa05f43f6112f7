package code

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"example.com/assay/engine"
)

// weak are the checks for which the last digit does not matter.
var weak = map[string]bool{"gb_drivers_license": true, "us_mbi": true}

// oneOff returns the text with its last digit one higher.
func oneOff(text string) string {
	i := strings.LastIndexAny(text, "0123456789")
	return text[:i] + string('0'+(text[i]-'0'+1)%10) + text[i+1:]
}

// TestNationalSpecimens holds the checks that python-stdnum does not know
// against the specimens that issuers and standards publish.
func TestNationalSpecimens(t *testing.T) {
	for name, specimens := range map[string][]string{
		"br_drivers_license":         {"62472927637"},
		"br_health_card":             {"898 0000 0004 3208"},
		"br_voter_id":                {"1023 8501 0671"},
		"de_health_insurance_number": {"A123456780"},
		"de_identity_card":           {"L01X00T471", "C01X00T478"},
		"de_social_security_number":  {"15070649C103", "65 170839 J 003"},
		"es_social_security_number":  {"281234567840"},
		"fr_bank_account":            {"20041 01005 0500013M026 06"},
		"gb_drivers_license":         {"MORGA657054SM9IJ"},
		"hk_id":                      {"A123456(3)"},
		"hu_tax_id":                  {"8071592153"},
		"ir_national_id":             {"0499370899"},
		"it_bank_account":            {"X0542811101000000123456"},
		"kr_brn":                     {"124-81-00998"},
		"lu_national_id":             {"1893120105732"},
		"mx_clabe":                   {"032180000118359719"},
		"nz_nhi":                     {"ZAC5361", "ZBN77VL"},
		"pl_identity_card":           {"ABA300000"},
		"ru_snils":                   {"112-233-445 95"},
		"sg_nric_fin":                {"S1234567D"},
		"tw_national_id":             {"A123456789", "W123456789", "Z123456780"},
		"us_dea_number":              {"F91234563"},
		"us_mbi":                     {"1EG4-TE5-MK73"},
		"us_npi":                     {"1234567893"},
	} {
		check := nationalCheck(t, name)
		for _, s := range specimens {
			if !valid(check, s) {
				t.Errorf("%s refuses the specimen %s", name, s)
			}
			if off := oneOff(s); !weak[name] && valid(check, off) {
				t.Errorf("%s accepts %s, the specimen %s with its last digit changed", name, off, s)
			}
		}
	}
}

// TestNationalBetweenBlanks puts numbers into a text: the verdict must not change.
func TestNationalBetweenBlanks(t *testing.T) {
	for _, check := range national {
		random := rand.New(rand.NewPCG(3, 3))
		pattern := regexp.MustCompile("^(?:" + check.Regexp + ")$")
		for _, n := range candidates(check.Regexp, random)[:200] {
			spaced := " " + n + " "
			c := engine.Candidate{Text: []byte(spaced), Start: 1, End: 1 + len(n)}
			if got := check.Valid(c) != 0; got != accepts(check, pattern, n) {
				t.Errorf("%s: %q alone and between blanks differ", check.Name, n)
			}
		}
	}
}

// TestNationalStandsAlone refuses numbers that are part of something longer.
func TestNationalStandsAlone(t *testing.T) {
	const number = "52998224725"
	check := nationalCheck(t, "br_cpf")
	for text, want := range map[string]bool{
		number:                        true,
		"cpf " + number + ".":         true,
		"(" + number + ")":            true,
		"cpf:" + number + ", rg":      true,
		"a" + number:                  false,
		number + "0":                  false,
		"id_" + number:                false,
		number + ".5":                 false,
		"12-" + number:                false,
		number + "-ab":                false,
		number + "/2":                 false,
		"+" + number:                  false,
		"$" + number:                  false,
		number + "%":                  false,
		number + "@example.org":       false,
		"550e8400-" + number + "-a71": false,
	} {
		start := strings.Index(text, number)
		c := engine.Candidate{Text: []byte(text), Start: start, End: start + len(number)}
		if got := check.Valid(c) != 0; got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

// TestNationalShapes gives every check texts that are not of its shape: it must
// refuse them rather than look beyond their end.
func TestNationalShapes(t *testing.T) {
	texts := []string{"", "0", "A", "ſſſſſſſſſſſſſſſſ", strings.Repeat("9", 40), "XMſVJY7PR90NU3NJ", "\xff\xfe12345678", "12345678901234Z", "ÑÑÑ&990101AAA"}
	for _, check := range national {
		for _, text := range texts {
			c := engine.Candidate{Text: []byte(text), End: len(text)}
			if check.Valid(c) != 0 && !regexp.MustCompile("^(?:"+check.Regexp+")$").MatchString(text) {
				t.Errorf("%s accepts %q", check.Name, text)
			}
		}
	}
}

func valid(check Check, text string) bool {
	return accepts(check, regexp.MustCompile("^(?:"+check.Regexp+")$"), text)
}

func nationalCheck(t *testing.T, name string) Check {
	t.Helper()
	for _, c := range national {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no check is called %s", name)
	return Check{}
}
