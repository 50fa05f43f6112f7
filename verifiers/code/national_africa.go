package code

import "strings"

// africa lists the identifiers of Africa, Egypt excepted.
var africa = []Check{
	id("gh_card", `\bGHA-?\d{9}-?\d\b`,
		"Ghana Card personal identification number: GHA, 9 digits and a check digit (National Identification Authority).",
		func(n number) bool { return !n[3:].uniform() }),
	id("gh_tax_id", `\b[PCGQV]00\d{7}[0-9X]\b`,
		"Taxpayer Identification Number: kind, 00, 7 digits and a check by their place modulo 11 (Ghana Revenue Authority).",
		func(n number) bool {
			return n[10] == "0123456789X"[n[1:].sum(rising(1, 9)...)%11]
		}),
	id("gn_tax_id", `\b\d{3}[ -]?\d{3}[ -]?\d{3}\b`,
		"NIFp, numéro d'identification fiscale permanent: 9 digits with a Luhn check digit (Direction nationale des impôts).",
		func(n number) bool { return n.luhn() && !n.uniform() }),
	id("ke_tax_pin", `\b[AP]\d{9}[A-Z]\b`,
		"KRA PIN: A for persons or P for others, 9 digits, letter (Kenya Revenue Authority).",
		func(n number) bool { return n.int(1, 10) > 0 }),
	id("ma_ice", `\b\d{15}\b`,
		"Identifiant commun de l'entreprise: 15 digits divisible by 97 (OMPIC).",
		func(n number) bool { return n.mod(97) == 0 && !n.uniform() }),
	id("mu_national_id", `\b[A-Z][0-3]\d[01]\d{3}[0-9A-Z]{6}[0-9A-G]\b`,
		"National Identity Card number: initial, date of birth DDMMYY, serial and a check character modulo 17 (Civil Status Division).",
		func(n number) bool {
			return isDate2(n.int(5, 7), n.int(3, 5), n.int(1, 3)) && (17-n[:13].sum(falling(14, 2)...)%17)%17 == n.last()
		}),
	id("mz_tax_id", `\b\d{9}\b`,
		"NUIT, número único de identificação tributária: 8 digits by weights 8,9,4,5,6,7,8,9 modulo 11 and a check digit (Autoridade Tributária).",
		func(n number) bool {
			return "01234567891"[n.sum(8, 9, 4, 5, 6, 7, 8, 9)%11] == n[8] && !n.uniform()
		}),
	id("sn_ninea", `\b(?:\d{7}|\d{9})(?: ?[012][A-HJ-NP-WZ]\d)?\b`,
		"NINEA: 7 or 9 digits whose sum by weights 1 and 2 is divisible by 10, kind of taxpayer (Agence nationale de la statistique).",
		func(n number) bool {
			size := len(n)
			if !n.numeric() {
				size -= 3
			}
			digits := number(strings.Repeat("0", 9-size)) + n[:size]
			return digits.sum(1, 2, 1, 2, 1, 2, 1, 2, 1)%10 == 0 && digits.int(0, 9) > 0
		}),
	id("tn_tax_id", `\b\d{7}[ /]?[A-HJ-NP-TV-Z](?:[ /]?[ABDNP][ /]?[CEMNP][ /]?\d{3})?\b`,
		"Matricule fiscal: 7 digits, key letter, VAT regime, category and establishment (Ministère des Finances).",
		func(n number) bool {
			return n.int(0, 7) > 0 && (len(n) == 8 || n[9] != 'E' && n[10:] == "000" || n[9] == 'E' && n[10:] != "000")
		}),
	id("ug_nin", `\bC[MF]\d{2}[0-9A-Z]{10}\b`,
		"National Identification Number of Uganda: C, sex, year of birth, 10 characters (NIRA).",
		func(n number) bool { return strings.ContainsAny(string(n[4:]), "0123456789") && !n[4:].onlyLetters() }),
	id("za_id_number", `\b\d{2}[01]\d[0-3]\d ?\d{4} ?[012]\d ?\d\b`,
		"South African identity number: date of birth, sex, citizenship and a Luhn check digit (Identification Act 68 of 1997).",
		func(n number) bool { return isDate2(n.int(0, 2), n.int(2, 4), n.int(4, 6)) && n.luhn() }),
	id("za_tax_id", `\b[01239]\d{9}\b`,
		"Income tax reference number: 10 digits from 0, 1, 2, 3 or 9 on with a Luhn check digit (SARS).",
		func(n number) bool { return n.luhn() && !n.uniform() }),
}
