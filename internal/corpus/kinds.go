package corpus

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// made is a kind that does not depend on a country: how it is called in English
// texts and forms, and how one is made.
type made struct {
	kind  Kind
	names []string // nil: it needs no words around it to be known
	make  func(*maker) string
}

// personKinds are made in the manner of each locale.
var personKinds = []made{
	{"name", nil, (*maker).name},
	{"email", nil, (*maker).email},
	{"phone", nil, (*maker).phone},
	{"address", nil, (*maker).address},
}

// worldKinds are the same everywhere.
var worldKinds = []made{
	{"card", nil, (*maker).card},
	{"iban", nil, (*maker).iban},
	{"bic", []string{"BIC", "SWIFT code"}, func(m *maker) string {
		return m.from(upper, 4) + one(m, "DE", "FR", "GB", "NL", "ES", "IT", "PL", "SE") + one(m, "FF", "PP", "2L", "MM") + one(m, "XXX", "", "500")
	}},
	{"btc", nil, (*maker).bitcoin},
	{"eth", nil, func(m *maker) string { return "0x" + m.from(hexLower, 40) }},
	{"ipv4", nil, (*maker).ipv4},
	{"ipv6", nil, (*maker).ipv6},
	{"mac", nil, func(m *maker) string {
		parts := make([]string, 6)
		for i := range parts {
			parts[i] = m.from(hexLower, 2)
		}
		s := strings.Join(parts, one(m, ":", "-"))
		return one(m, s, strings.ToUpper(s))
	}},
	{"coordinates", nil, (*maker).coordinates},
	{"vin", []string{"VIN", "chassis no."}, (*maker).vin},
	{"imei", []string{"IMEI"}, func(m *maker) string {
		body := one(m, "35", "86", "01") + m.fill("############")
		return body + luhn(body)
	}},
	{"iccid", []string{"ICCID", "SIM number"}, func(m *maker) string {
		body := "89" + one(m, "49", "44", "33", "01") + m.fill("##############")
		return body + luhn(body)
	}},
}

func (m *maker) card() string {
	var body string
	groups := []int{4, 4, 4, 4}
	switch m.IntN(10) {
	case 0:
		body, groups = one(m, "34", "37")+m.fill("############"), []int{4, 6, 5}
	case 1, 2, 3:
		body = "5" + m.from("12345", 1) + m.fill("#############")
	case 4:
		body = "6011" + m.fill("###########")
	case 5:
		body = "2" + m.fill("3") + m.fill("#############")
	default:
		body = "4" + m.fill("##############")
	}
	s := body + luhn(body)
	separator := one(m, "", " ", "-", " ")
	var parts []string
	for _, n := range groups {
		parts = append(parts, s[:n])
		s = s[n:]
	}
	return strings.Join(parts, separator)
}

// iban uses the structures of the IBAN registry whose national part has no check
// of its own, or one that is made here.
func (m *maker) iban() string {
	country, body := "DE", m.fill("##################")
	switch m.IntN(12) {
	case 0:
		country, body = "GB", m.from(upper, 4)+m.fill("##############")
	case 1:
		country, body = "NL", one(m, "ABNA", "INGB", "RABO", "TRIO")+m.fill("##########")
	case 2:
		country, body = "AT", m.fill("################")
	case 3:
		country, body = "CH", m.fill("#################")
	case 4:
		body = m.fill("########")
		country = "PL"
		body = body[:7] + strconv.Itoa((10-weighted(body[:7], 3, 9, 7, 1)%10)%10) + m.fill("################")
	case 5:
		bank := one(m, "001", "310", "363", "733") + m.fill("#######")
		country, body = "BE", bank+two((remainder97(bank)+96)%97+1)
	case 6:
		country, body = "IE", m.from(upper, 4)+m.fill("##############")
	case 7:
		country, body = "RO", m.from(upper, 4)+m.from(digits+upper, 16)
	case 8:
		country, body = "TR", m.fill("#####")+"0"+m.fill("################")
	case 9:
		country, body = "LU", m.fill("################")
	}
	s := country + mod9710(body+country) + body
	if m.chance(0.5) {
		return s
	}
	var grouped []string
	for len(s) > 4 {
		grouped, s = append(grouped, s[:4]), s[4:]
	}
	return strings.Join(append(grouped, s), " ")
}

