package code

import "strings"

// europeWest lists the identifiers of Austria, Belgium, France, Germany,
// Ireland, Liechtenstein, Luxembourg, Monaco, the Netherlands, Switzerland and
// the United Kingdom.
var europeWest = []Check{
	id("at_social_security_number", `\b[1-9]\d{3}[ -]?\d{6}\b`,
		"Sozialversicherungsnummer: 4 digits, of which the last checks, and the date of birth DDMMYY, month 13 to 15 where a day's numbers ran out (Dachverband der Sozialversicherungsträger).",
		func(n number) bool {
			return n.sum(3, 7, 9, 0, 5, 8, 4, 2, 1, 6)%11 == n.at(3) && n.int(6, 8) >= 1 && n.int(6, 8) <= 15 &&
				isDate2(n.int(8, 10), min(n.int(6, 8), 12), n.int(4, 6))
		}),
	id("at_tax_id", `\b\d{2}[ -]?\d{3}/?\d{4}\b`,
		"Abgabenkontonummer: tax office and 7 digits with a Luhn check digit (Bundesministerium für Finanzen).",
		func(n number) bool { return n.luhn() && !n.uniform() && atTaxOffices[n[:2]] }),
	id("at_vat_id", `\b(?:AT ?)?U ?\d{8}\b`,
		"Umsatzsteuer-Identifikationsnummer: U, 7 digits and a check digit (European Commission, VIES).",
		func(n number) bool {
			n = n[strings.IndexByte(string(n), 'U')+1:]
			return (96-n.crossSum(1, 2, 1, 2, 1, 2, 1))%10 == n.last()
		}),
	id("be_national_id", `\b\d{2}[. ]?\d{2}[. ]?\d{2}[- ]?\d{3}[. -]?\d{2}\b`,
		"Rijksregisternummer, numéro de registre national, and the BIS number with 20 or 40 added to the month: date of birth, serial and 97 less the remainder by 97, after a 2 for births since 2000 (Royal decree of 3 April 1984).",
		beNational),
	id("be_identity_card", `\b\d{3}-?\d{7}-?\d{2}\b`,
		"Identiteitskaartnummer, numéro de carte d'identité: 10 digits and their remainder by 97 (Royal decree of 25 March 2003).",
		func(n number) bool { return (n.int(0, 10)+96)%97+1 == n.int(10, 12) && !n.uniform() }),
	id("be_vat_id", `\b(?:BE ?)?[01]\d{3}[. ]?\d{3}[. ]?\d{3}\b`,
		"Ondernemingsnummer, numéro d'entreprise: 8 digits and 97 less their remainder by 97 (Kruispuntbank van Ondernemingen).",
		func(n number) bool {
			n = n[len(n)-10:]
			return 97-n.int(0, 8)%97 == n.int(8, 10) && n.int(0, 8) > 0
		}),
	id("ch_ahv_number", `\b756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}\b`,
		"AHV-Nummer, numéro AVS: 756, 9 digits and an EAN-13 check digit (Bundesgesetz über die AHV, art. 50c).",
		number.ean),
	id("ch_business_id", `\bCHE[- ]?\d{3}[. ]?\d{3}[. ]?\d{3}\b`,
		"Unternehmens-Identifikationsnummer UID: CHE and 9 digits, the last by weights 5,4,3,2,7,6,5,4 modulo 11 (Bundesamt für Statistik).",
		func(n number) bool { return n[3:].sum(5, 4, 3, 2, 7, 6, 5, 4, 1)%11 == 0 }),
	id("ch_vat_id", `\bCHE[- ]?\d{3}[. ]?\d{3}[. ]?\d{3} ?(?:MWST|TVA|IVA|TPV)\b`,
		"Mehrwertsteuernummer: the UID with MWST, TVA, IVA or TPV (Mehrwertsteuergesetz, art. 66).",
		func(n number) bool { return n[3:].sum(5, 4, 3, 2, 7, 6, 5, 4, 1)%11 == 0 }),
	id("de_tax_id", `\b[1-9]\d ?\d{3} ?\d{3} ?\d{3}\b`,
		"Steuerliche Identifikationsnummer: 11 digits; of the first ten one digit occurs twice or three times and the others at most once; ISO 7064 MOD 11,10 (Abgabenordnung § 139b).",
		deTaxID),
	id("de_vat_id", `\bDE ?[1-9]\d{2} ?\d{3} ?\d{3}\b`,
		"Umsatzsteuer-Identifikationsnummer: DE and 9 digits, ISO 7064 MOD 11,10 (Umsatzsteuergesetz § 27a).",
		func(n number) bool { return n[2:].mod11x10() }),
	id("de_identity_card", `\b[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}\d\b`,
		"Seriennummer of the Personalausweis and Reisepass with its check digit: weights 7,3,1 modulo 10 (ICAO Doc 9303).",
		func(n number) bool {
			return !n[1:9].onlyLetters() && n.sum(7, 3, 1, 7, 3, 1, 7, 3, 1)%10 == n.last()
		}),
	id("de_social_security_number", `\b\d{2} ?\d{6} ?[A-Z] ?\d{3}\b`,
		"Rentenversicherungsnummer: area, date of birth, initial, serial and a check digit over the cross sums of 2,1,2,5,7,1,2,1,2,1,2,1 (Verordnung über die Versicherungsnummer § 4).",
		deSocialSecurity),
	id("de_health_insurance_number", `\b[A-Z]\d{9}\b`,
		"Krankenversichertennummer KVNR, the part that never changes: letter, 8 digits and a check digit by the modified Luhn rule (GKV-Spitzenverband, SGB V § 290).",
		func(n number) bool {
			v := n.at(0) - 9
			return (v/10+crossDigits(v%10*2)+n[1:].crossSum(1, 2, 1, 2, 1, 2, 1, 2))%10 == n.last()
		}),
	id("de_lanr", `\b\d{9}\b`,
		"Lebenslange Arztnummer: 6 digits, a check digit by weights 4,9 modulo 10, and the speciality 01 to 99 (Kassenärztliche Bundesvereinigung).",
		func(n number) bool {
			return (10-n.sum(4, 9, 4, 9, 4, 9)%10)%10 == n.at(6) && n.int(7, 9) > 0 && n.int(0, 6) > 0
		}),
	id("fr_nir", `\b[1-478] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b`,
		"Numéro d'inscription au répertoire (numéro de sécurité sociale): sex, year, month, département, commune, serial and 97 less the remainder by 97 (INSEE; décret 82-103).",
		frNIR),
	id("fr_tax_id", `\b[0-3]\d ?\d{2} ?\d{3} ?\d{3} ?\d{3}\b`,
		"Numéro fiscal de référence SPI: 10 digits and their remainder by 511 (Direction générale des Finances publiques).",
		func(n number) bool { return n.int(0, 10)%511 == n.int(10, 13) && n.int(0, 10) > 0 }),
	id("fr_siren", `\b\d{3} ?\d{3} ?\d{3}\b`,
		"SIREN: 9 digits with a Luhn check digit (Code de commerce, art. R123-221).",
		func(n number) bool { return n.luhn() && !n.uniform() }),
	id("fr_siret", `\b\d{3} ?\d{3} ?\d{3} ?\d{5}\b`,
		"SIRET: SIREN and establishment with a Luhn check digit; those of La Poste add up to a multiple of 5 (INSEE).",
		func(n number) bool {
			if n[:9] == "356000000" && n != "35600000000048" {
				return n.sum(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)%5 == 0
			}
			return n.luhn() && n[:9].luhn() && !n.uniform()
		}),
	id("fr_vat_id", `\bFR ?[0-9A-HJ-NP-Z]{2} ?\d{3} ?\d{3} ?\d{3}\b`,
		"Numéro de TVA intracommunautaire: FR, a key and the SIREN (Code général des impôts, annexe III, art. 95).",
		frVAT),
	id("fr_bank_account", `\b\d{5} ?\d{5} ?[0-9A-Z]{11} ?\d{2}\b`,
		"Relevé d'identité bancaire RIB: bank, branch, account and a key modulo 97, letters counted A–I and J–R as 1–9, S–Z as 2–9 (Comité français d'organisation et de normalisation bancaires).",
		frRIB),
	id("gb_utr", `\b\d{5} ?\d{5}\b`,
		"Unique Taxpayer Reference: a check digit first, then 9 digits by weights 6,7,8,9,10,5,4,3,2 modulo 11 (HM Revenue & Customs).",
		func(n number) bool {
			return "21987654321"[n[1:].sum(6, 7, 8, 9, 10, 5, 4, 3, 2)%11] == n[0] && !n.uniform()
		}),
	id("gb_vat_id", `\b(?:(?:GB|XI) ?)?(?:\d{3} ?\d{4} ?\d{2}(?: ?\d{3})?|GD ?[0-4]\d{2}|HA ?[5-9]\d{2})\b`,
		"VAT registration number: 9 digits of which the last two check modulo 97, since 2010 with 55 added (HM Revenue & Customs).",
		gbVAT),
	id("gb_chi_number", `\b\d{6} ?\d{4}\b`,
		"Scottish Community Health Index number: date of birth, serial and a check digit as in NHS numbers (Public Health Scotland).",
		func(n number) bool {
			return n.sum(10, 9, 8, 7, 6, 5, 4, 3, 2, 1)%11 == 0 && isDate2(n.int(4, 6), n.int(2, 4), n.int(0, 2))
		}),
	id("gb_drivers_license", `\b[A-Z9]{5} ?\d[0156]\d[0-3]\d\d ?[A-Z9]{2}[0-9A-Z][A-Z]{2}(?: ?\d{2})?\b`,
		"Driving licence number of Great Britain: five letters of the surname, decade, month (50 added for women), day, year, initials (DVLA).",
		func(n number) bool {
			month := n.int(6, 8) % 50
			return isDate2(n.at(5)*10+n.at(10), month, n.int(8, 10)) && surname9(n[:5])
		}),
	id("gb_upn", `\b[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]\b`,
		"Unique Pupil Number: a check letter by weights 2 to 13 modulo 23 first (Department for Education).",
		func(n number) bool {
			const letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
			last := strings.IndexByte(letters, n[12])
			if digitByte(n[12]) {
				last = n.at(12)
			}
			return letters[(n[1:].sum(rising(2, 12)...)+13*last)%23] == n[0] && gbAuthority(n.int(1, 4))
		}),
	id("ie_pps", `\b\d{7} ?[A-W][ABHWTX]?\b`,
		"Personal Public Service Number: 7 digits, a check letter modulo 23, and for some a second letter that counts 9 times (Department of Social Protection).",
		func(n number) bool { return iePPS(n) && n.int(0, 7) > 0 }),
	id("ie_vat_id", `\bIE ?(?:\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W])`,
		"VAT registration number: 7 digits and the check letter of the PPS number, in the former form with a letter second (Revenue Commissioners).",
		func(n number) bool {
			n = n[2:]
			if !digitByte(n[1]) {
				n = "0" + n[2:7] + n[:1] + n[7:]
			}
			return iePPS(n)
		}),
	id("lu_national_id", `\b(?:18|19|20)\d{6} ?\d{5}\b`,
		"Matricule nationale: date of birth, serial, a Luhn and a Verhoeff check digit, both over the first eleven (Loi du 19 juin 2013).",
		func(n number) bool {
			return isDate(n.int(0, 4), n.int(4, 6), n.int(6, 8)) && n[:12].luhn() && (n[:11] + n[12:]).verhoeff()
		}),
	id("lu_vat_id", `\b(?:LU ?)?\d{3} ?\d{3} ?\d{2}\b`,
		"Numéro d'identification TVA: 6 digits and their remainder by 89 (Administration de l'enregistrement).",
		func(n number) bool {
			n = n[len(n)-8:]
			return n.int(0, 6)%89 == n.int(6, 8) && n.int(0, 6) > 0
		}),
	id("mc_vat_id", `\bFR ?\d{2} ?000 ?\d{3} ?\d{3}\b`,
		"Numéro de TVA of Monaco: the French form with 000 where the SIREN begins (Direction des Services fiscaux).",
		func(n number) bool { return (12+3*n.int(4, 13))%97 == n.int(2, 4) }),
	id("nl_bsn", `\b\d{4}[. ]?\d{2}[. ]?\d{3}\b|\b\d{3}[. ]\d{3}[. ]\d{3}\b|\b\d{8}\b`,
		"Burgerservicenummer: 9 digits, the first may be a 0 left out; weights 9 to 2 and -1 modulo 11 (Wet algemene bepalingen burgerservicenummer).",
		nlBSN),
	id("nl_vat_id", `\bNL ?\d{4}[. ]?\d{2}[. ]?\d{3}[. ]?B[. ]?\d{2}\b`,
		"Btw-identificatienummer: 9 digits, B and 2 digits, by the rule of the BSN or ISO 7064 MOD 97-10 (Belastingdienst).",
		func(n number) bool {
			return n[12:] != "00" && (nlBSN(n[2:11]) || n.mod(97) == 1)
		}),
	id("nl_passport", `\b[A-NP-Z]{2}[0-9A-NP-Z]{6}\d\b`,
		"Documentnummer of passport and identity card: two letters, six letters or digits but never O, a digit (Rijksdienst voor Identiteitsgegevens).",
		func(number) bool { return true }),
	id("nl_student_number", `\b10\d{7}\b`,
		"Onderwijsnummer: 10 and 7 digits; the sum of the BSN rule leaves 5 (Dienst Uitvoering Onderwijs).",
		func(n number) bool { return (n.sum(falling(9, 2)...)-n.last())%11 == 5 }),
}

