package code

import "strings"

// americaSouth lists the identifiers of Argentina, Brazil, Chile, Colombia,
// Costa Rica, Cuba, the Dominican Republic, Ecuador, El Salvador, Guatemala,
// Paraguay, Peru, Uruguay and Venezuela.
var americaSouth = []Check{
	id("ar_tax_id", `\b(?:2[0347]|3[034]|5[015])[ -]?\d{8}[ -]?\d\b`,
		"CUIT, CUIL, CDI: type, 8 digits (the DNI of persons) and a check digit by weights 5,4,3,2,7,6,5,4,3,2 modulo 11 (AFIP).",
		func(n number) bool {
			return "012345678990"[11-n.sum(5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11] == n[10]
		}),
	id("ar_bank_account", `\b\d{8}[ -]?\d{14}\b`,
		"Clave bancaria uniforme CBU: bank and branch, account, each with a check digit by weights 3,1,7,9 from the right modulo 10 (Banco Central de la República Argentina).",
		func(n number) bool {
			return (10-n.sum(7, 1, 3, 9, 7, 1, 3)%10)%10 == n.at(7) && n.int(0, 7) > 0 &&
				(10-n[8:].sum(3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3)%10)%10 == n.at(21)
		}),
	id("br_cpf", `\b\d{3}[. ]?\d{3}[. ]?\d{3}[- ./]?\d{2}\b`,
		"Cadastro de pessoas físicas: 9 digits and two check digits by falling weights modulo 11 (Receita Federal).",
		func(n number) bool {
			return brDigit(n.sum(falling(10, 2)...)) == n.at(9) && brDigit(n.sum(falling(11, 2)...)) == n.at(10) && !n.uniform()
		}),
	id("br_cnpj", `\b[0-9A-Z]{2}[. ]?[0-9A-Z]{3}[. ]?[0-9A-Z]{3}[/ ]?[0-9A-Z]{4}[- ]?\d{2}\b`,
		"Cadastro nacional da pessoa jurídica: 12 digits, since 2026 also letters, and two check digits by weights 2 to 9 modulo 11 (Receita Federal, IN RFB 2.229/2024).",
		func(n number) bool {
			first := brDigit(brCNPJ(n, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
			second := brDigit(brCNPJ(n, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
			return first == n.at(12) && second == n.at(13) && n[:12] != "000000000000"
		}),
	id("br_pis", `\b\d{3}[. ]?\d{5}[. ]?\d{2}[- ]?\d\b`,
		"PIS, PASEP, NIS, NIT: 10 digits and a check digit by weights 3,2,9 to 2 modulo 11 (Caixa Econômica Federal).",
		func(n number) bool {
			return brDigit(n.sum(3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == n.at(10) && !n.uniform()
		}),
	id("br_drivers_license", `\b\d{11}\b`,
		"Registro da carteira nacional de habilitação: 9 digits and two check digits modulo 11 (Senatran).",
		func(n number) bool {
			first, less := n.sum(falling(9, 1)...)%11, 0
			if first == 10 {
				first, less = 0, 2
			}
			second := n.sum(rising(1, 9)...) % 11
			if second == 10 {
				second = 0
			} else if second -= less; second < 0 {
				second += 11
			}
			return first == n.at(9) && second%10 == n.at(10) && !n.uniform()
		}),
	id("br_voter_id", `\b\d{4} ?\d{4} ?\d{4}\b`,
		"Título de eleitor: 8 digits, state 01 to 28 and two check digits modulo 11 (Tribunal Superior Eleitoral).",
		func(n number) bool {
			state := n.int(8, 10)
			return state >= 1 && state <= 28 && n.sum(rising(2, 9)...)%11%10 == n.at(10) && n[8:].sum(7, 8, 9)%11%10 == n.at(11)
		}),
	id("br_health_card", `\b[127-9]\d{2} ?\d{4} ?\d{4} ?\d{4}\b`,
		"Cartão nacional de saúde: 15 digits whose sum by weights 15 to 1 is divisible by 11 (DATASUS).",
		func(n number) bool { return n.sum(falling(15, 1)...)%11 == 0 }),
	id("cl_rut", `\b\d{1,2}[.]?\d{3}[.]?\d{3}-?[0-9Kk]\b`,
		"RUT, RUN: up to 8 digits and a check digit or K by weights 2 to 7 from the right modulo 11 (Servicio de Registro Civil).",
		func(n number) bool {
			return "0123456789K"[(11-cyclic(n[:len(n)-1])%11)%11] == n[len(n)-1] && n.int(0, len(n)-1) > 100000
		}),
	id("co_nit", `\b\d{3}[.]?\d{3}[.]?\d{3}-?\d\b`,
		"Número de identificación tributaria: 9 digits and a check digit by weights 3,7,13,17 … from the right modulo 11 (DIAN).",
		func(n number) bool {
			return "01987654321"[n.sum(41, 37, 29, 23, 19, 17, 13, 7, 3)%11] == n[9] && !n.uniform()
		}),
	id("cr_national_id", `\b0?[1-9][ -]?\d{4}[ -]?\d{4}\b`,
		"Cédula de persona física: province, volume and entry (Tribunal Supremo de Elecciones).",
		func(n number) bool { return n.int(0, len(n)) > 0 }),
	id("cr_business_id", `\b[2-5][ -]?\d{3}[ -]?\d{6}\b`,
		"Cédula de persona jurídica: class, type and serial (Registro Nacional).",
		crBusiness),
	id("cr_residence_id", `\b1\d{10,11}\b`,
		"DIMEX, cédula de residencia: 11 or 12 digits from 1 on (Dirección General de Migración y Extranjería).",
		func(number) bool { return true }),
	id("cu_national_id", `\b\d{2}[01]\d[0-3]\d{6}\b`,
		"Número de identidad permanente: date of birth, century, serial (Dirección de Identificación).",
		func(n number) bool {
			century := 1900
			switch {
			case n[6] == '9':
				century = 1800
			case n[6] >= '6':
				century = 2000
			}
			return isDate(century+n.int(0, 2), n.int(2, 4), n.int(4, 6))
		}),
	id("do_national_id", `\b\d{3}-?\d{7}-?\d\b`,
		"Cédula de identidad y electoral: municipality, serial and a Luhn check digit (Junta Central Electoral).",
		func(n number) bool { return n.luhn() && !n.uniform() }),
	id("do_tax_id", `\b[145]-?\d{2}-?\d{5}-?\d\b`,
		"RNC, registro nacional del contribuyente: 8 digits by weights 7,9,8,6,5,4,3,2 modulo 11 and a check digit (DGII).",
		func(n number) bool {
			return (10-n.sum(7, 9, 8, 6, 5, 4, 3, 2)%11+9)%9+1 == n.last() && !n.uniform()
		}),
	id("ec_national_id", `\b\d{10}\b`,
		"Cédula de identidad: province 01 to 24, 30 or 50, third digit at most 6, Luhn (Registro Civil).",
		func(n number) bool { return ecProvince(n) && n[2] <= '6' && n.luhn() }),
	id("ec_tax_id", `\b\d{13}\b`,
		"RUC: the cédula and an establishment for persons; for public and private bodies 9 or 10 digits modulo 11 (SRI).",
		ecRUC),
	id("gt_tax_id", `\b\d{1,11}-?[0-9Kk]\b`,
		"NIT: digits by their place from the right modulo 11 and a check digit or K (SAT Guatemala).",
		func(n number) bool {
			s := 0
			for i := range len(n) - 1 {
				s += (len(n) - i) * n.at(i)
			}
			return s > 0 && "0123456789K"[(11-s%11)%11] == n[len(n)-1]
		}),
	id("pe_national_id", `\b\d{8}-?[0-9A-K]\b`,
		"CUI of the DNI: 8 digits and a check digit or letter by weights 3,2,7,6,5,4,3,2 modulo 11 (RENIEC).",
		func(n number) bool {
			r := n.sum(3, 2, 7, 6, 5, 4, 3, 2) % 11
			return n[8] == "65432110987"[r] || n[8] == "KJIHGFEDCBA"[r]
		}),
	id("pe_tax_id", `\b(?:1[057]|20)\d{9}\b`,
		"RUC: type, 8 digits and a check digit by weights 5,4,3,2,7,6,5,4,3,2 modulo 11 (SUNAT).",
		func(n number) bool { return (11-n.sum(5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%10 == n.last() }),
	id("py_tax_id", `\b\d{4,8}-?\d\b`,
		"RUC: up to 8 digits and a check digit by their place from the right modulo 11 (Dirección Nacional de Ingresos Tributarios).",
		func(n number) bool {
			s := 0
			for i := range len(n) - 1 {
				s += (len(n) - i) * n.at(i)
			}
			return (11-s%11)%11%10 == n.last()
		}),
	id("sv_tax_id", `\b[0-9]\d{3}-?\d{6}-?\d{3}-?\d\b`,
		"NIT: municipality, date, serial and a check digit by falling weights modulo 11, by weights 2 to 7 for serials above 100 (Ministerio de Hacienda).",
		func(n number) bool {
			if n[0] != '0' && n[0] != '1' && n[0] != '9' {
				return false
			}
			if n.int(10, 13) <= 100 {
				return n.sum(falling(14, 2)...)%11%10 == n.last()
			}
			return (11-n.sum(2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11%10 == n.last()
		}),
	id("uy_national_id", `\b[1-9][.]?\d{3}[.]?\d{3}-?\d\b`,
		"Cédula de identidad: 7 digits and a check digit by weights 2,9,8,7,6,3,4 modulo 10 (Dirección Nacional de Identificación Civil).",
		func(n number) bool { return (10-n.sum(2, 9, 8, 7, 6, 3, 4)%10)%10 == n.last() && !n.uniform() }),
	id("uy_tax_id", `\b(?:UY)?\d{2}-?\d{6}-?001-?\d{1}\b`,
		"RUT: registration 01 to 22, 6 digits, 001 and a check digit by weights 4,3,2,9 to 2 modulo 11 (Dirección General Impositiva).",
		func(n number) bool {
			n = n[len(n)-12:]
			check := (11 - n.sum(4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)%11) % 11
			return n.int(0, 2) >= 1 && n.int(0, 2) <= 22 && n.int(2, 8) > 0 && check == n.last()
		}),
	id("ve_tax_id", `\b[VEJPG][- ]?\d{8}[- ]?\d\b`,
		"RIF: kind of holder, 8 digits and a check digit by weights 3,2,7,6,5,4,3,2 modulo 11 (SENIAT).",
		func(n number) bool {
			kind := map[byte]int{'V': 4, 'E': 8, 'J': 12, 'P': 16, 'G': 20}[n[0]]
			return "00987654321"[(kind+n[1:].sum(3, 2, 7, 6, 5, 4, 3, 2))%11] == n[9]
		}),
}

// brDigit turns a weighted sum into a check digit as Brazilian rules do.
func brDigit(sum int) int { return (11 - sum%11) % 11 % 10 }

// brCNPJ is sum with letters valued from A = 17, their distance to the character 0.
func brCNPJ(n number, weights ...int) int {
	s := 0
	for i, w := range weights {
		s += w * int(n[i]-'0')
	}
	return s
}

// cyclic sums the digits from the right by weights 2 to 7, again and again.
func cyclic(n number) int {
	s := 0
	for i := range len(n) {
		s += n.at(len(n)-1-i) * (2 + i%6)
	}
	return s
}

func crBusiness(n number) bool {
	class := string(n[1:4])
	switch n[0] {
	case '2':
		return strings.Contains("100 200 300 400", class)
	case '3':
		return strings.Contains("002 003 004 005 006 007 008 009 010 011 012 013 014 101 102 103 104 105 106 107 108 109 110", class)
	case '4':
		return class == "000"
	}
	return class == "001"
}

func ecProvince(n number) bool {
	p := n.int(0, 2)
	return p >= 1 && p <= 24 || p == 30 || p == 50
}

func ecRUC(n number) bool {
	if !ecProvince(n) {
		return false
	}
	public := n.sum(3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 && n[9:] != "0000"
	private := n.sum(4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 && n[10:] != "000"
	person := n[:10].luhn() && n[10:] != "000"
	switch {
	case n[2] <= '5':
		return person
	case n[2] == '6':
		return public || person
	}
	return n[2] == '9' && (private || public)
}
