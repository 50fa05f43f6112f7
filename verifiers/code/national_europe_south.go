package code

import "strings"

// europeSouth lists the identifiers of Albania, Bosnia and Herzegovina, Croatia,
// Cyprus, Greece, Italy, Kosovo, Malta, Montenegro, North Macedonia, Portugal,
// San Marino, Serbia, Slovenia, Spain and Turkey.
var europeSouth = []Check{
	id("al_national_id", `\b[A-T]\d[0156]\d[0-3]\d{4}[A-W]\b`,
		"Numri i identitetit NID: decade as a letter, year, month (50 added for women), day, serial and a check letter (Ligji nr. 8952, Gjendja Civile).",
		func(n number) bool {
			return isDate(1800+10*(n.at(0)-10)+n.at(1), n.int(2, 4)%50, n.int(4, 6))
		}),
	id("al_tax_id", `\b(?:AL)?[A-M]\d{8}[A-Z]\b`,
		"NIPT, numri i identifikimit për personin e tatueshëm: letter of the decade, 8 digits, letter (Drejtoria e Përgjithshme e Tatimeve).",
		func(number) bool { return true }),
	id("cy_vat_id", `\b(?:CY ?)?[0-59]\d{7}[A-Z]\b`,
		"Αριθμός εγγραφής ΦΠΑ: 8 digits and a letter modulo 26 (Τμήμα Φορολογίας, VIES).",
		func(n number) bool {
			n = n[len(n)-9:]
			odd := []int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21}
			s := n.sum(0, 1, 0, 1, 0, 1, 0, 1)
			for i := 0; i < 8; i += 2 {
				s += odd[n.at(i)]
			}
			return n[:2] != "12" && byte('A'+s%26) == n[8]
		}),
	id("es_dni", `\b\d{8}[ -]?[A-HJ-NP-TV-Z]\b`,
		"Documento nacional de identidad: 8 digits and a letter by the remainder by 23 (Real Decreto 1553/2005).",
		func(n number) bool { return dniLetter(n[:8]) == n[8] }),
	id("es_nie", `\b[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]\b`,
		"Número de identidad de extranjero: X, Y or Z standing for 0, 1, 2, then as the DNI (Orden INT/2058/2008).",
		esNIE),
	id("es_nif", `\b[KLM][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]\b`,
		"NIF of minors and of Spaniards without DNI: K, L or M, 7 digits and the letter of the DNI (Real Decreto 1065/2007, art. 19).",
		func(n number) bool { return dniLetter(n[1:8]) == n[8] }),
	id("es_cif", `\b(?:ES)?[ABCDEFGHJNPQRSUVW][ -]?\d{7}[ -]?[0-9A-J]\b`,
		"NIF of organisations, formerly CIF: letter of the legal form, 7 digits, a check by the Luhn rule as digit or letter (Orden EHA/451/2008).",
		func(n number) bool {
			n = n[len(n)-9:]
			check := (10 - n[1:].crossSum(2, 1, 2, 1, 2, 1, 2)%10) % 10
			letter, digit := "JABCDEFGHI"[check] == n[8], byte('0'+check) == n[8]
			switch {
			case strings.IndexByte("PQSNWR", n[0]) >= 0:
				return letter
			case strings.IndexByte("ABEH", n[0]) >= 0:
				return digit
			}
			return letter || digit
		}),
	id("es_social_security_number", `\b\d{2}[ /-]?\d{7,8}[ /-]?\d{2}\b`,
		"Número de afiliación a la Seguridad Social: province, 8 digits and the remainder by 97 (Tesorería General de la Seguridad Social).",
		func(n number) bool {
			number := n[:len(n)-2]
			base := number.int(0, len(number))
			if len(n) == 12 && n[2] == '0' {
				base = n.int(0, 2)*10000000 + n.int(2, 10)
			}
			province := n.int(0, 2)
			return base%97 == n.int(len(n)-2, len(n)) && province >= 1 && province <= 66 && n.int(2, len(n)-2) > 0
		}),
	id("es_bank_account", `\b\d{4}[ -]?\d{4}[ -]?\d{2}[ -]?\d{10}\b`,
		"Código cuenta cliente: bank and branch, two check digits by the powers of 2 modulo 11, account (Consejo Superior Bancario).",
		func(n number) bool {
			first := 11 - n[:8].sum(4, 8, 5, 10, 9, 7, 3, 6)%11
			second := 11 - n[10:].sum(1, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11
			return powerCheck(first) == n.at(8) && powerCheck(second) == n.at(9) && n.int(10, 20) > 0
		}),
	id("gr_amka", `\b[0-3]\d[01]\d{8}\b`,
		"ΑΜΚΑ: date of birth DDMMYY, serial and a Luhn check digit (ΗΔΙΚΑ, νόμος 3655/2008).",
		func(n number) bool { return isDate2(n.int(4, 6), n.int(2, 4), n.int(0, 2)) && n.luhn() }),
	id("gr_tax_id", `\b(?:(?:EL|GR) ?)?\d{9}\b`,
		"ΑΦΜ, αριθμός φορολογικού μητρώου: 8 digits by the powers of 2 modulo 11 and a check digit (ΑΑΔΕ).",
		func(n number) bool {
			n = n[len(n)-9:]
			return n.sum(256, 128, 64, 32, 16, 8, 4, 2)%11%10 == n.last() && !n.uniform()
		}),
	id("hr_oib", `\b(?:HR ?)?\d{11}\b`,
		"Osobni identifikacijski broj: 10 digits and a check digit by ISO 7064 MOD 11,10 (Zakon o osobnom identifikacijskom broju).",
		func(n number) bool { return n[len(n)-11:].mod11x10() && !n[len(n)-11:].uniform() }),
	id("it_fiscal_code", `(?i)\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b`,
		"Codice fiscale: letters of surname and name, year, month, day (40 added for women), municipality and a check letter; digits may be replaced by letters (D.M. 23 dicembre 1976).",
		itFiscalCode),
	id("it_vat_code", `\b(?:IT ?)?\d{11}\b`,
		"Partita IVA: 7 digits, province office and a Luhn check digit (Agenzia delle Entrate, D.M. 23 dicembre 1976).",
		func(n number) bool {
			n = n[len(n)-11:]
			office := n.int(7, 10)
			return n.int(0, 7) > 0 && (office >= 1 && office <= 100 || office == 120 || office == 121 || office == 888 || office == 999) && n.luhn()
		}),
	id("it_bank_account", `\b[A-Z] ?\d{5} ?\d{5} ?[0-9A-Z]{12}\b`,
		"BBAN: control character CIN, ABI, CAB and account; odd places count as in the codice fiscale, modulo 26 (Associazione Bancaria Italiana).",
		func(n number) bool { return byte('A'+itWeights(n[1:])%26) == n[0] }),
	id("jmbg", `\b[0-3]\d[01]\d{10}\b`,
		"JMBG, EMŠO, ЕМБГ of the former Yugoslav republics: date of birth DDMMYYY, region, serial and a check digit by weights 7 to 2 twice modulo 11 (Zakon o uvođenju jedinstvenog matičnog broja građana, 1976).",
		func(n number) bool {
			year := n.int(4, 7)
			if year < 100 {
				year += 1000
			}
			return year >= 850 && isDate(1000+year, n.int(2, 4), n.int(0, 2)) && (11-n.sum(7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11%10 == n.last()
		}),
	id("me_tax_id", `\b\d{8}\b`,
		"PIB, poreski identifikacioni broj of Montenegro: 7 digits by weights 8 to 2 modulo 11 and a check digit (Poreska uprava).",
		func(n number) bool { return (11-n.sum(falling(8, 2)...)%11)%11%10 == n.last() && !n.uniform() }),
	id("mk_tax_id", `\b(?:MK ?)?\d{13}\b`,
		"ЕДБ, единствен даночен број: 12 digits by weights 7 to 2 twice modulo 11 and a check digit (Управа за јавни приходи).",
		func(n number) bool {
			n = n[len(n)-13:]
			return (11-n.sum(7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11%10 == n.last() && !n.uniform()
		}),
	id("mt_vat_id", `\b(?:MT ?)?[1-9]\d{3}[ -]?\d{4}\b`,
		"VAT number of Malta: 8 digits by weights 3,4,6,7,8,9,10,1 modulo 37 (Commissioner for Revenue).",
		func(n number) bool { return n[len(n)-8:].sum(3, 4, 6, 7, 8, 9, 10, 1)%37 == 0 }),
	id("pt_nif", `\b(?:PT ?)?[1-9]\d{2}[ .]?\d{3}[ .]?\d{3}\b`,
		"Número de identificação fiscal NIF, NIPC: 8 digits by weights 9 to 2 modulo 11 and a check digit (Autoridade Tributária, Decreto-Lei 14/2013).",
		func(n number) bool { n = n[len(n)-9:]; return (11-n.sum(falling(9, 2)...)%11)%11%10 == n.last() }),
	id("pt_citizen_card", `(?i)\b\d{8}[ -]?\d[ -]?[0-9A-Z]{2}\d\b`,
		"Número de documento do Cartão de Cidadão: civil number, its check digit, version and a check digit by the Luhn rule over digits and letters (AMA).",
		func(n number) bool {
			s := 0
			for i := range len(n) {
				v := n.at(i)
				if i%2 == 0 {
					if v *= 2; v > 9 {
						v -= 9
					}
				}
				s += v
			}
			return s%10 == 0
		}),
	id("pt_social_security_number", `\b[12]\d{10}\b`,
		"Número de identificação da segurança social NISS: 10 digits by the primes from 29 to 2 modulo 10 and 9 less the remainder (Segurança Social).",
		func(n number) bool { return 9-n.sum(29, 23, 19, 17, 13, 11, 7, 5, 3, 2)%10 == n.last() }),
	id("pt_bank_account", `\b\d{4}[ .]?\d{4}[ .]?\d{11}[ .]?\d{2}\b`,
		"Número de identificação bancária NIB: bank, branch, account and 98 less the remainder by 97, ISO 7064 MOD 97-10 (Banco de Portugal).",
		func(n number) bool { return n.mod(97) == 1 }),
	id("rs_tax_id", `\b[1-9]\d{8}\b`,
		"ПИБ, порески идентификациони број: 8 digits and a check digit by ISO 7064 MOD 11,10 (Пореска управа).",
		number.mod11x10),
	id("si_tax_id", `\b(?:SI ?)?[1-9]\d{7}\b`,
		"Davčna številka: 7 digits by weights 8 to 2 modulo 11 and a check digit (Finančna uprava).",
		func(n number) bool {
			n = n[len(n)-8:]
			check := 11 - n.sum(falling(8, 2)...)%11
			return check < 11 && check%10 == n.last()
		}),
	id("si_business_id", `\b\d{7}(?:[ ]?[0-9A-Z]\d{2})?\b`,
		"Matična številka: 6 digits by weights 7 to 2 modulo 11, a check digit, and a unit of 3 (AJPES).",
		func(n number) bool {
			check := 11 - n.sum(7, 6, 5, 4, 3, 2)%11
			return check < 11 && check%10 == n.at(6) && n.int(0, 6) > 0
		}),
	id("tr_national_id", `\b[1-9]\d{10}\b`,
		"T.C. kimlik numarası: 9 digits and two check digits modulo 10 (Nüfus ve Vatandaşlık İşleri).",
		func(n number) bool {
			odd, even := n.sum(1, 0, 1, 0, 1, 0, 1, 0, 1), n.sum(0, 1, 0, 1, 0, 1, 0, 1)
			tenth := ((7*odd-even)%10 + 10) % 10
			return tenth == n.at(9) && (odd+even+tenth)%10 == n.at(10)
		}),
	id("tr_tax_id", `\b\d{3} ?\d{3} ?\d{4}\b`,
		"Vergi kimlik numarası: 9 digits and a check digit by powers of 2 modulo 9 (Gelir İdaresi).",
		func(n number) bool {
			s := 0
			for i := range 9 {
				if v := (n.at(i) + 9 - i) % 10; v != 0 {
					if v = v << (9 - i) % 9; v == 0 {
						v = 9
					}
					s += v
				}
			}
			return (10-s%10)%10 == n.last() && !n.uniform()
		}),
}

// dniLetter returns the letter for the value of the digits.
func dniLetter(digits number) byte {
	return "TRWAGMYFPDXBNJZSQVHLCKE"[digits.int(0, len(digits))%23]
}

func esNIE(n number) bool { return dniLetter(number('0'+n[0]-'X')+n[1:8]) == n[8] }

// powerCheck turns 11 less a remainder by 11 into a digit: 10 becomes 1, 11 becomes 0.
func powerCheck(v int) int {
	switch v {
	case 10:
		return 1
	case 11:
		return 0
	}
	return v
}

// itOdd are the values of characters in odd places, 0 to 9 and A to Z alike
// with A valued as 0.
var itOdd = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

func itWeights(n number) int {
	s := 0
	for i := range len(n) {
		v := n.at(i)
		if v > 9 {
			v -= 10
		}
		if i%2 == 0 {
			v = itOdd[v]
		}
		s += v
	}
	return s
}

func itFiscalCode(n number) bool {
	// Where a code is taken already, digits give way to letters from the right.
	plain := []byte(n)
	for _, i := range []int{6, 7, 9, 10, 12, 13, 14} {
		if v := strings.IndexByte("LMNPQRSTUV", plain[i]); v >= 0 {
			plain[i] = '0' + byte(v)
		}
	}
	p := number(plain)
	month := strings.IndexByte("ABCDEHLMPRST", p[8]) + 1
	day := p.int(9, 11)
	if day > 40 {
		day -= 40
	}
	return isDate2(p.int(6, 8), month, day) && byte('A'+itWeights(n[:15])%26) == n[15]
}
