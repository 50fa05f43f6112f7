package corpus

import (
	"strconv"
	"strings"
)

var germanicIDs = []id{
	{"de_tax", "de", []string{"Steuer-ID", "Steueridentifikationsnummer", "IdNr."}, func(m *maker) string {
		body := m.taxBody()
		s := body + mod1110(body)
		if m.chance(0.5) {
			return s
		}
		return s[:2] + " " + s[2:5] + " " + s[5:8] + " " + s[8:]
	}},
	{"at_svnr", "at", []string{"SVNR", "Sozialversicherungsnummer"}, func(m *maker) string {
		return again(m, func(m *maker) (string, bool) {
			serial, born := m.fill("%##"), m.born().Format("020106")
			check := (weighted(serial, 3, 7, 9) + weighted(born, 5, 8, 4, 2, 1, 6)) % 11
			return serial + strconv.Itoa(check) + " " + born, check < 10
		})
	}},
	{"ch_ahv", "ch", []string{"AHV-Nr.", "AHV-Nummer", "Sozialversicherungsnummer"}, func(m *maker) string {
		body := "756" + m.fill("#########")
		s := body + strconv.Itoa((10-weighted(body, 1, 3)%10)%10)
		return s[:3] + "." + s[3:7] + "." + s[7:11] + "." + s[11:]
	}},
	{"nl_bsn", "nl", []string{"BSN", "burgerservicenummer"}, func(m *maker) string {
		return again(m, func(m *maker) (string, bool) {
			body := m.fill("%#######")
			check := weighted(body, 9, 8, 7, 6, 5, 4, 3, 2) % 11
			return body + strconv.Itoa(check), check < 10
		})
	}},
	{"se_pn", "se", []string{"personnummer", "pers.nr"}, func(m *maker) string {
		born := m.born()
		body := born.Format("060102") + m.fill("###")
		return one(m, born.Format("2006"), born.Format("06")) + born.Format("0102") + "-" + body[6:] + luhn(body)
	}},
	{"no_fnr", "no", []string{"fødselsnummer", "fnr", "personnummer"}, func(m *maker) string {
		return again(m, func(m *maker) (string, bool) {
			born := m.born()
			body := born.Format("020106") + three(m.between(0, 499))
			if born.Year() >= 2000 {
				body = body[:6] + three(m.between(500, 999))
			}
			first, ok1 := digit11(weighted(body, 3, 7, 6, 1, 8, 9, 4, 5, 2), "")
			second, ok2 := digit11(weighted(body+first, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), "")
			return body[:6] + one(m, "", " ") + body[6:] + first + second, ok1 && ok2
		})
	}},
	{"dk_cpr", "dk", []string{"CPR-nummer", "CPR", "cpr-nr."}, func(m *maker) string {
		born := m.born()
		century := m.from("0123", 1)
		if born.Year() >= 2000 {
			century = m.from("4567", 1)
		}
		return born.Format("020106") + "-" + century + m.fill("###")
	}},
	{"fi_hetu", "fi", []string{"henkilötunnus", "hetu"}, func(m *maker) string {
		born := m.born()
		sign := "-"
		if born.Year() >= 2000 {
			sign = "A"
		}
		serial := three(m.between(2, 899))
		n, _ := strconv.Atoi(born.Format("020106") + serial)
		return born.Format("020106") + sign + serial + string("0123456789ABCDEFHJKLMNPRSTUVWXY"[n%31])
	}},
}

// taxBody makes ten digits of which one occurs twice and another not at all, as
// the German tax number demands.
func (m *maker) taxBody() string {
	order := m.Perm(10)
	order[m.between(1, 9)] = order[0]
	if order[0] == 0 {
		return m.taxBody()
	}
	var out strings.Builder
	for _, d := range order {
		out.WriteString(strconv.Itoa(d))
	}
	s := out.String()
	if s[0] == s[1] {
		return m.taxBody()
	}
	return s
}

