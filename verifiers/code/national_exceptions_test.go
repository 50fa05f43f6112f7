package code

import (
	"regexp"
	"strings"
)

// exception is a difference from python-stdnum that is meant.
type exception struct {
	reason string
	// shape says that the check's pattern may refuse what stdnum accepts:
	// numbers without their leading zeros, with first digits that are not
	// given out, or of another kind that the module knows too.
	shape bool
	// stricter and looser say on which numbers the rule may refuse what stdnum
	// accepts, and accept what it refuses; nil stands for none.
	stricter, looser func(number) bool
}

func (e exception) covers(pattern *regexp.Regexp, text string, accepted bool) bool {
	n := compact([]byte(text))
	switch {
	case accepted:
		return e.looser != nil && e.looser(n)
	case !pattern.MatchString(text):
		return e.shape
	}
	return e.stricter != nil && e.stricter(n)
}

// deliberate lists the differences by the name of the check.
var deliberate = map[string]exception{
	"at_social_security_number": {reason: "the date of birth must exist, month 13 to 15 included",
		stricter: func(n number) bool {
			return n.int(6, 8) > 15 || !isDate2(n.int(8, 10), min(n.int(6, 8), 12), n.int(4, 6))
		}},
	"be_national_id": {reason: "stdnum takes a day after the end of the month for an unknown one, and refuses dates in the future",
		stricter: func(n number) bool { return n.int(4, 6) > 28 },
		looser:   func(n number) bool { return n.int(0, 2) > 25 }},
	"be_vat_id": {reason: "stdnum adds the zero that numbers lacked before 2005, and takes 00 for 97", shape: true,
		stricter: func(n number) bool { return n.int(len(n)-2, len(n)) == 0 || n.int(len(n)-2, len(n)) > 97 }},
	"fr_nir": {reason: "the month must be one that INSEE gives",
		stricter: func(n number) bool { m := n.int(3, 5); return m == 0 || m > 12 && m < 20 || m > 42 && m < 50 }},
	"ie_vat_id":      {reason: "stdnum takes any second letter", shape: true},
	"nl_bsn":         {reason: "stdnum adds up to four zeros", shape: true},
	"dk_cpr":         {reason: "stdnum refuses births in the future", looser: func(n number) bool { return n.int(4, 6) > 25 && n.int(4, 6) < 58 }},
	"ee_vat_id":      {reason: "numbers start with 10", shape: true},
	"md_personal_id": {reason: "the module takes any first digit", shape: true},
	"md_business_id": {reason: "the module takes any first digit", shape: true},
	"lv_personal_code": {reason: "the module knows organisations too",
		stricter: func(n number) bool { return n[0] > '3' || n[6] > '2' }, looser: func(n number) bool { return n.int(4, 6) > 25 }},
	"lv_vat_id": {reason: "the module knows persons too", stricter: func(n number) bool { return n[len(n)-11] < '4' }},
	"no_fodselsnummer": {reason: "test numbers with 80 added to the month; stdnum refuses births in the future",
		looser: func(n number) bool { return n[2] >= '8' || n.int(4, 6) > 25 && n.int(4, 6) < 40 }},
	"se_personnummer": {reason: "coordination numbers; stdnum refuses births in the future and takes any century", shape: true,
		looser: func(n number) bool { return n[len(n)-6] > '5' || n.int(len(n)-10, len(n)-8) > 25 }},
	"se_business_id": {reason: "the first digit is a kind of body, the third at least 2", shape: true},
	"es_cif": {reason: "stdnum takes digit and letter for every kind, and no country code",
		stricter: func(n number) bool { return n[0] != 'E' || n[1] != 'S' },
		looser:   func(n number) bool { return n[:2] == "ES" }},
	"jmbg":            {reason: "years are those from 1850 to 2099", stricter: func(n number) bool { return n.int(4, 7) >= 100 && n.int(4, 7) < 850 }},
	"gr_tax_id":       {reason: "stdnum adds a zero", shape: true},
	"it_fiscal_code":  {reason: "the day is at most 71", shape: true, stricter: func(n number) bool { return strings.IndexByte("89TUV", n[9]) >= 0 }},
	"pt_citizen_card": {reason: "stdnum takes shorter numbers", shape: true},
	"cz_birth_number": {reason: "months 33 to 50 and 83 to 99 are not given", shape: true,
		stricter: func(n number) bool { m := n.int(2, 4); return m > 32 && m <= 50 || m > 82 }},
	"cz_vat_id": {reason: "months 33 to 50 and 83 to 99 are not given",
		stricter: func(n number) bool {
			n = number(strings.TrimPrefix(string(n), "CZ"))
			m := n.int(2, 4)
			return m > 32 && m <= 50 || m > 82
		}},
	"cz_bank_account": {reason: "an account is not 0", shape: true, stricter: func(n number) bool { return n[:2] == "00" }},
	"hu_vat_id":       {reason: "stdnum does not know the domestic form", looser: func(n number) bool { return len(n) > 10 }},
	"pl_pesel":        {reason: "births from 2100 on are left out", shape: true},
	"ru_ogrn": {reason: "13 digits from 3 or 4 on are not given; of a remainder of two digits the last one checks",
		stricter: func(n number) bool { return len(n) == 13 && (n[0] == '3' || n[0] == '4') },
		looser:   func(n number) bool { return len(n) == 15 && n.int(0, 14)%13 > 9 }},
	"sk_vat_id":      {reason: "the module takes birth numbers too", shape: true, stricter: func(n number) bool { return n[len(n)-10:].mod(11) != 0 }},
	"mx_curp":        {reason: "sex X, given since 2023; the second letter is a vowel", shape: true, looser: func(n number) bool { return n[10] == 'X' }},
	"us_itin":        {reason: "50 to 65, given since 2013", shape: true, looser: func(n number) bool { return n.int(3, 5) >= 50 && n.int(3, 5) <= 65 }},
	"us_atin":        {reason: "stdnum takes any nine digits", shape: true},
	"cl_rut":         {reason: "numbers below 100,000 are too small to belong to the living", stricter: func(n number) bool { return n.int(0, len(n)-1) <= 100000 }},
	"co_nit":         {reason: "nine digits and the check", shape: true},
	"cr_national_id": {reason: "the province is not 0", shape: true},
	"do_tax_id":      {reason: "stdnum keeps a list of numbers with wrong check digits", shape: true},
	"pe_national_id": {reason: "stdnum takes the DNI without its check", shape: true},
	"cn_resident_id": {reason: "the list of districts, which changes, is left out", shape: true,
		looser: func(n number) bool { return n[:6] != "110101" }},
	"cn_uscc": {reason: "the first character is a register and may, as the second, be a letter", shape: true, stricter: func(n number) bool { return !strings.ContainsRune("159NY", rune(n[0])) },
		looser: func(n number) bool { return !n[:2].numeric() }},
	"id_nik": {reason: "the list of regencies is left out", shape: true,
		looser: func(n number) bool { return idProvinces[n[:2]] }},
	"id_npwp":            {reason: "the form with 16 digits is that of the NIK", shape: true},
	"in_pan":             {reason: "K, of which no holder is known", shape: true},
	"in_gstin":           {reason: "38, the state of Ladakh", looser: func(n number) bool { return n[:2] == "38" }},
	"kr_brn":             {reason: "stdnum does not check the last digit", shape: true, stricter: func(n number) bool { return true }},
	"sg_uen":             {reason: "stdnum refuses years in the future", shape: true, looser: func(n number) bool { return n.int(0, 4) > 2025 }},
	"tw_business_id":     {reason: "the rule of 2023 divides by 5", looser: func(n number) bool { return n.crossSum(1, 2, 1, 2, 1, 2, 4, 1)%10 != 0 }},
	"az_tax_id":          {reason: "stdnum adds a zero", shape: true},
	"il_identity_number": {reason: "stdnum adds zeros", shape: true},
	"tn_tax_id":          {reason: "stdnum adds zeros", shape: true},
	"za_id_number":       {reason: "2, the citizenship of refugees", looser: func(n number) bool { return n[10] == '2' }},
	"py_tax_id":          {reason: "at least five digits", shape: true},
}