var atTaxOffices = codes[number]("03 04 06 07 08 09 10 12 15 16 18 22 23 29 33 38 41 46 51 52 53 54 57 59 61 65 67 68 69 71 72 81 82 83 84 90 91 93 97 98")

func (n number) onlyLetters() bool { return !strings.ContainsAny(string(n), "0123456789") }

func crossDigits(v int) int { return v/10 + v%10 }

func beNational(n number) bool {
	month, key := n.int(2, 4), n.int(9, 11)
	if month > 20 {
		month -= 20
	}
	if month > 20 {
		month -= 20
	}
	year := 0
	switch key {
	case 97 - n[:9].mod(97):
		year = 1900 + n.int(0, 2)
	case 97 - ("2" + n[:9]).mod(97):
		year = 2000 + n.int(0, 2)
	default:
		return false
	}
	// The month is 0 where the numbers of a day ran out; the day counts on then.
	return month == 0 || isDate(year, month, max(n.int(4, 6), 1))
}

func deTaxID(n number) bool {
	var times [10]int
	for i := range 10 {
		times[n.at(i)]++
	}
	repeated := 0
	for d, t := range times {
		switch {
		case t == 2:
			repeated++
		case t == 3 && !strings.Contains(string(n[:10]), strings.Repeat(string(rune('0'+d)), 3)):
			repeated++
		case t > 2:
			return false
		}
	}
	return repeated == 1 && n.mod11x10()
}

