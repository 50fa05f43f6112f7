package corpus

import (
	"strconv"
	"strings"
)

// id is a national number: what it is called where it is used, and how one is
// made.
type id struct {
	kind    Kind
	country string
	names   []string // how a text or form names it
	make    func(*maker) string
}

// again makes until a number is given out.
func again(m *maker, produce func(*maker) (string, bool)) string {
	for {
		if s, ok := produce(m); ok {
			return s
		}
	}
}

var anglophoneIDs = []id{
	{"us_ssn", "us", []string{"SSN", "social security number", "Social Security No."}, func(m *maker) string {
		area := m.between(1, 665)
		if m.chance(0.4) {
			area = m.between(667, 899)
		}
		return three(area) + "-" + two(m.between(1, 99)) + "-" + m.fill("%###")
	}},
	{"us_itin", "us", []string{"ITIN", "taxpayer id (ITIN)"}, func(m *maker) string {
		return "9" + m.fill("##") + "-" + two(m.between(70, 88)) + "-" + m.fill("####")
	}},
	{"us_npi", "us", []string{"NPI", "provider NPI"}, func(m *maker) string {
		body := one(m, "1", "2") + m.fill("########")
		return body + luhn("80840"+body)
	}},
	{"us_dea", "us", []string{"DEA number", "DEA #"}, func(m *maker) string {
		d := m.fill("######")
		sum := weighted(d, 1, 0, 1, 0, 1, 0) + 2*weighted(d, 0, 1, 0, 1, 0, 1)
		return one(m, "A", "B", "F", "M") + m.from(upper, 1) + d + strconv.Itoa(sum%10)
	}},
	{"us_mbi", "us", []string{"Medicare number", "MBI"}, func(m *maker) string {
		const letter = "ACDEFGHJKMNPQRTUVWXY"
		s := m.fill("%") + m.from(letter, 1) + m.from(letter, 1) + m.fill("#") + m.from(letter, 1) + m.from(letter, 1) +
			m.fill("#") + m.from(letter, 2) + m.fill("##")
		return s[:4] + "-" + s[4:7] + "-" + s[7:]
	}},
	{"us_routing", "us", []string{"routing number", "ABA", "ABA routing no."}, func(m *maker) string {
		body := one(m, "02", "03", "06", "11", "12", "26", "31", "32") + m.fill("######")
		return body + strconv.Itoa((10-weighted(body, 3, 7, 1)%10)%10)
	}},
	{"gb_nino", "gb", []string{"NI number", "National Insurance number", "NINO"}, func(m *maker) string {
		s := one(m, "AB", "CE", "JG", "HR", "LS", "NW", "PX", "SK", "TY", "WM", "ZA") + m.fill("######") + m.from("ABCD", 1)
		if m.chance(0.5) {
			return s[:2] + " " + s[2:4] + " " + s[4:6] + " " + s[6:8] + " " + s[8:]
		}
		return s
	}},
	{"gb_nhs", "gb", []string{"NHS number", "NHS no."}, func(m *maker) string {
		return again(m, func(m *maker) (string, bool) {
			body := one(m, "4", "6", "7") + m.fill("########")
			check, ok := digit11(weighted(body, 10, 9, 8, 7, 6, 5, 4, 3, 2), "")
			return body[:3] + " " + body[3:6] + " " + body[6:] + check, ok
		})
	}},
	{"ca_sin", "ca", []string{"SIN", "social insurance number", "NAS"}, func(m *maker) string {
		body := one(m, "1", "2", "4", "5", "6", "7") + m.fill("#######")
		s := body + luhn(body)
		return s[:3] + one(m, " ", "-") + s[3:6] + " " + s[6:]
	}},
	{"au_tfn", "au", []string{"TFN", "tax file number"}, func(m *maker) string {
		return again(m, func(m *maker) (string, bool) {
			s := m.fill("%########")
			return s[:3] + " " + s[3:6] + " " + s[6:], weighted(s, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0
		})
	}},
	{"au_medicare", "au", []string{"Medicare card", "Medicare no."}, func(m *maker) string {
		body := m.from("23456", 1) + m.fill("#######")
		s := body + strconv.Itoa(weighted(body, 1, 3, 7, 9, 1, 3, 7, 9)%10) + m.from("123456", 1)
		return s[:4] + " " + s[4:9] + " " + s[9:]
	}},
	{"ie_pps", "ie", []string{"PPS number", "PPSN"}, func(m *maker) string {
		body := m.fill("%######")
		second := m.from("AB", 1)
		sum := weighted(body, 8, 7, 6, 5, 4, 3, 2) + 9*int(second[0]-'A'+1)
		return body + string("WABCDEFGHIJKLMNOPQRSTUV"[sum%23]) + second
	}},
	{"in_aadhaar", "in", []string{"Aadhaar", "Aadhaar number", "UIDAI no."}, func(m *maker) string {
		body := m.fill("^##########")
		s := body + verhoeff(body)
		return s[:4] + " " + s[4:8] + " " + s[8:]
	}},
	{"in_pan", "in", []string{"PAN", "PAN card"}, func(m *maker) string {
		return m.from(upper, 3) + "P" + m.from(upper, 1) + m.fill("####") + m.from(upper, 1)
	}},
	{"za_id", "za", []string{"ID number", "SA ID"}, func(m *maker) string {
		body := m.born().Format("060102") + m.fill("####") + one(m, "0", "1") + "8"
		return body + luhn(body)
	}},
	{"sg_nric", "sg", []string{"NRIC", "NRIC/FIN"}, func(m *maker) string {
		prefix := m.from("ST", 1)
		body := m.fill("#######")
		sum := weighted(body, 2, 7, 6, 5, 4, 3, 2)
		if prefix == "T" {
			sum += 4
		}
		return prefix + body + string("JZIHGFEDCBA"[sum%11])
	}},
	{"hk_id", "hk", []string{"HKID", "Hong Kong identity card"}, func(m *maker) string {
		letter, body := m.from(upper, 1), m.fill("######")
		sum := 9*36 + 8*int(letter[0]-'A'+10) + weighted(body, 7, 6, 5, 4, 3, 2)
		check, _ := digit11(sum, "A")
		return letter + body + "(" + check + ")"
	}},
}

var romanceIDs = []id{
	{"fr_nir", "fr", []string{"numéro de sécurité sociale", "NIR", "n° de sécu"}, func(m *maker) string {
		born := m.born()
		body := one(m, "1", "2") + born.Format("0601") + two(m.between(21, 95)) + three(m.between(1, 560)) + m.fill("%##")
		n, _ := strconv.Atoi(body)
		s := body + two(97-n%97)
		if m.chance(0.5) {
			return s
		}
		return strings.Join([]string{s[:1], s[1:3], s[3:5], s[5:7], s[7:10], s[10:13], s[13:]}, " ")
	}},
	{"be_nn", "be", []string{"numéro national", "rijksregisternummer", "n° de registre national"}, func(m *maker) string {
		born := m.born()
		serial := three(m.between(1, 997))
		body := born.Format("060102") + serial
		prefix := ""
		if born.Year() >= 2000 {
			prefix = "2"
		}
		n, _ := strconv.Atoi(prefix + body)
		return born.Format("06.01.02") + "-" + serial + "." + two(97-n%97)
	}},
	{"es_dni", "es", []string{"DNI", "NIF"}, func(m *maker) string {
		body := m.fill("########")
		n, _ := strconv.Atoi(body)
		return body + one(m, "", "-") + string("TRWAGMYFPDXBNJZSQVHLCKE"[n%23])
	}},
	{"es_nie", "es", []string{"NIE"}, func(m *maker) string {
		i := m.IntN(3)
		body := m.fill("#######")
		n, _ := strconv.Atoi(strconv.Itoa(i) + body)
		return "XYZ"[i:i+1] + body + string("TRWAGMYFPDXBNJZSQVHLCKE"[n%23])
	}},
	{"it_cf", "it", []string{"codice fiscale", "C.F.", "cod. fisc."}, (*maker).codiceFiscale},
	{"pt_nif", "pt", []string{"NIF", "contribuinte n.º"}, func(m *maker) string {
		body := one(m, "1", "2") + m.fill("#######")
		check, _ := digit11(weighted(body, 9, 8, 7, 6, 5, 4, 3, 2), "0")
		return body + check
	}},
	{"br_cpf", "br", []string{"CPF", "CPF do titular"}, func(m *maker) string {
		body := m.fill("#########")
		first, _ := digit11(weighted(body, 10, 9, 8, 7, 6, 5, 4, 3, 2), "0")
		second, _ := digit11(weighted(body+first, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2), "0")
		return body[:3] + "." + body[3:6] + "." + body[6:] + "-" + first + second
	}},
	{"br_cnpj", "br", []string{"CNPJ"}, func(m *maker) string {
		body := m.fill("########") + "0001"
		first, _ := digit11(weighted(body, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), "0")
		second, _ := digit11(weighted(body+first, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), "0")
		return body[:2] + "." + body[2:5] + "." + body[5:8] + "/" + body[8:] + "-" + first + second
	}},
	{"ar_cuit", "ar", []string{"CUIT", "CUIL"}, func(m *maker) string {
		return again(m, func(m *maker) (string, bool) {
			body := one(m, "20", "27", "23") + m.fill("^#######")
			check, ok := digit11(weighted(body, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), "")
			return body[:2] + "-" + body[2:] + "-" + check, ok
		})
	}},
	{"cl_rut", "cl", []string{"RUT", "RUN"}, func(m *maker) string {
		n := m.between(5_000_000, 25_999_999)
		body := strconv.Itoa(n)
		sum := 0
		for i := range body {
			sum += int(body[len(body)-1-i]-'0') * (2 + i%6)
		}
		check, _ := digit11(sum, "K")
		return thousands(n, ".") + "-" + check
	}},
	{"mx_curp", "mx", []string{"CURP"}, (*maker).curp},
	{"ro_cnp", "ro", []string{"CNP", "cod numeric personal"}, func(m *maker) string {
		born := m.born()
		sex := m.between(1, 2)
		if born.Year() >= 2000 {
			sex += 4
		}
		body := strconv.Itoa(sex) + born.Format("060102") + two(m.between(1, 40)) + three(m.between(1, 999))
		check := weighted(body, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11
		if check == 10 {
			check = 1
		}
		return body + strconv.Itoa(check)
	}},
}

func three(n int) string {
	s := strconv.Itoa(1000 + n)
	return s[1:]
}

// codiceFiscale follows the decree of 12 March 1974: the odd places have values
// of their own, the even ones count as they are.
func (m *maker) codiceFiscale() string {
	const consonants = "BCDFGLMNPRSTVZ"
	born := m.born()
	day := born.Day()
	if m.chance(0.5) {
		day += 40
	}
	s := m.from(consonants, 6) + born.Format("06") + string("ABCDEHLMPRST"[born.Month()-1]) + two(day) +
		one(m, "H501", "F205", "L219", "G273", "A662", "D612", "F839")
	odd := [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i := range s {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i] - 'A')
		}
		if i%2 == 0 {
			v = odd[v]
		}
		sum += v
	}
	return s + string(rune('A'+sum%26))
}

// curp follows the Mexican instruction for the assignment of the CURP, 2021.
func (m *maker) curp() string {
	born := m.born()
	consonants := "BCDFGHJKLMNPQRSTVWXYZ"
	s := m.from("CDFGHLMRSTV", 1) + m.from("AEIOU", 1) + m.from("CDFGHLMRSTV", 1) + m.from("BDGHLRST", 1) +
		born.Format("060102") + one(m, "H", "M") + one(m, "DF", "JC", "NL", "PL", "YN", "VZ", "OC") + m.from(consonants, 3)
	if born.Year() >= 2000 {
		s += m.from("ABCDE", 1)
	} else {
		s += m.from(digits, 1)
	}
	const values = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
	order := map[rune]int{}
	i := 0
	for _, r := range values {
		order[r] = i
		i++
	}
	sum := 0
	for i, r := range s {
		sum += order[r] * (18 - i)
	}
	return s + strconv.Itoa((10-sum%10)%10)
}
