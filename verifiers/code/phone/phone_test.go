package phone

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"example.com/assay/engine"
	"example.com/assay/verifiers/code"
)

// Whatever libphonenumber takes for a region's number in that region's notation
// must pass the tables that spare it from being asked.
func TestPhonePlansLoseNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	kinds := []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.TOLL_FREE, phonenumbers.SHARED_COST,
		phonenumbers.VOIP, phonenumbers.UAN, phonenumbers.PREMIUM_RATE, phonenumbers.PERSONAL_NUMBER}
	for i, region := range phoneRegions {
		valid := 0
		for range 300 {
			number := phonenumbers.GetExampleNumberForType(region, kinds[r.IntN(len(kinds))])
			if number == nil {
				continue
			}
			changeDigits(r, number)
			text := writtenAs(r, number)
			if text[0] == '+' {
				continue
			}
			got := code.DigitGroups([]byte(text))
			if !sameGrouping(text, got, region) {
				continue
			}
			valid++
			plans := phonePlans()
			if plans.regions([]byte(text), got)&(1<<i) == 0 {
				t.Errorf("%s: the groups of %q are not known", region, text)
			}
			if !plans.mayBeValid(i, []byte(text)) {
				t.Errorf("%s: %q is refused", region, text)
			}
		}
		if valid < 20 {
			t.Errorf("%s: %d numbers tried, too few", region, valid)
		}
	}
}

// changeDigits replaces some of a number's last digits.
func changeDigits(r *rand.Rand, number *phonenumbers.PhoneNumber) {
	power := uint64(1)
	for range r.IntN(7) {
		power *= 10
	}
	n := number.GetNationalNumber()
	n = n/power*power + r.Uint64N(power)
	number.NationalNumber = &n
}

// writtenAs returns a number in one of the ways in which it is dialled.
func writtenAs(r *rand.Rand, number *phonenumbers.PhoneNumber) string {
	if r.IntN(4) == 0 {
		extension := fmt.Sprintf("%03d", r.IntN(1000))
		number.Extension = &extension
	}
	switch r.IntN(3) {
	case 0:
		return "00" + phonenumbers.Format(number, phonenumbers.INTERNATIONAL)[1:]
	case 1:
		return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)[1:]
	}
	return phonenumbers.Format(number, phonenumbers.NATIONAL)
}

func TestDigitGroups(t *testing.T) {
	for text, want := range map[string][]string{"": nil, "ab": nil, "1": {"1"}, "(0)30-12x3": {"0", "30", "12", "3"}} {
		if got := code.DigitGroups(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// found returns what a check takes in text with at least half a probability.
func found(check code.Check, text string) []string {
	var out []string
	for _, at := range regexp.MustCompile(check.Regexp).FindAllStringIndex(text, -1) {
		c := engine.Candidate{Text: []byte(text), Start: at[0], End: at[1], Field: &engine.FieldInfo{}}
		if score := check.Valid(c); score < 0 || score >= 0.5 {
			out = append(out, text[at[0]:at[1]])
		}
	}
	return out
}

func TestPhone(t *testing.T) {
	phone := Checks()[0]
	for text, want := range map[string]string{
		"+49 30 901820": "+49 30 901820", "(212) 736-5000": "(212) 736-5000", "06 12 34 56 78": "06 12 34 56 78",
		"(+971) 50 123 4567": "(+971) 50 123 4567", "1-212-736-5000 x12": "1-212-736-5000 x12",
		"2024-01-15 10:22:33": "", "12.50": "", "192.168.10.20": "", "4711-0815": "", "€1 234 567": "", "002-3512856-6527327": "",
		"550e8400-e29b-41d4-a716-446655440000": "", "1699876543": "",
	} {
		got := found(phone, text)
		if want == "" && len(got) > 0 || want != "" && !slices.Contains(got, want) {
			t.Errorf("found %q in %q, want %q", got, text, want)
		}
	}
}

// A bare number needs context, or a structure that random digits pass in fewer
// than one in a thousand.
func TestBareDigitsSeldomPass(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		text := fmt.Sprintf("%0*d", 6+r.IntN(13), r.Uint64N(1e18))[:6+r.IntN(6)]
		if got := found(Checks()[0], text); len(got) > 0 {
			t.Fatalf("random digits pass: %q", got)
		}
	}
}
