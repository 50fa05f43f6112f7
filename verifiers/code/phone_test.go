package code

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"
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
			got := digitGroups([]byte(text))
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
		extension := randomDigits(r, 3)
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
		if got := digitGroups(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