func deSocialSecurity(n number) bool {
	letter := n.at(8) - 9
	expanded := n[:8] + number([]byte{'0' + byte(letter/10), '0' + byte(letter%10)}) + n[9:]
	day := n.int(2, 4)
	if day > 50 {
		day -= 50
	}
	area := n.int(0, 2)
	return area >= 2 && area <= 89 && isDate2(n.int(6, 8), n.int(4, 6), day) &&
		expanded.crossSum(2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)%10 == expanded.last()
}

func frNIR(n number) bool {
	month := n.int(3, 5)
	if !(month >= 1 && month <= 12 || month >= 20 && month <= 42 || month >= 50) {
		return false
	}
	base, correction := n[:13], 0
	switch n[5:7] {
	case "2A":
		base, correction = n[:5]+"20"+n[7:13], 1000000
	case "2B":
		base, correction = n[:5]+"20"+n[7:13], 2000000
	}
	if !base.numeric() {
		return false
	}
	return 97-(base.int(0, 13)-correction)%97 == n.int(13, 15)
}

func frVAT(n number) bool {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	key, siren := n[2:4], n[4:]
	if siren[:3] == "000" || !siren.luhn() {
		return false
	}
	if key.numeric() {
		return (siren.int(0, 9)*100+12)%97 == key.int(0, 2)
	}
	a, b := strings.IndexByte(alphabet, key[0]), strings.IndexByte(alphabet, key[1])
	check := a*34 + b - 100
	if a < 10 {
		check = a*24 + b - 10
	}
	return (siren.int(0, 9)+1+check/11)%11 == check%11
}

