package code

// asiaWest lists the identifiers of the Caucasus, Central Asia and the Middle
// East.
var asiaWest = []Check{
	id("ae_emirates_id", `\b784-?(?:19|20)\d{2}-?\d{7}-?\d\b`,
		"رقم الهوية, Emirates ID: 784, year of birth, serial and a Luhn check digit (Federal Authority for Identity and Citizenship).",
		number.luhn),
	id("az_tax_id", `\b\d{9}[12]\b`,
		"VÖEN: 8 digits by weights 4,1,8,6,2,7,5,3 modulo 11, a check digit, 1 for organisations and 2 for persons (Dövlət Vergi Xidməti).",
		func(n number) bool {
			return n.sum(4, 1, 8, 6, 2, 7, 5, 3)%11 == n.at(8) && !n[:9].uniform()
		}),
	id("bh_personal_id", `\b\d{2}[01]\d{6}\b`,
		"الرقم الشخصي, CPR: year and month of birth, serial (Information & eGovernment Authority).",
		func(n number) bool { return n.int(2, 4) >= 1 && n.int(2, 4) <= 12 }),
	id("eg_national_id", `\b[23]\d{2}[01]\d[0-3]\d{8}\b`,
		"الرقم القومي: century, date of birth, governorate, serial (قانون الأحوال المدنية ١٤٣ لسنة ١٩٩٤).",
		func(n number) bool {
			place := n.int(7, 9)
			known := place >= 1 && place <= 4 || place >= 11 && place <= 19 || place >= 21 && place <= 29 || place >= 31 && place <= 35 || place == 88
			return known && isDate(1500+100*n.at(0)+200+n.int(1, 3), n.int(3, 5), n.int(5, 7))
		}),
	id("il_identity_number", `\b\d{8}-?\d\b`,
		"מספר זהות, mispar zehut: 8 digits and a Luhn check digit (רשות האוכלוסין).",
		func(n number) bool { return n.luhn() && n.int(0, 9) > 0 && !n.uniform() }),
	id("il_business_id", `\b5\d{8}\b`,
		"מספר חברה, ח.פ.: 9 digits from 5 on with a Luhn check digit (רשם החברות).",
		func(n number) bool { return n.luhn() }),
	id("ir_national_id", `\b\d{3}-?\d{6}-?\d\b`,
		"کد ملی: 9 digits by weights 10 to 2 modulo 11 and a check digit (سازمان ثبت احوال).",
		func(n number) bool {
			r := n.sum(falling(10, 2)...) % 11
			if r > 1 {
				r = 11 - r
			}
			return r == n.last() && !n.uniform()
		}),
	id("kg_personal_id", `\b[12][0-3]\d[01]\d(?:18|19|20)\d{2}\d{5}\b`,
		"ПИН, персональный идентификационный номер: sex, date of birth DDMMYYYY, serial (Социальный фонд, Налоговая служба).",
		func(n number) bool { return isDate(n.int(5, 9), n.int(3, 5), n.int(1, 3)) }),
	id("kw_civil_id", `\b[23]\d{2}[01]\d[0-3]\d{6}\b`,
		"الرقم المدني: century, date of birth, serial and a check digit by weights 2,1,6,3,7,9,10,5,8,4,2 modulo 11 (PACI).",
		func(n number) bool {
			return isDate(1700+100*n.at(0)+n.int(1, 3), n.int(3, 5), n.int(5, 7)) &&
				11-n.sum(2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)%11 == n.last()
		}),
	id("kz_iin", `\b\d{2}[01]\d[0-3]\d[0-6]\d{5}\b`,
		"ЖСН, ИИН: date of birth, century and sex, serial and a check digit in two stages modulo 11 (Закон РК о национальных реестрах).",
		func(n number) bool {
			check := n.sum(rising(1, 11)...) % 11
			if check == 10 {
				check = n.sum(3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2) % 11
			}
			return isDate2(n.int(0, 2), n.int(2, 4), n.int(4, 6)) && check == n.last()
		}),
	id("kz_bin", `\b\d{2}(?:0[1-9]|1[0-2])[4-6][0-3]\d{6}\b`,
		"БСН, БИН: year and month of registration, kind of body, serial and the check digit of the ИИН (Закон РК о национальных реестрах).",
		func(n number) bool {
			check := n.sum(rising(1, 11)...) % 11
			if check == 10 {
				check = n.sum(3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2) % 11
			}
			return check == n.last()
		}),
	id("qa_id", `\b[23]\d{2}\d{3}\d{5}\b`,
		"الرقم الشخصي, QID: century and year of birth, nationality by ISO 3166 number, serial (Ministry of Interior).",
		func(n number) bool { return n.int(3, 6) >= 4 && n.int(3, 6) <= 894 && n.int(6, 11) > 0 }),
	id("sa_national_id", `\b[12]\d{9}\b`,
		"رقم الهوية الوطنية, إقامة: 1 for citizens and 2 for residents, 8 digits and a Luhn check digit (وزارة الداخلية).",
		func(n number) bool { return n.luhn() && !n.uniform() }),
	id("uz_pinfl", `\b[3-6][0-3]\d[01]\d\d{9}\b`,
		"ЖШШИР, ПИНФЛ: sex and century, date of birth DDMMYY, district, serial and a check digit by weights 7,3,1 modulo 10 (Давлат персоналлаштириш маркази).",
		func(n number) bool {
			return isDate2(n.int(5, 7), n.int(3, 5), n.int(1, 3)) && n.sum(7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7)%10 == n.last()
		}),
}