var easternIDs = []id{
	{"pl_pesel", "pl", []string{"PESEL", "nr PESEL"}, func(m *maker) string {
		born := m.born()
		month := int(born.Month())
		if born.Year() >= 2000 {
			month += 20
		}
		body := born.Format("06") + two(month) + born.Format("02") + m.fill("####")
		return body + strconv.Itoa((10-weighted(body, 1, 3, 7, 9)%10)%10)
	}},
	{"cz_rc", "cz", []string{"rodné číslo", "RČ"}, func(m *maker) string {
		return again(m, func(m *maker) (string, bool) {
			born := m.born()
			month := int(born.Month())
			if m.chance(0.5) {
				month += 50
			}
			body := born.Format("06") + two(month) + born.Format("02") + m.fill("###")
			n, _ := strconv.Atoi(body)
			return body[:6] + "/" + body[6:] + strconv.Itoa(n%11), n%11 < 10 && born.Year() >= 1954
		})
	}},
	{"hu_taj", "hu", []string{"TAJ szám", "TAJ"}, func(m *maker) string {
		body := m.fill("%#######")
		s := body + strconv.Itoa(weighted(body, 3, 7)%10)
		return s[:3] + " " + s[3:6] + " " + s[6:]
	}},
	{"bg_egn", "bg", []string{"ЕГН"}, func(m *maker) string {
		born := m.born()
		month := int(born.Month())
		if born.Year() >= 2000 {
			month += 40
		}
		body := born.Format("06") + two(month) + born.Format("02") + m.fill("###")
		return body + strconv.Itoa(weighted(body, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11%10)
	}},
	{"gr_amka", "gr", []string{"ΑΜΚΑ", "AMKA"}, func(m *maker) string {
		body := m.born().Format("020106") + m.fill("####")
		return body + luhn(body)
	}},
	{"ru_snils", "ru", []string{"СНИЛС"}, func(m *maker) string {
		body := m.fill("^########")
		check := weighted(body, 9, 8, 7, 6, 5, 4, 3, 2, 1) % 101 % 100
		return body[:3] + "-" + body[3:6] + "-" + body[6:] + " " + two(check)
	}},
	{"ru_inn", "ru", []string{"ИНН"}, func(m *maker) string {
		body := two(m.between(1, 79)) + m.fill("########")
		first := strconv.Itoa(weighted(body, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10)
		return body + first + strconv.Itoa(weighted(body+first, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10)
	}},
	{"ua_rnokpp", "ua", []string{"РНОКПП", "ІПН"}, func(m *maker) string {
		body := m.fill("^########")
		sum := 0
		for i, w := range []int{-1, 5, 7, 9, 4, 6, 10, 5, 7} {
			sum += w * int(body[i]-'0')
		}
		return body + strconv.Itoa((sum%11+11)%11%10)
	}},
	{"ee_ik", "ee", []string{"isikukood"}, func(m *maker) string {
		born := m.born()
		sex := m.between(3, 4)
		if born.Year() >= 2000 {
			sex += 2
		}
		body := strconv.Itoa(sex) + born.Format("060102") + m.fill("###")
		check := weighted(body, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1) % 11
		if check == 10 {
			check = weighted(body, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3) % 11 % 10
		}
		return body + strconv.Itoa(check)
	}},
	{"tr_id", "tr", []string{"T.C. Kimlik No", "TC kimlik numarası", "TCKN"}, func(m *maker) string {
		body := m.fill("%########")
		odd, even := weighted(body, 1, 0), weighted(body, 0, 1)
		tenth := ((7*odd-even)%10 + 10) % 10
		return body + strconv.Itoa(tenth) + strconv.Itoa((odd+even+tenth)%10)
	}},
	{"il_id", "il", []string{"תעודת זהות", "ת.ז."}, func(m *maker) string {
		body := m.fill("^#######")
		return body + luhn(body)
	}},
	{"cn_id", "cn", []string{"身份证号", "身份证号码"}, func(m *maker) string {
		body := one(m, "310101", "110101") + m.born().Format("20060102") + three(m.between(1, 999))
		return body + mod112(body)
	}},
	{"tw_id", "tw", []string{"身分證字號"}, func(m *maker) string {
		const order = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
		i := m.IntN(len(order))
		body := one(m, "1", "2") + m.fill("#######")
		sum := (i+10)/10 + (i+10)%10*9 + weighted(body, 8, 7, 6, 5, 4, 3, 2, 1)
		return order[i:i+1] + body + strconv.Itoa((10-sum%10)%10)
	}},
	{"kr_rrn", "kr", []string{"주민등록번호"}, func(m *maker) string {
		born := m.born()
		sex := m.between(1, 2)
		if born.Year() >= 2000 {
			sex += 2
		}
		body := born.Format("060102") + strconv.Itoa(sex) + two(m.between(0, 95)) + m.fill("###")
		check := (11 - weighted(body, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)%11) % 10
		return body[:6] + "-" + body[6:] + strconv.Itoa(check)
	}},
	{"jp_mynumber", "jp", []string{"マイナンバー", "個人番号"}, func(m *maker) string {
		body := m.fill("%##########")
		sum := weighted(body, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
		check := 0
		if sum%11 > 1 {
			check = 11 - sum%11
		}
		s := body + strconv.Itoa(check)
		return one(m, s, s[:4]+" "+s[4:8]+" "+s[8:], s[:4]+"-"+s[4:8]+"-"+s[8:])
	}},
	{"th_id", "th", []string{"เลขประจำตัวประชาชน", "เลขบัตรประชาชน"}, func(m *maker) string {
		body := m.from("12345", 1) + m.fill("###########")
		check := (11 - weighted(body, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11) % 10
		return body[:1] + "-" + body[1:5] + "-" + body[5:10] + "-" + body[10:] + "-" + strconv.Itoa(check)
	}},
	{"id_nik", "id", []string{"NIK", "nomor KTP"}, func(m *maker) string {
		return one(m, "317401", "327301", "357801", "337401", "127101") + m.born().Format("020106") + "000" + m.fill("%")
	}},
	{"my_nric", "my", []string{"MyKad", "No. KP"}, func(m *maker) string {
		return m.born().Format("060102") + "-" + two(m.between(1, 14)) + "-" + m.fill("####")
	}},
}

// nationalIDs lists them all.
func nationalIDs() []id {
	var all []id
	for _, list := range [][]id{anglophoneIDs, romanceIDs, germanicIDs, easternIDs} {
		all = append(all, list...)
	}
	return all
}
