package code

import "strings"

// europeNorth lists the identifiers of Denmark with the Faroe Islands, Estonia,
// Finland, Iceland, Latvia, Lithuania, Norway and Sweden.
var europeNorth = []Check{
	id("dk_cpr", `\b[0-3]\d[01]\d{3}[ -]?\d{4}\b`,
		"CPR-nummer: date of birth DDMMYY and 4 digits, the first of which tells the century; numbers since 2007 have no check digit (CPR-kontoret).",
		dkCPR),
	id("dk_vat_id", `\b(?:DK ?)?[1-9]\d ?\d{2} ?\d{2} ?\d{2}\b`,
		"CVR-nummer, momsregistreringsnummer: 8 digits by weights 2,7,6,5,4,3,2,1 modulo 11 (Det Centrale Virksomhedsregister).",
		func(n number) bool { return n[len(n)-8:].sum(2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 }),
	id("ee_personal_id", `\b[1-8]\d{10}\b`,
		"Isikukood: sex and century, date of birth, serial and a check digit in two stages modulo 11 (EVS 585:2007).",
		func(n number) bool { return balticDate(n) && balticCheck(n) }),
	id("ee_vat_id", `\b(?:EE ?)?10\d{7}\b`,
		"KMKR, käibemaksukohustuslase number: 9 digits by weights 3,7,1 modulo 10 (Maksu- ja Tolliamet).",
		func(n number) bool { return n[len(n)-9:].sum(3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0 }),
	id("ee_business_id", `\b[1789]\d{7}\b`,
		"Registrikood: 8 digits with the check digit of the isikukood (Äriregister).",
		balticCheck),
	id("fi_personal_identity_code", `(?i)\b[0-3]\d[01]\d{3}[-+ABCDEFYXWVU]\d{3}[0-9ABCDEFHJKLMNPRSTUVWXY]\b`,
		"Henkilötunnus: date of birth, sign of the century, serial and a check character modulo 31 (Digi- ja väestötietovirasto, Asetus väestötietojärjestelmästä 2 §).",
		fiHetu),
	id("fi_business_id", `\b\d{7}-?\d\b`,
		"Y-tunnus: 7 digits and a check digit by weights 7,9,10,5,8,4,2 modulo 11 (Patentti- ja rekisterihallitus).",
		func(n number) bool { return n.sum(7, 9, 10, 5, 8, 4, 2, 1)%11 == 0 && !n.uniform() }),
	id("fi_vat_id", `\bFI ?\d{8}\b`,
		"ALV-numero: FI and the Y-tunnus without its dash (Verohallinto).",
		func(n number) bool { return n[2:].sum(7, 9, 10, 5, 8, 4, 2, 1)%11 == 0 && !n[2:].uniform() }),
	id("is_kennitala", `\b[0-7]\d[01]\d{3}[ -]?\d{3}[09]\b`,
		"Kennitala: date of birth, 40 added to the day for organisations, serial, a check digit by weights 3,2,7,6,5,4,3,2 modulo 11 and the century (Þjóðskrá).",
		func(n number) bool {
			century := 1900
			if n[9] == '0' {
				century = 2000
			}
			return n.sum(3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 && isDate(century+n.int(4, 6), n.int(2, 4), n.int(0, 2)%40)
		}),
	id("lt_personal_id", `\b[1-9]\d{10}\b`,
		"Asmens kodas: sex and century, date of birth, serial and a check digit in two stages modulo 11; 9 and no date for foreigners (Gyventojų registras).",
		func(n number) bool { return (n[0] == '9' || balticDate(n)) && balticCheck(n) }),
	id("lt_vat_id", `\b(?:LT ?)?(?:\d{9}|\d{12})\b`,
		"PVM mokėtojo kodas: 9 digits, or 12 for temporary payers, with a 1 before the check digit, which is that of the asmens kodas (Valstybinė mokesčių inspekcija).",
		func(n number) bool {
			n = number(strings.TrimPrefix(string(n), "LT"))
			return n[len(n)-2] == '1' && balticCheck(n)
		}),
	id("lv_personal_code", `\b\d{6}-?\d{5}\b`,
		"Personas kods: date of birth, century, serial and a check digit by weights 10,5,8,4,2,1,6,3,7,9; numbers since 2017 start with 32 in place of the date (Fizisko personu reģistrs).",
		func(n number) bool {
			exists := isDate(1800+100*n.at(6)+n.int(4, 6), n.int(2, 4), n.int(0, 2)) && n[6] <= '2'
			return (n[:2] == "32" || exists) && lvCheck(n)
		}),
	id("lv_vat_id", `\b(?:LV ?)?\d{11}\b`,
		"PVN reģistrācijas numurs of an organisation: 11 digits from 4 on by weights 9,1,4,8,3,10,2,5,7,6,1 modulo 11 (Valsts ieņēmumu dienests).",
		func(n number) bool {
			n = n[len(n)-11:]
			return n[0] > '3' && n.sum(9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)%11 == 3
		}),
	id("no_fodselsnummer", `\b[0-7]\d{5}[ .-]?\d{5}\b`,
		"Fødselsnummer, D-nummer with 40 added to the day, and synthetic test numbers: date of birth, serial and two check digits modulo 11 (Skatteetaten).",
		noFodselsnummer),
	id("no_business_id", `\b[89]\d{2} ?\d{3} ?\d{3}\b`,
		"Organisasjonsnummer: 9 digits from 8 on by weights 3,2,7,6,5,4,3,2 modulo 11 (Brønnøysundregistrene).",
		func(n number) bool { return n.sum(3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 }),
	id("no_vat_id", `\b(?:NO ?)?[89]\d{2} ?\d{3} ?\d{3} ?MVA\b`,
		"MVA-nummer: the organisasjonsnummer and MVA (Skatteetaten).",
		func(n number) bool {
			return n[len(n)-12:].sum(3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
		}),
	id("no_bank_account", `\b\d{4}[. ]?\d{2}[. ]?\d{5}\b`,
		"Kontonummer: bank, account and a check digit by weights 5,4,3,2,7,6,5,4,3,2 modulo 11 (Bits).",
		func(n number) bool { return n.sum(5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 && !n.uniform() }),
	id("se_personnummer", `\b(?:18|19|20)?\d{6}[-+ ]?\d{4}\b`,
		"Personnummer and, with 60 added to the day, samordningsnummer: date of birth, serial and a Luhn check digit over ten digits (Folkbokföringslagen § 18).",
		sePersonnummer),
	id("se_business_id", `\b[1-35-9]\d[2-9]\d{3}-?\d{4}\b`,
		"Organisationsnummer: 10 digits, the third at least 2 so that it is no date, Luhn (Bolagsverket, lagen 1974:174).",
		func(n number) bool { return n.luhn() && !n.uniform() }),
	id("se_vat_id", `\bSE ?\d{6}-?\d{4} ?01\b`,
		"Momsregistreringsnummer: SE, organisationsnummer or personnummer, 01 (Skatteverket).",
		func(n number) bool { return n[2:12].luhn() && !n[2:12].uniform() }),
}

func dkCPR(n number) bool {
	year, seventh := n.int(4, 6), n.at(6)
	switch {
	case seventh <= 3, year >= 37 && (seventh == 4 || seventh == 9):
		year += 1900
	case seventh == 4 || seventh == 9 || year <= 57:
		year += 2000
	default:
		year += 1800
	}
	return isDate(year, n.int(2, 4), n.int(0, 2))
}

// balticDate reads the century from the first digit: 1 and 2 for the 1800s and
// so on, odd for men.
func balticDate(n number) bool {
	return isDate(1800+(n.at(0)-1)/2*100+n.int(1, 3), n.int(3, 5), n.int(5, 7))
}

// balticCheck checks the last digit by weights 1, 2 … 9, 1 … and, where that
// leaves 10, by weights that start with 3.
func balticCheck(n number) bool {
	sum := func(first int) int {
		s := 0
		for i := range len(n) - 1 {
			s += (1 + (first-1+i)%9) * n.at(i)
		}
		return s % 11
	}
	check := sum(1)
	if check == 10 {
		check = sum(3) % 10
	}
	return check == n.last()
}

func fiHetu(n number) bool {
	if len(n) == 10 { // the dash of the 1900s is gone
		n = n[:6] + "-" + n[6:]
	}
	century := 1900
	switch {
	case n[6] == '+':
		century = 1800
	case n[6] >= 'A' && n[6] <= 'F':
		century = 2000
	}
	serial := n.int(7, 10)
	return isDate(century+n.int(4, 6), n.int(2, 4), n.int(0, 2)) && serial >= 2 && serial <= 899 &&
		"0123456789ABCDEFHJKLMNPRSTUVWXY"[(n.int(0, 6)*1000+serial)%31] == n[10]
}

func lvCheck(n number) bool {
	return (1+n.sum(10, 5, 8, 4, 2, 1, 6, 3, 7, 9))%11%10 == n.last()
}

func noFodselsnummer(n number) bool {
	if n.sum(3, 7, 6, 1, 8, 9, 4, 5, 2, 1)%11 != 0 || n.sum(5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 != 0 {
		return false
	}
	day, month, year, serial := n.int(0, 2)%40, n.int(2, 4), n.int(4, 6), n.int(6, 9)
	switch { // test numbers have 40 or 80 added to the month
	case month > 80:
		month -= 80
	case month > 40:
		month -= 40
	}
	switch {
	case serial < 500, serial >= 900 && year >= 40:
		year += 1900
	case serial < 750 && year >= 54:
		year += 1800
	case year < 40:
		year += 2000
	default:
		return false
	}
	return isDate(year, month, day)
}

func sePersonnummer(n number) bool {
	n = number(strings.ReplaceAll(string(n), "+", ""))
	year := 1900
	if len(n) == 12 {
		year, n = n.int(0, 2)*100, n[2:]
	}
	day := n.int(4, 6)
	if day > 60 {
		day -= 60
	}
	exists := isDate(year+n.int(0, 2), n.int(2, 4), day) || year == 1900 && isDate2(n.int(0, 2), n.int(2, 4), day)
	return exists && n.luhn()
}
