package code

import "strings"

// asiaEast lists the identifiers of East, South and South-East Asia and of
// Oceania.
var asiaEast = []Check{
	id("au_abn", `\b[1-9]\d ?\d{3} ?\d{3} ?\d{3}\b`,
		"Australian Business Number: 11 digits; with 1 taken from the first, the sum by weights 10,1,3,5 … 19 is divisible by 89 (Australian Business Register).",
		func(n number) bool { return (n.sum(10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)-10)%89 == 0 }),
	id("au_acn", `\b\d{3} ?\d{3} ?\d{3}\b`,
		"Australian Company Number: 8 digits by weights 8 to 1 modulo 10 and a check digit (ASIC, Corporations Act 2001).",
		func(n number) bool { return (10-n.sum(falling(8, 1)...)%10)%10 == n.last() && !n.uniform() }),
	id("au_tfn", `\b\d{3} ?\d{3} ?\d{2,3}\b`,
		"Tax File Number: 9 digits, formerly 8, whose sum by weights 1,4,3,7,5,8,6,9,10 is divisible by 11 (Australian Taxation Office).",
		func(n number) bool {
			return n.sum([]int{1, 4, 3, 7, 5, 8, 6, 9, 10}[:len(n)]...)%11 == 0 && !n.uniform()
		}),
	id("au_medicare", `\b[2-6]\d{3}[ -]?\d{5}[ -]?\d(?:[ /-]?\d)?\b`,
		"Medicare card number: 8 digits from 2 to 6 on by weights 1,3,7,9 modulo 10, check digit, issue, and the person on the card (Services Australia).",
		func(n number) bool {
			return n.sum(1, 3, 7, 9, 1, 3, 7, 9)%10 == n.at(8) && n[9] != '0' && !n[:9].uniform()
		}),
	id("cn_resident_id", `\b[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[0-9Xx]\b`,
		"公民身份号码: administrative division, date of birth, serial and a check character by ISO 7064 MOD 11-2 (GB 11643-1999).",
		func(n number) bool {
			return cnProvinces[n[:2]] && isDate(n.int(6, 10), n.int(10, 12), n.int(12, 14)) && n.mod11x2()
		}),
	id("cn_uscc", `\b[0-9A-HJ-NP-Y]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}\b`,
		"统一社会信用代码: register, kind, division, organisation and a check character by powers of 3 modulo 31 (GB 32100-2015).",
		func(n number) bool {
			const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
			s, w := 0, 1
			for i := range 17 {
				s += w * strings.IndexByte(alphabet, n[i])
				w = w * 3 % 31
			}
			return strings.IndexByte("159NY", n[0]) >= 0 && alphabet[(31-s%31)%31] == n[17] && !n.uniform()
		}),
	id("hk_id", `\b[A-Z]{1,2}\d{6} ?\(?[0-9A]\)?`,
		"香港身份證號碼: one or two letters, 6 digits and a check character by weights 9 to 1 modulo 11 (Immigration Department).",
		func(n number) bool {
			first := 36 * 9
			if letterByte(n[1]) {
				first, n = n.at(0)*9, n[1:]
			}
			return (first+n.sum(falling(8, 1)...))%11 == 0
		}),
	id("id_nik", `\b[1-9]\d{5}[0-7]\d[01]\d{7}\b`,
		"Nomor Induk Kependudukan: province, regency, district, date of birth with 40 added to the day for women, serial (Permendagri, UU 24/2013).",
		func(n number) bool {
			return isDate2(n.int(10, 12), n.int(8, 10), n.int(6, 8)%40) && idProvinces[n[:2]] && n.int(12, 16) > 0
		}),
	id("id_npwp", `\b\d{2}[.]?\d{3}[.]?\d{3}[.]?\d[-.]?\d{3}[.]?\d{3}\b`,
		"Nomor Pokok Wajib Pajak: 9 digits with a Luhn check digit, office and branch (Direktorat Jenderal Pajak).",
		func(n number) bool { return n[:9].luhn() && n.int(0, 9) > 0 && !n.uniform() }),
	id("in_aadhaar", `\b[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}\b`,
		"आधार Aadhaar: 12 digits from 2 on, Verhoeff check digit, no palindrome (UIDAI).",
		func(n number) bool { return n.verhoeff() && !palindrome(n) }),
	id("in_vid", `\b[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b`,
		"Aadhaar Virtual ID: 16 digits from 2 on, Verhoeff check digit, no palindrome (UIDAI).",
		func(n number) bool { return n.verhoeff() && !palindrome(n) }),
	id("in_pan", `\b[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]\b`,
		"Permanent Account Number: three letters, kind of holder, initial, 4 digits, letter (Income Tax Department).",
		func(n number) bool { return n[5:9] != "0000" }),
	id("in_gstin", `\b[0-3]\d[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]\b`,
		"Goods and Services Tax Identification Number: state, PAN, registration, Z and a check character by the Luhn rule to base 36 (GST Network).",
		func(n number) bool {
			s := 0
			for i := range len(n) {
				v := n.at(len(n)-1-i) * (1 + i%2)
				s += v/36 + v%36
			}
			return n.int(0, 2) >= 1 && n.int(0, 2) <= 38 && n[7:11] != "0000" && s%36 == 0
		}),
	id("in_voter_id", `\b[A-Z]{3}\d{7}\b`,
		"EPIC, Electoral Photo Identity Card: three letters, 6 digits and a Luhn check digit (Election Commission of India).",
		func(n number) bool { return n[3:].luhn() && n.int(3, 10) > 0 }),
	id("jp_my_number", `\b\d{4}[ -]?\d{4}[ -]?\d{4}\b`,
		"個人番号 My Number: 11 digits by weights 6,5,4,3,2,7 to 2 modulo 11 and a check digit (番号利用法施行令).",
		func(n number) bool {
			return (11-n.sum(6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11%10 == n.last() && !n.uniform()
		}),
	id("jp_corporate_number", `\b[1-9]-?\d{4}-?\d{4}-?\d{4}\b`,
		"法人番号: a check digit first, 9 less the sum by weights 2 and 1 modulo 9, then 12 digits (国税庁).",
		func(n number) bool {
			return 9-n[1:].sum(2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1)%9 == n.at(0) && n.int(1, 13) > 0
		}),
	id("kr_rrn", `\b\d{2}[01]\d[0-3]\d-?[0-9]\d{6}\b`,
		"주민등록번호: date of birth, sex and century, place, serial, check digit by weights 2 to 9 and 2 to 5 modulo 11 (주민등록법 시행규칙). Numbers given since October 2020 have no check digit.",
		func(n number) bool {
			return krDate(n) && n.int(7, 9) <= 96 && (11-krSum(n)%11)%10 == n.last()
		}),
	id("kr_frn", `\b\d{2}[01]\d[0-3]\d-?[5-8]\d{6}\b`,
		"외국인등록번호: as the resident number with 5 to 8 for the sex and 2 added to the check digit (출입국관리법 시행규칙).",
		func(n number) bool { return krDate(n) && (13-krSum(n)%11)%10 == n.last() }),
	id("kr_brn", `\b\d{3}-?\d{2}-?\d{5}\b`,
		"사업자등록번호: 9 digits by weights 1,3,7,1,3,7,1,3,5 with the tens of the last product added, modulo 10, and a check digit (국세청).",
		func(n number) bool {
			return n.int(0, 3) >= 101 && n[3:5] != "00" && (n.sum(1, 3, 7, 1, 3, 7, 1, 3, 5, 1)+n.at(8)*5/10)%10 == 0
		}),
	id("lk_nic", `\b(?:\d{2}[0-35-8]\d{6}[VX]|(?:19|20)\d{2}[0-35-8]\d{8}|(?:19|20)\d{2}[0-35-8]\d{7})\b`,
		"ජාතික හැඳුනුම්පත, National Identity Card: year and day of birth with 500 added for women, serial; the older form ends with V or X (Department for Registration of Persons).",
		func(n number) bool {
			var day int
			if n.numeric() {
				day = n.int(4, 7)
			} else {
				day = n.int(2, 5)
			}
			return len(n) != 13 && day%500 >= 1 && day%500 <= 366
		}),
	id("my_nric", `\b\d{2}[01]\d[0-3]\d-?\d{2}-?\d{4}\b`,
		"Nombor kad pengenalan MyKad: date of birth, place of birth, serial (Jabatan Pendaftaran Negara).",
		func(n number) bool {
			place := n.int(6, 8)
			unused := place == 0 || place >= 17 && place <= 20 || place == 69 || place == 70 || place == 73 || place >= 80 && place <= 81 || place >= 94 && place <= 97
			return isDate2(n.int(0, 2), n.int(2, 4), n.int(4, 6)) && !unused
		}),
	id("nz_ird", `\b\d{2,3}[ -]?\d{3}[ -]?\d{3}\b`,
		"IRD number: 8 or 9 digits from 10 to 150 million, weights 3,2,7,6,5,4,3,2 and a second set modulo 11 (Inland Revenue Te Tari Taake).",
		func(n number) bool {
			v := n.int(0, len(n))
			n = number(strings.Repeat("0", 9-len(n))) + n
			check := (11 - n.sum(3, 2, 7, 6, 5, 4, 3, 2)%11) % 11
			if check == 10 {
				check = (11 - n.sum(7, 4, 3, 2, 5, 2, 7, 6)%11) % 11
			}
			return v > 10000000 && v < 150000000 && check == n.last()
		}),
	id("nz_nhi", `\b[A-HJ-NP-Z]{3}(?:\d{4}|\d{2}[A-HJ-NP-Z]{2})\b`,
		"National Health Index number: three letters, and 4 digits with a check digit modulo 11, or 2 digits, a letter and a check letter modulo 23 (HISO 10046).",
		nzNHI),
	id("pk_cnic", `\b[1-7]\d{4}-?\d{7}-?[1-9]\b`,
		"شناختی کارڈ CNIC: province and district, family, and a digit for the sex (NADRA).",
		func(n number) bool { return !n.uniform() }),
	id("sg_nric_fin", `\b[STFGM]\d{7}[A-Z]\b`,
		"NRIC and FIN: series, 7 digits and a check letter by weights 2,7,6,5,4,3,2 modulo 11 (Immigration & Checkpoints Authority).",
		sgNRIC),
	id("sg_uen", `\b(?:\d{8}[A-Z]|(?:19|20)\d{7}[A-Z]|[RST]\d{2}[A-Z0-9]{2}\d{4}[A-Z])\b`,
		"Unique Entity Number: businesses, companies and other entities, each with a check letter of its own weights modulo 11 (ACRA).",
		sgUEN),
	id("th_national_id", `\b[1-8][ -]?\d{4}[ -]?\d{5}[ -]?\d{2}[ -]?\d\b`,
		"เลขประจำตัวประชาชน: kind of person, office, serial and a check digit by weights 13 to 2 modulo 11 (กรมการปกครอง).",
		thailand),
	id("th_business_id", `\b0[ -]?\d[ -]?\d{2}[ -]?\d[ -]?\d{3}[ -]?\d{5}\b`,
		"เลขทะเบียนนิติบุคคล: 13 digits from 0 on with the check digit of the national id (กรมพัฒนาธุรกิจการค้า).",
		thailand),
	id("tw_national_id", `\b[A-Z][1289]\d{8}\b`,
		"國民身分證統一編號 and 新式外來人口統一證號: place as a letter, sex, serial and a check digit by weights 1,9,8 to 1 modulo 10 (內政部).",
		func(n number) bool {
			v := strings.IndexByte("ABCDEFGHJKLMNPQRSTUVXYWZIO", n[0]) + 10
			return (v/10+v%10*9+n[1:].sum(8, 7, 6, 5, 4, 3, 2, 1, 1))%10 == 0
		}),
	id("tw_business_id", `\b\d{8}\b`,
		"統一編號: 8 digits whose cross sum by weights 1,2,1,2,1,2,4,1 is divisible by 5; a 7 in the seventh place may count 1 less (財政部).",
		func(n number) bool {
			s := n.crossSum(1, 2, 1, 2, 1, 2, 4, 1)
			return (s%5 == 0 || n[6] == '7' && (s+1)%5 == 0) && !n.uniform()
		}),
	id("vn_tax_id", `\b\d{10}(?:-?\d{3})?\b`,
		"Mã số thuế: 9 digits by weights 31,29,23,19,17,13,7,5,3 modulo 11, check digit, branch (Tổng cục Thuế).",
		func(n number) bool {
			return 10-n.sum(31, 29, 23, 19, 17, 13, 7, 5, 3)%11 == n.at(9) && n[2:9] != "0000000" && n[10:] != "000"
		}),
	id("vn_national_id", `\b0[0-9]\d[0-3]\d{8}\b`,
		"Số căn cước công dân: province 001 to 096, sex and century, year of birth, serial (Nghị định 137/2015/NĐ-CP).",
		func(n number) bool { p := n.int(0, 3); return p >= 1 && p <= 96 && n.int(6, 12) > 0 }),
}

var cnProvinces = codes[number]("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82")

var idProvinces = codes[number]("11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76 81 82 91 92 93 94 95 96 97")

func palindrome(n number) bool {
	for i := range len(n) / 2 {
		if n[i] != n[len(n)-1-i] {
			return false
		}
	}
	return true
}

func krSum(n number) int { return n.sum(2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5) }

func krDate(n number) bool {
	century := 1900
	switch n[6] {
	case '9', '0':
		century = 1800
	case '3', '4', '7', '8':
		century = 2000
	}
	return isDate(century+n.int(0, 2), n.int(2, 4), n.int(4, 6))
}

func nzNHI(n number) bool {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ" // valued from 1
	value := func(i int) int {
		if v := strings.IndexByte(letters, n[i]); v >= 0 {
			return v + 1
		}
		return n.at(i)
	}
	s := 0
	for i := range 6 {
		s += value(i) * (7 - i)
	}
	if letterByte(n[6]) {
		return 23-s%23 == value(6)
	}
	return s%11 != 0 && (11-s%11)%10 == n.last()
}

func sgNRIC(n number) bool {
	s := n[1:].sum(2, 7, 6, 5, 4, 3, 2)
	switch n[0] {
	case 'S':
		return "JZIHGFEDCBA"[s%11] == n[8]
	case 'T':
		return "JZIHGFEDCBA"[(s+4)%11] == n[8]
	case 'F':
		return "XWUTRQPNMLK"[s%11] == n[8]
	case 'G':
		return "XWUTRQPNMLK"[(s+4)%11] == n[8]
	}
	return "XWUTRQPNJLK"[(s+3)%11] == n[8]
}

func sgUEN(n number) bool {
	const kinds = "CC CD CH CL CM CP CS CX DP FB FC FM FN GA GB GS HS LL LP MB MC MD MH MM MQ NB NR PA PB PF RF RP SM SS TC TU VH XL"
	last := n[len(n)-1]
	switch {
	case len(n) == 9:
		return "XMKECAWLJDB"[n.sum(10, 4, 9, 3, 8, 2, 7, 1)%11] == last
	case n[:9].numeric():
		return "ZKCMDNERGWH"[n.sum(10, 8, 6, 4, 9, 7, 5, 3, 1)%11] == last
	}
	const alphabet = "ABCDEFGHJKLMNPQRSTUVWX0123456789"
	s := 0
	for i, w := range []int{4, 3, 5, 3, 10, 2, 2, 5, 7} {
		s += w * strings.IndexByte(alphabet, n[i])
	}
	return strings.Contains(kinds, string(n[3:5])) && alphabet[((s-5)%11+11)%11] == last
}

func thailand(n number) bool {
	return (11-n.sum(falling(13, 2)...)%11)%10 == n.last() && !n.uniform()
}