func (m *maker) ipv4() string {
	first := one(m, 5, 24, 62, 78, 91, 109, 145, 176, 188, 193, 212, 10, 192)
	if first == 192 {
		return fmt.Sprintf("192.168.%d.%d", m.between(0, 254), m.between(1, 254))
	}
	return fmt.Sprintf("%d.%d.%d.%d", first, m.between(1, 254), m.between(0, 254), m.between(1, 254))
}

func (m *maker) ipv6() string {
	var bytes [16]byte
	copy(bytes[:], []byte{0x20, 0x01, 0x0d, byte(m.between(0xc0, 0xff))})
	if m.chance(0.3) {
		copy(bytes[:], []byte{0xfe, 0x80})
	}
	from := one(m, 4, 8, 14)
	for i := from; i < 16; i++ {
		bytes[i] = byte(m.IntN(256))
	}
	address := netip.AddrFrom16(bytes)
	if m.chance(0.3) {
		return address.StringExpanded()
	}
	return address.String()
}

func (m *maker) latLon() (lat, lon float64) {
	return float64(m.between(-6_000_000, 7_000_000)) / 1e5, float64(m.between(-17_000_000, 17_000_000)) / 1e5
}

func (m *maker) coordinates() string {
	lat, lon := m.latLon()
	switch m.IntN(3) {
	case 0:
		return fmt.Sprintf("%.5f,%.5f", lat, lon)
	case 1:
		return fmt.Sprintf("%.6f, %.6f", lat, lon)
	}
	return fmt.Sprintf("%d°%02d'%04.1f\"%s %d°%02d'%04.1f\"%s", m.between(0, 69), m.IntN(60), m.Float64()*59, one(m, "N", "S"),
		m.between(0, 169), m.IntN(60), m.Float64()*59, one(m, "E", "W"))
}

// vin has the check digit of 49 CFR 565.15 in its ninth place.
func (m *maker) vin() string {
	const letters, values = "ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789"
	s := one(m, "1FT", "1G1", "5YJ", "WBA", "JHM", "2T1") + m.from(letters+digits, 5) + "0" + m.from("ABCDEFGHJKLMNPRSTVWXY123456789", 1) +
		m.from(letters, 1) + m.fill("######")
	weights := []int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}
	sum := 0
	for i := range s {
		v := int(s[i] - '0')
		if at := strings.IndexByte(letters, s[i]); at >= 0 {
			v = int(values[at] - '0')
		}
		sum += v * weights[i]
	}
	return s[:8] + "0123456789X"[sum%11:sum%11+1] + s[9:]
}

// wordedKinds are known only by the words around them.
var wordedKinds = []made{
	{"birthdate", []string{"date of birth", "DOB", "born", "birthday"}, (*maker).date},
	{"age", []string{"age", "aged"}, func(m *maker) string {
		return strconv.Itoa(m.between(18, 93)) + one(m, " years old", " y/o", " years")
	}},
	{"height", []string{"height", "body height"}, func(m *maker) string {
		return one(m, fmt.Sprintf("%d cm", m.between(148, 201)), fmt.Sprintf("1.%02d m", m.between(48, 99)), fmt.Sprintf("5'%d\"", m.between(0, 11)))
	}},
	{"weight", []string{"weight", "body weight"}, func(m *maker) string {
		return one(m, fmt.Sprintf("%d kg", m.between(44, 131)), fmt.Sprintf("%d lbs", m.between(99, 280)))
	}},
	{"passport", []string{"passport number", "passport no.", "passport"}, func(m *maker) string {
		return one(m, m.from("CFGHJKLMNPRTVWXYZ", 1)+m.from("0123456789CFGHJKLMNPRTVWXYZ", 8), m.fill("##")+m.from(upper, 2)+m.fill("#####"), m.fill("%########"), m.from(upper, 2)+m.fill("#######"))
	}},
	{"driver", []string{"driver's license", "driving licence no.", "driver license number"}, func(m *maker) string {
		return one(m, m.from(upper, 1)+m.fill("#######"), m.from(upper, 1)+m.fill("###-####-####"), m.from(upper, 5)+m.fill("#")+m.born().Format("0102")+m.fill("#")+m.from(upper, 2)+m.fill("#")+m.from(upper, 2))
	}},
	{"cvv", []string{"CVV", "CVC", "security code"}, func(m *maker) string { return m.fill("###") }},
}