func frRIB(n number) bool {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'S':
			return r - 'S' + '2'
		case r >= 'J':
			return r - 'J' + '1'
		case r >= 'A':
			return r - 'A' + '1'
		}
		return r
	}, string(n))
	return number(plain).mod(97) == 0 && !n.uniform()
}

func gbVAT(n number) bool {
	if strings.HasPrefix(string(n), "GB") || strings.HasPrefix(string(n), "XI") {
		n = n[2:]
	}
	if len(n) == 5 {
		return true
	}
	s := n.sum(8, 7, 6, 5, 4, 3, 2, 10, 1) % 97
	if n.int(0, 3) >= 100 {
		return s == 0 || s == 42 || s == 55
	}
	return s == 0 && n.int(0, 7) > 0
}

// surname9 reports whether nines stand only at the end, where they fill up a
// short surname.
func surname9(n number) bool {
	name := strings.TrimRight(string(n), "9")
	return name != "" && !strings.Contains(name, "9")
}

// gbAuthority reports whether a local education authority has the number.
func gbAuthority(n int) bool {
	for _, r := range [][2]int{{201, 213}, {301, 320}, {330, 336}, {340, 344}, {350, 359}, {370, 373}, {380, 384}, {390, 394}, {420, 420},
		{800, 803}, {805, 808}, {810, 813}, {815, 816}, {821, 823}, {825, 826}, {830, 831}, {835, 837}, {840, 841}, {845, 846},
		{850, 852}, {855, 857}, {860, 861}, {865, 874}, {876, 896}, {908, 909}, {916, 916}, {919, 919}, {921, 921}, {925, 926},
		{928, 929}, {931, 931}, {933, 933}, {935, 938}} {
		if n >= r[0] && n <= r[1] {
			return true
		}
	}
	return false
}

func iePPS(n number) bool {
	s := n.sum(8, 7, 6, 5, 4, 3, 2)
	if len(n) == 9 && strings.IndexByte("TWX", n[8]) < 0 { // T, W and X told of a spouse
		s += 9 * (n.at(8) - 9)
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[s%23] == n[7]
}

func nlBSN(n number) bool {
	n = number(strings.Repeat("0", 9-len(n))) + n
	return n.int(0, 9) > 0 && (n.sum(falling(9, 2)...)-n.last())%11 == 0
}
