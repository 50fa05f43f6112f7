package code

import "strings"

// americaNorth lists the identifiers of Canada, Mexico and the United States.
var americaNorth = []Check{
	id("ca_sin", `\b[1-79]\d{2}[ -]?\d{3}[ -]?\d{3}\b`,
		"Social Insurance Number, numéro d'assurance sociale: 9 digits with a Luhn check digit (Employment and Social Development Canada).",
		func(n number) bool { return n.luhn() && !n.uniform() }),
	id("ca_business_number", `\b\d{9}(?: ?R[CMPT] ?\d{4})?\b`,
		"Business Number: 9 digits with a Luhn check digit, program and account (Canada Revenue Agency).",
		func(n number) bool { return n[:9].luhn() && !n[:9].uniform() }),
	id("ca_bc_health_number", `\b9\d{3}[ -]?\d{3}[ -]?\d{3}\b`,
		"British Columbia Personal Health Number: 9, 8 digits by weights 2,4,8,5,10,9,7,3 modulo 11, check digit (BC Ministry of Health).",
		func(n number) bool { return (11-n[1:].sum(2, 4, 8, 5, 10, 9, 7, 3)%11)%11 == n.last() }),
	id("ca_ohip", `\b[1-9]\d{3}[ -]?\d{3}[ -]?\d{3}(?:[ -]?[A-Z]{2})?\b`,
		"Ontario health card number: 10 digits with a Luhn check digit and a version of two letters (Ontario Ministry of Health).",
		func(n number) bool { return n[:10].luhn() && !n[:10].uniform() }),
	id("ca_quebec_hin", `\b[A-Z]{4} ?\d{4} ?\d{4}\b`,
		"Numéro d'assurance maladie: three letters of the surname, one of the given name, date of birth with 50 added to the month for women, serial (RAMQ).",
		func(n number) bool { return isDate2(n.int(4, 6), n.int(6, 8)%50, n.int(8, 10)) }),
	id("mx_curp", `(?i)\b[A-Z][AEIOUX][A-Z]{2}\d{2}[01]\d[0-3]\d[HMX](?:AS|B[CS]|C[CLMSH]|D[FG]|G[TR]|HG|JC|M[CNS]|N[ETL]|OC|PL|Q[TR]|S[PLR]|T[CSL]|VZ|YN|ZS)[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\d\b`,
		"Clave Única de Registro de Población: letters of the names, date of birth, sex, state, consonants, a digit before and a letter after 2000, check digit by weights 18 to 2 modulo 10 (RENAPO).",
		mxCURP),
	written("mx_rfc", `[A-ZÑ&]{3,4} ?-?\d{2}[01]\d[0-3]\d ?-?[1-9A-V][1-9A-Z][0-9A]\b`,
		"Registro Federal de Contribuyentes: 4 letters for persons, 3 for organisations, date, homoclave and a check by weights 13 to 2 modulo 11 (SAT).",
		mxRFC),
	id("mx_social_security_number", `\b\d{2}-?\d{2}-?\d{2}-?\d{4}-?\d\b`,
		"Número de seguridad social: 11 digits with a Luhn check digit (Instituto Mexicano del Seguro Social).",
		func(n number) bool { return n.luhn() && !n.uniform() }),
	id("mx_clabe", `\b\d{3} ?\d{3} ?\d{11} ?\d\b`,
		"Clave bancaria estandarizada CLABE: bank, place, account and a check digit by weights 3,7,1 modulo 10 (Asociación de Bancos de México).",
		func(n number) bool {
			s := 0
			for i, w := range []int{3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7} {
				s += n.at(i) * w % 10
			}
			return (10-s%10)%10 == n.last() && n.int(0, 3) > 1 && !n.uniform()
		}),
	id("us_itin", `\b9\d{2}[ -]?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])[ -]?\d{4}\b`,
		"Individual Taxpayer Identification Number: 9, and 50–65, 70–88, 90–92 or 94–99 in the middle (IRS).",
		func(number) bool { return true }),
	id("us_atin", `\b9\d{2}[ -]?93[ -]?\d{4}\b`,
		"Adoption Taxpayer Identification Number: 9 and 93 in the middle (IRS).",
		func(number) bool { return true }),
	id("us_ein", `\b\d{2}-?\d{7}\b`,
		"Employer Identification Number: the prefix of an IRS campus or of the internet, 7 digits (IRS).",
		func(n number) bool { return usEINPrefix(n.int(0, 2)) }),
	id("us_ptin", `\bP\d{8}\b`,
		"Preparer Tax Identification Number: P and 8 digits (IRS).",
		func(number) bool { return true }),
	id("us_npi", `\b[12]\d{9}\b`,
		"National Provider Identifier: 10 digits from 1 or 2 on with a Luhn check digit over 80840 and the number (45 CFR 162.406).",
		func(n number) bool { return ("80840" + n).luhn() }),
	id("us_dea_number", `\b[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}\b`,
		"DEA registration number: type, initial and 7 digits, the last from the sum of the odd and twice the even places modulo 10 (21 CFR 1301).",
		func(n number) bool { return n[2:].sum(1, 2, 1, 2, 1, 2)%10 == n.last() && n.int(2, 9) > 0 }),
	id("us_mbi", `\b[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b`,
		"Medicare Beneficiary Identifier: 11 characters of fixed kinds, without S, L, O, I, B, Z (CMS).",
		func(number) bool { return true }),
}

func mxCURP(n number) bool {
	century := 1900
	if letterByte(n[16]) {
		century = 2000
	}
	s := 0
	for i := range 17 {
		v := n.at(i)
		if n[i] > 'N' { // the place of Ñ, which no CURP holds
			v++
		}
		s += v * (18 - i)
	}
	return isDate(century+n.int(4, 6), n.int(6, 8), n.int(8, 10)) && (10-s%10)%10 == n.last()
}

func mxRFC(text string) bool {
	const alphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"
	runes := []rune(strings.NewReplacer(" ", "", "-", "").Replace(text))
	if len(runes) == 12 {
		runes = append([]rune{' '}, runes...)
	}
	date := number(string(runes[4:10]))
	s := 0
	for i, r := range runes[:12] {
		s += (13 - i) * len([]rune(alphabet[:strings.IndexRune(alphabet, r)]))
	}
	return isDate2(date.int(0, 2), date.int(2, 4), date.int(4, 6)) && rune("0123456789A"[(11-s%11)%11]) == runes[12]
}

// usEINPrefix reports whether the IRS assigned the prefix to a campus.
func usEINPrefix(p int) bool {
	switch p {
	case 0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97:
		return false
	}
	return true
}
