package code

import "strings"

// europeEast lists the identifiers of Belarus, Bulgaria, Czechia, Hungary,
// Moldova, Poland, Romania, Russia, Slovakia and Ukraine.
var europeEast = []Check{
	id("bg_national_id", `\b\d{2}[0-5]\d[0-3]\d{5}\b`,
		"ЕГН, единен граждански номер: date of birth, 20 added to the month for the 1800s and 40 for the 2000s, serial, check digit by weights 2,4,8,5,10,9,7,3,6 modulo 11 (ГРАО).",
		bgEGN),
	id("bg_foreigner_id", `\b\d{10}\b`,
		"ЛНЧ, личен номер на чужденец: 9 digits by weights 21,19,17,13,11,9,7,3,1 modulo 10 and a check digit (МВР).",
		func(n number) bool { return bgForeigner(n) && !n.uniform() }),
	id("bg_vat_id", `\b(?:BG ?)?\d{9,10}\b`,
		"Идентификационен номер по ДДС: 9 digits for organisations, 10 for persons and others (НАП, VIES).",
		bgVAT),
	id("by_tax_id", `\b(?:[1-7]\d{8}|[ABCEHKM][ABCEHKMOPT]\d{7})\b`,
		"УНП, учетный номер плательщика: 9 characters from a region on, by weights 29,23,19,17,13,7,5,3 modulo 11 (Министерство по налогам и сборам).",
		func(n number) bool {
			plain := n
			if !n.numeric() {
				plain = number([]byte{'0' + byte(strings.IndexByte("ABCEHKMOPT", n[1]))}) + n[2:]
				s := n.at(0)*29 + plain.sum(23, 19, 17, 13, 7, 5, 3)
				return s%11 == n.last()
			}
			return plain.sum(29, 23, 19, 17, 13, 7, 5, 3)%11 == n.last()
		}),
	id("by_national_id", `\b[1-6][0-3]\d[01]\d{3}[ABCHKEM]\d{3}(?:PB|BA|BI)\d\b`,
		"Идентификационный номер: sex and century, date of birth, region, serial, citizenship and a check digit by weights 7,3,1 modulo 10, letters as in ICAO Doc 9303 (Закон № 418-З о регистре населения).",
		func(n number) bool {
			return isDate2(n.int(5, 7), n.int(3, 5), n.int(1, 3)) && n.sum(7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7)%10 == n.last()
		}),
	id("cz_birth_number", `\b\d{6}/?\d{3,4}\b`,
		"Rodné číslo, also of Slovakia: date of birth, 50 added to the month for women and 20 where serials ran out, serial; ten digits since 1954, divisible by 11 (Zákon č. 133/2000 Sb.).",
		czBirthNumber),
	id("cz_vat_id", `\b(?:CZ ?)?\d{8,10}\b`,
		"DIČ: the identification number of an organisation with 8 digits, the birth number, or 6 and 8 digits (Finanční správa, VIES).",
		czVAT),
	written("cz_bank_account", `\b(?:\d{1,6}-)?\d{2,10}/\d{4}\b`,
		"Číslo účtu: prefix and number, each by weights 6,3,7,9,10,5,8,4,2,1 modulo 11, and the bank (Vyhláška ČNB č. 169/2011 Sb.).",
		func(text string) bool {
			account, bank, _ := strings.Cut(text, "/")
			prefix, account, found := strings.Cut(account, "-")
			if !found {
				prefix, account = "0", prefix
			}
			return czBanks[bank] && czAccount(prefix) && czAccount(account) && strings.Trim(account, "0") != ""
		}),
	id("hu_tax_id", `\b8\d{9}\b`,
		"Adóazonosító jel: 8, days from 1867 to the birth, serial and the sum of digits times places modulo 11 (1996. évi XX. törvény).",
		func(n number) bool { return n.sum(rising(1, 9)...)%11 == n.last() }),
	id("hu_health_insurance_number", `\b\d{3}[ -]?\d{3}[ -]?\d{3}\b`,
		"TAJ-szám: 8 digits by weights 3 and 7 modulo 10 and a check digit (1996. évi XX. törvény).",
		func(n number) bool { return n.sum(3, 7, 3, 7, 3, 7, 3, 7)%10 == n.last() && !n.uniform() }),
	id("hu_personal_id", `\b[1-8][ -]?\d{2}[01]\d[0-3]\d[ -]?\d{4}\b`,
		"Személyi azonosító: sex and century, date of birth, serial and a check digit by the place modulo 11, counted from the other end since 1997 (1996. évi XX. törvény).",
		func(n number) bool {
			if !isDate2(n.int(1, 3), n.int(3, 5), n.int(5, 7)) {
				return false
			}
			return n.sum(rising(1, 10)...)%11 == n.last() || n.sum(falling(10, 1)...)%11 == n.last()
		}),
	id("hu_vat_id", `\b(?:HU ?)?\d{8}(?:-[1-5]-\d{2})?\b`,
		"Adószám: 8 digits by weights 9,7,3,1 modulo 10, in the domestic form followed by the kind of tax and the county (Nemzeti Adó- és Vámhivatal).",
		func(n number) bool {
			n = number(strings.TrimPrefix(string(n), "HU"))
			return n.sum(9, 7, 3, 1, 9, 7, 3, 1)%10 == 0 && n.int(0, 8) > 0
		}),
	id("md_personal_id", `\b[029]\d{12}\b`,
		"IDNP: kind of register, 11 digits and a check digit by weights 7,3,1 modulo 10 (Agenția Servicii Publice).",
		moldova),
	id("md_business_id", `\b1\d{12}\b`,
		"IDNO: 1, 11 digits and a check digit by weights 7,3,1 modulo 10 (Agenția Servicii Publice).",
		moldova),
	id("pl_pesel", `\b\d{2}[0-389]\d[0-3]\d{6}\b`,
		"PESEL: date of birth with the century in the month, serial, sex and a check digit by weights 1,3,7,9 modulo 10 (Ustawa o ewidencji ludności, art. 15).",
		func(n number) bool {
			century := []int{1900, 2000, 2100, 2200, 1800}[n.at(2)/2]
			return isDate(century+n.int(0, 2), n.int(2, 4)%20, n.int(4, 6)) && n.sum(1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0
		}),
	id("pl_tax_id", `\b(?:PL ?)?\d{3}-?\d{2,3}-?\d{2}-?\d{2,3}\b`,
		"NIP: 9 digits by weights 6,5,7,2,3,4,5,6,7 modulo 11 and a check digit (Ministerstwo Finansów).",
		func(n number) bool {
			n = number(strings.TrimPrefix(string(n), "PL"))
			return len(n) == 10 && n.sum(6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == n.last() && !n.uniform()
		}),
	id("pl_regon", `\b\d{9}(?:\d{5})?\b`,
		"REGON: 9 digits by weights 8,9,2,3,4,5,6,7 modulo 11, with 14 for local units by weights 2,4,8,5,0,9,7,3,6,1,2,4,8 (Główny Urząd Statystyczny).",
		func(n number) bool {
			if len(n) == 14 && n.sum(2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8)%11%10 != n.last() {
				return false
			}
			return n.sum(8, 9, 2, 3, 4, 5, 6, 7)%11%10 == n.at(8) && !n.uniform()
		}),
	id("pl_identity_card", `\b[A-Z]{3} ?\d{6}\b`,
		"Seria i numer dowodu osobistego: three letters, a check digit, five digits, by weights 7,3,1,9,7,3,1,7,3 modulo 10 (Ministerstwo Cyfryzacji).",
		func(n number) bool { return n.sum(7, 3, 1, 9, 7, 3, 1, 7, 3)%10 == 0 }),
	id("pl_passport", `\b[A-Z]{2} ?\d{7}\b`,
		"Numer paszportu: two letters, a check digit, six digits, by weights 7,3,9,1,7,3,1,7,3 modulo 10 (Ministerstwo Spraw Wewnętrznych).",
		func(n number) bool { return n.sum(7, 3, 9, 1, 7, 3, 1, 7, 3)%10 == 0 }),
	id("ro_cnp", `\b[1-9]\d{2}[01]\d[0-3]\d{7}\b`,
		"Cod numeric personal: sex and century, date of birth, county, serial and a check digit by weights 2,7,9,1,4,6,3,5,8,2,7,9 modulo 11 (Legea nr. 105/1996).",
		roCNP),
	id("ro_business_id", `\b(?:RO ?)?[1-9]\d{1,9}\b`,
		"CUI, cod unic de înregistrare: up to 9 digits by weights 7,5,3,2,1,7,5,3,2 modulo 11 and a check digit (ANAF).",
		func(n number) bool {
			n = number(strings.TrimPrefix(string(n), "RO"))
			n = number(strings.Repeat("0", 10-len(n))) + n
			return 10*n.sum(7, 5, 3, 2, 1, 7, 5, 3, 2)%11%10 == n.last()
		}),
	id("ru_inn", `\b(?:\d{10}|\d{12})\b`,
		"ИНН: 10 digits for organisations, 12 for persons, with one and two check digits modulo 11 (Приказ ФНС ЕД-7-14/559@).",
		func(n number) bool {
			if n.uniform() {
				return false
			}
			if len(n) == 10 {
				return n.sum(2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == n.last()
			}
			return n.sum(7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == n.at(10) &&
				n.sum(3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == n.at(11)
		}),
	id("ru_ogrn", `\b(?:[1-9]\d{12}|[34]\d{14})\b`,
		"ОГРН and ОГРНИП: 12 or 14 digits and their remainder by 11 or 13 (Приказ Минфина № 165н).",
		func(n number) bool {
			if len(n) == 13 {
				return n[0] != '3' && n[0] != '4' && n.int(0, 12)%11%10 == n.last()
			}
			return n.int(0, 14)%13%10 == n.last()
		}),
	id("ru_snils", `\b\d{3}[ -]?\d{3}[ -]?\d{3}[ -]?\d{2}\b`,
		"СНИЛС: 9 digits and the sum of digits by weights 9 to 1 modulo 101 (Социальный фонд России).",
		func(n number) bool {
			return n.int(0, 9) > 1001998 && n.sum(falling(9, 1)...)%101%100 == n.int(9, 11)
		}),
	id("sk_vat_id", `\b(?:SK ?)?[1-9]\d[2-47-9]\d{7}\b`,
		"IČ DPH: 10 digits divisible by 11 (Finančná správa).",
		func(n number) bool { return n[len(n)-10:].mod(11) == 0 }),
	id("ua_tax_id", `\b\d{10}\b`,
		"РНОКПП, реєстраційний номер облікової картки платника податків: days from 31 December 1899 to the birth, serial, check digit by weights -1,5,7,9,4,6,10,5,7 modulo 11 (ДПС).",
		func(n number) bool {
			s := n.sum(-1, 5, 7, 9, 4, 6, 10, 5, 7) % 11
			return (s+11)%11%10 == n.last() && n.int(0, 5) > 0
		}),
	id("ua_business_id", `\b\d{8}\b`,
		"ЄДРПОУ: 7 digits by the place modulo 11, with a second set of weights, from 7 for numbers of 30 to 60 million (Державна служба статистики).",
		uaEDRPOU),
}

func bgEGN(n number) bool {
	year, month := 1900+n.int(0, 2), n.int(2, 4)
	switch {
	case month > 40:
		year, month = year+100, month-40
	case month > 20:
		year, month = year-100, month-20
	}
	return isDate(year, month, n.int(4, 6)) && n.sum(2, 4, 8, 5, 10, 9, 7, 3, 6)%11%10 == n.last()
}

func bgForeigner(n number) bool {
	return n.sum(21, 19, 17, 13, 11, 9, 7, 3, 1)%10 == n.last()
}

func bgVAT(n number) bool {
	n = number(strings.TrimPrefix(string(n), "BG"))
	if n.uniform() {
		return false
	}
	if len(n) == 9 {
		check := n.sum(rising(1, 8)...) % 11
		if check == 10 {
			check = n.sum(rising(3, 10)...) % 11 % 10
		}
		return check == n.last()
	}
	other := 11 - n.sum(4, 3, 2, 7, 6, 5, 4, 3, 2)%11
	return bgEGN(n) || bgForeigner(n) || other != 10 && other%11 == n.last()
}

func czBirthNumber(n number) bool {
	year, month := 1900+n.int(0, 2), n.int(2, 4)%50
	if month > 20 {
		month -= 20
	}
	if len(n) == 9 {
		if year >= 1980 {
			year -= 100
		}
		return year <= 1953 && isDate(year, month, n.int(4, 6))
	}
	if year < 1954 {
		year += 100
	}
	return isDate(year, month, n.int(4, 6)) && n.int(0, 9)%11%10 == n.last()
}

func czVAT(n number) bool {
	n = number(strings.TrimPrefix(string(n), "CZ"))
	switch {
	case len(n) == 8:
		check := (11 - n.sum(falling(8, 2)...)%11) % 11
		if check == 0 {
			check = 1
		}
		return n[0] != '9' && check%10 == n.last()
	case len(n) == 9 && n[0] == '6':
		return (8-(10-n[1:].sum(falling(8, 2)...)%11)%11+10)%10 == n.last()
	}
	return czBirthNumber(n)
}

// czBanks are the codes of the banks in Czechia (Česká národní banka, Kódy bank).
var czBanks = codes[string]("0100 0300 0600 0710 0800 2010 2060 2070 2100 2200 2220 2250 2260 2600 2700 3030 3060 3500 4300 5500 5800 6000 6200 6210 6300 6363 6700 6800 7910 7950 7960 7970 7990 8030 8040 8060 8090 8150 8190 8198 8220 8250 8255 8265 8500 8610 8660")

func czAccount(s string) bool {
	n := number(strings.Repeat("0", 10-len(s)) + s)
	return n.sum(6, 3, 7, 9, 10, 5, 8, 4, 2, 1)%11 == 0
}

func moldova(n number) bool {
	return n.sum(7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)%10 == n.last() && !n.uniform()
}

func roCNP(n number) bool {
	century := []int{0, 1900, 1900, 1800, 1800, 2000, 2000, 1900, 1900, 1900}[n.at(0)]
	county := n.int(7, 9)
	known := county >= 1 && county <= 48 || county == 51 || county == 52 || county == 70 || county >= 80 && county <= 83
	check := n.sum(2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11
	if check == 10 {
		check = 1
	}
	return known && isDate(century+n.int(1, 3), n.int(3, 5), n.int(5, 7)) && check == n.last()
}

func uaEDRPOU(n number) bool {
	weights, second := []int{1, 2, 3, 4, 5, 6, 7}, []int{3, 4, 5, 6, 7, 8, 9}
	if n[0] >= '3' && n[0] <= '5' {
		weights, second = []int{7, 1, 2, 3, 4, 5, 6}, []int{9, 3, 4, 5, 6, 7, 8}
	}
	check := n.sum(weights...) % 11
	if check == 10 {
		check = n.sum(second...) % 11 % 10
	}
	return check == n.last() && n.int(0, 8) > 0
}
